/**
 * One run of one plan: builds the world, lets the chaos pass, heals, demands convergence, reads everything back. All oracles
 * are on throughout. Deterministic: equal plans give equal trace hashes.
 */
import type { NodeId } from '../common/ids.ts';
import type { ReplicationEvent } from '../satellite/replication/events.ts';
import type { Frame } from '../satellite/replication/wire/frames.ts';
import type { Payload } from '../satellite/replication/payload.ts';
import { Administrator } from './admin-actions.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import { agendaOf, buildNode } from './build.ts';
import { Client } from './clients.ts';
import { inFlightReason, stuckReason } from './convergence.ts';
import { Course } from './course.ts';
import { Ending } from './ending.ts';
import { judge } from './expectations.ts';
import { Faults } from './faults.ts';
import { Fork } from './fork.ts';
import { Fencing } from './fencing.ts';
import { chooseCore } from './heal.ts';
import { Migration } from './migration.ts';
import { leaveOutAbsent } from './replica-changes.ts';
import { AckOracle } from './oracles/acknowledgement.ts';
import { AvailabilityOracle } from './oracles/availability.ts';
import { History } from './oracles/history.ts';
import { QuorumOracle } from './oracles/quorum.ts';
import { checkPrefix, PrefixOracle } from './oracles/prefix.ts';
import { ReplicaOracle } from './oracles/replicas.ts';
import { standingOracles } from './oracles/standing.ts';
import { FencingOracle } from './oracles/fencing.ts';
import { checkSnapshot } from './oracles/snapshot.ts';
import { takeoverOf } from './oracles/takeover.ts';
import { VerifyOracle } from './oracles/verify.ts';
import { Violation } from './oracles/violation.ts';
import { namesOf, peerIn } from './observed-events.ts';
import type { PointKind } from './persistence-points.ts';
import { underOtherClocks } from './other-clocks.ts';
import { convergenceLimitUs } from './patience.ts';
import { isOpen, type Plan, protocolBetween } from './plan.ts';
import { waitsForReset } from './node-view.ts';
import { RandomStream } from './prng.ts';
import { readBack } from './read-back.ts';
import type { DiskFaultKind } from './sim-disk.ts';
import { scrub } from './scrub.ts';
import type { SimNetwork } from './sim-network.ts';
import { networkOf } from './plan-network.ts';
import type { DeathKind, NodeObserver, SimNode } from './sim-node.ts';
import type { RunOptions, RunResult, RunStatistics } from './run-result.ts';
import { simPayload } from './sim-payload.ts';
import type { SurvivorKind } from './survivors.ts';
import { Trace } from './trace.ts';
import { Watchers } from './watcher.ts';
import { graceOf, optionsOf, PLAN_BLOCK_BYTES, renewDisks } from './topology.ts';

const SECOND = 1_000_000;
const CHECK_US = 500_000;
const POLL_US = 100_000;
const LAST_OPERATIONS_US = 3 * SECOND;
const EVENTS_MAX = 4_000_000;

/** @throws whatever is not a Violation: a defect of the simulator itself. */
export function runPlan(plan: Plan, options: RunOptions = {}): RunResult {
  return underOtherClocks(plan, (each) => runOnce(each, options));
}

function runOnce(plan: Plan, options: RunOptions): RunResult {
  const simulation = new Simulation(plan, options);
  let violation: RunResult['violation'];
  try {
    simulation.run();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = { oracle: error.oracle, sentence: error.message };
    simulation.trace.line(undefined, `VIOLATION ${error.oracle}: ${error.message}`);
  }
  return {
    hash: simulation.trace.digest(),
    violation,
    statistics: simulation.statistics(),
    lines: simulation.trace.lines,
  };
}

class Simulation implements NodeObserver {
  readonly trace: Trace;
  private readonly plan: Plan;
  private readonly agenda: Agenda;
  private readonly nodes: SimNode[];
  private readonly network: SimNetwork;
  private readonly history: History;
  private readonly acks: AckOracle;
  private readonly availability: AvailabilityOracle;
  private readonly replicas: ReplicaOracle;
  private readonly prefix: PrefixOracle;
  private readonly fencing: Fencing;
  private readonly client: Client;
  private readonly quorum: QuorumOracle | undefined;
  private readonly faults: Faults;
  private readonly watch: Watchers;
  private readonly fork: Fork;
  private readonly course: Course;
  private readonly migration: Migration;
  /** Nodes on which a disk error was injected: they restart at the heal. */
  private readonly diskFailed = new Set<SimNode>();
  /** An excuse has cut the history: prefix consistency is not claimed from here on. */
  private historyCut = false;
  private readonly counts = { resyncs: 0, resyncBlocks: 0, deaths: 0, promotions: 0, inDoubt: 0 };
  private wasInSync = false;
  private readonly verify: VerifyOracle;
  private readonly ending: Ending;
  private points = 0;
  private readonly onPoint: RunOptions['onPoint'];

  constructor(plan: Plan, options: RunOptions) {
    this.plan = plan;
    this.onPoint = options.onPoint;
    this.trace = new Trace(options.recording === true);
    this.course = new Course(plan);
    this.agenda = agendaOf(plan, this.trace);
    this.trace.useClock(() => this.agenda.now);
    this.nodes = plan.nodes.map((_, id) =>
      buildNode(plan, id, {
        agenda: this.agenda,
        trace: this.trace,
        observer: this,
        accepted: (payload) => this.acks.accepted(id, payload),
        isSpare: (node) => this.fencing.isSpare(node),
        diskFailed: (node, volume, kind) => this.diskError(node, volume, kind),
      }),
    );
    this.network = networkOf(plan, this.agenda, this.nodes);
    for (const node of this.nodes) node.useNetwork(this.network);
    leaveOutAbsent(plan, this.nodes);
    const protocolOf = (a: number, b: number): 'A' | 'B' | 'C' => protocolBetween(plan, a, b);
    this.history = new History(plan.volumes.map((volume) => (volume.blocks * PLAN_BLOCK_BYTES) / plan.sectorBytes));
    this.prefix = new PrefixOracle(this.history);
    this.verify = new VerifyOracle(this.nodes);
    this.ending = new Ending(plan.nodes.length);
    this.acks = new AckOracle(this.history, this.nodes, protocolOf);
    this.availability = new AvailabilityOracle(this.history, this.nodes, plan);
    this.replicas = new ReplicaOracle(this.nodes, this.history, graceOf(optionsOf(plan)));
    const excuse = (volume: number): void => this.excuseUnflushed(volume);
    this.fencing = new Fencing(this.nodes, plan.volumes.length, protocolOf, excuse, isOpen(plan));
    const first = this.nodes.filter((node) => node.diskful && plan.nodes[node.id]?.fresh !== true);
    this.fencing.begin(first.map((node) => node.id));
    const { agenda, trace, nodes, fencing, history, acks, availability } = this;
    const parts = { plan, agenda, trace, nodes, fencing, history };
    this.quorum =
      isOpen(plan) && plan.fencing !== 'parts' ? new QuorumOracle(nodes, history, graceOf(optionsOf(plan))) : undefined;
    this.client = new Client({
      ...parts,
      acks,
      availability,
      hooks: {
        acknowledged: (node, flush, write) => {
          if (write !== undefined) this.watch.acknowledged(node, write);
          this.happened(node, flush ? 'client-flush-ack' : 'client-ack');
          this.pointReached(node, 'client-answered');
        },
        rebased: (node) => this.rebase(node),
        failed: (node) => this.happened(node, 'client-error'),
        idle: (node) => this.happened(node, 'client-idle'),
      },
      quorum: this.quorum,
    });
    const { client } = this;
    const historyForked = (): void => this.forked();
    this.fork = new Fork({ ...parts, network: this.network, client, historyForked });
    this.migration = new Migration({ ...parts, client, historyForked });
    this.faults = this.newFaults();
    const world = { plan, nodes, history, client, fencing, protocolOf, now: () => agenda.now };
    const fences = optionsOf(plan).fencing === 'resource-and-stonith';
    this.watch = new Watchers([
      ...standingOracles(world),
      this.verify,
      this.migration,
      ...(this.quorum === undefined ? [] : [this.quorum]),
      ...(fences ? [new FencingOracle(nodes, fencing.out, isOpen(plan))] : []),
      ...(options.watchers?.(world) ?? []),
    ]);
  }

  private forked(): void {
    this.historyCut = true;
    this.watch.forked();
  }

  private newFaults(): Faults {
    const { plan, agenda, trace, nodes, network, fencing } = this;
    return new Faults({
      plan,
      agenda,
      trace,
      nodes,
      network,
      fencing,
      verify: this.verify,
      client: this.client,
      course: this.course,
      kill: (node, kind, survivors, everybody) => this.kill(node, kind, survivors, everybody),
      watch: (action, on, forMs) => this.watch.faulted(action, on, forMs),
      administrator: new Administrator({
        plan,
        agenda,
        trace,
        nodes,
        fencing,
        kill: (node, kind) => this.kill(node, kind, 'nothing'),
        snapshot: (node) => checkSnapshot(node, nodes, this.history, !this.historyCut),
      }),
      renew: (node) => renewDisks(plan, node.config, node.disks),
      fork: (action) => this.fork.begin(action),
      migration: this.migration,
    });
  }

  statistics(): RunStatistics {
    return {
      events: this.agenda.executed,
      virtualMs: Math.floor(this.agenda.now / 1_000),
      completed: this.client.completed,
      failed: this.client.failed,
      ...this.counts,
      copies: this.acks.copies,
    };
  }

  run(): void {
    for (const node of this.nodes) if (node.state === 'down') node.start();
    this.faults.start();
    this.client.start();
    this.poll();
    this.check();
    this.chaos();
    this.trace.line(undefined, 'heal: faults end, the dead return');
    this.healDisks();
    this.leaveTheRest(chooseCore(this.plan, this.nodes, this.fencing));
    this.faults.heal();
    this.watch.healed();
    this.course.healed();
    const { plan, agenda, nodes, fencing, client, history, acks, verify: oracle } = this;
    if (oracle.hasRot)
      scrub({ seed: this.plan.seed, agenda, nodes, client, oracle, step: (until) => this.step(until) });
    this.fork.heal();
    this.settle();
    this.takeOverLaggards();
    this.replicas.checkConverged(this.nodes.filter((node) => node.state !== 'lost'));
    readBack({ plan, agenda, nodes, fencing, client, history, acks, step: (until) => this.step(until) });
    judge(this.plan.expect, { ...this.statistics(), ...this.migration.counts, ending: this.ending });
    this.course.judge(this.client.failed);
  }

  // ---- phases

  private chaos(): void {
    const end = this.plan.durationMs * 1_000;
    let quietSince = -1;
    while (this.agenda.now < end && this.step(end)) {
      const through = this.client.isThrough && this.faults.pending === 0 && !this.fork.isPending && !this.course.waits;
      if (!through) quietSince = -1;
      else if (quietSince < 0) quietSince = this.agenda.now;
      else if (this.agenda.now - quietSince > 1.5 * SECOND) return;
    }
  }

  private settle(): void {
    const healedAt = this.agenda.now;
    // A node without a link to the Primary is Outdated as long as there is one.
    const keepOpen = this.plan.links === undefined && new RandomStream(this.plan.seed, 'settle').coin();
    let reason: string | undefined = 'nothing was looked at yet';
    let nextLook = healedAt;
    const limit = convergenceLimitUs(this.plan);
    for (;;) {
      if (!this.step(healedAt + limit)) break;
      if (this.agenda.now < nextLook) continue;
      nextLook = this.agenda.now + POLL_US;
      if (this.agenda.now > healedAt + LAST_OPERATIONS_US || this.client.isThrough) {
        this.client.finish(!keepOpen);
        // `on-suspended-primary-outdated: disconnect`: such a node waits for somebody to reset it.
        for (const node of this.nodes.filter(waitsForReset)) {
          this.kill(node, 'process', 'nothing');
          node.start();
        }
      }
      if (!this.client.finishing) continue;
      reason = this.client.outstandingCount > 0 ? 'a client request is unanswered' : undefined;
      if (this.migration.isUnderWay) reason ??= 'a migration is under way';
      reason ??= stuckReason(this.nodes) ?? inFlightReason(this.nodes);
      if (reason === undefined) return;
    }
    throw new Violation(
      'O26',
      `${Math.round(limit / SECOND)} s after healing the cluster has not converged: ${reason}`,
    );
  }

  /** Only protocol A replicas outlived the last session: what they lacked is gone, as that protocol says. */
  private takeOverLaggards(): void {
    if (this.nodes.some((node) => this.fencing.eligibility(node) === 'yes')) return;
    const laggard = this.nodes.find((node) => node.diskful && this.fencing.eligibility(node) === 'rebase');
    if (laggard !== undefined) this.rebase(laggard);
  }

  private step(until: number): boolean {
    if (this.agenda.executed > EVENTS_MAX) {
      throw new Violation('RUNAWAY', `more than ${EVENTS_MAX} events by ${Math.floor(this.agenda.now / SECOND)} s`);
    }
    return this.agenda.step(until);
  }

  /** A node whose disk failed comes back with a replaced cable: a restart, or the disk is attached to the running node. */
  private healDisks(): void {
    const restarts = this.plan.attachAtHeal !== true;
    for (const node of this.diskFailed) if (node.alive && restarts) this.kill(node, 'process', 'nothing');
  }

  /** Who is not in the core is dead from now on. */
  private leaveTheRest(core: readonly SimNode[]): void {
    for (const node of this.nodes) {
      if (core.includes(node) || node.state === 'lost') continue;
      if (node.alive) this.kill(node, 'process', 'nothing');
      node.state = 'lost';
      node.note('is left dead');
      this.fencing.excuseIfAllLost();
    }
  }

  private check(): void {
    this.agenda.after(CHECK_US, EVENT_CLASS.check, () => {
      this.replicas.checkRunning(this.agenda.now);
      this.watch.looked(this.agenda.now);
      this.check();
    });
  }

  private poll(): void {
    this.agenda.after(POLL_US, EVENT_CLASS.check, () => {
      const inSync = stuckReason(this.nodes) === undefined;
      const first = this.nodes[0];
      if (inSync && !this.wasInSync && first !== undefined) this.happened(first, 'all-in-sync');
      this.wasInSync = inSync;
      this.poll();
    });
  }

  // ---- what happens to nodes

  private kill(node: SimNode, kind: DeathKind, survivors: SurvivorKind, everybody = false): void {
    this.counts.deaths += 1;
    const wasPrimary = node.view.role === 'Primary';
    const claims = node.view.disk.every(
      (state) => state === 'UpToDate' || state === 'Consistent' || state === 'Outdated',
    );
    const garbage = node.die(kind, survivors);
    this.acks.nodeDisturbed(node);
    this.watch.died(node, kind);
    this.availability.died(node);
    this.client.nodeDied(node);
    this.fork.nodeDied(node);
    for (const [volume, sectors] of garbage.entries()) {
      if (everybody || !this.fencing.willBeRepaired(volume)) this.history.garbled(volume, sectors);
    }
    this.fencing.died(node, kind);
    if (!node.diskful) return;
    this.replicas.checkCrash(node);
    const ordered = kind !== 'power' || (!wasPrimary && node.config.options.writeOrdering === 'flush');
    const clean = garbage.every((sectors) => sectors.length === 0);
    if (!ordered) this.prefix.unordered(node);
    else if (claims && clean && !this.historyCut) this.prefix.check(node);
  }

  private excuseUnflushed(volume: number): void {
    const excused = this.history.excuseUnflushed(volume);
    this.counts.inDoubt += excused;
    this.historyCut = true;
    this.watch.doubted(volume);
    if (this.trace.recording)
      this.trace.line(
        undefined,
        `all current copies of volume ${volume} lost power: ${excused} unflushed writes are in doubt`,
      );
  }

  private rebase(opened: SimNode): void {
    const { node, own, shown } = takeoverOf(opened, this.nodes);
    if (!this.historyCut) checkPrefix(this.history, node.id, own);
    this.historyCut = true;
    let excused = 0;
    shown.forEach((image, volume) => {
      if (image !== undefined) excused += this.history.rebaseOn(volume, image);
      this.watch.doubted(volume);
    });
    this.counts.inDoubt += excused;
    if (this.trace.recording) this.trace.line(node.id, `takes over asynchronously: ${excused} writes are in doubt`);
  }

  // ---- NodeObserver

  happened(node: SimNode, event: string, peer?: number): void {
    if (event === 'node-start') this.watch.started(node);
    this.course.happened(node.id, event, peer);
    this.faults.happened(node, event, peer);
  }

  pointReached(node: SimNode, what: PointKind): void {
    if (this.faults.isOver) return;
    this.points += 1;
    this.onPoint?.({ index: this.points, node: node.id, what, at: this.agenda.now });
    this.faults.happened(node, 'persistence-point');
  }

  sent(node: SimNode, peer: NodeId, frame: Frame): void {
    this.watch.sent(node, peer, frame);
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    this.watch.notified(node, event);
    this.ending.notified(node.id, event);
    this.availability.viewChanged(node);
    this.fork.notified(node, event);
    this.course.notified(node.id, event);
    this.follow(node, event);
    for (const name of namesOf(event)) this.happened(node, name, peerIn(event));
  }

  private follow(node: SimNode, event: ReplicationEvent): void {
    switch (event.kind) {
      case 'role':
        return this.onRole(node);
      case 'disk':
        if (event.to === 'Diskless' && event.reason !== 'detach') this.diskFailed.add(node);
        this.fencing.viewChanged(node);
        return this.prefix.stateChanged(node, event);
      case 'connection':
      case 'peer-disk':
      case 'replication':
      case 'quorum':
      case 'suspended':
        return this.fencing.viewChanged(node);
      case 'resync-end':
        if (event.side !== 'target') return;
        this.counts.resyncs += 1;
        this.counts.resyncBlocks += event.blocks - (event.equal ?? 0);
        return;
      case 'handshake':
      case 'verify-end':
      case 'cluster-change':
      case 'peer-role':
      case 'generation':
      case 'activity-log-applied':
      case 'metadata-damaged':
      case 'bits-set':
      case 'self-check':
      case 'concurrent-write':
      case 'out-of-sync':
      case 'handler':
        return;
    }
  }

  dataWritten(node: SimNode, volume: number, offset: number, payload: Payload): void {
    this.prefix.written(node, volume);
    this.acks.submitted(node, volume, offset / this.plan.sectorBytes, simPayload(payload));
    this.happened(node, 'data-write');
  }

  dataReceived(node: SimNode, payload: Payload): void {
    this.acks.received(node.id, simPayload(payload));
  }

  private onRole(node: SimNode): void {
    if (node.view.role !== 'Primary') return;
    this.counts.promotions += 1;
    const primaries = this.nodes.filter(
      (each) => each.alive && each.view.role === 'Primary' && !this.fork.isApart(each) && !this.fencing.isBeside(each),
    );
    if (primaries.length > 1 && !isOpen(this.plan)) {
      throw new Violation(
        'O11',
        `${primaries.map((each) => `n${each.id}`).join(' and ')} are Primary at the same time`,
      );
    }
    this.client.promoted(node);
    this.fencing.promoted(node);
  }

  private diskError(node: SimNode, volume: number, kind: DiskFaultKind): void {
    this.diskFailed.add(node);
    this.acks.nodeDisturbed(node);
    this.availability.diskError(node, volume);
    // What only the cache had is gone after a failed flush; any other error leaves on the disk what it had taken.
    this.fencing.died(node, kind === 'flush' ? 'power' : 'process', volume);
    if (this.trace.recording) this.trace.line(node.id, `EIO on ${kind}`);
  }
}
