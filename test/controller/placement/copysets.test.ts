import { expect } from 'chai';
import fc from 'fast-check';
import { NO_FILTER } from '../../../controller/domain/resource-group.ts';
import { copysets } from '../../../controller/placement/copysets.ts';
import { choosePlaces } from '../../../controller/placement/choose-places.ts';
import { SpreadRules } from '../../../controller/placement/spread-rules.ts';
import { aNode } from '../objects.ts';
import { aTask, place, type Row, smallWorld } from './small-world.ts';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `n${String(index).padStart(3, '0')}`);
const noRules = (): SpreadRules => new SpreadRules(NO_FILTER, []);
const key = (nodes: readonly { readonly name: string }[]): string =>
  nodes
    .map(({ name }) => name)
    .sort()
    .join();

describe('copysets', () => {
  it('never spread the replicas of a node over more others than the scatter width says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        (count, size, width) => {
          const sets = copysets(
            names(count).map((name) => aNode(name)),
            size,
            width,
            noRules,
          );
          const others = new Map<string, Set<string>>();
          for (const set of sets) {
            expect(new Set(set).size).to.equal(size);
            for (const { name } of set) {
              const known = others.get(name) ?? new Set<string>();
              for (const other of set) if (other.name !== name) known.add(other.name);
              others.set(name, known);
            }
          }
          for (const known of others.values()) expect(known.size).to.be.at.most(Math.max(width, size - 1));
        },
      ),
    );
  });

  it('use all nodes but those that are left over', () => {
    const sets = copysets(
      names(32).map((name) => aNode(name)),
      3,
      2,
      noRules,
    );
    expect(sets).to.have.lengthOf(10);
    expect(new Set(sets.flat()).size).to.equal(30);
  });

  it('are the same whatever the order in which the nodes come', () => {
    const nodes = names(20).map((name) => aNode(name));
    const reversed = [...nodes].reverse();
    expect(copysets(reversed, 3, 6, noRules).map(key)).to.deep.equal(copysets(nodes, 3, 6, noRules).map(key));
  });

  it('obey the rules among themselves', () => {
    const zones = ['x', 'y', 'z'];
    const nodes = names(30).map((name, index) => aNode(name, { props: { 'Aux/zone': zones[index % 3] ?? '' } }));
    const rules = () => new SpreadRules({ ...NO_FILTER, replicasOnDifferent: ['Aux/zone'] }, []);
    const sets = copysets(nodes, 3, 4, rules);
    expect(sets.length).to.be.at.least(15);
    for (const set of sets) expect(new Set(set.map(({ props }) => props['Aux/zone'])).size).to.equal(3);
  });

  describe('in a placement', () => {
    const rows = (count: number, change: (name: string, index: number) => Partial<Row> = () => ({})): Row[] =>
      names(count).map((node, index) => ({ node, pool: 'p', ...change(node, index) }));

    it('keep many resources on few sets of nodes, so that a loss of three nodes seldom takes all copies of one', () => {
      const sets = (scatterWidth: number | undefined): number => {
        const seen = new Set<string>();
        for (let round = 0; round < 150; round += 1) {
          // Free space as it may be after a while: other pools are best for each resource.
          const world = smallWorld(
            rows(30, (_, index) => ({ free: 5e5 + (((index + 1) * (round + 3) * 7919) % 4e5) })),
          );
          const filter = scatterWidth === undefined ? {} : { scatterWidth };
          const { chosen } = choosePlaces(world, { ...aTask(world, 3, filter), resourceName: undefined });
          seen.add(key((chosen ?? []).map(({ node }) => node)));
        }
        return seen.size;
      };
      expect(sets(4)).to.be.at.most(20);
      expect(sets(undefined)).to.be.greaterThan(60);
    });

    it('stay as they are while a node is away: another set is used', () => {
      const filter = { scatterWidth: 4 };
      const up = smallWorld(rows(12));
      const first = choosePlaces(up, { ...aTask(up, 3, filter), resourceName: undefined }).chosen ?? [];
      const lost = first[0]?.node.name;
      const down = smallWorld(rows(12, (name) => (name === lost ? { connection: 'OFFLINE' } : {})));
      const second = choosePlaces(down, { ...aTask(down, 3, filter), resourceName: undefined }).chosen ?? [];
      expect(second).to.have.lengthOf(3);
      const sets = copysets(up.view.nodes.all(), 3, 4, noRules).map(key);
      expect(sets).to.include(key(first.map(({ node }) => node)));
      expect(sets).to.include(key(second.map(({ node }) => node)));
    });

    it('are a preference where replicas exist: they may stand outside of all sets', () => {
      const world = smallWorld(
        rows(6, (name) => (name === 'n000' || name === 'n001' || name === 'n002' ? { has: true } : {})),
      );
      expect(place(world, aTask(world, 1, { scatterWidth: 3 })).chosen).to.have.lengthOf(1);
    });
  });
});
