/**
 * The client: opens the resource read-write on one node after the other (auto-promote), keeps `depth` reads, writes, zeroings
 * and flushes outstanding on it, and moves when told to or when its node dies. Operation i is a function of the seed and i
 * alone, so that leaving out one operation changes no other.
 */
import type { OperationError } from '../common/errors.ts';
import type { VolumeNumber } from '../common/ids.ts';
import type { Bytes } from '../common/units.ts';
import type { ClientOutcome } from '../satellite/replication/ports.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Fencing } from './fencing.ts';
import type { AckOracle } from './oracles/acknowledgement.ts';
import type { AvailabilityOracle } from './oracles/availability.ts';
import type { History, WriteRecord } from './oracles/history.ts';
import type { QuorumOracle } from './oracles/quorum.ts';
import { Violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';
import type { SimNode } from './sim-node.ts';
import { SimPayload, simPayload } from './sim-payload.ts';
import type { Trace } from './trace.ts';
import { fitted, type Operation, operationOf } from './workload.ts';

const RETRY_US = 150_000;

/** Without an answer for this long the second client tries its luck. */
const STUCK_US = 300_000;
/** Of the second client, then it closes. */
const RIVAL_OPERATIONS = 12;

/** The cluster says by itself that this node may not answer. */
const isFenced = ({ code }: OperationError): boolean => code === 'NO_QUORUM' || code === 'FORCED_SECONDARY';

type Phase = 'idle' | 'opening' | 'running' | 'draining' | 'closing';

interface Outstanding {
  readonly operation: Operation;
  readonly write: WriteRecord | undefined;
  /** Microseconds. */
  readonly since: number;
}

export interface ClientHooks {
  /** `write`: what was acknowledged, if it was one. */
  acknowledged(node: SimNode, flush: boolean, write: WriteRecord | undefined): void;
  failed(node: SimNode): void;
  /** Everything that it was to ask for is answered. */
  idle(node: SimNode): void;
  /** A replica that may lag was opened: history starts anew on its image. */
  rebased(node: SimNode): void;
}

export class Client {
  phase: Phase = 'idle';
  completed = 0;
  failed = 0;
  /** Set by the plan: no new operations until then. */
  quietUntil = 0;
  /** No more new operations at all: the run is being brought to its end. */
  finishing = false;
  private node: SimNode | undefined;
  private session = 0;
  private nextOperation = 0;
  private wanted: SimNode | undefined;
  /** The plan wants it there, however long that takes. */
  private only: SimNode | undefined;
  private readonly outstanding = new Set<Outstanding>();
  private readonly skip: ReadonlySet<number>;
  private readonly random: RandomStream;
  private retryScheduled = false;
  private move:
    | {
        readonly target: SimNode;
        readonly mayMove: () => boolean;
        readonly moved: (done: boolean) => void;
        flushed: boolean;
      }
    | undefined;
  private budget = 0;
  private lastAnswer = 0;
  private held: boolean;
  /** Operations that may be asked for: with `onDemand` only as many as entries of the plan have called for. */
  private granted: number;
  /** Of a paced client: answered, and the next not asked for yet. */
  private thinking = 0;
  private rebases = false;
  private readonly world: {
    readonly plan: Plan;
    readonly agenda: Agenda;
    readonly trace: Trace;
    readonly nodes: readonly SimNode[];
    readonly fencing: Fencing;
    readonly history: History;
    readonly acks: AckOracle;
    readonly availability: AvailabilityOracle;
    readonly hooks: ClientHooks;
    /** Only where the cluster fences by itself. */
    readonly quorum: QuorumOracle | undefined;
  };
  /** This is the second client: it tries elsewhere while the first one gets no answer. */
  private readonly rivalOf: Client | undefined;
  private readonly rival: Client | undefined;

  constructor(world: Client['world'], rivalOf?: Client) {
    this.world = world;
    this.rivalOf = rivalOf;
    if (world.quorum !== undefined && rivalOf === undefined) this.rival = new Client(world, this);
    this.skip = new Set(this.isRival ? [] : (world.plan.workload.skip ?? []));
    this.random = new RandomStream(world.plan.seed, this.isRival ? 'rival' : 'client');
    this.held = world.plan.workload.onDemand === true;
    this.granted = this.held ? 0 : world.plan.workload.operations;
    const first = this.isRival ? undefined : world.plan.workload.firstNode;
    this.wanted = first === undefined ? undefined : world.nodes[first];
  }

  private get isRival(): boolean {
    return this.rivalOf !== undefined;
  }

  /** Something was asked of the cluster, and nothing has come back for a while. */
  get isStuck(): boolean {
    const waits = this.outstanding.size > 0 || this.phase === 'opening' || this.phase === 'closing';
    return waits && this.world.agenda.now - this.lastAnswer > STUCK_US;
  }

  get openOn(): SimNode | undefined {
    return this.phase === 'idle' ? undefined : this.node;
  }

  get outstandingCount(): number {
    return this.outstanding.size + (this.rival?.outstandingCount ?? 0);
  }

  /** When the oldest request was asked that is not answered; undefined when there is none. Microseconds. */
  get waitingSince(): number | undefined {
    const [oldest] = this.outstanding;
    return oldest?.since;
  }

  /** Every operation of the workload was issued and answered. */
  get isThrough(): boolean {
    return this.nextOperation >= this.granted && this.outstanding.size === 0;
  }

  start(): void {
    this.retryLater(0);
    this.rival?.start();
  }

  /** Leaves the node; opens again elsewhere, preferably on `to`. */
  switchTo(to: SimNode | undefined, abrupt: boolean): void {
    this.wanted = to;
    if (this.phase !== 'running') return;
    if (abrupt || this.outstanding.size === 0) this.close();
    else this.phase = 'draining';
  }

  /** So many operations more; on `on`, and nowhere else, if it is given. */
  demand(operations: number, on: SimNode | undefined): void {
    this.granted += operations;
    this.only = on ?? this.only;
    this.holdOff(false);
    if (this.phase === 'running' && this.only !== undefined && this.node !== this.only) this.switchTo(this.only, false);
    this.fill();
  }

  /** Lets what is outstanding end, flushes, and goes on where `target` has it open already, if it still may. */
  moveTo(target: SimNode, mayMove: () => boolean, moved: (done: boolean) => void): void {
    this.move = { target, mayMove, moved, flushed: false };
    this.phase = 'draining';
    if (this.outstanding.size === 0) this.drained();
  }

  private drained(): void {
    const { move, node } = this;
    if (move === undefined || node === undefined) return this.close();
    if (!move.flushed) {
      move.flushed = true;
      for (const { volume } of node.config.volumes)
        this.issue({ kind: 'flush', volume, first: 0, count: 1, fua: false });
      return;
    }
    this.move = undefined;
    const goes = move.mayMove();
    if (goes) {
      this.node = move.target;
      this.session += 1;
    }
    this.phase = 'running';
    move.moved(goes);
    this.fill();
  }

  /** It stays where it is, and ends there. */
  private cancelMove(): void {
    const { move } = this;
    this.move = undefined;
    move?.moved(false);
  }

  nodeDied(node: SimNode): void {
    this.rival?.nodeDied(node);
    if (this.node === node) this.abandonAll();
  }

  /** What is outstanding will not be answered, or the answer counts for nothing any more. */
  abandonAll(): void {
    if (this.phase === 'idle') return;
    this.cancelMove();
    for (const { write } of this.outstanding) if (write !== undefined) this.world.history.abandon(write);
    this.outstanding.clear();
    this.session += 1;
    this.phase = 'idle';
    this.node = undefined;
    this.retryLater(RETRY_US);
  }

  /** Closes, and opens nowhere before it is told to. */
  holdOff(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    if (!held) this.retryLater(RETRY_US);
    else if (this.phase === 'running') this.leaveSoon();
  }

  private retryLater(delay: number): void {
    if (this.retryScheduled) return;
    this.retryScheduled = true;
    this.world.agenda.after(delay, EVENT_CLASS.client, () => {
      this.retryScheduled = false;
      this.tryOpen();
    });
  }

  private tryOpen(): void {
    if (this.phase !== 'idle') return;
    if (this.finishing || this.held) return;
    const { rivalOf } = this;
    const { nodes, fencing } = this.world;
    if (rivalOf !== undefined && !rivalOf.isStuck) return this.retryLater(RETRY_US);
    const candidates = nodes.filter((node) => fencing.eligibility(node) !== 'no' && node !== rivalOf?.openOn);
    const { only } = this;
    if (only !== undefined && !candidates.includes(only)) return this.retryLater(RETRY_US);
    const strong = candidates.filter((node) => fencing.eligibility(node) === 'yes');
    const choice = strong.length > 0 ? strong : candidates;
    if (choice.length === 0) return this.retryLater(RETRY_US);
    const preferred = only ?? choice.find((node) => node === this.wanted);
    const node = preferred ?? this.random.pick(choice);
    this.wanted = undefined;
    this.rebases = fencing.eligibility(node) === 'rebase';
    this.open(node);
  }

  /** From here on the copy of this node counts, whatever better ones had: others are brought to it at once. */
  promoted(node: SimNode): void {
    if (!this.rebases || this.node !== node || this.phase !== 'opening') return;
    this.rebases = false;
    this.world.hooks.rebased(node);
  }

  private open(node: SimNode): void {
    this.node = node;
    this.lastAnswer = this.world.agenda.now;
    this.budget = RIVAL_OPERATIONS;
    this.phase = 'opening';
    this.session += 1;
    const { session } = this;
    let left = node.config.volumes.length;
    let refused = false;
    const opened: VolumeNumber[] = [];
    for (const { volume } of node.config.volumes) {
      node.request(
        (id) => ({ kind: 'open', id, volume, mode: 'read-write' }),
        (outcome) => {
          if (session !== this.session) {
            if (outcome.ok) this.closeUnused(node, volume);
            return;
          }
          left -= 1;
          if (outcome.ok) opened.push(volume);
          else refused = true;
          if (left > 0) return;
          if (refused) return this.openRefused(node, opened);
          this.promoted(node);
          this.phase = 'running';
          this.thinking = 0;
          // It was told to stay away while this was under way.
          if (this.held) this.leaveSoon();
          else this.fill();
        },
      );
      if (session !== this.session) return;
    }
  }

  /** What waited for this has ended meanwhile (`abandonAll`), its machine with it: nobody keeps the node Primary. */
  private closeUnused(node: SimNode, volume: VolumeNumber): void {
    const { incarnation } = node;
    this.world.agenda.after(0, EVENT_CLASS.client, () => {
      if (node.alive && node.incarnation === incarnation) node.input({ kind: 'close', volume, mode: 'read-write' });
    });
  }

  private openRefused(node: SimNode, opened: readonly VolumeNumber[]): void {
    for (const volume of opened) node.input({ kind: 'close', volume, mode: 'read-write' });
    this.phase = 'idle';
    this.node = undefined;
    this.session += 1;
    this.retryLater(RETRY_US);
  }

  private close(): void {
    const { node } = this;
    if (node === undefined) return;
    this.phase = 'closing';
    for (const { volume } of node.config.volumes) node.input({ kind: 'close', volume, mode: 'read-write' });
    this.awaitDemotion(node, this.session);
  }

  private awaitDemotion(node: SimNode, session: number): void {
    this.world.agenda.after(20_000, EVENT_CLASS.client, () => {
      if (session !== this.session || this.phase !== 'closing') return;
      if (node.view.role === 'Primary' || this.outstanding.size > 0) return this.awaitDemotion(node, session);
      this.phase = 'idle';
      this.node = undefined;
      this.session += 1;
      this.retryLater(1_000);
    });
  }

  private fill(): void {
    const { workload } = this.world.plan;
    const { now } = this.world.agenda;
    if (this.phase !== 'running') return;
    if (now < this.quietUntil) {
      const { session } = this;
      this.world.agenda.schedule(this.quietUntil, EVENT_CLASS.client, () => {
        if (session === this.session) this.fill();
      });
      return;
    }
    if (this.isRival && this.budget <= 0) {
      if (this.outstanding.size === 0) this.close();
      return;
    }
    while (this.phase === 'running' && this.outstanding.size + this.thinking < workload.depth && !this.finishing) {
      if (this.isRival && this.budget <= 0) return;
      this.budget -= 1;
      if (this.nextOperation >= this.granted) return;
      const index = this.nextOperation;
      this.nextOperation += 1;
      if (!this.skip.has(index)) {
        const operation = operationOf(this.world.plan, index, this.isRival ? 'rival/' : '');
        this.issue(fitted(operation, this.node));
      }
    }
  }

  private issue(operation: Operation): void {
    const { node, session } = this;
    const { history, plan } = this.world;
    if (node === undefined) return;
    const volume = operation.volume as VolumeNumber;
    const offset = (operation.first * plan.sectorBytes) as Bytes;
    const length = (operation.count * plan.sectorBytes) as Bytes;
    const { fua, kind } = operation;
    const write =
      kind === 'write' || kind === 'zero'
        ? history.invokeWrite(volume, operation.first, operation.count, kind === 'zero')
        : undefined;
    const invoked = write?.invoked ?? history.invokeRead();
    const entry: Outstanding = { operation, write, since: this.world.agenda.now };
    this.outstanding.add(entry);
    const done = (outcome: ClientOutcome): void => {
      if (session === this.session) this.answered(node, entry, invoked, outcome);
    };
    switch (kind) {
      case 'read':
        node.request((id) => ({ kind: 'client-read', id, volume, offset, length }), done);
        return;
      case 'write': {
        const id = write?.id ?? 0;
        const payload = new SimPayload(length, new Uint32Array(operation.count).fill(id), id);
        node.request((request) => ({ kind: 'client-write', id: request, volume, offset, payload, fua }), done);
        return;
      }
      case 'zero':
        node.request(
          (id) => ({ kind: 'client-zero', id, volume, offset, length, discard: !fua, mayUnmap: true, fua }),
          done,
        );
        return;
      case 'flush':
        node.request((id) => ({ kind: 'client-flush', id, volume }), done);
        return;
    }
  }

  private answered(node: SimNode, entry: Outstanding, invoked: number, outcome: ClientOutcome): void {
    const { history, availability, trace, agenda, hooks } = this.world;
    this.outstanding.delete(entry);
    this.lastAnswer = agenda.now;
    trace.mix(3, invoked, outcome.ok ? 1 : 0);
    if (outcome.ok)
      this.succeeded(node, entry, invoked, outcome.payload === undefined ? undefined : simPayload(outcome.payload));
    else {
      this.failed += 1;
      hooks.failed(node);
      if (entry.write !== undefined) history.abandon(entry.write);
      if (!isFenced(outcome.error)) availability.errorSeen(node, entry.operation, outcome.error.message, invoked);
      this.leaveSoon();
    }
    if (this.isThrough) hooks.idle(node);
    if (this.phase === 'draining' && this.outstanding.size === 0) return this.drained();
    const { thinkUs, paced } = this.world.plan.workload;
    const { session } = this;
    if (paced === true) this.thinking += 1;
    agenda.after(thinkUs === 0 ? 1 : this.random.below(thinkUs) + 1, EVENT_CLASS.client, () => {
      if (session !== this.session) return;
      if (paced === true) this.thinking -= 1;
      this.fill();
    });
  }

  private succeeded(node: SimNode, entry: Outstanding, invoked: number, payload: SimPayload | undefined): void {
    const { history, acks, hooks } = this.world;
    const { operation, write } = entry;
    this.completed += 1;
    if (operation.kind === 'read') {
      if (this.world.quorum?.mayBeStale(node, this.world.agenda.now) === true) return;
      if (payload === undefined || payload.versions.length !== operation.count) {
        throw new Violation('O3', `a read on n${node.id} was answered without all of its data`);
      }
      history.completeRead(operation.volume, operation.first, payload.versions, invoked);
    } else if (operation.kind === 'flush') {
      history.completeFlush(operation.volume, invoked);
      acks.flushAcknowledged(node, operation.volume, invoked);
    } else if (write !== undefined) {
      history.completeWrite(write, true, operation.fua);
      acks.writeAcknowledged(node, write, operation.fua);
    }
    hooks.acknowledged(node, operation.kind === 'flush', write);
  }

  /** After an error the client closes, as a virtual machine would stop, and tries again later. */
  private leaveSoon(): void {
    this.cancelMove();
    if (this.phase === 'running') this.phase = 'draining';
    if (this.outstanding.size === 0) this.close();
  }

  // ---- the end of a run

  /** No more new operations. @param leaves it also ends its session; the second client always does. */
  finish(leaves: boolean): void {
    this.finishing = true;
    if (leaves) this.wrapUp();
    else this.rival?.wrapUp();
  }

  /** Ends the session, if any. @returns false while something is still outstanding */
  wrapUp(): boolean {
    this.finishing = true;
    if (this.phase === 'running') {
      if (this.outstanding.size === 0) this.close();
      else this.phase = 'draining';
    }
    const rivalIsThrough = this.rival?.wrapUp() !== false;
    return this.phase === 'idle' && this.outstanding.size === 0 && rivalIsThrough;
  }
}
