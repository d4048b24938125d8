/**
 * A size that the cluster has agreed on, on each node: a disk gets its new layout (relayout.ts), and what differs in the new area
 * is resynced as soon as both ends of a pair have it. Nothing that a peer sends for the new area is lost meanwhile: it waits.
 */
import { hasDisk, isEstablished } from '../../../common/states.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import { reconsiderResync } from '../disk/marks.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import type { DataFrame } from '../wire/frames.ts';
import type { ResizeChange } from '../wire/two-phase-frames.ts';
import type { Relayout, ZeroArea } from './state.ts';
import { finishRelayout, layoutFor, releaseReceivers, startRelayout } from './relayout.ts';
import { agreeOnZeroes, useArea, zeroesBehind } from './zeroes.ts';

const OK = { ok: true } as const;

export function takeAgreedSize(
  r: Resource,
  change: ResizeChange,
  sizeBytes: Bytes,
  client: ClientRequestId | undefined,
): void {
  const volume = r.volumes.get(change.volume);
  const { md } = volume ?? {};
  const blockBytes = bytes(md?.layout.blockBytes ?? 0);
  const layout =
    volume === undefined || md === undefined ? '' : layoutFor(volume, md, { dataBytes: sizeBytes, blockBytes });
  if (volume === undefined || typeof layout === 'string' || sizeBytes === volume.sizeBytes) {
    // Without a disk there is nothing to write. A disk without the room was not counted: it learns at the next handshake.
    if (volume !== undefined && md === undefined) volume.sizeBytes = sizeBytes;
    if (client !== undefined) r.ports.completeClient(client, OK);
    releaseReceivers(r);
    return;
  }
  const grows = sizeBytes > volume.sizeBytes && !change.assumeClean;
  volume.addedZeroes = grows ? zeroesBehind(volume, sizeBytes) : undefined;
  startRelayout(r, volume, { layout, markFrom: grows ? volume.sizeBytes : undefined, client });
}

/** The new layout is on disk. */
export function onRelayoutDone(r: Resource, volume: Volume): void {
  const done = finishRelayout(r, volume);
  if (done === undefined) return;
  if (done.attach !== undefined) {
    defer(r, { kind: 'attach-done', volume, client: done.attach });
    return;
  }
  useArea(volume, done.layout.dataBytes);
  for (const connection of r.connections.values()) tellSizes(r, connection, volume, done);
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    const theirs = device.peerZeroes;
    device.peerZeroes = undefined;
    // Told while the bitmap got other blocks: the growth itself was done before.
    const isLate = theirs !== undefined && theirs.to === volume.addedZeroes?.to;
    if (done.markFrom !== undefined || isLate) settleNewArea(r, device, theirs);
  }
  defer(r, { kind: 'announce' });
  reconsiderResync(r);
}

function tellSizes(r: Resource, { state, peer, link }: Connection, volume: Volume, { markFrom }: Relayout): void {
  if (state !== 'Connected' || link === undefined) return;
  const { number, sizeBytes, md, addedZeroes } = volume;
  const blockBytes = bytes(md?.layout.blockBytes ?? 0);
  const zeroesFrom = (markFrom === undefined ? undefined : addedZeroes?.from) ?? sizeBytes;
  r.ports.send(peer, link, 'data', { type: 'SIZES', volume: number, sizeBytes, blockBytes, zeroesFrom });
}

/** By agreement that it is zeroes, as soon as both ends have told, or by a resync. */
function settleNewArea(r: Resource, device: PeerDevice, theirs: ZeroArea | undefined): void {
  const { volume } = device;
  const own = volume.addedZeroes;
  const outcome = own === undefined ? 'differs' : agreeOnZeroes(r, device, own, theirs);
  if (outcome === 'differs' && givesNewArea(r, volume)) wishForNewArea(device);
}

function wishForNewArea(device: PeerDevice): void {
  const { connection, replication } = device;
  if (connection.state !== 'Connected' || !isEstablished(replication) || device.wish !== undefined) return;
  device.wish = { side: 'source', allBlocks: false, client: undefined, asked: false };
}

/**
 * One node gives to all others: the Primary, else the UpToDate one with the lowest id. What the others have marked towards each other
 * goes when they are in sync with that one; a node without links to all of them leaves some of it to the self-check.
 */
function givesNewArea(r: Resource, volume: Volume): boolean {
  if (volume.disk !== 'UpToDate' || r.role === 'Primary') return volume.disk === 'UpToDate';
  return [...r.connections.values()].every((each) => {
    const { peerDisk } = deviceOf(each, volume);
    if (each.state !== 'Connected' || !hasDisk(peerDisk)) return true;
    return each.peerRole !== 'Primary' && (peerDisk !== 'UpToDate' || r.node < each.peer);
  });
}

/** @returns a protocol error, or undefined. */
export function onSizes(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'SIZES' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return 'size of an unknown volume';
  const device = deviceOf(connection, volume);
  device.peerBlockBytes = frame.blockBytes;
  const theirs = { from: frame.zeroesFrom, to: frame.sizeBytes };
  const isDone = volume.relayout === undefined && volume.sizeBytes === frame.sizeBytes;
  if (!isDone) device.peerZeroes = theirs;
  else if (volume.md !== undefined && volume.addedZeroes?.to === theirs.to) {
    settleNewArea(r, device, theirs);
    reconsiderResync(r);
  }
  if (volume.md === undefined && r.role !== 'Primary' && frame.blockBytes > 0) volume.sizeBytes = frame.sizeBytes;
  return undefined;
}

/** Its sender has learned of a new size from somebody else, and before us: the frame waits for the same news. */
export function awaitsAgreedSize(r: Resource, frame: DataFrame): boolean {
  const change = r.changes.joined?.change;
  if (change?.kind !== 'resize' || !('volume' in frame) || frame.volume !== change.volume) return false;
  if (!('offset' in frame) || !('length' in frame)) return false;
  const end = frame.offset + frame.length;
  const volume = r.volumes.get(change.volume);
  return volume !== undefined && end > volume.sizeBytes && end <= change.sizeBytes;
}
