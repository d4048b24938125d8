/**
 * O14, prefix (write-order) consistency of one node's image over all volumes of the resource: let T be the latest moment at
 * which a write whose data is in the image was asked for; then no sector may lack a write that had been acknowledged before T.
 * (If w2 was asked for after w1's acknowledgement, w2 present implies w1 or something newer present.)
 *
 * Claimed for: the image of any node after a process crash, and after a power loss for nodes that were Secondary with
 * `writeOrdering: flush`; in both cases only while the node's data claims to be consistent (no sync target) and no excuse
 * (fencing.ts) has cut the history. A Primary's own medium after a power loss is ordered by the client's flushes only: O2.
 * And what that loss tore out of a volume is missing at the next death as well, when the node is a Secondary: until a resync has
 * made the volume whole it is UpToDate (as the superblock says) or Outdated (a newer peer is found, no block has come yet), which
 * claims a state to be resynced from, not an order. Volumes of which nothing is missing go on being compared.
 *
 * Disk states and resyncs belong to one volume each (DRBD 9 §0, §1.3), and a resync brings blocks in no order of writes: O14
 * does not hold while it runs. A node that has been brought forward on one volume while another stayed Outdated says so with
 * the two states: they claim different moments, nobody may open the node as a whole (DRBD 9 §8.3, may_promote), and its
 * volumes are compared one by one until all of them are UpToDate at once.
 */
import type { DiskState } from '../../common/states.ts';
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { SimNode } from '../sim-node.ts';
import type { History, WriteRecord } from './history.ts';
import { name } from './history.ts';
import { Violation } from './violation.ts';

type DiskEvent = Extract<ReplicationEvent, { kind: 'disk' }>;

type Replica = Pick<SimNode, 'id' | 'view'> & {
  readonly disks: readonly ({ readonly view: Uint32Array } | undefined)[];
};

/** Knows, for every node, whether its volumes are one image or of different moments. Also across its deaths. */
export class PrefixOracle {
  private readonly history: History;
  /** Nodes of which some volume has got data while another one was standing still. */
  private readonly apart = new Set<number>();
  /** Volumes of each node that lost acknowledged writes in no order, and that no resync has made whole since. */
  private readonly torn = new Map<number, Set<number>>();

  constructor(history: History) {
    this.history = history;
  }

  /** Data goes to a volume of the node. What still arrives on an Outdated disk was sent while it kept pace with the others. */
  written(node: Replica, volume: number): void {
    const own = node.view.disk[volume];
    if (own !== undefined && own !== 'Outdated' && node.view.disk.some(standsStill)) this.apart.add(node.id);
  }

  /** To be called whenever a disk state of the node changed. */
  stateChanged(node: Replica, { volume, from, to }: DiskEvent): void {
    if (node.view.ownUpToDate()) this.apart.delete(node.id);
    if (from === 'Inconsistent' && (to === 'UpToDate' || to === 'Outdated')) this.torn.get(node.id)?.delete(volume);
  }

  /** To be called when a power loss may have taken anything that was not flushed, in no order. */
  unordered(node: Replica): void {
    const torn = this.torn.get(node.id) ?? new Set();
    this.torn.set(node.id, torn);
    for (const [volume, disk] of node.disks.entries())
      if (disk !== undefined && this.lacksAny(volume, disk.view)) torn.add(volume);
  }

  private lacksAny(volume: number, image: Uint32Array): boolean {
    let lacks = false;
    this.history.forEachTouched(volume, (sector) => {
      const writes = this.history.writesOf(volume, sector);
      lacks ||= missingBefore(writes, image[sector] ?? 0, Number.POSITIVE_INFINITY) !== undefined;
    });
    return lacks;
  }

  check(node: Replica): void {
    const torn = this.torn.get(node.id);
    const images = node.disks.map((disk, volume) => (torn?.has(volume) ? undefined : disk?.view));
    if (!this.apart.has(node.id)) checkPrefix(this.history, node.id, images);
    else {
      for (const volume of images.keys()) {
        const alone = images.map((image, each) => (each === volume ? image : undefined));
        checkPrefix(this.history, node.id, alone);
      }
    }
  }
}

/** Nobody mirrors to one that is Consistent: it is asked first whether it has everything. */
const standsStill = (state: DiskState): boolean =>
  state === 'Outdated' || state === 'Inconsistent' || state === 'Consistent';

/** @param images one array of versions per volume; undefined where the node has none */
export function checkPrefix(history: History, node: number, images: readonly (Uint32Array | undefined)[]): void {
  const newest = newestIn(history, images);
  if (newest === undefined) return;
  images.forEach((image, volume) => {
    if (image === undefined) return;
    history.forEachTouched(volume, (sector) => {
      const value = image[sector] ?? 0;
      const missing = missingBefore(history.writesOf(volume, sector), value, newest.invoked);
      if (missing === undefined) return;
      throw new Violation(
        'O14',
        `the image of n${node} has write ${newest.id}, but volume ${volume} sector ${sector} holds ${name(value)} and lacks ` +
          `write ${missing.id}, which was acknowledged before write ${newest.id} was asked for`,
      );
    });
  });
}

/** The write in the image that was asked for last; zeroes are not unique and never count. */
function newestIn(history: History, images: readonly (Uint32Array | undefined)[]): WriteRecord | undefined {
  let newest: WriteRecord | undefined;
  for (const image of images) {
    if (image === undefined) continue;
    for (const value of image) {
      const write = value === 0 ? undefined : history.writes[value];
      if (write !== undefined && (newest === undefined || write.invoked > newest.invoked)) newest = write;
    }
  }
  return newest;
}

/** An acknowledged write that should have replaced `value` before `until`; lenient where the value is not unique. */
function missingBefore(writes: readonly WriteRecord[], value: number, until: number): WriteRecord | undefined {
  let since = value === 0 ? 0 : -1;
  for (const write of writes) if (write.value === value && write.over > since) since = write.over;
  if (since < 0) return undefined;
  return writes.find((write) => write.acknowledged && write.over < until && write.invoked > since);
}
