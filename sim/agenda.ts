/**
 * Virtual time. A binary heap over typed arrays of what is due, in one total order (time, class, tiebreak, sequence),
 * so that a run never depends on heap stability. Cancelled entries stay as tombstones until their turn.
 * Time is in integer microseconds since the start of the run.
 */
import { assert } from '../common/assert.ts';

/** At equal times a crash comes before what the crashed node would still have done, checks come last. */
export const EVENT_CLASS = { fault: 0, disk: 1, network: 2, timer: 3, client: 4, check: 5 } as const;
export type EventClass = (typeof EVENT_CLASS)[keyof typeof EVENT_CLASS];

/** Names one scheduled entry; safe to cancel after it ran. */
export type AgendaHandle = number & { readonly __brand: 'AgendaHandle' };

const SLOT_LIMIT = 1_048_576;

export class Agenda {
  /** Microseconds. */
  now = 0;
  executed = 0;
  private size = 0;
  private sequence = 0;
  private capacity = 1_024;
  private heap = new Int32Array(1_024);
  private time = new Float64Array(1_024);
  private order = new Float64Array(1_024);
  private rank = new Float64Array(1_024);
  private generation = new Uint32Array(1_024);
  private readonly actions: ((() => void) | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly onRun: ((time: number, eventClass: number) => void) | undefined;
  private readonly tiebreak: (() => number) | undefined;
  private readonly holdBack: ((source: number) => number) | undefined;

  /** @param tiebreak draws the order of entries that are due at the same time in the same class; absent: first in, first out. */
  constructor(
    options: {
      readonly onRun?: (time: number, eventClass: number) => void;
      readonly tiebreak?: (() => number) | undefined;
      /** Microseconds by which an event of this source comes later. Never less than for an earlier event of it. */
      readonly holdBack?: ((source: number) => number) | undefined;
    } = {},
  ) {
    this.onRun = options.onRun;
    this.tiebreak = options.tiebreak;
    this.holdBack = options.holdBack;
  }

  get pending(): number {
    return this.size;
  }

  /** @param at microseconds, never in the past. */
  schedule(at: number, eventClass: EventClass, action: () => void): AgendaHandle {
    const slot = this.takeSlot();
    this.actions[slot] = action;
    this.time[slot] = at < this.now ? this.now : Math.floor(at);
    this.sequence += 1;
    this.order[slot] = this.sequence;
    // Class in the high part, the drawn tiebreak below it: one compare for both.
    this.rank[slot] = eventClass * 65_536 + (this.tiebreak === undefined ? 0 : this.tiebreak() & 0xffff);
    this.heap[this.size] = slot;
    this.size += 1;
    this.siftUp(this.size - 1);
    return ((this.generation[slot] ?? 0) * SLOT_LIMIT + slot) as AgendaHandle;
  }

  after(delay: number, eventClass: EventClass, action: () => void): AgendaHandle {
    return this.schedule(this.now + delay, eventClass, action);
  }

  /** As `after`, for an event of a source (a direction of a link, a disk) that a policy may hold back. */
  from(source: number, delay: number, eventClass: EventClass, action: () => void): AgendaHandle {
    return this.after(delay + (this.holdBack?.(source) ?? 0), eventClass, action);
  }

  cancel(handle: AgendaHandle): void {
    const slot = handle % SLOT_LIMIT;
    if (this.generation[slot] === Math.floor(handle / SLOT_LIMIT)) this.actions[slot] = undefined;
  }

  /** Runs the next entry. False when nothing is left or the next one is after `until`. */
  step(until = Number.POSITIVE_INFINITY): boolean {
    while (this.size > 0) {
      const slot = this.heap[0] ?? 0;
      const due = this.time[slot] ?? 0;
      if (due > until) return false;
      const action = this.actions[slot];
      const eventClass = Math.floor((this.rank[slot] ?? 0) / 65_536);
      this.removeTop();
      this.release(slot);
      if (action === undefined) continue;
      assert(due >= this.now, 'virtual time never goes back');
      this.now = due;
      this.executed += 1;
      this.onRun?.(due, eventClass);
      action();
      return true;
    }
    return false;
  }

  private takeSlot(): number {
    const reused = this.free.pop();
    if (reused !== undefined) return reused;
    if (this.actions.length === this.capacity) this.grow();
    this.actions.push(undefined);
    return this.actions.length - 1;
  }

  private release(slot: number): void {
    this.actions[slot] = undefined;
    this.generation[slot] = (this.generation[slot] ?? 0) + 1;
    this.free.push(slot);
  }

  private grow(): void {
    this.capacity *= 2;
    assert(this.capacity <= SLOT_LIMIT, 'runaway: more than a million entries on the agenda');
    const enlarge = <T extends Int32Array | Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.heap = enlarge(this.heap, new Int32Array(this.capacity));
    this.time = enlarge(this.time, new Float64Array(this.capacity));
    this.order = enlarge(this.order, new Float64Array(this.capacity));
    this.rank = enlarge(this.rank, new Float64Array(this.capacity));
    this.generation = enlarge(this.generation, new Uint32Array(this.capacity));
  }

  private before(a: number, b: number): boolean {
    const timeA = this.time[a] ?? 0;
    const timeB = this.time[b] ?? 0;
    if (timeA !== timeB) return timeA < timeB;
    const rankA = this.rank[a] ?? 0;
    const rankB = this.rank[b] ?? 0;
    if (rankA !== rankB) return rankA < rankB;
    return (this.order[a] ?? 0) < (this.order[b] ?? 0);
  }

  private siftUp(start: number): void {
    let index = start;
    const slot = this.heap[index] ?? 0;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const other = this.heap[parent] ?? 0;
      if (!this.before(slot, other)) break;
      this.heap[index] = other;
      index = parent;
    }
    this.heap[index] = slot;
  }

  private removeTop(): void {
    this.size -= 1;
    if (this.size === 0) return;
    const slot = this.heap[this.size] ?? 0;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.before(this.heap[child + 1] ?? 0, this.heap[child] ?? 0)) child += 1;
      const other = this.heap[child] ?? 0;
      if (!this.before(other, slot)) break;
      this.heap[index] = other;
      index = child;
    }
    this.heap[index] = slot;
  }
}
