/**
 * One replicated resource on one node: the door of the replication core. Everything comes in through `handle`, runs to
 * completion, and goes out through the ports. The satellite and the simulator drive this very class.
 */
import { assert, unreachable } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import { type NodeId, nodeId, type VolumeNumber } from '../../common/ids.ts';
import { announce, armSelfCheck, onPeerDataLost, selfCheck } from './announcements.ts';
import { attach, detach, onAttachBits, onAttachDone, onAttachLog, onDiskFailed } from './attachment.ts';
import { onBitmapSettled } from './bitmap-exchange.ts';
import type { PeerConfig, ResourceConfig, VolumeConfig } from './config.ts';
import { drainRxQueue, onFrame } from './dispatch.ts';
import type { LinkLossReason, ReplicationInput } from './events.ts';
import { onGenerationPersisted } from './generations.ts';
import { onLinkUp, resumeHandshakes } from './handshaking.ts';
import {
  loseLink,
  onConnectTimer,
  onKnock,
  onLinkFailed,
  onPingTimeout,
  onPingTimer,
  rehandshake,
  startConnecting,
  stopConnecting,
} from './link.ts';
import { dirtyBits, reconsiderResync } from './marks.ts';
import { NO_GENERATION } from './metadata/generation-id.ts';
import { endPeerWrite, onEpochFlushed, onPeerWriteLocked, onPeerWriteReady } from './peer-writes.ts';
import {
  onActivityBlockWritten,
  onActivityReset,
  onPageWritten,
  onSuperblockWritten,
  persistSuperblock,
  takeActivityReady,
  writeActivityBlock,
} from './persistence.ts';
import type { ClientRequestId, IoId, Payload, Ports, TimerId } from './ports.ts';
import { endQuiesce, onQuiesceSettled, quiesceVolume } from './quiesce.ts';
import { onLocalReadDone, onPeerReadDone, onPeerReadLocked, reissueReads, submitRead } from './reads.ts';
import { maybeFinishAll, onSourceLocked, onSourceRead, retryDagtagWaiters } from './resync-source.ts';
import {
  onAdopted,
  onAdoptSettled,
  onBatchFlushed,
  onMarksSettled,
  onResyncWritten,
  onTargetLocked,
  reconsiderTargets,
} from './resync-target.ts';
import { closeVolume, hasPrimary, openReadOnly, reconsiderRoles, requestDemotion, requestPromotion } from './roles.ts';
import {
  addConnection,
  type Connection,
  deviceOf,
  type LockOwner,
  newPeerDevice,
  newResource,
  newVolume,
  type Resource,
  type Volume,
  type Work,
} from './state.ts';
import { reportStatus } from './report.ts';
import type { ResourceStatus } from './status.ts';
import {
  admitHeld,
  flushPeerAck,
  onActivityReady,
  onClientFlushed,
  onLocalWriteDone,
  onSlotPersisted,
  onWriteLocked,
  submitFlush,
  submitWrite,
} from './write-path.ts';

const OK = { ok: true } as const;
const READ_BYTES_MAX = 1_048_576;
const ZERO_BYTES_MAX = 134_217_728;
const SECTOR_BYTES = 512;

const LOSS_STATE = {
  reset: 'BrokenPipe',
  closed: 'TearDown',
  timeout: 'Timeout',
  'protocol-error': 'ProtocolError',
} as const satisfies Record<LinkLossReason, string>;

export class ReplicatedResource {
  private readonly r: Resource;
  private busy = false;

  constructor(config: ResourceConfig, ports: Ports) {
    this.r = newResource(config, ports);
    armSelfCheck(this.r);
  }

  /** Runs one input to its end. Never re-entrant: ports do not call back before it has returned. */
  handle(input: ReplicationInput): void {
    assert(!this.busy, 'handle is not re-entrant');
    this.busy = true;
    try {
      take(this.r, input);
      work(this.r);
    } finally {
      this.busy = false;
    }
  }

  status(): ResourceStatus {
    return reportStatus(this.r);
  }

  /** Is any bit towards `peer` set over the range, in memory? */
  outOfSync(volume: VolumeNumber, peer: NodeId, offset: number, length: number): boolean {
    const md = this.r.volumes.get(volume)?.md;
    const slot = md?.slots.get(peer);
    if (md === undefined || slot === undefined) return false;
    const first = Math.floor(offset / md.layout.blockBytes);
    const last = Math.floor((offset + length - 1) / md.layout.blockBytes);
    return md.bitmap.anySet(slot.slot, first, last);
  }

  /** Extents (4 MiB) that the activity log has hot, on disk or about to be. */
  activeExtents(volume: VolumeNumber): readonly number[] {
    return this.r.volumes.get(volume)?.md?.log.activeExtents() ?? [];
  }
}

function take(r: Resource, input: ReplicationInput): void {
  switch (input.kind) {
    case 'client-read':
    case 'client-write':
    case 'client-zero':
    case 'client-flush':
      return takeClient(r, input);
    case 'open':
    case 'close':
    case 'promote':
    case 'demote':
      return takeRole(r, input);
    case 'disk-done':
      return takeDiskDone(r, input.io, input.ok, input.payload);
    case 'frame': {
      const connection = r.connections.get(input.peer);
      if (connection !== undefined && connection.link === input.link) onFrame(r, connection, input.frame);
      return;
    }
    case 'link-up':
    case 'link-failed':
    case 'link-down':
    case 'peer-knocks':
      return takeLink(r, input);
    case 'timer':
      return takeTimer(r, input.timer);
    default:
      return takeAdmin(r, input);
  }
}

type ClientInput = Extract<ReplicationInput, { kind: 'client-read' | 'client-write' | 'client-zero' | 'client-flush' }>;

function takeClient(r: Resource, input: ClientInput): void {
  const volume = r.volumes.get(input.volume);
  const problem = clientProblem(r, volume, input);
  if (volume === undefined || problem !== undefined) {
    r.ports.completeClient(input.id, { ok: false, error: problem ?? noVolume(r, input.volume) });
    return;
  }
  switch (input.kind) {
    case 'client-read':
      return submitRead(r, input.id, volume, input.offset, input.length);
    case 'client-flush':
      return submitFlush(r, input.id, volume);
    case 'client-write': {
      const { id, offset, payload, fua } = input;
      return submitWrite(r, {
        client: id,
        volume,
        offset,
        length: payload.byteLength,
        operation: 'data',
        payload,
        mayUnmap: false,
        fua,
      });
    }
    case 'client-zero': {
      const { id, offset, length, discard, mayUnmap, fua } = input;
      return submitWrite(r, {
        client: id,
        volume,
        offset,
        length,
        operation: discard ? 'discard' : 'zeroes',
        payload: undefined,
        mayUnmap,
        fua,
      });
    }
    default:
      return unreachable(input);
  }
}

function clientProblem(r: Resource, volume: Volume | undefined, input: ClientInput): OperationError | undefined {
  if (volume === undefined) return noVolume(r, input.volume);
  if (r.down) return new OperationError('IN_TRANSITION', 'the resource is being stopped');
  if (input.kind !== 'client-read' && r.role !== 'Primary') {
    return new OperationError('NOT_PROMOTABLE', `"${r.config.name}" is Secondary on this node: it takes no writes`, {
      correction: 'Open the volume read-write or promote the resource first.',
    });
  }
  if (input.kind === 'client-flush') return undefined;
  const length = input.kind === 'client-write' ? input.payload.byteLength : input.length;
  const limit = input.kind === 'client-zero' ? ZERO_BYTES_MAX : READ_BYTES_MAX;
  if (length === 0 || length > limit || input.offset % SECTOR_BYTES !== 0 || length % SECTOR_BYTES !== 0) {
    return new OperationError(
      'INVALID_ARGUMENT',
      'a request is a whole number of sectors, at most 1 MiB (zeroing: 128 MiB)',
    );
  }
  if (input.offset + length > volume.sizeBytes)
    return new OperationError('INVALID_ARGUMENT', 'the request lies beyond the end of the volume');
  return undefined;
}

const noVolume = (r: Resource, volume: number): OperationError =>
  new OperationError('VOLUME_NOT_FOUND', `"${r.config.name}" has no volume ${volume}`);

function takeRole(
  r: Resource,
  input: Extract<ReplicationInput, { kind: 'open' | 'close' | 'promote' | 'demote' }>,
): void {
  if (input.kind === 'promote') return requestPromotion(r, input.id, input.force, undefined);
  if (input.kind === 'demote') return requestDemotion(r, input.id);
  const volume = r.volumes.get(input.volume);
  if (input.kind === 'close') {
    if (volume !== undefined) closeVolume(r, volume, input.mode);
    return;
  }
  if (volume === undefined) {
    r.ports.completeClient(input.id, { ok: false, error: noVolume(r, input.volume) });
    return;
  }
  if (input.mode === 'read-write') requestPromotion(r, input.id, false, volume);
  else openReadOnly(r, input.id, volume);
}

function takeLink(
  r: Resource,
  input: Extract<ReplicationInput, { kind: 'link-up' | 'link-failed' | 'link-down' | 'peer-knocks' }>,
): void {
  const connection = r.connections.get(input.peer);
  if (connection === undefined) return;
  switch (input.kind) {
    case 'link-up':
      return onLinkUp(r, connection, input.link);
    case 'link-failed':
      return onLinkFailed(r, connection);
    case 'peer-knocks':
      return onKnock(r, connection);
    case 'link-down':
      if (connection.link === input.link)
        loseLink(r, connection, LOSS_STATE[input.reason], `link lost: ${input.reason}`);
      return;
    default:
      return unreachable(input);
  }
}

function takeTimer(r: Resource, timer: TimerId): void {
  const [purpose, peer] = timer.split(':');
  if (purpose === 'peer-ack') return flushPeerAck(r);
  if (purpose === 'self-check') {
    if (!r.down) selfCheck(r);
    return;
  }
  if (purpose === 'promote') {
    r.work.push({ kind: 'reconsider-roles' });
    return;
  }
  const connection = peer === undefined ? undefined : r.connections.get(nodeId(Number(peer)));
  if (connection === undefined) return;
  if (purpose === 'ping') onPingTimer(r, connection);
  else if (purpose === 'ping-timeout') onPingTimeout(r, connection);
  else if (purpose === 'connect') onConnectTimer(r, connection);
  else if (purpose === 'handshake' && connection.handshake !== undefined)
    loseLink(r, connection, 'Timeout', 'the handshake took too long');
}

type AdminInput = Extract<
  ReplicationInput,
  {
    kind:
      | 'connect'
      | 'disconnect'
      | 'attach'
      | 'detach'
      | 'add-volume'
      | 'remove-volume'
      | 'add-peer'
      | 'remove-peer'
      | 'set-options'
      | 'shutdown';
  }
>;

function takeAdmin(r: Resource, input: AdminInput): void {
  switch (input.kind) {
    case 'connect':
    case 'disconnect': {
      const connection = r.connections.get(input.peer);
      if (connection === undefined) {
        r.ports.completeClient(input.id, {
          ok: false,
          error: new OperationError('INVALID_ARGUMENT', `"${r.config.name}" has no peer with node id ${input.peer}`),
        });
        return;
      }
      if (input.kind === 'connect') startConnecting(r, connection);
      else stopConnecting(r, connection, 'disconnected by an administrator');
      r.ports.completeClient(input.id, OK);
      return;
    }
    case 'attach':
    case 'detach':
    case 'remove-volume': {
      const volume = r.volumes.get(input.volume);
      if (volume === undefined) r.ports.completeClient(input.id, { ok: false, error: noVolume(r, input.volume) });
      else if (input.kind === 'attach') attach(r, input.id, volume, input.metadata);
      else if (input.kind === 'detach') detach(r, input.id, volume);
      else removeVolume(r, input.id, volume);
      return;
    }
    case 'add-volume':
      return addVolume(r, input.volume);
    case 'add-peer':
      return addPeer(r, input.peer);
    case 'remove-peer':
      return removePeer(r, input.id, input.peer);
    case 'set-options':
      r.options = input.options;
      return;
    case 'shutdown':
      return shutdown(r, input.id);
    default:
      return unreachable(input);
  }
}

function addVolume(r: Resource, config: VolumeConfig): void {
  if (r.volumes.has(config.volume)) return;
  const volume = newVolume(config);
  r.volumes.set(config.volume, volume);
  for (const connection of r.connections.values()) {
    connection.devices.set(config.volume, newPeerDevice(connection, volume));
  }
  if (r.role === 'Primary') volume.generationDue = true;
  // A diskful volume shakes hands when its disk is attached; a diskless one now.
  if (!config.diskful)
    for (const connection of r.connections.values()) rehandshake(r, connection, 'a volume was added');
}

function removeVolume(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (volume.openReadWrite > 0 || volume.openReadOnly > 0 || volume.upperPending > 0) {
    r.ports.completeClient(client, {
      ok: false,
      error: new OperationError('DEVICE_OPEN', `volume ${volume.number} is in use`, {
        correction: 'Stop its client first.',
      }),
    });
    return;
  }
  for (const connection of r.connections.values()) rehandshake(r, connection, 'a volume was removed');
  r.volumes.delete(volume.number);
  for (const connection of r.connections.values()) connection.devices.delete(volume.number);
  for (const [id, io] of [...r.ios]) if (io.volume === volume) r.ios.delete(id);
  r.ports.completeClient(client, OK);
}

function addPeer(r: Resource, config: PeerConfig): void {
  const known = r.connections.get(config.node);
  if (known !== undefined) {
    known.config = config;
    return;
  }
  const connection = addConnection(r, config);
  for (const volume of r.volumes.values()) {
    const md = volume.md;
    if (md === undefined || config.slot === undefined || config.slot >= md.layout.slots) continue;
    md.bitmap.clearAll(config.slot);
    md.slots.set(config.node, { node: config.node, slot: config.slot, generation: NO_GENERATION });
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
  startConnecting(r, connection);
}

function removePeer(r: Resource, client: ClientRequestId, peer: NodeId): void {
  const connection = r.connections.get(peer);
  if (connection !== undefined) {
    stopConnecting(r, connection, 'the peer was removed');
    r.connections.delete(peer);
    for (const volume of r.volumes.values()) {
      const slot = volume.md?.slots.get(peer);
      if (slot === undefined || volume.md === undefined) continue;
      volume.md.slots.delete(peer);
      volume.md.bitmap.clearAll(slot.slot);
      persistSuperblock(r, volume, { kind: 'nothing' });
    }
  }
  r.ports.completeClient(client, OK);
}

function shutdown(r: Resource, client: ClientRequestId): void {
  r.shutdown = client;
  for (const volume of r.volumes.values()) {
    volume.openReadOnly = 0;
    volume.openReadWrite = 0;
  }
  if (r.role === 'Primary') requestDemotion(r, undefined);
  r.work.push({ kind: 'reconsider-roles' });
}

/** After the demotion: links end, then each log is emptied; answered when nothing is under way any more. */
function advanceShutdown(r: Resource): void {
  if (r.shutdown === undefined || r.role === 'Primary' || r.roleRequest !== undefined) return;
  for (const connection of r.connections.values()) stopConnecting(r, connection, 'shutdown');
  if (!r.down) {
    r.down = true;
    for (const volume of r.volumes.values()) quiesceVolume(r, volume);
  }
  for (const volume of r.volumes.values()) {
    if (volume.quiescing || volume.lowerPending > 0) return;
    const md = volume.md;
    if (md !== undefined && md.log.activeExtents().length > 0 && md.log.referencedExtents().length === 0) {
      quiesceVolume(r, volume);
      return;
    }
  }
  const client = r.shutdown;
  r.shutdown = undefined;
  r.ports.cancelTimer('self-check' as TimerId);
  r.ports.completeClient(client, OK);
}

function takeDiskDone(r: Resource, id: IoId, ok: boolean, payload: Payload | undefined): void {
  const io = r.ios.get(id);
  if (io === undefined) return; // of a disk that was detached or failed meanwhile
  r.ios.delete(id);
  const { volume } = io;
  volume.lowerPending -= 1;
  if (r.shutdown !== undefined) r.work.push({ kind: 'reconsider-roles' });
  if (!ok) {
    // Put back so that it ends together with everything else that was under way on this disk.
    r.ios.set(id, io);
    volume.lowerPending += 1;
    r.work.push({ kind: 'disk-failed', volume });
    return;
  }
  switch (io.kind) {
    case 'own-write':
      return onLocalWriteDone(r, io.owner, true);
    case 'peer-write':
      return endPeerWrite(r, io.owner, true);
    case 'client-read':
      return onLocalReadDone(r, io.owner, true, payload);
    case 'peer-read':
      return onPeerReadDone(r, io.owner, true, payload);
    case 'rs-read':
      return onSourceRead(r, io.owner, true, payload);
    case 'rs-write':
      return onResyncWritten(r, io.owner, true);
    case 'flush':
      r.work.push(io.then);
      break;
    case 'superblock':
      return onSuperblockWritten(r, volume);
    case 'page':
      return onPageWritten(r, volume, io.group);
    case 'al-block':
      return onActivityBlockWritten(r, volume, io.transaction);
    case 'al-reset':
      return onActivityReset(r, volume, io.transaction, io.then);
    default:
      return unreachable(io);
  }
}

/** Works off what the parts queued for each other, in order, until nothing is left. */
function work(r: Resource): void {
  const { work: queue } = r;
  let announcing = false;
  let resync = false;
  let roles = false;
  for (let index = 0; index < queue.length || announcing || resync || roles; ) {
    const next = queue[index];
    if (next === undefined) {
      // Looked at once per round, after everything else: several changes of one input make one announcement.
      queue.length = 0;
      index = 0;
      if (roles) {
        roles = false;
        reconsiderRoles(r);
        advanceShutdown(r);
        quiesceWhenIdle(r);
      } else if (resync) {
        resync = false;
        reconsiderTargets(r);
        maybeFinishAll(r);
      } else {
        announcing = false;
        announce(r);
      }
      continue;
    }
    index += 1;
    if (next.kind === 'announce') announcing = true;
    else if (next.kind === 'reconsider-resync') resync = true;
    else if (next.kind === 'reconsider-roles') roles = true;
    else perform(r, next);
  }
  queue.length = 0;
}

function perform(r: Resource, next: Work): void {
  switch (next.kind) {
    case 'granted':
      return onGranted(r, next.owner);
    case 'activity-ready':
      for (const write of takeActivityReady(r, next.volume)) {
        if (write.kind === 'write') onActivityReady(r, write);
        else onPeerWriteReady(r, write);
      }
      return;
    case 'activity-block':
      return writeActivityBlock(r, next);
    case 'generation-persisted':
      onGenerationPersisted(r, next.volume, next.previous, next.current);
      admitHeld(r, next.volume);
      r.work.push({ kind: 'announce' });
      return;
    case 'slot-persisted':
      return onSlotPersisted(r, next.volume);
    case 'received-generation':
      if (next.connection.link !== next.link) return;
      next.connection.rxGeneration = false;
      drainRxQueue(r, next.connection);
      r.work.push({ kind: 'announce' });
      return;
    case 'epoch-flushed':
      if (next.connection.link !== next.link) return;
      onEpochFlushed(r, next.connection);
      return;
    case 'rx-resume':
      if (next.connection.link === next.link) drainRxQueue(r, next.connection);
      return;
    case 'client-flushed':
      return onClientFlushed(r, next.flush, true);
    case 'zero-flushed':
      return onLocalWriteDone(r, next.owner, true);
    case 'drop-link':
      return rehandshake(r, next.connection, next.reason);
    case 'peer-data-lost':
      if (next.connection.state === 'Connected') onPeerDataLost(r, next.connection, next.volume);
      return;
    case 'disk-failed':
      return onDiskFailed(r, next.volume);
    case 'resume-handshakes':
      return resumeHandshakes(r);
    case 'reissue-reads':
      return reissueReads(r);
    case 'primary-lost':
      return onPrimaryLost(r);
    case 'dagtag-advanced':
      return retryDagtagWaiters(r);
    default:
      return performSettled(r, next);
  }
}

function performSettled(r: Resource, next: Work): void {
  switch (next.kind) {
    case 'sync-bitmap-settled':
      if (next.device.connection.link !== next.link) return;
      onBitmapSettled(r, next.device);
      r.work.push({ kind: 'announce' });
      return reconsiderResync(r);
    case 'sync-batch-flushed':
      return onBatchFlushed(r, next.device, next.batch);
    case 'sync-marks-settled':
      return onMarksSettled(r, next.device);
    case 'sync-target-adopt':
      return onAdoptSettled(r, next.device);
    case 'sync-target-adopted':
      return onAdopted(r, next.device);
    case 'attach-bits':
      return onAttachBits(r, next.volume, next.client);
    case 'attach-log':
      return onAttachLog(r, next.volume, next.client);
    case 'attach-done':
      return onAttachDone(r, next.volume, next.client);
    case 'crash-flag-cleared':
      next.volume.crashFlagBusy = false;
      r.work.push({ kind: 'reconsider-roles' });
      return;
    case 'quiesce-settled':
      return onQuiesceSettled(r, next.volume);
    case 'quiesce-done':
      return endQuiesce(r, next.volume);
    default: // 'nothing', and the kinds that `work` collects
  }
}

function onGranted(r: Resource, owner: LockOwner): void {
  switch (owner.kind) {
    case 'write':
      return onWriteLocked(r, owner);
    case 'peer-write':
      return onPeerWriteLocked(r, owner);
    case 'peer-read':
      return onPeerReadLocked(r, owner);
    case 'rs-target':
      return onTargetLocked(r, owner);
    case 'rs-source':
      return onSourceLocked(r, owner);
    default:
      return unreachable(owner);
  }
}

/** The survivors of a lost Primary compare what they have: each pair with marks shakes hands anew. */
function onPrimaryLost(r: Resource): void {
  for (const connection of r.connections.values()) {
    if (connection.state === 'Connected' && hasMarks(r, connection))
      rehandshake(r, connection, 'the Primary was lost with writes under way');
  }
}

function hasMarks(r: Resource, connection: Connection): boolean {
  for (const volume of r.volumes.values()) {
    const { source, target } = deviceOf(connection, volume);
    if (source === undefined && target === undefined && dirtyBits(volume, connection.peer) > 0) return true;
  }
  return false;
}

/** An idle Secondary without a Primary in sight empties its activity logs: its crash would cost nothing then. */
function quiesceWhenIdle(r: Resource): void {
  if (r.down || hasPrimary(r)) return;
  for (const connection of r.connections.values()) if (connection.unpeerAcked.length > 0) return;
  for (const volume of r.volumes.values()) {
    const md = volume.md;
    if (md === undefined || md.logResetting || volume.lowerPending > 0 || md.log.activeExtents().length === 0) continue;
    if (md.log.referencedExtents().length === 0 && !md.log.inFlight()) quiesceVolume(r, volume);
  }
}
