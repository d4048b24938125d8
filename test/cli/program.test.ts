import { expect } from 'chai';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBackup } from '../../controller/maintenance/backup-file.ts';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { TestController } from '../controller/test-controller.ts';
import { type CliRun, runCli } from './cli-run.ts';

const NOBODY = '127.0.0.1:1';

const words = (text: string): string[] => text.split(' ');

describe('lockstep', () => {
  describe('without a controller', () => {
    it('shows help when nothing is asked, and succeeds', async () => {
      const { code, out } = await runCli(NOBODY, []);
      expect(code).to.equal(0);
      for (const noun of [
        'node',
        'storage-pool',
        'resource-definition',
        'volume-definition',
        'resource',
        'volume',
        'dev',
        'sim',
        'events',
      ]) {
        expect(out).to.contain(`lockstep ${noun}`);
      }
    });

    it('exits with 20 and says what to do', async () => {
      const { code, out, err } = await runCli(NOBODY, words('node list'));
      expect([code, out]).to.deep.equal([20, '']);
      expect(err).to.contain('CONTROLLER_UNREACHABLE').and.to.contain('LS_CONTROLLERS');
    });

    it('exits with the same code with -m, and answers in JSON', async () => {
      const { code, out, err } = await runCli(NOBODY, words('node list -m'));
      expect([code, err]).to.deep.equal([20, '']);
      expect(JSON.parse(out)[0]).to.deep.include({ severity: 'ERROR', code_name: 'CONTROLLER_UNREACHABLE' });
    });

    const MISTAKES = [
      'bogus',
      'node bogus',
      'node',
      'node list --bogus',
      'node create',
      'node create a -p 70000',
      'node create -x',
      'vd create db 5X',
      'vd create db',
      'vd delete db x',
      'resource create db',
      'resource create a db --auto-place 2',
      'resource create db --auto-place x',
      'resource delete db',
      'rd create 1x',
      'rd create db --peer-slots 32',
      'rd create db --protocol D',
      'sp create filethin a',
      'sp create zfs a pool x',
      'node list -t 0',
      'node list -c host:port:x',
      'dev up --satellites 0',
      'dev up --address-base 10.0.0',
      'dev kill',
    ];
    for (const text of MISTAKES) {
      it(`exits with 2 for "lockstep ${text}", before anybody is called`, async () => {
        const { code, out, err } = await runCli(NOBODY, words(text));
        expect([code, out], err).to.deep.equal([2, '']);
        expect(err).not.to.equal('');
      });
    }
  });

  describe('with a controller', () => {
    let cluster: TestController;
    let server: ServedApi;
    let address = '';
    before(async () => {
      cluster = await TestController.ready(['alpha', 'bravo', 'charlie'], { kind: 'FILE_THIN' });
      server = await serveApi(cluster.controller);
      address = server.address;
    });
    after(async () => {
      await server.close();
      await cluster.stop();
    });

    const run = (text: string, signal?: AbortSignal): Promise<CliRun> => runCli(address, words(text), signal);

    it("defines, places, lists and deletes a resource with LINSTOR's words", async () => {
      for (const text of [
        'rd c db --protocol B',
        'vd c db 64M',
        'r c db --auto-place 2',
        'r c charlie db --diskless',
      ]) {
        const { code, out, err } = await run(text);
        expect([code, err], out).to.deep.equal([0, '']);
        expect(out.startsWith('SUCCESS:\n    '), out).to.equal(true);
      }
      const { out: list } = await run('r l -r db');
      expect(
        list
          .split('\n')[1]
          ?.split('|')
          .map((title) => title.trim()),
      ).to.deep.equal(['', 'ResourceName', 'Node', 'Layers', 'Usage', 'Conns', 'State', 'CreatedOn', '']);
      expect(list).to.match(/db +\| charlie +\| DRBD,STORAGE \| Unused \| Ok +\| +Diskless/);
      expect((await run('v l -r db')).out).to.match(/db +\| charlie +\| DfltDisklessStorPool/);
      expect((await run('vd l')).out).to.match(/db +\| 0 +\| +\| 64 MiB/);
      const removed = await run('r d charlie db');
      expect([removed.code, removed.out.startsWith('SUCCESS')]).to.deep.equal([0, true]);
      expect((await run('rd d db')).code).to.equal(0);
      expect((await run('r l')).out).not.to.contain('charlie');
    });

    it('lists in JSON with the names of the contract in an outer array', async () => {
      const { code, out } = await run('node list -m');
      expect(code).to.equal(0);
      const [nodes] = JSON.parse(out) as Record<string, unknown>[][];
      expect(nodes?.map((node) => node['name'])).to.have.members(['alpha', 'bravo', 'charlie']);
      expect(nodes?.[0]).to.include({ type: 'SATELLITE', satellite_port: 3366, connection_status: 'ONLINE' });
    });

    it('has the exact columns of storage pools, nodes and definitions', async () => {
      const titles = async (text: string): Promise<string[]> =>
        (await run(text)).out
          .split('\n')[1]
          ?.split('|')
          .map((title) => title.trim())
          .slice(1, -1) ?? [];
      expect(await titles('n l')).to.deep.equal(['Node', 'NodeType', 'Addresses', 'State']);
      expect(await titles('sp l')).to.deep.equal([
        'StoragePool',
        'Node',
        'Driver',
        'PoolName',
        'FreeCapacity',
        'TotalCapacity',
        'CanSnapshots',
        'State',
        'SharedName',
      ]);
      expect(await titles('rd l')).to.deep.equal(['ResourceName', 'ResourceGroup', 'Layers', 'State']);
      expect(await titles('vd l')).to.deep.equal(['ResourceName', 'VolumeNr', 'VolumeMinor', 'Size', 'Gross', 'State']);
      expect(await titles('v l')).to.deep.equal([
        'Resource',
        'Node',
        'StoragePool',
        'VolNr',
        'MinorNr',
        'DeviceName',
        'Allocated',
        'InUse',
        'State',
        'Repl',
      ]);
    });

    it('prints a refusal as a block on stdout and exits with 10, also with -m', async () => {
      const plain = await run('node delete nobody');
      expect([plain.code, plain.err]).to.deep.equal([10, '']);
      expect(plain.out.startsWith('ERROR:\nDescription:\n    ')).to.equal(true);
      const json = await run('node delete nobody -m');
      expect(json.code).to.equal(10);
      expect(JSON.parse(json.out)[0]).to.include({ severity: 'ERROR', code: 1102, code_name: 'NODE_NOT_FOUND' });
    });

    it('counts a warning as an error only when told to', async () => {
      cluster.satellites.get('bravo').kill();
      await cluster.until('bravo offline', () => cluster.connection('bravo') !== 'ONLINE');
      try {
        const { code, out } = await run('sp c file bravo extra /x');
        expect([code, out.includes('WARNING:')], out).to.deep.equal([0, true]);
        expect((await run('sp c file bravo extra2 /y --warn-as-error')).code).to.equal(10);
      } finally {
        cluster.satellites.get('bravo').start();
      }
    });

    it('takes the first controller that answers', async () => {
      expect((await runCli(`${NOBODY},linstor://${address}`, words('n l'))).code).to.equal(0);
    });

    it('names the controller that it speaks to', async () => {
      expect((await run('controller which')).out).to.equal(`${address}\n`);
      expect(JSON.parse((await run('c which -m')).out)).to.deep.equal({ controller: address });
    });

    it('writes a backup of the running controller that can be restored', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'lockstep-backup-'));
      const file = join(directory, 'db.json');
      const { code, out, err } = await run(`controller backupdb ${file}`);
      expect([code, err], out).to.deep.equal([0, '']);
      const { records } = parseBackup(await readFile(file, 'utf8'));
      expect(records.map(({ key }) => key)).to.include('nodes/ALPHA');
      expect((await run(`controller bakdb ${directory}/no/such/place`)).code).to.equal(2);
      await rm(directory, { recursive: true });
    });

    it('streams what exists, then what changes, until Ctrl-C', async () => {
      const interrupt = new AbortController();
      const said = { out: '', err: '' };
      const watching = runCli(address, words('events resource-definition -m'), interrupt.signal, said);
      await cluster.until('the present state', () => said.out.includes('"action":"sync"'));
      await run('rd c watched');
      await cluster.until('the change', () => said.out.includes('watched'));
      interrupt.abort();
      expect((await watching).code).to.be.oneOf([0, 130]);
      for (const line of said.out.trim().split('\n')) expect(JSON.parse(line)).to.include.keys('action');
    });

    it('leaves nothing half-made when interrupted, says so and exits with 130', async () => {
      let release = (): void => undefined;
      cluster.satellites.get('alpha').gate = new Promise((resolve) => {
        release = resolve;
      });
      await run('rd c slow');
      await run('vd c slow 64M');
      const interrupt = new AbortController();
      const placing = run('r c alpha slow', interrupt.signal);
      await cluster.until('the transaction', async () => (await run('r l -m')).out.includes('"slow"'));
      interrupt.abort();
      const { code, err } = await placing;
      expect(code).to.equal(130);
      expect(err).to.contain('Interrupted').and.to.contain('half made');
      release();
      await cluster.until('the replica', async () => /alpha.*UpToDate/.test((await run('r l -r slow')).out));
    });
  });
});
