/** Seeded bugs where two parts of a cluster come together. J: ours. */
import type { Mutant } from './mutant.ts';

const FILE = 'satellite/replication/handshake/partitions.ts';
const PROFILE = ['profile:joining'];

export const JOINING_MUTANTS: readonly Mutant[] = [
  {
    id: 'J01',
    title: 'two parts that each have a Primary are joined',
    file: FILE,
    find: `  if (here !== EMPTY_MASK && there !== EMPTY_MASK && (here & there) === 0) return true;`,
    replace: '',
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J02',
    title: 'a Primary that was found after the other end was told does not void the attempt',
    file: FILE,
    find: `  if ((here & ~sent) !== 0) return true;`,
    replace: '',
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J03',
    title: 'a promotion that is just being agreed on is not told to the other part',
    file: FILE,
    find: `  if (joined?.change.kind === 'promote') all = maskWith(all, joined.initiator);`,
    replace: `  if (joined?.change.kind === 'promote' && joined.parents === EMPTY_MASK) all = maskWith(all, joined.initiator);`,
    scenarios: PROFILE,
    expected: ['O11'],
  },
];
