import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import type { NodeId } from '../../../common/ids.ts';
import { ControllerFence } from '../../../satellite/provision/controller-fence.ts';
import { lockDataDir } from '../../../satellite/provision/data-dir-lock.ts';
import type { StoredResource } from '../../../satellite/provision/desired-state.ts';
import { StateStore } from '../../../satellite/provision/state-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockstep-state-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function refusal(work: Promise<unknown>): Promise<OperationError> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof OperationError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

describe('ControllerFence', () => {
  const path = () => join(dir, 'controller.json');

  it('refuses a lower epoch, also after a restart', async () => {
    const fence = await ControllerFence.open(path());
    await fence.admit({ controllerId: 'c1', epoch: 5 });
    expect((await refusal(fence.admit({ controllerId: 'c1', epoch: 4 }))).code).to.equal('STALE_CONTROLLER');
    const restarted = await ControllerFence.open(path());
    expect(restarted.epoch).to.equal(5);
    expect((await refusal(restarted.admit({ controllerId: 'c1', epoch: 4 }))).code).to.equal('STALE_CONTROLLER');
    await restarted.admit({ controllerId: 'c1', epoch: 5 });
  });

  it('belongs to the first cluster that it met', async () => {
    const fence = await ControllerFence.open(path());
    await fence.admit({ controllerId: 'c1', epoch: 1 });
    const error = await refusal(fence.admit({ controllerId: 'c2', epoch: 9 }));
    expect(error.code).to.equal('STALE_CONTROLLER');
    expect(error.correction).to.contain(path());
  });

  it('judges concurrent claims one after the other: the highest wins', async () => {
    const fence = await ControllerFence.open(path());
    const outcomes = await Promise.allSettled([3, 7, 5].map((epoch) => fence.admit({ controllerId: 'c1', epoch })));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected']);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).to.deep.include({ epoch: 7 });
  });

  it('refuses an older revision within an epoch and starts anew with the next', async () => {
    const fence = await ControllerFence.open(path());
    await fence.admit({ controllerId: 'c1', epoch: 1 });
    fence.advance(8);
    fence.advance(8);
    expect(() => fence.advance(7)).to.throw(OperationError);
    await fence.admit({ controllerId: 'c1', epoch: 2 });
    fence.advance(1);
  });

  it('does not guess when its file is damaged', async () => {
    writeFileSync(path(), '{"epoch":');
    expect((await refusal(ControllerFence.open(path()))).code).to.equal('STORE_FAILED');
  });
});

describe('StateStore', () => {
  const resource: StoredResource = {
    format: 1,
    name: 'r0',
    node: 2 as NodeId,
    removing: false,
    volumes: [],
    peers: [],
    options: {},
  };

  it('gives back what was saved, and nothing of what was removed', async () => {
    const store = await StateStore.open(dir);
    await store.saveResource(resource);
    await store.saveResource({ ...resource, name: 'r1' });
    await store.removeResource('r1');
    await store.removeResource('r1');
    await store.savePools([{ name: 'pool1', kind: 'FILE', directory: '/p', devices: [] }]);
    const again = await StateStore.open(dir);
    expect((await again.loadResources()).resources).to.deep.equal([resource]);
    expect((await again.loadPools()).map(({ name }) => name)).to.deep.equal(['pool1']);
  });

  it('ignores the temporary file of a save that a crash cut short', async () => {
    const store = await StateStore.open(dir);
    await store.saveResource(resource);
    writeFileSync(join(dir, 'resources', 'r0.json.new'), '{"form');
    expect(await store.loadResources()).to.deep.equal({ resources: [resource], damaged: [] });
  });

  it('reports a damaged record, leaves it where it is, and loads the others', async () => {
    const store = await StateStore.open(dir);
    await store.saveResource(resource);
    const texts = [
      '',
      '{',
      '[]',
      '{"format":2}',
      JSON.stringify({ ...resource, name: 'other' }),
      JSON.stringify({ ...resource, name: '!' }),
    ];
    for (const [index, text] of texts.entries()) writeFileSync(join(dir, 'resources', `bad${index}.json`), text);
    const { resources, damaged } = await store.loadResources();
    expect(resources).to.deep.equal([resource]);
    expect(damaged.map(({ name, error }) => `${name} ${error.code}`)).to.deep.equal(
      texts.map((_text, index) => `bad${index} STORE_FAILED`),
    );
    expect(readFileSync(join(dir, 'resources', 'bad1.json'), 'utf8')).to.equal('{');
  });
});

describe('The lock of a data directory', () => {
  it('keeps a second satellite out until the first releases it', async () => {
    const lock = await lockDataDir(dir);
    const error = await refusal(lockDataDir(dir));
    expect(error.code).to.equal('RESOURCE_IN_USE');
    expect(error.because).to.contain(String(process.pid));
    await lock.release();
    await (await lockDataDir(dir)).release();
    expect(existsSync(join(dir, 'satellite.lock'))).to.equal(false);
  });

  it('lets exactly one of many that start at once in', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(dir)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });

  it('takes over what a killed process, an earlier boot or a torn write left behind', async () => {
    const child = spawn('sleep', ['60']);
    const { pid } = child;
    if (pid === undefined) throw new Error('no child');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const path = join(dir, 'satellite.lock');
    const leftovers = [
      JSON.stringify({ pid, started: '1', boot: 'b' }),
      JSON.stringify({ pid: process.pid, started: '1', boot: 'b' }),
      '{"pid":',
    ];
    for (const text of leftovers) {
      writeFileSync(path, text);
      await (await lockDataDir(dir)).release();
    }
  });
});
