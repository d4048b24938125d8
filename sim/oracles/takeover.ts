/** What the clients see of a node that takes over asynchronously (fencing.ts): from then on that is what counts. */
import { hasDisk } from '../../common/states.ts';
import { whoseData } from '../node-view.ts';
import type { SimNode } from '../sim-node.ts';

type Image = Uint32Array | undefined;

interface Takeover {
  /** Whose data it serves as a whole. */
  readonly node: SimNode;
  /** Its own disks, where its clients read from them. Together they have to be of one moment. */
  readonly own: readonly Image[];
  /** What the history of each volume is rebased on; undefined: it stands. */
  readonly shown: readonly Image[];
}

/**
 * A disk that is not UpToDate (it became a sync target while the promotion was under way) is nobody's image: its volume is read
 * through a peer that is. One that is detached does not count at all: such a volume was judged by the peers, which have all of it.
 */
export function takeoverOf(opened: SimNode, nodes: readonly SimNode[]): Takeover {
  const node = whoseData(opened, nodes);
  const own = node.disks.map((disk, volume) => (node.view.disk[volume] === 'UpToDate' ? disk?.view : undefined));
  const shown = own.map((image, volume) => {
    if (image !== undefined || !hasDisk(node.view.disk[volume] ?? 'Diskless')) return image;
    return nodes.find((peer) => peer !== node && node.view.countsOnVolume(peer.id, volume))?.disks[volume]?.view;
  });
  return { node, own, shown };
}
