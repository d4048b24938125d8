/** Where a frame of a peer goes. Frames of the data stream keep their order even while a barrier or generation settles. */
import { unreachable } from '../../common/assert.ts';
import { onAnswer, onChangeFrame } from './cluster-change/participant.ts';
import { NOT_YET, onChangeOfLink } from './cluster-change/connects.ts';
import { onState } from './link/announcements.ts';
import { onBitmapFrame } from './resync/bitmap-exchange.ts';
import { receiveGeneration } from './generation/generations.ts';
import { onFeatures, onProtocol, onVerdict } from './handshake/handshaking.ts';
import { loseLink, rehandshake, stopConnecting } from './link/link.ts';
import { onPingAck } from './link/ping.ts';
import { onCrossedAttach, onUuids } from './disk/negotiation.ts';
import { onPeerDiskFailed } from './link/data-loss.ts';
import { isRxStalled, onBarrier, onPeerAck, onWriteFrame } from './write/peer-writes.ts';
import { onPeerDagtag } from './reconciliation/reconcile.ts';
import { onAhead } from './resync/congestion.ts';
import { onPeersInSync, retryPeersInSync } from './resync/peers-in-sync.ts';
import { onDataReply, onDataRequest, onReadRefused } from './write/reads.ts';
import { maybeFinishAll, onPaused, onResyncAck, onResyncRequest, onTargetDone } from './resync/source.ts';
import { onEnableReplication } from './resync/unreplicated.ts';
import { onFinished } from './resync/adoption.ts';
import { awaitsAgreedSize, onSizes } from './sizes/agreed.ts';
import { onBlockInSync, onDeallocated, onOutOfSync, onResyncRefused, onResyncReply } from './resync/target.ts';
import { onStartSync, onStartSyncReply } from './resync/on-demand.ts';
import { onVerifyReply } from './verify/driver.ts';
import { onVerifyRequest, onVerifyState } from './verify/responder.ts';
import { type Connection, deviceOf, type Resource } from './state.ts';
import { onBarrierAck, onNegAck, onReceiveAck, onWriteAck } from './write/write-path.ts';
import { retryHeldBack } from './two-primaries/concurrent.ts';
import { endLink, onConcurrentWriteThere } from './two-primaries/deadlock.ts';
import type { ControlFrame, DataFrame, DisconnectReason, Frame } from './wire/frames.ts';

export function onFrame(r: Resource, connection: Connection, frame: Frame): void {
  const problem = route(r, connection, frame);
  if (problem !== undefined) endLink(r, connection, frame.type, problem);
}

function route(r: Resource, connection: Connection, frame: Frame): string | undefined {
  switch (frame.type) {
    case 'PING':
    case 'PING_ACK':
    case 'RECV_ACK':
    case 'WRITE_ACK':
    case 'NEG_ACK':
    case 'NEG_DREPLY':
    case 'BARRIER_ACK':
    case 'RS_WRITE_ACK':
    case 'RS_CANCEL':
    case 'RS_CANCEL_AHEAD':
    case 'NEG_RS_DREPLY':
    case 'RS_DONE':
    case 'RS_IS_IN_SYNC':
    case 'TWOPC_YES':
    case 'TWOPC_NO':
    case 'TWOPC_RETRY':
    case 'DISK_FAILED':
      return onControl(r, connection, frame);
    case 'FEATURES':
      return onFeatures(r, connection, frame);
    case 'PROTOCOL':
      return onProtocol(r, connection, frame);
    case 'VERDICT':
      return onVerdict(r, connection, frame);
    case 'DISCONNECT':
      return onDisconnect(r, connection, frame.reason);
    default:
      if (connection.state !== 'Connected') return onEarly(r, connection, frame);
      return onOrdered(r, connection, frame);
  }
}

/** Only what the cluster has to say about this very link. */
function onEarly(r: Resource, connection: Connection, frame: OrderedFrame): string | undefined {
  switch (frame.type) {
    case 'TWOPC_PREPARE':
    case 'TWOPC_COMMIT':
    case 'TWOPC_ABORT':
      return onChangeOfLink(r, connection, frame);
    default:
      return NOT_YET;
  }
}

type OrderedFrame = Exclude<DataFrame, { type: 'FEATURES' | 'PROTOCOL' | 'VERDICT' | 'DISCONNECT' }>;

function onOrdered(r: Resource, connection: Connection, frame: OrderedFrame): string | undefined {
  switch (frame.type) {
    // These end a wait or concern only what was processed long ago: waiting behind a barrier could deadlock.
    case 'RS_DATA_REPLY':
      return onResyncReply(r, connection, frame);
    case 'RS_DEALLOCATED':
      return onDeallocated(r, connection, frame.request);
    // In front of the replies that it is about.
    case 'DAGTAG':
      connection.receivedDagtag = Math.max(connection.receivedDagtag, frame.dagtag);
      return undefined;
    case 'DATA_REPLY':
      return onDataReply(r, connection, frame);
    case 'PEER_ACK':
      onPeerAck(r, connection, frame);
      retryHeldBack(r);
      maybeFinishAll(r);
      retryPeersInSync(r);
      return undefined;
    // In order with the PEER_ACKs, above all: one that came later may mark what this statement says is settled.
    case 'PEERS_IN_SYNC':
      onPeersInSync(r, connection, frame);
      return undefined;
    default:
      if (frame.type === 'UUIDS' && connection.rxNegotiation) {
        // For another volume that is attached at the same time: what is held waits for this one, too.
        return frame.answer ? onUuids(r, connection, frame) : onCrossedAttach(r, connection);
      }
      if (isRxStalled(connection)) {
        connection.rxQueue.push(frame);
        return undefined;
      }
      return onInOrder(r, connection, frame);
  }
}

/** Frames that were held while a barrier or a new generation settled. */
export function drainRxQueue(r: Resource, connection: Connection): void {
  while (connection.rxQueue.length > 0 && !isRxStalled(connection)) {
    const frame = connection.rxQueue.shift();
    if (frame === undefined) return;
    const problem = onInOrder(r, connection, frame);
    if (problem !== undefined) {
      endLink(r, connection, frame.type, problem);
      return;
    }
  }
}

function onInOrder(r: Resource, connection: Connection, frame: DataFrame): string | undefined {
  if (awaitsAgreedSize(r, frame)) {
    connection.rxRelayout = true;
    connection.rxQueue.unshift(frame);
    return undefined;
  }
  switch (frame.type) {
    case 'DATA':
    case 'TRIM':
    case 'ZEROES':
      return onWriteFrame(r, connection, frame);
    case 'BARRIER':
      onBarrier(r, connection, frame.epoch);
      return undefined;
    case 'CURRENT_UUID':
      return onCurrentUuid(r, connection, frame);
    case 'STATE':
      onState(r, connection, frame);
      return undefined;
    case 'DATA_REQUEST':
      return onDataRequest(r, connection, frame);
    case 'OUT_OF_SYNC':
      return onOutOfSync(r, connection, frame);
    case 'BITMAP':
      return onBitmapFrame(r, connection, frame);
    case 'RS_DATA_REQUEST':
    case 'RS_CSUM_REQUEST':
    case 'RS_THIN_REQUEST':
      return onResyncRequest(r, connection, frame);
    case 'OV_STATE':
      return onVerifyState(r, connection, frame);
    case 'OV_REQUEST':
      return onVerifyRequest(r, connection, frame);
    case 'OV_REPLY':
      return onVerifyReply(r, connection, frame);
    case 'START_SYNC':
      return onStartSync(r, connection, frame);
    case 'START_SYNC_REPLY':
      return onStartSyncReply(r, connection, frame);
    case 'RS_FINISHED':
      return onFinished(r, connection, frame);
    case 'RESYNC_PAUSED':
      return onResyncPaused(r, connection, frame);
    case 'UUIDS':
      return onUuids(r, connection, frame);
    case 'SIZES':
      return onSizes(r, connection, frame);
    case 'PEERS_IN_SYNC':
      onPeersInSync(r, connection, frame);
      return undefined;
    case 'ENABLE_REPLICATION':
      return onEnableReplication(r, connection, frame);
    case 'PEER_DAGTAG':
      onPeerDagtag(r, connection, frame);
      return undefined;
    case 'AHEAD':
      return onAhead(r, connection, frame);
    case 'TWOPC_PREPARE':
    case 'TWOPC_COMMIT':
    case 'TWOPC_ABORT':
      onChangeFrame(r, connection, frame);
      return undefined;
    default:
      return 'unexpected here';
  }
}

function onControl(r: Resource, connection: Connection, frame: ControlFrame): string | undefined {
  switch (frame.type) {
    case 'PING':
      if (connection.link !== undefined)
        r.ports.send(connection.peer, connection.link, 'control', { type: 'PING_ACK' });
      return undefined;
    case 'PING_ACK':
      onPingAck(r, connection);
      return undefined;
    case 'RECV_ACK':
      onReceiveAck(r, connection, frame.request);
      return undefined;
    case 'WRITE_ACK':
      onWriteAck(r, connection, frame.request);
      return undefined;
    case 'NEG_ACK':
      onNegAck(r, connection, frame.request);
      return undefined;
    case 'NEG_DREPLY':
      onReadRefused(r, connection, frame.request);
      return undefined;
    case 'BARRIER_ACK':
      return onBarrierAck(r, connection, frame.epoch, frame.writes)
        ? undefined
        : 'acknowledges another barrier than the oldest';
    case 'RS_WRITE_ACK':
      onResyncAck(r, connection, frame.request);
      return undefined;
    case 'RS_CANCEL':
    case 'RS_CANCEL_AHEAD':
    case 'NEG_RS_DREPLY':
      onResyncRefused(r, connection, frame.request);
      return undefined;
    case 'RS_IS_IN_SYNC':
      return onBlockInSync(r, connection, frame.request);
    case 'RS_DONE':
      onTargetDone(r, connection, frame);
      return undefined;
    case 'DISK_FAILED':
      return onPeerDiskFailed(r, connection, frame);
    case 'TWOPC_YES':
    case 'TWOPC_NO':
    case 'TWOPC_RETRY':
      onAnswer(r, connection, frame);
      return undefined;
    default:
      return unreachable(frame);
  }
}

function onCurrentUuid(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'CURRENT_UUID' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return 'generation of an unknown volume';
  const result = receiveGeneration(r, connection, volume, frame);
  if (result === 'adopted') connection.rxGeneration = true;
  if (result === 'mismatch') rehandshake(r, connection, 'the Primary moved on from a generation that we do not have');
  return undefined;
}

function onResyncPaused(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'RESYNC_PAUSED' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return 'pause of an unknown volume';
  onPaused(r, deviceOf(connection, volume), frame);
  return undefined;
}

function onDisconnect(r: Resource, connection: Connection, reason: DisconnectReason): string | undefined {
  if (reason === 'rehandshake') connection.reconnecting = true;
  if (reason === 'concurrent-write') onConcurrentWriteThere(r, connection);
  else if (reason === 'refused') stopConnecting(r, connection, 'the peer refused');
  else
    loseLink(
      r,
      connection,
      reason === 'admin' ? 'TearDown' : 'NetworkFailure',
      reason === 'admin' ? 'the peer disconnected' : 'new handshake',
    );
  connection.renewing = reason === 'rehandshake';
  return undefined;
}
