import { expect } from 'chai';
import type { Properties } from '../../../controller/domain/properties.ts';
import type { SelectFilter } from '../../../controller/domain/resource-group.ts';
import { refusalOf } from '../../../controller/placement/capacity.ts';
import { maxVolume, maxVolumePerPool } from '../../../controller/placement/max-volume.ts';
import { requirePlaces } from '../../../controller/placement/refusal.ts';
import { choosePlaces, countedReplicas } from '../../../controller/placement/choose-places.ts';
import { PlacementError } from '../../../controller/domain/placement-verdict.ts';
import { aDefinition, aResource } from '../objects.ts';
import { aTask, type MoreObjects, place, type Row, smallWorld } from './small-world.ts';

const chosen = (rows: readonly Row[], count: number, filter: Partial<SelectFilter> = {}, more: MoreObjects = {}) => {
  const world = smallWorld(rows, more);
  return place(world, aTask(world, count, filter)).chosen;
};
const rejected = (rows: readonly Row[], filter: Partial<SelectFilter> = {}, more: MoreObjects = {}) => {
  const world = smallWorld(rows, more);
  return place(world, aTask(world, 1, filter)).rejected;
};

const onNodes = (names: string, row: Partial<Row> = {}): Row[] =>
  [...names].map((node) => ({ node, pool: 'p', ...row }));
const inZones = (zones: Readonly<Record<string, string>>): Row[] =>
  Object.entries(zones).map(([node, zone]) => ({
    node,
    pool: 'p',
    props: zone === '' ? {} : { 'Aux/zone': zone },
  }));

describe('placement', () => {
  it('takes the pools with most free space, one per node', () => {
    const rows = [
      { node: 'a', pool: 'p1', free: 5000 },
      { node: 'a', pool: 'p2', free: 9000 },
      { node: 'b', pool: 'p1', free: 8000 },
      { node: 'c', pool: 'p1', free: 7000 },
    ];
    expect(chosen(rows, 2)).to.deep.equal(['a/p2', 'b/p1']);
    expect(chosen(rows, 3)).to.deep.equal(['a/p2', 'b/p1', 'c/p1']);
    expect(chosen(rows, 4)).to.equal(undefined);
  });

  it('breaks ties by name, so that the same cluster gives the same answer', () => {
    expect(chosen(onNodes('cab'), 3)).to.deep.equal(['a/p', 'b/p', 'c/p']);
  });

  describe('has a filter with a reason for each node or pool it turns down:', () => {
    const other = aResource('a', 0, { resourceName: 'web' });
    const cases: [string, Row, Partial<SelectFilter>, RegExp, MoreObjects?][] = [
      ['a node that is offline', { node: 'a', pool: 'p', connection: 'OFFLINE' }, {}, /^online: the node is OFFLINE/],
      ['a node without pools', { node: 'a' }, {}, /^storage-pool: it has no storage pool/],
      ['a node with the resource', { node: 'a', pool: 'p', has: true }, {}, /^present: it has the resource already$/],
      [
        'a node that is being emptied',
        { node: 'a', pool: 'p', extra: { evacuation: { requestedAtMs: 1, targets: [], notTargets: [] } } },
        {},
        /^node-state: .*evacuated/,
      ],
      ['a node that was given up', { node: 'a', pool: 'p', extra: { evictedAtMs: 1 } }, {}, /^node-state: .*EVICTED/],
      [
        'a node that is going away',
        { node: 'a', pool: 'p', extra: { deletionRequestedAtMs: 1 } },
        {},
        /^node-state: .*deleted/,
      ],
      [
        'a node without a satellite',
        { node: 'a', pool: 'p', extra: { type: 'CONTROLLER' } },
        {},
        /^layers: .*CONTROLLER/,
      ],
      ['a node that is not named', { node: 'a', pool: 'p' }, { nodeNames: ['b'] }, /^node-list: .*\(b\)/],
      [
        'a node that is no target',
        { node: 'a', pool: 'p', props: { AutoplaceTarget: 'False' } },
        {},
        /^autoplace-target: .*the node/,
      ],
      [
        'all nodes where the controller says so',
        { node: 'a', pool: 'p' },
        {},
        /^autoplace-target/,
        { settings: { AutoplaceTarget: 'no' } },
      ],
      [
        'a node with another resource',
        { node: 'a', pool: 'p' },
        { doNotPlaceWith: ['WEB'] },
        /^do-not-place-with: it has resource "web"/,
        { resources: [other] },
      ],
      [
        'a node with a resource of this pattern',
        { node: 'a', pool: 'p' },
        { doNotPlaceWithRegex: '^W.b$' },
        /^do-not-place-with: it has resource "web"/,
        { resources: [other], definitions: [aDefinition('web')] },
      ],
      [
        'a node without the wanted value',
        { node: 'a', pool: 'p', props: { 'Aux/zone': 'x' } },
        { replicasOnSame: ['Aux/zone=y'] },
        /^replicas-on-same: Aux\/zone is not "y"/,
      ],
      [
        'a node with the unwanted value',
        { node: 'a', pool: 'p', props: { 'Aux/zone': 'x' } },
        { replicasOnDifferent: ['Aux/zone=x'] },
        /^replicas-on-different: Aux\/zone is "x"/,
      ],
      [
        'a node without the property that is to be equal',
        { node: 'a', pool: 'p' },
        { replicasOnSame: ['Aux/zone'] },
        /^replicas-on-same: it has no property Aux\/zone/,
      ],
    ];
    for (const [what, row, filter, expected, more] of cases) {
      it(what, () => expect(rejected([row], filter, more)['a']).to.match(expected));
    }

    const pools: [string, Row, Partial<SelectFilter>, RegExp][] = [
      ['of another name', { node: 'a', pool: 'p' }, { storagePools: ['q', 'r'] }, /^storage-pool: .*q or r/],
      ['of another kind', { node: 'a', pool: 'p' }, { providers: ['FILE_THIN'] }, /^provider: it is FILE,/],
      ['that is no target', { node: 'a', pool: 'p', poolProps: { AutoplaceTarget: 'false' } }, {}, /^autoplace-target/],
      ['that is being deleted', { node: 'a', pool: 'p', deleting: true }, {}, /^pool-state: .*deleted/],
      ['never reported', { node: 'a', pool: 'p', unreported: true }, {}, /^pool-state: .*not been reported/],
      ['that is broken', { node: 'a', pool: 'p', broken: true }, {}, /^pool-state: .*read-only file system/],
      ['with too little space', { node: 'a', pool: 'p', free: 999 }, {}, /^free-space: .*999 KiB free, 1000 KiB/],
      ['smaller than the volume', { node: 'a', pool: 'p', total: 999 }, {}, /^volume-size: .*999 KiB in all/],
      [
        'without a large device',
        { node: 'a', pool: 'p', kind: 'DEVICE', max: 900 },
        {},
        /^volume-size: .*no free device/,
      ],
      ['that is nearly full', { node: 'a', pool: 'p', kind: 'FILE_THIN', free: 9e4 }, {}, /^thin-free-space: .*10 %/],
    ];
    for (const [what, row, filter, expected] of pools) {
      it(`a pool ${what}`, () => expect(rejected([row], filter)['a/p']).to.match(expected));
    }

    it('a pool of another family than the replicas there are, unless mixing is allowed', () => {
      const rows: Row[] = [
        { node: 'a', pool: 'p', has: true },
        { node: 'b', pool: 'p', kind: 'DEVICE' },
      ];
      expect(rejected(rows)['b/p']).to.match(/^provider-mixing/);
      expect(chosen(rows, 1, {}, { settings: { AllowMixingStoragePoolDriver: 'true' } })).to.deep.equal(['b/p']);
    });
  });

  it('never mixes families of pools in one choice, even if that means less free space', () => {
    const rows: Row[] = [
      { node: 'a', pool: 'p', kind: 'DEVICE', free: 9e5 },
      { node: 'b', pool: 'p', free: 8e5 },
      { node: 'c', pool: 'p', kind: 'FILE_THIN', free: 7e5 },
    ];
    expect(chosen(rows, 2)).to.deep.equal(['b/p', 'c/p']);
    expect(chosen(rows, 3)).to.equal(undefined);
    expect(chosen(rows, 2, {}, { settings: { AllowMixingStoragePoolDriver: 'true' } })).to.deep.equal(['a/p', 'b/p']);
  });

  describe('with wishes about several replicas', () => {
    it('keeps them on equal values, those of the replicas that exist if there are any', () => {
      const rows = inZones({ a: 'x', b: 'y', c: 'y', d: '' });
      expect(chosen(rows, 2, { replicasOnSame: ['Aux/zone'] })).to.deep.equal(['b/p', 'c/p']);
      const present = rows.map((row) => ({ ...row, has: row.node === 'a' }));
      expect(chosen(present, 1, { replicasOnSame: ['Aux/zone'] })).to.equal(undefined);
    });

    it('calls it undecidable when replicas that have to be equal are not', () => {
      const rows = inZones({ a: 'x', b: 'y', c: 'y' }).map((row) => ({ ...row, has: row.node !== 'c' }));
      expect(() => chosen(rows, 1, { replicasOnSame: ['Aux/zone'] })).to.throw(/differ in Aux\/zone/);
    });

    it('keeps them on different values, a node without the property being one of its own', () => {
      const rows = inZones({ a: 'x', b: 'x', c: '', d: '' });
      expect(chosen(rows, 3, { replicasOnDifferent: ['Aux/zone'] })).to.deep.equal(['a/p', 'c/p', 'd/p']);
      expect(chosen(rows, 4, { replicasOnDifferent: ['Aux/zone'] })).to.equal(undefined);
      const present = rows.map((row) => ({ ...row, has: row.node === 'b' }));
      expect(chosen(present, 3, { replicasOnDifferent: ['Aux/zone'] })).to.equal(undefined);
    });

    it('goes back over its first choices when they leave no way on', () => {
      // a is best and fits nobody else.
      const rows: Row[] = [
        { node: 'a', pool: 'p', free: 9e5, props: { 'Aux/rack': '1', 'Aux/zone': 'x' } },
        { node: 'b', pool: 'p', free: 5e5, props: { 'Aux/rack': '1', 'Aux/zone': 'y' } },
        { node: 'c', pool: 'p', free: 4e5, props: { 'Aux/rack': '2', 'Aux/zone': 'y' } },
      ];
      const wishes = { replicasOnSame: ['Aux/zone'], replicasOnDifferent: ['Aux/rack'] };
      expect(chosen(rows, 2, wishes)).to.deep.equal(['b/p', 'c/p']);
    });

    it('puts at most N on a value and leaves one value partly filled at most', () => {
      const rows = inZones({ a: 'x', b: 'y', c: 'z', d: 'x', e: 'y', f: 'z' });
      const wish = { xReplicasOnDifferent: { 'Aux/zone': 2 } };
      expect(chosen(rows, 3, wish)).to.deep.equal(['a/p', 'b/p', 'd/p']);
      expect(chosen(rows, 6, wish)).to.have.lengthOf(6);
      expect(chosen(inZones({ a: 'x', b: 'y', c: 'z' }), 3, wish)).to.equal(undefined);
      expect(chosen(inZones({ a: 'x', b: 'x', c: 'x' }), 3, wish)).to.equal(undefined);
    });

    it('completes what is partly filled already', () => {
      const rows = inZones({ a: 'x', b: 'y', c: 'z', d: 'x', e: 'y', f: 'z' });
      const present = rows.map((row) => ({ ...row, has: row.node === 'f' }));
      expect(chosen(present, 2, { xReplicasOnDifferent: { 'Aux/zone': 2 } })).to.include('c/p');
    });
  });

  it('counts only diskful replicas that stay', () => {
    const rows = onNodes('abcd', { has: true });
    const leaving = aResource('e', 8, { deletionRequestedAtMs: 1 });
    const diskless = aResource('f', 9, { diskful: false, storagePool: undefined });
    const world = smallWorld(
      [...rows.slice(0, 2), { ...rows[2], node: 'c', extra: { evictedAtMs: 1 } }, ...onNodes('ef')],
      { resources: [leaving, diskless] },
    );
    expect(countedReplicas(world.view, 'db').map(({ nodeName }) => nodeName)).to.deep.equal(['a', 'b']);
  });

  it('places attachments without disks where no pool is', () => {
    const world = smallWorld([{ node: 'a' }, { node: 'b', pool: 'p', has: true }, { node: 'c' }]);
    const task = { ...aTask(world, 2), diskless: true, existing: [] };
    expect(place(world, task).chosen).to.deep.equal(['a/-', 'c/-']);
  });
});

describe('scores', () => {
  const weights = (values: Record<string, number>): Properties =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`Autoplacer/Weights/${name}`, String(value)]));
  const web = (node: string, pool: string, id: number) =>
    aResource(node, id, { resourceName: 'web', storagePool: pool });

  it('prefer by default free space, and where it is equal fewer resources', () => {
    const rows = onNodes('ab', { kind: 'FILE_THIN' });
    expect(chosen(rows, 1)).to.deep.equal(['a/p']);
    expect(chosen(rows, 1, {}, { resources: [web('a', 'p', 0)] })).to.deep.equal(['b/p']);
  });

  it('can prefer little reserved space', () => {
    const rows: Row[] = [
      { node: 'a', pool: 'p', kind: 'FILE_THIN', free: 9e5, has: true },
      { node: 'b', pool: 'p', kind: 'FILE_THIN', free: 2e5 },
    ];
    const place1 = (settings: Properties) => {
      const world = smallWorld(rows, { settings });
      return place(world, { ...aTask(world, 1), resourceName: undefined, existing: [] }).chosen;
    };
    expect(place1({})).to.deep.equal(['a/p']);
    expect(place1(weights({ MaxFreeSpace: 0, MinRscCount: 0, MinReservedSpace: 1 }))).to.deep.equal(['b/p']);
    expect(place1(weights({ MaxFreeSpace: 0.5, MinReservedSpace: 1 }))).to.deep.equal(['b/p']);
  });

  it('can prefer throughput: what a pool can do less the throttles of its volumes, wherever they are set', () => {
    const rows: Row[] = [
      { node: 'a', pool: 'p', free: 9e5, poolProps: { 'Autoplacer/MaxThroughput': '1000' } },
      { node: 'b', pool: 'p', free: 8e5, poolProps: { 'Autoplacer/MaxThroughput': '800' } },
      { node: 'c', pool: 'p', free: 9.9e5 },
    ];
    const settings = weights({ MaxFreeSpace: 0, MaxThroughput: 1 });
    expect(chosen(rows, 1, {}, { settings })).to.deep.equal(['a/p']);
    // Volumes of "db" on a, of another definition with the same volumes: 300 of the 1000 are set aside.
    const throttled = aDefinition('db', {
      props: { 'sys/fs/blkio_throttle_read': '200', 'sys/fs/blkio_throttle_write': '100' },
    });
    const present = aResource('a', 0, { storagePool: 'p' });
    const world = smallWorld(rows, { settings, definitions: [throttled], resources: [present] });
    const fresh = { ...aTask(world, 1), resourceName: undefined, existing: [] };
    expect(place(world, fresh).chosen).to.deep.equal(['b/p']);
  });

  it('count a weight that is no number as 1', () => {
    const rows: Row[] = [
      { node: 'a', pool: 'p', poolProps: { 'Autoplacer/MaxThroughput': '10' }, free: 5e5 },
      { node: 'b', pool: 'p', free: 9e5 },
    ];
    const settings = { 'Autoplacer/Weights/MaxThroughput': 'much' };
    expect(chosen(rows, 1, {}, { settings })).to.deep.equal(['a/p']);
  });
});

describe('capacity', () => {
  const refusal = (row: Row, needed: readonly number[], settings: Properties = {}) => {
    const world = smallWorld([row], { settings });
    const [pool] = world.view.pools.all();
    if (pool === undefined) throw new Error('no pool');
    return refusalOf(world, pool, needed)?.reason;
  };
  const thin: Row = { node: 'a', pool: 'p', kind: 'FILE_THIN', total: 1000, free: 1000 };

  it('lets a thin pool promise twenty times its space, but no single volume beyond it', () => {
    expect(refusal(thin, [900, 900, 900])).to.equal(undefined);
    expect(refusal(thin, Array(23).fill(900))).to.match(/20 times/);
    expect(refusal(thin, [1001])).to.match(/1000 KiB in all/);
  });

  const ratios: [string, Record<string, string>, Record<string, string>, number, boolean][] = [
    ['of the controller', {}, { MaxOversubscriptionRatio: '2' }, 3, false],
    [
      'of the pool before the controller',
      { MaxOversubscriptionRatio: '4' },
      { MaxOversubscriptionRatio: '2' },
      3,
      true,
    ],
    ['for free space alone', { MaxFreeCapacityOversubscriptionRatio: '2' }, {}, 3, false],
    ['for the whole size alone', { MaxTotalCapacityOversubscriptionRatio: '2.5' }, {}, 3, false],
    [
      'the lower one of both',
      { MaxFreeCapacityOversubscriptionRatio: '9', MaxOversubscriptionRatio: '2' },
      {},
      3,
      false,
    ],
  ];
  for (const [what, poolProps, settings, count, fits] of ratios) {
    it(`takes the ratio ${what}`, () => {
      expect(refusal({ ...thin, poolProps }, Array(count).fill(900), settings) === undefined).to.equal(fits);
    });
  }

  it('keeps the really free part of a thin pool that the pool or the controller asks for', () => {
    const row: Row = { node: 'a', pool: 'p', kind: 'FILE_THIN', total: 1e5, free: 3e4 };
    const key = 'Autoplacer/MinThinFreeSpace';
    expect(chosen([row], 1)).to.deep.equal(['a/p']);
    expect(rejected([row], {}, { settings: { [key]: '40' } })['a/p']).to.match(/^thin-free-space: .*40 %/);
    expect(chosen([{ ...row, poolProps: { [key]: '20' } }], 1, {}, { settings: { [key]: '40' } })).to.deep.equal([
      'a/p',
    ]);
    expect(chosen([{ ...row, kind: 'FILE' }], 1, {}, { settings: { [key]: '40' } })).to.deep.equal(['a/p']);
  });

  it('lets no property make a pool promise space that it allocates in advance', () => {
    const row: Row = { ...thin, kind: 'FILE', poolProps: { MaxOversubscriptionRatio: '20' } };
    expect(refusal(row, [600, 600])).to.match(/1000 KiB free/);
  });

  it('counts volumes that the satellite has not made yet', () => {
    const row: Row = { node: 'a', pool: 'p', free: 3000, has: true };
    expect(refusal(row, [1500])).to.equal(undefined);
    expect(refusal(row, [2500])).to.match(/KiB free/);
  });
});

describe('the largest volume', () => {
  const metadata = { blockBytes: 4096, peerSlots: 7 };
  const rows: Row[] = [
    { node: 'a', pool: 'p', free: 9e5, props: { 'Aux/zone': 'x' } },
    { node: 'b', pool: 'p', free: 8e5, props: { 'Aux/zone': 'x' } },
    { node: 'c', pool: 'p', free: 5e5, props: { 'Aux/zone': 'y' } },
    { node: 'c', pool: 'q', free: 2e5, props: { 'Aux/zone': 'y' } },
    { node: 'd', pool: 'q', free: 3e5, props: { 'Aux/zone': 'y' } },
  ];

  it('is what the smallest of the chosen pools can take, wishes counted', () => {
    const world = smallWorld(rows);
    const free = maxVolume(world, aTask(world, 2), metadata);
    expect(free.places.map(({ node }) => node.name)).to.deep.equal(['a', 'b']);
    expect(free.sizeKib).to.be.within(7.9e5, 8e5);
    const apart = maxVolume(world, aTask(world, 2, { replicasOnDifferent: ['Aux/zone'] }), metadata);
    expect(apart.places.map(({ node }) => node.name)).to.deep.equal(['a', 'c']);
    expect(apart.sizeKib).to.be.within(4.9e5, 5e5);
  });

  it('can be placed, and one block more cannot', () => {
    const world = smallWorld(rows);
    const { sizeKib } = maxVolume(world, aTask(world, 3), metadata);
    const gross = (net: number): number => net + 72 + Math.ceil(net / 4 / 8 / 4096) * 4 * 7;
    const fits = (net: number): boolean =>
      choosePlaces(world, { ...aTask(world, 3), needed: [gross(net)] }).chosen !== undefined;
    expect([fits(sizeKib), fits(sizeKib + 4)]).to.deep.equal([true, false]);
  });

  it('is 0 when there are not enough nodes', () => {
    const world = smallWorld(rows);
    expect(maxVolume(world, aTask(world, 5), metadata)).to.deep.equal({ sizeKib: 0, places: [] });
  });

  it('is told per name of pools', () => {
    const world = smallWorld(rows);
    const candidates = maxVolumePerPool(world, aTask(world, 2), metadata);
    expect(candidates.map((each) => [each.storagePool, each.nodeNames, each.allThin])).to.deep.equal([
      ['p', ['a', 'b'], false],
      ['q', ['d', 'c'], false],
    ]);
  });
});

describe('a refusal to place', () => {
  const refuse = (rows: readonly Row[], count: number, filter: Partial<SelectFilter> = {}): PlacementError => {
    const world = smallWorld(rows);
    const task = aTask(world, count, filter);
    try {
      requirePlaces('Resource "db"', task, choosePlaces(world, task));
    } catch (error) {
      if (error instanceof PlacementError) return error;
    }
    throw new Error('nothing was refused');
  };

  it('has a table for people and entries for programs', () => {
    const error = refuse(
      [{ node: 'a', pool: 'p' }, { node: 'bravo', pool: 'p', connection: 'OFFLINE' }, { node: 'c' }],
      2,
    );
    expect(error.code).to.equal('NOT_ENOUGH_NODES');
    expect(error.message).to.equal('Resource "db" needs 2 more nodes, 1 fit');
    expect(error.details?.split('\n')).to.deep.equal([
      'Node   StoragePool  Filter        Reason',
      'a      p            -             fits',
      'bravo  -            online        the node is OFFLINE, its free space is not known',
      'c      -            storage-pool  it has no storage pool',
    ]);
    expect(error.verdicts[0]).to.deep.equal({ node: 'a', pool: 'p', filter: '', reason: 'fits', score: 1 });
    expect(error.verdicts[2]).to.deep.equal({
      node: 'c',
      pool: '',
      filter: 'storage-pool',
      reason: 'it has no storage pool',
    });
  });

  it('names the wishes when nodes fit one by one, but not together', () => {
    const error = refuse(inZones({ a: 'x', b: 'x' }), 2, { replicasOnDifferent: ['Aux/zone'] });
    expect(error.because).to.contain('2 nodes fit one by one').and.to.contain('replicas-on-different Aux/zone');
  });
});
