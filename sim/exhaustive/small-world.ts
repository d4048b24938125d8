/**
 * The small world: a few nodes, a volume of one or two blocks, a client, FIFO links. A state is a row of integers: numbers of
 * local states, of queues of frames, of the truth, and what is left of each budget. This file knows what may happen next
 * (`actions`) and does it (`apply`); what must not happen is in checks.ts.
 *
 * A link breaks at once in both directions and each end learns on its own. Nothing is lost by dropping what was under way: to
 * deliver a frame before the break or after it makes the same difference, none for the one that sent it.
 */
import { assert } from '../../common/assert.ts';
import type { NodeId } from '../../common/ids.ts';
import type { ClientRequestId } from '../../satellite/replication/payload.ts';
import { Violation } from '../oracles/violation.ts';
import { SimPayload } from '../sim-payload.ts';
import { Checks } from './checks.ts';
import { CopyRules } from './copy-rules.ts';
import { EMPTY_QUEUE, FrameTable } from './frame-table.ts';
import { type Happening, type Truth, Truths } from './ground-truth.ts';
import { CRASHES } from './local-disk.ts';
import {
  blockOffset,
  type Effect,
  LocalNode,
  type LocalState,
  type StepName,
  type Turn,
  VOLUME,
} from './local-node.ts';
import { type Scope, smallNode } from './scope.ts';
import { Summaries } from './summary.ts';
import { WorldNumbers } from './world-numbers.ts';

/** Bits of a pair's link: for its lower node and its higher one. */
const ATTACHED = 0;
const TRYING = 2;
const BROKEN = 4;
const CUT = 5;
/** The sender has ended the stream: after what is in the queue its receiver learns. */
const ENDED = 6;

/** Requests that are not writes (whose id is their number). */
const OPEN = 1_000 as ClientRequestId;
const FLUSH = 2_000;

const BUDGETS = ['writes', 'flushes', 'crashes', 'cuts', 'opens'] as const;
export type Budget = (typeof BUDGETS)[number];

export type Row = Int32Array;

export interface Action {
  readonly name: string;
  readonly run: (row: Row) => void;
}

interface Pair {
  readonly low: number;
  readonly high: number;
  /** Index of its link bits; then data and control of low → high, data and control of high → low. */
  readonly at: number;
  readonly directions: readonly (readonly [from: number, to: number])[];
}

export class SmallWorld {
  readonly scope: Scope;
  readonly nodes: readonly LocalNode[];
  readonly truths: Truths;
  readonly frames = new FrameTable();
  readonly width: number;
  private readonly pairs: Pair[] = [];
  private readonly byNodes: ReadonlyMap<number, Pair>;
  private readonly budgetAt: number;
  private readonly truthAt: number;
  private readonly checks: Checks;
  private readonly rules: CopyRules;

  constructor(scope: Scope) {
    this.scope = scope;
    const parts = Array.from({ length: scope.nodes }, (_, id) => smallNode(scope, id));
    this.nodes = parts.map(({ config }) => new LocalNode(config, this.frames, scope.blockBytes));
    for (let low = 0; low < scope.nodes; low += 1) {
      for (let high = low + 1; high < scope.nodes; high += 1)
        this.pairs.push({
          low,
          high,
          at: scope.nodes + this.pairs.length * 5,
          directions: [
            [low, high],
            [high, low],
          ],
        });
    }
    this.byNodes = new Map(this.pairs.flatMap((pair) => pair.directions.map(([a, b]) => [a * scope.nodes + b, pair])));
    this.budgetAt = scope.nodes + this.pairs.length * 5;
    this.truthAt = this.budgetAt + BUDGETS.length;
    this.width = this.truthAt + 1;
    this.truths = new Truths(scope.blocks);
    const summaries = parts.map(({ config }) => new Summaries(config, scope.blockBytes));
    this.rules = new CopyRules(summaries, this.truths);
    this.checks = new Checks(summaries, scope);
    this.disks = parts.map(({ disk }) => disk);
    this.numbers = new WorldNumbers(this.nodes, this.frames, this.pairs);
  }

  private readonly disks;
  private readonly numbers: WorldNumbers;

  /** All off, freshly formatted, in sync since day zero. */
  origin(): Row {
    const row = new Int32Array(this.width);
    this.nodes.forEach((node, id) => {
      const disk = this.disks[id];
      assert(disk !== undefined, 'every node has a disk');
      row[id] = node.off(disk, 0).id;
    });
    row[this.truthAt] = this.truths.first(this.nodes.length).id;
    return row;
  }

  /** All budgets as the scope says. */
  refill(row: Row): void {
    for (const budget of BUDGETS) this.setBudget(row, budget, this.scope[budget]);
  }

  // ---- what is where

  local(row: Row, node: number): LocalState {
    const owner = this.nodes[node];
    assert(owner !== undefined, 'the node exists');
    return owner.state(row[node] ?? 0);
  }

  locals(row: Row): LocalState[] {
    return this.nodes.map((node, id) => node.state(row[id] ?? 0));
  }

  truth(row: Row): Truth {
    return this.truths.truth(row[this.truthAt] ?? 0);
  }

  budget(row: Row, budget: Budget): number {
    return row[this.budgetAt + BUDGETS.indexOf(budget)] ?? 0;
  }

  setBudget(row: Row, budget: Budget, left: number): void {
    row[this.budgetAt + BUDGETS.indexOf(budget)] = left;
  }

  private has(row: Row, pair: Pair, bit: number): boolean {
    return (((row[pair.at] ?? 0) >>> bit) & 1) === 1;
  }

  private set(row: Row, pair: Pair, bit: number, on: boolean): void {
    const bits = row[pair.at] ?? 0;
    row[pair.at] = on ? bits | (1 << bit) : bits & ~(1 << bit);
  }

  private pairOf(a: number, b: number): Pair {
    const pair = this.byNodes.get(a * this.nodes.length + b);
    assert(pair !== undefined, 'two nodes are a pair');
    return pair;
  }

  private queueAt(pair: Pair, from: number, stream: 'data' | 'control'): number {
    return pair.at + 1 + (from === pair.low ? 0 : 2) + (stream === 'data' ? 0 : 1);
  }

  // ---- what may happen

  actions(row: Row): Action[] {
    const list: Action[] = [];
    // A stream that holds more than it may is served before anything else happens.
    for (const pair of this.pairs) this.deliveries(row, pair, this.scope.inFlight + 1, list);
    if (list.length > 0) return list;
    for (let node = 0; node < this.nodes.length; node += 1) this.nodeActions(row, node, list);
    for (const pair of this.pairs) this.linkActions(row, pair, list);
    this.clientActions(row, list);
    return list;
  }

  /** @throws Violation */
  perform(row: Row, action: Action): void {
    action.run(row);
    this.numbers.compact(row);
  }

  private nodeActions(row: Row, node: number, list: Action[]): void {
    const local = this.local(row, node);
    if (local.core === undefined) {
      list.push({ name: `n${node} starts`, run: (next) => this.turn(next, node, 'boot', (turn) => turn.boot()) });
      return;
    }
    if (local.disk.flying.length > 0)
      list.push({ name: `n${node} disk`, run: (next) => this.turn(next, node, 'disk', (turn) => turn.completeDisk()) });
    if (local.peerAckDue) {
      const fire = (turn: Turn): void => {
        turn.draft.peerAckDue = false;
        turn.input({ kind: 'timer', timer: 'peer-ack' as never });
      };
      list.push({ name: `n${node} peer-ack timer`, run: (next) => this.turn(next, node, 'peer-ack', fire) });
    }
    if (this.budget(row, 'crashes') === 0) return;
    for (const kind of CRASHES) {
      if (kind === 'process-late' && !local.disk.flying.some((each) => each.kind === 'write')) continue;
      list.push({ name: `n${node} dies (${kind})`, run: (next) => this.crash(next, node, kind) });
    }
  }

  /** The next frame of each stream that holds as many. */
  private deliveries(row: Row, pair: Pair, least: number, list: Action[]): void {
    for (const [from, to] of pair.directions) {
      if (!this.has(row, pair, ATTACHED + (to === pair.low ? 0 : 1))) continue;
      for (const stream of ['data', 'control'] as const) {
        const queue = row[this.queueAt(pair, from, stream)] ?? EMPTY_QUEUE;
        if (queue === EMPTY_QUEUE || this.frames.length(queue) < least) continue;
        const frame = this.frames.first(queue);
        const name = `n${to} <- n${from} ${this.frames.frame(frame).type}`;
        list.push({ name, run: (next) => this.deliver(next, pair, from, to, stream) });
      }
    }
  }

  private linkActions(row: Row, pair: Pair, list: Action[]): void {
    this.deliveries(row, pair, 1, list);
    for (const [from, to] of pair.directions) {
      if (!this.has(row, pair, ATTACHED + (to === pair.low ? 0 : 1))) continue;
      const ended = this.has(row, pair, ENDED + (from === pair.low ? 0 : 1)) || this.has(row, pair, BROKEN);
      if (ended && row[this.queueAt(pair, from, 'data')] === EMPTY_QUEUE)
        list.push({ name: `n${to} loses the link to n${from}`, run: (next) => this.linkDown(next, pair, to, from) });
    }
    if (this.mayConnect(row, pair))
      list.push({ name: `link n${pair.low} n${pair.high}`, run: (next) => this.connect(next, pair) });
    if (this.has(row, pair, CUT))
      list.push({ name: `heal n${pair.low} n${pair.high}`, run: (next) => this.heal(next, pair) });
    else if (this.budget(row, 'cuts') > 0 && this.has(row, pair, ATTACHED) && this.has(row, pair, ATTACHED + 1))
      list.push({ name: `cut n${pair.low} n${pair.high}`, run: (next) => this.cut(next, pair) });
  }

  private clientActions(row: Row, list: Action[]): void {
    const truth = this.truth(row);
    const { session } = truth;
    const idle = truth.pendingWrites.length === 0 && truth.pendingFlushes.length === 0;
    if (session === undefined) {
      if (this.budget(row, 'opens') === 0) return;
      const locals = this.locals(row);
      for (let node = 0; node < this.nodes.length; node += 1) {
        if (this.rules.mayOpen(truth, locals, node))
          list.push({ name: `client opens n${node}`, run: (next) => this.open(next, node) });
      }
      return;
    }
    if (session.phase !== 'opening' && idle)
      list.push({ name: `client closes n${session.node}`, run: (next) => this.close(next) });
    if (session.phase !== 'open') return;
    if (this.budget(row, 'writes') > 0)
      for (let block = 0; block < this.scope.blocks; block += 1)
        list.push({ name: `client writes block ${block} on n${session.node}`, run: (next) => this.write(next, block) });
    if (this.budget(row, 'flushes') > 0)
      list.push({ name: `client flushes on n${session.node}`, run: (next) => this.flush(next) });
  }

  // ---- what happens

  /** @throws Violation */
  private turn(row: Row, node: number, name: StepName, act: (turn: Turn) => void): void {
    const owner = this.nodes[node];
    assert(owner !== undefined, 'the node exists');
    const step = owner.step(this.local(row, node), name, act);
    row[node] = step.to.id;
    for (const effect of step.effects) this.take(row, node, effect);
    this.setTruth(row, this.rules.viewChanged(this.truth(row), this.local(row, node), node));
    if (!this.scope.instantDisks || this.budget(row, 'crashes') > 0 || step.to.disk.flying.length === 0) return;
    this.turn(row, node, 'disk', (next) => next.completeDisk());
  }

  private setTruth(row: Row, truth: Truth): void {
    row[this.truthAt] = truth.id;
  }

  private take(row: Row, node: number, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        return this.send(row, node, effect);
      case 'connect':
        return this.wantsLink(row, node, effect.peer);
      case 'disconnect':
        return this.detach(row, node, effect.peer);
      case 'answer':
        return this.answered(row, node, effect);
      case 'data-write':
        return this.checks.written(this.truth(row), this.local(row, node), node, effect);
      case 'broken':
        throw new Violation('ASSERT', effect.sentence);
    }
  }

  private send(row: Row, from: number, { peer, stream, frame }: Extract<Effect, { kind: 'send' }>): void {
    const pair = this.pairOf(from, peer);
    if (this.has(row, pair, BROKEN)) return;
    if (!this.has(row, pair, ATTACHED + (from === pair.low ? 0 : 1))) return;
    if (!this.has(row, pair, ATTACHED + (peer === pair.low ? 0 : 1))) return;
    const at = this.queueAt(pair, from, stream);
    row[at] = this.frames.append(row[at] ?? EMPTY_QUEUE, frame);
  }

  private deliver(row: Row, pair: Pair, from: number, to: number, stream: 'data' | 'control'): void {
    const at = this.queueAt(pair, from, stream);
    const id = this.frames.first(row[at] ?? EMPTY_QUEUE);
    row[at] = this.frames.rest(row[at] ?? EMPTY_QUEUE);
    this.turn(row, to, id * 64 + from, (turn) => turn.frame(from as NodeId, this.frames.frame(id)));
  }

  private wantsLink(row: Row, node: number, peer: number): void {
    const pair = this.pairOf(node, peer);
    this.set(row, pair, TRYING + (node === pair.low ? 0 : 1), true);
    this.knock(row, pair, node, peer);
  }

  /** Who is not trying just now hears of it. */
  private knock(row: Row, pair: Pair, from: number, to: number): void {
    if (this.has(row, pair, CUT) || this.local(row, to).core === undefined) return;
    if (this.has(row, pair, TRYING + (to === pair.low ? 0 : 1))) return;
    if (this.has(row, pair, ATTACHED + (to === pair.low ? 0 : 1))) return;
    this.turn(row, to, `knock ${from}`, (turn) => turn.input({ kind: 'peer-knocks', peer: from as NodeId }));
  }

  private mayConnect(row: Row, pair: Pair): boolean {
    const bits = row[pair.at] ?? 0;
    const both = (bit: number): boolean => ((bits >>> bit) & 3) === 3;
    return both(TRYING) && ((bits >>> ATTACHED) & 3) === 0 && !this.has(row, pair, CUT);
  }

  private connect(row: Row, pair: Pair): void {
    row[pair.at] = 3 << ATTACHED;
    for (let queue = 1; queue <= 4; queue += 1) row[pair.at + queue] = EMPTY_QUEUE;
    this.turn(row, pair.low, `up ${pair.high}`, (turn) => turn.linkUp(pair.high as NodeId));
    this.turn(row, pair.high, `up ${pair.low}`, (turn) => turn.linkUp(pair.low as NodeId));
  }

  /** The node gives the link up; what it had sent still arrives, then the end of the stream. */
  private detach(row: Row, node: number, peer: number): void {
    const pair = this.pairOf(node, peer);
    const own = node === pair.low ? 0 : 1;
    this.set(row, pair, TRYING + own, false);
    if (!this.has(row, pair, ATTACHED + own)) return;
    this.set(row, pair, ATTACHED + own, false);
    this.set(row, pair, ENDED + own, true);
    for (const stream of ['data', 'control'] as const) row[this.queueAt(pair, peer, stream)] = EMPTY_QUEUE;
    this.forgetIfOver(row, pair);
  }

  private linkDown(row: Row, pair: Pair, node: number, peer: number): void {
    this.set(row, pair, ATTACHED + (node === pair.low ? 0 : 1), false);
    row[this.queueAt(pair, peer, 'control')] = EMPTY_QUEUE;
    for (const stream of ['data', 'control'] as const) row[this.queueAt(pair, node, stream)] = EMPTY_QUEUE;
    this.set(row, pair, ENDED + (node === pair.low ? 0 : 1), true);
    this.forgetIfOver(row, pair);
    this.turn(row, node, `down ${peer}`, (turn) => turn.linkDown(peer as NodeId));
  }

  /** Both ends know: nothing is left of the link but who tries again, and the cut. */
  private forgetIfOver(row: Row, pair: Pair): void {
    if (this.has(row, pair, ATTACHED) || this.has(row, pair, ATTACHED + 1)) return;
    for (const bit of [ENDED, ENDED + 1]) this.set(row, pair, bit, false);
    this.set(row, pair, BROKEN, false);
    for (let queue = 1; queue <= 4; queue += 1) row[pair.at + queue] = EMPTY_QUEUE;
  }

  private break(row: Row, pair: Pair): void {
    this.set(row, pair, BROKEN, true);
    for (let queue = 1; queue <= 4; queue += 1) row[pair.at + queue] = EMPTY_QUEUE;
  }

  private cut(row: Row, pair: Pair): void {
    this.setBudget(row, 'cuts', this.budget(row, 'cuts') - 1);
    this.set(row, pair, CUT, true);
    this.break(row, pair);
  }

  private heal(row: Row, pair: Pair): void {
    this.set(row, pair, CUT, false);
    for (const [from, to] of pair.directions)
      if (this.has(row, pair, TRYING + (from === pair.low ? 0 : 1))) this.knock(row, pair, from, to);
  }

  private crash(row: Row, node: number, kind: (typeof CRASHES)[number]): void {
    this.setBudget(row, 'crashes', this.budget(row, 'crashes') - 1);
    const local = this.local(row, node);
    const owner = this.nodes[node];
    assert(owner !== undefined, 'the node exists');
    row[node] = owner.off(local.disk.crash(kind), local.generations).id;
    for (const pair of this.pairs) {
      if (pair.low !== node && pair.high !== node) continue;
      const own = node === pair.low ? 0 : 1;
      this.set(row, pair, TRYING + own, false);
      if (!this.has(row, pair, ATTACHED + own)) continue;
      this.set(row, pair, ATTACHED + own, false);
      this.break(row, pair);
      this.forgetIfOver(row, pair);
    }
    let truth = this.truth(row);
    if (truth.session?.node === node) {
      const failed = truth.pendingWrites.map((write): Happening => ({ what: 'failed', write }));
      const unflushed = truth.pendingFlushes.map((flush): Happening => ({ what: 'flush-failed', flush }));
      const happenings = [...truth.happenings, ...failed, ...unflushed];
      truth = this.truths.after(truth, { happenings, session: undefined });
    }
    this.setTruth(row, this.rules.died(truth, node, kind === 'power'));
    this.checks.crashed(this.locals(row), node);
  }

  /** For all nodes that run. */
  passTime(row: Row): void {
    for (const [node, { core }] of this.locals(row).entries())
      if (core !== undefined) this.turn(row, node, 'time', (turn) => turn.passTime());
  }

  // ---- the client

  private spend(row: Row, budget: Budget): void {
    this.setBudget(row, budget, this.budget(row, budget) - 1);
  }

  private open(row: Row, node: number): void {
    this.spend(row, 'opens');
    this.setTruth(row, this.truths.after(this.truth(row), { session: { node, phase: 'opening' } }));
    this.turn(row, node, 'open', (turn) => turn.input({ kind: 'open', id: OPEN, volume: VOLUME, mode: 'read-write' }));
  }

  private close(row: Row): void {
    const truth = this.truth(row);
    const node = truth.session?.node ?? 0;
    this.setTruth(row, this.truths.after(truth, { session: undefined }));
    this.turn(row, node, 'close', (turn) => turn.input({ kind: 'close', volume: VOLUME, mode: 'read-write' }));
  }

  private write(row: Row, block: number): void {
    this.spend(row, 'writes');
    const truth = this.truth(row);
    const write = truth.writes.length;
    const { blockBytes } = this.scope;
    this.setTruth(row, this.truths.after(truth, { happenings: [...truth.happenings, { what: 'write', block }] }));
    const payload = new SimPayload(blockBytes, Uint32Array.of(write), write);
    const offset = blockOffset(block, blockBytes);
    this.turn(row, truth.session?.node ?? 0, `write ${block} ${write}`, (turn) =>
      turn.input({ kind: 'client-write', id: write as ClientRequestId, volume: VOLUME, offset, payload, fua: false }),
    );
  }

  private flush(row: Row): void {
    this.spend(row, 'flushes');
    const truth = this.truth(row);
    const flush = truth.flushes.length;
    this.setTruth(row, this.truths.after(truth, { happenings: [...truth.happenings, { what: 'flush', flush }] }));
    this.turn(row, truth.session?.node ?? 0, `flush ${flush}`, (turn) =>
      turn.input({ kind: 'client-flush', id: (FLUSH + flush) as ClientRequestId, volume: VOLUME }),
    );
  }

  private answered(row: Row, node: number, { request, ok }: Extract<Effect, { kind: 'answer' }>): void {
    const truth = this.truth(row);
    const session = truth.session;
    if (session?.node !== node) return;
    if (request === OPEN) {
      this.setTruth(row, this.truths.after(truth, { session: ok ? { node, phase: 'open' } : undefined }));
      return;
    }
    const after = ok ? session : ({ node, phase: 'over' } as const);
    const happening: Happening =
      request >= FLUSH
        ? { what: ok ? 'flushed' : 'flush-failed', flush: request - FLUSH }
        : { what: ok ? 'acknowledged' : 'failed', write: request };
    const next = this.truths.after(truth, { happenings: [...truth.happenings, happening], session: after });
    if (ok) this.checks.acknowledged(truth, next, this.locals(row), node, request < FLUSH ? request : undefined);
    this.setTruth(row, next);
  }

  // ---- judging

  /** Nothing is under way: no frame, no disk operation, no timer, no link to make. */
  isAtRest(row: Row): boolean {
    for (const pair of this.pairs) {
      for (let queue = 1; queue <= 4; queue += 1) if (row[pair.at + queue] !== EMPTY_QUEUE) return false;
      if (this.mayConnect(row, pair) || this.has(row, pair, BROKEN)) return false;
      if (this.has(row, pair, ENDED) || this.has(row, pair, ENDED + 1)) return false;
    }
    return this.locals(row).every(
      ({ core, disk, peerAckDue }) => core === undefined || (disk.flying.length === 0 && !peerAckDue),
    );
  }

  /** @throws Violation */
  judge(row: Row): void {
    const locals = this.locals(row);
    this.checks.anyState(locals);
    if (this.isAtRest(row)) this.checks.atRest(locals);
  }

  isConverged(row: Row): string | undefined {
    return this.checks.converged(this.truth(row), this.locals(row));
  }
}
