/** Named runs of the control plane: each shows one promise in one story. */
import { OperationError } from '../../common/errors.ts';
import { generateControlPlan, setup } from './generate.ts';
import type { ControlPlan, Entry, Fault, Wish } from './plan.ts';

/** What `lockstep sim control` and the mutants call plans of the control plane. */
export const CONTROL_PLANE = 'control-plane';

export const isControlPlane = (source: string | undefined): boolean =>
  source === CONTROL_PLANE || source?.startsWith(`${CONTROL_PLANE}:`) === true;

const asks = (at: number, wish: Wish, again = false): Entry => ({ at, wish, again });
const breaks = (at: number, fault: Fault): Entry => ({ at, fault });

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
const spawned = (count: number, group: string): Entry[] =>
  Array.from({ length: count }, (_, index) => asks(1_500, { kind: 'spawn', resource: `r${index + 1}`, group }));

interface Story {
  readonly about: string;
  readonly entries: readonly Entry[];
  readonly endsAt: number;
  readonly converges?: boolean;
}

const STORIES: Readonly<Record<string, Story>> = {
  'controller-crash-mid-operation': {
    about: 'The controller dies again and again while replicas are made, moved and deleted; every request is repeated.',
    entries: [
      ...spawned(4, 'two'),
      ...Array.from({ length: 24 }, (_, index) =>
        breaks(1_502 + index * 487, { kind: 'controller-crash', downMs: 20 + index * 11 }),
      ),
      asks(2_500, { kind: 'evacuate', node: 'n1' }, true),
      asks(4_000, { kind: 'spawn', resource: 'r5', group: 'three' }, true),
      asks(6_000, { kind: 'property', resource: 'r1', key: 'Aux/note', value: 'kept' }, true),
      asks(8_000, { kind: 'definition-delete', resource: 'r2' }, true),
    ],
    endsAt: 30_000,
  },
  'two-controllers': {
    about: 'Another controller takes over while the old one goes on: satellites obey the new one only.',
    entries: [
      ...spawned(4, 'two'),
      breaks(3_000, { kind: 'second-controller', overlapMs: 20_000 }),
      asks(3_100, { kind: 'evacuate', node: 'n1' }),
      breaks(5_000, { kind: 'satellite-kill', node: 'n2' }),
      breaks(5_500, { kind: 'satellite-start', node: 'n2' }),
      breaks(8_000, { kind: 'second-controller', overlapMs: 20_000 }),
      asks(8_100, { kind: 'definition-delete', resource: 'r1' }),
    ],
    endsAt: 40_000,
  },
  'stale-satellite': {
    about: 'A satellite misses deletions and moves; it makes up for them when it returns, and brings nothing back.',
    entries: [
      ...spawned(6, 'three'),
      breaks(4_000, { kind: 'isolate', node: 'n1' }),
      breaks(4_000, { kind: 'satellite-kill', node: 'n2' }),
      asks(10_000, { kind: 'definition-delete', resource: 'r1' }),
      asks(10_000, { kind: 'definition-delete', resource: 'r2' }),
      asks(12_000, { kind: 'evacuate', node: 'n3' }),
      asks(14_000, { kind: 'spawn', resource: 'r1', group: 'two' }),
      breaks(40_000, { kind: 'rejoin', node: 'n1' }),
      breaks(41_000, { kind: 'satellite-start', node: 'n2' }),
    ],
    endsAt: 60_000,
  },
  'node-evacuate': {
    about:
      'A node is emptied while its volumes are written and other nodes fail: copies never fall below what is wanted.',
    entries: [
      ...spawned(6, 'two'),
      breaks(3_000, { kind: 'open', resource: 'r1', node: 'n1' }),
      asks(4_000, { kind: 'evacuate', node: 'n1' }),
      breaks(5_000, { kind: 'satellite-kill', node: 'n4' }),
      breaks(6_000, { kind: 'cut', a: 'n1', b: 'n5' }),
      breaks(20_000, { kind: 'satellite-start', node: 'n4' }),
      breaks(22_000, { kind: 'mend', a: 'n1', b: 'n5' }),
      breaks(30_000, { kind: 'close', resource: 'r1', node: 'n1' }),
    ],
    endsAt: 60_000,
  },
  'node-lost': {
    about: 'A node burns down: its replicas are made anew elsewhere, and its name is gone.',
    entries: [
      ...spawned(6, 'two'),
      breaks(4_000, { kind: 'satellite-kill', node: 'n1' }),
      asks(14_000, { kind: 'lost', node: 'n1' }, true),
      breaks(14_003, { kind: 'controller-crash', downMs: 300 }),
    ],
    endsAt: 40_000,
  },
  'rack-loss': {
    about:
      'A whole rack goes away: each resource keeps a copy in another one, and nothing is placed twice in one rack.',
    entries: [
      ...spawned(6, 'racks'),
      breaks(4_000, { kind: 'satellite-kill', node: 'n1' }),
      breaks(4_000, { kind: 'satellite-kill', node: 'n4' }),
      asks(12_000, { kind: 'evacuate', node: 'n2' }),
      asks(30_000, { kind: 'lost', node: 'n1' }),
      asks(31_000, { kind: 'lost', node: 'n4' }),
    ],
    endsAt: 60_000,
  },
  'old-database-restored': {
    about:
      'The store is put back to an old image: satellites that have obeyed a later epoch refuse it, and no data goes.',
    entries: [
      ...spawned(4, 'two'),
      breaks(6_000, { kind: 'backup' }),
      breaks(7_000, { kind: 'controller-crash', downMs: 100 }),
      breaks(9_000, { kind: 'controller-crash', downMs: 100 }),
      asks(12_000, { kind: 'migrate', resource: 'r1', from: 'n1', to: 'n5' }),
      asks(12_000, { kind: 'spawn', resource: 'r5', group: 'two' }),
      breaks(30_000, { kind: 'restore-backup' }),
    ],
    endsAt: 60_000,
    converges: false,
  },
};

export const controlScenarios = (): string[] => Object.keys(STORIES);

/** @throws OperationError PLAN_INVALID. */
export function controlPlanOf(source: string, seed: number): ControlPlan {
  if (source === CONTROL_PLANE) return generateControlPlan(seed);
  const name = source.slice(CONTROL_PLANE.length + 1);
  const story = Object.hasOwn(STORIES, name) ? STORIES[name] : undefined;
  if (story === undefined) {
    throw new OperationError('PLAN_INVALID', `there is no scenario "${name}" of the control plane`, {
      correction: `Known ones: ${controlScenarios().join(', ')}`,
    });
  }
  const entries = [...setup(NODES), ...story.entries].sort((a, b) => a.at - b.at);
  return { ...story, name, seed, satellites: NODES, resyncMs: 4_000, entries, restoreAtEnd: name !== 'node-evacuate' };
}
