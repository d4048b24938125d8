import { credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../../common/errors.ts';
import { readConfig } from '../../controller/config.ts';
import { loadApi } from '../../proto/load.ts';

const program = fileURLToPath(new URL('../../controller/main.ts', import.meta.url));

describe('lockstep-controller', () => {
  let dataDir: string;
  let children: ChildProcess[] = [];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'lockstep-controller-'));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  function start(...flags: string[]): ChildProcess {
    const args = ['--import=tsx', program, '--data-dir', dataDir, '--log-level', 'silent', ...flags];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    children = [...children, child];
    return child;
  }

  async function readyPort(child: ChildProcess): Promise<number> {
    if (child.stdout === null) throw new Error('no stdout');
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('READY ')) return JSON.parse(line.slice(6)).port;
    }
    throw new Error('it ended before it was ready');
  }

  it('says READY, serves, ends in good order on SIGTERM, and knows everything after the next start', async () => {
    const first = start('--port', '0');
    const port = await readyPort(first);
    const client = new (loadApi().v1.ResourceDefinitionService)(`127.0.0.1:${port}`, credentials.createInsecure());
    await new Promise<void>((resolve, reject) =>
      client.create({ name: 'db' }, (error) => (error ? reject(error) : resolve())),
    );
    client.close();
    first.kill('SIGTERM');
    expect((await once(first, 'exit'))[0]).to.equal(0);
    const second = start('--port', '0');
    const again = new (loadApi().v1.ResourceDefinitionService)(
      `127.0.0.1:${await readyPort(second)}`,
      credentials.createInsecure(),
    );
    const names = await new Promise<string[]>((resolve, reject) =>
      again.list({}, (error, reply) =>
        error ? reject(error) : resolve((reply?.resourceDefinitions ?? []).map((each) => each.name)),
      ),
    );
    again.close();
    expect(names).to.deep.equal(['db']);
  });

  it('refuses a data directory that another controller uses', async () => {
    await readyPort(start('--port', '0'));
    const second = start('--port', '0');
    let text = '';
    second.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(second, 'close');
    expect(code).to.equal(1);
    expect(text).to.contain('is in use').and.contain('Correction:');
  });

  it('refuses a port that is taken', async () => {
    const port = await readyPort(start('--port', '0'));
    const other = await mkdtemp(join(tmpdir(), 'lockstep-controller-'));
    const second = start('--data-dir', other, '--port', String(port));
    let text = '';
    second.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(second, 'close');
    await rm(other, { recursive: true, force: true });
    expect(code).to.equal(2);
    expect(text).to.contain(`127.0.0.1:${port}`);
  });

  async function work(...words: string[]): Promise<{ code: number; text: string }> {
    const child = start(...words);
    let text = '';
    child.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, text };
  }

  it('works on the store without serving, and exits with 1 when something is wrong', async () => {
    const missing = await work('check');
    expect([missing.code, missing.text]).to.satisfy(([code, text]: [number, string]) => {
      return code === 1 && text.includes('There is no store');
    });
  });

  describe('settings', () => {
    const config = (argv: string[], environment: Record<string, string> = {}) => {
      const request = readConfig(['--data-dir', dataDir, ...argv], environment);
      if (request.kind !== 'run') throw new Error('help');
      return request.config;
    };
    const refusal = (argv: string[], environment: Record<string, string> = {}): string => {
      try {
        config(argv, environment);
      } catch (error) {
        if (error instanceof OperationError) return error.because ?? '';
      }
      throw new Error('it was accepted');
    };

    it('take a flag before the environment before the file before the default', async () => {
      expect(config([])).to.include({ address: '127.0.0.1', port: 3372, logLevel: 'info' });
      await writeFile(join(dataDir, 'controller.toml'), 'port = 1111\nlog_level = "warn"\n');
      expect(config([])).to.include({ port: 1111, logLevel: 'warn' });
      expect(config([], { LOCKSTEP_PORT: '2222' })).to.include({ port: 2222, logLevel: 'warn' });
      expect(config(['--port', '3333'], { LOCKSTEP_PORT: '2222' })).to.include({ port: 3333 });
    });

    it('name what is wrong', async () => {
      expect(refusal(['--port', '70000'])).to.contain('--port');
      expect(refusal([], { LOCKSTEP_PORT: 'x' })).to.contain('LOCKSTEP_PORT');
      expect(refusal(['--potato'])).to.contain('potato');
      await writeFile(join(dataDir, 'controller.toml'), 'colour = "red"\n');
      expect(refusal([])).to.contain('colour');
    });

    it('choose etcd, with all that belongs to it', async () => {
      expect(config([]).etcd).to.equal(undefined);
      expect(config(['--store', 'etcd']).etcd).to.deep.equal({
        endpoints: ['http://127.0.0.1:2379'],
        prefix: '/lockstep/',
        user: undefined,
        tls: undefined,
        leaseSeconds: 5,
      });
      await writeFile(
        join(dataDir, 'controller.toml'),
        'store = "etcd"\netcd_endpoints = ["a:1", "b:2"]\netcd_prefix = "/x"\nleader_lease = 3\nadvertise = "here:9"\n',
      );
      expect(config([])).to.deep.include({ advertise: 'here:9' });
      expect(config([]).etcd).to.deep.include({
        endpoints: ['http://a:1', 'http://b:2'],
        prefix: '/x/',
        leaseSeconds: 3,
      });
      const secure = ['--etcd-ca', '/ca', '--etcd-cert', '/cert', '--etcd-key', '/key', '--etcd-endpoints', 'c:1'];
      expect(config([...secure, '--etcd-user', 'u', '--etcd-password', 'p']).etcd).to.deep.include({
        endpoints: ['https://c:1'],
        user: { name: 'u', password: 'p' },
        tls: { ca: '/ca', cert: '/cert', key: '/key' },
      });
    });

    for (const [words, wrong] of [
      ['--store sqlite', 'sqlite'],
      ['--etcd-endpoints a:1', '--store etcd'],
      ['--store etcd --etcd-endpoints a', 'http://a'],
      ['--store etcd --etcd-endpoints http://a:1,https://b:1', 'https'],
      ['--store etcd --etcd-user u', '--etcd-password'],
      ['--store etcd --etcd-cert c', '--etcd-key'],
      ['--store etcd --leader-lease 0', '--leader-lease'],
      ['--advertise here', '--advertise'],
      ['backup', 'backup FILE'],
      ['backup a b', 'backup FILE'],
      ['check --force', '--force'],
      ['--repair', '--repair'],
    ] as const) {
      it(`are refused with a reason: ${words}`, () => {
        expect(refusal(words.split(' '))).to.contain(wrong);
      });
    }

    it('are all in --help, each with its three names', () => {
      const request = readConfig(['--help'], {});
      if (request.kind !== 'help') throw new Error('no help');
      for (const name of ['--data-dir', 'LOCKSTEP_DATA_DIR', 'data_dir', '--port', 'LOCKSTEP_PORT', '3372']) {
        expect(request.text).to.contain(name);
      }
    });
  });
});
