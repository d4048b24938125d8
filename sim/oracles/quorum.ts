/**
 * Where the cluster fences by itself: O11, O17 and O27. A Primary that was cut off cannot know it before its pings time
 * out, so for that long two nodes may both believe that they are entitled to write. What no delay excuses is an answer:
 *  - O17: no write is acknowledged on one of the two while the image that the other works on lacks it, unless that other
 *    one has fewer nodes with it: then it is the one that was overtaken, and none of its own answers would be excused;
 *  - O11: the two do not both believe so for longer than it takes to notice;
 *  - O17: the one that was overtaken answers no read after that time either;
 *  - O27: a Primary that is connected with everybody, all of them UpToDate, does not stay suspended.
 */
import { isActive } from '../node-view.ts';
import type { SimNode } from '../sim-node.ts';
import { type History, name, type WriteRecord } from './history.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

/** Suspended, although nothing is missing: for this long it may be settling. Microseconds. */
const THAW_US = 8_000_000;

export class QuorumOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  private readonly history: History;
  private readonly graceUs: number;
  private overlapSince = -1;
  /** When a node was overtaken: since then another one is active. */
  private readonly overtakenAt: number[];
  private readonly readySince: number[];

  constructor(nodes: readonly SimNode[], history: History, graceUs: number) {
    this.nodes = nodes;
    this.history = history;
    this.graceUs = graceUs;
    this.overtakenAt = nodes.map(() => -1);
    this.readySince = nodes.map(() => -1);
  }

  looked(now: number): void {
    const active = this.nodes.filter(isActive);
    if (active.length < 2) this.overlapSince = -1;
    else if (this.overlapSince < 0) this.overlapSince = now;
    else if (now - this.overlapSince > this.graceUs)
      throw new Violation(
        'O11',
        `${active.map((node) => `n${node.id}`).join(' and ')} believe for ${Math.round((now - this.overlapSince) / 1e6)} s that they may write`,
      );
    for (const node of this.nodes) {
      const isOvertaken = active.some((other) => other !== node);
      if (!isOvertaken) this.overtakenAt[node.id] = -1;
      else if ((this.overtakenAt[node.id] ?? -1) < 0) this.overtakenAt[node.id] = now;
      this.lookReady(node, now);
    }
  }

  private lookReady(node: SimNode, now: number): void {
    const reasons = node.view.suspended.filter((reason) => reason !== 'user');
    const ready =
      node.alive && !node.paused && node.view.role === 'Primary' && reasons.length > 0 && this.hasEverybody(node);
    if (!ready) this.readySince[node.id] = -1;
    else if ((this.readySince[node.id] ?? -1) < 0) this.readySince[node.id] = now;
    else if (now - (this.readySince[node.id] ?? 0) > THAW_US)
      throw new Violation(
        'O27',
        `n${node.id} is Primary, connected with everybody, all are UpToDate, and it stays suspended: ${reasons.join(',')}`,
      );
  }

  private hasEverybody(node: SimNode): boolean {
    return this.nodes.every((other) => {
      if (other === node) return !node.diskful || node.view.ownUpToDate();
      if (!other.alive || other.paused || other.view.connection[node.id] !== 'Connected') return false;
      return other.diskful ? node.view.counts(other.id) : node.view.connection[other.id] === 'Connected';
    });
  }

  acknowledged(node: SimNode, write: WriteRecord): void {
    for (const other of this.nodes) {
      if (other === node || !isActive(other) || this.isOvertaken(other, node)) continue;
      const holder = other.diskful && other.view.disk[write.volume] === 'UpToDate' ? other : undefined;
      const disk = holder?.disks[write.volume];
      if (disk === undefined) continue;
      for (let i = 0; i < write.count; i += 1) {
        const value = disk.view[write.first + i] ?? 0;
        if (this.history.notOlder(write.volume, write.first + i, value, write)) continue;
        throw new Violation(
          'O17',
          `n${node.id} acknowledged write ${write.id}, but n${other.id} may write, too, and has ${name(value)} on volume ${write.volume} sector ${write.first + i}`,
        );
      }
    }
  }

  private isOvertaken(node: SimNode, by: SimNode): boolean {
    return this.partition(node) < this.partition(by);
  }

  /** How many nodes it is connected with, by the word of both ends. */
  private partition(node: SimNode): number {
    const isLinked = (a: SimNode, b: SimNode): boolean => a.view.connection[b.id] === 'Connected';
    return this.nodes.filter((each) => each.alive && !each.paused && isLinked(node, each) && isLinked(each, node))
      .length;
  }

  /** @returns true when the answer may be old, because the node cannot know yet that it was overtaken */
  mayBeStale(node: SimNode, now: number): boolean {
    const since = this.overtakenAt[node.id] ?? -1;
    if (!this.nodes.some((other) => other !== node && isActive(other))) return false;
    if (since >= 0 && now - since > this.graceUs)
      throw new Violation(
        'O17',
        `n${node.id} still answers reads ${Math.round((now - since) / 1e6)} s after it was overtaken`,
      );
    return true;
  }
}
