import { expect } from 'chai';
import { findNode, leftoversOn, resourcesOf } from '../../../controller/domain/cluster-view.ts';
import type { Properties } from '../../../controller/domain/properties.ts';
import { DiskService } from '../../../controller/service/disk-service.ts';
import { NodeLifeCycle } from '../../../controller/service/node-life-cycle.ts';
import { callOptions, codes, errorOf, TestController } from '../test-controller.ts';

describe('ReplicaKeeper', () => {
  let cluster: TestController;
  let nodes: NodeLifeCycle;
  let disks: DiskService;

  const begin = async (names: readonly string[], props?: Properties): Promise<void> => {
    cluster = await TestController.ready(names, props === undefined ? {} : { props });
    nodes = new NodeLifeCycle(cluster.controller.context);
    disks = new DiskService(cluster.controller.context);
  };
  afterEach(async () => {
    await cluster.stop();
  });

  const view = () => cluster.controller.context.state.view;
  const replicas = (name = 'db'): string[] =>
    resourcesOf(view(), name).map(
      ({ nodeName, diskful, tieBreaker, deletionRequestedAtMs }) =>
        `${nodeName}${diskful ? '' : tieBreaker === true ? ' tie-breaker' : ' diskless'}${deletionRequestedAtMs === undefined ? '' : ' deleting'}`,
    );
  const until = (expected: readonly string[], name = 'db') =>
    cluster.until(`${name} is on ${expected.join(', ')}, not ${replicas(name).join(', ')}`, () => {
      return JSON.stringify(replicas(name)) === JSON.stringify(expected);
    });
  const make = async (on: readonly string[], name = 'db'): Promise<void> => {
    await cluster.define(name);
    await cluster.addVolume(name);
    expect(codes(await cluster.create(name, on))).to.include('SUCCESS CREATED');
  };
  const evacuate = (name: string, targets: string[] = [], notTargets: string[] = []) =>
    nodes.evacuate({ name, targets, notTargets }, callOptions());

  describe('tie-breakers', () => {
    it('come with the second diskful replica, become a replica with the third, and come again with the fourth', async () => {
      await begin(['alpha', 'bravo', 'charlie', 'delta', 'echo'], {});
      await make(['alpha']);
      await until(['alpha']);
      await cluster.create('db', ['bravo']);
      await until(['alpha', 'bravo', 'charlie tie-breaker']);
      const before = resourcesOf(view(), 'db').find(({ nodeName }) => nodeName === 'charlie');
      await cluster.create('db', ['charlie']);
      await until(['alpha', 'bravo', 'charlie']);
      const after = resourcesOf(view(), 'db').find(({ nodeName }) => nodeName === 'charlie');
      expect(after?.nodeId).to.equal(before?.nodeId);
      expect(after?.bitmapSlots).to.have.length(2);
      await cluster.create('db', ['delta']);
      await until(['alpha', 'bravo', 'charlie', 'delta', 'echo tie-breaker']);
    });

    it('are not needed beside a diskless replica, nor where nobody wants them', async () => {
      await begin(['alpha', 'bravo', 'charlie', 'delta'], {});
      await make(['alpha', 'bravo']);
      await until(['alpha', 'bravo', 'charlie tie-breaker']);
      await cluster.create('db', ['delta'], { diskless: true });
      await until(['alpha', 'bravo', 'delta diskless']);
      const { state } = cluster.controller.context;
      await state.transaction((draft) => {
        draft.put('settings', { props: { 'DrbdOptions/Resource/quorum': 'off' } });
      });
      await cluster.remove('db', ['delta']);
      await until(['alpha', 'bravo']);
    });

    it('make room for a replica also while they are going away', async () => {
      await begin(['alpha', 'bravo', 'charlie', 'delta'], {});
      await make(['alpha', 'bravo']);
      await until(['alpha', 'bravo', 'charlie tie-breaker']);
      let open = (): void => {};
      cluster.satellites.get('charlie').gate = new Promise((resolve) => {
        open = resolve;
      });
      await cluster.create('db', ['delta'], { diskless: true });
      await until(['alpha', 'bravo', 'charlie tie-breaker deleting', 'delta diskless']);
      const creating = cluster.create('db', ['charlie']);
      await until(['alpha', 'bravo', 'charlie', 'delta diskless']);
      open();
      expect(codes(await creating)).to.deep.equal(['SUCCESS CREATED']);
      await cluster.until('charlie has it', () => {
        return cluster.satellites.get('charlie').resources.get('DB')?.volumes[0]?.diskful === true;
      });
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie', 'delta diskless']);
    });

    it('move away from a node that is given up', async () => {
      await begin(['alpha', 'bravo', 'charlie', 'delta'], {});
      await make(['alpha', 'bravo']);
      await until(['alpha', 'bravo', 'charlie tie-breaker']);
      cluster.satellites.get('charlie').kill();
      await cluster.until('it is seen', () => cluster.connection('charlie') === 'OFFLINE');
      await nodes.lost('charlie', callOptions());
      await until(['alpha', 'bravo', 'delta tie-breaker']);
    });
  });

  describe('an evacuation', () => {
    it('adds before it removes, and only then', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      cluster.satellites.get('charlie').diskStates.set('db', 'Inconsistent');
      expect(codes(await evacuate('alpha'))).to.include('SUCCESS MODIFIED');
      await until(['alpha', 'bravo', 'charlie']);
      const { satellites } = cluster;
      await cluster.until('charlie reports', () => satellites.get('charlie').resources.has('DB'));
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie']);
      satellites.get('charlie').diskStates.delete('db');
      satellites.get('charlie').changed();
      await until(['bravo', 'charlie']);
      await cluster.until('the wish is fulfilled', () =>
        resourcesOf(view(), 'db').every(({ replaces }) => replaces === undefined),
      );
      expect(findNode(view(), 'alpha')?.evacuation).not.to.equal(undefined);
    });

    it('leaves what is in use until it is not', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      const alpha = cluster.satellites.get('alpha');
      alpha.inUse.add('db');
      alpha.changed();
      await evacuate('alpha');
      await until(['alpha', 'bravo', 'charlie']);
      await cluster.until('charlie has it', () => cluster.satellites.get('charlie').resources.has('DB'));
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie']);
      alpha.inUse.delete('db');
      alpha.changed();
      await until(['bravo', 'charlie']);
    });

    it('keeps to its targets, waits where there is no place, and goes on when a node comes', async () => {
      await begin(['alpha', 'bravo', 'charlie', 'delta']);
      await make(['alpha', 'bravo']);
      await evacuate('alpha', ['delta']);
      await until(['bravo', 'delta']);
      await evacuate('bravo', [], ['charlie']);
      await until(['bravo', 'delta']);
      const { satellites } = cluster;
      expect(codes(await nodes.restore('alpha', callOptions()))).to.deep.equal(['SUCCESS MODIFIED']);
      await until(['alpha', 'delta']);
      expect(satellites.get('charlie').resources.size).to.equal(0);
    });

    it('does not make fewer of what was made by hand in the default group', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo', 'charlie']);
      await evacuate('alpha');
      await make(['bravo'], 'other');
      await cluster.create('other', ['charlie']);
      await until(['alpha', 'bravo', 'charlie']);
      cluster.satellites.add('delta');
      await cluster.addNode('delta');
      await cluster.addPool('delta');
      await until(['bravo', 'charlie', 'delta']);
    });

    it('survives the end of the controller in the middle', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      cluster.satellites.get('charlie').diskStates.set('db', 'Inconsistent');
      await evacuate('alpha');
      await until(['alpha', 'bravo', 'charlie']);
      await cluster.stop();
      const { satellites, store } = cluster;
      satellites.get('charlie').diskStates.delete('db');
      cluster = await TestController.start([], store, satellites);
      await until(['bravo', 'charlie']);
    });

    it('is refused for a target that is not there, and changes nothing', async () => {
      await begin(['alpha', 'bravo']);
      expect(errorOf(await evacuate('alpha', ['nowhere'])).codeName).to.equal('NODE_NOT_FOUND');
      expect(errorOf(await evacuate('alpha', ['alpha'])).codeName).to.equal('INVALID_ARGUMENT');
      expect(errorOf(await evacuate('alpha', ['bravo'], ['bravo'])).codeName).to.equal('INVALID_ARGUMENT');
      expect(findNode(view(), 'alpha')?.evacuation).to.equal(undefined);
    });
  });

  describe('a node that is given up', () => {
    it('is gone at once, and its replicas are made anew', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      await make(['alpha', 'charlie'], 'web');
      cluster.satellites.get('alpha').kill();
      await cluster.until('it is seen', () => cluster.connection('alpha') === 'OFFLINE');
      expect(codes(await nodes.lost('alpha', callOptions()))).to.deep.equal(['SUCCESS DELETED', 'INFO NOTE']);
      expect(findNode(view(), 'alpha')).to.equal(undefined);
      await until(['bravo', 'charlie']);
      await until(['bravo', 'charlie'], 'web');
    });

    it('is refused while it is connected', async () => {
      await begin(['alpha', 'bravo']);
      expect(errorOf(await nodes.lost('alpha', callOptions())).codeName).to.equal('NODE_IN_USE');
    });

    it('leaves its replicas owed until there is a place for them', async () => {
      await begin(['alpha', 'bravo']);
      await make(['alpha', 'bravo']);
      cluster.satellites.get('alpha').kill();
      await cluster.until('it is seen', () => cluster.connection('alpha') === 'OFFLINE');
      await nodes.lost('alpha', callOptions());
      await until(['bravo']);
      cluster.satellites.add('charlie');
      await cluster.addNode('charlie');
      await cluster.addPool('charlie');
      await until(['bravo', 'charlie']);
    });
  });

  describe('an eviction', () => {
    const SOON = { 'DrbdOptions/auto-add-quorum-tiebreaker': 'False', 'DrbdOptions/AutoEvictAfterTime': '0' };

    it('replaces what was on a node that is away, and the node deletes it when it returns', async () => {
      await begin(['alpha', 'bravo', 'charlie'], SOON);
      await make(['alpha', 'bravo']);
      const alpha = cluster.satellites.get('alpha');
      alpha.kill();
      await cluster.until('it is seen', () => cluster.connection('alpha') === 'OFFLINE');
      expect(replicas()).to.deep.equal(['alpha', 'bravo']);
      const bravo = cluster.satellites.get('bravo');
      bravo.broken.add('alpha');
      bravo.changed();
      await until(['bravo', 'charlie']);
      expect(findNode(view(), 'alpha')?.evictedAtMs).not.to.equal(undefined);
      expect(leftoversOn(view(), 'alpha').map(({ resourceName }) => resourceName)).to.deep.equal(['db']);
      alpha.start();
      await cluster.until(
        'it has cleaned up',
        () => alpha.resources.size === 0 && leftoversOn(view(), 'alpha').length === 0,
      );
    });

    it('does not touch a node that its peers still see', async () => {
      await begin(['alpha', 'bravo', 'charlie'], SOON);
      await make(['alpha', 'bravo']);
      cluster.satellites.get('alpha').kill();
      await cluster.until('it is seen', () => cluster.connection('alpha') === 'OFFLINE');
      cluster.satellites.get('bravo').changed();
      await cluster.create('db', ['charlie'], { diskless: true });
      expect(findNode(view(), 'alpha')?.evictedAtMs).to.equal(undefined);
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie diskless']);
    });
  });

  describe('automatisms of use and number', () => {
    const group = (placeCount: number, props: Properties = {}) =>
      cluster.controller.context.state.transaction((draft) => {
        const usual = draft.groups.all()[0];
        if (usual === undefined) throw new Error('there is always a group');
        draft.put('groups', { ...usual, name: 'web', filter: { ...usual.filter, placeCount }, props });
      });
    const inGroup = async (name: string, on: readonly string[]): Promise<void> => {
      await make(on, name);
      await cluster.controller.context.state.transaction((draft) => {
        const definition = draft.definitions.get(name.toUpperCase());
        if (definition !== undefined) draft.put('definitions', { ...definition, groupName: 'web' });
      });
    };
    const NONE = { 'DrbdOptions/auto-add-quorum-tiebreaker': 'False' };

    it('give a client its disk where it stays, and take a replica that is too many then', async () => {
      await begin(['alpha', 'bravo', 'charlie'], NONE);
      await group(2, { 'DrbdOptions/auto-diskful': '0.0005' });
      await inGroup('db', ['alpha', 'bravo']);
      await cluster.create('db', ['charlie'], { diskless: true });
      const charlie = cluster.satellites.get('charlie');
      charlie.changed();
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie diskless']);
      charlie.inUse.add('db');
      await cluster.until('it has a disk, and there are two replicas', () => {
        charlie.changed();
        return replicas().length === 2 && replicas().includes('charlie');
      });
      const given = resourcesOf(view(), 'db').find(({ nodeName }) => nodeName === 'charlie');
      expect(given).to.include({ diskful: true });
      await cluster.until('nothing is left of the wish', () =>
        resourcesOf(view(), 'db').every(
          ({ autoDiskful, diskChange }) => autoDiskful === undefined && diskChange === undefined,
        ),
      );
    });

    it('keep to the place count of a group, after a while and never below what is whole', async () => {
      await begin(['alpha', 'bravo', 'charlie', 'delta'], {
        ...NONE,
        BalanceResourcesInterval: '1',
        BalanceResourcesGracePeriod: '0',
      });
      await group(2);
      await inGroup('few', ['alpha']);
      await inGroup('many', ['alpha', 'bravo', 'charlie']);
      cluster.satellites.get('bravo').diskStates.set('many', 'Inconsistent');
      cluster.satellites.get('bravo').changed();
      await cluster.until('few has two', () => replicas('few').length === 2);
      await until(['alpha', 'charlie'], 'many');
    });

    it('leave the default group alone where there are more than it asks for', async () => {
      await begin(['alpha', 'bravo', 'charlie'], {
        ...NONE,
        BalanceResourcesInterval: '1',
        BalanceResourcesGracePeriod: '0',
      });
      await make(['alpha'], 'few');
      await make(['alpha', 'bravo', 'charlie']);
      await cluster.until('few has two', () => replicas('few').length === 2);
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie']);
    });
  });

  describe('disks', () => {
    const toggle = (nodeName: string, options: { diskless?: boolean; migrateFrom?: string } = {}) =>
      disks.toggle(
        { resourceName: 'db', nodeName, storagePoolName: '', diskless: false, migrateFrom: '', ...options },
        callOptions(),
      );

    it('are added and removed; a repeated call is a retry', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      await cluster.create('db', ['charlie'], { diskless: true });
      cluster.satellites.get('charlie').diskStates.set('db', 'Inconsistent');
      expect(codes(await toggle('charlie'))).to.deep.equal(['SUCCESS MODIFIED']);
      expect(codes(await toggle('charlie'))).to.deep.equal(['SUCCESS MODIFIED']);
      const changes = () => resourcesOf(view(), 'db').flatMap(({ diskChange }) => diskChange?.kind ?? []);
      expect(changes()).to.deep.equal(['adding']);
      cluster.satellites.get('charlie').diskStates.delete('db');
      cluster.satellites.get('charlie').changed();
      await cluster.until('it is done', () => changes().length === 0);
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie']);
      expect(codes(await toggle('alpha', { diskless: true }))).to.deep.equal(['SUCCESS MODIFIED']);
      await cluster.until('it is done', () => changes().length === 0);
      expect(replicas()).to.deep.equal(['alpha diskless', 'bravo', 'charlie']);
    });

    it('move from one node to another without a moment of less redundancy', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      await cluster.create('db', ['charlie'], { diskless: true });
      cluster.satellites.get('charlie').diskStates.set('db', 'Inconsistent');
      await toggle('charlie', { migrateFrom: 'alpha' });
      await cluster.until(
        'charlie reports',
        () => cluster.satellites.get('charlie').resources.get('DB')?.volumes[0]?.diskful === true,
      );
      expect(replicas()).to.deep.equal(['alpha', 'bravo', 'charlie']);
      cluster.satellites.get('charlie').diskStates.delete('db');
      cluster.satellites.get('charlie').changed();
      await until(['bravo', 'charlie']);
    });

    it('move to a node that has none', async () => {
      await begin(['alpha', 'bravo', 'charlie']);
      await make(['alpha', 'bravo']);
      const move = (from: string, to: string) =>
        disks.migrate({ resourceName: 'db', from, to, storagePoolName: '' }, callOptions());
      expect(codes(await move('alpha', 'charlie'))).to.deep.equal(['SUCCESS MODIFIED']);
      await until(['bravo', 'charlie']);
      expect(errorOf(await move('alpha', 'charlie')).codeName).to.equal('RESOURCE_NOT_FOUND');
      expect(errorOf(await move('bravo', 'bravo')).codeName).to.equal('INVALID_ARGUMENT');
    });

    it('are not taken from the only replica that has one', async () => {
      await begin(['alpha', 'bravo']);
      await make(['alpha']);
      await cluster.create('db', ['bravo'], { diskless: true });
      expect(errorOf(await toggle('alpha', { diskless: true })).codeName).to.equal('LAST_UP_TO_DATE_COPY');
    });
  });
});
