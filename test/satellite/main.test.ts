import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SatelliteAddresses } from '../../satellite/satellite.ts';
import { RawAdminClient } from './admin/admin-client.ts';

const MAIN = fileURLToPath(new URL('../../satellite/main.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly ready: SatelliteAddresses;
}

describe('The satellite program', function () {
  this.timeout(30_000);
  let dir: string;
  const children = new Set<ChildProcess>();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lockstep-main-'));
  });
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await new Promise((resolve) => child.once('exit', resolve));
      }
    }
    children.clear();
    rmSync(dir, { recursive: true, force: true });
  });

  const FLAGS = ['--name', 'sat1', '--port', '0', '--replication-port', '0', '--nbd-port', '0', '--log-level', 'warn'];
  function launch(argv: readonly string[]): {
    child: ChildProcess;
    ended: Promise<{ code: number | null; out: string; err: string }>;
    ready: Promise<SatelliteAddresses>;
  } {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let out = '';
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const ready = new Promise<SatelliteAddresses>((resolve) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        const line = /^READY (.*)\n/m.exec(out)?.[1];
        if (line !== undefined) resolve(JSON.parse(line) as SatelliteAddresses);
      });
    });
    const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, out, err })),
    );
    return { child, ended, ready };
  }
  async function start(): Promise<Running & { ended: Promise<{ code: number | null }> }> {
    const { child, ended, ready } = launch(['--data-dir', dir, ...FLAGS]);
    const first = await Promise.race([ready, ended.then(({ err }) => err)]);
    if (typeof first === 'string') throw new Error(`ended early: ${first}`);
    return { child, ready: first, ended };
  }

  it('says where it serves, answers there, keeps a second one out, and ends cleanly on SIGTERM', async () => {
    const { child, ready, ended } = await start();
    expect(ready).to.deep.include({
      name: 'sat1',
      address: '127.0.0.1',
      adminSocket: join(dir, 'admin.sock'),
      nbdSocket: join(dir, 'nbd.sock'),
    });
    expect(Math.min(ready.port, ready.replicationPort, ready.nbdPort)).to.be.greaterThan(0);
    const admin = await RawAdminClient.open(ready.adminSocket);
    expect((await admin.call('status')).result).to.deep.equal([]);
    admin.close();
    const second = await launch(['--data-dir', dir, ...FLAGS]).ended;
    expect(second.code).to.equal(1);
    expect(second.err).to.contain('RESOURCE_IN_USE').and.to.contain('--data-dir');
    child.kill('SIGTERM');
    expect((await ended).code).to.equal(0);
  });

  it('starts again after it was killed', async () => {
    const first = await start();
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await start();
    second.child.kill('SIGTERM');
    expect((await second.ended).code).to.equal(0);
  });

  it('explains itself, and a wrong flag, without starting', async () => {
    const help = await launch(['--help']).ended;
    expect(help.code).to.equal(0);
    expect(help.out).to.contain('LOCKSTEP_DATA_DIR');
    const wrong = await launch(['--data-dir', dir, '--prot', '1']).ended;
    expect(wrong.code).to.equal(2);
    expect(wrong.err).to.contain('--prot');
  });
});
