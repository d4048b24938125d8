/** Seeded bugs of the reconciliation between the survivors of a lost Primary, and of resync without replication. M: known defects; RC, UR: ours. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16', 'O26'] as const;
const scenarios = ['profile:reconciliation'] as const;

export const RECONCILIATION_MUTANTS: readonly Mutant[] = [
  {
    id: 'M13',
    title: 'a survivor becomes UpToDate again without having been compared with the others',
    file: `${CORE}/reconciliation/hold.ts`,
    find: `    if (connection.state === 'Connected' && connection.config.diskful) owed = maskWith(owed, connection.peer);`,
    replace: `    if (connection.state === 'Connected' && connection.peer === r.node) owed = maskWith(owed, connection.peer);`,
    scenarios,
    expected: DIVERGENCE,
  },
  {
    id: 'M38',
    title: 'what the lost Primary has not confirmed is not marked',
    file: `${CORE}/write/peer-writes.ts`,
    find: `    marked += markMissing(r, write, holders);`,
    replace: `    marked += holders === 0 ? 1 : 0;`,
    scenarios,
    expected: DIVERGENCE,
  },
  {
    id: 'RC1',
    title: 'marks of a loss are void although a write that both got is on neither disk yet',
    file: `${CORE}/reconciliation/hold.ts`,
    find: `  if (lost.unpeerAcked.some(({ applied }) => !applied)) return [];`,
    replace: `  if (lost.unpeerAcked.length < 0) return [];`,
    scenarios: ['hunt:survivors-with-writes-in-memory', ...scenarios],
    expected: DIVERGENCE,
  },
  {
    id: 'RC3',
    title: 'the survivor that got less far is the source',
    file: `${CORE}/handshake/equal-generations.ts`,
    find: `(side, other) => side.lastDagtag > other.lastDagtag`,
    replace: `(side, other) => side.lastDagtag < other.lastDagtag`,
    scenarios: ['hunt:survivors-unequally-far', ...scenarios],
    expected: DIVERGENCE,
  },
  {
    id: 'UR1',
    title: 'a source that does not mirror goes on so when it has declared the resync to be over',
    file: `${CORE}/write/sending.ts`,
    find: `  if (device.source?.finishing === true && hasDisk(device.peerDisk)) return true;`,
    replace: `  if (device.source?.finishing === true && !device.source.unreplicated && hasDisk(device.peerDisk)) return true;`,
    scenarios: ['profile:unreplicated'],
    expected: DIVERGENCE,
  },
  {
    id: 'UR2',
    title: 'another source may finish while the Primary does not mirror',
    file: `${CORE}/resync/source-choice.ts`,
    find: `    if (replication === 'WFBitMapT' || target?.unreplicated === true) return true;`,
    replace: `    if (replication === 'WFBitMapT') return true;`,
    scenarios: ['profile:unreplicated'],
    expected: DIVERGENCE,
  },
];
