/** `resize`, `grow-disk`, `bitmap-block-size`: the size of a volume, of what it lies on here, and of what a bit of its bitmap stands for. */
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import type { Engine } from '../engine/engine.ts';
import type { StoredVolume } from '../provision/desired-state.ts';
import { DEFAULT_OPTIONS } from '../../common/options/options.ts';
import { layoutProblem, planLayout } from '../replication/metadata/layout.ts';

/** What is out of range is for the core to refuse: it says why. */
const size = z.number();
const volumeArgs = z.object({ resource: z.string(), volume: z.int().min(0).default(0) });
export const resizeArgs = volumeArgs.extend({
  sizeBytes: size.optional(),
  assumeClean: z.boolean().default(false),
  assumePeerHasSpace: z.boolean().default(false),
  force: z.boolean().default(false),
});
export const growDiskArgs = volumeArgs.extend({ sizeBytes: size });
export const blockSizeArgs = volumeArgs.extend({ blockBytes: size });

interface Satellite {
  readonly engine: Engine;
  readonly storedVolumes: (resource: string) => readonly StoredVolume[] | undefined;
}

/** The whole cluster; without a size as much as all disks hold. */
export function resize({ engine }: Satellite, args: z.output<typeof resizeArgs>): Promise<void> {
  const { resource, sizeBytes, assumeClean, assumePeerHasSpace, force } = args;
  const exactly = sizeBytes === undefined ? {} : { sizeBytes: sizeBytes as Bytes };
  const volume = args.volume as VolumeNumber;
  return engine.perform(resource, { kind: 'resize', volume, ...exactly, assumeClean, assumePeerHasSpace, force });
}

/** The backing store on this node; `resize` follows when it has been done on all. */
export async function growDisk(satellite: Satellite, args: z.output<typeof growDiskArgs>): Promise<void> {
  const sizeBytes = args.sizeBytes as Bytes;
  const { blockBytes, now } = shapeOf(satellite, args);
  if (Number.isSafeInteger(sizeBytes) && sizeBytes < now)
    throw new OperationError('INVALID_SIZE', `the disk holds more than ${sizeBytes} bytes already`, {
      cause: `the volume has ${now} bytes`,
      correction: 'A backing store can only be made larger.',
    });
  const areaBytes = areaFor(satellite, args, { sizeBytes, blockBytes });
  await satellite.engine.growDisk(args.resource, args.volume as VolumeNumber, sizeBytes, areaBytes);
}

export async function setBlockSize(satellite: Satellite, args: z.output<typeof blockSizeArgs>): Promise<void> {
  const blockBytes = args.blockBytes as Bytes;
  const { now: sizeBytes } = shapeOf(satellite, args);
  const areaBytes = areaFor(satellite, args, { sizeBytes, blockBytes });
  await satellite.engine.setBitmapBlockSize(args.resource, args.volume as VolumeNumber, blockBytes, areaBytes);
}

function shapeOf(
  { engine }: Satellite,
  { resource, volume }: { readonly resource: string; readonly volume: number },
): { readonly blockBytes: Bytes; readonly now: Bytes } {
  const found = engine.statusOf(resource).volumes.find((each) => each.volume === volume);
  if (found !== undefined) return { blockBytes: found.blockBytes, now: found.sizeBytes };
  throw new OperationError('VOLUME_NOT_FOUND', `resource ${resource} has no volume ${volume}`, {
    refs: { resource, volume: String(volume) },
  });
}

/** What the new bitmap needs beside the present one; 0: there can be no such bitmap, and the core says why. */
function areaFor(
  { storedVolumes }: Satellite,
  { resource, volume }: { readonly resource: string; readonly volume: number },
  shape: { readonly sizeBytes: Bytes; readonly blockBytes: Bytes },
): number {
  const slots = storedVolumes(resource)?.find((each) => each.volume === volume)?.peerSlots ?? 1;
  const layout = {
    dataBytes: shape.sizeBytes,
    slots,
    blockBytes: shape.blockBytes,
    alExtents: DEFAULT_OPTIONS.alExtents,
  };
  return layoutProblem(layout) === undefined ? planLayout(layout).totalBytes : 0;
}
