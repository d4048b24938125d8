/**
 * The first generation of a volume, when an administrator gives it one (`new-current-uuid`): replicas that are just created
 * are declared alike without a copy (`--clear-bitmap`, skip initial sync), or this one is declared the data and the others
 * get a full sync (`--force-resync`). Neither promotes anybody.
 */
import { OperationError } from '../../../common/errors.ts';
import type { Generation, VolumeNumber } from '../../../common/ids.ts';
import type { FirstGeneration } from '../events.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { rehandshake } from '../link/link.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { type Attached, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setDisk } from '../transitions.ts';
import type { VolumeHandshake } from '../wire/frames.ts';
import { hex } from './generations.ts';

/** @returns why it cannot be; nothing has changed then. */
export function startFirstGeneration(r: Resource, volume: Volume, how: FirstGeneration): OperationError | undefined {
  const problem = obstacle(r, volume);
  const { md } = volume;
  if (problem !== undefined || md === undefined) {
    return new OperationError('INVALID_ARGUMENT', `volume ${volume.number} cannot begin its first generation`, {
      cause: problem ?? 'it has no disk on this node',
      correction: 'Only replicas that were just created, and that nobody has synced or opened, can be declared alike.',
    });
  }
  volume.current = r.ports.newGeneration();
  forgetAllTracking(md);
  setDisk(r, volume, 'UpToDate', how === 'clear-bitmap' ? 'initial sync skipped' : 'declared the source of the others');
  r.ports.notify({ kind: 'generation', volume: volume.number, current: hex(volume.current) });
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    // Only who is here now and just created itself: whoever comes later gets a full sync.
    const isTold = connection.state === 'Connected' && sameGeneration(device.peerCurrent, JUST_CREATED);
    device.skipInitialSync = how === 'clear-bitmap' && isTold ? volume.current : undefined;
  }
  persistSuperblock(r, volume, { kind: 'first-generation', volume: volume.number });
  return undefined;
}

function obstacle(r: Resource, volume: Volume): string | undefined {
  if (r.role === 'Primary') return 'this node is Primary';
  if (volume.md === undefined) return 'it has no disk on this node';
  if (!sameGeneration(volume.current, JUST_CREATED)) return 'it has a generation already';
  const syncs = [...r.connections.values()].some((each) => deviceOf(each, volume).target !== undefined);
  return syncs ? 'it is being synced' : undefined;
}

/** Durable here: the others look again at what this node has. */
export function onFirstGeneration(r: Resource, volume: VolumeNumber): void {
  for (const connection of r.connections.values()) rehandshake(r, connection, `volume ${volume} has begun`);
}

/** Nothing was written since: a write would have begun another generation, for the peer was told to be away. */
export function skipsInitialSync({ skipInitialSync, volume }: PeerDevice): boolean {
  return skipInitialSync !== undefined && sameGeneration(skipInitialSync, volume.current);
}

/** The peer has declared its replica and ours alike. */
export function skipInitialSync(r: Resource, volume: Volume, theirs: VolumeHandshake): void {
  const { md } = volume;
  if (md === undefined || !sameGeneration(volume.current, JUST_CREATED)) return;
  volume.current = theirs.current;
  forgetAllTracking(md);
  setDisk(r, volume, 'UpToDate', 'initial sync skipped');
  r.ports.notify({ kind: 'generation', volume: volume.number, current: hex(volume.current) });
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/** Of no node, configured or not, anything is known to differ. */
function forgetAllTracking(md: Attached): void {
  for (const slot of md.slots.values()) {
    slot.generation = NO_GENERATION;
    md.bitmap.clearAll(slot.slot);
  }
  md.logDerived.clear();
  md.resyncDerived.clear();
  if (md.spare === undefined) return;
  md.spare.generation = NO_GENERATION as Generation;
  md.bitmap.clearAll(md.spare.slot);
}
