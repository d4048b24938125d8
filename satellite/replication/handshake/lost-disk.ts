/**
 * A node that is without the disk of a volume still knows what was on it. Whoever has but an ancestor of that is of an earlier
 * moment, though there is no disk in sight to be brought up to date from. It must not pass for newest: its clients were answered
 * for more, and another volume of the same node may be brought forward on this very link, to a moment which this one has not got.
 *
 * Only where no Primary is concerned: what that one shows is what counts (`exposed`, trust.ts).
 */
import { diskAtLeast } from '../../../common/states.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { followedPrimary } from '../roles/primaries.ts';
import type { PeerDevice, Resource, Volume } from '../state.ts';
import { setDisk, setPeerDisk } from '../transitions.ts';
import type { VolumeHandshake } from '../wire/frames.ts';
import { contains, isFresh } from './view.ts';

/** The disk that this node is without was newer than what the peer has. One that is meant to have none has only seen data. */
export const hadNewer = ({ md, config, history }: Volume, theirs: VolumeHandshake): boolean =>
  md === undefined && config.diskful && !isFresh(theirs.current) && contains(history, theirs.current);

/** Both ends come to the same from what they have told each other. */
export function settleWithLostDisk(r: Resource, device: PeerDevice, theirs: VolumeHandshake): void {
  const { volume, connection } = device;
  if (r.role === 'Primary' || connection.peerRole === 'Primary') return;
  if (hadNewer(volume, theirs) && diskAtLeast(device.peerDisk, 'Consistent')) setPeerDisk(r, device, 'Outdated');
  const isWithout = theirs.diskState === 'Diskless' && connection.config.diskful;
  const isOlder = isWithout && contains(theirs.history, volume.current);
  if (!isOlder || volume.md === undefined || isFresh(volume.current) || followedPrimary(r) !== undefined) return;
  if (!diskAtLeast(volume.disk, 'Consistent')) return;
  setDisk(r, volume, 'Outdated', 'a peer that is without its disk had newer data');
  persistSuperblock(r, volume, { kind: 'nothing' });
}
