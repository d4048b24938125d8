/** Seeded bugs of the cluster-wide changes. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const FOLDER = 'satellite/replication/cluster-change';
const PROFILE = ['profile:twopc'];
/** Two Primaries, or what comes of them. */
const TWO_PRIMARIES: readonly OracleId[] = ['O11', 'O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O16', 'O26', 'ASSERT'];

export const TWO_PHASE_MUTANTS: readonly Mutant[] = [
  {
    id: 'M23',
    title: 'a change that one node refuses is not aborted on the others',
    file: `${FOLDER}/coordinator.ts`,
    find: `  sendAbort(r, own.asked, idOf(r, own));
  report(`,
    replace: `  report(`,
    scenarios: PROFILE,
    expected: ['O26', 'O11'],
  },
  {
    id: 'M30',
    title: 'the peer of a disconnect counts as Outdated although its link was broken already',
    file: `${FOLDER}/requests.ts`,
    find: `  stopConnecting(r, connection, DISCONNECTED);
`,
    replace: `  stopConnecting(r, connection, DISCONNECTED);
  for (const device of connection.devices.values()) {
    device.peerDisk = 'Outdated';
    r.ports.notify({ kind: 'peer-disk', peer: connection.peer, volume: device.volume.number, from: 'DUnknown', to: 'Outdated' });
  }
`,
    scenarios: PROFILE,
    expected: ['O16'],
  },
  {
    id: 'T01',
    title: 'an abort is not passed on to the nodes behind',
    file: `${FOLDER}/participant.ts`,
    find: `  sendAbort(r, joined.asked, joined);
`,
    replace: '',
    scenarios: PROFILE,
    expected: ['O26', 'O11'],
  },
  {
    id: 'T02',
    title: 'a change goes no further than the first hop',
    file: `${FOLDER}/participant.ts`,
    find: `  const next = without((neighbours(r) & frame.nodesToReach) as PeerMask, not);`,
    replace: `  const next = without(neighbours(r), (0xffff_ffff >>> 0) as PeerMask);`,
    scenarios: PROFILE,
    expected: TWO_PRIMARIES,
  },
  {
    id: 'T03',
    title: 'a node agrees to a second change while it has joined one',
    file: `${FOLDER}/participant.ts`,
    find: `  if (joined !== undefined || (own !== undefined && !givesWay)) {`,
    replace: `  if (own !== undefined && !givesWay) {`,
    scenarios: PROFILE,
    expected: TWO_PRIMARIES,
  },
  {
    id: 'T05',
    title: 'a Primary that is asked from afar does not object to another one',
    file: `${FOLDER}/soft-check.ts`,
    find: `return isOtherPrimary(r, initiator) ? 'other-primary' : objectionToCandidate(r, initiator);`,
    replace: `return r.connections.get(initiator) !== undefined && isOtherPrimary(r, initiator) ? 'other-primary' : undefined;`,
    scenarios: PROFILE,
    expected: TWO_PRIMARIES,
  },
  {
    id: 'T06',
    title: 'a node whose only path to the initiator broke waits for its decision',
    file: `${FOLDER}/participant.ts`,
    find: `  if (joined.parents === EMPTY_MASK) leave(r, joined);
  else if`,
    replace: `  if`,
    scenarios: PROFILE,
    expected: ['O26', 'O16', 'O11'],
  },
];
