/** Resource definitions (the replicated thing, without a place) and their volume definitions. */
import { OperationError } from '../../common/errors.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { Migration } from './migration.ts';
import type { Properties } from './properties.ts';

export const PEER_SLOTS_DEFAULT = 7;
export const PEER_SLOTS_MAX = 31;
export const BLOCK_BYTES_DEFAULT = 4096;
const BLOCK_BYTES_MAX = 1_048_576;
/** 1 PiB, as in DRBD. */
const VOLUME_KIB_MAX = 2 ** 40;
/** Volumes are whole numbers of 4 KiB blocks. */
const VOLUME_GRANULE_KIB = 4;

/** A: sent; B: in the peer's memory; C: on the peer's disk. Weakest first. */
export const PROTOCOLS = ['A', 'B', 'C'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface ResourceDefinition {
  readonly name: string;
  /** A name that the rules of `name` do not allow, or one of another system. */
  readonly externalName?: string | undefined;
  readonly groupName: string;
  /** Bitmap slots reserved on each replica. */
  readonly peerSlots: number;
  readonly protocol: Protocol;
  /** Bit mask of the node ids that were ever given out: a new replica takes a fresh one as long as there is one. */
  readonly usedNodeIds: number;
  readonly props: Properties;
  /** Replicas that were given up with their nodes and have no successor yet. */
  readonly owedReplicas?: number | undefined;
  /** A machine that moves: two nodes may be Primary. */
  readonly migration?: Migration | undefined;
  readonly createdAtMs: number;
  readonly deletionRequestedAtMs?: number | undefined;
}

export interface VolumeDefinition {
  readonly resourceName: string;
  readonly volume: VolumeNumber;
  readonly sizeKib: number;
  readonly blockBytes: number;
  readonly props: Properties;
  readonly createdAtMs: number;
  readonly deletionRequestedAtMs?: number | undefined;
}

export const weaker = (a: Protocol, b: Protocol): Protocol => (PROTOCOLS.indexOf(a) < PROTOCOLS.indexOf(b) ? a : b);

/** @throws OperationError INVALID_ARGUMENT. */
export function parseProtocol(text: string): Protocol {
  const protocol = PROTOCOLS.find((known) => known === text.toUpperCase());
  if (protocol !== undefined) return protocol;
  throw new OperationError('INVALID_ARGUMENT', `"${text.slice(0, 64)}" is not a replication protocol`, {
    correction: 'Use A, B or C.',
  });
}

/** @throws OperationError INVALID_ARGUMENT unless 1..31. */
export function parsePeerSlots(slots: number): number {
  if (Number.isInteger(slots) && slots >= 1 && slots <= PEER_SLOTS_MAX) return slots;
  throw new OperationError('INVALID_ARGUMENT', `${slots} is not a possible number of peer slots`, {
    correction: `Use 1 to ${PEER_SLOTS_MAX}.`,
  });
}

/** @throws OperationError INVALID_ARGUMENT unless a power of two from 4 KiB to 1 MiB. */
export function parseBlockBytes(size: number): number {
  const powerOfTwo = Number.isInteger(Math.log2(size));
  if (powerOfTwo && size >= BLOCK_BYTES_DEFAULT && size <= BLOCK_BYTES_MAX) return size;
  throw new OperationError('INVALID_ARGUMENT', `${size} is not a possible block size of the bitmap`, {
    correction: 'Use a power of two from 4096 to 1048576 bytes.',
  });
}

/** @returns KiB rounded up to whole 4 KiB blocks. @throws OperationError INVALID_SIZE. */
export function parseVolumeSize(sizeKib: number): number {
  if (!Number.isSafeInteger(sizeKib) || sizeKib < 1 || sizeKib > VOLUME_KIB_MAX) {
    throw new OperationError('INVALID_SIZE', `${sizeKib} KiB is not a possible volume size`, {
      correction: `Use 4 KiB to ${VOLUME_KIB_MAX} KiB (1 PiB).`,
    });
  }
  return Math.ceil(sizeKib / VOLUME_GRANULE_KIB) * VOLUME_GRANULE_KIB;
}
