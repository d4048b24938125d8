/**
 * One replicated resource on one node: the door of the replication core. Everything comes in through `handle`, runs to
 * completion, and goes out through the ports. The satellite and the simulator drive this very class.
 */
import { assert, unreachable } from '../../common/assert.ts';
import type { Bytes } from '../../common/units.ts';
import type { ConnectionOptions, DiskOptions, ReplicationOptions } from '../../common/options/options.ts';
import { type Generation, type NodeId, nodeId, type VolumeNumber, volumeNumber } from '../../common/ids.ts';
import { armSelfCheck, selfCheck } from './link/announcements.ts';
import { onChangeTimer } from './cluster-change/participant.ts';
import { rankOfIo, type Visit, visitState } from './canonical.ts';
import { cloneState } from './clone.ts';
import type { ResourceConfig } from './config.ts';
import { type Renumber, renumberState } from './counters.ts';
import { onFrame } from './dispatch.ts';
import type { LinkLossReason, ReplicationInput } from './events.ts';
import { onHandlerDone } from './handlers/done.ts';
import { onLinkUp } from './handshake/handshaking.ts';
import {
  loseLink,
  onConnectTimer,
  onKnock,
  onLinkBroken,
  onLinkFailed,
  onPingTimeout,
  onPingTimer,
} from './link/link.ts';
import { endPeerWrite } from './write/peer-writes.ts';
import { extentCount } from './metadata/layout.ts';
import { onActivityBlockWritten, onActivityReset, onPageWritten, onSuperblockWritten } from './disk/persistence.ts';
import type { IoId, Payload, TimerId } from './payload.ts';
import type { Ports } from './ports.ts';
import { onOwnBlockRead } from './resync/checksum.ts';
import { takeClient } from './write/client-requests.ts';
import { onLocalReadDone, onPeerReadDone } from './write/reads.ts';
import { onSourceRead } from './resync/source.ts';
import { onAheadTimer } from './resync/congestion.ts';
import { onPacingTimer, onResyncWritten } from './resync/target.ts';
import { closeVolume, openReadOnly, requestDemotion, requestPromotion } from './roles/roles.ts';
import { newResource } from './new-state.ts';
import type { Resource } from './state.ts';
import { type KeptVisitor, reportStatus, visitKept } from './report.ts';
import type { ResourceStatus } from './status.ts';
import { onLocalWriteDone } from './write/write-path.ts';
import { flushPeerAck } from './write/epochs.ts';
import { noVolume, takeAdmin } from './administration.ts';
import { onVerifyRead } from './verify/responder.ts';
import { onDiskTimer } from './disk/disk-timeout.ts';
import { onDiskError } from './disk/io-errors.ts';
import { onAbandonedDone } from './disk/last-word.ts';
import { work } from './work.ts';

const LOSS_STATE = {
  reset: 'BrokenPipe',
  closed: 'TearDown',
  timeout: 'Timeout',
  'protocol-error': 'ProtocolError',
} as const satisfies Record<LinkLossReason, string>;

export class ReplicatedResource {
  private readonly r: Resource;
  private busy = false;

  /** @param state of `clone` only */
  constructor(config: ResourceConfig, ports: Ports, state?: Resource) {
    this.r = state ?? newResource(config, ports);
    if (state === undefined) armSelfCheck(this.r);
  }

  /** A copy that goes on by itself. Timers, links, disk operations and clients under way are known to both: the host decides whose they are. */
  clone(ports: Ports): ReplicatedResource {
    assert(!this.busy, 'a resource is copied between two inputs');
    return new ReplicatedResource(this.r.config, ports, cloneState(this.r, ports));
  }

  /** Of the resource, as they count now. */
  options(): ReplicationOptions {
    return this.r.options;
  }

  /** As they count now; of a peer that is not known, those of the resource. */
  connectionOptions(peer: NodeId): ConnectionOptions {
    return this.r.connections.get(peer)?.options ?? this.r.options;
  }

  /** As they count now. Undefined: no such volume. */
  diskOptions(volume: VolumeNumber): DiskOptions | undefined {
    return this.r.volumes.get(volume)?.options;
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

  /** Everything that decides how this copy goes on, as a row of simple values (canonical.ts). */
  visitState(visit: Visit, payload: (each: Payload, visit: Visit) => void): void {
    visitState(this.r, visit, payload);
  }

  /** Shows and replaces the numbers that only grow (counters.ts). */
  renumber(renumber: Renumber): void {
    renumberState(this.r, renumber);
  }

  /** The place of a disk operation under way among all of them; -1 when nobody waits for it any more. */
  rankOfIo(io: IoId): number {
    return rankOfIo(this.r, io);
  }

  status(): ResourceStatus {
    return reportStatus(this.r);
  }

  /** See `visitKept`; far cheaper than `status`. */
  visitKept(visitor: KeptVisitor): void {
    visitKept(this.r, visitor);
  }

  /** As in `status`; far cheaper. */
  currentGeneration(volume: VolumeNumber): Generation | undefined {
    return this.r.volumes.get(volume)?.current;
  }

  /** Is any bit towards `peer` set over the range, in memory? */
  outOfSync(volume: VolumeNumber, peer: NodeId, offset: number, length: number): boolean {
    const md = this.r.volumes.get(volume)?.md;
    const slot = md?.slots.get(peer);
    if (md === undefined || slot === undefined) return false;
    const first = Math.floor(offset / md.layout.blockBytes);
    const last = Math.min(Math.floor((offset + length - 1) / md.layout.blockBytes), md.layout.blocks - 1);
    return first <= last && md.bitmap.anySet(slot.slot, first, last);
  }

  /** Is a write of this node in the range in its transfer log? Its peers do not know yet who holds it. */
  isUnsettled(volume: VolumeNumber, offset: number, length: number): boolean {
    return this.r.log.some(
      (each) => each.volume.number === volume && each.offset < offset + length && offset < each.offset + each.length,
    );
  }

  /** What clients may use of the volume. */
  sizeOf(volume: VolumeNumber): Bytes | undefined {
    return this.r.volumes.get(volume)?.sizeBytes;
  }

  /** Does a disk that was given up still owe answers? */
  isOwed(volume: VolumeNumber): boolean {
    return [...this.r.abandoned.values()].some((each) => each.number === volume);
  }

  /** Extents (4 MiB) that a crash would mark: what the activity log has hot, on disk or about to be; all, beside writes without it. */
  activeExtents(volume: VolumeNumber): readonly number[] {
    const md = this.r.volumes.get(volume)?.md;
    if (md?.unlogged !== 'yes') return md?.log.activeExtents() ?? [];
    return Array.from({ length: extentCount(md.layout) }, (_, extent) => extent);
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
    case 'handler-done':
      return onHandlerDone(r, input.run, input.exitCode);
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
        onLinkBroken(r, connection, LOSS_STATE[input.reason], `link lost: ${input.reason}`);
      return;
    default:
      return unreachable(input);
  }
}

function takeTimer(r: Resource, timer: TimerId): void {
  const [purpose, peer, number] = timer.split(':');
  if (purpose === 'peer-ack') return flushPeerAck(r);
  if (purpose === 'self-check') {
    if (!r.down) selfCheck(r);
    return;
  }
  if (purpose === 'twopc') return onChangeTimer(r);
  if (purpose === 'disk-timeout') {
    const volume = r.volumes.get(volumeNumber(Number(peer)));
    if (volume !== undefined) onDiskTimer(r, volume);
    return;
  }
  if (purpose === 'promote') {
    r.work.push({ kind: 'reconsider-roles' });
    return;
  }
  const connection = peer === undefined ? undefined : r.connections.get(nodeId(Number(peer)));
  if (connection === undefined) return;
  if (purpose === 'resync') {
    const device = connection.devices.get(Number(number) as VolumeNumber);
    if (device !== undefined) onPacingTimer(r, device);
  } else if (purpose === 'ahead') onAheadTimer(r, connection);
  else if (purpose === 'ping') onPingTimer(r, connection);
  else if (purpose === 'ping-timeout') onPingTimeout(r, connection);
  else if (purpose === 'connect') onConnectTimer(r, connection);
  else if (purpose === 'handshake' && connection.handshake !== undefined)
    loseLink(r, connection, 'Timeout', 'the handshake took too long');
}

function takeDiskDone(r: Resource, id: IoId, ok: boolean, payload: Payload | undefined): void {
  const io = r.ios.get(id);
  if (io === undefined) {
    onAbandonedDone(r, id, ok);
    return;
  }
  r.ios.delete(id);
  const { volume } = io;
  volume.lowerPending -= 1;
  if (r.shutdown !== undefined || volume.leaving !== undefined) r.work.push({ kind: 'reconsider-roles' });
  if (!ok) {
    onDiskError(r, id, io);
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
    case 'rs-own-read':
      return onOwnBlockRead(r, io.owner, payload);
    case 'verify-read':
      return onVerifyRead(r, io.owner, payload);
    case 'rs-write':
      return onResyncWritten(r, [io.owner], true);
    case 'rs-discard':
      return onResyncWritten(r, io.owners, true);
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
