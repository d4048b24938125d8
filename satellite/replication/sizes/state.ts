/** What a node knows of the size of a volume and of its bitmap's shape. Plain data; behaviour: the other files of this folder. */
import type { VolumeNumber } from '../../../common/ids.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import type { MetadataLayout } from '../metadata/layout.ts';
import type { ClientRequestId } from '../payload.ts';

export interface VolumeSize {
  /** What clients may use: the last size that the disks have agreed on. */
  sizeBytes: Bytes;
  /** What the attached backing store has room for: data, and metadata. 0: no disk. */
  capacityBytes: Bytes;
  areaBytes: Bytes;
  /** From here on nothing was written to the backing store since it was made zeroes. */
  zeroedFrom: Bytes;
  /** Zeroes that the last growth added, until all peers have told what they have there. */
  addedZeroes: ZeroArea | undefined;
  relayout: Relayout | undefined;
}

/** Bytes from..to; empty: none. */
export interface ZeroArea {
  readonly from: Bytes;
  readonly to: Bytes;
}

/** A new size or shape on its way to disk: see relayout.ts. */
export interface Relayout {
  stage: 'waiting' | 'pages' | 'switching';
  readonly layout: MetadataLayout;
  /** The area from here on counts as different from every other node; undefined: it holds the same everywhere. */
  readonly markFrom: Bytes | undefined;
  /** Answered when it is durable. */
  client: ClientRequestId | undefined;
  /** The attach that it belongs to, which goes on then. */
  readonly attach: ClientRequestId | undefined;
}

/** Marks that no write has made, as runs of blocks: they say that the peer may differ, not that this node knows more. */
export interface DerivedMarks {
  runs: [number, number][];
  bits: number;
  /** Some are of an area that was added (from `grownFrom` of the superblock on): known as such also after a restart. */
  isGrown?: boolean;
}

export interface PeerSize {
  /** Bytes per bit of the peer's bitmap, as it told last; 0: it has no disk, or has not told. */
  peerBlockBytes: Bytes;
  /** What the peer has told of a growth that is not done here. */
  peerZeroes: ZeroArea | undefined;
}

/** This node's own part of what two nodes of unequal size have found out about each other. */
export interface FitWork {
  readonly kind: 'fit-size';
  readonly volume: VolumeNumber;
  readonly sizeBytes: Bytes;
}

export const newVolumeSize = (sizeBytes: Bytes): VolumeSize => ({
  sizeBytes,
  capacityBytes: bytes(0),
  areaBytes: bytes(0),
  zeroedFrom: bytes(0),
  addedZeroes: undefined,
  relayout: undefined,
});

export const newPeerSize = (): PeerSize => ({ peerBlockBytes: bytes(0), peerZeroes: undefined });
