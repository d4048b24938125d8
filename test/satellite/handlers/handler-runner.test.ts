import { expect } from 'chai';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import { handlerEnvironment } from '../../../satellite/handlers/handler-environment.ts';
import { HandlerRunner } from '../../../satellite/handlers/handler-runner.ts';
import type { HandlerName } from '../../../satellite/replication/handlers/handler-calls.ts';
import type { ResourceStatus } from '../../../satellite/replication/status.ts';

const log = pino({ level: 'silent' });

describe('The runner of handlers', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'handlers-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function program(name: string, ...lines: string[]): Promise<void> {
    await writeFile(join(directory, name), ['#!/bin/sh', ...lines, ''].join('\n'));
    await chmod(join(directory, name), 0o755);
  }

  const runner = (timeoutMs = 10_000) => new HandlerRunner({ directory, timeoutMs, log });

  function run(of: HandlerRunner, name: HandlerName, environment: Record<string, string> = {}, resource = 'db') {
    return new Promise<number | 'none'>((resolve) => {
      const started = of.start({ resource, name, environment: () => environment, done: resolve });
      if (!started) resolve('none');
    });
  }

  it('says at once that there is no program: absent, not executable, a folder', async () => {
    await writeFile(join(directory, 'split-brain'), '#!/bin/sh\n');
    await mkdir(join(directory, 'quorum-lost'));
    expect(await run(runner(), 'fence-peer')).to.equal('none');
    expect(await run(runner(), 'split-brain')).to.equal('none');
    expect(await run(runner(), 'quorum-lost')).to.equal('none');
  });

  for (const code of [0, 3, 4, 5, 6, 7, 255]) {
    it(`passes exit code ${code} back`, async () => {
      await program('fence-peer', `exit ${code}`);
      expect(await run(runner(), 'fence-peer')).to.equal(code);
    });
  }

  it('prefers the program of the resource', async () => {
    await program('fence-peer', 'exit 1');
    await mkdir(join(directory, 'db'));
    await program('db/fence-peer', 'exit 4');
    expect(await run(runner(), 'fence-peer')).to.equal(4);
    expect(await run(runner(), 'fence-peer', {}, 'other')).to.equal(1);
  });

  it('gives it the environment as it is, whatever stands in it, and nothing of its own but PATH', async () => {
    await program('fence-peer', `env > "${directory}/seen"`, `exit 4`);
    const hostile = '$(touch /tmp/owned); `id` && "x"';
    expect(await run(runner(), 'fence-peer', { DRBD_RESOURCE: hostile })).to.equal(4);
    const seen = await readFile(join(directory, 'seen'), 'utf8');
    expect(seen).to.include(`DRBD_RESOURCE=${hostile}\n`);
    const names = seen.split('\n').map((line) => line.split('=')[0]);
    expect(
      names.filter((name) => !['', 'PWD', 'PATH', 'DRBD_RESOURCE', '_', 'SHLVL', 'OLDPWD'].includes(name ?? '')),
    ).to.deep.equal([]);
  });

  it('kills one that takes too long, with all that it has started: that answer means nothing', async () => {
    await program('fence-peer', 'sleep 1000 & wait');
    expect(await run(runner(100), 'fence-peer')).to.equal(124);
  });

  it('takes a death by signal for an answer that means nothing', async () => {
    await program('fence-peer', 'kill -9 $$');
    expect(await run(runner(), 'fence-peer')).to.equal(128);
  });

  it('says so if the program cannot be started', async () => {
    await writeFile(join(directory, 'fence-peer'), '#!/nowhere/at/all\n');
    await chmod(join(directory, 'fence-peer'), 0o755);
    expect(await run(runner(), 'fence-peer')).to.equal(127);
  });

  it('runs a few at a time, and all of them in the end', async () => {
    await program('fence-peer', 'exit 4');
    const one = runner();
    const codes = await Promise.all(Array.from({ length: 40 }, () => run(one, 'fence-peer')));
    expect(new Set(codes)).to.deep.equal(new Set([4]));
  });

  it('refuses more than it can ever run, and starts nothing after the end', async () => {
    await program('fence-peer', 'exit 4');
    const one = runner();
    let started = 0;
    for (let i = 0; i < 400; i += 1) {
      const isStarted = one.start({ resource: 'db', name: 'fence-peer', environment: () => ({}), done: () => {} });
      if (isStarted) started += 1;
    }
    expect(started).to.equal(256);
    one.close();
    expect(await run(one, 'fence-peer')).to.equal('none');
  });
});

describe('The environment of a handler', () => {
  const status = {
    name: 'db',
    node: nodeId(0),
    volumes: [
      { volume: volumeNumber(0), disk: 'UpToDate' },
      { volume: volumeNumber(1), disk: 'UpToDate' },
    ],
    connections: [
      {
        peer: nodeId(1),
        name: 'beta',
        state: 'Connecting',
        peerDevices: [{ volume: volumeNumber(0), peerDisk: 'DUnknown' }],
      },
      {
        peer: nodeId(5),
        name: 'gamma',
        state: 'Connected',
        peerDevices: [{ volume: volumeNumber(0), peerDisk: 'UpToDate' }],
      },
    ],
  } as unknown as ResourceStatus;

  it('names the resource, the peer, the volumes and who is UpToDate, as DRBD does', () => {
    const call = { name: 'fence-peer', peer: nodeId(1), volume: undefined } as const;
    expect(handlerEnvironment(status, call, (volume) => (volume === 0 ? '/data/0' : undefined))).to.deep.equal({
      DRBD_RESOURCE: 'db',
      DRBD_MY_NODE_ID: '0',
      DRBD_VOLUME: '0 1',
      DRBD_MINOR: '0 1',
      DRBD_LL_DISK: '/data/0 none',
      DRBD_NODE_ID_1: 'beta',
      DRBD_NODE_ID_5: 'gamma',
      DRBD_PEER: 'beta',
      DRBD_PEERS: 'beta',
      DRBD_PEER_NODE_ID: '1',
      DRBD_CSTATE: 'Connecting',
      UP_TO_DATE_NODES: '0x00000021',
    });
  });

  it('is about one volume where the call is', () => {
    const call = { name: 'before-resync-target', peer: nodeId(5), volume: volumeNumber(1) } as const;
    expect(handlerEnvironment(status, call, () => undefined)).to.include({ DRBD_VOLUME: '1', DRBD_PEER: 'gamma' });
  });
});
