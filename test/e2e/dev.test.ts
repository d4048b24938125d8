import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { NbdClient } from '../../cli/demo/nbd-client.ts';
import { freePort, NBD_PORT, takeAddressBase } from './cluster.ts';
import { atExit, eventually, type Finished, mustRun, program, run, start } from './programs.ts';

const statusSchema = z.object({
  controller: z.object({ running: z.boolean(), address: z.string() }),
  satellites: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      running: z.boolean(),
      connection_status: z.string().optional(),
      admin_socket: z.string(),
    }),
  ),
});

describe('lockstep dev', function () {
  this.timeout(150_000);
  const dir = mkdtempSync(join(tmpdir(), 'ls-dev-'));
  let layout: readonly string[] = [];
  let environment: NodeJS.ProcessEnv = {};
  let cliPath = '';

  before(async () => {
    const port = await freePort();
    cliPath = await program('cli');
    layout = ['--dir', dir, '--controller-port', String(port), '--address-base', takeAddressBase()];
    environment = { ...process.env, LS_CONTROLLERS: `127.0.0.1:${port}` };
  });
  const down = (): Promise<Finished> => run(process.execPath, [cliPath, 'dev', 'down', '--dir', dir, '--purge']);
  after(async () => {
    await down();
    rmSync(dir, { recursive: true, force: true });
  });
  atExit(() => rmSync(dir, { recursive: true, force: true }));

  const cli = (...words: readonly string[]): Promise<string> =>
    mustRun(process.execPath, [cliPath, ...words], { env: environment });
  const status = async () => statusSchema.parse(JSON.parse(await cli('dev', 'status', '--dir', dir, '--json')));

  it('up brings up a controller and three satellites, and once more does nothing', async () => {
    await cli('dev', 'up', '--detach', ...layout);
    const first = await status();
    expect(first.controller.running).to.equal(true);
    expect(first.satellites.map((each) => [each.name, each.running, each.connection_status])).to.deep.equal(
      ['sat1', 'sat2', 'sat3'].map((name) => [name, true, 'ONLINE']),
    );
    expect(await cli('dev', 'up', '--detach', ...layout)).to.contain('up already');
    expect(await status()).to.deep.equal(first);
  });

  it('what `up` proposes to try next works', async () => {
    await cli('resource-definition', 'create', 'db');
    await cli('volume-definition', 'create', 'db', '32M');
    await cli('resource', 'create', 'db', '--auto-place', '3');
    const { satellites } = await status();
    const [first] = satellites;
    await mustRun('nbdinfo', [`nbd://${first?.address}/db`]);
    const adm = [await program('lockstepadm'), '--socket', first?.admin_socket ?? '', 'status'];
    expect(await mustRun(process.execPath, adm)).to.match(/^db role:Secondary/m);
    const dump = [await program('lockstepadm'), '--socket', first?.admin_socket ?? '', 'events2', '--now'];
    expect(await mustRun(process.execPath, dump)).to.contain('exists -');
  });

  it('kill and start take one node away and bring it back; I/O and the lists go on', async () => {
    const { satellites } = await status();
    const client = await NbdClient.connect({
      host: satellites[0]?.address ?? '',
      port: NBD_PORT,
      exportName: 'db',
    });
    await cli('dev', 'kill', 'sat2', '--dir', dir);
    await client.write(0, Buffer.alloc(4096, 1));
    expect((await status()).satellites.map((each) => each.running)).to.deep.equal([true, false, true]);
    expect(await cli('resource', 'list')).to.contain('sat2');
    await cli('dev', 'start', 'sat2', '--dir', dir);
    await eventually('the controller has the node back', async () =>
      (await status()).satellites.every((each) => each.connection_status === 'ONLINE'),
    );
    await client.close();
  });

  it('without the controller I/O goes on, and what it knew is there when it returns', async () => {
    const before = await cli('-m', 'resource-definition', 'list');
    await cli('dev', 'kill', 'controller', '--dir', dir);
    const { satellites } = await status();
    const client = await NbdClient.connect({
      host: satellites[2]?.address ?? '',
      port: NBD_PORT,
      exportName: 'db',
    });
    await client.write(8192, Buffer.alloc(4096, 2));
    await client.flush();
    await client.close();
    const lonely = await run(process.execPath, [cliPath, 'node', 'list'], { env: environment });
    expect(lonely.code).to.equal(20);
    await cli('dev', 'start', 'controller', '--dir', dir);
    expect(await cli('-m', 'resource-definition', 'list')).to.equal(before);
  });

  it('down --purge leaves neither processes nor files', async () => {
    expect((await down()).code).to.equal(0);
    expect(readdirSync(dir)).to.deep.equal([]);
  });

  it('up in the foreground ends at Ctrl-C, with everything that it started', async () => {
    const words = [cliPath, 'dev', 'up', ...layout];
    const { child, finished, said } = start(process.execPath, words, { env: environment });
    await eventually('everything is up', () => said().includes('Ctrl-C stops it all') || child.exitCode !== null, {
      withinMs: 30_000,
    });
    child.kill('SIGINT');
    const done = await finished;
    expect(done.code, done.stderr).to.equal(0);
    const state = await status();
    expect(state.controller.running).to.equal(false);
    expect(state.satellites.map((each) => each.running)).to.deep.equal([false, false, false]);
  });
});
