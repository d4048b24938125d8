/** What every KvStore promises. Run it with a factory: `kvStoreContract('memory', async () => new MemoryStore())`. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { KvStore, KvWrite } from '../../controller/store/kv-store.ts';

export const put = (key: string, value: string): KvWrite => ({ kind: 'put', key, value });
export const drop = (key: string): KvWrite => ({ kind: 'delete', key });

/** Of a commit that must succeed. */
export async function commit(store: KvStore, ...writes: KvWrite[]): Promise<number> {
  const revision = await store.commit([], writes);
  if (revision === undefined) throw new Error('a commit without conditions has been refused');
  return revision;
}

export function kvStoreContract(name: string, make: () => Promise<KvStore>): void {
  describe(`KvStore contract: ${name}`, () => {
    let store: KvStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(async () => {
      await store.close();
    });

    const stored = async (key: string): Promise<string | undefined> =>
      (await store.load()).entries.find((entry) => entry.key === key)?.value;

    it('gives back what was put, with the revision of its commit, in the order of the keys', async () => {
      const first = await commit(store, put('b/10', 'ü"\n'), put('b/1', ''));
      const second = await commit(store, put('a/9', 'x'));
      expect(await store.load()).to.deep.equal({
        entries: [
          { key: 'a/9', value: 'x', modRevision: second },
          { key: 'b/1', value: '', modRevision: first },
          { key: 'b/10', value: 'ü"\n', modRevision: first },
        ],
        revision: second,
      });
    });

    it('forgets what was deleted, and deletes what is not there without a word', async () => {
      await commit(store, put('a', '1'));
      await commit(store, drop('a'), drop('never'));
      expect((await store.load()).entries).to.deep.equal([]);
    });

    it('writes nothing when a condition does not hold', async () => {
      const first = await commit(store, put('a', '1'));
      const second = await commit(store, put('a', '2'));
      expect(await store.commit([{ key: 'a', modRevision: first }], [put('a', '3'), put('b', '3')])).to.equal(
        undefined,
      );
      expect(await store.commit([{ key: 'a', modRevision: 0 }], [put('b', '3')])).to.equal(undefined);
      expect(await store.commit([{ key: 'c', modRevision: second }], [put('b', '3')])).to.equal(undefined);
      expect(await stored('a')).to.equal('2');
      expect(await stored('b')).to.equal(undefined);
      const third = await store.commit([{ key: 'a', modRevision: second }], [put('b', '3')]);
      expect(third).to.be.greaterThan(second);
    });

    it('lets one of many take a key that must be absent', async () => {
      const attempts = Array.from({ length: 20 }, (_, n) =>
        store.commit([{ key: 'leader', modRevision: 0 }], [put('leader', String(n))]),
      );
      const winners = (await Promise.all(attempts)).flatMap((revision, n) => (revision === undefined ? [] : [n]));
      expect(winners).to.have.length(1);
      expect(await stored('leader')).to.equal(String(winners[0]));
    });

    it('commits in the order of arrival, with growing revisions', async () => {
      const revisions = await Promise.all(Array.from({ length: 30 }, (_, n) => commit(store, put('last', String(n)))));
      expect(revisions).to.deep.equal([...revisions].sort((a, b) => a - b));
      expect(new Set(revisions).size).to.equal(30);
      expect(await stored('last')).to.equal('29');
    });

    it('does not grow the revision without writes', async () => {
      const written = await commit(store, put('a', '1'));
      expect(await store.commit([], [])).to.equal(written);
      expect((await store.load()).revision).to.equal(written);
    });

    it('agrees with a plain map over any sequence of commits', async () => {
      const step = fc.record({
        key: fc.constantFrom('a', 'a/1', 'a/2', 'b', 'b/1'),
        value: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
      });
      const commits = fc.array(fc.uniqueArray(step, { maxLength: 4, selector: ({ key }) => key }), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(commits, async (steps) => {
          const model = new Map((await store.load()).entries.map((entry) => [entry.key, entry.value]));
          for (const each of steps) {
            await commit(store, ...each.map(({ key, value }) => (value === undefined ? drop(key) : put(key, value))));
            for (const { key, value } of each) {
              if (value === undefined) model.delete(key);
              else model.set(key, value);
            }
          }
          const now = (await store.load()).entries.map((entry) => [entry.key, entry.value]);
          expect(now).to.deep.equal([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
        }),
        { numRuns: 25 },
      );
    });
  });
}
