/**
 * Which objects of one node must be looked at. A key is in it once, however often it was marked; a key whose work
 * failed comes back on a ladder of delays. Level-triggered: a key says "look", never "what happened".
 */
import type { Clock } from '../ports.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * Two quick ones for what was only a moment's race (a peer that is not there yet), then LINSTOR's ladder: a disk that is
 * broken stays broken, and attempts cost. The last delay goes on for good.
 */
const RETRY_LADDER_MS: readonly number[] = [
  SECOND_MS,
  4 * SECOND_MS,
  15 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  4 * HOUR_MS,
  24 * HOUR_MS,
];

export class DirtyKeys {
  private readonly clock: Clock;
  private readonly ready = new Set<string>();
  private readonly failures = new Map<string, { count: number; cancel: () => void }>();
  private wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** It has changed, or somebody asks for it: at once, and from the foot of the ladder if it fails again. */
  mark(key: string): void {
    this.succeeded(key);
    this.ready.add(key);
    this.wake?.();
  }

  /** All that is due, which leaves the set; resolves as soon as there is something, with nothing when `signal` aborts. */
  async take(signal: AbortSignal): Promise<string[]> {
    while (this.ready.size === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.wake = done;
        signal.addEventListener('abort', done, { once: true });
      });
      this.wake = undefined;
    }
    const keys = [...this.ready];
    this.ready.clear();
    return keys;
  }

  succeeded(key: string): void {
    this.failures.get(key)?.cancel();
    this.failures.delete(key);
  }

  failed(key: string): void {
    const count = (this.failures.get(key)?.count ?? 0) + 1;
    this.failures.get(key)?.cancel();
    const delayMs = RETRY_LADDER_MS[Math.min(count, RETRY_LADDER_MS.length) - 1] ?? 0;
    const cancel = this.clock.after(delayMs, () => {
      this.ready.add(key);
      this.wake?.();
    });
    this.failures.set(key, { count, cancel });
  }

  /** A full state comes: nothing is known to be left over. */
  clear(): void {
    for (const failure of this.failures.values()) failure.cancel();
    this.failures.clear();
    this.ready.clear();
  }
}
