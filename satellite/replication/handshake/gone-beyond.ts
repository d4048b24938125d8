/**
 * A Primary that comes back, and a disk that is behind both it and others: those have gone on without it, and the disk knows that.
 *
 * For a disk that is behind, a Primary is the best source, and nobody waits for witnesses beside one. But one that was cut off, and
 * perhaps has no quorum since, may not know that it is the older one itself. Between the two everything would look as if the disk
 * just had to follow it: the disk still names itself of that Primary's generation, or of one before, while part of what is newer may
 * be on it already. So they are not compared before the disk has been brought over, or whoever has the newer data is given up.
 */
import { isTowardsNewer } from '../resync/source-choice.ts';
import type { Resource } from '../state.ts';
import type { DataFrame } from '../wire/frames.ts';

type Told = Pick<Extract<DataFrame, { type: 'PROTOCOL' }>, 'role' | 'volumes'>;

export const hasGoneBeyond = (r: Resource, { role, volumes }: Told): boolean =>
  role === 'Primary' &&
  volumes.some(({ volume: number, current }) => {
    const volume = r.volumes.get(number);
    return volume !== undefined && isTowardsNewer(r, volume, current);
  });
