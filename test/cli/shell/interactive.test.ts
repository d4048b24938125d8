import { expect } from 'chai';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runProgram } from '../../../cli/program.ts';
import { PLAIN } from '../../../cli/terminal.ts';
import { serveApi, type ServedApi } from '../../controller/api/served-api.ts';
import { TestController } from '../../controller/test-controller.ts';

describe('lockstep without a command on a terminal', () => {
  let cluster: TestController;
  let server: ServedApi;
  let folder: string;
  before(async () => {
    cluster = await TestController.ready(['alpha', 'bravo']);
    server = await serveApi(cluster.controller);
    folder = await mkdtemp(join(tmpdir(), 'lockstep-shell-'));
  });
  after(async () => {
    await server.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function converse(words: readonly string[], terminal = false) {
    const said = { text: '' };
    const sink = { write: (text: string) => (said.text += text) };
    const input = new PassThrough();
    const output = new PassThrough();
    output.on('data', (piece: Buffer) => (said.text += piece.toString()));
    const code = runProgram(words, {
      terminalFor: () => ({ out: sink, err: sink, style: PLAIN, animated: false, redrawWidth: undefined }),
      environment: { LS_CONTROLLERS: server.address, XDG_STATE_HOME: folder },
      signal: new AbortController().signal,
      helpWidth: 100,
      shell: { input, output, terminal },
    });
    return { input, said, code };
  }

  it('runs one command per line until exit, whatever they lead to', async () => {
    const { input, said, code } = converse([]);
    input.write('node list\nbogus\nrd c "un');
    input.write('closed\n\nrd c "db"\nexit\nnode delete alpha\n');
    expect(await code).to.equal(0);
    expect(said.text).to.contain('LOCKSTEP ==> ').and.to.contain('alpha').and.to.contain('unknown command: bogus');
    expect(said.text).to.contain('a quote is not closed').and.to.contain('SUCCESS');
    expect((await cluster.view()).definitions.all().map(({ name }) => name)).to.deep.equal(['db']);
    expect((await cluster.view()).nodes.size).to.equal(2);
  });

  it('ends with the end of the input, and gives its options to every line', async () => {
    const { input, said, code } = converse(['-V', '-m']);
    input.end('node list\n');
    expect(await code).to.equal(0);
    expect(said.text).to.contain(`LOCKSTEP(${server.address}) ==> `).and.to.contain('"connection_status": "ONLINE"');
  });

  it('remembers its lines for the next time, for this user only', async () => {
    const { input, code } = converse([]);
    input.end('controller which\n');
    await code;
    const file = join(folder, 'lockstep', 'history');
    expect((await readFile(file, 'utf8')).trim().split('\n').at(-1)).to.equal('controller which');
    expect((await stat(file)).mode & 0o077).to.equal(0);
  });

  it('completes with the Tab key, and ends a command with Ctrl-C without ending itself', async () => {
    const { input, said, code } = converse([], true);
    input.write('node del\t');
    await cluster.until('the verb', () => said.text.includes('node delete '));
    input.write('al\t');
    await cluster.until('the name', () => said.text.includes('alpha '));
    input.write('\u0003');
    await cluster.until('a fresh line', () => said.text.includes('^C'));
    input.write('events node\r');
    await cluster.until('the stream', () => said.text.includes('sync'));
    input.write('\u0003');
    input.write('controller which\r');
    await cluster.until('the next command', () => said.text.includes(`${server.address}\n`));
    input.write('\u0004');
    expect(await code).to.equal(0);
  });

  it('is not for those who give a command, or ask for help', async () => {
    for (const words of [['node', 'list'], ['--help'], ['--bogus']]) {
      const { said, code } = converse(words);
      await code;
      expect(said.text).not.to.contain('==>');
    }
  });
});
