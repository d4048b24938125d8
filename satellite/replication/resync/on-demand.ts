/**
 * A resync that an administrator asks for between two nodes that stand side by side (invalidate, invalidate-remote; DRBD
 * §5.4). The asking end says START_SYNC, the other one begins its side and agrees in the same breath, so that its bitmap
 * follows its agreement on the stream; with the agreement the asking end begins, too.
 *
 * All blocks are marked, or those only that are marked already (after a verify). While another resync of the volume runs
 * the request is kept, and runs once when that one has ended.
 */
import { OperationError } from '../../../common/errors.ts';
import { maskHas, type NodeId, NODES_MAX } from '../../../common/ids.ts';
import { hasDisk, isEstablished } from '../../../common/states.ts';
import { dirtyBits, markAll, reconsiderResync } from '../disk/marks.ts';
import type { ReplicationInput } from '../events.ts';
import { rehandshake } from '../link/link.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setReplication } from '../transitions.ts';
import { endVerify } from '../verify/driver.ts';
import { type DataFrame, FEATURES } from '../wire/frames.ts';
import { beginSource, beginTarget } from './bitmap-exchange.ts';
import type { SyncWish } from './wish.ts';

type SyncInput = Extract<ReplicationInput, { kind: 'invalidate' | 'invalidate-remote' }>;
type Side = SyncWish['side'];

export function requestSync(r: Resource, volume: Volume, input: SyncInput): void {
  const side = input.kind === 'invalidate' ? 'target' : 'source';
  const peer = input.peer ?? bestSource(r, volume);
  const connection = peer === undefined ? undefined : r.connections.get(peer);
  const problem = connection === undefined ? NO_PEER : obstacle(r, deviceOf(connection, volume), side);
  if (connection === undefined || problem !== undefined) {
    r.ports.completeClient(input.id, { ok: false, error: problem ?? NO_PEER });
    return;
  }
  const device = deviceOf(connection, volume);
  if (device.wish === undefined && !isBusy(r, device)) {
    device.wish = { side, allBlocks: input.resetBitmap, client: input.id, asked: false };
    startWish(r, device, device.wish);
    return;
  }
  keepForLater(r, device, input.id, { side, allBlocks: input.resetBitmap, client: undefined, asked: false });
}

const NO_PEER = new OperationError('NO_UP_TO_DATE_DATA', 'there is no node for this resync', {
  cause: 'no connected peer has UpToDate data, or the peer that was named is not known',
  correction: 'Connect a peer with UpToDate data, and look at `lockstepadm status`.',
});

/** The running source if there is one; a Primary knows all there is; otherwise whoever has the fewest marks. */
function bestSource(r: Resource, volume: Volume): NodeId | undefined {
  const fit = [...r.connections.values()].filter((each) => obstacle(r, deviceOf(each, volume), 'target') === undefined);
  const rank = (each: Connection): number => {
    const first = deviceOf(each, volume).target !== undefined ? 0 : each.peerRole === 'Primary' ? 1 : 2;
    return first * 1e12 + dirtyBits(volume, each.peer) * NODES_MAX + each.peer;
  };
  fit.sort((a, b) => rank(a) - rank(b));
  return fit[0]?.peer;
}

function obstacle(r: Resource, device: PeerDevice, side: Side): OperationError | undefined {
  const { volume, connection, peerDisk } = device;
  const [source, target] = side === 'source' ? [volume.disk, peerDisk] : [peerDisk, volume.disk];
  if (connection.state !== 'Connected' || source !== 'UpToDate' || volume.md === undefined) return NO_PEER;
  if (!hasDisk(target))
    return new OperationError('INVALID_ARGUMENT', 'the node that is to be resynced has no disk attached');
  if ((connection.features & FEATURES.startSync) === 0)
    return new OperationError('PROTOCOL_VERSION', 'the peer cannot start a resync on a standing connection', {
      correction: 'Bring both nodes to the same release.',
    });
  if ((side === 'target' ? r.role : connection.peerRole) === 'Primary' && target === 'UpToDate')
    return new OperationError('LAST_UP_TO_DATE_COPY', 'a Primary does not give up its data under its application', {
      correction: 'Demote it first, or invalidate another replica.',
    });
  return side === 'target' && !servesPrimaries(r, device) ? LAST_COPY : undefined;
}

const LAST_COPY = new OperationError('LAST_UP_TO_DATE_COPY', 'a Primary in sight would lose its last UpToDate copy', {
  cause: 'that Primary has no good disk of its own, or the source is not connected to it',
  correction: 'Connect the source to the Primary first.',
});

/** Every Primary in sight goes on from its own disk, or from the source. */
function servesPrimaries(r: Resource, { volume, connection: source }: PeerDevice): boolean {
  for (const connection of r.connections.values()) {
    if (connection === source || connection.state !== 'Connected' || connection.peerRole !== 'Primary') continue;
    if (!maskHas(source.peerPrimaryNeighbours, connection.peer)) return false;
    if (source.peerRole === 'Primary') return false;
    if (deviceOf(connection, volume).replication === 'Off') return false;
  }
  return true;
}

function isBusy(r: Resource, device: PeerDevice): boolean {
  const { volume, replication } = device;
  if (!isEstablished(replication)) return true;
  if (volume.adopting || volume.generationBusy || device.source !== undefined) return true;
  // The peer may have the new size already.
  if (r.changes.joined?.change.kind === 'resize' || volume.relayout !== undefined) return true;
  return [...r.connections.values()].some((each) => deviceOf(each, volume).target !== undefined);
}

function keepForLater(r: Resource, device: PeerDevice, client: ClientRequestId, wish: SyncWish): void {
  const known = device.wish;
  if (known !== undefined && known.side !== wish.side) {
    r.ports.completeClient(client, {
      ok: false,
      error: new OperationError('IN_TRANSITION', 'a resync in the other direction waits already'),
    });
    return;
  }
  if (known === undefined) device.wish = wish;
  else device.wish = { ...known, link: undefined, allBlocks: known.allBlocks || wish.allBlocks };
  r.ports.completeClient(client, {
    ok: false,
    error: new OperationError('RESYNC_RUNNING', 'a resync of this volume is running', {
      correction: 'Nothing: the request is kept and runs once when that one has ended.',
    }),
  });
}

function startWish(r: Resource, device: PeerDevice, wish: SyncWish): void {
  const { connection, volume } = device;
  if (connection.link === undefined) return;
  wish.asked = true;
  stopVerify(r, device);
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'START_SYNC',
    volume: volume.number,
    youAre: wish.side === 'source' ? 'target' : 'source',
    allBlocks: wish.allBlocks,
  });
}

function stopVerify(r: Resource, device: PeerDevice): void {
  endVerify(r, device, 'a resync begins');
  if (device.replication === 'VerifyT') setReplication(r, device, 'Established');
}

/** Requests that waited for another resync; and what becomes of one whose link has gone. */
export function reconsiderWishes(r: Resource): void {
  for (const connection of r.connections.values()) {
    for (const device of connection.devices.values()) {
      const { wish } = device;
      if (wish === undefined) continue;
      if (isVoid(r, device, wish)) device.wish = undefined;
      else if (connection.state !== 'Connected') {
        wish.asked = false;
        if (wish.client !== undefined) refuse(r, device, wish, 'the connection was lost');
      } else if (!wish.asked && !isBusy(r, device) && obstacle(r, device, wish.side) === undefined) {
        startWish(r, device, wish);
      }
    }
  }
}

/** This node's own: not for another link, nor once the peer has been promoted, or has left its disk, or we have left ours. */
const isVoid = (r: Resource, device: PeerDevice, { link, side, asked }: SyncWish): boolean =>
  link !== undefined && (link !== device.connection.link || (!asked && obstacle(r, device, side) !== undefined));

function refuse(r: Resource, device: PeerDevice, wish: SyncWish, cause: string): void {
  device.wish = undefined;
  if (wish.client === undefined) return;
  const error = new OperationError('IN_TRANSITION', 'the resync has not begun', { cause, correction: 'Try again.' });
  r.ports.completeClient(wish.client, { ok: false, error });
}

/** @returns a protocol error, or undefined. */
export function onStartSync(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'START_SYNC' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'resync of an unknown volume';
  const device = deviceOf(connection, volume);
  const { wish } = device;
  // Both ask at once: the lower node id goes first, the other one's request runs once after that.
  const gives = wish?.asked === true && r.node < connection.peer;
  const agreed = !gives && !isBusy(r, device) && obstacle(r, device, frame.youAre) === undefined;
  r.ports.send(connection.peer, connection.link, 'data', { type: 'START_SYNC_REPLY', volume: volume.number, agreed });
  if (!agreed) return undefined;
  if (wish !== undefined) wish.asked = false;
  begin(r, device, frame.youAre, frame.allBlocks);
  return undefined;
}

/** @returns a protocol error, or undefined. */
export function onStartSyncReply(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'START_SYNC_REPLY' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return 'resync of an unknown volume';
  const device = deviceOf(connection, volume);
  const { wish } = device;
  if (wish?.asked !== true) {
    // We gave way to the peer's own request meanwhile. It has refused ours for the same reason, or we disagree.
    if (frame.agreed) rehandshake(r, connection, 'the two ends do not agree about a resync');
    return undefined;
  }
  if (!frame.agreed && wish.client === undefined) {
    // The peer has not seen the end of the last resync yet: asked again with the next change of a state, or self-check.
    wish.asked = false;
    return undefined;
  }
  if (!frame.agreed) {
    refuse(r, device, wish, 'the peer is busy, or its disk is not fit for it');
    return undefined;
  }
  device.wish = undefined;
  if (isBusy(r, device) || obstacle(r, device, wish.side) !== undefined) {
    refuse(r, device, wish, 'the state of this node has changed meanwhile');
    rehandshake(r, connection, 'a resync that was agreed upon is no longer possible');
    return undefined;
  }
  begin(r, device, wish.side, wish.allBlocks);
  if (wish.client !== undefined) r.ports.completeClient(wish.client, { ok: true });
  return undefined;
}

/** Marked on both ends, as if the bitmaps had been exchanged already; the union of both is what counts. */
function begin(r: Resource, device: PeerDevice, side: Side, allBlocks: boolean): void {
  const { volume, connection, peerDisk, peerCurrent } = device;
  stopVerify(r, device);
  if (allBlocks) markAll(volume, connection.peer);
  if (side === 'source')
    beginSource(r, device, {
      full: false,
      copySpare: false,
      restarts: false,
      peerCurrent,
      wasInconsistent: peerDisk === 'Inconsistent',
    });
  else beginTarget(r, device, { full: false, checksum: false }, { current: peerCurrent, history: [], flags: 0 });
  reconsiderResync(r);
}
