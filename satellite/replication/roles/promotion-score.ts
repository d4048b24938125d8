/**
 * Which of several nodes is the best to promote (DRBD 9 §8.3): one with disks of its own for every volume, then the one that has
 * more volumes UpToDate itself, then the one that sees more UpToDate replicas of its worst volume. 0 where a promotion could
 * not succeed whoever steps down first: without quorum, or without data in reach. A Primary has a score, too.
 */
import { hasDisk } from '../../../common/states.ts';
import { hasQuorum } from '../quorum/suspension.ts';
import { deviceOf, type Resource, type Volume } from '../state.ts';
import { dataReachable } from '../write/data-access.ts';

const MOST = 99;

export function promotionScore(r: Resource): number {
  const volumes = [...r.volumes.values()];
  if (volumes.length === 0 || !volumes.every((volume) => hasQuorum(r, volume) && dataReachable(r, volume))) return 0;
  const allHaveDisks = volumes.every(({ disk }) => hasDisk(disk));
  const ownUpToDate = volumes.filter(({ disk }) => disk === 'UpToDate').length;
  const fewest = Math.min(...volumes.map((volume) => replicasInReach(r, volume)));
  return (allHaveDisks ? 10_000 : 0) + 100 * Math.min(ownUpToDate, MOST) + Math.min(fewest, MOST);
}

function replicasInReach(r: Resource, volume: Volume): number {
  let count = volume.disk === 'UpToDate' ? 1 : 0;
  for (const connection of r.connections.values())
    if (connection.state === 'Connected' && deviceOf(connection, volume).peerDisk === 'UpToDate') count += 1;
  return count;
}
