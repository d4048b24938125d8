/**
 * Parts of a cluster that come together (DRBD 9 §1.6, connect), for plans in which each of them may have a Primary. Looked at
 * after every single step of any node:
 *  - O11: nodes that are joined by links in which both ends believe have at most one Primary among them;
 *  - O16: nobody believes for long in a link in which the other end does not.
 */
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

const believes = (a: SimNode, b: SimNode): boolean => a.view.connection[b.id] === 'Connected';

export class PartsOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  /** Microseconds. */
  private readonly graceUs: number;
  private readonly now: () => number;
  private readonly oneSided = new Map<string, number>();

  constructor(nodes: readonly SimNode[], graceUs: number, now: () => number) {
    this.nodes = nodes;
    this.graceUs = graceUs;
    this.now = now;
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    if (event.kind !== 'role' && event.kind !== 'connection') return;
    const part = this.partOf(node);
    const primaries = [...part].filter((each) => each.view.role === 'Primary');
    if (primaries.length < 2) return;
    const names = primaries.map((each) => `n${each.id}`).join(' and ');
    throw new Violation('O11', `${names} are Primary, and links join them that both ends believe in`);
  }

  private partOf(node: SimNode): ReadonlySet<SimNode> {
    const part = new Set(node.alive ? [node] : []);
    for (const each of part)
      for (const next of this.nodes) if (next.alive && believes(each, next) && believes(next, each)) part.add(next);
    return part;
  }

  looked(): void {
    for (const a of this.nodes) for (const b of this.nodes) if (a !== b) this.lookAt(a, b);
  }

  private lookAt(a: SimNode, b: SimNode): void {
    const key = `${a.id}/${b.id}`;
    const isOneSided = a.alive && b.alive && !a.paused && !b.paused && believes(a, b) && !believes(b, a);
    if (!isOneSided) {
      this.oneSided.delete(key);
      return;
    }
    const since = this.oneSided.get(key) ?? this.now();
    this.oneSided.set(key, since);
    if (this.now() - since <= this.graceUs) return;
    const seconds = Math.round((this.now() - since) / 1e6);
    throw new Violation(
      'O16',
      `n${a.id} has taken itself for connected with n${b.id} for ${seconds} s, which it is not`,
    );
  }
}
