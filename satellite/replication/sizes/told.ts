/** What a node tells of its sizes, what it takes from what others tell, and how much its disk could hold. */
import { type Bytes, bytes } from '../../../common/units.ts';
import type { PeerDevice, Resource, Volume } from '../state.ts';
import type { VolumeHandshake } from '../wire/frames.ts';
import { layoutFor } from './relayout.ts';

type Sizes = Pick<VolumeHandshake, 'sizeBytes' | 'capacityBytes' | 'usedBytes' | 'blockBytes'>;

export function sizesToTell(r: Resource, volume: Volume): Sizes {
  const { md } = volume;
  const usedBytes = r.role === 'Primary' ? volume.sizeBytes : bytes(0);
  if (md === undefined) return { sizeBytes: bytes(0), capacityBytes: bytes(0), usedBytes, blockBytes: bytes(0) };
  const capacityBytes = bytes(roomFor(volume, volume.capacityBytes));
  return { sizeBytes: volume.sizeBytes, capacityBytes, usedBytes, blockBytes: md.layout.blockBytes as Bytes };
}

/** The most up to this size that the local disk can hold, data and bitmap; 0: no disk. */
export function roomFor(volume: Volume, wanted: number): number {
  const { md, sizeBytes, capacityBytes } = volume;
  if (md === undefined) return 0;
  const dataBytes = Math.min(wanted, Math.max(capacityBytes, sizeBytes)) as Bytes;
  if (dataBytes === sizeBytes) return sizeBytes;
  const layout = layoutFor(volume, md, { dataBytes, blockBytes: md.layout.blockBytes as Bytes });
  return typeof layout === 'string' ? sizeBytes : dataBytes;
}

/** A size that has changed since the snapshot left makes its verdict void. */
export function isSizeAsTold(r: Resource, volume: Volume, told: VolumeHandshake): boolean {
  const now = sizesToTell(r, volume);
  if (volume.relayout !== undefined || now.capacityBytes !== told.capacityBytes) return false;
  return now.sizeBytes === told.sizeBytes && now.blockBytes === told.blockBytes && now.usedBytes === told.usedBytes;
}

/** The two go together. Without a disk a volume is as large as those of its peers; a Primary keeps what its clients use. */
export function takePeerSize(r: Resource, device: PeerDevice, theirs: VolumeHandshake): void {
  const { volume } = device;
  device.peerBlockBytes = theirs.blockBytes;
  if (volume.md === undefined && r.role !== 'Primary' && theirs.sizeBytes > 0) volume.sizeBytes = theirs.sizeBytes;
}
