/**
 * Two applications write the same bytes at the same time on two Primaries. No order of the two is right, and each replica
 * might keep another one: the layer above has to lock. As DRBD 9 does, the link is given up, and the two sides part.
 *
 * It cannot go unnoticed. A write completes when every replica has it. So of two that are concurrent, the first to reach the
 * other Primary meets one there that is not complete (`isConcurrent`). A third node keeps the order in which it got them:
 * a write waits until an earlier one of the other Primary over the same bytes is settled everywhere (`isHeldBack`). Two that
 * arrive in different order on two such nodes would then wait for each other for ever: see deadlock.ts.
 */
import { maskWith, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { EMPTY_MASK } from '../../../common/ids.ts';
import { type Connection, defer, type PeerWrite, type Resource, type Volume } from '../state.ts';
import { mayHaveTwo } from './allowed.ts';

export const CONCURRENT = 'concurrent writes of two Primaries to the same bytes';

/** An application of this node writes there, and has not been answered yet. */
export function isConcurrent(r: Resource, volume: Volume, offset: number, length: number): boolean {
  return r.role === 'Primary' && volume.locks.isClaimed('write', offset, offset + length);
}

/** Its range is locked; an earlier write of another Primary there may still be missing somewhere. */
export function isHeldBack(r: Resource, write: PeerWrite): boolean {
  return !write.settled && mayHaveTwo(r) && writersBefore(r, write) !== EMPTY_MASK;
}

/** Other Primaries with a write there that is on this disk and not settled. */
export function writersBefore(r: Resource, write: PeerWrite): PeerMask {
  let writers: PeerMask = EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (connection === write.connection || connection.peerRole !== 'Primary') continue;
    if (connection.unpeerAcked.some((earlier) => earlier.applied && overlaps(earlier, write)))
      writers = maskWith(writers, connection.peer as NodeId);
  }
  return writers;
}

const overlaps = (a: PeerWrite, b: PeerWrite): boolean =>
  a.volume === b.volume && a.offset < b.offset + b.length && b.offset < a.offset + a.length;

export function* heldBack(r: Resource): Iterable<PeerWrite> {
  for (const { unpeerAcked } of r.connections.values())
    for (const write of unpeerAcked) if (write.heldSince !== undefined) yield write;
}

/** Something was settled: those that waited look again. */
export function retryHeldBack(r: Resource): void {
  if (!mayHaveTwo(r)) return;
  for (const write of heldBack(r)) release(r, write);
}

/** Its writer is gone: what was received is applied all the same. */
export function releaseOrphans(r: Resource, { unpeerAcked }: Connection): void {
  for (const write of unpeerAcked) if (write.heldSince !== undefined) release(r, write);
}

function release(r: Resource, write: PeerWrite): void {
  write.heldSince = undefined;
  defer(r, { kind: 'granted', owner: write });
}
