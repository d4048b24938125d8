/**
 * Which objects of one node must be looked at. A key is in it once, however often it was marked; a key whose work
 * failed comes back after a delay that doubles up to a limit. Level-triggered: a key says "look", never "what happened".
 */
import type { Clock } from '../ports.ts';

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;

export class DirtyKeys {
  private readonly clock: Clock;
  private readonly ready = new Set<string>();
  private readonly failures = new Map<string, { count: number; cancel: () => void }>();
  private wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  mark(key: string): void {
    this.failures.get(key)?.cancel();
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
    const delayMs = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (count - 1));
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
