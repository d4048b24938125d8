/** Snapshots of the backing store under a replica, metadata and all, and the way back to them. */
import type { Fencing } from './fencing.ts';
import type { DiskImage } from './sim-disk.ts';
import type { SimNode } from './sim-node.ts';

export class Snapshots {
  private readonly kept = new Map<SimNode, readonly (DiskImage | undefined)[]>();

  keep(node: SimNode): void {
    this.kept.set(
      node,
      node.disks.map((disk) => disk?.image()),
    );
  }

  /** Only of a node that is down, while the current data have a sound copy elsewhere. */
  rollBack(node: SimNode, fencing: Fencing): void {
    const images = this.kept.get(node);
    if (images === undefined || node.state !== 'down' || !fencing.isSpare(node)) return;
    node.note('goes back to a snapshot');
    node.disks.forEach((disk, volume) => {
      const image = images[volume];
      if (image !== undefined) disk?.goBackTo(image);
    });
    fencing.emptied(node);
  }
}
