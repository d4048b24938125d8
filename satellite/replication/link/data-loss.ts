/**
 * A peer's data is lost while this node writes: with its link (link.ts) or, the link standing, with its disk. What it may
 * lack is marked, what waited for it goes on without it, and the data of this node moves on to a new generation.
 */
import { hasDisk } from '../../../common/states.ts';
import { generationBecomesDue, settleUnconfirmed, startGeneration } from '../generation/generations.ts';
import { assessQuorum } from '../quorum/assess.ts';
import { isFrozen } from '../quorum/suspension.ts';
import { forgetFollower } from '../resync/loss-cover.ts';
import { abandonSource } from '../resync/source.ts';
import { abandonTarget } from '../resync/target.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setPeerDisk, setReplication } from '../transitions.ts';
import { hasRival } from '../two-primaries/allowed.ts';
import type { ControlFrame } from '../wire/frames.ts';
import { dataReachable } from '../write/data-access.ts';
import { hasUnstable, onPeerLost } from '../write/write-path.ts';

/** On the control stream, before any answer that would no longer be true. @returns why the link cannot go on, if so. */
export function onPeerDiskFailed(
  r: Resource,
  connection: Connection,
  frame: Extract<ControlFrame, { type: 'DISK_FAILED' }>,
): string | undefined {
  if (connection.state !== 'Connected') return 'a disk failed during the handshake';
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return undefined;
  const device = deviceOf(connection, volume);
  device.failedAt = frame.sequence;
  if (!hasDisk(device.peerDisk)) return undefined;
  setPeerDisk(r, device, 'Failed');
  onPeerDataLost(r, connection, volume);
  return undefined;
}

/** The peer's disk is gone while the link stands: as far as this volume goes, the peer is lost. */
export function onPeerDataLost(r: Resource, connection: Connection, volume: Volume): void {
  const device = deviceOf(connection, volume);
  assessQuorum(r);
  abandonTarget(r, device);
  abandonSource(r, device);
  if (device.replication !== 'Off') setReplication(r, device, 'Established');
  settleUnconfirmed(r, device);
  moveOnWithout(r, device);
  forgetFollower(r, connection.peer);
  // Everything from here on is marked for it, and so is what it had not confirmed.
  device.coversLoss = r.role === 'Primary' && volume.md !== undefined && !hasRival(r);
  onPeerLost(r, connection, volume);
  defer(r, { kind: 'reissue-reads' });
}

/**
 * A new generation is due. Writes under way complete without the peer: that is a difference now, not with the next write
 * (DRBD §3.3), and they complete only when the generation is durable. While nothing may
 * complete, it waits for the thaw.
 */
export function moveOnWithout(r: Resource, { connection, volume }: PeerDevice): void {
  generationBecomesDue(r, volume);
  if (r.role !== 'Primary' || isFrozen(r) || volume.generationBusy || !hasUnstable(r, connection, volume)) return;
  if (volume.md !== undefined && volume.disk !== 'UpToDate') return;
  if (dataReachable(r, volume)) startGeneration(r, volume);
}
