import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runProgram } from '../../cli/program.ts';
import { PLAIN } from '../../cli/terminal.ts';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { TestController } from '../controller/test-controller.ts';
import { runCli } from './cli-run.ts';

const NOBODY = '127.0.0.1:1';
const words = (text: string): string[] => text.split(' ');

describe('--watch', () => {
  let cluster: TestController;
  let server: ServedApi;
  before(async () => {
    cluster = await TestController.ready(['alpha']);
    server = await serveApi(cluster.controller);
  });
  after(async () => {
    await server.close();
    await cluster.stop();
  });

  it('prints a list anew until Ctrl-C, and then succeeds', async () => {
    const interrupt = new AbortController();
    const said = { out: '', err: '' };
    const watching = runCli(server.address, words('rd l --watch 0.1'), interrupt.signal, said);
    await cluster.until('two lists', () => said.out.split('ResourceName').length > 2);
    await cluster.define('fresh');
    await cluster.until('the change', () => said.out.includes('fresh'));
    interrupt.abort();
    expect((await watching).code).to.equal(0);
    expect(said.out).not.to.contain('\u001b');
  });

  it('draws over the last list on a terminal', async () => {
    const interrupt = new AbortController();
    const said = { text: '' };
    const sink = { write: (text: string) => (said.text += text) };
    const watching = runProgram(words('node list --watch 0.1'), {
      terminalFor: () => ({ out: sink, err: sink, style: PLAIN, animated: false, redrawWidth: 80 }),
      environment: { LS_CONTROLLERS: server.address },
      signal: interrupt.signal,
      helpWidth: 100,
    });
    await cluster.until('two pictures', () => said.text.split('\u001b[H').length > 2);
    interrupt.abort();
    expect(await watching).to.equal(0);
    expect(said.text).to.contain('Ctrl-C ends').and.to.contain('alpha');
  });

  it('ends at once when the first list fails, and refuses what is no time', async () => {
    expect((await runCli(NOBODY, words('node list --watch'))).code).to.equal(20);
    expect((await runCli(NOBODY, words('node list --watch often'))).code).to.equal(2);
  });

  it('tells each call with --verbose, on stderr', async () => {
    const { out, err, code } = await runCli(server.address, words('node list -V'));
    expect([code, out.includes('alpha')]).to.deep.equal([0, true]);
    expect(err).to.match(
      /^> lockstep\.v1\.NodeService\/List {"names":\[]}\n< .* from 127\.0\.0\.1:\d+ after \d+ ms\n$/,
    );
  });
});

describe('--grpcurl', () => {
  it('prints the call as a command line and calls nobody', async () => {
    const { out, err, code } = await runCli(NOBODY, words('node list -n alpha --grpcurl'));
    expect([code, err]).to.deep.equal([0, '']);
    expect(out).to.equal(`grpcurl -plaintext -d '{"names":["alpha"]}' ${NOBODY} lockstep.v1.NodeService/List\n`);
  });

  it('prints what a changing command would send, in quotes that a shell understands', async () => {
    const { out } = await runCli(NOBODY, ['controller', 'set-property', 'Aux/who', "it's $HOME", '--grpcurl']);
    const { stdout } = await promisify(execFile)('sh', ['-c', `set -- ${out}\nprintf '%s\\n' "$@"`]);
    const [tool, , , data = '', address, method] = stdout.trim().split('\n');
    expect([tool, address, method]).to.deep.equal(['grpcurl', NOBODY, 'lockstep.v1.PropertyService/Set']);
    expect(JSON.parse(data)).to.deep.include({ overrideProps: { 'Aux/who': "it's $HOME" } });
  });

  it('knows streams too, still checks arguments, and refuses commands that call nobody', async () => {
    expect((await runCli(NOBODY, words('events --grpcurl'))).out).to.contain('lockstep.v1.EventService/Watch');
    expect((await runCli(NOBODY, words('rd c 1x --grpcurl'))).code).to.equal(2);
    const { code, out } = await runCli(NOBODY, words('dev status --grpcurl'));
    expect([code, out]).to.deep.equal([2, '']);
  });
});
