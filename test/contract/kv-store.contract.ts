/** What every KvStore promises. Run it with a factory: `kvStoreContract('memory', async () => new MemoryStore())`. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { KvStore } from '../../controller/store/kv-store.ts';

export function kvStoreContract(name: string, make: () => Promise<KvStore>): void {
  describe(`KvStore contract: ${name}`, () => {
    let store: KvStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(async () => {
      await store.close();
    });

    const put = (key: string, value: string) => store.transaction(async (tx) => tx.put(key, value));
    const increment = async (key: string): Promise<void> => {
      await store.transaction(async (tx) => {
        const entry = await tx.get(key);
        await Promise.resolve();
        tx.put(key, String(Number(entry?.value ?? '0') + 1));
      });
    };

    it('gives back what was put, with the revision of the transaction', async () => {
      const { revision } = await put('a/1', 'one');
      expect(await store.get('a/1')).to.deep.equal({ key: 'a/1', value: 'one', modRevision: revision });
      expect(await store.get('a/2')).to.equal(undefined);
    });

    it('ranges over a prefix in the order of the keys, and not beyond it', async () => {
      for (const key of ['b/2', 'a/9', 'b/10', 'b', 'c/1', 'b/1']) await put(key, key);
      expect((await store.range('b/')).map((entry) => entry.key)).to.deep.equal(['b/1', 'b/10', 'b/2']);
    });

    it('forgets what was deleted', async () => {
      await put('a', '1');
      await store.transaction(async (tx) => tx.delete('a'));
      expect(await store.get('a')).to.equal(undefined);
      expect(await store.range('')).to.deep.equal([]);
    });

    it('shows a transaction its own writes, and nobody else before the commit', async () => {
      await put('k/old', '1');
      await store.transaction(async (tx) => {
        tx.put('k/new', '2');
        tx.delete('k/old');
        expect((await tx.get('k/new'))?.value).to.equal('2');
        expect(await tx.get('k/old')).to.equal(undefined);
        expect((await tx.range('k/')).map((entry) => entry.key)).to.deep.equal(['k/new']);
        expect(await store.get('k/new')).to.equal(undefined);
      });
    });

    it('writes nothing when the body throws', async () => {
      let caught: unknown;
      try {
        await store.transaction(async (tx) => {
          tx.put('a', '1');
          throw new Error('no');
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).to.be.instanceOf(Error);
      expect(await store.get('a')).to.equal(undefined);
    });

    it('loses no update of concurrent read-modify-write transactions', async () => {
      await Promise.all(Array.from({ length: 40 }, () => increment('counter')));
      expect((await store.get('counter'))?.value).to.equal('40');
    });

    it('runs a body again when a range that it read has got a new key', async () => {
      let runs = 0;
      const committed = await store.transaction(async (tx) => {
        runs += 1;
        const seen = await tx.range('n/');
        if (runs === 1) await put('n/intruder', 'x');
        tx.put('count', String(seen.length));
      });
      expect(runs).to.equal(2);
      expect((await store.get('count'))?.value).to.equal('1');
      expect(committed.revision).to.be.greaterThan(0);
    });

    it('runs a body again when a key of a range that it read was deleted', async () => {
      await put('n/1', 'x');
      await put('n/2', 'x');
      let runs = 0;
      await store.transaction(async (tx) => {
        runs += 1;
        const seen = await tx.range('n/');
        if (runs === 1) await store.transaction(async (other) => other.delete('n/1'));
        tx.put('count', String(seen.length));
      });
      expect((await store.get('count'))?.value).to.equal('1');
    });

    it('grows the revision with each writing transaction and not with a reading one', async () => {
      const first = await put('a', '1');
      const reading = await store.transaction(async (tx) => tx.get('a'));
      const second = await put('a', '2');
      expect(reading.revision).to.equal(first.revision);
      expect(second.revision).to.equal(first.revision + 1);
    });

    it('tells a watcher every later change of its prefix, in order, one call per transaction', async () => {
      await put('w/before', '0');
      const seen: string[] = [];
      const watch = store.watch('w/', (changes) => {
        seen.push(changes.map((each) => (each.kind === 'put' ? `+${each.entry.key}` : `-${each.key}`)).join(' '));
      });
      await store.transaction(async (tx) => {
        tx.put('w/1', '1');
        tx.put('other', '1');
        tx.put('w/2', '1');
      });
      await put('other', '2');
      await store.transaction(async (tx) => tx.delete('w/1'));
      watch.close();
      await put('w/3', '1');
      expect(seen).to.deep.equal(['+w/1 +w/2', '-w/1']);
    });

    it('agrees with a plain map over any sequence of transactions', async () => {
      const step = fc.record({
        key: fc.constantFrom('a', 'a/1', 'a/2', 'b', 'b/1'),
        value: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 }), async (transactions) => {
          const model = new Map((await store.range('')).map((entry) => [entry.key, entry.value]));
          for (const steps of transactions) {
            await store.transaction(async (tx) => {
              for (const { key, value } of steps) {
                if (value === undefined) tx.delete(key);
                else tx.put(key, value);
              }
            });
            for (const { key, value } of steps) {
              if (value === undefined) model.delete(key);
              else model.set(key, value);
            }
          }
          const stored = (await store.range('')).map((entry) => [entry.key, entry.value]);
          const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
          expect(stored).to.deep.equal(expected);
        }),
        { numRuns: 25 },
      );
    });
  });
}
