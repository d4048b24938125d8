/** Seeded bugs of data-integrity-alg: the digest that goes with a payload. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const SCENARIOS = ['profile:data-integrity'] as const;
const DAMAGE: readonly OracleId[] = ['O1', 'O3', 'O5', 'O7'];

export const DATA_INTEGRITY_MUTANTS: readonly Mutant[] = [
  {
    id: 'DI1',
    title: 'the digest of received data is not compared',
    file: `${CORE}/payload-digest.ts`,
    find: `  else if (integrity !== undefined && !equal`,
    replace: `  else if (integrity !== undefined && integrity.digest.length === 0 && !equal`,
    scenarios: SCENARIOS,
    expected: DAMAGE,
  },
  {
    id: 'DI2',
    title: 'a digest is added to writes only, not to the data of a resync',
    file: `${CORE}/resync/source.ts`,
    find: `    integrity: digestFor(r, connection, payload),`,
    replace: `    integrity: digestFor(r, { ...connection, features: 0 }, payload),`,
    scenarios: SCENARIOS,
    expected: DAMAGE,
  },
  {
    id: 'DI3',
    title: 'what a remote read brings is given to the client before its digest is compared',
    file: `${CORE}/write/reads.ts`,
    find: `  if (damage !== undefined) return damage;`,
    replace: `  if (damage !== undefined) {
    completeRead(r, read, frame.payload);
    return damage;
  }`,
    scenarios: SCENARIOS,
    expected: [...DAMAGE, 'ASSERT'],
  },
  {
    id: 'DI4',
    title: 'a write whose digest is wrong is dropped and acknowledged',
    file: `${CORE}/write/peer-writes.ts`,
    find: `    if (damage !== undefined) return damage;`,
    replace: `    if (damage !== undefined) {
      if (frame.wantsWriteAck)
        r.ports.send(connection.peer, connection.link, 'control', { type: 'WRITE_ACK', request: frame.request });
      return damage.startsWith('payload digest') ? undefined : damage;
    }`,
    scenarios: SCENARIOS,
    expected: [...DAMAGE, 'O2', 'O6', 'O9', 'O26', 'ASSERT'],
  },
];
