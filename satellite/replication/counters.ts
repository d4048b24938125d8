/**
 * Numbers that only grow and are only compared with each other: those of the STATE frames of a node, and those of the
 * cluster-wide changes that it proposes. A state in which all of one kind are replaced by others in the same order goes on alike;
 * the exhaustive search does so, since they would never repeat. Here stands where they are.
 */
import type { NodeId } from '../../common/ids.ts';
import type { Proposal } from './cluster-change/progress.ts';
import type { Resource } from './state.ts';
import type { Frame } from './wire/frames.ts';

/**
 * `state`: order counts; the owner's next one is greater than all others. `change`: equality counts; likewise. `tries`: how
 * often a change was tried, compared with small limits only. Zero and less are no numbers but "none yet".
 */
export type CounterKind = 'state' | 'change' | 'tries';
/** @returns what to put in its place */
export type Renumber = (kind: CounterKind, owner: NodeId, value: number) => number;

/** Shows every such number of a resource, and replaces it by what it gets back. */
export function renumberState(r: Resource, renumber: Renumber): void {
  const own = (value: number): number => (value > 0 ? renumber('state', r.node, value) : value);
  r.stateSequence = own(r.stateSequence);
  r.unconfirmed = own(r.unconfirmed);
  for (const connection of r.connections.values()) {
    const peers = (value: number): number => (value > 0 ? renumber('state', connection.peer, value) : value);
    // Without a link they are not read before a new one sets them to zero (`onLinkUp`).
    const isUp = connection.link !== undefined;
    connection.stateSeen = isUp ? peers(connection.stateSeen) : 0;
    connection.peerSeen = isUp ? own(connection.peerSeen) : 0;
    connection.rxQueue = connection.rxQueue.map(
      (frame) => renumberFrame(frame, connection.peer, r.node, renumber) as typeof frame,
    );
    for (const device of connection.devices.values()) {
      device.failedAt = isUp ? peers(device.failedAt) : -1;
      if (device.target === undefined) continue;
      device.target.announced = own(device.target.announced);
      device.target.bitmapAt = own(device.target.bitmapAt);
    }
  }
  renumberChanges(r, renumber);
}

function renumberChanges(r: Resource, renumber: Renumber): void {
  const { changes } = r;
  const seen = new Set<Proposal>(changes.proposals);
  for (const request of [r.roleRequest, ...r.roleQueue])
    if (request?.proposal !== undefined) seen.add(request.proposal);
  for (const proposal of seen) {
    // One that waits for its turn draws a new number then.
    if (proposal.state === 'queued') proposal.transaction = 0;
    if (proposal.transaction > 0) proposal.transaction = renumber('change', r.node, proposal.transaction);
    if (proposal.tries > 0) proposal.tries = renumber('tries', r.node, proposal.tries);
  }
  const { joined } = changes;
  if (joined !== undefined)
    changes.joined = { ...joined, transaction: renumber('change', joined.initiator, joined.transaction) };
  if (changes.nextTransaction > 0) changes.nextTransaction = renumber('change', r.node, changes.nextTransaction);
}

/** The same for a frame on its way. @returns the frame itself when nothing is to be replaced */
export function renumberFrame(frame: Frame, from: NodeId, to: NodeId, renumber: Renumber): Frame {
  switch (frame.type) {
    case 'STATE': {
      const sequence = renumber('state', from, frame.sequence);
      const seen = frame.seen > 0 ? renumber('state', to, frame.seen) : frame.seen;
      return sequence === frame.sequence && seen === frame.seen ? frame : { ...frame, sequence, seen };
    }
    case 'DISK_FAILED': {
      const sequence = frame.sequence > 0 ? renumber('state', from, frame.sequence) : frame.sequence;
      return sequence === frame.sequence ? frame : { ...frame, sequence };
    }
    case 'TWOPC_PREPARE':
    case 'TWOPC_COMMIT':
    case 'TWOPC_ABORT':
    case 'TWOPC_YES':
    case 'TWOPC_NO':
    case 'TWOPC_RETRY': {
      const transaction = renumber('change', frame.initiator, frame.transaction);
      return transaction === frame.transaction ? frame : { ...frame, transaction };
    }
    default:
      return frame;
  }
}
