/** Where volumes get their space from. Providers know nothing of replication: data and metadata are just two devices. */
import type { VolumeNumber } from '../../common/ids.ts';
import type { BlockDevice } from './block-device.ts';

export interface VolumeId {
  readonly resource: string;
  readonly volume: VolumeNumber;
}

export interface BackingVolume {
  /** At least as large as asked for at creation, unless somebody cut it: the caller compares with its superblock. */
  readonly data: BlockDevice;
  readonly metadata: BlockDevice;
  /** For people. */
  readonly path: string;
  allocatedBytes(): Promise<number>;
  /**
   * Makes both areas at least this large while they are in use. Durable on return; after a crash or an error they may be larger than before.
   * Absent: this kind cannot.
   * @returns what the part holds that is added to the data
   * @throws OperationError NOT_ENOUGH_SPACE, BACKING_STORE_FAILED
   */
  grow?(dataBytes: number, metadataBytes: number): Promise<AddedArea>;
}

/** `anything`: whatever was there before. */
export type AddedArea = 'zeroes' | 'anything';

export interface StorageProvider {
  readonly kind: 'FILE' | 'FILE_THIN' | 'DEVICE';
  /** New data areas read as zeroes. Otherwise they hold whatever was there before. */
  readonly zeroedWhenNew: boolean;
  /** FILE_THIN: free space of the file system, although volumes may promise more. DEVICE: sum over devices. */
  capacity(): Promise<{ readonly totalKib: number; readonly freeKib: number }>;
  /**
   * Durable on return, never half made: after a crash the volume is there, or nothing of it.
   * @throws OperationError BACKING_STORE_EXISTS, NOT_ENOUGH_SPACE, INVALID_NAME, BACKING_STORE_FAILED
   */
  create(id: VolumeId, dataBytes: number, metadataBytes: number): Promise<BackingVolume>;
  /** @throws OperationError BACKING_STORE_FAILED, METADATA_MISSING, BACKING_STORE_TOO_SMALL */
  open(id: VolumeId): Promise<BackingVolume>;
  /** Durable on return; a volume that is gone already is success. The caller has closed it. */
  remove(id: VolumeId): Promise<void>;
  list(): Promise<readonly VolumeId[]>;
}
