/**
 * The size of a disk that is attached. It comes back with the size that it had; if its cluster has grown meanwhile it grows before
 * it is compared with the others, its old marks kept, the new area marked towards everybody (DRBD 9, §7.2).
 */
import { OperationError } from '../../../common/errors.ts';
import type { NodeId } from '../../../common/ids.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import type { DiskImage } from '../disk/transit.ts';
import type { ReadMetadata } from '../metadata/format.ts';
import { JUST_CREATED, sameGeneration } from '../metadata/generation-id.ts';
import { planRelayout } from '../metadata/layout.ts';
import type { ClientRequestId } from '../payload.ts';
import { deviceOf, type Resource, type Volume } from '../state.ts';
import { blocksOf } from '../metadata/bitmap-conversion.ts';
import { layoutFor, startRelayout } from './relayout.ts';
import type { DerivedMarks } from './state.ts';

/** The size that this node's clients or peers go by; undefined: nobody here knows better than the disk. */
function clusterSize(r: Resource, volume: Volume): Bytes | undefined {
  const isKnown = [...r.connections.values()].some(
    (each) => each.state === 'Connected' && deviceOf(each, volume).peerBlockBytes > 0,
  );
  return r.role === 'Primary' || isKnown ? volume.sizeBytes : undefined;
}

const capacityOf = ({ superblock }: ReadMetadata, image: DiskImage): Bytes =>
  image.capacityBytes ?? superblock.dataBytes;

export function whyTooSmall(
  r: Resource,
  volume: Volume,
  read: ReadMetadata,
  image: DiskImage,
): OperationError | undefined {
  const { superblock, layout } = read;
  const capacity = capacityOf(read, image);
  const wanted = Math.max(superblock.dataBytes, clusterSize(r, volume) ?? 0) as Bytes;
  if (capacity < wanted)
    return tooSmall(r, volume, `it holds ${capacity} bytes, the volume has ${wanted}`, 'Make the backing store larger');
  if (wanted === superblock.dataBytes) return undefined;
  const { totalBytes } = planRelayout(layout, { ...superblock, dataBytes: wanted });
  if (totalBytes <= image.metadata.length) return undefined;
  const cause = `its bitmap needs a metadata area of ${totalBytes} bytes, there are ${image.metadata.length}`;
  return tooSmall(r, volume, cause, 'Make the metadata area larger');
}

const tooSmall = (r: Resource, volume: Volume, cause: string, what: string): OperationError =>
  new OperationError(
    'BACKING_STORE_TOO_SMALL',
    `the disk of volume ${volume.number} of "${r.config.name}" is too small`,
    {
      cause,
      correction: `${what}, or create this replica anew.`,
    },
  );

export function takeCapacity(r: Resource, volume: Volume, read: ReadMetadata, image: DiskImage): void {
  volume.capacityBytes = capacityOf(read, image);
  // An area that was added before may have been used by whatever held this place.
  volume.zeroedFrom = volume.capacityBytes;
  volume.addedZeroes = undefined;
  volume.areaBytes = bytes(image.metadata.length);
  if (clusterSize(r, volume) === undefined) volume.sizeBytes = read.superblock.dataBytes;
}

/** @returns true: the attach goes on when the disk has the size of the others. */
export function takesSizeOfCluster(r: Resource, volume: Volume, attach: ClientRequestId): boolean {
  const { md } = volume;
  if (md === undefined || md.layout.dataBytes === volume.sizeBytes) return false;
  const { dataBytes } = md.layout;
  const grows = dataBytes < volume.sizeBytes;
  const isUnused = sameGeneration(volume.current, JUST_CREATED);
  const shape = { dataBytes: volume.sizeBytes, blockBytes: md.layout.blockBytes as Bytes };
  const layout = grows || isUnused ? layoutFor(volume, md, shape) : '';
  if (typeof layout === 'string') {
    volume.sizeBytes = dataBytes; // the peers have to grow, and are told so
    return false;
  }
  startRelayout(r, volume, { layout, markFrom: grows ? dataBytes : undefined, attach });
  return true;
}

/** Marks that an earlier incarnation made because the volume grew, and that no write has joined. */
export function recallGrowth({ superblock, layout, bitmap }: ReadMetadata): Map<NodeId, DerivedMarks> {
  const derived = new Map<NodeId, DerivedMarks>();
  const area =
    superblock.grownFrom === undefined ? undefined : blocksOf(layout, superblock.grownFrom, layout.dataBytes);
  if (area === undefined) return derived;
  for (const { node, slot, grown } of superblock.peers) {
    if (slot === undefined || grown !== true) continue;
    const marks: DerivedMarks = { runs: [], bits: 0, isGrown: true };
    for (let first = bitmap.nextSet(slot, area.first); first >= 0; ) {
      const end = bitmap.nextClear(slot, first);
      marks.runs.push([first, end - 1]);
      marks.bits += end - first;
      first = bitmap.nextSet(slot, end);
    }
    derived.set(node, marks);
  }
  return derived;
}
