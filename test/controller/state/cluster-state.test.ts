import { expect } from 'chai';
import fc from 'fast-check';
import { OperationError } from '../../../common/errors.ts';
import type { StoragePool } from '../../../controller/domain/storage-pool.ts';
import { ClusterState } from '../../../controller/state/cluster-state.ts';
import { type Change, tablesOf } from '../../../controller/state/tables.ts';
import { type KvCondition, type KvWrite, WRITES_MAX } from '../../../controller/store/kv-store.ts';
import { MemoryStore } from '../../../controller/store/memory-store.ts';
import { commit, put } from '../../contract/kv-store.contract.ts';
import { aNode, aPool } from '../objects.ts';
import { rejection } from '../rejection.ts';

const node = (name: string, address = 'x') => aNode(name, { address });

/** Counts commits, and holds them back until told. */
class WatchedStore extends MemoryStore {
  readonly batches: number[] = [];
  hold: Promise<void> = Promise.resolve();

  override async commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    this.batches.push(writes.length);
    await this.hold;
    return super.commit(conditions, writes);
  }
}

const loaded = (store: MemoryStore, conditions: readonly KvCondition[] = [], onLost = (_: OperationError) => {}) =>
  ClusterState.load(store, { conditions, onLost });

describe('ClusterState', () => {
  it('has everything again when it is loaded anew', async () => {
    const store = new MemoryStore();
    const state = await loaded(store);
    await state.transaction((draft) => draft.put('nodes', node('Alpha')));
    await state.transaction((draft) => draft.put('nodes', node('bravo')));
    await state.transaction((draft) => draft.delete('nodes', node('BRAVO')));
    const again = await loaded(store);
    expect(again.view.nodes.all()).to.deep.equal([node('Alpha')]);
    expect(again.revision).to.equal(state.revision);
  });

  it('shows a transaction its own changes and those of earlier ones, and nobody else before they are durable', async () => {
    const store = new WatchedStore();
    const state = await loaded(store);
    let release = (): void => {};
    store.hold = new Promise((resolve) => {
      release = resolve;
    });
    const seen: string[][] = [];
    const add = (name: string) =>
      state.transaction((draft) => {
        draft.put('nodes', node(name));
        seen.push(draft.nodes.all().map((entry) => entry.name));
      });
    const both = Promise.all([add('b'), add('a')]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).to.deep.equal([['b'], ['a', 'b']]);
    expect(state.view.nodes.size).to.equal(0);
    release();
    await both;
    expect(state.view.nodes.all().map((entry) => entry.name)).to.deep.equal(['a', 'b']);
    expect(store.batches).to.deep.equal([2]);
  });

  it('takes back what a body did that throws, and nothing of its neighbours', async () => {
    const state = await loaded(new MemoryStore());
    const results = await Promise.allSettled([
      state.transaction((draft) => draft.put('nodes', node('a', 'first'))),
      state.transaction((draft) => {
        draft.put('nodes', node('a', 'second'));
        draft.put('nodes', node('b'));
        draft.delete('nodes', node('a'));
        throw new OperationError('NODE_IN_USE', 'no');
      }),
      state.transaction((draft) => draft.put('nodes', node('c'))),
    ]);
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(state.view.nodes.all()).to.deep.equal([node('a', 'first'), node('c')]);
  });

  it('lets transactions share a commit only as far as a commit has room', async () => {
    const store = new WatchedStore();
    const state = await loaded(store);
    const add = (from: number, count: number) =>
      state.transaction((draft) => {
        for (let n = from; n < from + count; n += 1) draft.put('nodes', node(`n${n}`));
      });
    await Promise.all([add(0, 100), add(100, 10), add(110, 50), add(160, 1)]);
    expect(store.batches).to.deep.equal([110, 51]);
    expect(store.batches.every((count) => count <= WRITES_MAX)).to.equal(true);
    expect(state.view.nodes.size).to.equal(161);
  });

  it('writes at most as many bytes at once as the store takes, and refuses only the operation that is larger', async () => {
    const store = new WatchedStore();
    const lost: OperationError[] = [];
    const state = await loaded(store, [], (reason) => lost.push(reason));
    const add = (name: string, length: number) =>
      state.transaction((draft) => draft.put('nodes', node(name, 'ä'.repeat(length / 2))));
    await Promise.all([add('a', 900_000), add('b', 900_000), add('c', 10)]);
    expect(store.batches).to.deep.equal([1, 2]);
    const large = state.transaction((draft) => {
      for (const name of ['d', 'e']) draft.put('nodes', node(name, 'x'.repeat(900_000)));
    });
    expect((await rejection(large)).code).to.equal('INVALID_ARGUMENT');
    expect(lost).to.deep.equal([]);
    expect(state.view.nodes.size).to.equal(3);
  });

  it('tells each change once, with what was before, after it has become true', async () => {
    const state = await loaded(new MemoryStore());
    const told: (readonly Change[])[] = [];
    state.onChange((changes) => told.push(changes));
    await state.transaction((draft) => draft.put('nodes', node('a', 'old')));
    await state.transaction((draft) => draft.put('nodes', node('A', 'new')));
    await state.transaction((draft) => draft.delete('nodes', node('a')));
    expect(told).to.deep.equal([
      [{ kind: 'nodes', key: 'A', before: undefined, after: node('a', 'old') }],
      [{ kind: 'nodes', key: 'A', before: node('a', 'old'), after: node('A', 'new') }],
      [{ kind: 'nodes', key: 'A', before: node('A', 'new'), after: undefined }],
    ]);
  });

  it('starts without the records that it cannot read, names them and leaves them where they are', async () => {
    const store = new MemoryStore();
    const bad = ['{', '{"name":"a"}', JSON.stringify(node('other'))];
    await commit(store, ...bad.map((text, n) => put(`nodes/BAD${n}`, text)), put('nodes/A', JSON.stringify(node('a'))));
    const state = await loaded(store);
    expect(state.view.nodes.all()).to.deep.equal([node('a')]);
    expect(state.damaged.map(({ key }) => key)).to.deep.equal(['nodes/BAD0', 'nodes/BAD1', 'nodes/BAD2']);
    await state.transaction((draft) => draft.put('nodes', node('b')));
    expect((await store.load()).entries).to.have.length(5);
  });

  it('changes nothing any more once its condition has failed', async () => {
    const store = new MemoryStore();
    const modRevision = await commit(store, put('leader', 'one'));
    const lost: OperationError[] = [];
    const state = await loaded(store, [{ key: 'leader', modRevision }], (reason) => lost.push(reason));
    await state.transaction((draft) => draft.put('nodes', node('a')));
    await commit(store, put('leader', 'two'));
    const add = () => state.transaction((draft) => draft.put('nodes', node('b')));
    expect((await rejection(add())).code).to.equal('NOT_LEADER');
    expect((await rejection(add())).code).to.equal('NOT_LEADER');
    expect(lost).to.have.length(1);
    expect(state.view.nodes.size).to.equal(1);
  });

  it('agrees with plain filters over any sequence of changes', () => {
    const change = fc.record({
      node: fc.constantFrom('a', 'B', 'c'),
      name: fc.constantFrom('p1', 'P1', 'p2', 'p3'),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const tables = tablesOf({});
        const model = new Map<string, StoragePool>();
        for (const { node: nodeName, name, gone } of changes) {
          const key = `${nodeName}/${name}`.toUpperCase();
          if (gone) {
            tables.pools.delete(key);
            model.delete(key);
          } else {
            tables.pools.put(key, aPool(nodeName, name));
            model.set(key, aPool(nodeName, name));
          }
        }
        const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
        expect(tables.pools.all()).to.deep.equal(expected);
        for (const group of ['A', 'B', 'C']) {
          const own = expected.filter(({ nodeName }) => nodeName.toUpperCase() === group);
          expect(tables.pools.in('node', group)).to.deep.equal(own);
        }
      }),
    );
  });
});
