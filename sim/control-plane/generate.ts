/** Plans from seeds: a cluster is set up, then wishes and faults come for some virtual minutes. */
import { RandomStream } from '../prng.ts';
import type { ControlPlan, Entry, Fault, Wish } from './plan.ts';

const POOL = 'DfltStorPool';
const RACK = 'Aux/rack';
const GROUPS = ['two', 'three', 'racks'] as const;
const SETUP_MS = 1_500;
const RESOURCES = 6;

/** Nodes with a pool and a rack each, and groups of two and three replicas, and of two in different racks. */
export function setup(satellites: readonly string[]): Entry[] {
  const wishes: Wish[] = [
    { kind: 'group-create', group: 'two', places: 2, different: [] },
    { kind: 'group-create', group: 'three', places: 3, different: [] },
    { kind: 'group-create', group: 'racks', places: 2, different: [RACK] },
    ...satellites.map((node): Wish => ({ kind: 'node-create', node })),
  ];
  const later = satellites.flatMap((node, index): Wish[] => [
    { kind: 'pool-create', node, pool: POOL },
    { kind: 'node-property', node, key: RACK, value: `rack${index % 3}` },
  ]);
  return [
    ...wishes.map((wish) => ({ at: 100, wish, again: false })),
    ...later.map((wish) => ({ at: 800, wish, again: false })),
  ];
}

export function generateControlPlan(seed: number): ControlPlan {
  const stream = new RandomStream(seed, 'control/plan');
  const satellites = Array.from({ length: stream.between(4, 7) }, (_, index) => `n${index + 1}`);
  const lastsMs = stream.between(60_000, 240_000);
  const entries: Entry[] = [...setup(satellites)];
  if (stream.permille(300)) {
    const wish: Wish = { kind: 'setting', key: 'DrbdOptions/AutoEvictAfterTime', value: '1' };
    entries.push({ at: 900, wish, again: false });
  }
  const wishes = stream.between(15, 50);
  const spawned = (): Wish => ({ kind: 'spawn', resource: resourceOf(stream), group: stream.pick(GROUPS) });
  for (let index = 0; index < wishes; index += 1) {
    const at = SETUP_MS + stream.below(lastsMs);
    const wish = index < 4 ? spawned() : randomWish(stream, satellites);
    entries.push({ at: index < 4 ? SETUP_MS + index * 50 : at, wish, again: stream.permille(200) });
  }
  // A node that nobody will see again.
  if (satellites.length > 4 && stream.permille(300)) {
    const node = stream.pick(satellites);
    const at = SETUP_MS + stream.below(lastsMs);
    entries.push({ at, fault: { kind: 'satellite-kill', node } });
    entries.push({ at: at + stream.between(4_000, 20_000), wish: { kind: 'lost', node }, again: stream.coin() });
  }
  const faults = stream.between(0, 14);
  for (let index = 0; index < faults; index += 1) {
    entries.push(...randomFault(stream, satellites, SETUP_MS + stream.below(lastsMs)));
  }
  entries.sort((a, b) => a.at - b.at);
  return {
    name: `control-plane:${seed}`,
    seed,
    satellites,
    resyncMs: stream.between(500, 15_000),
    entries,
    endsAt: SETUP_MS + lastsMs + 5_000,
    restoreAtEnd: stream.coin(),
  };
}

const resourceOf = (stream: RandomStream): string => `r${1 + stream.below(RESOURCES)}`;

function randomWish(stream: RandomStream, satellites: readonly string[]): Wish {
  const node = stream.pick(satellites);
  const resource = resourceOf(stream);
  const makers: readonly (readonly [number, () => Wish])[] = [
    [8, () => ({ kind: 'spawn', resource, group: stream.pick(GROUPS) })],
    [4, () => ({ kind: 'define', resource, group: stream.pick(GROUPS) })],
    [3, () => ({ kind: 'volume-create', resource, volume: stream.below(3) })],
    [2, () => ({ kind: 'volume-delete', resource, volume: stream.below(3) })],
    [5, () => ({ kind: 'place', resource })],
    [6, () => ({ kind: 'create', resource, node, diskless: stream.coin() })],
    [6, () => ({ kind: 'delete', resource, node })],
    [3, () => ({ kind: 'definition-delete', resource })],
    [7, () => ({ kind: 'toggle', resource, node, diskless: stream.coin() })],
    [7, () => ({ kind: 'migrate', resource, from: node, to: stream.pick(satellites) })],
    [5, () => ({ kind: 'evacuate', node })],
    [4, () => ({ kind: 'restore', node })],
    [4, () => ({ kind: 'property', resource, key: 'Aux/note', value: `v${stream.below(1_000)}` })],
    [2, () => ({ kind: 'pool-create', node, pool: 'other' })],
    [2, () => ({ kind: 'pool-delete', node, pool: 'other' })],
    [1, () => ({ kind: 'node-delete', node })],
    [1, () => ({ kind: 'node-create', node })],
  ];
  return makers[stream.weighted(makers.map(([weight]) => weight))]?.[1]() ?? { kind: 'place', resource };
}

/** Each with its end, some time later. */
function randomFault(stream: RandomStream, satellites: readonly string[], at: number): Entry[] {
  const node = stream.pick(satellites);
  const other = stream.pick(satellites);
  const resource = resourceOf(stream);
  const span = (begin: Fault, end: Fault, mostMs: number): Entry[] => [
    { at, fault: begin },
    { at: at + stream.between(100, mostMs), fault: end },
  ];
  const makers: readonly (readonly [number, () => Entry[]])[] = [
    [10, () => [{ at, fault: { kind: 'controller-crash', downMs: stream.between(10, 3_000) } }]],
    [4, () => [{ at, fault: { kind: 'second-controller', overlapMs: stream.between(100, 20_000) } }]],
    [6, () => span({ kind: 'satellite-kill', node }, { kind: 'satellite-start', node }, 90_000)],
    [5, () => span({ kind: 'isolate', node }, { kind: 'rejoin', node }, 90_000)],
    [5, () => span({ kind: 'cut', a: node, b: other }, { kind: 'mend', a: node, b: other }, 60_000)],
    [4, () => span({ kind: 'slow', node }, { kind: 'well', node }, 30_000)],
    [4, () => span({ kind: 'failing', node }, { kind: 'well', node }, 30_000)],
    [2, () => span({ kind: 'store-slow' }, { kind: 'store-well' }, 20_000)],
    [3, () => [{ at, fault: { kind: 'store-fails' } }]],
    [6, () => span({ kind: 'open', resource, node }, { kind: 'close', resource, node }, 60_000)],
  ];
  return makers[stream.weighted(makers.map(([weight]) => weight))]?.[1]() ?? [];
}
