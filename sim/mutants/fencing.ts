/** Seeded bugs of fencing, handlers and suspended I/O. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const scenarios = ['profile:fencing'] as const;

export const FENCING_MUTANTS: readonly Mutant[] = [
  {
    id: 'M20',
    fast: true,
    title: 'suspend-io returns before in-flight writes settle',
    file: `${CORE}/quorum/thaw.ts`,
    find: `  if (r.log.length > 0 || r.flushes.size > 0) {`,
    replace: `  if (r.flushes.size > 0) {`,
    scenarios: ['suspend-io-snapshot', 'profile:suspend-io'],
    expected: ['O15'],
  },
  {
    id: 'F01',
    title: 'I/O goes on while fence-peer is under way',
    file: `${CORE}/fencing/policy.ts`,
    find: `    if (freezes && needsFencing(connection)) return true;`,
    replace: `    if (freezes && connection.fence !== 'running' && needsFencing(connection)) return true;`,
    scenarios,
    expected: ['O1', 'O2', 'O3', 'O4', 'O11', 'O12', 'O17'],
  },
  {
    id: 'F02',
    title: 'a broken handler counts as success',
    file: `${CORE}/fencing/fence.ts`,
    find: `    default: // broken: nothing is known`,
    replace: `    default:\n      return declareOut(r, connection, 'Outdated', () => true);`,
    scenarios,
    expected: ['O1', 'O2', 'O3', 'O4', 'O11', 'O12', 'O16', 'O17'],
  },
  {
    id: 'F03',
    title: 'at a promotion an absent peer counts as fenced',
    file: `${CORE}/roles/roles.ts`,
    find: `  return fencingObstacle(r);`,
    replace: `  for (const { state, devices } of r.connections.values())
    for (const device of devices.values()) device.peerOutdated ||= state !== 'Connected';
  return undefined;`,
    scenarios,
    expected: ['O1', 'O2', 'O3', 'O4', 'O9', 'O11', 'O12', 'O17'],
  },
  {
    id: 'F04',
    title: 'a peer that rejoins a frozen Primary is not sent what it is owed',
    file: `${CORE}/quorum/thaw.ts`,
    find: `  if (r.role !== 'Primary' || !connection.owed) return false;`,
    replace: `  if (r.role !== 'Primary' || connection.owed || !connection.owed) return false;`,
    scenarios,
    expected: ['O1', 'O2', 'O3', 'O5', 'O6', 'O7', 'O15'],
  },
];
