import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serveApi, type ServedApi } from '../../controller/api/served-api.ts';
import { TestController } from '../../controller/test-controller.ts';
import { runCli } from '../cli-run.ts';

const NOBODY = '127.0.0.1:1';

async function complete(controllers: string, ...words: readonly string[]): Promise<string[]> {
  const { code, out, err } = await runCli(controllers, ['complete-words', '--', ...words]);
  expect([code, err]).to.deep.equal([0, '']);
  return out.split('\n').filter(Boolean);
}

describe('Completion', () => {
  describe('without a controller', () => {
    it('proposes nouns, then verbs', async () => {
      expect(await complete(NOBODY, '')).to.include.members(['node', 'resource', 'completion', 'sim']);
      expect(await complete(NOBODY, 'resource-')).to.deep.equal([
        'resource-connection',
        'resource-definition',
        'resource-group',
      ]);
      expect(await complete(NOBODY, 'r', 'to')).to.deep.equal(['toggle-disk']);
      expect(await complete(NOBODY, 'node', 'interface', 'cr')).to.deep.equal(['create']);
    });

    it('proposes options of the command and of all commands', async () => {
      expect(await complete(NOBODY, 'resource', 'list', '--f')).to.deep.equal(['--faulty']);
      expect(await complete(NOBODY, 'resource', 'list', '--mach')).to.deep.equal(['--machine-readable']);
      expect(await complete(NOBODY, 'controller', 'drbd-options', '--max-b')).to.include('--max-buffers');
    });

    it('proposes the words that an option or an argument allows', async () => {
      expect(await complete(NOBODY, 'completion', '')).to.deep.equal(['bash', 'zsh']);
      expect(await complete(NOBODY, 'events', 'resource', 'n')).to.deep.equal(['node']);
      expect(await complete(NOBODY, 'node', 'interface', 'create', '--communication-type', 'pl')).to.deep.equal([
        'plain',
      ]);
    });

    it('is silent about names', async () => {
      expect(await complete(NOBODY, 'node', 'delete', '')).to.deep.equal([]);
    });

    it('gives scripts that the shells accept', async () => {
      const { out, code } = await runCli(NOBODY, ['completion', 'bash']);
      expect(code).to.equal(0);
      await promisify(execFile)('bash', ['-n', '-c', out]);
      const shown = await promisify(execFile)('bash', ['-c', `${out}\ncomplete -p lockstep`]);
      expect(shown.stdout).to.contain('-F _lockstep lockstep');
      expect((await runCli(NOBODY, ['completion', 'zsh'])).out).to.contain('compdef _lockstep lockstep');
      expect((await runCli(NOBODY, ['completion', 'fish'])).code).to.equal(2);
    });

    it('lists all commands with their short forms, also as a tree', async () => {
      const { out } = await runCli(NOBODY, ['list-commands']);
      expect(out.split('\n')).to.include.members(['node create (c)', 'resource toggle-disk (td)', 'list-commands']);
      const tree = (await runCli(NOBODY, ['list-commands', '-t'])).out;
      expect(tree).to.contain('- node (n)\n').and.to.contain('\n  - interface (i)\n    - ');
    });
  });

  describe('with a controller', () => {
    let cluster: TestController;
    let server: ServedApi;
    before(async () => {
      cluster = await TestController.ready(['alpha', 'bravo']);
      await cluster.define('db');
      server = await serveApi(cluster.controller);
    });
    after(async () => {
      await server.close();
      await cluster.stop();
    });

    it('asks it for names where a name belongs', async () => {
      const { address } = server;
      expect(await complete(address, 'n', 'delete', '')).to.deep.equal(['alpha', 'bravo']);
      expect(await complete(address, 'resource', 'create', 'b')).to.deep.equal(['bravo']);
      expect(await complete(address, 'resource', 'create', 'bravo', 'd')).to.deep.equal(['db']);
      expect(await complete(address, 'vd', 'create', '')).to.deep.equal(['db']);
      expect(await complete(address, 'r', 'td', 'alpha', 'db', '-s', '')).to.include('DfltStorPool');
      expect(await complete(address, 'rg', 'list', '-r', '')).to.deep.equal(['DfltRscGrp']);
    });

    it('proposes no name for what is made anew', async () => {
      expect(await complete(server.address, 'node', 'create', '')).to.deep.equal([]);
    });

    it('asks the controller that the line names', async () => {
      expect(await complete(NOBODY, '-c', server.address, 'node', 'lost', 'a')).to.deep.equal(['alpha']);
    });
  });
});
