/** Seeded bugs of two Primaries beside each other. */
import type { Mutant } from './mutant.ts';

const FOLDER = 'satellite/replication/two-primaries';
const scenarios = ['profile:two-primaries'] as const;

export const TWO_PRIMARIES_MUTANTS: readonly Mutant[] = [
  {
    id: 'M47',
    fast: true,
    title: 'concurrent writes of two Primaries are applied on each of them in the order of arrival',
    file: `${FOLDER}/concurrent.ts`,
    find: `  return r.role === 'Primary' && volume.locks.isClaimed`,
    replace: `  return r.role === 'Secondary' && volume.locks.isClaimed`,
    scenarios: ['concurrent-writers', ...scenarios],
    expected: ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O14', 'O26', 'ASSERT'],
  },
  {
    id: 'P01',
    title: 'of two generations that crossed each Primary keeps its own',
    file: `${FOLDER}/crossing.ts`,
    find: `  return maker < made.node ? 'take' : 'keep';`,
    replace: `  return 'keep';`,
    scenarios: ['two-writers', ...scenarios],
    expected: ['O5', 'O6', 'O7', 'O12', 'O13', 'O16', 'O26'],
  },
  {
    id: 'P02',
    title: 'a node that one of two Primaries cannot reach misses writes of the other in the same generation',
    file: 'satellite/replication/link/announcements.ts',
    find: `  if (before === 'UpToDate' && device.peerDisk === 'Outdated') generationBecomesDue(r, volume);\n`,
    replace: '',
    scenarios,
    expected: ['O1', 'O3', 'O5', 'O6', 'O7', 'O9', 'O16'],
  },
];
