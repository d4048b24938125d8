/**
 * How far the satellites have come: for each object of each node, from which revision of the store its last command was
 * computed and how it ended. Callers wait here until their change has been applied.
 */
import type { Answer } from '../domain/answer.ts';
import { nameKey } from '../domain/node.ts';
import { isAway } from '../domain/observed.ts';
import type { Clock } from '../ports.ts';
import type { StatusCache } from '../satellites/status-cache.ts';

export interface Target {
  readonly kind: 'resource' | 'storage-pool';
  readonly node: string;
  readonly name: string;
  /** `gone`: deleted by the satellite and removed from the store. */
  readonly goal: 'applied' | 'gone';
}

export type Settled =
  | { readonly kind: 'done'; readonly revision: number }
  | { readonly kind: 'failed'; readonly answers: readonly Answer[] }
  /** The node is not connected: it will be done when it returns. */
  | { readonly kind: 'away' }
  | { readonly kind: 'timed-out' };

interface Progress {
  readonly revision: number;
  readonly state: 'applied' | 'gone' | 'failed';
  readonly answers: readonly Answer[];
}

/** Objects that are gone are remembered for callers that still wait; this many at most. */
const REMEMBERED_MAX = 20_000;

export class Settlement {
  private readonly progress = new Map<string, Progress>();
  private readonly gone = new Set<string>();
  private readonly waiters = new Set<() => void>();
  private readonly status: StatusCache;
  private readonly clock: Clock;

  constructor(status: StatusCache, clock: Clock) {
    this.status = status;
    this.clock = clock;
    status.onChange((change) => {
      if (change.kind === 'node') this.wake();
    });
  }

  record(target: Omit<Target, 'goal'>, progress: Progress): void {
    const key = keyOf(target);
    this.progress.set(key, progress);
    this.gone.delete(key);
    if (progress.state === 'gone') this.gone.add(key);
    for (const oldest of this.gone) {
      if (this.gone.size <= REMEMBERED_MAX) break;
      this.gone.delete(oldest);
      this.progress.delete(oldest);
    }
    this.wake();
  }

  /** It is tried again: what it came to so far is no answer. */
  forget(target: Omit<Target, 'goal'>): void {
    this.progress.delete(keyOf(target));
  }

  /** In the order of `targets`. Rejects only with the reason of an aborted `signal`. */
  async wait(
    targets: readonly Target[],
    revision: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<readonly Settled[]> {
    const deadline = this.clock.nowMs() + waitMs;
    for (;;) {
      signal.throwIfAborted();
      const now = targets.map((target) => this.look(target, revision));
      const missing = now.some((settled) => settled === undefined);
      const leftMs = deadline - this.clock.nowMs();
      if (!missing || leftMs <= 0) return now.map((settled) => settled ?? { kind: 'timed-out' });
      await this.nextChange(leftMs, signal);
    }
  }

  private look(target: Target, revision: number): Settled | undefined {
    const known = this.progress.get(keyOf(target));
    if (known !== undefined && known.revision >= revision) {
      if (known.state === 'failed') return { kind: 'failed', answers: known.answers };
      if (known.state === target.goal) return { kind: 'done', revision: known.revision };
      if (known.state === 'gone') return { kind: 'done', revision: known.revision };
    }
    return isAway(this.status, target.node) ? { kind: 'away' } : undefined;
  }

  private nextChange(withinMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiters.delete(done);
        signal.removeEventListener('abort', done);
        cancel();
        resolve();
      };
      const cancel = this.clock.after(withinMs, done);
      this.waiters.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  private wake(): void {
    for (const waiter of [...this.waiters]) waiter();
  }
}

const keyOf = (target: Omit<Target, 'goal'>): string =>
  `${target.kind}/${nameKey(target.node)}/${nameKey(target.name)}`;
