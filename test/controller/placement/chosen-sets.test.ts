/** Whatever the cluster: what is chosen obeys all rules, is found whenever there is something to find, and fits. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { SelectFilter } from '../../../controller/domain/resource-group.ts';
import { capacityOf, type PlacementWorld } from '../../../controller/placement/capacity.ts';
import { choosePlaces } from '../../../controller/placement/choose-places.ts';
import type { PlacementTask } from '../../../controller/placement/filters.ts';
import { nodeId } from '../../../common/ids.ts';
import { aDefinition, aResource, aVolumeDefinition } from '../objects.ts';
import { aTask, type Row, smallWorld } from './small-world.ts';

const NODES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

interface Case {
  readonly rows: readonly Row[];
  readonly filter: Partial<SelectFilter>;
  readonly count: number;
}

const zone = fc.constantFrom(undefined, 'x', 'y', 'z');
const node = fc.record({
  zone,
  rack: fc.constantFrom(undefined, '1', '2'),
  online: fc.integer({ min: 0, max: 7 }).map((value) => value > 0),
  has: fc.integer({ min: 0, max: 4 }).map((value) => value === 0),
  pools: fc.array(
    fc.record({
      kind: fc.constantFrom('FILE', 'FILE_THIN', 'DEVICE') as fc.Arbitrary<'FILE' | 'FILE_THIN' | 'DEVICE'>,
      free: fc.constantFrom(500, 2000, 3000, 5000),
    }),
    { minLength: 0, maxLength: 2 },
  ),
});
const filter = fc.record({
  replicasOnSame: fc.constantFrom([], [], [], ['Aux/zone'], ['Aux/rack']),
  replicasOnDifferent: fc.constantFrom([], ['Aux/zone'], ['Aux/rack'], ['Aux/zone=x']),
  xReplicasOnDifferent: fc.constantFrom<Record<string, number>>({}, {}, { 'Aux/zone': 2 }, { 'Aux/rack': 2 }),
});

const worlds: fc.Arbitrary<Case> = fc
  .record({
    nodes: fc.array(node, { minLength: 1, maxLength: NODES.length }),
    filter,
    count: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ nodes, ...rest }) => {
    const rows = nodes.flatMap((each, index): Row[] => {
      const props = {
        ...(each.zone === undefined ? {} : { 'Aux/zone': each.zone }),
        ...(each.rack === undefined ? {} : { 'Aux/rack': each.rack }),
      };
      const name = NODES[index] ?? '';
      const base = { node: name, props, connection: each.online ? ('ONLINE' as const) : ('OFFLINE' as const) };
      if (each.pools.length === 0) return [base];
      return each.pools.map((pool, number) => {
        const present = number === 0 && each.has ? { has: true } : {};
        return { ...base, pool: `p${number}`, kind: pool.kind, free: pool.free, total: 6000, ...present };
      });
    });
    return { rows, ...rest };
  });

/** What the rules say, written down anew and as simply as possible. */
function obeys(rows: readonly Row[], wishes: Partial<SelectFilter>, picked: readonly Row[]): boolean {
  const existing = rows.filter((row) => row.has);
  const all = [...existing, ...picked];
  const values = (list: readonly Row[], key: string) => list.map((row) => row.props?.[key]);
  const count = (list: readonly (string | undefined)[], value: string) => list.filter((each) => each === value).length;
  const partly = (list: readonly Row[], key: string, most: number): number => {
    const of = values(list, key);
    const named = [...new Set(of)].filter((value) => value !== undefined);
    return named.filter((value) => count(of, value) < most).length + of.filter((value) => value === undefined).length;
  };
  const sameOk = (wishes.replicasOnSame ?? []).every((key) => {
    const known = values(all, key).filter((value) => value !== undefined);
    return values(picked, key).every((value) => value !== undefined) && new Set(known).size <= 1;
  });
  const differentOk = (wishes.replicasOnDifferent ?? []).every((wish) => {
    const [key = '', value] = wish.split('=');
    if (value !== undefined) return values(picked, key).every((each) => each !== value);
    return values(picked, key).every((each) => each === undefined || count(values(all, key), each) === 1);
  });
  const limitsOk = Object.entries(wishes.xReplicasOnDifferent ?? {}).every(([key, most]) => {
    const within = values(picked, key).every((each) => each === undefined || count(values(all, key), each) <= most);
    return within && partly(all, key, most) <= Math.max(1, partly(existing, key, most));
  });
  const family = (row: Row): string => (row.kind === 'DEVICE' ? 'DEVICE' : 'FILE');
  const families = new Set(existing.map(family));
  const own = new Set(picked.map(family));
  const mixed = families.size > 0 ? [...own].some((each) => !families.has(each)) : own.size > 1;
  const nodesOk = new Set(all.map((row) => row.node)).size === all.length;
  return sameOk && differentOk && limitsOk && (families.size > 1 || !mixed) && nodesOk;
}

function* combinations<T>(items: readonly T[], count: number, from = 0): Generator<T[]> {
  if (count === 0) yield [];
  else {
    for (let index = from; index < items.length; index += 1) {
      for (const rest of combinations(items, count - 1, index + 1)) yield [items[index] as T, ...rest];
    }
  }
}

const undecidable = ({ rows, filter: wishes }: Case): boolean =>
  (wishes.replicasOnSame ?? []).some((key) => {
    const values = rows.filter((row) => row.has).flatMap((row) => row.props?.[key] ?? []);
    return new Set(values).size > 1;
  });

describe('the chosen set', () => {
  const decide = (each: Case) => {
    const world = smallWorld(each.rows);
    const task = aTask(world, each.count, each.filter);
    return { world, placement: choosePlaces(world, task) };
  };
  const rowsOf = (each: Case, placement: ReturnType<typeof choosePlaces>): Row[] | undefined =>
    placement.chosen?.flatMap(({ node: { name }, pool }) =>
      each.rows.filter((row) => row.node === name && row.pool === pool?.name),
    );
  const fits = (world: PlacementWorld, row: Row): boolean => {
    const pool = world.view.pools.all().find((entry) => entry.nodeName === row.node && entry.name === row.pool);
    if (pool === undefined || row.connection === 'OFFLINE') return false;
    const capacity = capacityOf(world, pool);
    return !('code' in capacity) && capacity.usableKib >= 1000 && (row.kind !== 'FILE_THIN' || (row.free ?? 0) >= 600);
  };

  it('obeys all rules, and is found whenever trying everything finds one', () => {
    fc.assert(
      fc.property(worlds, (each) => {
        fc.pre(!undecidable(each));
        const { world, placement } = decide(each);
        const picked = rowsOf(each, placement);
        const hasIt = new Set(each.rows.filter((row) => row.has).map((row) => row.node));
        const possible = each.rows.filter((row) => fits(world, row) && !hasIt.has(row.node));
        let exists = false;
        for (const set of combinations(possible, each.count)) {
          exists = obeys(each.rows, each.filter, set);
          if (exists) break;
        }
        expect(picked !== undefined, 'found').to.equal(exists);
        if (picked === undefined) return;
        expect(picked).to.have.lengthOf(each.count);
        expect(
          picked.every((row) => possible.includes(row)),
          'each place fits',
        ).to.equal(true);
        expect(obeys(each.rows, each.filter, picked), 'the set obeys').to.equal(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('has the highest sum of scores of all that would do', () => {
    fc.assert(
      fc.property(worlds, (each) => {
        fc.pre(!undecidable(each));
        const { placement } = decide(each);
        if (placement.chosen === undefined) return;
        const scored = placement.verdicts.filter((verdict) => verdict.filter === '');
        const rowOf = (name: string, pool: string) => each.rows.find((row) => row.node === name && row.pool === pool);
        let best = Number.NEGATIVE_INFINITY;
        for (const set of combinations(scored, each.count)) {
          const rows = set.flatMap((verdict) => rowOf(verdict.node, verdict.pool) ?? []);
          if (obeys(each.rows, each.filter, rows))
            best = Math.max(
              best,
              set.reduce((sum, { score = 0 }) => sum + score, 0),
            );
        }
        const sum = placement.chosen.reduce((total, { score }) => total + score, 0);
        expect(sum).to.be.closeTo(best, 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it('explains every node that was not chosen', () => {
    fc.assert(
      fc.property(worlds, (each) => {
        fc.pre(!undecidable(each));
        const { placement } = decide(each);
        const told = new Set(placement.verdicts.map((verdict) => verdict.node));
        expect([...told].sort()).to.deep.equal([...new Set(each.rows.map((row) => row.node))].sort());
        expect(placement.verdicts.every(({ reason }) => reason !== '')).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it('never promises more than a pool may, however many are placed one after the other', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.integer({ min: 200, max: 2500 }), { maxLength: 12 }), (each, sizes) => {
        const rows = each.rows.map((row) => ({ ...row, has: false }));
        let resources: ReturnType<typeof aResource>[] = [];
        const volumes = sizes.map((sizeKib, index) => aVolumeDefinition(`r${index}`, { sizeKib }));
        const definitions = sizes.map((_, index) => aDefinition(`r${index}`));
        const build = () => smallWorld(rows, { resources, definitions, volumes });
        for (const [index, sizeKib] of sizes.entries()) {
          const task: PlacementTask = {
            ...aTask(build(), each.count, {}),
            resourceName: `r${index}`,
            needed: [sizeKib + 72 + 28],
            existing: [],
          };
          const made = choosePlaces(build(), task).chosen?.map(({ node: { name }, pool }, id) => {
            return aResource(name, id, { resourceName: `r${index}`, nodeId: nodeId(id), storagePool: pool?.name });
          });
          resources = [...resources, ...(made ?? [])];
        }
        const world = build();
        for (const pool of world.view.pools.all()) {
          const row = rows.find((entry) => entry.node === pool.nodeName && entry.pool === pool.name);
          const ratio = pool.providerKind === 'FILE_THIN' ? 20 : 1;
          const { unseenKib, reservedKib } = world.usage(pool);
          expect(unseenKib).to.be.at.most((row?.free ?? 0) * ratio);
          expect(reservedKib).to.be.at.most(6000 * ratio);
        }
      }),
      { numRuns: 150 },
    );
  });
});
