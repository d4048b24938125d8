/**
 * What a satellite answers to `status` on its admin socket, checked on arrival. Mirrors ResourceStatus of the
 * replication core (the CLI may not import the satellite); keys that this version does not know pass unseen.
 */
import { z } from 'zod';
import { CONNECTION_STATES, DISK_STATES, REPLICATION_STATES } from '../../common/states.ts';

const role = z.enum(['Primary', 'Secondary', 'Unknown']);
const count = z.number();
const nodeId = z.number().int().min(0).max(31);

const peerDeviceStatusSchema = z.object({
  volume: count,
  replication: z.enum(REPLICATION_STATES),
  peerDisk: z.enum(DISK_STATES),
  peerClient: z.boolean(),
  resyncSuspended: z.string(),
  outOfSyncBytes: count,
  resyncDoneBlocks: count,
  resyncTotalBlocks: count,
  resyncRates: z.array(count),
  receivedBytes: count,
  sentBytes: count,
  pending: count,
  unacked: count,
  bitmapGeneration: z.string(),
});

const connectionStatusSchema = z.object({
  peer: nodeId,
  name: z.string(),
  protocol: z.string(),
  state: z.enum(CONNECTION_STATES),
  reason: z.string(),
  peerRole: role,
  congested: z.boolean(),
  paths: z.array(z.object({ local: z.string(), peer: z.string(), established: z.boolean() })),
  apInFlightBytes: count,
  rsInFlightBytes: count,
  damagedFrames: count,
  peerDevices: z.array(peerDeviceStatusSchema),
});

const volumeStatusSchema = z.object({
  volume: count,
  disk: z.enum(DISK_STATES),
  client: z.boolean(),
  open: z.boolean(),
  quorum: z.boolean(),
  sizeBytes: count,
  blockBytes: count,
  readBytes: count,
  writtenBytes: count,
  alWrites: count,
  bmWrites: count,
  upperPending: count,
  lowerPending: count,
  alSuspended: z.boolean(),
  blocked: z.string(),
  currentGeneration: z.string(),
  history: z.array(z.string()),
  flags: z.array(z.string()),
  /** File or device with the data of this node's replica; absent when diskless. */
  backingPath: z.string().optional(),
});

const resourceStatusSchema = z.object({
  name: z.string(),
  node: nodeId,
  role,
  mayPromote: z.boolean(),
  promotionScore: count,
  suspended: z.array(z.string()),
  forceIoFailures: z.boolean(),
  writeOrdering: z.string(),
  primaryNeighbours: count,
  volumes: z.array(volumeStatusSchema),
  connections: z.array(connectionStatusSchema),
  /** What went wrong on this node and stays wrong. */
  problems: z
    .array(
      z.object({
        code: z.string(),
        number: z.number(),
        message: z.string(),
        cause: z.string().optional(),
        correction: z.string().optional(),
      }),
    )
    .optional(),
});

export const statusResultSchema = z.array(resourceStatusSchema);

export type PeerDeviceStatus = z.infer<typeof peerDeviceStatusSchema>;
export type ConnectionStatus = z.infer<typeof connectionStatusSchema>;
export type VolumeStatus = z.infer<typeof volumeStatusSchema>;
export type ResourceStatus = z.infer<typeof resourceStatusSchema>;
