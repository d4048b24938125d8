import { expect } from 'chai';
import { aNode, aPool, aResource, aVolumeDefinition } from '../objects.ts';
import { problem } from '../../../controller/domain/answer.ts';
import { type ConnectionStatus, NEVER_SEEN, type ObservedPool } from '../../../controller/domain/observed.ts';
import type { ProviderKind } from '../../../controller/domain/storage-pool.ts';
import { autoPlace } from '../../../controller/placement/auto-place.ts';
import { roomFor } from '../../../controller/placement/capacity.ts';
import { tablesOf } from '../../../controller/state/tables.ts';

interface Row {
  readonly node: string;
  readonly pool?: string;
  readonly kind?: ProviderKind;
  readonly connection?: ConnectionStatus;
  readonly total?: number;
  readonly free?: number;
  readonly max?: number;
  readonly broken?: boolean;
  readonly unreported?: boolean;
  readonly deleting?: boolean;
  /** Has the resource "db" already. */
  readonly has?: boolean;
}

function world(rows: readonly Row[]) {
  const names = [...new Set(rows.map((row) => row.node))];
  const view = tablesOf({
    nodes: names.map((name) => aNode(name)),
    pools: rows.flatMap((row) =>
      row.pool === undefined
        ? []
        : [
            aPool(row.node, row.pool, {
              providerKind: row.kind ?? 'FILE',
              deletionRequestedAtMs: row.deleting ? 1 : undefined,
            }),
          ],
    ),
    volumeDefinitions: [aVolumeDefinition('db', { sizeKib: 1000 })],
    resources: rows.filter((row) => row.has).map((row, id) => aResource(row.node, id, { storagePool: row.pool })),
  });
  const status = {
    node: (name: string) => {
      const own = rows.filter((row) => row.node === name);
      const pools = own.flatMap((row): [string, ObservedPool][] => {
        if (row.pool === undefined || row.unreported) return [];
        const reports = row.broken ? [problem('ERROR', 'BACKING_STORE_FAILED', 'read-only file system')] : [];
        const { total = 1e6, free = 1e6, max = 0 } = row;
        return [
          [
            row.pool.toUpperCase(),
            {
              name: row.pool,
              providerKind: row.kind ?? 'FILE',
              totalKib: total,
              freeKib: free,
              maxVolumeKib: max,
              reports,
            },
          ],
        ];
      });
      return { ...NEVER_SEEN, connection: own[0]?.connection ?? 'ONLINE', pools: new Map(pools) };
    },
  };
  return { view, status };
}

function place(
  rows: readonly Row[],
  count: number,
  needed: readonly number[] = [1000],
  poolNames: readonly string[] = [],
) {
  const { view, status } = world(rows);
  const { chosen, rejections } = autoPlace(view, status, { resourceName: 'db', count, poolNames, needed });
  return {
    chosen: chosen.map((pool) => `${pool.nodeName}/${pool.name}`),
    rejected: Object.fromEntries(rejections.map((each) => [each.node, each.reason])),
  };
}

describe('autoPlace', () => {
  it('takes the pools with most free space, one per node', () => {
    const rows = [
      { node: 'a', pool: 'p1', free: 5000 },
      { node: 'a', pool: 'p2', free: 9000 },
      { node: 'b', pool: 'p1', free: 8000 },
      { node: 'c', pool: 'p1', free: 7000 },
    ];
    expect(place(rows, 2).chosen).to.deep.equal(['a/p2', 'b/p1']);
    expect(place(rows, 3).chosen).to.deep.equal(['a/p2', 'b/p1', 'c/p1']);
  });

  it('breaks ties by name, so that the same cluster gives the same answer', () => {
    const rows = ['c', 'a', 'b'].map((node) => ({ node, pool: 'p' }));
    expect(place(rows, 3).chosen).to.deep.equal(['a/p', 'b/p', 'c/p']);
  });

  it('chooses among the named pools only', () => {
    const rows = [
      { node: 'a', pool: 'gold' },
      { node: 'b', pool: 'tin' },
    ];
    const { chosen, rejected } = place(rows, 2, [1000], ['GOLD']);
    expect(chosen).to.deep.equal(['a/gold']);
    expect(rejected['b']).to.equal('it has no storage pool named GOLD');
  });

  const reasons: [string, Row, RegExp][] = [
    ['is offline', { node: 'a', pool: 'p', connection: 'OFFLINE' }, /the node is OFFLINE/],
    ['has no pool', { node: 'a' }, /no storage pool/],
    ['has only a pool that is being deleted', { node: 'a', pool: 'p', deleting: true }, /no storage pool/],
    ['has a pool never reported', { node: 'a', pool: 'p', unreported: true }, /has not been reported/],
    ['has a broken pool', { node: 'a', pool: 'p', broken: true }, /read-only file system/],
    ['has the resource', { node: 'a', pool: 'p', has: true }, /has the resource already/],
    ['has too little free space', { node: 'a', pool: 'p', free: 999 }, /999 KiB free, 1000 KiB are needed/],
    ['has a pool smaller than the volume', { node: 'a', pool: 'p', total: 999, kind: 'FILE_THIN' }, /999 KiB in all/],
    ['has no device large enough', { node: 'a', pool: 'p', kind: 'DEVICE', max: 900 }, /no free device of 1000 KiB/],
  ];
  for (const [what, row, expected] of reasons) {
    it(`explains that a node is passed over because it ${what}`, () => {
      const { chosen, rejected } = place([row], 1);
      expect(chosen).to.deep.equal([]);
      expect(rejected['a']).to.match(expected);
    });
  }
});

describe('roomFor', () => {
  const room = (row: Row, needed: readonly number[]) => {
    const { view, status } = world([row]);
    const [pool] = view.pools.all();
    if (pool === undefined) throw new Error('no pool');
    return roomFor(view, status, pool, needed);
  };

  it('lets a thin pool promise twenty times its space, but no single volume beyond it', () => {
    const row: Row = { node: 'a', pool: 'p', kind: 'FILE_THIN', total: 1000, free: 1000 };
    expect(room(row, [900, 900, 900]).ok).to.equal(true);
    expect(room(row, Array(23).fill(900)).ok).to.equal(false);
    expect(room(row, [1001]).ok).to.equal(false);
  });

  it('counts volumes that the satellite has not made yet', () => {
    const row: Row = { node: 'a', pool: 'p', free: 3000, has: true };
    expect(room(row, [1500]).ok).to.equal(true);
    expect(room(row, [2500]).ok).to.equal(false);
  });
});
