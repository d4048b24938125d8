/** Who follows a run without taking part in it: oracles of one subject, coverage, the story. Every method is optional. */
import type { NodeId } from '../common/ids.ts';
import type { ReplicationEvent } from '../satellite/replication/events.ts';
import type { Frame } from '../satellite/replication/wire/frames.ts';
import type { WriteRecord } from './oracles/history.ts';
import type { PlanAction } from './plan.ts';
import type { DeathKind, SimNode } from './sim-node.ts';

export interface Watcher {
  /** After the node's view has taken it in. */
  notified?(node: SimNode, event: ReplicationEvent): void;
  sent?(node: SimNode, peer: NodeId, frame: Frame): void;
  started?(node: SimNode): void;
  died?(node: SimNode, kind: DeathKind): void;
  /** An entry of the plan is carried out on these nodes. `forMs`: how long it lasts, if it does. */
  faulted?(action: PlanAction['do'], nodes: readonly SimNode[], forMs: number | undefined): void;
  acknowledged?(node: SimNode, write: WriteRecord): void;
  /** What was acknowledged on this volume is in doubt: the history was cut by an excuse. */
  doubted?(volume: number): void;
  /** Two sides acknowledge apart from each other from here on, as the plan says. */
  forked?(): void;
  /** Twice per virtual second. Microseconds. */
  looked?(now: number): void;
  healed?(): void;
}

/** Passes everything on, in the order of the list, to whoever wants to know. */
export class Watchers implements Required<Watcher> {
  private readonly list: readonly Watcher[];
  // What happens most.
  private readonly notifiedOnes: readonly Watcher[];
  private readonly sentOnes: readonly Watcher[];

  constructor(list: readonly Watcher[]) {
    this.list = list;
    this.notifiedOnes = list.filter((each) => each.notified !== undefined);
    this.sentOnes = list.filter((each) => each.sent !== undefined);
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    for (const each of this.notifiedOnes) each.notified?.(node, event);
  }
  sent(node: SimNode, peer: NodeId, frame: Frame): void {
    for (const each of this.sentOnes) each.sent?.(node, peer, frame);
  }
  started(node: SimNode): void {
    for (const each of this.list) each.started?.(node);
  }
  died(node: SimNode, kind: DeathKind): void {
    for (const each of this.list) each.died?.(node, kind);
  }
  faulted(action: PlanAction['do'], nodes: readonly SimNode[], forMs: number | undefined): void {
    for (const each of this.list) each.faulted?.(action, nodes, forMs);
  }
  acknowledged(node: SimNode, write: WriteRecord): void {
    for (const each of this.list) each.acknowledged?.(node, write);
  }
  forked(): void {
    for (const each of this.list) each.forked?.();
  }

  doubted(volume: number): void {
    for (const each of this.list) each.doubted?.(volume);
  }
  looked(now: number): void {
    for (const each of this.list) each.looked?.(now);
  }
  healed(): void {
    for (const each of this.list) each.healed?.();
  }
}
