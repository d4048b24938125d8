/**
 * Resync without replication (DRBD 9.3): a Primary that is the source does not mirror its writes to the target meanwhile, it
 * only says which blocks that were clean are not any more (OUT_OF_SYNC). What is written again and again travels once.
 *
 *   target: ENABLE_REPLICATION(off), then its bitmap → pass → fewer than half of the last pass are left: another pass
 *                                                           → otherwise ENABLE_REPLICATION(on), and the last passes as usual
 *   source: off only if its own option says so, too → on: mirrors from here on, and says so
 *
 * The target asks as if both wanted it; only the source knows, and a target that is mirrored to all the same just finds nothing
 * left after its pass. Once it has everything, the source mirrors from RS_FINISHED on (`isMirrored`).
 *
 * What the source names while a pass runs is laid aside until the pass has ended: then third nodes are marked for it and all
 * of that is made durable in one step, as at the start.
 */
import { dirtyBits, markThirdNodes, reconsiderResync } from '../disk/marks.ts';
import { settlePages } from '../disk/persistence.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, type TargetSync } from '../state.ts';
import { type DataFrame, FEATURES } from '../wire/frames.ts';

/** The bitmap is about to leave: until it is there the source mirrors nothing anyway. */
export function askForNoReplication(r: Resource, { connection, volume }: PeerDevice, target: TargetSync): void {
  const isAgreed = (connection.features & FEATURES.resyncWithoutReplication) !== 0;
  if (!connection.options.resyncWithoutReplication || !isAgreed || connection.link === undefined) return;
  if (connection.peerRole !== 'Primary') return;
  target.unreplicated = true;
  target.passBlocks = Number.POSITIVE_INFINITY;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'ENABLE_REPLICATION',
    volume: volume.number,
    on: false,
  });
}

/** @returns a protocol error, or undefined. */
export function onEnableReplication(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'ENABLE_REPLICATION' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'replication of an unknown volume';
  const device = deviceOf(connection, volume);
  const { source, target } = device;
  if (target !== undefined) {
    if (!frame.on) return 'a source that gives up mirroring by itself';
    // Named before this: from here on it is as in any other resync.
    takeAside(r, device, target);
    target.unreplicated = false;
    reconsiderResync(r);
    return undefined;
  }
  if (source === undefined) return undefined;
  source.unreplicated = !frame.on && connection.options.resyncWithoutReplication;
  if (frame.on) r.ports.send(connection.peer, connection.link, 'data', frame);
  return undefined;
}

/** What is about to be given is newer than anything that the target has got of our stream: it has to know from where on. */
export function tellPosition(r: Resource, { connection, source }: PeerDevice): void {
  if (source?.unreplicated !== true || r.role !== 'Primary' || connection.link === undefined) return;
  if (source.toldDagtag >= r.dagtag) return;
  source.toldDagtag = r.dagtag;
  r.ports.send(connection.peer, connection.link, 'data', { type: 'DAGTAG', dagtag: r.dagtag });
}

export const layAside = (target: TargetSync, first: number, last: number): void => {
  target.aside.push([first, last]);
};

/** Nothing that was known when the pass began is left. @returns true if there is something to settle first */
export function endPass(r: Resource, device: PeerDevice, target: TargetSync): boolean {
  if (!target.unreplicated) return false;
  const settles = takeAside(r, device, target);
  const left = dirtyBits(device.volume, device.connection.peer);
  if (left > 0 && (left * 2 >= target.passBlocks || target.cancelled)) switchOn(r, device, target);
  target.passBlocks = left;
  return settles;
}

function takeAside(r: Resource, device: PeerDevice, target: TargetSync): boolean {
  const { volume, connection } = device;
  const { md } = volume;
  const slot = md?.slots.get(connection.peer);
  const { aside } = target;
  target.aside = [];
  if (md === undefined || slot === undefined || aside.length === 0) return false;
  for (const [first, last] of aside) {
    md.bitmap.set(slot.slot, first, last);
    if (target.thirdMarked) markThirdNodes(r, volume, md, connection.peer, first, last);
  }
  target.settling += 1;
  settlePages(r, volume, 'all', true, { kind: 'sync-marks-settled', device, target });
  return true;
}

/** It is mirrored to once the answer is here; until then what changes is still only named. */
function switchOn(r: Resource, { connection, volume }: PeerDevice, target: TargetSync): void {
  if (target.asksReplication || connection.link === undefined) return;
  target.asksReplication = true;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'ENABLE_REPLICATION',
    volume: volume.number,
    on: true,
  });
}
