/**
 * A size that the cluster has agreed on, on each node: a disk gets its new layout (relayout.ts), and what differs in the new area
 * is resynced as soon as both ends of a pair have it. Nothing that a peer sends for the new area is lost meanwhile: it waits.
 */
import { isEstablished } from '../../../common/states.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import { reconsiderResync } from '../disk/marks.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import type { DataFrame } from '../wire/frames.ts';
import type { ResizeChange } from '../wire/two-phase-frames.ts';
import { finishRelayout, layoutFor, releaseReceivers, startRelayout } from './relayout.ts';

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
  for (const connection of r.connections.values()) {
    tellSizes(r, connection, volume);
    if (done.markFrom !== undefined) wishForNewArea(r, deviceOf(connection, volume));
  }
  defer(r, { kind: 'announce' });
  reconsiderResync(r);
}

function tellSizes(r: Resource, connection: Connection, { number, sizeBytes, md }: Volume): void {
  if (connection.state !== 'Connected' || connection.link === undefined) return;
  const blockBytes = bytes(md?.layout.blockBytes ?? 0);
  r.ports.send(connection.peer, connection.link, 'data', { type: 'SIZES', volume: number, sizeBytes, blockBytes });
}

/** A Primary gives, else the lower node id. Who has nothing to give waits to be given to; a pair without a source keeps its marks. */
function wishForNewArea(r: Resource, device: PeerDevice): void {
  const { volume, connection, replication, peerDisk } = device;
  if (connection.state !== 'Connected' || !isEstablished(replication) || device.wish !== undefined) return;
  if (volume.disk !== 'UpToDate' || connection.peerRole === 'Primary') return;
  const gives = r.role === 'Primary' || peerDisk !== 'UpToDate' || r.node < connection.peer;
  if (gives) device.wish = { side: 'source', allBlocks: false, client: undefined, asked: false };
}

/** @returns a protocol error, or undefined. */
export function onSizes(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'SIZES' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return 'size of an unknown volume';
  deviceOf(connection, volume).peerBlockBytes = frame.blockBytes;
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
