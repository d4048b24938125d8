/**
 * The local disk of a volume: attached from its metadata image, detached on request, given up after an I/O error.
 *
 * Attach: what the activity log names becomes bits → pages durable → log emptied → superblock → the state that the
 * metadata says. A disk that failed once is not asked again: everything under way on it ends as failed, and a
 * Secondary drops its links before it could acknowledge anything that rested on that disk.
 */
import { OperationError } from '../../../common/errors.ts';
import { type DiskState, hasDisk } from '../../../common/states.ts';
import { generationBecomesDue } from '../generation/generations.ts';
import { resumeHandshakes } from '../handshake/handshaking.ts';
import { rehandshake } from '../link/link.ts';
import { applyHotExtents } from './marks.ts';
import { ActivityLog } from '../metadata/activity-log.ts';
import { readMetadata } from '../metadata/format.ts';
import { NO_GENERATION } from '../metadata/generation-id.ts';
import { AL_EXTENT_BYTES } from '../metadata/layout.ts';
import type { Superblock } from '../metadata/superblock.ts';
import { endPeerWrite } from '../write/peer-writes.ts';
import { persistSuperblock, resetActivity, settlePages } from './persistence.ts';
import { assessQuorum, restoreQuorum } from '../quorum/assess.ts';
import type { ClientRequestId } from '../payload.ts';
import { onLocalReadDone, onPeerReadDone } from '../write/reads.ts';
import { abandonSource, onSourceRead } from '../resync/source.ts';
import { abandonTarget, onResyncWritten } from '../resync/target.ts';
import { newSlot, type SlotRecord } from '../generation/slots.ts';
import { type Attached, defer, deviceOf, type Io, type Resource, type Volume, type Work } from '../state.ts';
import { setDisk, setReplication } from '../transitions.ts';
import { dataReachable } from '../write/data-access.ts';
import { onLocalDiskLost, onLocalWriteDone } from '../write/write-path.ts';
import { onClientFlushed } from '../write/flush.ts';
import { endQuiesce } from './quiesce.ts';

const OK = { ok: true } as const;

export function attach(r: Resource, client: ClientRequestId, volume: Volume, image: Uint8Array): void {
  if (volume.md !== undefined || !volume.config.diskful) {
    fail(
      r,
      client,
      new OperationError(
        'INVALID_ARGUMENT',
        `volume ${volume.number} of "${r.config.name}" has a disk attached, or is meant to have none`,
      ),
    );
    return;
  }
  const read = readMetadata(image, { resource: r.config.name, volume: volume.number, node: r.node });
  if (!read.ok) {
    fail(r, client, new OperationError(read.code, read.message, { cause: read.cause, correction: read.correction }));
    return;
  }
  const { superblock, fellBack, layout, bitmap, hotExtents, nextTransaction, damagedSectors } = read;
  if (superblock.dataBytes !== volume.config.sizeBytes) {
    fail(
      r,
      client,
      new OperationError(
        'BACKING_STORE_TOO_SMALL',
        `volume ${volume.number} of "${r.config.name}" has another size than its metadata`,
        {
          cause: `the metadata says ${superblock.dataBytes} bytes, the volume definition ${volume.config.sizeBytes}`,
          correction: 'Check that the right disk is given.',
        },
      ),
    );
    return;
  }
  const log = new ActivityLog({ extentsMax: superblock.alExtents, layout, nextTransaction });
  const md: Attached = {
    layout,
    bitmap,
    log,
    slots: slotsOf(r, superblock, bitmap),
    identity: superblock,
    sequence: superblock.sequence,
    superblockBusy: false,
    superblockDirty: false,
    superblockWaiting: [],
    superblockInFlight: [],
    settling: undefined,
    settleQueue: [],
    logWaiting: [],
    logFull: [],
    logResetting: true,
    logDone: nextTransaction - 1,
    logDerived: new Map(),
    resyncDerived: new Map(),
    crashedPrimary: superblock.crashedPrimary,
  };
  volume.md = md;
  volume.attachment += 1;
  volume.current = superblock.current;
  volume.history = [...superblock.history];
  setDisk(r, volume, 'Attaching', 'attach');
  if (fellBack || damagedSectors > 0) {
    const damage = { superblock: fellBack, bitmapSectors: damagedSectors };
    r.ports.notify({ kind: 'metadata-damaged', volume: volume.number, ...damage });
  }
  const bits = applyHotExtents(volume, md, hotExtents, AL_EXTENT_BYTES / layout.blockBytes);
  if (hotExtents.length > 0)
    r.ports.notify({ kind: 'activity-log-applied', volume: volume.number, extents: hotExtents.length, bits });
  settlePages(r, volume, 'all', true, { kind: 'attach-bits', volume, client });
}

/** Slots as the metadata has them, for the peers that are configured; a slot that changed hands starts empty. */
function slotsOf(r: Resource, superblock: Superblock, bitmap: Attached['bitmap']): Map<SlotRecord['node'], SlotRecord> {
  const slots = new Map<SlotRecord['node'], SlotRecord>();
  for (const { config } of r.connections.values()) {
    if (config.slot === undefined || config.slot >= superblock.slots) continue;
    const record = superblock.peers.find((each) => each.node === config.node && each.slot === config.slot);
    if (record === undefined) bitmap.clearAll(config.slot);
    slots.set(config.node, newSlot(config.node, config.slot, record?.bitmap ?? NO_GENERATION));
  }
  return slots;
}

export function onAttachBits(r: Resource, volume: Volume, client: ClientRequestId): void {
  resetActivity(r, volume, { kind: 'attach-log', volume, client });
}

export function onAttachLog(r: Resource, volume: Volume, client: ClientRequestId): void {
  const md = volume.md;
  if (md === undefined) return;
  md.logResetting = false;
  restoreQuorum(r, volume, md.identity);
  setDisk(r, volume, stateFromMetadata(md.identity), 'attach');
  persistSuperblock(r, volume, { kind: 'attach-done', volume, client });
}

function stateFromMetadata(superblock: Superblock): DiskState {
  if (!superblock.consistent) return 'Inconsistent';
  return superblock.wasUpToDate ? 'UpToDate' : 'Outdated';
}

export function onAttachDone(r: Resource, volume: Volume, client: ClientRequestId): void {
  r.ports.completeClient(client, OK);
  defer(r, { kind: 'activity-ready', volume });
  resumeHandshakes(r);
  for (const connection of r.connections.values()) rehandshake(r, connection, 'a disk was attached');
}

export function detach(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (volume.md === undefined) {
    r.ports.completeClient(client, OK);
    return;
  }
  const peersHaveData = [...r.connections.values()].some(
    (each) => each.state === 'Connected' && deviceOf(each, volume).peerDisk === 'UpToDate',
  );
  if (r.role === 'Primary' && !peersHaveData) {
    fail(
      r,
      client,
      new OperationError('LAST_UP_TO_DATE_COPY', 'this is the last copy that the Primary can reach', {
        correction: 'Demote the resource, or connect an UpToDate peer first.',
      }),
    );
    return;
  }
  dropDisk(r, volume, 'detach');
  r.ports.completeClient(client, OK);
}

export function onDiskFailed(r: Resource, volume: Volume): void {
  if (volume.md === undefined) return;
  setDisk(r, volume, 'Failed', 'I/O error');
  dropDisk(r, volume, 'I/O error');
}

function dropDisk(r: Resource, volume: Volume, reason: string): void {
  const md = volume.md;
  if (md === undefined) return;
  const hadData = hasDisk(volume.disk) || volume.disk === 'Failed';
  if (r.role === 'Secondary') {
    // Nothing that rested on this disk may be acknowledged any more: the writer marks what it has not heard of.
    for (const connection of r.connections.values()) rehandshake(r, connection, reason);
  }
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    abandonTarget(r, device);
    abandonSource(r, device);
    device.coversLoss = false; // the marks go with the disk
    if (device.replication !== 'Off') setReplication(r, device, 'Established');
  }
  volume.md = undefined;
  volume.attachment += 1;
  volume.syncing = false;
  volume.adopting = false;
  volume.crashFlagBusy = false;
  setDisk(r, volume, 'Diskless', reason);
  assessQuorum(r);
  const unfinished: Work[] = [
    ...md.superblockInFlight,
    ...md.superblockWaiting,
    ...md.settleQueue.map((group) => group.then),
  ];
  if (md.settling !== undefined) unfinished.push(md.settling.then);
  for (const [id, io] of [...r.ios]) {
    if (io.volume !== volume) continue;
    r.ios.delete(id);
    volume.lowerPending -= 1;
    failIo(r, io, unfinished);
  }
  onLocalDiskLost(r, volume);
  for (const work of unfinished) failWork(r, work);
  resumeHandshakes(r);
  endQuiesce(r, volume);
  if (hadData && dataReachable(r, volume)) generationBecomesDue(r, volume);
  for (const write of [...md.logWaiting, ...md.logFull]) {
    write.activity = undefined;
    defer(r, { kind: 'granted', owner: write });
  }
}

function failIo(r: Resource, io: Io, unfinished: Work[]): void {
  switch (io.kind) {
    case 'own-write':
      return onLocalWriteDone(r, io.owner, false);
    case 'peer-write':
      return endPeerWrite(r, io.owner, false);
    case 'client-read':
      return onLocalReadDone(r, io.owner, false, undefined);
    case 'peer-read':
      return onPeerReadDone(r, io.owner, false, undefined);
    case 'rs-read':
      return onSourceRead(r, io.owner, false, undefined);
    case 'rs-write':
      return onResyncWritten(r, io.owner, false);
    case 'flush':
    case 'al-reset':
      unfinished.push(io.then);
      return;
    default: // superblock, page, al-block: their followers are in the queues of the attachment
  }
}

/** What waited for this disk either goes on without it or fails. */
function failWork(r: Resource, work: Work): void {
  switch (work.kind) {
    case 'generation-persisted':
    case 'slot-persisted':
    case 'epoch-flushed':
      defer(r, work);
      return;
    case 'client-flushed':
      return onClientFlushed(r, work.flush, false);
    case 'zero-flushed':
      return onLocalWriteDone(r, work.owner, false);
    case 'attach-bits':
    case 'attach-log':
    case 'attach-done':
      return fail(
        r,
        work.client,
        new OperationError(
          'BACKING_STORE_FAILED',
          `the disk of volume ${work.volume.number} failed while it was attached`,
        ),
      );
    default:
  }
}

function fail(r: Resource, client: ClientRequestId, error: OperationError): void {
  r.ports.completeClient(client, { ok: false, error });
}
