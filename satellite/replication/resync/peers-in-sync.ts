/**
 * Who is in sync with whom (PEERS_IN_SYNC). A node that has two others in sync with itself tells both: what they have
 * marked towards each other is settled. Without it, marks that third nodes made during an outage would stay for ever.
 *
 * The statement holds up to a position in the stream of the Primary that is followed: every write up to there is settled
 * at the sender, and marked there if one of the two lacks it. The receiver believes it only if its own marks are not
 * from further on, and waits until it has come as far itself. A Primary needs no position: its PEER_ACKs are ordered
 * before the statement on the same stream. Nor is one needed while there is no Primary.
 */
import { type Generation, maskHas, maskWith, type NodeId } from '../../../common/ids.ts';
import { flushPeerAck } from '../write/epochs.ts';
import { inSyncMask, isInSync } from './in-sync.ts';
import { clearAllTowards } from '../disk/marks.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import { followedPrimary, isPrimaryInSight } from '../roles/primaries.ts';
import { abandonSource } from './source.ts';
import type { SlotRecord } from '../generation/slots.ts';
import { type Connection, connectedWith, deviceOf, type Resource, type Volume } from '../state.ts';
import { setReplication } from '../transitions.ts';
import { sharesPrimary } from '../two-primaries/allowed.ts';
import type { InSyncFrame } from '../wire/frames.ts';

type Position = Pick<InSyncFrame, 'dagtagNode' | 'dagtag'>;

export function tellAllInSync(r: Resource): void {
  for (const volume of r.volumes.values()) tellPeersInSync(r, volume);
}

export function tellPeersInSync(r: Resource, volume: Volume): void {
  const position = ownPosition(r);
  if (position === undefined) return;
  for (const connection of r.connections.values()) {
    if (connection.link === undefined) continue;
    const members = inSyncMask(r, volume, connection.peer);
    // One other node alone has nobody to be told about.
    if (!maskHas(members, connection.peer) || (members & (members - 1)) === 0) continue;
    const mask = maskWith(members, r.node);
    flushPeerAck(r);
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'PEERS_IN_SYNC',
      volume: volume.number,
      current: volume.current,
      mask,
      ...position,
    });
  }
}

/** How far what this node knows of its peers is settled. `undefined`: a Primary writes that this node does not follow. */
function ownPosition(r: Resource): Position | undefined {
  // One position says nothing of the stream of a second writer: the marks stay until there is one again.
  if (sharesPrimary(r)) return undefined;
  if (r.role === 'Primary') return { dagtagNode: undefined, dagtag: 0 };
  const primary = followedPrimary(r);
  if (primary !== undefined) return { dagtagNode: primary.peer, dagtag: settledUpTo(primary) };
  return isPrimaryInSight(r) ? undefined : { dagtagNode: undefined, dagtag: 0 };
}

/** Of every write of that Primary up to here it is known who holds it. */
function settledUpTo(primary: Connection): number {
  const oldest = primary.unpeerAcked[0];
  return oldest === undefined ? primary.receivedDagtag : oldest.dagtag - 1;
}

export function onPeersInSync(r: Resource, connection: Connection, frame: InSyncFrame): void {
  const volume = r.volumes.get(frame.volume);
  if (volume?.md === undefined || connection.link === undefined || !maskHas(frame.mask, r.node)) return;
  const waiting = r.inSyncWaiting.filter(
    (each) => each.connection !== connection || each.frame.volume !== frame.volume,
  );
  r.inSyncWaiting = [...waiting, { connection, link: connection.link, frame }];
  retryPeersInSync(r);
}

/** Statements wait until this node has come as far in the Primary's stream; they end with the link that brought them. */
export function retryPeersInSync(r: Resource): void {
  if (r.inSyncWaiting.length === 0) return;
  r.inSyncWaiting = r.inSyncWaiting.filter(({ connection, link, frame }) => {
    if (connection.link !== link || connection.state !== 'Connected') return false;
    const primary = frame.dagtagNode === undefined ? undefined : connectedWith(r, frame.dagtagNode);
    const comesFurther = primary?.peerRole === 'Primary' && settledUpTo(primary) < frame.dagtag;
    if (!comesFurther) believe(r, connection, frame);
    return comesFurther;
  });
}

function believe(r: Resource, connection: Connection, frame: InSyncFrame): void {
  const volume = r.volumes.get(frame.volume);
  if (volume?.md === undefined || !isCompetent(r, connection, frame)) return;
  if (!sameGeneration(frame.current, volume.current) || !isInSync(deviceOf(connection, volume))) return;
  let changed = false;
  for (const slot of volume.md.slots.values()) {
    if (slot.node === connection.peer || !maskHas(frame.mask, slot.node) || isMarkedSince(r, slot, frame)) continue;
    if (!endIdleSync(r, volume, slot.node)) continue;
    // Those were read from both disks: no statement about writes settles them.
    if (r.connections.get(slot.node)?.devices.get(volume.number)?.verify.found === true) continue;
    if (slot.generation !== NO_GENERATION || volume.md.bitmap.count(slot.slot) > 0) changed = true;
    slot.generation = NO_GENERATION as Generation;
    clearAllTowards(volume, slot.node);
  }
  if (!changed) return;
  settlePages(r, volume, 'all', false, { kind: 'nothing' });
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/** The sender is the Primary, or follows the one that we follow or are, or nobody wrote when it spoke. */
function isCompetent(r: Resource, connection: Connection, frame: InSyncFrame): boolean {
  if (sharesPrimary(r)) return false;
  if (connection.peerRole === 'Primary') return r.role !== 'Primary';
  if (r.role === 'Primary') return frame.dagtagNode === undefined || frame.dagtagNode === r.node;
  if (frame.dagtagNode !== undefined) {
    // Later writes may still get lost somewhere: it is believed only by who hears of that.
    const primary = followedPrimary(r);
    return primary?.peer === frame.dagtagNode && primary.servedFrom <= frame.dagtag;
  }
  return !isPrimaryInSight(r);
}

/** Marks for a write that the sender had not settled yet: one of the stream that it follows, or any of our own since promotion. */
function isMarkedSince(r: Resource, slot: SlotRecord, frame: InSyncFrame): boolean {
  if (frame.dagtagNode === undefined) return r.role === 'Primary' && slot.markedBy === r.node;
  return slot.markedBy === frame.dagtagNode && slot.markedAt > frame.dagtag;
}

/** A source that the other node never used ends here too. @returns false while a resync between us and `node` is running. */
function endIdleSync(r: Resource, volume: Volume, node: NodeId): boolean {
  const connection = r.connections.get(node);
  if (connection === undefined) return true;
  const device = deviceOf(connection, volume);
  if (device.target !== undefined) return false;
  if (device.source === undefined) return true;
  if (!device.source.peerPaused || !device.source.bitsIn) return false;
  abandonSource(r, device);
  setReplication(r, device, 'Established');
  return true;
}
