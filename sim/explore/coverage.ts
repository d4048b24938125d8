/**
 * What a set of runs has seen: abstract states of ordered pairs of nodes, the transitions between them, which transitions
 * happened while which fault was active, and the marks. Adds up over runs.
 */
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { PlanAction } from '../plan.ts';
import type { DeathKind, SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { type Mark, MARKS } from './marks.ts';

/** An instantaneous fault counts as active for so long. Microseconds. */
const ECHO_US = 1_000_000;

type Sent = Parameters<NonNullable<Watcher['sent']>>;

export interface CoverageReport {
  readonly runs: number;
  readonly states: number;
  readonly transitions: number;
  readonly transitionsUnderFault: number;
  /** How many transitions each class of faults was active at, most first. */
  readonly byFault: Readonly<Record<string, number>>;
  readonly marks: Readonly<Record<string, number>>;
  readonly unreached: readonly { readonly id: string; readonly about: string; readonly open: string | undefined }[];
}

export class Coverage {
  private runs = 0;
  private readonly states = new Map<string, number>();
  private readonly transitions = new Map<string, number>();
  private readonly underFault = new Map<string, number>();
  private readonly marks = new Map<string, number>();

  /** Follows one more run. */
  watch(now: () => number): Watcher {
    this.runs += 1;
    return new CoverageOfRun(this, now);
  }

  stateSeen(from: string | undefined, to: string, faults: Iterable<string>): void {
    bump(this.states, to);
    if (from === undefined) return;
    const transition = `${from} > ${to}`;
    bump(this.transitions, transition);
    for (const fault of faults) bump(this.underFault, `${fault}: ${transition}`);
  }

  markSeen(mark: Mark): void {
    bump(this.marks, mark.id);
  }

  report(): CoverageReport {
    const byFault = new Map<string, number>();
    for (const key of this.underFault.keys()) bump(byFault, key.slice(0, key.indexOf(':')));
    const sorted = [...byFault].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return {
      runs: this.runs,
      states: this.states.size,
      transitions: this.transitions.size,
      transitionsUnderFault: this.underFault.size,
      byFault: Object.fromEntries(sorted),
      marks: Object.fromEntries(MARKS.map(({ id }) => [id, this.marks.get(id) ?? 0])),
      unreached: MARKS.filter(({ id }) => !this.marks.has(id)).map(({ id, about, open }) => ({ id, about, open })),
    };
  }
}

class CoverageOfRun implements Watcher {
  private readonly total: Coverage;
  private readonly now: () => number;
  /** Last abstract state by node, peer, volume. */
  private readonly last = new Map<number, string>();
  /** Until when a class of faults is active. */
  private readonly active = new Map<string, number>();

  constructor(total: Coverage, now: () => number) {
    this.total = total;
    this.now = now;
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    for (const mark of MARKS) if (mark.notified?.(node, event) === true) this.total.markSeen(mark);
    switch (event.kind) {
      case 'role':
      case 'disk':
        for (const { node: peer } of node.config.peers) this.look(node, peer);
        return;
      case 'connection':
      case 'peer-disk':
      case 'replication':
        return this.look(node, event.peer);
      default:
        return;
    }
  }

  sent(...[node, , frame]: Sent): void {
    for (const mark of MARKS) if (mark.sent?.(node, frame) === true) this.total.markSeen(mark);
  }

  died(node: SimNode, kind: DeathKind): void {
    for (const mark of MARKS) if (mark.died?.(node, kind) === true) this.total.markSeen(mark);
    for (const key of [...this.last.keys()]) if (Math.floor(key / 4_096) === node.id) this.last.delete(key);
  }

  faulted(action: PlanAction['do'], _nodes: readonly SimNode[], forMs: number | undefined): void {
    const until = this.now() + Math.max(ECHO_US, (forMs ?? 0) * 1_000);
    this.active.set(action, Math.max(until, this.active.get(action) ?? 0));
  }

  healed(): void {
    this.active.clear();
  }

  private look(node: SimNode, peer: number): void {
    const { view } = node;
    node.config.volumes.forEach(({ volume }) => {
      const state = [
        view.role,
        view.disk[volume],
        view.peerDisk[peer]?.[volume],
        view.replication[peer]?.[volume],
        view.connection[peer],
      ].join('/');
      const key = node.id * 4_096 + peer * 64 + volume;
      const before = this.last.get(key);
      if (before === state) return;
      this.last.set(key, state);
      this.total.stateSeen(before, state, this.activeNow());
    });
  }

  private *activeNow(): Iterable<string> {
    for (const [fault, until] of this.active) if (until >= this.now()) yield fault;
  }
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
