/** The named timers of one core over the event loop's. A fired or cancelled timer is gone; setting one again replaces it. */
import type { Millis } from '../../common/units.ts';
import type { TimerId } from '../replication/payload.ts';

/** Node fires a longer delay at once (with a warning), so a longer one is armed in steps. */
const STEP_MS_MAX = 2 ** 31 - 1;

export class TimerTable {
  readonly #armed = new Map<TimerId, NodeJS.Timeout>();
  readonly #fire: (timer: TimerId) => void;

  constructor(fire: (timer: TimerId) => void) {
    this.#fire = fire;
  }

  set(timer: TimerId, delayMs: Millis): void {
    this.cancel(timer);
    this.#arm(timer, Math.max(0, delayMs));
  }

  cancel(timer: TimerId): void {
    const handle = this.#armed.get(timer);
    if (handle === undefined) return;
    clearTimeout(handle);
    this.#armed.delete(timer);
  }

  cancelAll(): void {
    for (const handle of this.#armed.values()) clearTimeout(handle);
    this.#armed.clear();
  }

  #arm(timer: TimerId, remainingMs: number): void {
    const stepMs = Math.min(remainingMs, STEP_MS_MAX);
    const handle = setTimeout(() => {
      if (remainingMs > stepMs) return this.#arm(timer, remainingMs - stepMs);
      this.#armed.delete(timer);
      this.#fire(timer);
    }, stepMs);
    this.#armed.set(timer, handle);
  }
}
