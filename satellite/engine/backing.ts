/**
 * From a pool and a volume's name to an open backing store and its checked metadata. Never writes: a disk that is not
 * what it should be is closed again and reported, with what to do.
 */
import { OperationError } from '../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import { readMetadata } from '../replication/metadata/format.ts';
import type { BlockDevice } from '../storage/block-device.ts';
import type { AddedArea, BackingVolume } from '../storage/provider.ts';
import { type Bytes, SECTOR_BYTES } from '../../common/units.ts';

/** Finds the pool's provider and opens the volume. Implemented by provisioning, which knows the pools. */
export interface BackingStores {
  /** @throws OperationError STORAGE_POOL_NOT_FOUND, BACKING_STORE_FAILED, BACKING_STORE_TOO_SMALL ... */
  open(pool: string, resource: string, volume: VolumeNumber): Promise<BackingVolume>;
}

export interface VolumeIdentity {
  readonly resource: string;
  readonly volume: VolumeNumber;
  readonly node: NodeId;
}

/** One read of this size at a time keeps the read of a large metadata area from hogging the device. */
const READ_BYTES = 1_048_576;
/** A metadata area of the largest volume stays below; anything larger is not one of ours. */
const METADATA_BYTES_MAX = 1 << 30;

/** @throws OperationError METADATA_* or BACKING_STORE_*; the backing store is closed then. */
export async function openChecked(
  stores: BackingStores,
  pool: string,
  identity: VolumeIdentity,
): Promise<{ backing: BackingVolume; metadata: Uint8Array }> {
  const backing = await stores.open(pool, identity.resource, identity.volume);
  try {
    const metadata = await readWhole(backing.metadata);
    const checked = readMetadata(metadata, identity);
    if (!checked.ok) {
      throw new OperationError(checked.code, checked.message, {
        cause: checked.cause,
        correction: checked.correction,
        details: `backing store: ${backing.path}`,
        refs: { resource: identity.resource, volume: String(identity.volume) },
      });
    }
    if (checked.layout.dataBytes > backing.data.sizeBytes) {
      throw new OperationError('BACKING_STORE_TOO_SMALL', `${backing.path} is smaller than its metadata says`, {
        cause: `it has ${backing.data.sizeBytes} bytes, the metadata speaks of ${checked.layout.dataBytes}`,
        correction: 'The file or device was cut: restore it, or delete this replica and create it again.',
      });
    }
    return { backing, metadata };
  } catch (error) {
    await closeBackingVolume(backing).catch(() => undefined);
    throw error;
  }
}

export async function closeBackingVolume(backing: BackingVolume): Promise<void> {
  await backing.data.close();
  await backing.metadata.close();
}

/**
 * For a larger volume, or another bitmap. Each change of a bitmap needs a second place for it, the next one the first.
 * @param areaBytes metadata with one bitmap of the new shape
 * @returns what is behind the data that were there before
 * @throws OperationError NOT_ENOUGH_SPACE, BACKING_STORE_FAILED
 */
export async function makeRoom(backing: BackingVolume, sizeBytes: Bytes, areaBytes: number): Promise<AddedArea> {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0 || sizeBytes % SECTOR_BYTES !== 0) return 'anything'; // the core says why
  const dataBytes = Math.max(sizeBytes, backing.data.sizeBytes);
  const metadataBytes = Math.max(3 * areaBytes, backing.metadata.sizeBytes);
  if (dataBytes === backing.data.sizeBytes && metadataBytes === backing.metadata.sizeBytes) return 'zeroes'; // nothing
  if (backing.grow !== undefined) return backing.grow(dataBytes, metadataBytes);
  throw new OperationError('NOT_ENOUGH_SPACE', `${backing.path} cannot be made larger in use`, {
    correction: 'Create the replica anew on a larger one: it syncs from a peer.',
  });
}

/** The whole metadata area. @throws OperationError BACKING_STORE_FAILED. */
export async function readWhole(device: BlockDevice): Promise<Uint8Array> {
  if (device.sizeBytes > METADATA_BYTES_MAX)
    throw new OperationError('METADATA_CORRUPT', `a metadata area of ${device.sizeBytes} bytes is not one of Lockstep`);
  const image = new Uint8Array(device.sizeBytes);
  for (let offset = 0; offset < image.length; offset += READ_BYTES) {
    image.set(await readOnce(device, offset, Math.min(READ_BYTES, image.length - offset)), offset);
  }
  return image;
}

function readOnce(device: BlockDevice, offset: number, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    device.read(offset, length, (error, chunk) => {
      if (error === undefined && chunk !== undefined) resolve(chunk);
      else
        reject(
          new OperationError('BACKING_STORE_FAILED', 'the metadata cannot be read', {
            cause: error?.message ?? 'no data came',
          }),
        );
    });
  });
}
