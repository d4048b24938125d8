/** Seeded bugs in what travels between two nodes, and in what has to wait for it. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE: readonly OracleId[] = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'];

export const STREAM_MUTANTS: readonly Mutant[] = [
  {
    id: 'M29',
    title: 'a Primary without data outdates whoever has no link to it',
    file: `${CORE}/cluster-change/tally.ts`,
    find: `    weak: counts && isCapable(r, around) ?`,
    replace: `    weak: counts ?`,
    scenarios: ['profile:twopc', 'profile:disk-failures'],
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
    scenarios: ['power-loss-by-protocol', 'power-loss-all'],
    expected: DIVERGENCE,
  },
  {
    id: 'M40',
    title: 'writes of the next epoch are applied beside those that a barrier waits for',
    file: `${CORE}/dispatch.ts`,
    find: `      if (isRxStalled(connection)) {`,
    replace: `      if (isRxStalled(connection) && frame.type !== 'DATA') {`,
    expected: [...DIVERGENCE, 'O26', 'O27', 'O29'],
  },
  {
    id: 'M58',
    title: 'timers of a link go on after its end',
    file: `${CORE}/link/link.ts`,
    find: `  for (const purpose of ['ping', 'ping-timeout', 'handshake', 'connect'])
    r.ports.cancelTimer(timer(purpose, connection));
  r.ports.disconnect(connection.peer);
  if (wasConnected)`,
    replace: `  r.ports.disconnect(connection.peer);
  if (wasConnected)`,
    expected: ['O26', 'O27', 'O28', 'O29', 'ASSERT'],
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
