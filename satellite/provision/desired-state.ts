/**
 * What the controller wants on this node, as parsed values, and its local copy on disk (`StoredResource`): with it a
 * restarted satellite serves everything again without a controller. The copy also knows how far the making of each
 * volume has come, so that a crash at any point is continued and never mistaken for a damaged disk.
 */
import { z } from 'zod';
import { NODES_MAX, type NodeId, parseName, type VolumeNumber, VOLUME_NUMBER_MAX } from '../../common/ids.ts';
import { type Bytes, bytes } from '../../common/units.ts';

export const PROVIDER_KINDS = ['FILE', 'FILE_THIN', 'DEVICE'] as const;

/** Largest volume: offsets stay far below 2^53, and its metadata can still be held in memory. */
const VOLUME_BYTES_MAX = 2 ** 50;
const PEERS_MAX = NODES_MAX - 1;
const VOLUMES_MAX = 1_024;

const poolName = z.string().transform((text) => parseName('storage-pool', text));
const resourceName = z.string().transform((text) => parseName('resource', text));
const node = z
  .int()
  .min(0)
  .max(NODES_MAX - 1)
  .transform((value) => value as NodeId);
const volumeNumber = z
  .int()
  .min(0)
  .max(VOLUME_NUMBER_MAX)
  .transform((value) => value as VolumeNumber);
const blockBytes = z
  .int()
  .min(4_096)
  .max(1_048_576)
  .refine((value) => Number.isInteger(Math.log2(value)), 'a block is a power of two')
  .transform((value) => value as Bytes);

export const desiredPoolSchema = z.object({
  name: poolName,
  kind: z.enum(PROVIDER_KINDS),
  directory: z.string().max(4_096),
  devices: z.array(z.string().min(1).max(4_096)).max(1_024),
});
export type DesiredPool = z.output<typeof desiredPoolSchema>;

/** DRBD's names and words; records of earlier releases have none. */
const options = z.record(z.string().max(64), z.string().max(4_096)).default({});

const desiredVolumeSchema = z.object({
  volume: volumeNumber,
  sizeBytes: z.int().positive().max(VOLUME_BYTES_MAX).multipleOf(512).transform(bytes),
  diskful: z.boolean(),
  /** Undefined exactly when diskless. */
  pool: poolName.optional(),
  blockBytes,
  peerSlots: z.int().min(1).max(PEERS_MAX),
  /** 16 hex digits: all first replicas read as zeroes and start UpToDate with it. Undefined: JUST_CREATED. */
  initialGeneration: z
    .string()
    .regex(/^[0-9a-f]{16}$/i)
    .optional(),
  options,
});
export type DesiredVolume = z.output<typeof desiredVolumeSchema>;

const desiredPeerSchema = z.object({
  node,
  name: z.string().min(1).max(255),
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  protocol: z.enum(['A', 'B', 'C']),
  diskful: z.boolean(),
  slot: z
    .int()
    .min(0)
    .max(PEERS_MAX - 1)
    .optional(),
  options,
});
export type DesiredPeer = z.output<typeof desiredPeerSchema>;

const volumesOnce = (volumes: readonly { readonly volume: number }[]): boolean =>
  new Set(volumes.map(({ volume }) => volume)).size === volumes.length;

export const desiredResourceSchema = z
  .object({
    name: resourceName,
    node,
    volumes: z.array(desiredVolumeSchema).max(VOLUMES_MAX),
    peers: z.array(desiredPeerSchema).max(PEERS_MAX),
    options,
  })
  .refine(({ volumes }) => volumesOnce(volumes), 'a volume number occurs twice')
  .refine(({ peers }) => new Set(peers.map((peer) => peer.node)).size === peers.length, 'a peer occurs twice')
  .refine(({ node: own, peers }) => peers.every((peer) => peer.node !== own), 'the node is listed as its own peer')
  .refine(
    ({ volumes }) => volumes.every((volume) => volume.diskful === (volume.pool !== undefined)),
    'a diskful volume needs a storage pool, a diskless one has none',
  );
export type DesiredResource = z.output<typeof desiredResourceSchema>;

/**
 * creating: the backing volume may or may not exist, and what exists under its name may be somebody else's.
 * formatting: it exists and is ours, its metadata may be half written. ready: formatted. removing: data is to go.
 */
const VOLUME_PHASES = ['creating', 'formatting', 'ready', 'removing'] as const;
export type VolumePhase = (typeof VOLUME_PHASES)[number];

const storedVolumeSchema = desiredVolumeSchema.extend({ phase: z.enum(VOLUME_PHASES) });
export type StoredVolume = z.output<typeof storedVolumeSchema>;

export const storedResourceSchema = z.object({
  format: z.literal(1),
  /** What the controller, the disks and the peers know it as. */
  name: resourceName,
  /** What it is called on this node, if that is something else. */
  localName: resourceName.optional(),
  node,
  /** Deletion has begun and is completed at the next start, whatever happens. */
  removing: z.boolean(),
  volumes: z.array(storedVolumeSchema).max(VOLUMES_MAX).refine(volumesOnce),
  peers: z.array(desiredPeerSchema).max(PEERS_MAX),
  /** Those in force: what was refused is not here, and is asked for again. */
  options,
});
export type StoredResource = z.output<typeof storedResourceSchema>;

export const storedPoolsSchema = z.object({ format: z.literal(1), pools: z.array(desiredPoolSchema) });
