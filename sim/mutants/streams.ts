/** Seeded bugs in what travels between two nodes, and in what has to wait for it. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE: readonly OracleId[] = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'];

export const STREAM_MUTANTS: readonly Mutant[] = [
  {
    id: 'M29',
    fast: true,
    title: 'a Primary without data outdates whoever has no link to it',
    file: `${CORE}/cluster-change/tally.ts`,
    find: `    weak: counts && isCapable(r, around) ?`,
    replace: `    weak: counts ?`,
    scenarios: ['regression:primary-without-data-outdates-who-leaves-it', 'profile:disk-failures'],
    expected: ['O16', 'O26', 'O27', 'O29'],
  },
  {
    id: 'M35',
    title: 'payload that came in several pieces is put together in another order',
    file: `${CORE}/wire/decoder.ts`,
    find: `      views.push(view);`,
    replace: `      views.unshift(view);`,
    scenarios: ['damaged-frames'],
    fast: true,
    expected: ['O30'],
  },
  {
    id: 'M39',
    title: 'a barrier is acknowledged without a flush',
    file: `${CORE}/write/peer-writes.ts`,
    find: `    if (!hasDisk(volume.disk) || volume.options.writeOrdering === 'drain') continue;`,
    replace: `    continue;`,
    scenarios: ['cut-power-of-a-peer'],
    fast: true,
    expected: DIVERGENCE,
  },
  {
    // Applying them beside a barrier that still waits shows at once: the numbers in BARRIER_ACK no longer match, the link ends.
    id: 'M40',
    title: 'a barrier does not wait for the writes before it, so that those behind it are applied beside them',
    file: `${CORE}/write/peer-writes.ts`,
    find: `connection.rxActive > 0 || connection.link === undefined`,
    replace: `connection.link === undefined`,
    scenarios: ['hunt:epochs-on-slow-disks'],
    expected: DIVERGENCE,
  },
  {
    // Timers alone do no harm when they go on: each of them asks first whether what it stands for is still there.
    id: 'M58',
    title: 'what a link owed goes on after its end: the next one is never asked whether it lives',
    file: `${CORE}/link/link.ts`,
    find: `  connection.pingOutstanding = false;
  for (const purpose of ['ping', 'ping-timeout',`,
    replace: `  for (const purpose of ['ping',`,
    scenarios: ['hunt:silent-twice'],
    expected: ['O26', 'O27', 'EXPECT'],
  },
  {
    id: 'M60',
    title: 'the transfer log takes every write, however far a peer with protocol A is behind',
    file: `${CORE}/write/write-path.ts`,
    find: `  if (r.log.length >= r.options.nrRequests) return false;
`,
    replace: '',
    scenarios: ['small-transfer-log'],
    expected: ['O28'],
  },
];
