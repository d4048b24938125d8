/** The backing stores of a resource get larger: room first, then the core is told, which agrees on the volume's size with the others. */
import type { VolumeNumber } from '../../common/ids.ts';
import { type Bytes, bytes } from '../../common/units.ts';
import { makeRoom } from './backing.ts';
import type { ResourceHost } from './resource-host.ts';

/**
 * Makes the backing store of an attached disk larger; the volume itself grows when all of them are. Without a disk here only the
 * core learns what the volume is meant to be.
 */
export async function growBacking(
  host: ResourceHost,
  volume: VolumeNumber,
  sizeBytes: Bytes,
  areaBytes: number,
): Promise<void> {
  const backing = host.backing(volume);
  const before = bytes(backing?.data.sizeBytes ?? 0);
  const added = backing === undefined ? 'anything' : await makeRoom(backing, sizeBytes, areaBytes);
  await tellBacking(host, volume, sizeBytes, added === 'zeroes' ? before : undefined);
}

/** A bitmap of smaller blocks needs more room. */
export async function setBitmapBlockSize(
  host: ResourceHost,
  volume: VolumeNumber,
  blockBytes: Bytes,
  areaBytes: number,
): Promise<void> {
  const backing = host.backing(volume);
  const status = host.status().volumes.find((each) => each.volume === volume);
  if (backing !== undefined && status !== undefined && status.blockBytes !== blockBytes) {
    await makeRoom(backing, bytes(backing.data.sizeBytes), areaBytes);
    await tellBacking(host, volume, status.sizeBytes, bytes(backing.data.sizeBytes));
  }
  await host.perform({ kind: 'set-bitmap-block-size', volume, blockBytes });
}

/** @param zeroedFrom the store guarantees zeroes from there on; undefined: nowhere */
function tellBacking(
  host: ResourceHost,
  volume: VolumeNumber,
  wantedBytes: Bytes,
  zeroedFrom: Bytes | undefined,
): Promise<void> {
  const backing = host.backing(volume);
  return host.perform({
    kind: 'backing-grown',
    volume,
    capacityBytes: bytes(backing?.data.sizeBytes ?? 0),
    areaBytes: bytes(backing?.metadata.sizeBytes ?? 0),
    wantedBytes,
    ...(zeroedFrom === undefined ? {} : { zeroedFrom }),
  });
}
