/** A whole metadata area: what to write for a new replica, and what an area found on a disk says. */
import { unreachable } from '../../../common/assert.ts';
import type { ErrorCode } from '../../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import { ActivityLog } from './activity-log.ts';
import { Bitmap } from './bitmap.ts';
import { encodeBitmapPage } from './bitmap-page.ts';
import { BITMAP_PAGE_BYTES, type MetadataLayout, planLayout, SUPERBLOCK_BYTES, SUPERBLOCK_COPIES } from './layout.ts';
import {
  chooseSuperblock,
  encodeSuperblock,
  type Superblock,
  type SuperblockProblem,
  superblockOffset,
} from './superblock.ts';

/** 1 MiB of bitmap per chunk. */
const PAGES_PER_CHUNK = 256;

export interface FormatChunk {
  readonly offset: Bytes;
  readonly data: Uint8Array;
  /** Everything so far has to be durable before the next chunk is written. */
  readonly flushAfter: boolean;
}

/**
 * All writes that turn any bytes into fresh metadata, in order: at first the old superblocks go, at last the new one
 * comes. A crash in between leaves an area without a superblock, never an old one over new parts.
 */
export function* formatMetadata(layout: MetadataLayout, superblock: Superblock): Iterable<FormatChunk> {
  yield { offset: bytes(0), data: new Uint8Array(SUPERBLOCK_COPIES * SUPERBLOCK_BYTES), flushAfter: true };
  yield { offset: layout.alOffset, data: ActivityLog.initialise(layout), flushAfter: false };
  const pages = layout.slots * layout.pagesPerSlot;
  for (let first = 0; first < pages; first += PAGES_PER_CHUNK) {
    const count = Math.min(PAGES_PER_CHUNK, pages - first);
    const data = new Uint8Array(count * BITMAP_PAGE_BYTES);
    for (let i = 0; i < count; i++) {
      const slot = Math.floor((first + i) / layout.pagesPerSlot);
      const page = first + i - slot * layout.pagesPerSlot;
      encodeBitmapPage(data, i * BITMAP_PAGE_BYTES, { slot, page, words: undefined });
    }
    const offset = bytes(layout.bitmapOffset + first * BITMAP_PAGE_BYTES);
    yield { offset, data, flushAfter: first + count === pages };
  }
  yield {
    offset: superblockOffset(layout, superblock.sequence),
    data: encodeSuperblock(superblock),
    flushAfter: true,
  };
}

export interface ReadMetadata {
  readonly ok: true;
  readonly superblock: Superblock;
  /** Only one of the two superblocks is whole: see `ChosenSuperblock`. */
  readonly fellBack: boolean;
  readonly layout: MetadataLayout;
  /** After a crash of a Primary, every bit of these extents counts as set, in every slot. */
  readonly hotExtents: number[];
  /** For `new ActivityLog`. */
  readonly nextTransaction: number;
  readonly bitmap: Bitmap;
  /** Sectors that were unreadable and now count as all set. */
  readonly damagedSectors: number;
}

/** To be shown as an OperationError. */
export interface MetadataRefusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause: string;
  readonly correction: string;
}

export interface ExpectedIdentity {
  readonly resource: string;
  readonly volume: VolumeNumber;
  readonly node: NodeId;
}

/** Any image is fine. It may be longer than the area; nothing is allocated before its length was checked. */
export function readMetadata(image: Uint8Array, expect: ExpectedIdentity): ReadMetadata | MetadataRefusal {
  const chosen = chooseSuperblock(image);
  if (!chosen.ok) return refuseSuperblock(chosen.reason, expect);
  const { superblock, fellBack } = chosen;
  const foreign = identityDifference(superblock, expect);
  if (foreign !== undefined) {
    return {
      ok: false,
      code: 'METADATA_FOREIGN',
      message: `the disk of ${subject(expect)} belongs to something else`,
      cause: foreign,
      correction:
        'Attach the disk where it belongs. To give it up for this volume, wipe it and create the replica anew.',
    };
  }
  const layout = planLayout(superblock);
  if (image.length < layout.totalBytes) {
    return {
      ok: false,
      code: 'METADATA_TOO_SMALL',
      message: `the metadata of ${subject(expect)} is cut short`,
      cause: `its superblock describes ${layout.totalBytes} bytes, the disk holds ${image.length}`,
      correction: 'Restore the missing part, or delete this replica and create it again: it then syncs in full.',
    };
  }
  const log = ActivityLog.recover(image.subarray(layout.alOffset, layout.bitmapOffset), layout);
  if (!log.ok) return corrupt(expect, log.reason);
  const { bitmap, damagedSectors } = Bitmap.load(layout, image.subarray(layout.bitmapOffset, layout.totalBytes));
  return {
    ok: true,
    superblock,
    fellBack,
    layout,
    hotExtents: log.extents,
    nextTransaction: log.nextTransaction,
    bitmap,
    damagedSectors,
  };
}

function identityDifference(found: Superblock, expect: ExpectedIdentity): string | undefined {
  // Names compare without case, as everywhere.
  if (found.resource.toLowerCase() !== expect.resource.toLowerCase()) {
    return `its metadata names the resource "${found.resource}", not "${expect.resource}"`;
  }
  if (found.volume !== expect.volume) return `its metadata names volume ${found.volume}, not ${expect.volume}`;
  if (found.node !== expect.node) return `its metadata names node id ${found.node}, not ${expect.node}`;
  return undefined;
}

function refuseSuperblock(reason: SuperblockProblem, expect: ExpectedIdentity): MetadataRefusal {
  switch (reason) {
    case 'too-short':
      return {
        ok: false,
        code: 'METADATA_TOO_SMALL',
        message: `the disk of ${subject(expect)} is too small to hold metadata`,
        cause: 'there is no room for two superblocks',
        correction: 'Check that the right disk is given, or create the replica anew on a larger one.',
      };
    case 'bad-magic':
      return {
        ok: false,
        code: 'METADATA_MISSING',
        message: `the disk of ${subject(expect)} holds no metadata`,
        cause: 'neither superblock copy is there',
        correction: 'Check that the right disk is given, or create the replica anew: it then syncs in full.',
      };
    case 'bad-checksum':
      return corrupt(expect, 'neither superblock copy has a valid checksum');
    case 'bad-field':
      return corrupt(expect, 'a superblock with a valid checksum has a value outside its limits');
    case 'newer-version':
      return {
        ok: false,
        code: 'METADATA_VERSION',
        message: `the metadata of ${subject(expect)} has a format that this release does not know`,
        cause: 'a newer release has written it',
        correction: 'Start that release of the satellite on this node: the data is not damaged.',
      };
    default:
      return unreachable(reason);
  }
}

const corrupt = (expect: ExpectedIdentity, cause: string): MetadataRefusal => ({
  ok: false,
  code: 'METADATA_CORRUPT',
  message: `the metadata of ${subject(expect)} is damaged`,
  cause,
  correction: 'Delete this replica and create it again: it then syncs in full from an UpToDate peer.',
});

const subject = (expect: ExpectedIdentity): string => `resource "${expect.resource}", volume ${expect.volume}`;
