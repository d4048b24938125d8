/**
 * Detaching a disk on request (DRBD §7.1). Graceful: no new I/O, peers are told, what is under way ends; then bitmap, data
 * and activity log are settled, the superblock is written, and the disk is let go. By force: at once, as if it had failed.
 */
import { OperationError } from '../../../common/errors.ts';
import { diskAtLeast, hasDisk } from '../../../common/states.ts';
import { generationBecomesDue } from '../generation/generations.ts';
import type { ClientRequestId } from '../payload.ts';
import { assessQuorum } from '../quorum/assess.ts';
import { abandonSource } from '../resync/source.ts';
import { abandonTarget } from '../resync/target.ts';
import { followedPrimary, isPrimaryInSight } from '../roles/primaries.ts';
import { deviceOf, type Resource, type Volume } from '../state.ts';
import { setDisk, setReplication } from '../transitions.ts';
import { closeEpoch, flushPeerAck } from '../write/epochs.ts';
import { dependOnPeers } from '../write/write-path.ts';
import { dropDisk, giveUp, tellPeers } from './failure.ts';
import { isLogEmpty, isReferenced, persistSuperblock, resetActivity, settlePages } from './persistence.ts';

const OK = { ok: true } as const;

export function detach(r: Resource, client: ClientRequestId, volume: Volume, force: boolean): void {
  const { md } = volume;
  if (md === undefined || force) {
    giveUp(r, volume, 'forced detach');
    r.ports.completeClient(client, OK);
    return;
  }
  const obstacle = whyNot(r, volume);
  if (obstacle !== undefined) {
    r.ports.completeClient(client, { ok: false, error: obstacle });
    return;
  }
  const { disk } = volume;
  const goesOn = (r.role === 'Primary' || isPrimaryInSight(r)) && isAnotherUpToDate(r, volume);
  md.claims = goesOn && diskAtLeast(disk, 'Outdated') ? 'Outdated' : disk;
  volume.leaving = { client, stage: 'drain' };
  // A barrier that is answered from here on covers this disk no longer: whoever writes marks what is not stable yet.
  tellPeers(r, volume);
  setDisk(r, volume, 'Detaching', 'detach');
  assessQuorum(r);
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    abandonTarget(r, device);
    abandonSource(r, device);
    device.coversLoss = false;
    if (device.replication !== 'Off') setReplication(r, device, 'Established');
  }
  volume.syncing = false;
  // With the next write: what is under way still reaches this disk.
  generationBecomesDue(r, volume);
  dependOnPeers(r, volume);
  if (r.epochWrites > 0) closeEpoch(r);
  flushPeerAck(r);
}

function whyNot(r: Resource, volume: Volume): OperationError | undefined {
  if (!hasDisk(volume.disk) || volume.leaving !== undefined || volume.adopting)
    return new OperationError('IN_TRANSITION', `the disk of volume ${volume.number} is ${volume.disk}`, {
      correction: 'Try again in a moment.',
    });
  if (isAnotherUpToDate(r, volume) || (r.role !== 'Primary' && !isNeeded(r, volume))) return undefined;
  return new OperationError('LAST_UP_TO_DATE_COPY', 'this is the last copy that the Primary can reach', {
    correction: 'Demote the resource, or connect an UpToDate peer first.',
  });
}

function isAnotherUpToDate(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values())
    if (connection.state === 'Connected' && deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
  return false;
}

/** A Primary in sight lives on this disk. */
function isNeeded(r: Resource, volume: Volume): boolean {
  return volume.disk === 'UpToDate' && followedPrimary(r) !== undefined;
}

/** Called whenever something has ended that a disk on its way out may wait for. */
export function advanceDetachments(r: Resource): void {
  for (const volume of r.volumes.values()) {
    const { leaving, md } = volume;
    if (leaving?.stage !== 'drain' || md === undefined || volume.lowerPending > 0 || volume.quiescing) continue;
    if (isReferenced(md) || md.log.inFlight() || md.log.hasStaged()) continue;
    leaving.stage = 'write';
    settlePages(r, volume, 'all', true, { kind: 'detach-settled', volume });
  }
}

export function onDetachSettled(r: Resource, volume: Volume): void {
  if (volume.leaving === undefined || volume.md === undefined) return;
  if (isLogEmpty(volume.md) || isReferenced(volume.md)) onDetachWritten(r, volume);
  else resetActivity(r, volume, { kind: 'detach-written', volume });
}

export function onDetachWritten(r: Resource, volume: Volume): void {
  if (volume.leaving !== undefined) persistSuperblock(r, volume, { kind: 'detach-done', volume });
}

export function onDetachDone(r: Resource, volume: Volume): void {
  if (volume.leaving !== undefined) dropDisk(r, volume, 'detach');
}
