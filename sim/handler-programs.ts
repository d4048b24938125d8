/**
 * The programs behind the handlers of the simulated nodes. They are honest: a node that is reported as powered off was, one
 * that is reported as outdated has said so itself, and one that gives no answer gives none. Who was fenced is not opened by a
 * client before unfence-peer was called for it, as the constraint of a cluster manager would have it.
 */
import type { NodeId } from '../common/ids.ts';
import type { HandlerCall, HandlerRunId } from '../satellite/replication/handlers/handler-calls.ts';
import type { DiskState } from '../common/states.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { FenceKind } from './handler-schema.ts';
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';
import type { DeathKind, SimNode } from './sim-node.ts';

const EXIT = { ok: 0, broken: 1, inconsistent: 3, outdated: 4, unreachable: 5, primary: 6, stonith: 7 } as const;
const OFF_MS = [100, 800, 3_000] as const;

interface HandlerWorld {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly nodes: readonly SimNode[];
  kill(node: SimNode, kind: DeathKind): void;
}

export class HandlerPrograms {
  /** Reported as out, and not yet in sync with anybody again. */
  readonly out: Set<NodeId>;
  /** From the heal on every program does what it should. */
  private healed = false;
  private readonly world: HandlerWorld;
  private readonly random: RandomStream;

  constructor(world: HandlerWorld, out: Set<NodeId>) {
    this.world = world;
    this.out = out;
    this.random = new RandomStream(world.plan.seed, 'handlers');
    if (world.plan.handlers === undefined) return;
    for (const node of world.nodes) node.handlers = (run, call) => this.run(node, run, call);
  }

  heal(): void {
    this.healed = true;
  }

  private run(node: SimNode, run: HandlerRunId, call: HandlerCall): boolean {
    const { plan } = this.world;
    if (plan.handlers === undefined) return false;
    switch (call.name) {
      case 'fence-peer':
        if (call.peer !== undefined) this.fence(node, run, call.peer, this.random.pick(plan.handlers.fencePeer));
        return true;
      case 'unfence-peer':
        if (call.peer !== undefined) this.out.delete(call.peer);
        this.end(node, run, EXIT.ok);
        return true;
      case 'before-resync-target':
      case 'before-resync-source':
        this.end(node, run, this.isBroken(plan.handlers.beforeResyncFailsPermille) ? EXIT.broken : EXIT.ok);
        return true;
      default:
        return false;
    }
  }

  private isBroken(permille: number): boolean {
    return this.random.permille(permille) && !this.healed;
  }

  private fence(node: SimNode, run: HandlerRunId, peer: NodeId, kind: FenceKind): void {
    const victim = this.world.nodes[peer];
    if (kind === 'silent' || victim === undefined) return;
    if (kind === 'broken') return this.end(node, run, EXIT.broken);
    this.later(node, this.delayMs(), () => {
      if (kind === 'stonith') this.powerOff(node, run, victim);
      else this.outdate(node, run, victim);
    });
  }

  private powerOff(node: SimNode, run: HandlerRunId, victim: SimNode): void {
    if (victim.alive) {
      victim.note(`is powered off by a handler of n${node.id}`);
      this.world.kill(victim, 'process');
      this.world.agenda.after(this.random.pick(OFF_MS) * 1_000, EVENT_CLASS.fault, () => {
        if (victim.state === 'down') victim.start();
      });
    }
    this.report(node, run, victim, EXIT.stonith);
  }

  private outdate(node: SimNode, run: HandlerRunId, victim: SimNode): void {
    if (!victim.alive || victim.state !== 'up') return this.report(node, run, victim, EXIT.unreachable);
    // A machine that hangs gives no answer, and may wake up again.
    if (victim.paused) return this.end(node, run, EXIT.broken);
    const { incarnation } = victim;
    victim.request(
      (id) => ({ kind: 'outdate', id }),
      (outcome) => {
        if (victim.incarnation !== incarnation) return;
        if (!outcome.ok) this.end(node, run, victim.view.role === 'Primary' ? EXIT.primary : EXIT.broken);
        else {
          const half = victim.view.disk.every((state) => state === 'Inconsistent');
          this.report(node, run, victim, half ? EXIT.inconsistent : EXIT.outdated);
        }
      },
    );
  }

  /** From now on nobody opens it, before anybody acts on the answer. */
  private report(node: SimNode, run: HandlerRunId, victim: SimNode, exitCode: number): void {
    this.out.add(victim.id);
    this.end(node, run, exitCode);
  }

  private end(node: SimNode, run: HandlerRunId, exitCode: number): void {
    this.later(node, this.delayMs(), () => node.input({ kind: 'handler-done', run, exitCode }));
  }

  private delayMs(): number {
    const [least, most] = this.world.plan.handlers?.delayMs ?? [0, 0];
    return this.random.between(least, most);
  }

  /** A program dies with the node that runs it. */
  private later(node: SimNode, delayMs: number, action: () => void): void {
    const { incarnation } = node;
    this.world.agenda.after(delayMs * 1_000 + 1, EVENT_CLASS.fault, () => {
      if (node.alive && node.incarnation === incarnation) action();
    });
  }
}

/** For all that its disks say, nobody can take it for newest; nor while they are on their way in or out. */
export const isOutByItself = (states: readonly DiskState[]): boolean =>
  states.every((state) => state !== 'UpToDate' && state !== 'Consistent');
