import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import type { Clock } from '../../../controller/ports.ts';
import { DirtyKeys } from '../../../controller/reconcile/dirty-keys.ts';

/** Time that stands still until `pass`. */
class HandClock implements Clock {
  private readonly due = new Set<{ at: number; run: () => void }>();
  private now = 0;

  wallMs(): number {
    return this.now;
  }
  nowMs(): number {
    return this.now;
  }
  after(delayMs: number, run: () => void): () => void {
    const entry = { at: this.now + delayMs, run };
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }
  pass(ms: number): void {
    this.now += ms;
    for (const entry of [...this.due]) {
      if (entry.at > this.now || !this.due.delete(entry)) continue;
      entry.run();
    }
  }
}

describe('DirtyKeys', () => {
  it('give each key once, however often it was marked', async () => {
    const dirty = new DirtyKeys(new HandClock());
    for (const key of ['a', 'b', 'a']) dirty.mark(key);
    expect(await dirty.take(new AbortController().signal)).to.deep.equal(['a', 'b']);
  });

  it('leave no listener behind on the signal, however often somebody waited', async () => {
    const dirty = new DirtyKeys(new HandClock());
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    for (let round = 0; round < 50; round++) {
      const taken = dirty.take(signal);
      expect(getEventListeners(signal, 'abort').length).to.equal(1);
      dirty.mark('a');
      dirty.mark('b');
      expect(await taken).to.deep.equal(['a', 'b']);
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    }
    // A warning is emitted in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).to.deep.equal([]);
  });

  it('end a wait with nothing when the signal aborts', async () => {
    const dirty = new DirtyKeys(new HandClock());
    const ending = new AbortController();
    const taken = dirty.take(ending.signal);
    ending.abort();
    expect(await taken).to.deep.equal([]);
    expect(await dirty.take(ending.signal)).to.deep.equal([]);
  });

  const HOUR_MS = 3_600_000;
  const isBackAfter = async (dirty: DirtyKeys, clock: HandClock, delayMs: number): Promise<void> => {
    const ending = new AbortController();
    let back: readonly string[] | undefined;
    const taken = dirty.take(ending.signal).then((keys) => {
      back = keys;
    });
    clock.pass(delayMs - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(back, `before ${delayMs} ms`).to.equal(undefined);
    clock.pass(1);
    await taken;
    expect(back, `after ${delayMs} ms`).to.deep.equal(['a']);
  };

  it('bring a failed key back twice soon, then on the ladder of LINSTOR, and at last once a day', async () => {
    const clock = new HandClock();
    const dirty = new DirtyKeys(clock);
    const seconds = [1, 4, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400, 86_400, 86_400];
    for (const delay of seconds) {
      dirty.failed('a');
      await isBackAfter(dirty, clock, delay * 1000);
    }
  });

  it('bring a failed key back at once when it is marked, and begin the ladder anew then and after a success', async () => {
    const clock = new HandClock();
    const dirty = new DirtyKeys(clock);
    const { signal } = new AbortController();
    const climb = async (): Promise<void> => {
      for (const delayMs of [1_000, 4_000, 15_000, 30_000]) {
        dirty.failed('a');
        await isBackAfter(dirty, clock, delayMs);
      }
    };
    await climb();
    dirty.failed('a');
    dirty.mark('a');
    expect(await dirty.take(signal)).to.deep.equal(['a']);
    await climb();
    dirty.succeeded('a');
    dirty.failed('a');
    await isBackAfter(dirty, clock, 1_000);
  });

  it('forget what has failed when everything is told anew', async () => {
    const clock = new HandClock();
    const dirty = new DirtyKeys(clock);
    const ending = new AbortController();
    dirty.failed('a');
    dirty.clear();
    const taken = dirty.take(ending.signal);
    clock.pass(48 * HOUR_MS);
    ending.abort();
    expect(await taken).to.deep.equal([]);
  });
});
