/** Seeded bugs where two parts of a cluster come together. J: ours. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const PROFILE = ['profile:joining'];

export const JOINING_MUTANTS: readonly Mutant[] = [
  {
    id: 'J01',
    title: 'two parts that each have a Primary are joined',
    file: `${CORE}/cluster-change/connects.ts`,
    find: `  across !== EMPTY_MASK && without(tally.primaries, across) !== EMPTY_MASK;`,
    replace: `  across !== EMPTY_MASK && without(tally.primaries, across) === across;`,
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J02',
    title: 'nobody is asked about a link between two Secondaries, whatever is behind them',
    file: `${CORE}/handshake/joining.ts`,
    find: `  return !isLone(own) && !isLone(theirs) &&`,
    replace: `  return (own.role === 'Primary' || theirs.role === 'Primary') && !isLone(own) && !isLone(theirs) &&`,
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J03',
    title: 'a Primary without any link comes back without asking anybody',
    file: `${CORE}/handshake/joining.ts`,
    find: `near === EMPTY_MASK && role === 'Secondary' && primaries === EMPTY_MASK;`,
    replace: `near === EMPTY_MASK && role !== 'Unknown' && primaries === EMPTY_MASK;`,
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J04',
    title: 'the end that is asked about a link asks nobody behind it',
    file: `${CORE}/cluster-change/connects.ts`,
    find: `onChangeFrame(r, connection, frame);`,
    replace: `onChangeFrame(r, connection, frame.type === 'TWOPC_PREPARE' ? { ...frame, nodesToReach: EMPTY_MASK } : frame);`,
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J05',
    title: 'a node that was alone joins two parts at once, each with a Primary',
    file: `${CORE}/handshake/joining.ts`,
    find: `  if (now === EMPTY_MASK) return true;`,
    replace: `  if (now !== undefined) return true;`,
    scenarios: PROFILE,
    expected: ['O11'],
  },
  {
    id: 'J06',
    title: 'the end of a row takes the one neighbour that it sees for all other replicas',
    file: `${CORE}/link/announcements.ts`,
    find: `(seesBeyond(r) && !isShownBeyond(r, volume))`,
    replace: `(seesBeyond(r) && !isShownBeyond(r, volume) && r.node < 0)`,
    scenarios: ['regression:the-end-of-a-row-takes-itself-for-the-best-of-all'],
    expected: ['O11'],
  },
];
