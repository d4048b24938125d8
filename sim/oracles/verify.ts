/**
 * O19: online verify finds exactly what differs. The simulator changes sectors behind the core's back (`rot`), and knows where.
 * What a verify reports must have been changed so, or marked already: writes on their way are no difference. And one that
 * ends, having skipped nothing, must have marked every changed block of its range.
 */
import { ROT_VERSION } from '../sim-payload.ts';
import type { SimNode } from '../sim-node.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

type Found = Extract<ReplicationEvent, { kind: 'out-of-sync' }>;
type Ended = Extract<ReplicationEvent, { kind: 'verify-end' }>;

export class VerifyOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  /** `node/volume/sector` that were ever changed: a write may have healed one between the read and the comparison. */
  private readonly rotten = new Set<string>();
  /** Verifies of whole volumes, by driver, peer and volume; the value: which sectors were rotten when it began. */
  private readonly running = new Map<string, readonly number[]>();
  /** Different blocks of verifies that are over, since they began. */
  private readonly results = new Map<string, number>();

  constructor(nodes: readonly SimNode[]) {
    this.nodes = nodes;
  }

  rot(node: SimNode, volume: number, sector: number): void {
    node.disks[volume]?.rot(sector);
    this.rotten.add(`${node.id}/${volume}/${sector}`);
  }

  get hasRot(): boolean {
    return this.rotten.size > 0;
  }

  /** A verify over the whole volume begins now. */
  begins(driver: SimNode, peer: number, volume: number): void {
    this.results.delete(key(driver, peer, volume));
    this.running.set(key(driver, peer, volume), this.rottenSectors(driver, peer, volume));
  }

  /** Undefined while it runs. */
  result(driver: SimNode, peer: number, volume: number): number | undefined {
    return this.results.get(key(driver, peer, volume));
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    if (event.kind === 'out-of-sync') this.differenceFound(node, event);
    if (event.kind === 'verify-end') this.ended(node, event);
  }

  private differenceFound(driver: SimNode, { peer, volume, offset, length }: Found): void {
    const disk = driver.disks[volume];
    if (disk === undefined) return;
    const blockBytes: number = driver.core?.status().volumes[volume]?.blockBytes ?? 0;
    for (let at: number = offset; at < offset + length && blockBytes > 0; at += blockBytes) {
      const first = at / disk.sectorBytes;
      const last = Math.min(at + blockBytes, offset + length) / disk.sectorBytes;
      let known = this.nodes[peer]?.marked(volume, driver.id, first) === true || driver.marked(volume, peer, first);
      for (let sector = first; sector < last; sector += 1) {
        if (this.rotten.has(`${driver.id}/${volume}/${sector}`) || this.rotten.has(`${peer}/${volume}/${sector}`))
          known = true;
      }
      if (!known)
        throw new Violation(
          'O19',
          `n${driver.id} reports that volume ${volume} differs from n${peer} at sector ${first}, which nobody has changed`,
        );
    }
  }

  private ended(driver: SimNode, { peer, volume, different, skipped, reason }: Ended): void {
    if (reason === undefined) this.results.set(key(driver, peer, volume), different);
    const before = this.running.get(key(driver, peer, volume));
    this.running.delete(key(driver, peer, volume));
    if (before === undefined || skipped > 0 || reason !== undefined) return;
    for (const sector of this.rottenSectors(driver, peer, volume)) {
      if (!before.includes(sector) || driver.marked(volume, peer, sector)) continue;
      throw new Violation(
        'O19',
        `n${driver.id} has verified volume ${volume} with n${peer} and missed sector ${sector}, which was changed before`,
      );
    }
  }

  /** Sectors that are changed now on either of the two, and not on both alike. */
  rottenSectors(a: SimNode, b: number, volume: VolumeNumber | number): number[] {
    const [viewA, viewB] = [a.disks[volume]?.view, this.nodes[b]?.disks[volume]?.view];
    const sectors: number[] = [];
    for (let sector = 0; viewA !== undefined && viewB !== undefined && sector < viewA.length; sector += 1) {
      if ((viewA[sector] === ROT_VERSION) !== (viewB[sector] === ROT_VERSION)) sectors.push(sector);
    }
    return sectors;
  }
}

const key = (driver: SimNode, peer: number, volume: number): string => `${driver.id}/${peer}/${volume}`;
