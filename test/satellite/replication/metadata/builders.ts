/** Geometry, superblocks and torn writes for the metadata tests. */
import { type Generation, nodeId, volumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import { type MetadataLayout, planLayout } from '../../../../satellite/replication/metadata/layout.ts';
import { NO_QUORUM_RECORD, type Superblock } from '../../../../satellite/replication/metadata/superblock.ts';

export const MIB = 1_048_576;
const SECTOR = 512;

export function aLayout(
  o: { mib?: number; slots?: number; blockBytes?: number; alExtents?: number } = {},
): MetadataLayout {
  return planLayout({
    dataBytes: bytes((o.mib ?? 64) * MIB),
    slots: o.slots ?? 2,
    blockBytes: bytes(o.blockBytes ?? 4096),
    alExtents: o.alExtents ?? 67,
  });
}

export function aSuperblock(changes: Partial<Superblock> = {}): Superblock {
  return {
    sequence: 1,
    resource: 'db',
    volume: volumeNumber(0),
    node: nodeId(1),
    dataBytes: bytes(64 * MIB),
    slots: 2,
    blockBytes: bytes(4096),
    alExtents: 67,
    deviceUuid: 0x1122_3344_5566_7788n,
    current: 0xfeed_beef_0000_0001n as Generation,
    history: [7n as Generation, 5n as Generation],
    consistent: true,
    wasUpToDate: true,
    crashedPrimary: false,
    quorum: NO_QUORUM_RECORD,
    peers: [{ node: nodeId(0), slot: 1, bitmap: 9n as Generation, outdated: true, fullSync: false }],
    spare: undefined,
    ...changes,
  };
}

/** The state of the medium when a write of `data` at `offset` stopped: bit i of `mask` says that sector i arrived. */
export function torn(medium: Uint8Array, offset: number, data: Uint8Array, mask: readonly boolean[]): Uint8Array {
  const after = medium.slice();
  for (let i = 0; i * SECTOR < data.length; i++) {
    if (mask[i % mask.length] === true) after.set(data.subarray(i * SECTOR, (i + 1) * SECTOR), offset + i * SECTOR);
  }
  return after;
}
