/**
 * Volumes of one node that were given up while others went on. Each disk says so itself if it still takes that (last-word.ts); one
 * that hangs, or dies with its node in that very moment, does not. So the other volumes' superblocks name it, with the generation
 * that it had: a restart attaches it as Outdated, whichever of them is found first.
 *
 * A record goes once the disk's own superblock says the same; one of another generation is about a disk that is not there any more.
 */
import { diskAtLeast, hasDisk } from '../../../common/states.ts';
import type { Generation } from '../../../common/ids.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { STOOD_STILL_MAX, type StoodStill } from '../metadata/superblock.ts';
import type { Attached, Resource, Volume } from '../state.ts';
import { setDisk } from '../transitions.ts';
import { persistSuperblock } from './persistence.ts';

export function recordStoodStill(r: Resource, { number, current }: Volume): void {
  for (const other of r.volumes.values()) {
    if (other.number === number || other.md === undefined) continue;
    const records = [{ volume: number, current }, ...recordsOf(other.md).filter(({ volume }) => volume !== number)];
    keep(r, other, other.md, records.slice(0, STOOD_STILL_MAX));
  }
}

/** Of a disk that is being attached: does another one know that it stood still? */
export function hasStoodStill(r: Resource, { number }: Volume, current: Generation): boolean {
  return [...r.volumes.values()].some(
    ({ md }) =>
      md !== undefined &&
      recordsOf(md).some((record) => record.volume === number && sameGeneration(record.current, current)),
  );
}

/**
 * What a disk that is being attached knows of others that were found before it. Of a node that has met others, or serves, it is of
 * another time: those disks have been compared since.
 */
export function lowerThoseThatStoodStill(r: Resource, md: Attached): void {
  if (r.role === 'Primary' || [...r.connections.values()].some(({ state }) => state === 'Connected')) return;
  for (const record of recordsOf(md)) {
    const volume = r.volumes.get(record.volume);
    if (volume?.md === undefined || !sameGeneration(volume.current, record.current)) continue;
    const isWorse = diskAtLeast('Outdated', hasDisk(volume.disk) ? volume.disk : volume.md.claims);
    if (!isWorse && hasDisk(volume.disk)) setDisk(r, volume, 'Outdated', 'it stood still while another volume went on');
    else if (!isWorse) volume.md.claims = 'Outdated';
    persistSuperblock(r, volume, { kind: 'stood-still-known', volume });
  }
}

/** Its own superblock is durable, and says what the others said for it. */
export function forgetStoodStill(r: Resource, { number }: Volume): void {
  for (const other of r.volumes.values()) {
    if (other.md === undefined || !recordsOf(other.md).some(({ volume }) => volume === number)) continue;
    const records = recordsOf(other.md).filter(({ volume }) => volume !== number);
    keep(r, other, other.md, records);
  }
}

const recordsOf = (md: Attached): readonly StoodStill[] => md.identity.stoodStill ?? [];

function keep(r: Resource, volume: Volume, md: Attached, stoodStill: readonly StoodStill[]): void {
  md.identity = { ...md.identity, stoodStill };
  persistSuperblock(r, volume, { kind: 'nothing' });
}
