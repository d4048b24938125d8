/**
 * Virtual milliseconds for code with promises: the clock moves only when nothing is left to run at the present moment. One
 * macrotask turn after each event drains all microtasks, however long their chains are.
 */
import type { Clock } from '../../controller/ports.ts';

/** Whoever may end before the run does: what it was waiting for does not reach it any more. */
export interface Life {
  readonly name: string;
  alive: boolean;
}

interface Appointment {
  readonly at: number;
  readonly order: number;
  run(): void;
}

/** A wall clock needs some beginning. */
const FIRST_WALL_MS = 1_700_000_000_000;

export class VirtualTime {
  now = 0;
  events = 0;
  private readonly waiting: Appointment[] = [];
  private orders = 0;

  /** @returns cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const appointment = { at: this.now + Math.max(0, delayMs), order: this.orders++, run };
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.waiting[middle]?.at ?? 0) <= appointment.at) low = middle + 1;
      else high = middle;
    }
    this.waiting.splice(low, 0, appointment);
    return () => {
      const index = this.waiting.indexOf(appointment);
      if (index >= 0) this.waiting.splice(index, 1);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  clockOf(life: Life): Clock {
    return {
      wallMs: () => FIRST_WALL_MS + Math.floor(this.now),
      nowMs: () => this.now,
      after: (delayMs, run) =>
        this.after(delayMs, () => {
          if (life.alive) run();
        }),
    };
  }

  /** Until `done` says so, or the time has come. */
  async run(until: number, done: () => boolean): Promise<void> {
    await drained();
    while (!done()) {
      const next = this.waiting[0];
      if (next === undefined || next.at > until) {
        this.now = Math.max(this.now, until);
        return;
      }
      this.waiting.shift();
      this.now = next.at;
      this.events += 1;
      next.run();
      await drained();
    }
  }
}

const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** For those that wait for something that a dead process was to tell them. */
export const never = <T>(): Promise<T> => new Promise(() => {});
