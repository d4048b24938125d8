/** Seeded bugs in writes without the activity log (al-updates no). */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const DISK = 'satellite/replication/disk';
const DIVERGENCE: readonly OracleId[] = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'];
const SCENARIOS = ['profile:unlogged'];

export const UNLOGGED_MUTANTS: readonly Mutant[] = [
  {
    id: 'A01',
    title: 'a write goes without the log before the superblock says so',
    file: `${DISK}/persistence.ts`,
    find: `  if (md.unlogged === 'flagging') {
    md.logFull.push(write);
    return 'waiting';
  }
`,
    replace: '',
    scenarios: SCENARIOS,
    expected: DIVERGENCE,
  },
  {
    id: 'A02',
    title: 'the flag goes as soon as the log is wanted again, whoever still writes without it',
    file: `${DISK}/unlogged.ts`,
    find: `md.unlogged !== 'yes' || md.unloggedWrites > 0 ||`,
    replace: `md.unlogged !== 'yes' ||`,
    scenarios: SCENARIOS,
    expected: DIVERGENCE,
  },
  {
    id: 'A03',
    title: 'the superblock forgets the flag with the next thing that it is written for',
    file: `${DISK}/persistence.ts`,
    find: `    unlogged: md.unlogged !== 'no',`,
    replace: `    unlogged: md.unlogged === 'flagging',`,
    scenarios: SCENARIOS,
    expected: DIVERGENCE,
  },
  {
    id: 'A04',
    title: 'after a crash only the extents in the log are marked, whatever the flag says',
    file: `${DISK}/attachment.ts`,
    find: `  const isUnlogged = md.unlogged !== 'no';`,
    replace: `  const isUnlogged = false;`,
    scenarios: SCENARIOS,
    expected: DIVERGENCE,
  },
  {
    id: 'A05',
    title: 'the flag goes before the marks of what was written without the log are on disk',
    file: `${DISK}/unlogged.ts`,
    find: `  settlePages(r, volume, 'all', true, { kind: 'unlogged-settled', volume });`,
    replace: `  defer(r, { kind: 'unlogged-settled', volume });`,
    scenarios: SCENARIOS,
    expected: DIVERGENCE,
  },
];
