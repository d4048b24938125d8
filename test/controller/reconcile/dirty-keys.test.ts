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

  it('bring a failed key back after a delay that doubles, and at once when it is marked', async () => {
    const clock = new HandClock();
    const dirty = new DirtyKeys(clock);
    const { signal } = new AbortController();
    for (const delayMs of [1_000, 2_000, 4_000]) {
      dirty.failed('a');
      let back = false;
      const taken = dirty.take(signal).then((keys) => {
        back = true;
        return keys;
      });
      clock.pass(delayMs - 1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(back).to.equal(false);
      clock.pass(1);
      expect(await taken).to.deep.equal(['a']);
    }
    dirty.failed('a');
    dirty.mark('a');
    expect(await dirty.take(signal)).to.deep.equal(['a']);
    dirty.succeeded('a');
    dirty.failed('a');
    const again = dirty.take(signal);
    clock.pass(1_000);
    expect(await again).to.deep.equal(['a']);
  });
});
