/**
 * Runs a plan of the simulator on real satellites, and judges it with the simulator's own code: the history of what clients were
 * told (O1 to O4), the state that all have to come to (O26), the comparison of the replicas (O5), the plan's `expect`.
 */
import type { ReplicationEvent } from '../../../satellite/replication/events.ts';
import { inFlightReason, stuckReason } from '../../../sim/convergence.ts';
import { Ending } from '../../../sim/ending.ts';
import { judge, NO_MIGRATIONS } from '../../../sim/expectations.ts';
import { Fencing } from '../../../sim/fencing.ts';
import { History } from '../../../sim/oracles/history.ts';
import { checkIdentical, checkLegal } from '../../../sim/oracles/images.ts';
import { type OracleId, Violation } from '../../../sim/oracles/violation.ts';
import { type Plan, protocolBetween } from '../../../sim/plan.ts';
import { PLAN_BLOCK_BYTES } from '../../../sim/topology.ts';
import { eventually } from '../programs.ts';
import type { DiskCache } from './messages.ts';
import { ProcessClient } from './process-client.ts';
import { ProcessCluster } from './process-cluster.ts';
import { ProcessFork } from './process-fork.ts';
import type { ProcessNode } from './process-node.ts';
import { lacksDisk, RealFaults, requireSupported } from './real-faults.ts';
import { unrest } from './rest.ts';
import { decodeSectors } from './sectors.ts';
import { allow } from './sequel.ts';
import { Timeline } from './timeline.ts';

/** Where the plan leaves this much time, the runner waits until the cluster has come to rest. Milliseconds of the plan. */
const REST_MS = 700;
const REST_WITHIN_MS = 30_000;
const CONVERGE_WITHIN_MS = 45_000;
/** Openings that were refused in a row, where the cluster itself decides, count as "not now". */
const REFUSALS = 3;
const LATE = 'not within';

export interface ProcessResult {
  readonly violation: { readonly oracle: OracleId; readonly sentence: string } | undefined;
  readonly completed: number;
  readonly failed: number;
  readonly resyncs: number;
  readonly resyncBlocks: number;
  readonly inDoubt: number;
  /** What was done and when, in seconds since the start. */
  readonly lines: readonly string[];
  /** See `sim/ending.ts`. */
  readonly ending: Ending;
}

/** @throws OperationError PLAN_INVALID for a plan beyond the subset; whatever is not a broken promise. */
export async function runOnProcesses(plan: Plan, cache = cacheFor(plan)): Promise<ProcessResult> {
  requireSupported(plan);
  const run = new ProcessRun(plan, cache);
  try {
    await run.perform();
    return run.result(undefined);
  } catch (error) {
    if (error instanceof Violation) return run.result({ oracle: error.oracle, sentence: error.message });
    if (error instanceof Error && error.message.startsWith(LATE))
      return run.result({ oracle: 'O26', sentence: error.message });
    throw error;
  } finally {
    await run.end();
  }
}

/** Only a cache in the process can be lost with it. */
function cacheFor(plan: Plan): DiskCache {
  return plan.entries.some((entry) => entry.do === 'power-loss') ? 'process' : 'kernel';
}

interface Parts {
  readonly cluster: ProcessCluster;
  readonly fencing: Fencing<ProcessNode>;
  readonly client: ProcessClient;
  readonly fork: ProcessFork;
  readonly faults: RealFaults;
  readonly timeline: Timeline;
}

class ProcessRun {
  readonly #plan: Plan;
  readonly #cache: DiskCache;
  readonly #ending: Ending;
  readonly #lines: string[] = [];
  readonly #startedMs = performance.now();
  readonly #counts = { resyncs: 0, resyncBlocks: 0, inDoubt: 0 };
  #parts: Parts | undefined;
  /** What was found beside the course of the plan. */
  #broken: unknown;

  constructor(plan: Plan, cache: DiskCache) {
    this.#plan = plan;
    this.#cache = cache;
    this.#ending = new Ending(plan.nodes.length);
  }

  get #world(): Parts {
    if (this.#parts === undefined) throw new Error('the cluster is not up yet');
    return this.#parts;
  }

  result(violation: ProcessResult['violation']): ProcessResult {
    const { completed, failed } = this.#parts?.client ?? { completed: 0, failed: 0 };
    return { violation, completed, failed, ...this.#counts, lines: this.#lines, ending: this.#ending };
  }

  #note(what: string): void {
    this.#lines.push(`${((performance.now() - this.#startedMs) / 1_000).toFixed(2)} s  ${what}`);
  }

  async perform(): Promise<void> {
    await this.#begin();
    this.#note('all satellites serve');
    const { client, fork, faults, timeline } = this.#world;
    await this.#settle();
    this.#note('all replicas are in sync; the client begins');
    client.start();
    await this.#chaos(timeline);
    this.#note(`heal, after ${client.completed} operations`);
    await faults.heal();
    client.limit = this.#plan.workload.operations;
    await this.#settle();
    this.#note('converged');
    await client.finish();
    await this.#readBack();
    await this.#compare(fork.history);
    judge(this.#plan.expect, { ...NO_MIGRATIONS, ...this.#counts, completed: client.completed, ending: this.#ending });
  }

  async end(): Promise<void> {
    await this.#parts?.cluster.down();
  }

  // ---- phases

  async #begin(): Promise<void> {
    const plan = this.#plan;
    const cluster = await ProcessCluster.up(plan, this.#cache, {
      event: (node, event) => this.#notified(node, event),
      frame: (from, type) => this.#parts?.timeline.happened(from, type),
    });
    const history = new History(plan.volumes.map(({ blocks }) => (blocks * PLAN_BLOCK_BYTES) / plan.sectorBytes));
    const fencing: Fencing<ProcessNode> = new Fencing<ProcessNode>(
      cluster.nodes,
      plan.volumes.length,
      (a, b) => protocolBetween(plan, a, b),
      (volume) => {
        this.#counts.inDoubt += this.#world.fork.history.excuseUnflushed(volume);
      },
      plan.fencing === 'quorum',
    );
    fencing.begin(
      cluster.present.filter(({ id, diskful }) => diskful && plan.nodes[id]?.fresh !== true).map(({ id }) => id),
    );
    const client: ProcessClient = new ProcessClient({
      plan,
      cluster,
      fencing,
      history: () => this.#world.fork.history,
      acknowledged: (node, flush) => this.#world.timeline.happened(node, flush ? 'client-flush-ack' : 'client-ack'),
    });
    const fork = new ProcessFork({ plan, cluster, client, fencing }, history);
    const faults = new RealFaults({ plan, cluster, client, fencing, fork });
    const timeline = new Timeline(plan, (action, subject) => faults.begin(action, subject));
    this.#parts = { cluster, fencing, client, fork, faults, timeline };
  }

  async #chaos(timeline: Timeline): Promise<void> {
    const { client } = this.#world;
    for (;;) {
      const { next } = timeline;
      const until = next?.at ?? this.#plan.durationMs;
      // Without a further step all that is left to do is done, whatever time the plan gives it.
      client.limit = next === undefined ? this.#plan.workload.operations : timeline.operationsBy(until);
      const gapMs = until - timeline.now;
      const rests = gapMs >= REST_MS;
      const sinceMs = performance.now();
      // A short stall must not grow into a loss: short gaps are kept, as far as they are not over before.
      const isOver = (): boolean => !rests && next !== undefined && performance.now() - sinceMs >= gapMs;
      await eventually(
        `the client gets on by ${until} ms of the plan`,
        () => {
          if (timeline.next !== next || isOver()) return true;
          return this.#isClientDone() && (!rests || this.#unrest() === undefined);
        },
        { withinMs: REST_WITHIN_MS, everyMs: 5, otherwise: () => this.#unrest() ?? this.#describe() },
      );
      if (timeline.next === undefined) return;
      this.#note(`${timeline.next.at} ms of the plan, ${client.completed} operations: ${timeline.next.what}`);
      await timeline.advance();
    }
  }

  /** @throws what an oracle has found meanwhile */
  #check(): void {
    if (this.#broken !== undefined) throw this.#broken;
    this.#world.client.check();
  }

  /** It has done what it may, or can do no more as things are. */
  #isClientDone(): boolean {
    const { client, fencing, cluster } = this.#world;
    this.#check();
    const { openOn } = client;
    if (openOn === undefined) {
      if (client.held || (this.#plan.fencing === 'quorum' && client.refusals >= REFUSALS)) return true;
      return cluster.present.every((node) => fencing.eligibility(node) !== 'yes');
    }
    if (openOn.paused || openOn.view.suspended.length > 0) return true;
    return client.isSettled && client.isThrough;
  }

  #unrest(): string | undefined {
    const { cluster, faults } = this.#world;
    return unrest({
      present: cluster.present,
      areJoined: (a, b) => faults.areJoined(a, b),
      isHung: (node) => faults.stalled.has(node),
    });
  }

  /** O26: all is healed, and every promise about the end holds. */
  async #settle(): Promise<void> {
    const { cluster, client, faults } = this.#world;
    let reason: string | undefined;
    await eventually(
      'the cluster converges',
      async () => {
        this.#check();
        await faults.tidyUp();
        await Promise.all(cluster.present.map((node) => node.look()));
        reason = client.isThrough ? undefined : 'the client has not got all of its answers';
        reason ??= stuckReason(cluster.present) ?? inFlightReason(cluster.present);
        return reason === undefined;
      },
      { withinMs: CONVERGE_WITHIN_MS, everyMs: 20, otherwise: () => `${reason}; ${this.#describe()}` },
    );
  }

  async #readBack(): Promise<void> {
    const { cluster, fencing, client } = this.#world;
    const reader = cluster.present.find((node) => fencing.eligibility(node) === 'yes');
    if (reader === undefined) throw new Violation('O26', 'after convergence no node may be opened');
    await client.readEverything(reader);
  }

  /** From the files, once their processes have ended cleanly. */
  async #compare(history: History): Promise<void> {
    const { cluster } = this.#world;
    const { volumes, sectorBytes } = this.#plan;
    const diskful = cluster.present.filter((node) => node.diskful);
    await Promise.all(cluster.present.map((node) => node.stop()));
    const images = diskful.map((node) => ({
      node: node.id,
      views: volumes.map(({ blocks }, volume) =>
        decodeSectors(sectorBytes, volume, 0, cluster.image(node, volume).subarray(0, blocks * PLAN_BLOCK_BYTES)),
      ),
    }));
    const [reference] = images;
    if (reference === undefined) return;
    for (const { node, views } of images) {
      views.forEach((view, volume) => {
        checkIdentical(volume, { node: reference.node, view: reference.views[volume] }, { node, view });
      });
    }
    checkLegal(history, reference.views);
  }

  // ---- what the nodes tell

  #notified(node: ProcessNode, event: ReplicationEvent): void {
    this.#ending.notified(node.id, event);
    if (this.#parts === undefined) return;
    const { fencing, timeline, fork } = this.#parts;
    fork.notified(node, event);
    if (event.kind === 'role' && event.role === 'Primary') {
      fencing.promoted(node);
      void this.#countPrimaries().catch((error: unknown) => {
        this.#broken ??= error;
      });
    }
    if (event.kind === 'disk' && event.to === 'Diskless' && event.reason !== 'detach')
      fencing.died(node, 'process', event.volume);
    if (event.kind === 'resync-end' && event.side === 'target') {
      this.#counts.resyncs += 1;
      this.#counts.resyncBlocks += event.blocks - (event.equal ?? 0);
    }
    fencing.viewChanged(node);
    for (const name of eventNames(event)) timeline.happened(node, name);
  }

  /**
   * O11. What several processes tell arrives in any order: two Primaries are believed after both have said so twice, in turn.
   * Where the cluster fences by itself, one that is cut off may not know yet.
   */
  async #countPrimaries(): Promise<void> {
    const { cluster, fork } = this.#world;
    if (this.#plan.fencing === 'quorum') return;
    for (let round = 0; round < 2; round += 1) {
      const reachable = cluster.present.filter((node) => node.state === 'up' && !node.paused);
      for (const node of reachable) await allow(node.look());
      const primaries = reachable.filter((node) => node.view.role === 'Primary' && !fork.isApart(node));
      if (primaries.length < 2) return;
      if (round === 0) continue;
      throw new Violation('O11', `${primaries.map(({ id }) => `n${id}`).join(' and ')} are Primary at the same time`);
    }
  }

  #describe(): string {
    const { cluster, client, timeline } = this.#world;
    const nodes = cluster.present.map((node) => {
      const { view } = node;
      const disks = lacksDisk(node) ? `${view.disk.join()} (away)` : view.disk.join();
      const peers = node.config.peers.map(
        ({ node: peer }) => `n${peer} ${view.connection[peer]} ${view.replication[peer]?.join()}`,
      );
      return `n${node.id} ${node.state} ${view.role} ${disks} ${view.suspended.join()} [${peers.join('; ')}]`;
    });
    const where = client.openOn === undefined ? 'nowhere' : `n${client.openOn.id}`;
    return `at ${timeline.now} ms of the plan the client is on ${where}, ${client.completed} operations done\n${nodes.join('\n')}`;
  }
}

/** As the simulator names them for `when`. */
function eventNames(event: ReplicationEvent): readonly string[] {
  switch (event.kind) {
    case 'role':
      return [`role:${event.role}`];
    case 'disk':
      return [`disk:${event.to}`];
    case 'replication':
      return [`replication:${event.to}`];
    case 'resync-end':
    case 'handshake':
    case 'verify-end':
      return [event.kind];
    default:
      return [];
  }
}
