/**
 * The survivors of a lost Primary hold at Consistent (DRBD 9, §4.6) until each of them knows who is newest:
 *
 *   Primary lost → UpToDate becomes Consistent; compared with every survivor (reconcile.ts) → nobody is owed any more
 *     → an empty cluster-wide change → no Primary with data is left: UpToDate again | one is out of reach: Outdated (outcome.ts)
 *
 * Meanwhile nobody is promoted, here or by our consent, and no other handshake is answered: a Primary that returns or comes
 * up would count on a copy that may lack what another survivor has.
 */
import { EMPTY_MASK, maskHas, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { proposeEmpty } from '../cluster-change/coordinator.ts';
import { dirtyBits } from '../disk/marks.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { followedPrimary } from '../roles/primaries.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource } from '../state.ts';
import { setDisk } from '../transitions.ts';

/** Called when the link to a Primary broke by itself. @returns false if there is nothing to hold */
export function beginHold(r: Resource, lost: NodeId): boolean {
  if (r.role === 'Primary' || r.down || followedPrimary(r) !== undefined) return false;
  const held = [...r.volumes.values()].filter((each) => each.md !== undefined && each.disk === 'UpToDate');
  const volumes = new Set([...(r.hold?.volumes ?? []), ...held.map(({ number }) => number)]);
  if (volumes.size === 0) return false;
  let owed: PeerMask = EMPTY_MASK;
  for (const connection of r.connections.values())
    if (connection.state === 'Connected' && connection.config.diskful) owed = maskWith(owed, connection.peer);
  r.hold = { lost, owed, volumes };
  // On disk nothing changes: Consistent and UpToDate are the same there.
  for (const volume of held) setDisk(r, volume, 'Consistent', 'the Primary is lost');
  return true;
}

export const isOwed = (r: Resource, { peer }: Connection): boolean =>
  r.hold !== undefined && maskHas(r.hold.owed, peer);

/** Compared with us, on the link that stands or on a fresh one; or it has left. */
export function settleOwed(r: Resource, { peer }: Connection): void {
  const { hold } = r;
  if (hold === undefined || !maskHas(hold.owed, peer)) return;
  hold.owed = maskWithout(hold.owed, peer);
  if (hold.owed === EMPTY_MASK) proposeEmpty(r);
}

/**
 * The survivor that got further is lost before a block of its data came here: what this disk has is as good as it was, and it is
 * held again. Left Outdated, it would give way even to a crashed Primary that has lost what was not flushed.
 */
export function holdAgain(r: Resource, device: PeerDevice): void {
  const { volume, connection, replication, gaveWay } = device;
  device.gaveWay = false;
  if (!gaveWay || device.target === undefined || replication !== 'WFBitMapT' || volume.disk !== 'Outdated') return;
  const isTargetBesides = [...r.connections.values()].some(
    (other) => other !== connection && deviceOf(other, volume).target !== undefined,
  );
  if (r.role === 'Primary' || isTargetBesides || r.changes.farPrimaries !== EMPTY_MASK) return;
  const { lost, owed, volumes } = r.hold ?? { lost: connection.peer, owed: EMPTY_MASK, volumes: [] };
  r.hold = { lost, owed: maskWith(owed, connection.peer), volumes: new Set([...volumes, volume.number]) };
  setDisk(r, volume, 'Consistent', 'the survivor that got further is lost');
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/**
 * Before what the lost Primary has not confirmed is marked: pairs without a mark yet. What they have afterwards is all of that
 * loss. A write that is not on the disk yet, nor in the activity log, would be lost by a crash without a trace: then none.
 */
export function cleanPairs(r: Resource, lost: Connection): PeerDevice[] {
  const devices = [...r.connections.values()].flatMap(({ devices: each }) => [...each.values()]);
  for (const device of devices) device.lossMarks = -1;
  if (lost.unpeerAcked.some(({ applied }) => !applied)) return [];
  return devices.filter(({ volume, connection }) => dirtyBits(volume, connection.peer) === 0);
}

export function noteLossMarks(clean: readonly PeerDevice[]): void {
  for (const device of clean) device.lossMarks = dirtyBits(device.volume, device.connection.peer);
}
