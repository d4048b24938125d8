/** Questions about two replicas that are to be compared. */
import type { NodeId } from '../../../common/ids.ts';
import { isEstablished } from '../../../common/states.ts';
import { followedPrimary } from '../roles/primaries.ts';
import { newLock } from '../write/intervals.ts';
import { type Connection, connectedWith, defer, type PeerDevice, type Resource, type VerifyRead } from '../state.ts';

/** Both are what they serve: UpToDate, nothing on its way from one to the other but writes. */
export function isComparable({ connection, volume, peerDisk, target, source, replication }: PeerDevice): boolean {
  return (
    connection.state === 'Connected' &&
    isEstablished(replication) &&
    volume.md !== undefined &&
    volume.disk === 'UpToDate' &&
    !volume.adopting &&
    peerDisk === 'UpToDate' &&
    target === undefined &&
    source === undefined
  );
}

/**
 * How far this node has come in the stream of whoever writes to both. A Primary that has just been demoted counts as well:
 * under protocol A its last writes may still be on their way to the other one.
 */
export function readPosition(r: Resource, other: Connection): { dagtagNode: NodeId | undefined; dagtag: number } {
  const none = { dagtagNode: undefined, dagtag: 0 };
  if (r.role === 'Primary' || other.peerRole === 'Primary') return none;
  const last = r.lastPrimary === undefined ? undefined : connectedWith(r, r.lastPrimary);
  const writer = followedPrimary(r, other.peer) ?? last;
  if (writer === undefined || writer === other) return none;
  return { dagtagNode: writer.peer, dagtag: writer.receivedDagtag };
}

type VerifiedRange = Pick<VerifyRead, 'offset' | 'length' | 'request' | 'algorithm'>;

/** A read of one range that is to be compared, with the lock that it waits for. */
export function newVerifyRead(
  device: PeerDevice,
  link: VerifyRead['link'],
  { offset, length, request, algorithm }: VerifiedRange,
  side: VerifyRead['side'],
): VerifyRead {
  const lock: VerifyRead['lock'] = newLock('peer-read', offset, length);
  const read: VerifyRead = { kind: 'verify-read', device, link, offset, length, request, algorithm, side, lock };
  lock.owner = read;
  return read;
}

/** What a verify locks it only waits for: the lock goes as soon as it is granted. */
export function releaseVerifyLock(r: Resource, read: VerifyRead): void {
  for (const lock of read.device.volume.locks.release(read.lock))
    if (lock.owner !== undefined) defer(r, { kind: 'granted', owner: lock.owner });
}
