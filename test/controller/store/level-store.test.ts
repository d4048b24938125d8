import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LevelStore } from '../../../controller/store/level-store.ts';
import { MemoryStore } from '../../../controller/store/memory-store.ts';
import { commit, drop, kvStoreContract, put } from '../../contract/kv-store.contract.ts';
import { rejection } from '../rejection.ts';

const directories: string[] = [];
async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'lockstep-store-'));
  directories.push(made);
  return made;
}

after(async () => {
  for (const made of directories) await rm(made, { recursive: true, force: true });
});

kvStoreContract('memory', async () => new MemoryStore());
kvStoreContract('level', async () => LevelStore.open(await directory()));

describe('LevelStore', () => {
  it('has everything again after it was closed and opened, revisions included', async () => {
    const where = await directory();
    const first = await LevelStore.open(where);
    await commit(first, put('a', '1'));
    const revision = await commit(first, put('b', 'ü"\n'));
    await commit(first, drop('a'));
    await first.close();
    const second = await LevelStore.open(where);
    expect((await second.load()).entries).to.deep.equal([{ key: 'b', value: 'ü"\n', modRevision: revision }]);
    expect(await commit(second, put('c', '1'))).to.equal(revision + 2);
    await second.close();
  });

  it('refuses a second opener and names the reason', async () => {
    const where = await directory();
    const first = await LevelStore.open(where);
    const error = await rejection(LevelStore.open(where));
    expect(error.code).to.equal('STORE_FAILED');
    expect(error.because).to.contain('Another controller');
    await first.close();
  });

  it('gives out a record that is not as it writes them, for its reader to name, and the others with it', async () => {
    const where = await directory();
    const store = await LevelStore.open(where);
    await commit(store, put('a', '1'), put('b', '2'));
    await store.close();
    const level = new ClassicLevel<string, string>(where);
    await level.put('da', '{"v": 7');
    await level.close();
    const again = await LevelStore.open(where);
    expect((await again.load()).entries.map(({ key, value }) => [key, value])).to.deep.equal([
      ['a', '{"v": 7'],
      ['b', '2'],
    ]);
    expect(await commit(again, drop('a'))).to.equal(2);
    await again.close();
  });

  it('promises nothing after it was closed', async () => {
    const store = await LevelStore.open(await directory());
    await store.close();
    const error = await rejection(commit(store, put('a', '1')));
    expect(error.code).to.equal('STORE_FAILED');
  });

  it('keeps every acknowledged transaction, and each whole or not at all, when it is killed while committing', async () => {
    const where = await directory();
    const program = fileURLToPath(new URL('./level-store-writer.ts', import.meta.url));
    let acknowledged = 0;
    for (const acksBeforeKill of [3, 40, 111]) {
      const child = spawn(process.execPath, ['--import=tsx', program, where, String(acknowledged + 1)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      let acks = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Math.max(acknowledged, Number(line));
        acks += 1;
        if (acks === acksBeforeKill) child.kill('SIGKILL');
      }
      await exited;
      const store = await LevelStore.open(where);
      const { entries } = await store.load();
      const left = entries.filter(({ key }) => key.startsWith('left/'));
      const right = entries.filter(({ key }) => key.startsWith('right/'));
      const latest = Number(entries.find(({ key }) => key === 'latest')?.value);
      await store.close();
      expect(latest).to.be.at.least(acknowledged);
      expect(left.map((entry) => Number(entry.value))).to.deep.equal(Array.from({ length: latest }, (_, n) => n + 1));
      expect(right.map((entry) => entry.value)).to.deep.equal(left.map((entry) => entry.value));
      acknowledged = latest;
    }
  });
});
