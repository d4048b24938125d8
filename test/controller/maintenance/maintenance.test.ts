import { expect } from 'chai';
import { formatBackup, parseBackup } from '../../../controller/maintenance/backup-file.ts';
import { inspect, quarantine } from '../../../controller/maintenance/check.ts';
import { restore } from '../../../controller/maintenance/restore.ts';
import { beginEpoch } from '../../../controller/state/epoch.ts';
import type { KvCondition, KvStore, KvWrite } from '../../../controller/store/kv-store.ts';
import { MemoryStore } from '../../../controller/store/memory-store.ts';
import { commit, put } from '../../contract/kv-store.contract.ts';
import { OperationError } from '../../../common/errors.ts';
import { rejection } from '../rejection.ts';
import { errorOf, TestController } from '../test-controller.ts';

const keysOf = async (store: KvStore): Promise<string[]> => (await store.load()).entries.map(({ key }) => key);
const textOf = async (store: KvStore, key: string): Promise<string> =>
  (await store.load()).entries.find((entry) => entry.key === key)?.value ?? '';

/** The store of a cluster with the resource db on alpha and bravo, and the resource log on alpha. */
async function usedStore(): Promise<MemoryStore> {
  const cluster = await TestController.ready(['alpha', 'bravo']);
  for (const name of ['db', 'log']) {
    await cluster.define(name);
    await cluster.addVolume(name);
  }
  await cluster.create('db', ['alpha', 'bravo']);
  await cluster.create('log', ['alpha']);
  await cluster.stop();
  return cluster.store as MemoryStore;
}

/** Fails after so many commits, as a process that is killed. */
class DyingStore extends MemoryStore {
  lives = Number.POSITIVE_INFINITY;
  override async commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    this.lives -= 1;
    if (this.lives < 0) throw new OperationError('STORE_FAILED', 'killed');
    return await super.commit(conditions, writes);
  }
}

const free = { conditions: [], force: false };

describe('A backup', () => {
  it('brings everything back into an empty store, under an epoch that no satellite has seen', async () => {
    const store = await usedStore();
    const file = formatBackup(await store.load(), 1);
    const other = new MemoryStore();
    await restore(other, parseBackup(file), free);
    const [before, after] = [(await store.load()).entries, (await other.load()).entries];
    const rest = (entries: typeof before) =>
      entries.filter(({ key }) => key !== 'controller/epoch').map(({ key, value }) => [key, value]);
    expect(rest(after)).to.deep.equal(rest(before));
    const { epoch } = await beginEpoch(other, [], 'new');
    expect(epoch).to.be.above(Number(await textOf(store, 'controller/epoch')) + 1_000);
  });

  it('is not put over something else without force, and with force replaces all of it', async () => {
    const file = formatBackup(await (await usedStore()).load(), 1);
    const other = new MemoryStore();
    await commit(other, put('nodes/OTHER', '{}'), put('controller/epoch', '5000000'));
    expect((await rejection(restore(other, parseBackup(file), free))).code).to.equal('STORE_NOT_EMPTY');
    await restore(other, parseBackup(file), { ...free, force: true });
    expect(await keysOf(other))
      .to.include('nodes/ALPHA')
      .and.not.include('nodes/OTHER');
    expect(Number(await textOf(other, 'controller/epoch'))).to.be.above(5_000_000);
  });

  it('that was restored in part starts no controller, and can be restored again', async () => {
    const records = Array.from({ length: 350 }, (_, n) => ({ key: `k/${n}`, value: 'x'.repeat(2_000) }));
    const store = new DyingStore();
    store.lives = 3;
    expect((await rejection(restore(store, { createdAtMs: 1, revision: 1, records }, free))).code).to.equal(
      'STORE_FAILED',
    );
    store.lives = Number.POSITIVE_INFINITY;
    const refused = await rejection(beginEpoch(store, [], 'new'));
    expect(refused.message).to.contain('not to the end');
    expect(refused.correction).to.contain('restore FILE --force');
    await restore(store, { createdAtMs: 1, revision: 1, records }, { ...free, force: true });
    expect((await keysOf(store)).filter((key) => key.startsWith('k/'))).to.have.length(350);
    expect((await beginEpoch(store, [], 'new')).epoch).to.be.above(0);
  });

  for (const [what, spoil] of [
    ['cut off', (text: string) => text.slice(0, -20)],
    ['of something else', () => '{"format": "zip"}'],
    ['of a later version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['changed by hand', (text: string) => text.replace('alpha', 'alphb')],
  ] as const) {
    it(`is refused when it is ${what}`, async () => {
      const file = spoil(formatBackup(await (await usedStore()).load(), 1));
      expect(() => parseBackup(file)).to.throw(OperationError, 'not a usable backup');
    });
  }
});

describe('A check of the store', () => {
  const repaired = async (store: KvStore) => {
    const found = inspect((await store.load()).entries);
    return await quarantine(store, found, [], 1);
  };

  it('finds nothing in the store of a healthy cluster', async () => {
    expect(inspect((await (await usedStore()).load()).entries)).to.deep.equal([]);
  });

  it('names what cannot be read, what rests on it, and moves both aside with their data', async () => {
    const store = await usedStore();
    await commit(store, put('resource-definitions/DB', '{"name": 1}'));
    const found = inspect((await store.load()).entries);
    expect(found.map(({ key }) => key)).to.deep.equal([
      'resource-definitions/DB',
      'volume-definitions/DB/00000',
      'resources/DB/ALPHA',
      'resources/DB/BRAVO',
    ]);
    expect(found[1]?.reason).to.contain('resource-definitions/DB').and.contain('missing');
    const replica = await textOf(store, 'resources/DB/ALPHA');
    const moved = await repaired(store);
    expect(inspect((await store.load()).entries)).to.deep.equal([]);
    const kept = JSON.parse(await textOf(store, moved.get('resources/DB/ALPHA') ?? ''));
    expect(kept.value).to.equal(replica);
    expect((await keysOf(store)).filter((key) => key.includes('LOG'))).to.have.length(3);
  });

  it('names slots that do not fit, and leaves them', async () => {
    const store = await usedStore();
    const replica = JSON.parse(await textOf(store, 'resources/DB/ALPHA'));
    await commit(store, put('resources/DB/ALPHA', JSON.stringify({ ...replica, bitmapSlots: [] })));
    const found = inspect((await store.load()).entries);
    expect(found).to.deep.equal([
      { key: 'resources/DB/ALPHA', reason: 'it has no bitmap slot for the replica on "bravo"', movable: false },
    ]);
    expect((await repaired(store)).size).to.equal(0);
  });
});

describe('A controller on a store with damaged records', () => {
  it('starts, leaves the whole resource alone that is concerned, and serves the others', async () => {
    const store = await usedStore();
    await commit(store, put('resources/DB/ALPHA', 'not json'));
    const cluster = await TestController.start(['alpha', 'bravo'], store);
    const { view, damaged } = cluster.controller.context.state;
    expect(damaged[0]?.key).to.equal('resources/DB/ALPHA');
    expect(damaged.map(({ key }) => key))
      .to.include('resource-definitions/DB')
      .and.include('resources/DB/BRAVO');
    expect(view.definitions.all().map(({ name }) => name)).to.deep.equal(['log']);
    expect(view.resources.all().map(({ resourceName }) => resourceName)).to.deep.equal(['log']);
    await cluster.until('bravo is online', () => cluster.connection('bravo') === 'ONLINE');
    expect(cluster.satellites.get('bravo').commands.flatMap(({ resources }) => resources)).to.deep.equal([]);
    await cluster.stop();
  });

  it('does not make a new object over a record that it cannot read', async () => {
    const store = await usedStore();
    await commit(store, put('resource-definitions/DB', 'not json'));
    const cluster = await TestController.start(['alpha', 'bravo'], store);
    const refused = errorOf(await cluster.define('db'));
    expect(refused.codeName).to.equal('RECORD_DAMAGED');
    expect(refused.correction).to.contain('check');
    expect(errorOf(await cluster.define('log')).codeName).to.equal('RESOURCE_DEFINITION_EXISTS');
    expect(await textOf(store, 'resource-definitions/DB')).to.equal('not json');
    await cluster.stop();
  });
});
