import { expect } from 'chai';
import { findDefinition, findGroup, resourcesOf, volumesOf } from '../../../controller/domain/cluster-view.ts';
import { SETTINGS_KEY } from '../../../controller/domain/cluster-view.ts';
import type { FilterInput } from '../../../controller/placement/filter-input.ts';
import { CapacityQueries } from '../../../controller/service/capacity-queries.ts';
import type { CallOptions } from '../../../controller/service/use-case.ts';
import { callOptions, codes, errorOf, TestController, wishes } from '../test-controller.ts';

describe('services: resource groups', () => {
  let cluster: TestController;
  beforeEach(async () => {
    cluster = await TestController.ready(['alpha', 'bravo', 'charlie', 'delta']);
  });
  afterEach(() => cluster.stop());

  const group = (
    name: string,
    filter: Partial<FilterInput> = {},
    more: { peerSlots?: number; clear?: string[] } = {},
  ) => ({
    name,
    description: undefined,
    peerSlots: more.peerSlots,
    ...wishes(filter, more.clear ?? []),
  });
  const add = (name: string, filter: Partial<FilterInput> = {}, peerSlots?: number) =>
    cluster.groups.create(group(name, filter, peerSlots === undefined ? {} : { peerSlots }), callOptions());
  const spawn = (
    resourceName: string,
    more: Partial<Parameters<typeof cluster.spawning.spawn>[0]> = {},
    call: Partial<CallOptions> = {},
  ) =>
    cluster.spawning.spawn(
      {
        groupName: 'gold',
        resourceName,
        externalName: '',
        sizesKib: [102_400],
        partial: false,
        definitionsOnly: false,
        peerSlots: undefined,
        ...wishes(),
        ...more,
      },
      callOptions(call),
    );
  const filterOf = async (name: string) => findGroup(await cluster.view(), name)?.filter;
  const stored = async () => {
    const view = await cluster.view();
    return JSON.stringify([view.groups.all(), view.volumeGroups.all(), view.definitions.all(), view.resources.all()]);
  };
  const nodesOf = async (name: string) => resourcesOf(await cluster.view(), name).map((entry) => entry.nodeName);

  it('are created, modified and deleted; what a change does not say stays, what it clears goes', async () => {
    expect(codes(await add('gold', { placeCount: 2, replicasOnSame: ['Aux/zone'] }))).to.deep.equal([
      'SUCCESS CREATED',
    ]);
    const change = group('GOLD', { placeCount: 3, providers: ['file_thin'] }, { clear: ['replicas_on_same'] });
    expect(codes(await cluster.groups.modify(change, callOptions()))).to.deep.equal(['SUCCESS MODIFIED']);
    expect(await filterOf('gold')).to.deep.include({ placeCount: 3, replicasOnSame: [], providers: ['FILE_THIN'] });
    expect(codes(await cluster.groups.delete('gold', callOptions()))).to.deep.equal(['SUCCESS DELETED']);
    expect(await filterOf('gold')).to.equal(undefined);
  });

  const mistakes: [string, Partial<FilterInput>, string][] = [
    ['more replicas than a resource can have', { placeCount: 33 }, 'INVALID_ARGUMENT'],
    ['half a replica', { placeCount: 1.5 }, 'INVALID_ARGUMENT'],
    ['a number of additional replicas', { additionalPlaceCount: 1 }, 'INVALID_ARGUMENT'],
    ['two kinds of numbers', { additionalPlaceCount: 1, placeCount: 2 }, 'INVALID_ARGUMENT'],
    ['a pool name that breaks the rules', { storagePools: ['a b'] }, 'INVALID_NAME'],
    ['a node name that breaks the rules', { nodeNames: ['-x'] }, 'INVALID_NAME'],
    ['a resource name that breaks the rules', { doNotPlaceWith: ['1'] }, 'INVALID_NAME'],
    ['an unknown provider', { providers: ['FLOPPY'] }, 'INVALID_ARGUMENT'],
    ['an unknown layer', { layers: ['NVME', 'STORAGE'] }, 'LAYER_UNSUPPORTED'],
    ['a pattern that is none', { doNotPlaceWithRegex: '(' }, 'INVALID_ARGUMENT'],
    ['a pattern that may take for ever', { doNotPlaceWithRegex: '(a+)+$' }, 'INVALID_ARGUMENT'],
    ['a pattern with alternatives that repeat', { doNotPlaceWithRegex: '(a|aa)*$' }, 'INVALID_ARGUMENT'],
    ['a pattern that hides what repeats', { doNotPlaceWithRegex: '((a+)b?)+$' }, 'INVALID_ARGUMENT'],
    ['a pattern that refers back', { doNotPlaceWithRegex: '(a)\\1' }, 'INVALID_ARGUMENT'],
    ['a pattern of many open ends', { doNotPlaceWithRegex: 'a*a*a*a*a*b' }, 'INVALID_ARGUMENT'],
    ['a property without a name', { replicasOnSame: ['=x'] }, 'INVALID_ARGUMENT'],
    ['a property with an empty value', { replicasOnDifferent: ['Aux/zone='] }, 'INVALID_ARGUMENT'],
    ['no replicas per value', { xReplicasOnDifferent: { 'Aux/zone': 0 } }, 'INVALID_ARGUMENT'],
    [
      'the same and different at once',
      { replicasOnSame: ['Aux/zone'], replicasOnDifferent: ['Aux/zone'] },
      'INVALID_ARGUMENT',
    ],
    ['a scatter width of 0', { scatterWidth: 0 }, 'INVALID_ARGUMENT'],
  ];
  for (const [what, filter, code] of mistakes) {
    it(`refuse ${what}, and nothing is stored`, async () => {
      const before = await stored();
      expect(errorOf(await add('gold', filter)).codeName).to.equal(code);
      expect(await stored()).to.equal(before);
    });
  }

  for (const doNotPlaceWithRegex of [
    '^web-',
    '(test|demo)-\\d+$',
    '^pm-.*-disk.*$',
    '[(a+)+]',
    '(ab)+c',
    '(?:x|y)z?',
  ]) {
    it(`take the pattern ${doNotPlaceWithRegex}`, async () => {
      expect(codes(await add('gold', { doNotPlaceWithRegex }))).to.deep.equal(['SUCCESS CREATED']);
    });
  }

  it('refuse a second one of a name, a bad name, unknown ones, unknown wishes to clear, and to go while in use', async () => {
    await add('gold', { placeCount: 1 });
    expect(errorOf(await add('Gold')).codeName).to.equal('RESOURCE_GROUP_EXISTS');
    expect(errorOf(await add('1gold')).codeName).to.equal('INVALID_NAME');
    expect(errorOf(await cluster.groups.delete('tin', callOptions())).codeName).to.equal('RESOURCE_GROUP_NOT_FOUND');
    expect(errorOf(await cluster.groups.modify(group('tin'), callOptions())).codeName).to.equal(
      'RESOURCE_GROUP_NOT_FOUND',
    );
    const unknown = group('gold', {}, { clear: ['__proto__'] });
    expect(errorOf(await cluster.groups.modify(unknown, callOptions())).codeName).to.equal('INVALID_ARGUMENT');
    await spawn('web');
    expect(errorOf(await cluster.groups.delete('gold', callOptions())).codeName).to.equal('RESOURCE_GROUP_IN_USE');
    expect(errorOf(await cluster.groups.delete('DfltRscGrp', callOptions())).codeName).to.equal(
      'RESOURCE_GROUP_IN_USE',
    );
  });

  it('number volume groups by the lowest free number, and forget them with the group', async () => {
    await add('gold');
    const volume = (volumeNumber?: number) =>
      cluster.groups.createVolume({ groupName: 'gold', volumeNumber, gross: false }, callOptions());
    expect((await volume()).volumeNumber).to.equal(0);
    expect((await volume(3)).volumeNumber).to.equal(3);
    expect((await volume()).volumeNumber).to.equal(1);
    expect(errorOf(await volume(3)).codeName).to.equal('VOLUME_GROUP_EXISTS');
    expect(errorOf(await volume(65_535)).codeName).to.equal('INVALID_ARGUMENT');
    expect(codes(await cluster.groups.deleteVolume('gold', 0, callOptions()))).to.deep.equal(['SUCCESS DELETED']);
    expect(errorOf(await cluster.groups.deleteVolume('gold', 0, callOptions())).codeName).to.equal(
      'VOLUME_GROUP_NOT_FOUND',
    );
    await cluster.groups.delete('gold', callOptions());
    expect((await cluster.view()).volumeGroups.size).to.equal(0);
  });

  describe('spawn', () => {
    it('makes definition, volumes and replicas in one transaction', async () => {
      await add('gold', { placeCount: 3 }, 5);
      const before = cluster.controller.context.state.revision;
      const reply = await spawn('web', { sizesKib: [4096, 8192] }, { async: true });
      expect(codes(reply).slice(0, 2)).to.deep.equal(['SUCCESS CREATED', 'SUCCESS PLACED']);
      expect(reply.nodeNames).to.have.lengthOf(3);
      expect(cluster.controller.context.state.revision).to.be.at.least(before + 1);
      const view = await cluster.view();
      expect(findDefinition(view, 'web')).to.include({ groupName: 'gold', peerSlots: 5 });
      expect(volumesOf(view, 'web').map((each) => [each.volume, each.sizeKib])).to.deep.equal([
        [0, 4096],
        [1, 8192],
      ]);
      expect(await nodesOf('web')).to.have.lengthOf(3);
    });

    it('leaves nothing when the replicas cannot be placed', async () => {
      await add('gold', { placeCount: 5 });
      const before = await stored();
      const error = errorOf(await spawn('web'));
      expect(error.codeName).to.equal('NOT_ENOUGH_NODES');
      expect(error.placement).to.have.lengthOf(4);
      expect(await stored()).to.equal(before);
    });

    it('takes the numbers of the volume groups, one size for each, fewer only with --partial', async () => {
      await add('gold', { placeCount: 1 });
      for (const volumeNumber of [2, 5]) {
        await cluster.groups.createVolume(
          { groupName: 'gold', volumeNumber, gross: volumeNumber === 5 },
          callOptions(),
        );
      }
      expect(errorOf(await spawn('web')).codeName).to.equal('INVALID_ARGUMENT');
      expect(errorOf(await spawn('web', { sizesKib: [1, 2, 3], partial: true })).codeName).to.equal('INVALID_ARGUMENT');
      expect(codes(await spawn('part', { partial: true }))).to.include('SUCCESS PLACED');
      await spawn('web', { sizesKib: [102_400, 102_400] });
      const sizes = volumesOf(await cluster.view(), 'web').map((each) => [each.volume, each.sizeKib]);
      expect(sizes[0]).to.deep.equal([2, 102_400]);
      expect(sizes[1]?.[1]).to.be.within(102_200, 102_396);
      expect(errorOf(await spawn('tiny', { sizesKib: [4096, 4] })).codeName).to.equal('INVALID_SIZE');
      expect(errorOf(await spawn('none', { sizesKib: [4096, -1] })).codeName).to.equal('INVALID_SIZE');
    });

    it('makes only definitions when asked to, and a name for an external one', async () => {
      await add('gold', { placeCount: 2 });
      const reply = await spawn('', { externalName: 'a disk of "Müller"', definitionsOnly: true });
      expect(codes(reply)).to.deep.equal(['SUCCESS CREATED']);
      const view = await cluster.view();
      const definition = findDefinition(view, 'a disk of "Müller"');
      expect(definition?.name).to.match(/^LS_[A-Za-z0-9_-]+$/);
      expect(await nodesOf(definition?.name ?? '')).to.deep.equal([]);
      const again = await spawn('', { externalName: 'a disk of "Müller"' });
      expect(errorOf(again).codeName).to.equal('RESOURCE_DEFINITION_EXISTS');
      expect(errorOf(await spawn('')).codeName).to.equal('INVALID_NAME');
      expect(errorOf(await spawn('', { externalName: 'x\ny' })).codeName).to.equal('INVALID_NAME');
    });

    it('lets the caller replace and drop wishes of the group', async () => {
      await add('gold', { placeCount: 4, storagePools: ['other'] });
      expect(errorOf(await spawn('web')).codeName).to.equal('NOT_ENOUGH_NODES');
      const own = wishes({ placeCount: 1, nodeNames: ['charlie'] }, ['storage_pools']);
      expect((await spawn('web', own)).nodeNames).to.deep.equal(['charlie']);
      expect(errorOf(await spawn('other', wishes({ nodeNames: ['zulu'] }))).codeName).to.equal('NODE_NOT_FOUND');
    });

    it('makes no replicas where nobody says how many, and says so', async () => {
      await add('gold');
      expect(codes(await spawn('web'))).to.deep.equal(['SUCCESS CREATED', 'INFO NOTE']);
      expect(await nodesOf('web')).to.deep.equal([]);
    });

    it('attaches the remaining nodes without disks when the group wants that', async () => {
      await add('gold', { placeCount: 2, disklessOnRemaining: true });
      expect((await spawn('web')).nodeNames).to.have.lengthOf(4);
      const resources = resourcesOf(await cluster.view(), 'web');
      expect(resources.filter((entry) => entry.diskful)).to.have.lengthOf(2);
      expect(resources).to.have.lengthOf(4);
    });

    it('answers a trial as it would answer, and stores nothing', async () => {
      await add('gold', { placeCount: 2 });
      const before = await stored();
      const trial = await spawn('web', {}, { whatIf: true });
      expect(codes(trial)).to.deep.equal([
        'SUCCESS CREATED',
        'SUCCESS PLACED',
        'SUCCESS CREATED',
        'SUCCESS CREATED',
        'INFO NOTE',
      ]);
      expect(trial.answers[1]?.placement).to.have.lengthOf(4);
      expect(await stored()).to.equal(before);
      const done = await spawn('web');
      expect(done.nodeNames).to.deep.equal(trial.nodeNames);
      expect(done.answers[1]?.placement?.map(({ reason }) => reason)).to.deep.equal(['chosen', 'chosen']);
    });

    it('counts what was decided a moment ago: spawns at the same time never promise one space twice', async () => {
      await add('gold', { placeCount: 1 });
      // Four pools of 10 GiB, twelve resources of 4 GiB: two fit into each.
      const replies = await Promise.all(
        Array.from({ length: 12 }, (_, index) => spawn(`web${index}`, { sizesKib: [4_194_304] }, { async: true })),
      );
      const placed = replies.flatMap((reply) => reply.nodeNames);
      expect(placed).to.have.lengthOf(8);
      for (const name of ['alpha', 'bravo', 'charlie', 'delta']) {
        expect(placed.filter((node) => node === name)).to.have.lengthOf(2);
      }
    });
  });

  describe('adjust', () => {
    it('places what is missing, each resource by itself, and tells why one could not be placed', async () => {
      await add('gold', { placeCount: 1 });
      await spawn('small');
      await spawn('large', { sizesKib: [6_291_456] });
      await spawn('full', { sizesKib: [6_291_456] });
      await cluster.groups.modify(group('gold', { placeCount: 3 }), callOptions());
      const trial = await cluster.spawning.adjust('gold', callOptions({ whatIf: true }));
      expect(trial.answers.at(-1)?.message).to.match(/^Of 3 resources 0 had enough replicas/);
      expect(await nodesOf('small')).to.have.lengthOf(1);
      const reply = await cluster.spawning.adjust('gold', callOptions());
      expect(codes(reply).sort()).to.deep.equal([
        'ERROR NOT_ENOUGH_NODES',
        'INFO NOTE',
        'SUCCESS PLACED',
        'SUCCESS PLACED',
      ]);
      expect(reply.answers.at(-1)?.message).to.match(/0 had enough replicas, 2 got more, 1 could not/);
      expect(await nodesOf('small')).to.have.lengthOf(3);
      const again = await cluster.spawning.adjust('', callOptions());
      expect(codes(again)).to.deep.equal(['ERROR NOT_ENOUGH_NODES', 'INFO NOTE']);
      expect(errorOf(await cluster.spawning.adjust('tin', callOptions())).codeName).to.equal(
        'RESOURCE_GROUP_NOT_FOUND',
      );
    });
  });

  it('answer what the next spawn could get', async () => {
    await add('gold', { placeCount: 2 });
    const queries = new CapacityQueries(cluster.controller.context);
    const { sizeInfo } = queries.sizeInfo('gold', wishes());
    expect(sizeInfo?.capacityKib).to.equal(4 * 10_485_760);
    expect(sizeInfo?.nextSpawn.map(({ nodeName }) => nodeName)).to.deep.equal(['alpha', 'bravo']);
    expect(codes(await spawn('web', { sizesKib: [sizeInfo?.maxVolumeKib ?? 0] }))).to.include('SUCCESS PLACED');
    const { candidates } = queries.maxVolumes('', wishes({ placeCount: 2 }));
    expect(candidates.map(({ storagePool, nodeNames }) => [storagePool, nodeNames])).to.deep.equal([
      ['DfltStorPool', ['charlie', 'delta']],
    ]);
    expect(queries.maxVolumes('', wishes({ placeCount: 5 })).candidates).to.deep.equal([]);
    expect(queries.sizeInfo('tin', wishes()).answers[0]?.codeName).to.equal('RESOURCE_GROUP_NOT_FOUND');
    expect(queries.sizeInfo('', wishes()).answers[0]?.codeName).to.equal('INVALID_ARGUMENT');
  });

  it('give their place count to resources that are placed without one', async () => {
    await add('gold', { placeCount: 3 });
    const input = { name: 'web', peerSlots: undefined, protocol: '', groupName: 'gold' };
    await cluster.definitions.create(input, callOptions());
    await cluster.addVolume('web');
    const order = { resourceName: 'web', protocol: '', diskless: false, ...wishes() };
    expect((await cluster.resources.autoPlace(order, callOptions())).nodeNames).to.have.lengthOf(3);
    const moved = { name: 'web', groupName: 'DfltRscGrp', peerSlots: 3 };
    const reply = await cluster.definitions.modify(moved, callOptions());
    expect(codes(reply)).to.deep.equal(['SUCCESS MODIFIED', 'INFO NOTE']);
    expect(findDefinition(await cluster.view(), 'web')).to.include({ groupName: 'DfltRscGrp', peerSlots: 3 });
    const nowhere = { ...moved, groupName: 'tin' };
    expect(errorOf(await cluster.definitions.modify(nowhere, callOptions())).codeName).to.equal(
      'RESOURCE_GROUP_NOT_FOUND',
    );
  });

  it('follow properties that change: a weight, a node that is no target any more', async () => {
    await add('gold', { placeCount: 1 });
    const { state } = cluster.controller.context;
    await state.transaction((draft) => {
      const settings = draft.settings.get(SETTINGS_KEY);
      draft.put('settings', { props: { ...settings?.props, AutoplaceTarget: 'false' } });
      for (const node of draft.nodes.all()) {
        if (node.name === 'delta') draft.put('nodes', { ...node, props: { AutoplaceTarget: 'true' } });
      }
    });
    expect((await spawn('web')).nodeNames).to.deep.equal(['delta']);
  });
});
