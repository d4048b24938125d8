/** Waiting that can be cut short. */
import type { Clock } from './ports.ts';

/** Calls `wake` when something has happened. @returns ends that. */
export type Announce = (wake: () => void) => () => void;

/** Resolves after the delay, or as soon as `signal` is aborted or one of those that announce has something to say. */
export function pause(
  clock: Pick<Clock, 'after'>,
  delayMs: number,
  signal: AbortSignal,
  ...announcers: readonly Announce[]
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      for (const end of ends) end();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const ends = [clock.after(Math.max(0, delayMs), done), ...announcers.map((announce) => announce(done))];
    signal.addEventListener('abort', done, { once: true });
  });
}
