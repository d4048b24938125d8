/** Waiting that can be cut short. */
import type { Clock } from './ports.ts';

/** Resolves after the delay, or as soon as `signal` is aborted. */
export function pause(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(Math.max(0, delayMs), done);
    signal.addEventListener('abort', done, { once: true });
  });
}
