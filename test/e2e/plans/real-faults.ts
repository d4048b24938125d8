/**
 * The actions of a plan on real processes. What an action takes back later is returned as its sequel: the runner decides when
 * that time has come (docs/simulator.md, "Plans on real processes").
 */
import { OperationError } from '../../../common/errors.ts';
import type { VolumeNumber } from '../../../common/ids.ts';
import type { Fencing } from '../../../sim/fencing.ts';
import type { DeathKind } from '../../../sim/sim-node.ts';
import { assert } from '../../../common/assert.ts';
import type { NodeSelector, Plan, PlanAction } from '../../../sim/plan.ts';
import { RandomStream } from '../../../sim/prng.ts';
import { drawSurvivors } from '../../../sim/survivors.ts';
import { eventually } from '../programs.ts';
import type { ProcessClient } from './process-client.ts';
import type { ProcessCluster } from './process-cluster.ts';
import type { ProcessFork } from './process-fork.ts';
import type { ProcessNode } from './process-node.ts';
import { allow, type Sequel } from './sequel.ts';

/** Longer than any run. */
const RUN_WITHIN_MS = 300_000;
const NOTHING: readonly Sequel[] = [];

/** Everything else is refused before anything starts. */
const SUPPORTED: ReadonlySet<PlanAction['do']> = new Set([
  'crash',
  'power-loss',
  'stop',
  'start',
  'pause',
  'reset',
  'stall',
  'cut',
  'isolate',
  'flap',
  'slow-link',
  'disk-error',
  'slow-disk',
  'stall-disk',
  'switch',
  'quiet',
  'add-replica',
  'disconnect',
  'detach',
  'promote',
  'fork',
]);

/** What a staged plan ends by another entry. */
const OPEN_ENDED: ReadonlySet<string> = new Set(['cut', 'isolate', 'disconnect', 'detach']);

function ended(forMs: number | undefined): number {
  assert(forMs !== undefined, 'a plan for processes ends what it begins');
  return forMs;
}

/** @throws OperationError PLAN_INVALID naming what processes cannot do. */
export function requireSupported(plan: Plan): void {
  const strange = plan.entries.map((entry) => entry.do).find((name) => !SUPPORTED.has(name));
  const isStaged = plan.entries.some(
    (entry) =>
      entry.once !== undefined || (OPEN_ENDED.has(entry.do) && !('forMs' in entry && entry.forMs !== undefined)),
  );
  const both = ['crash', 'power-loss'].every((name) => plan.entries.some((entry) => entry.do === name));
  const cause =
    strange !== undefined
      ? `the action ${strange} exists in the simulator only`
      : isStaged
        ? 'an entry that waits for a state, or is ended by another one, exists in the simulator only'
        : both
          ? 'crash and power-loss in one plan: a process either keeps its disk cache or loses it'
          : undefined;
  if (cause === undefined) return;
  throw new OperationError('PLAN_INVALID', `the plan ${plan.name} cannot be run on processes`, {
    cause,
    correction: 'docs/simulator.md says what can: "Plans on real processes".',
  });
}

export interface FaultedCluster {
  readonly plan: Plan;
  readonly cluster: ProcessCluster;
  readonly client: ProcessClient;
  readonly fencing: Fencing<ProcessNode>;
  readonly fork: ProcessFork;
}

export class RealFaults {
  readonly #world: FaultedCluster;
  readonly #random: RandomStream;
  /** Directed pairs that are held, `from>to`. */
  readonly #held = new Set<string>();
  readonly #silenced = new Map<ProcessNode, () => void>();
  readonly stalled = new Set<ProcessNode>();

  constructor(world: FaultedCluster) {
    this.#world = world;
    this.#random = new RandomStream(world.plan.seed, 'faults');
  }

  /** Could these two talk in both directions, as far as the network goes? */
  areJoined(a: ProcessNode, b: ProcessNode): boolean {
    return !this.#held.has(`${a.id}>${b.id}`) && !this.#held.has(`${b.id}>${a.id}`);
  }

  async begin(action: PlanAction, subject: ProcessNode | undefined): Promise<readonly Sequel[]> {
    switch (action.do) {
      case 'crash':
        return this.#onNode(action.node, subject, (node) => this.#die(node, 'process', action.restartMs));
      case 'stop':
        return this.#onNode(action.node, subject, (node) => this.#die(node, 'stop', action.restartMs));
      case 'start':
        return this.#onNode(action.node, subject, (node) => this.#start(node));
      case 'power-loss':
        return this.#powerLoss(action, subject);
      case 'pause':
        return this.#onNode(action.node, subject, (node) => this.#pause(node, action.forMs));
      case 'disk-error':
        return this.#onNode(action.node, subject, (node) => this.#failDisk(node, action));
      case 'slow-disk':
      case 'stall-disk':
        return this.#onNode(action.node, subject, (node) => this.#stallDisk(node, action.forMs));
      case 'detach':
        return this.#onNode(action.node, subject, (node) => this.#detach(node, action));
      case 'promote':
        return this.#onNode(action.node, subject, (node) => this.#promote(node, action.forMs));
      case 'add-replica':
        return this.#onNode(action.node, subject, async (node) => {
          await this.#world.cluster.add(node.id);
          return NOTHING;
        });
      case 'switch': {
        const to = action.node === undefined ? undefined : this.#resolve(action.node, subject);
        this.#world.client.switchTo(to, action.abrupt === true);
        return NOTHING;
      }
      case 'fork':
        return this.#world.fork.begin(action, (node, forMs) => this.#isolate(node, forMs));
      default:
        return this.#onLinks(action, subject);
    }
  }

  /** All that has no end of its own ends, the dead return, disks are in order. */
  async heal(): Promise<void> {
    const { cluster, plan } = this.#world;
    this.#held.clear();
    cluster.links.releaseAll();
    for (const node of cluster.present) {
      if (node.paused) node.resume();
      if (node.state === 'down') await this.#start(node);
      else await node.call({ do: 'resume' });
      await node.call({ do: 'heal-disks' });
    }
    this.stalled.clear();
    if (plan.attachAtHeal === true) return;
    for (const node of cluster.present.filter(lacksDisk)) {
      await this.#die(node, 'process', undefined);
      await this.#start(node);
    }
  }

  /** What an administrator sees to after the heal, again and again: disks that are away, links that nobody wants. */
  async tidyUp(): Promise<void> {
    for (const node of this.#world.cluster.present.filter((each) => each.state === 'up')) {
      for (const { volume } of node.config.volumes) {
        if (node.diskful && node.view.disk[volume] === 'Diskless') await allow(node.call({ do: 'attach', volume }));
      }
      for (const { node: peer } of node.config.peers) {
        if (node.view.connection[peer] === 'StandAlone') await allow(node.perform({ kind: 'connect', peer }));
      }
    }
  }

  // ---- nodes

  async #die(node: ProcessNode, kind: DeathKind, restartMs: number | undefined): Promise<readonly Sequel[]> {
    if (!node.alive) return NOTHING;
    if (kind === 'stop') await node.stop();
    else await node.kill();
    await this.#mourn(node, kind);
    return this.#restartLater(node, restartMs);
  }

  /** What the client had asked it is not answered any more; only then is it known what was promised. */
  async #mourn(node: ProcessNode, kind: DeathKind): Promise<void> {
    const { client, fencing } = this.#world;
    await eventually(`the client notices the end of n${node.id}`, () => {
      client.check();
      return !client.waitsFor(node);
    });
    fencing.died(node, kind);
  }

  async #powerLoss(
    action: Extract<PlanAction, { do: 'power-loss' }>,
    subject: ProcessNode | undefined,
  ): Promise<readonly Sequel[]> {
    const { cluster, plan } = this.#world;
    const chosen = action.node === 'all' ? cluster.present : [this.#resolve(action.node, subject)];
    const victims = chosen.filter((node) => node?.state === 'up').filter((node) => node !== undefined);
    const survivors = victims.map(() => action.survivors ?? drawSurvivors(this.#random));
    for (const node of victims) this.#silenced.set(node, cluster.links.silence(node.id));
    await Promise.all(
      victims.map((node, index) =>
        node.call({ do: 'cut-power', survivors: survivors[index] ?? 'nothing', seed: plan.seed + node.id }),
      ),
    );
    await Promise.all(victims.map((node) => node.kill()));
    const sequels: Sequel[] = [];
    for (const node of victims) await this.#mourn(node, 'power');
    for (const node of victims) sequels.push(...this.#restartLater(node, action.restartMs));
    return sequels;
  }

  #restartLater(node: ProcessNode, restartMs: number | undefined): readonly Sequel[] {
    return restartMs === undefined ? NOTHING : [{ afterMs: restartMs, act: () => this.#start(node) }];
  }

  async #start(node: ProcessNode): Promise<readonly Sequel[]> {
    if (node.state !== 'down') return NOTHING;
    this.#silenced.get(node)?.();
    this.#silenced.delete(node);
    this.stalled.delete(node);
    await node.start();
    return NOTHING;
  }

  async #pause(node: ProcessNode, forMs: number): Promise<readonly Sequel[]> {
    if (node.state !== 'up') return NOTHING;
    node.pause();
    return [{ afterMs: forMs, act: undo(() => node.resume()) }];
  }

  // ---- disks

  async #failDisk(
    node: ProcessNode,
    { volume, operation, nth }: Extract<PlanAction, { do: 'disk-error' }>,
  ): Promise<readonly Sequel[]> {
    const area = operation === 'metadata' ? 'metadata' : 'data';
    const failing = operation === 'metadata' ? 'write' : operation;
    await node.call({ do: 'fail', volume: volume as VolumeNumber, area, operation: failing, nth });
    return NOTHING;
  }

  async #stallDisk(node: ProcessNode, forMs: number): Promise<readonly Sequel[]> {
    await node.call({ do: 'stall' });
    this.stalled.add(node);
    const resume = async (): Promise<readonly Sequel[]> => {
      this.stalled.delete(node);
      if (node.state === 'up') await node.call({ do: 'resume' });
      return NOTHING;
    };
    return [{ afterMs: forMs, act: resume }];
  }

  async #detach(
    node: ProcessNode,
    { volume, forMs, force }: Extract<PlanAction, { do: 'detach' }>,
  ): Promise<readonly Sequel[]> {
    const number = volume as VolumeNumber;
    const detaches = node.perform({ kind: 'detach', volume: number, force: force === true });
    if (!(await allow(detaches))) return NOTHING;
    const attach = async (): Promise<readonly Sequel[]> => {
      if (node.state === 'up') await allow(node.call({ do: 'attach', volume: number }));
      return NOTHING;
    };
    return [{ afterMs: ended(forMs), act: attach }];
  }

  async #promote(node: ProcessNode, forMs: number): Promise<readonly Sequel[]> {
    if (!(await allow(node.perform({ kind: 'promote', force: false })))) return NOTHING;
    // In use it cannot be demoted: again and again, until its client has gone elsewhere. Nobody waits for that.
    const demote = undo(() => {
      const isDone = (): Promise<boolean> | true => node.state !== 'up' || allow(node.perform({ kind: 'demote' }));
      void allow(eventually(`n${node.id} is demoted by hand`, isDone, { withinMs: RUN_WITHIN_MS, everyMs: 50 }));
    });
    return [{ afterMs: forMs, act: demote }];
  }

  // ---- links

  async #onLinks(action: PlanAction, subject: ProcessNode | undefined): Promise<readonly Sequel[]> {
    const { links } = this.#world.cluster;
    switch (action.do) {
      case 'isolate':
        return this.#onNode(action.node, subject, (node) => this.#isolate(node, ended(action.forMs)));
      case 'cut':
        return this.#onPair(action.a, action.b, subject, (a, b) =>
          this.#hold([`${a.id}>${b.id}`, `${b.id}>${a.id}`], ended(action.forMs)),
        );
      case 'stall':
        return this.#onPair(action.from, action.to, subject, (from, to) =>
          this.#hold([`${from.id}>${to.id}`], action.forMs),
        );
      case 'reset':
        return this.#onPair(action.a, action.b, subject, async (a, b) => {
          links.reset(a.id, b.id);
          return NOTHING;
        });
      case 'flap':
        return this.#onPair(action.a, action.b, subject, (a, b) => this.#flap(a, b, action.periodMs, action.times));
      case 'slow-link':
        return this.#onPair(action.a, action.b, subject, async (a, b) => {
          const set = (delayMs: number): void => {
            links.delay(a.id, b.id, delayMs);
            links.delay(b.id, a.id, delayMs);
          };
          set(action.delayMs);
          return [{ afterMs: action.forMs, act: undo(() => set(0)) }];
        });
      case 'disconnect':
        return this.#onPair(action.node, action.peer, subject, (node, peer) =>
          this.#disconnect(node, peer, ended(action.forMs)),
        );
      default:
        return NOTHING;
    }
  }

  async #isolate(node: ProcessNode, forMs: number): Promise<readonly Sequel[]> {
    const others = node.config.peers.map((peer) => peer.node);
    return this.#hold(
      others.flatMap((other) => [`${node.id}>${other}`, `${other}>${node.id}`]),
      forMs,
    );
  }

  async #hold(directions: readonly string[], forMs: number): Promise<readonly Sequel[]> {
    const { links } = this.#world.cluster;
    const each = (act: (from: number, to: number) => void): void => {
      for (const direction of directions) {
        const [from = '', to = ''] = direction.split('>');
        act(Number(from), Number(to));
      }
    };
    for (const direction of directions) this.#held.add(direction);
    each((from, to) => links.hold(from, to));
    const release = undo(() => {
      for (const direction of directions) this.#held.delete(direction);
      each((from, to) => links.release(from, to));
    });
    return [{ afterMs: forMs, act: release }];
  }

  /** Each time once the link is up again: a reset of nothing would be no flap. */
  async #flap(a: ProcessNode, b: ProcessNode, periodMs: number, times: number): Promise<readonly Sequel[]> {
    if (times === 0) return NOTHING;
    await eventually(
      `n${a.id} and n${b.id} are connected`,
      () => a.view.connection[b.id] === 'Connected' && b.view.connection[a.id] === 'Connected',
      { everyMs: 2 },
    );
    this.#world.cluster.links.reset(a.id, b.id);
    return [{ afterMs: periodMs, act: () => this.#flap(a, b, periodMs, times - 1) }];
  }

  async #disconnect(node: ProcessNode, peer: ProcessNode, forMs: number): Promise<readonly Sequel[]> {
    if (node.state !== 'up' || node.paused) return NOTHING;
    await allow(node.perform({ kind: 'disconnect', peer: peer.id }));
    const reconnect = async (): Promise<readonly Sequel[]> => {
      if (node.state === 'up') await allow(node.perform({ kind: 'connect', peer: peer.id }));
      return NOTHING;
    };
    return [{ afterMs: forMs, act: reconnect }];
  }

  // ---- who is meant

  async #onNode(
    selector: NodeSelector,
    subject: ProcessNode | undefined,
    act: (node: ProcessNode) => Promise<readonly Sequel[]>,
  ): Promise<readonly Sequel[]> {
    const node = this.#resolve(selector, subject);
    return node === undefined ? NOTHING : act(node);
  }

  async #onPair(
    first: NodeSelector,
    second: NodeSelector,
    subject: ProcessNode | undefined,
    act: (a: ProcessNode, b: ProcessNode) => Promise<readonly Sequel[]>,
  ): Promise<readonly Sequel[]> {
    const a = this.#resolve(first, subject);
    const b = this.#resolve(second, subject, a);
    return a === undefined || b === undefined || a === b ? NOTHING : act(a, b);
  }

  #resolve(selector: NodeSelector, subject: ProcessNode | undefined, besides?: ProcessNode): ProcessNode | undefined {
    const { cluster, fencing } = this.#world;
    if (typeof selector === 'number') return cluster.nodes[selector];
    const running = cluster.present.filter((node) => node.alive && node !== besides);
    switch (selector) {
      case 'primary':
        return fencing.primary();
      case 'old-primary':
        return fencing.lastPrimary();
      case 'secondary':
        return running.find((node) => node.view.role !== 'Primary');
      case 'sync-target':
        return running.find((node) => node.view.syncs('SyncTarget'));
      case 'sync-source':
        return running.find((node) => node.view.syncs('SyncSource'));
      case 'about-to-ack':
      case 'any':
        return running[0];
      case 'subject':
        return subject;
    }
  }
}

export function lacksDisk(node: ProcessNode): boolean {
  return node.diskful && node.config.volumes.some(({ volume }) => node.view.disk[volume] === 'Diskless');
}

function undo(act: () => void): Sequel['act'] {
  return () => {
    act();
    return Promise.resolve(NOTHING);
  };
}
