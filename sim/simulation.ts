/**
 * One run of one plan: builds the world, lets the chaos pass, heals, demands convergence, reads everything back. All oracles
 * are on throughout. Deterministic: equal plans give equal trace hashes.
 */
import type { ReplicationEvent } from '../satellite/replication/events.ts';
import type { Payload } from '../satellite/replication/payload.ts';
import { Agenda, EVENT_CLASS } from './agenda.ts';
import { Client } from './clients.ts';
import { throughCodec, typedFrames } from './codec-path.ts';
import { inFlightReason, stuckReason } from './convergence.ts';
import { Faults } from './faults.ts';
import { Fencing } from './fencing.ts';
import { AckOracle, type Copies } from './oracles/acknowledgement.ts';
import { History } from './oracles/history.ts';
import { QuorumOracle } from './oracles/quorum.ts';
import { checkPrefix, PrefixOracle } from './oracles/prefix.ts';
import { ReplicaOracle } from './oracles/replicas.ts';
import { type OracleId, Violation } from './oracles/violation.ts';
import { type Plan, protocolBetween } from './plan.ts';
import { waitsForReset } from './node-view.ts';
import { RandomStream } from './prng.ts';
import { type DiskFaultKind, SimDisk } from './sim-disk.ts';
import { SimNetwork } from './sim-network.ts';
import { type DeathKind, type NodeObserver, SimNode } from './sim-node.ts';
import { simPayload } from './sim-payload.ts';
import type { SurvivorKind } from './survivors.ts';
import { configOf, formatDisk, graceOf, layoutOf, optionsOf, PLAN_BLOCK_BYTES } from './topology.ts';
import { Trace, type TraceLine } from './trace.ts';

const SECOND = 1_000_000;
const CHECK_US = 500_000;
const POLL_US = 100_000;
const LAST_OPERATIONS_US = 3 * SECOND;
/** After the heal: everything UpToDate and in sync within this much virtual time. */
const CONVERGENCE_US = 180 * SECOND;
const EVENTS_MAX = 4_000_000;

export interface RunStatistics {
  readonly events: number;
  readonly virtualMs: number;
  readonly completed: number;
  readonly failed: number;
  readonly resyncs: number;
  readonly resyncBlocks: number;
  readonly deaths: number;
  readonly promotions: number;
  /** Acknowledged writes whose loss an event of the plan excused. */
  readonly inDoubt: number;
  /** Where the copies of UpToDate peers were when a write was acknowledged. */
  readonly copies: Copies;
}

export interface RunResult {
  /** Rolling trace hash, 16 hex digits. */
  readonly hash: string;
  readonly violation: { readonly oracle: OracleId; readonly sentence: string } | undefined;
  readonly statistics: RunStatistics;
  /** Only when recording. */
  readonly lines: readonly TraceLine[];
}

/** @throws whatever is not a Violation: a defect of the simulator itself. */
export function runPlan(plan: Plan, options: { readonly recording?: boolean } = {}): RunResult {
  const simulation = new Simulation(plan, options.recording === true);
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
  private readonly replicas: ReplicaOracle;
  private readonly prefix: PrefixOracle;
  private readonly fencing: Fencing;
  private readonly client: Client;
  private readonly rival: Client | undefined;
  private readonly quorum: QuorumOracle | undefined;
  private readonly faults: Faults;
  /** Nodes on which a disk error was injected: they restart at the heal. */
  private readonly diskFailed = new Set<SimNode>();
  private errorsInjected = false;
  /** An excuse has cut the history: prefix consistency is not claimed from here on. */
  private historyCut = false;
  private readonly counts = { resyncs: 0, resyncBlocks: 0, deaths: 0, promotions: 0, inDoubt: 0 };
  private wasInSync = false;

  constructor(plan: Plan, recording: boolean) {
    this.plan = plan;
    this.trace = new Trace(recording);
    const schedule = new RandomStream(plan.seed, 'schedule');
    this.agenda = new Agenda({
      onRun: (time, eventClass) => this.trace.mix(time, eventClass, Math.floor(time / 0x1_0000_0000)),
      tiebreak: plan.shuffle ? () => schedule.next() : undefined,
    });
    this.trace.useClock(() => this.agenda.now);
    this.nodes = plan.nodes.map((_, id) => this.buildNode(id));
    this.network = this.buildNetwork();
    for (const node of this.nodes) node.useNetwork(this.network);
    const protocolOf = (a: number, b: number): 'A' | 'B' | 'C' => protocolBetween(plan, a, b);
    this.history = new History(plan.volumes.map((volume) => (volume.blocks * PLAN_BLOCK_BYTES) / plan.sectorBytes));
    this.prefix = new PrefixOracle(this.history);
    this.acks = new AckOracle(this.history, this.nodes, protocolOf);
    this.replicas = new ReplicaOracle(this.nodes, this.history, graceOf(optionsOf(plan)));
    this.fencing = new Fencing(
      this.nodes,
      plan.volumes.length,
      protocolOf,
      (volume) => this.excuseUnflushed(volume),
      plan.fencing === 'quorum',
    );
    const first = this.nodes.filter((node) => node.diskful && plan.nodes[node.id]?.fresh !== true);
    this.fencing.begin(first.map((node) => node.id));
    const { agenda, trace, nodes, network, fencing, history, acks } = this;
    this.quorum = plan.fencing === 'quorum' ? new QuorumOracle(nodes, history, graceOf(optionsOf(plan))) : undefined;
    const world = {
      plan,
      agenda,
      trace,
      nodes,
      fencing,
      history,
      acks,
      hooks: {
        acknowledged: (node: SimNode, flush: boolean) => this.happened(node, flush ? 'client-flush-ack' : 'client-ack'),
        rebased: (node: SimNode) => this.rebase(node),
        errorsExpected: () => this.errorsInjected,
      },
      quorum: this.quorum,
    };
    this.client = new Client({ ...world, rivalOf: undefined });
    this.rival = this.quorum === undefined ? undefined : new Client({ ...world, rivalOf: this.client });
    this.faults = new Faults({
      plan,
      agenda,
      trace,
      nodes,
      network,
      fencing,
      client: this.client,
      kill: (node, kind, survivors) => this.kill(node, kind, survivors),
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
    for (const node of this.nodes) node.start();
    this.faults.start();
    this.client.start();
    this.rival?.start();
    this.poll();
    this.check();
    this.chaos();
    this.trace.line(undefined, 'heal: faults end, the dead return');
    this.healDisks();
    this.faults.heal();
    this.settle();
    this.takeOverLaggards();
    this.replicas.checkConverged(this.nodes.filter((node) => node.state !== 'lost'));
    this.readBack();
    this.judgeExpectations();
  }

  // ---- phases

  private chaos(): void {
    const end = this.plan.durationMs * 1_000;
    let quietSince = -1;
    while (this.agenda.now < end && this.step(end)) {
      const through = this.client.isThrough && this.faults.pending === 0;
      if (!through) quietSince = -1;
      else if (quietSince < 0) quietSince = this.agenda.now;
      else if (this.agenda.now - quietSince > 1.5 * SECOND) return;
    }
  }

  private settle(): void {
    const healedAt = this.agenda.now;
    const keepOpen = new RandomStream(this.plan.seed, 'settle').coin();
    let reason: string | undefined = 'nothing was looked at yet';
    let nextLook = healedAt;
    for (;;) {
      if (!this.step(healedAt + CONVERGENCE_US)) break;
      if (this.agenda.now < nextLook) continue;
      nextLook = this.agenda.now + POLL_US;
      if (this.agenda.now > healedAt + LAST_OPERATIONS_US || this.client.isThrough) {
        this.client.finishing = true;
        if (this.rival !== undefined) this.rival.finishing = true;
        if (!keepOpen) this.client.wrapUp();
        this.rival?.wrapUp();
        this.resetTheOutdated();
      }
      if (!this.client.finishing) continue;
      if (this.client.outstandingCount + (this.rival?.outstandingCount ?? 0) > 0)
        reason = 'a client request is unanswered';
      else reason = stuckReason(this.nodes) ?? inFlightReason(this.nodes);
      if (reason === undefined) return;
    }
    throw new Violation('O26', `${CONVERGENCE_US / SECOND} s after healing the cluster has not converged: ${reason}`);
  }

  /** Only protocol A replicas outlived the last session: what they lacked is gone, as that protocol says. */
  private takeOverLaggards(): void {
    if (this.nodes.some((node) => this.fencing.eligibility(node) === 'yes')) return;
    const laggard = this.nodes.find((node) => node.diskful && this.fencing.eligibility(node) === 'rebase');
    if (laggard !== undefined) this.rebase(laggard);
  }

  /** `on-suspended-primary-outdated: disconnect`: such a node waits for somebody to reset it. */
  private resetTheOutdated(): void {
    const reset = this.nodes.filter(waitsForReset);
    for (const node of reset) this.kill(node, 'process', 'nothing');
    for (const node of reset) node.start();
  }

  private readBack(): void {
    const deadline = this.agenda.now + 60 * SECOND;
    while (!(this.client.wrapUp() && this.rival?.wrapUp() !== false)) {
      if (!this.step(deadline)) throw new Violation('O26', 'after convergence the client cannot close');
    }
    const eligible = this.nodes.filter((node) => this.fencing.eligibility(node) !== 'no');
    const reader = eligible[0];
    if (reader === undefined) throw new Violation('O26', 'after convergence no node may be opened');
    let finished = false;
    this.client.readEverything(reader, (refusal) => {
      if (refusal !== undefined) throw new Violation('O26', `after convergence ${refusal}`);
      finished = true;
    });
    while (!finished)
      if (!this.step(deadline)) throw new Violation('O26', 'after convergence reading everything does not end');
  }

  private step(until: number): boolean {
    if (this.agenda.executed > EVENTS_MAX) {
      throw new Violation('RUNAWAY', `more than ${EVENTS_MAX} events by ${Math.floor(this.agenda.now / SECOND)} s`);
    }
    return this.agenda.step(until);
  }

  /** A node whose disk failed comes back with a replaced cable: a restart. */
  private healDisks(): void {
    for (const node of this.diskFailed) if (node.alive) this.kill(node, 'process', 'nothing');
  }

  private check(): void {
    this.agenda.after(CHECK_US, EVENT_CLASS.check, () => {
      this.replicas.checkRunning(this.agenda.now);
      this.check();
    });
  }

  private poll(): void {
    this.agenda.after(POLL_US, EVENT_CLASS.check, () => {
      this.quorum?.look(this.agenda.now);
      const inSync = stuckReason(this.nodes) === undefined;
      const first = this.nodes[0];
      if (inSync && !this.wasInSync && first !== undefined) this.happened(first, 'all-in-sync');
      this.wasInSync = inSync;
      this.poll();
    });
  }

  private judgeExpectations(): void {
    const { expect } = this.plan;
    if (expect === undefined) return;
    const { resyncBlocks, resyncs } = this.counts;
    if (expect.resyncBlocks !== undefined && resyncBlocks !== expect.resyncBlocks) {
      throw new Violation('O10', `resyncs moved ${resyncBlocks} blocks, expected exactly ${expect.resyncBlocks}`);
    }
    if (expect.resyncBlocksAtMost !== undefined && resyncBlocks > expect.resyncBlocksAtMost) {
      throw new Violation('O10', `resyncs moved ${resyncBlocks} blocks, expected at most ${expect.resyncBlocksAtMost}`);
    }
    if (expect.resyncsAtLeast !== undefined && resyncs < expect.resyncsAtLeast) {
      throw new Violation('O10', `${resyncs} resyncs ended, expected at least ${expect.resyncsAtLeast}`);
    }
    if (expect.completedAtLeast !== undefined && this.client.completed < expect.completedAtLeast) {
      throw new Violation(
        'O26',
        `${this.client.completed} client requests succeeded, expected at least ${expect.completedAtLeast}`,
      );
    }
  }

  // ---- what happens to nodes

  private kill(node: SimNode, kind: DeathKind, survivors: SurvivorKind): void {
    this.counts.deaths += 1;
    const wasPrimary = node.view.role === 'Primary';
    const claims = node.view.disk.every(
      (state) => state === 'UpToDate' || state === 'Consistent' || state === 'Outdated',
    );
    const garbage = node.die(kind, survivors);
    this.acks.nodeDisturbed(node);
    this.client.nodeDied(node);
    this.rival?.nodeDied(node);
    if (this.fencing.primary() === undefined) {
      for (const [volume, sectors] of garbage.entries()) this.history.garbled(volume, sectors);
    }
    this.fencing.died(node, kind);
    if (!node.diskful) return;
    this.replicas.checkCrash(node);
    const ordered = kind !== 'power' || (!wasPrimary && node.config.options.writeOrdering === 'flush');
    const clean = garbage.every((sectors) => sectors.length === 0);
    if (claims && ordered && clean && !this.historyCut) this.prefix.check(node);
  }

  private excuseUnflushed(volume: number): void {
    const excused = this.history.excuseUnflushed(volume);
    this.counts.inDoubt += excused;
    this.historyCut = true;
    if (this.trace.recording)
      this.trace.line(
        undefined,
        `all current copies of volume ${volume} lost power: ${excused} unflushed writes are in doubt`,
      );
  }

  private rebase(node: SimNode): void {
    // Opened as a whole: whatever its disk states say, all its volumes have to be of one moment.
    if (!this.historyCut)
      checkPrefix(
        this.history,
        node.id,
        node.disks.map((disk) => disk?.view),
      );
    this.historyCut = true;
    let excused = 0;
    node.disks.forEach((disk, volume) => {
      if (disk !== undefined) excused += this.history.rebaseOn(volume, disk.view);
    });
    this.counts.inDoubt += excused;
    if (this.trace.recording) this.trace.line(node.id, `takes over asynchronously: ${excused} writes are in doubt`);
  }

  // ---- NodeObserver

  happened(node: SimNode, event: string): void {
    this.faults.happened(node, event);
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    switch (event.kind) {
      case 'role':
        this.onRole(node);
        this.happened(node, `role:${event.role}`);
        break;
      case 'disk':
        if (event.from === 'UpToDate') this.acks.copyLost(node);
        this.fencing.viewChanged(node);
        this.prefix.stateChanged(node);
        this.happened(node, `disk:${event.to}`);
        break;
      case 'connection':
      case 'peer-disk':
        if (event.from === 'Connected' || event.from === 'UpToDate') this.acks.copyLost(node);
        this.fencing.viewChanged(node);
        break;
      case 'replication':
        this.fencing.viewChanged(node);
        this.happened(node, `replication:${event.to}`);
        break;
      case 'resync-end':
        if (event.side === 'target') {
          this.counts.resyncs += 1;
          this.counts.resyncBlocks += event.blocks;
        }
        this.happened(node, 'resync-end');
        break;
      case 'handshake':
        return this.happened(node, 'handshake');
      case 'quorum':
      case 'suspended':
        return this.fencing.viewChanged(node);
      case 'peer-role':
      case 'generation':
      case 'activity-log-applied':
      case 'metadata-damaged':
      case 'bits-set':
      case 'self-check':
        break;
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
    const primaries = this.nodes.filter((each) => each.alive && each.view.role === 'Primary');
    if (primaries.length > 1 && this.quorum === undefined) {
      throw new Violation(
        'O11',
        `${primaries.map((each) => `n${each.id}`).join(' and ')} are Primary at the same time`,
      );
    }
    this.fencing.promoted(node);
  }

  // ---- construction

  private buildNode(id: number): SimNode {
    const { plan, agenda } = this;
    const config = configOf(plan, id);
    const clock = new RandomStream(plan.seed, `clock/n${id}`);
    let node: SimNode | undefined;
    const disks = plan.volumes.map((volume, number) => {
      if (plan.nodes[id]?.diskful !== true) return undefined;
      const disk = new SimDisk({
        agenda,
        random: new RandomStream(plan.seed, `disk/n${id}/${number}`),
        profile: { ...plan.disk, durableCache: config.options.writeOrdering === 'drain' },
        sectorBytes: plan.sectorBytes,
        dataBytes: volume.blocks * PLAN_BLOCK_BYTES,
        metadataBytes: layoutOf(plan, number).totalBytes,
        observer: {
          accepted: (_first, _count, payload) => this.acks.accepted(id, payload),
          mayFail: () => node !== undefined && this.fencing.isSpare(node),
          failed: (kind) => this.diskError(node, kind),
        },
      });
      formatDisk(plan, config, number, disk);
      return disk;
    });
    node = new SimNode({
      config,
      agenda,
      trace: this.trace,
      random: new RandomStream(plan.seed, `node/n${id}`),
      observer: this,
      disks,
      clockRatePpm: plan.clockPpm === 0 ? 0 : clock.between(-plan.clockPpm, plan.clockPpm),
    });
    return node;
  }

  private diskError(node: SimNode | undefined, kind: DiskFaultKind): void {
    if (node === undefined) return;
    this.errorsInjected = true;
    this.diskFailed.add(node);
    this.acks.nodeDisturbed(node);
    if (node.view.role !== 'Primary') this.fencing.died(node, kind === 'flush' ? 'power' : 'process');
    if (this.trace.recording) this.trace.line(node.id, `EIO on ${kind}`);
  }

  private buildNetwork(): SimNetwork {
    const { plan } = this;
    const streams = new Map<number, RandomStream>();
    const random = (from: number, to: number): RandomStream => {
      const key = from * 64 + to;
      let stream = streams.get(key);
      if (stream === undefined) {
        stream = new RandomStream(plan.seed, `net/n${from}->n${to}`);
        streams.set(key, stream);
      }
      return stream;
    };
    return new SimNetwork({
      agenda: this.agenda,
      profile: { ...plan.network, connectTimeoutUs: optionsOf(plan).connectIntMs * 2_000 },
      ends: this.nodes,
      random,
      filter: plan.network.codec ? throughCodec(new RandomStream(plan.seed, 'codec')) : typedFrames,
    });
  }
}
