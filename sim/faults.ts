/**
 * Carries out the entries of a plan: waits for their time or their event, resolves who is meant, does it, undoes it. An action
 * that would leave the envelope (the last current copy, a node that is down already) is skipped, which is deterministic too.
 */
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Administrator } from './admin-actions.ts';
import { type ComparisonWorld, rot, startInvalidate, startVerify } from './comparison-actions.ts';
import type { Client } from './clients.ts';
import type { Course } from './course.ts';
import type { ForkAction } from './fork.ts';
import type { Migration } from './migration.ts';
import { durationOf, isDeathOf } from './plan-entries.ts';
import { LinkFaults } from './link-faults.ts';
import { Violation } from './oracles/violation.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from './plan.ts';
import { RandomStream } from './prng.ts';
import { addReplica, beginGeneration, forgetPeer, keepsOthersTogether, removeReplica } from './replica-changes.ts';
import { actOnResync, resumeResyncs } from './resync-actions.ts';
import { resolveSelector } from './selectors.ts';
import { actOnSize, enlargeAll } from './size-actions.ts';
import type { DeathKind, SimNode } from './sim-node.ts';
import type { SimNetwork } from './sim-network.ts';
import { onceAllHold, Stage } from './staging.ts';
import { drawSurvivors, type SurvivorKind } from './survivors.ts';
import type { Trace } from './trace.ts';

const STOP_LIMIT_US = 10_000_000;

interface Armed {
  readonly entry: PlanEntry;
  readonly index: number;
  remaining: number;
}

export interface FaultWorld extends ComparisonWorld {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly trace: Trace;
  readonly nodes: readonly SimNode[];
  readonly network: SimNetwork;
  readonly client: Client;
  /** @param everybody all nodes die at this moment, one after the other */
  kill(node: SimNode, kind: DeathKind, survivors: SurvivorKind, everybody?: boolean): void;
  /** An action is carried out on these nodes. */
  watch(action: PlanAction['do'], nodes: readonly SimNode[], forMs: number | undefined): void;
  readonly administrator: Administrator;
  readonly course: Course;
  renew(node: SimNode): void;
  fork(action: ForkAction): void;
  readonly migration: Migration;
}

export class Faults {
  private readonly world: FaultWorld;
  private readonly links: LinkFaults;
  private readonly stage: Stage;
  private readonly armed = new Map<string, Armed[]>();
  private readonly random: RandomStream;
  private pendingEntries = 0;
  /** Ids of entries, and of those that were carried out: what is counted only after them waits. */
  private readonly ids: ReadonlySet<string>;
  private readonly done = new Set<string>();
  /** What is being carried out. */
  private acting: PlanAction = { do: 'quiet', forMs: 0 };
  private over = false;

  constructor(world: FaultWorld) {
    this.world = world;
    this.links = new LinkFaults(world, (delayMs, action) => this.later(delayMs, action));
    this.stage = new Stage(world, this.links, (selector, subject, act) => this.withNode(selector, subject, act));
    this.random = new RandomStream(world.plan.seed, 'faults');
    this.ids = new Set(world.plan.entries.flatMap(({ id }) => (id === undefined ? [] : [id])));
  }

  /** Timed entries that have not run yet, and second halves (restarts, ends of partitions) that are still to come. */
  get pending(): number {
    return this.pendingEntries;
  }

  /** The chaos has ended: no entry happens any more. */
  get isOver(): boolean {
    return this.over;
  }

  start(): void {
    this.world.plan.entries.forEach((entry, index) => {
      if (entry.at !== undefined) {
        this.pendingEntries += 1;
        this.world.agenda.schedule(entry.at * 1_000, EVENT_CLASS.fault, () => {
          this.pendingEntries -= 1;
          this.run(entry, index, undefined);
        });
      } else if (entry.when !== undefined) {
        const list = this.armed.get(entry.when.event) ?? [];
        list.push({ entry, index, remaining: entry.when.nth });
        this.armed.set(entry.when.event, list);
      } else if (entry.once?.after === undefined) this.lookFor(entry, index);
    });
  }

  private lookFor(entry: PlanEntry, index: number): void {
    const { world } = this;
    if (entry.once === undefined) return;
    onceAllHold(
      world,
      entry.once.that,
      () => this.over,
      () => world.agenda.after(entry.delayUs ?? 0, EVENT_CLASS.fault, () => this.run(entry, index, undefined)),
    );
  }

  /** Something happened on a node; fires what was waiting for it, never within the core's own turn. */
  happened(node: SimNode, event: TriggerEvent | string, peer?: number): void {
    if (this.armed.size === 0 || this.over) return;
    const list = this.armed.get(event);
    if (list === undefined) return;
    for (const armed of list) {
      const { when, delayUs } = armed.entry;
      if (when?.after !== undefined && this.ids.has(when.after) && !this.done.has(when.after)) continue;
      if (when?.node !== undefined && when.node !== node.id) continue;
      if (when?.peer !== undefined && when.peer !== peer) continue;
      armed.remaining -= 1;
      if (armed.remaining !== 0) continue;
      if (event === 'persistence-point') node.severed = isDeathOf(armed.entry);
      this.world.agenda.after(delayUs ?? 0, EVENT_CLASS.fault, () => this.run(armed.entry, armed.index, node));
    }
  }

  /** Ends the chaos: everything that has a duration ends, the dead return. */
  heal(): void {
    this.over = true;
    const { network, nodes } = this.world;
    network.healAll();
    for (const node of nodes) {
      for (const disk of node.disks) disk?.clearFaults();
      if (node.severed) this.world.kill(node, 'process', 'nothing');
      if (node.paused) node.resume();
      if (node.state === 'down') node.start();
    }
    this.world.administrator.heal();
    resumeResyncs(nodes);
    enlargeAll(nodes);
    // Whoever lets a link end for its congestion has to connect it again.
    if (this.world.plan.options?.['onCongestion'] === 'disconnect') this.reconnectAll();
  }

  private reconnectAll(): void {
    for (const node of this.world.nodes) {
      for (const { node: peer } of node.config.peers)
        if (node.state === 'up')
          node.request(
            (id) => ({ kind: 'connect', id, peer }),
            () => {},
          );
    }
  }

  private run(entry: PlanEntry, index: number, subject: SimNode | undefined): void {
    if (this.over) return;
    const { trace } = this.world;
    trace.mix(4, index, 0);
    if (trace.recording) trace.line(undefined, `plan entry ${index}: ${JSON.stringify(entry)}`);
    this.acting = entry;
    this.world.course.entry(index, entry.id);
    this.act(entry, subject);
    if (entry.id !== undefined) this.carriedOut(entry.id);
  }

  /** What waits for this entry begins to wait. */
  private carriedOut(id: string): void {
    const { plan, nodes } = this.world;
    this.done.add(id);
    const first = nodes[0];
    if (first !== undefined) this.happened(first, 'carried-out');
    plan.entries.forEach((entry, index) => {
      if (entry.once?.after === id) this.lookFor(entry, index);
    });
  }

  private act(action: PlanAction, subject: SimNode | undefined): void {
    switch (action.do) {
      case 'crash':
        return this.withNode(action.node, subject, (node) => this.kill(node, 'process', 'nothing', action.restartMs));
      case 'power-loss':
        return this.powerLoss(action, subject);
      case 'stop':
        return this.withNode(action.node, subject, (node) => this.stop(node, action.restartMs));
      case 'lose':
        return this.withNode(action.node, subject, (node) => this.lose(node));
      case 'start':
        return this.withNode(action.node, subject, (node) => this.restart(node));
      case 'pause':
        return this.withNode(action.node, subject, (node) => this.pause(node, action.forMs));
      case 'disk-error':
        return this.withNode(action.node, subject, (node) =>
          node.disks[action.volume]?.failNth(action.operation, action.nth, action.anywhere === true),
        );
      case 'disk-hang':
        return this.withNode(action.node, subject, (node) => node.disks[action.volume]?.hang(action.forMs * 1_000));
      case 'detach':
      case 'replace-disk':
      case 'toggle-disk':
      case 'promote':
      case 'suspend-io':
      case 'outdate':
        return this.withNode(action.node, subject, (node) => this.world.administrator.act(action, node));
      case 'grow-disk':
      case 'resize':
      case 'bitmap-block-size':
        return this.withNode(action.node, subject, (node) => actOnSize(action, node));
      case 'migrate':
        return this.withNode(action.node, subject, (node) => this.world.migration.begin(action, node));
      case 'slow-disk':
        return this.withNode(action.node, subject, (node) => this.slowDisk(node, action.factor, action.forMs));
      case 'add-replica':
        return this.withNode(action.node, subject, (node) => addReplica(this.world.plan, this.world.nodes, node));
      case 'remove-replica':
        return this.withNode(action.node, subject, (node) => this.removeReplica(node));
      case 'stall-disk':
        return this.withNode(action.node, subject, (node) => this.stallDisk(node, action.forMs));
      case 'clock-jump':
        return this.withNode(action.node, subject, (node) => node.clockJumps(action.ms));
      case 'switch': {
        const to = action.node === undefined ? undefined : this.resolve(action.node, subject);
        this.world.client.switchTo(to, action.abrupt === true);
        return;
      }
      case 'quiet':
        this.world.client.quietUntil = this.world.agenda.now + action.forMs * 1_000;
        return;
      case 'isolate':
        return this.withNode(action.node, subject, (node) => this.links.isolate(node, action.forMs));
      case 'recreate':
        return this.withNode(action.node, subject, (node) => this.recreate(node, action.restartMs));
      case 'new-current-uuid':
        return this.withNode(action.node, subject, (node) => beginGeneration(this.world, node, action.how));
      case 'set-option':
        this.told([]);
        return this.world.administrator.setOption(action.name, action.value);
      case 'fork':
        return this.world.fork(action);
      default:
        if (!this.stage.act(action, subject)) this.actOnPair(action, subject);
    }
  }

  private actOnPair(action: PlanAction, subject: SimNode | undefined): void {
    switch (action.do) {
      case 'disconnect':
        return this.withPair(action.node, action.peer, subject, (node, peer) =>
          this.world.administrator.disconnect(node, peer, action.forMs),
        );
      case 'connect':
        return this.withPair(action.node, action.peer, subject, (node, peer) =>
          this.world.administrator.connect(node, peer, action.discardMyData === true),
        );
      case 'verify':
      case 'invalidate':
      case 'invalidate-remote':
      case 'rot':
        return this.compare(action, subject);
      case 'forget':
        return this.withPair(action.node, action.peer, subject, (node, peer) =>
          forgetPeer(this.world.agenda, node, peer, action),
        );
      case 'pause-sync':
      case 'resume-sync':
      case 'resync-turn':
        return this.withPair(action.node, action.peer, subject, (node, peer) =>
          actOnResync(this.world.agenda, action, node, peer),
        );
      default:
        return this.actOnLink(action, subject);
    }
  }

  private actOnLink(action: PlanAction, subject: SimNode | undefined): void {
    const { network } = this.world;
    switch (action.do) {
      case 'reset':
        return this.withPair(action.a, action.b, subject, (a, b) => network.reset(a.id, b.id));
      case 'half-open':
        return this.withPair(action.a, action.b, subject, (a, b) => network.halfOpen(a.id, b.id));
      case 'stall':
        return this.withPair(action.from, action.to, subject, (from, to) =>
          this.links.block([[from.id, to.id]], action.forMs),
        );
      case 'cut':
        return this.withPair(action.a, action.b, subject, (a, b) => this.links.cut(a, b, action.forMs));
      case 'flap':
        return this.withPair(action.a, action.b, subject, (a, b) =>
          this.links.flap(a, b, action.periodMs, action.times),
        );
      case 'slow-link':
        return this.withPair(action.a, action.b, subject, (a, b) =>
          this.links.slowLink(a, b, action.delayMs, action.forMs),
        );
      case 'corrupt':
        return this.withPair(action.from, action.to, subject, (from, to) =>
          network.corruptNext(from.id, to.id, action.what, action.frame),
        );
      default:
        return;
    }
  }

  private compare(
    action: Extract<PlanAction, { do: 'verify' | 'invalidate' | 'invalidate-remote' | 'rot' }>,
    subject: SimNode | undefined,
  ): void {
    const { world } = this;
    switch (action.do) {
      case 'verify':
        return this.withPair(action.node, action.peer, subject, (node, peer) =>
          startVerify(world, node, peer, action.volume, action.resume === true),
        );
      case 'invalidate':
        return this.withNode(action.node, subject, (node) => {
          const peer = action.peer === undefined ? undefined : this.resolve(action.peer, subject, node);
          startInvalidate(world, node, node, peer, action);
        });
      case 'invalidate-remote':
        return this.withPair(action.node, action.peer, subject, (node, peer) =>
          startInvalidate(world, node, peer, undefined, action),
        );
      case 'rot':
        return this.withNode(action.node, subject, (node) =>
          rot(world, this.random, node, action.volume, action.sectors),
        );
    }
  }

  // ---- nodes

  private kill(
    node: SimNode,
    kind: DeathKind,
    survivors: SurvivorKind,
    restartMs: number | undefined,
    everybody = false,
  ): void {
    if (!node.alive) return;
    this.world.kill(node, kind, survivors, everybody);
    if (restartMs !== undefined) this.later(restartMs, () => this.restart(node));
  }

  private powerLoss(action: Extract<PlanAction, { do: 'power-loss' }>, subject: SimNode | undefined): void {
    const victims =
      action.node === 'all'
        ? this.world.nodes
        : [this.resolve(action.node, subject)].filter((node) => node !== undefined);
    this.told(victims);
    for (const node of victims) {
      const survivors = action.survivors ?? drawSurvivors(this.random);
      this.kill(node, 'power', survivors, action.restartMs, action.node === 'all');
    }
  }

  private stop(node: SimNode, restartMs: number | undefined): void {
    if (!node.alive || node.paused || node.state !== 'up') return;
    const { incarnation } = node;
    node.stopping = true;
    const running = (): boolean => node.alive && node.incarnation === incarnation;
    node.request(
      (id) => ({ kind: 'shutdown', id }),
      () => {
        this.world.agenda.after(0, EVENT_CLASS.fault, () => {
          if (!running()) return;
          this.world.kill(node, 'stop', 'nothing');
          if (this.over) node.start();
          else if (restartMs !== undefined) this.later(restartMs, () => this.restart(node));
        });
      },
    );
    this.world.agenda.after(STOP_LIMIT_US, EVENT_CLASS.fault, () => {
      if (running())
        throw new Violation(
          'O26',
          `n${node.id} does not end ${STOP_LIMIT_US / 1e6} s after a clean shutdown was asked for`,
        );
    });
  }

  private lose(node: SimNode): void {
    const { fencing, nodes } = this.world;
    if (!node.alive || !fencing.isSpare(node) || !keepsOthersTogether(nodes, node)) return;
    this.world.kill(node, 'process', 'nothing');
    node.state = 'lost';
    fencing.excuseIfAllLost();
  }

  private removeReplica(node: SimNode): void {
    const { fencing, nodes } = this.world;
    if (!node.alive || node.view.role === 'Primary' || !fencing.isSpare(node)) return;
    if (!keepsOthersTogether(nodes, node)) return;
    this.world.kill(node, 'stop', 'nothing');
    removeReplica(nodes, node);
    fencing.excuseIfAllLost();
  }

  private restart(node: SimNode): void {
    if (node.state === 'down' && !this.over) node.start();
  }

  private pause(node: SimNode, forMs: number): void {
    node.pause();
    this.later(forMs, () => node.resume());
  }

  private slowDisk(node: SimNode, factor: number, forMs: number): void {
    for (const disk of node.disks) if (disk !== undefined) disk.slowness = factor;
    this.later(forMs, () => {
      for (const disk of node.disks) if (disk !== undefined) disk.slowness = 1;
    });
  }

  private stallDisk(node: SimNode, forMs: number): void {
    const until = this.world.agenda.now + forMs * 1_000;
    for (const disk of node.disks) disk?.stallUntil(until);
  }

  /** Only while the current data have a sound copy elsewhere. */
  private recreate(node: SimNode, restartMs: number | undefined): void {
    if (!node.diskful || !node.alive || node.view.role === 'Primary' || !this.world.fencing.isSpare(node)) return;
    this.world.kill(node, 'process', 'nothing');
    this.world.renew(node);
    this.world.fencing.emptied(node);
    if (restartMs !== undefined) this.later(restartMs, () => this.restart(node));
  }

  // ---- who is meant

  private withNode(selector: NodeSelector, subject: SimNode | undefined, act: (node: SimNode) => void): void {
    const node = this.resolve(selector, subject);
    if (node === undefined) return;
    this.told([node]);
    act(node);
  }

  private withPair(
    first: NodeSelector,
    second: NodeSelector,
    subject: SimNode | undefined,
    act: (a: SimNode, b: SimNode) => void,
  ): void {
    const a = this.resolve(first, subject);
    const b = this.resolve(second, subject, a);
    if (a === undefined || b === undefined || a === b) return;
    this.told([a, b]);
    act(a, b);
  }

  private told(nodes: readonly SimNode[]): void {
    this.world.watch(this.acting.do, nodes, durationOf(this.acting));
  }

  private resolve(selector: NodeSelector, subject: SimNode | undefined, besides?: SimNode): SimNode | undefined {
    const { nodes, fencing } = this.world;
    return resolveSelector({ nodes, fencing, random: this.random }, selector, subject, besides);
  }

  /** The second half of an action; dropped when the heal came first and undid it. */
  private later(delayMs: number, action: () => void): void {
    this.pendingEntries += 1;
    this.world.agenda.after(delayMs * 1_000, EVENT_CLASS.fault, () => {
      this.pendingEntries -= 1;
      if (!this.over) action();
    });
  }
}
