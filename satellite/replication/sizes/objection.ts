/** What a node has against a change of the size, and the most that it can offer. */
import { hasDisk, isEstablished } from '../../../common/states.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import { isLogEmpty } from '../disk/persistence.ts';
import { deviceOf, type Resource, type Volume } from '../state.ts';
import type { Objection, ResizeChange } from '../wire/two-phase-frames.ts';
import { roomFor } from './told.ts';

export function objectionToResize(r: Resource, change: ResizeChange): Objection | undefined {
  const volume = r.volumes.get(change.volume);
  if (volume === undefined) return 'no-such-volume';
  // Others follow: perhaps what runs here waits for them.
  const hasItAlready =
    volume.md !== undefined && change.sizeBytes === volume.sizeBytes && volume.relayout === undefined;
  if (hasItAlready) return undefined;
  if (isUnsettled(r, volume)) return 'resync';
  const shrinks = change.shrink && change.sizeBytes < volume.sizeBytes;
  const isAway = volume.md === undefined && volume.config.diskful;
  if (isAway && (shrinks || !change.assumePeerHasSpace)) return 'no-disk';
  if (change.exact && volume.md !== undefined && roomOf(r, change) !== change.sizeBytes) return 'size';
  return shrinks && isUsed(r, volume) ? 'in-use' : undefined;
}

/** A resync, or a disk on its way in or out: its blocks, and what was told of it, are those of the present size. */
export function isUnsettled(r: Resource, volume: Volume): boolean {
  if (volume.relayout !== undefined || volume.adopting || volume.leaving !== undefined) return true;
  if (volume.md !== undefined && !hasDisk(volume.disk)) return true;
  for (const connection of r.connections.values()) {
    const { source, target, replication, asked } = deviceOf(connection, volume);
    if (source !== undefined || target !== undefined || asked !== undefined) return true;
    const isVerify = replication === 'VerifyS' || replication === 'VerifyT';
    if (connection.state === 'Connected' && !isVerify && !isEstablished(replication)) return true;
  }
  return false;
}

/** Somebody has it open, or the activity log still names extents. */
function isUsed(r: Resource, { openReadOnly, openReadWrite, md, upperPending }: Volume): boolean {
  if (r.role === 'Primary' || openReadOnly + openReadWrite > 0 || upperPending > 0) return true;
  return md !== undefined && (!isLogEmpty(md) || md.log.inFlight() || md.logResetting);
}

/** Of what the change asks for; 0: no disk here. */
export function roomOf(r: Resource, change: ResizeChange): Bytes {
  const volume = r.volumes.get(change.volume);
  return bytes(volume === undefined ? 0 : roomFor(volume, change.sizeBytes));
}
