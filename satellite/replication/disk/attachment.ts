/**
 * The local disk of a volume: attached from its metadata image, detached on request, given up after an I/O error.
 *
 * Attach: what the activity log names becomes bits → pages durable → log emptied → superblock → negotiation with the
 * connected peers (negotiation.ts). How it ends is in failure.ts and detachment.ts.
 */
import { OperationError } from '../../../common/errors.ts';
import type { DiskState } from '../../../common/states.ts';
import { applyHotExtents } from './marks.ts';
import { ActivityLog } from '../metadata/activity-log.ts';
import { type ReadMetadata, readMetadata } from '../metadata/format.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { AL_EXTENT_BYTES } from '../metadata/layout.ts';
import type { Superblock } from '../metadata/superblock.ts';
import { persistSuperblock, resetActivity, settlePages } from './persistence.ts';
import { recallQuorum } from '../quorum/assess.ts';
import type { ClientRequestId } from '../payload.ts';
import { slotsFromMetadata } from '../generation/spare-slot.ts';
import type { Attached, Resource, Volume } from '../state.ts';
import { recallGrowth, takeCapacity, takesSizeOfCluster, whyTooSmall } from '../sizes/attach.ts';
import { setDisk } from '../transitions.ts';
import type { DiskImage } from './transit.ts';

export function attach(r: Resource, client: ClientRequestId, volume: Volume, image: DiskImage): void {
  const obstacle = whyNotNow(r, volume);
  if (obstacle !== undefined) return fail(r, client, obstacle);
  const read = readMetadata(image.metadata, { resource: r.config.name, volume: volume.number, node: r.node });
  if (!read.ok) {
    const { cause, correction } = read;
    return fail(r, client, new OperationError(read.code, read.message, { cause, correction }));
  }
  const misfit = whyNotThis(r, volume, read, image);
  if (misfit !== undefined) return fail(r, client, misfit);
  const { superblock, fellBack, layout, hotExtents, damagedSectors } = read;
  const md = attachmentOf(r, read);
  volume.md = md;
  takeCapacity(r, volume, read, image);
  volume.attachment += 1;
  takeGenerations(r, volume, superblock);
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

function attachmentOf(r: Resource, read: ReadMetadata): Attached {
  const { superblock, layout, bitmap, nextTransaction } = read;
  return {
    layout,
    bitmap,
    log: new ActivityLog({ extentsMax: superblock.alExtents, layout, nextTransaction }),
    ...slotsFromMetadata(r, superblock, bitmap),
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
    logDerived: recallGrowth(read),
    resyncDerived: new Map(),
    crashedPrimary: superblock.crashedPrimary,
    claims: stateFromMetadata(superblock),
  };
}

/** Whatever disk it is. */
function whyNotNow(r: Resource, volume: Volume): OperationError | undefined {
  if ([...r.abandoned.values()].includes(volume)) {
    return new OperationError(
      'IN_TRANSITION',
      `the backing store of volume ${volume.number} has not given back everything`,
      {
        cause: 'operations that the disk was asked before it was given up have not returned, and may still reach it',
        correction: 'Try again when it answers, or after a restart of this node.',
      },
    );
  }
  if (volume.md === undefined && volume.config.diskful) return undefined;
  return new OperationError(
    'INVALID_ARGUMENT',
    `volume ${volume.number} of "${r.config.name}" has a disk attached, or is meant to have none`,
  );
}

/** The disk is ours, but does it fit what is configured? */
function whyNotThis(r: Resource, volume: Volume, read: ReadMetadata, image: DiskImage): OperationError | undefined {
  const { superblock } = read;
  const tooSmall = whyTooSmall(r, volume, read, image);
  if (tooSmall !== undefined) return tooSmall;
  const homeless = [...r.connections.values()].find(({ config }) => (config.slot ?? 0) >= superblock.slots);
  return homeless === undefined ? undefined : slotsExhausted(r, superblock.slots, homeless.config.name);
}

function slotsExhausted(r: Resource, slots: number, peer: string): OperationError {
  return new OperationError(
    'PEER_SLOTS_EXHAUSTED',
    `the metadata of "${r.config.name}" has no bitmap slot for node "${peer}"`,
    {
      cause: `it was created for ${slots} diskful peer${slots === 1 ? '' : 's'}`,
      correction: 'Forget a peer that is gone, or create this replica anew with more slots.',
    },
  );
}

/**
 * The generation of the data is that of the disk. A Primary that has served its clients without it has shown them another
 * one: that is kept as issued to its peers, until this disk has caught up with it.
 */
function takeGenerations(r: Resource, volume: Volume, superblock: Superblock): void {
  const shown = volume.current;
  if (r.role === 'Primary' && shown !== NO_GENERATION && !sameGeneration(shown, superblock.current)) {
    const previous = volume.unusedPrevious ?? volume.history[0] ?? NO_GENERATION;
    volume.issued = [{ previous, current: shown }];
  }
  volume.current = superblock.current;
  volume.history = [...superblock.history];
  volume.noted.length = 0;
}

export function onAttachBits(r: Resource, volume: Volume, client: ClientRequestId): void {
  resetActivity(r, volume, { kind: 'attach-log', volume, client });
}

export function onAttachLog(r: Resource, volume: Volume, client: ClientRequestId): void {
  const { md } = volume;
  if (md === undefined) return;
  md.logResetting = false;
  recallQuorum(r, volume, md.identity);
  // The marks were read at the old size: only now the new area is added.
  if (takesSizeOfCluster(r, volume, client)) return;
  persistSuperblock(r, volume, { kind: 'attach-done', volume, client });
}

function stateFromMetadata(superblock: Superblock): DiskState {
  if (!superblock.consistent) return 'Inconsistent';
  return superblock.wasUpToDate ? 'UpToDate' : 'Outdated';
}

function fail(r: Resource, client: ClientRequestId, error: OperationError): void {
  r.ports.completeClient(client, { ok: false, error });
}
