import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readCluster, withClusterLock, writeCluster } from '../../../cli/dev/cluster-file.ts';
import { identify, isRunning, killProcess, startDaemon, stopProcess, waitReady } from '../../../cli/dev/process.ts';
import { OperationError } from '../../../common/errors.ts';

const NEVER = new AbortController().signal;
const CLUSTER = {
  version: 1,
  controllerAddress: '127.0.0.1:3372',
  controllerDataDir: '/c',
  controllerLogPath: '/c.log',
  satellites: [],
} as const;

async function failureOf(work: Promise<unknown>): Promise<OperationError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('dev processes', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dev-process-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const start = (script: string) =>
    startDaemon({
      what: 'daemon',
      command: [process.execPath, '-e', script],
      logPath: join(dir, 'log'),
      environment: process.env,
    });

  it('are ready when they say so, and stop on SIGTERM', async () => {
    const daemon = await start(`setInterval(() => {}, 1000); console.log('starting'); console.log('READY {"port":7}')`);
    expect(await waitReady(daemon, NEVER)).to.deep.equal({ port: 7 });
    expect(isRunning(daemon.identity)).to.equal(true);
    expect(await stopProcess(daemon.identity)).to.equal('stopped');
    expect(await stopProcess(daemon.identity)).to.equal('gone');
  });

  it('that end before they are ready are explained by their last words', async () => {
    await writeFile(join(dir, 'log'), 'READY {"from":"an earlier life"}\n');
    const daemon = await start(`console.error('no disk'); process.exit(3)`);
    const failure = await failureOf(waitReady(daemon, NEVER));
    expect([failure.code, failure.because]).to.deep.equal(['SATELLITE_FAILED', 'no disk']);
    expect(failure.correction).to.contain(join(dir, 'log'));
  });

  it('are recognised by their start time: a stranger with the same pid is left alone', async () => {
    const daemon = await start('setInterval(() => {}, 1000)');
    const stranger = { ...daemon.identity, startTicks: '1' };
    expect(isRunning(stranger)).to.equal(false);
    expect(await stopProcess(stranger)).to.equal('gone');
    expect(isRunning(daemon.identity)).to.equal(true);
    await killProcess(daemon.identity);
    expect(isRunning(daemon.identity)).to.equal(false);
  });

  it('count as ended when only their exit code is left of them', () => {
    expect(identify(process.pid)?.pid).to.equal(process.pid);
    expect(identify(2 ** 22 + 1)).to.equal(undefined);
  });
});

describe('cluster.json', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dev-cluster-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('is read back as it was written', async () => {
    expect(await readCluster(dir)).to.equal(undefined);
    await writeCluster(dir, { ...CLUSTER, satellites: [], controllerProcess: { pid: 1, startTicks: '2' } });
    expect(await readCluster(dir)).to.deep.equal({ ...CLUSTER, controllerProcess: { pid: 1, startTicks: '2' } });
  });

  it('that is not ours is refused and left alone', async () => {
    for (const text of ['', '{', '[]', '{"version":2}']) {
      await writeFile(join(dir, 'cluster.json'), text);
      expect((await failureOf(readCluster(dir))).code).to.equal('INVALID_ARGUMENT');
      expect(await readFile(join(dir, 'cluster.json'), 'utf8')).to.equal(text);
    }
  });

  it('is changed by one command at a time', async () => {
    await withClusterLock(dir, async () => {
      const failure = await failureOf(withClusterLock(dir, async () => undefined));
      expect(failure.because).to.contain(`process ${process.pid}`);
    });
    expect(await withClusterLock(dir, async () => 'free again')).to.equal('free again');
  });

  it('is not locked for ever by a command that died', async () => {
    await writeFile(join(dir, 'cluster.lock'), JSON.stringify({ pid: process.pid, startTicks: '1' }));
    expect(await withClusterLock(dir, async () => 'taken over')).to.equal('taken over');
  });
});
