/** Sizes of volumes, disks and bitmap blocks in a plan, and what changes them; carried out by size-actions.ts. */
import { z } from 'zod';

const volume = z.number().int().min(0);
/** Of 4096 bytes. */
const blocks = z.number().int().min(1).max(65_536);
const node = z.number().int().min(0);
const blockBytes = z.number().int().min(4_096).max(1_048_576);

export const sizesSchema = z.object({
  /** By volume, what it begins with: at most its `blocks`. */
  start: z.array(blocks),
  /** Disks that hold another amount at first; all others hold `start`. */
  disks: z.array(z.object({ node, volume, blocks })),
  /** Bitmaps with other blocks than the volume's. */
  bitmaps: z.array(z.object({ node, volume, blockBytes })).optional(),
});

export const sizeActionSchemas = <Selector extends z.ZodTypeAny>(selector: Selector) =>
  [
    /** The backing store of a node is made larger. `junk`: what it held there before stays. */
    z.object({ do: z.literal('grow-disk'), node: selector, volume, blocks, junk: z.boolean().optional() }),
    /** A cluster-wide change of the size; without `blocks`: as large as the disks allow. */
    z.object({
      do: z.literal('resize'),
      node: selector,
      volume,
      blocks: blocks.optional(),
      assumeClean: z.boolean().optional(),
      assumePeerHasSpace: z.boolean().optional(),
      force: z.boolean().optional(),
    }),
    z.object({ do: z.literal('bitmap-block-size'), node: selector, volume, blockBytes }),
  ] as const;
