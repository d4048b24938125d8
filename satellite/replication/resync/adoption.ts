/**
 * The end of a resync on the target: the source's generations are taken over, and the disk becomes UpToDate.
 *
 *   RS_FINISHED → generations in memory → bits and data durable → UpToDate in the superblock, durable → told to the others
 */
import { maskHas } from '../../../common/ids.ts';
import { isEstablished } from '../../../common/states.ts';
import { dirtyBits, dropResyncDerived, reconsiderResync } from '../disk/marks.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import { adoptFromSource } from '../generation/generations.ts';
import { rehandshake } from '../link/link.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { followsDiskfulPrimary, isPrimaryInSight, isWeak } from '../roles/primaries.ts';
import { setDisk, setReplication } from '../transitions.ts';
import type { DataFrame } from '../wire/frames.ts';
import { tellHandler } from '../handlers/call.ts';
import { ownDiskBroughtOver } from '../write/epochs.ts';
import { disarmPacing } from './pacing.ts';
import { onTargetGone } from './suspension.ts';
import { requestMore } from './target.ts';
import { leaveOtherSyncs } from './other-sources.ts';

/** The source agrees that nothing is left: take over its generations. */
export function onFinished(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'RS_FINISHED' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'end of resync of an unknown volume';
  const device = deviceOf(connection, volume);
  // RS_DONE is repeated when no answer comes: while the end is written a second answer says nothing new, and perhaps less.
  if (device.target === undefined || volume.adopting) return undefined;
  if (dirtyBits(volume, connection.peer) > 0) {
    device.target.doneSent = false;
    requestMore(r, device);
    return undefined;
  }
  adoptFromSource(r, volume, connection.peer, frame);
  volume.adopting = true;
  device.target.sourceInSync = frame.inSync;
  for (const node of [...(volume.md?.resyncDerived.keys() ?? [])]) {
    if (maskHas(frame.inSync, node)) dropResyncDerived(volume, node);
  }
  device.peerCurrent = frame.current;
  settlePages(r, volume, 'all', true, { kind: 'sync-target-adopt', device });
  return undefined;
}

/**
 * Bits and data are durable: UpToDate goes to disk, and is told to the others only after that. From here on the loss of
 * the link changes nothing: what the source has written since is marked there.
 */
export function onAdoptSettled(r: Resource, device: PeerDevice): void {
  const { volume } = device;
  if (volume.md === undefined || !volume.adopting) return;
  if (device.target !== undefined && dirtyBits(volume, device.connection.peer) > 0) {
    volume.adopting = false; // marked again meanwhile: the resync goes on
    device.target.doneSent = false;
    defer(r, { kind: 'resume-handshakes' });
    requestMore(r, device);
    return;
  }
  if (r.role !== 'Primary') volume.md.crashedPrimary = false;
  persistSuperblock(r, volume, { kind: 'sync-target-adopted', device });
}

export function onAdopted(r: Resource, device: PeerDevice): void {
  const { volume, connection, target } = device;
  if (volume.md === undefined || !volume.adopting) return;
  volume.adopting = false;
  if (target !== undefined && (target.outstanding.size > 0 || dirtyBits(volume, connection.peer) > 0)) {
    // Marked again while the end was being written: take it back on disk, and go on.
    target.doneSent = false;
    persistSuperblock(r, volume, { kind: 'reconsider-resync' });
    defer(r, { kind: 'resume-handshakes' });
    return;
  }
  volume.towards = undefined;
  // Without a link to the Primary it misses whatever that one has written meanwhile (DRBD 9, §6.2).
  setDisk(r, volume, isWeak(r) ? 'Outdated' : 'UpToDate', 'resync finished');
  if (r.role === 'Primary') ownDiskBroughtOver(r, volume);
  if (volume.disk === 'Outdated') persistSuperblock(r, volume, { kind: 'nothing' });
  defer(r, { kind: 'resume-handshakes' });
  if (target !== undefined) {
    r.ports.notify({
      kind: 'resync-end',
      peer: connection.peer,
      volume: volume.number,
      side: 'target',
      blocks: target.doneBlocks,
      equal: target.equalBlocks,
    });
    device.target = undefined;
    onTargetGone(device);
    disarmPacing(r, device);
    setReplication(r, device, 'Established');
    tellHandler(r, { name: 'after-resync-target', peer: connection.peer, volume: volume.number });
  }
  leaveOtherSyncs(r, volume, target?.sourceInSync);
  forgetVictim(r);
  bringOverDownstream(r, volume);
  if (target?.marksEach === true) bringOverEquals(r, volume);
  reconsiderResync(r);
}

/**
 * What an operator has given up (`discard-my-data`) is gone once every volume is brought over. On a link that stands the word would
 * turn round every later resync with that peer as well, and give up what was written since.
 */
function forgetVictim(r: Resource): void {
  const connections = [...r.connections.values()];
  const isOver = [...r.volumes.values()].every(
    (volume) =>
      volume.disk !== 'Inconsistent' && connections.every((each) => deviceOf(each, volume).target === undefined),
  );
  if (isOver) for (const connection of connections) connection.discardMyData = false;
}

/**
 * A neighbour that was in sync with this node before is a generation behind now: it is brought over next, at once, where no
 * Primary does it (DRBD 9, §5.4: the downstream resync follows the upstream one). So is one without marks that a Primary has named
 * as left out of its last step (our slot begins with where that one is), be it the source itself: the steps that were noted
 * during the resync take this disk further. Two neighbours that both go on from there, each by itself, end in a split brain.
 */
function bringOverDownstream(r: Resource, volume: Volume): void {
  if (volume.disk !== 'UpToDate' || r.role === 'Primary' || isPrimaryInSight(r)) return;
  for (const connection of r.connections.values()) {
    const { replication, peerDisk, peerCurrent, waiting } = deviceOf(connection, volume);
    if (waiting || !isEstablished(replication) || peerDisk !== 'UpToDate') continue;
    if (sameGeneration(peerCurrent, volume.current)) continue;
    const tracked = volume.md?.slots.get(connection.peer)?.generation ?? NO_GENERATION;
    if (dirtyBits(volume, connection.peer) === 0 && !sameGeneration(tracked, peerCurrent)) continue;
    rehandshake(r, connection, 'a resync has brought what the peer has not got');
  }
}

/**
 * A resync that compares marks only what it really brought: neighbours of the same generation do differ there, and do not
 * know it. Until they do, each would count this node as in sync with it and say so (PEERS_IN_SYNC, RS_FINISHED), which takes
 * back marks of third nodes that are true. So they are told before they hear that this disk is UpToDate. A Primary with a
 * disk settles such marks itself.
 */
function bringOverEquals(r: Resource, volume: Volume): void {
  if (volume.disk !== 'UpToDate' || r.role === 'Primary' || followsDiskfulPrimary(r, volume)) return;
  for (const connection of r.connections.values()) {
    const { replication, peerDisk, peerCurrent, waiting } = deviceOf(connection, volume);
    if (waiting || !isEstablished(replication) || peerDisk !== 'UpToDate') continue;
    if (!sameGeneration(peerCurrent, volume.current) || dirtyBits(volume, connection.peer) === 0) continue;
    rehandshake(r, connection, 'a resync has brought blocks that differ from those of the peer');
  }
}
