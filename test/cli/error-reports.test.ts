import { expect } from 'chai';
import { runUseCase } from '../../controller/service/use-case.ts';
import { MemoryStore } from '../../controller/store/memory-store.ts';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { callOptions, TestController } from '../controller/test-controller.ts';
import { type CliRun, runCli, titlesOf } from './cli-run.ts';

const EVERYTHING = { ids: [], sinceMs: undefined, toMs: undefined, nodeNames: [] };

describe('lockstep error-reports', () => {
  let store: MemoryStore;
  let cluster: TestController;
  let server: ServedApi;
  beforeEach(async () => {
    store = new MemoryStore();
    cluster = await TestController.start(['alpha'], store);
    server = await serveApi(cluster.controller);
  });
  afterEach(async () => {
    await server.close();
    await cluster.stop();
  });
  const run = (text: string): Promise<CliRun> => runCli(server.address, text.split(' '));
  const reports = () => cluster.controller.context.reports;
  const idsIn = (text: string): string[] => text.match(/[0-9A-F]{8}-\d{6}/g) ?? [];

  /** Something that nobody has foreseen. */
  const fail = () =>
    runUseCase(cluster.controller.context, 'an operation', callOptions(), () => {
      throw new TypeError('a mistake of ours');
    });

  it('lists and shows what was refused, with all that was answered', async () => {
    await run('node delete nobody');
    await run('rd delete nothing');
    const { out, code } = await run('error-reports list');
    expect(code, out).to.equal(0);
    expect(titlesOf(out)).to.deep.equal(['Id', 'Datetime', 'Node', 'Exception']);
    expect(out).to.match(
      /nobody +\| NODE_NOT_FOUND: .*\n[^\n]*(\n[^\n]*)?controller +\| RESOURCE_DEFINITION_NOT_FOUND/,
    );
    const [first = ''] = idsIn(out);
    const shown = await run(`err show ${first}`);
    expect(shown.out).to.contain('refusal').and.to.contain('There is no node "nobody"').and.to.contain('Known nodes');
    expect(titlesOf((await run('err list -f')).out)).to.include.members(['Location', 'Version']);
    expect(idsIn((await run('err list -n nobody')).out)).to.deep.equal([first]);
    expect(idsIn((await run('err list --to 1h')).out)).to.deep.equal([]);
    expect(idsIn((await run('err list -s 1h')).out)).to.have.length(2);
  });

  it('deletes those that are named, or those of a time, but never by accident', async () => {
    await run('node delete nobody');
    await run('node delete nobody');
    const [first = '', second = ''] = idsIn((await run('err l')).out);
    expect((await run('err delete')).code).to.equal(2);
    expect((await run(`err delete ${first}`)).out).to.contain('1 error report deleted');
    expect(idsIn((await run('err l')).out)).to.deep.equal([second]);
    expect((await run('err delete -s 1h')).out).to.contain('1 error report deleted');
    expect(idsIn((await run('err l')).out)).to.deep.equal([]);
    expect((await run(`err show ${first}`)).code).to.equal(2);
    expect((await run('err list -s yesterday')).code).to.equal(2);
  });

  it('leaves the store as it is when a request is refused, and makes no report of a trial', async () => {
    const before = await store.load();
    await run('node delete nobody');
    await run('r c nothing --auto-place 2 --what-if');
    expect(await store.load()).to.deep.equal(before);
    expect(reports().list(EVERYTHING)).to.have.length(1);
  });

  it('keeps failures of the controller itself for the next one, and names the report in the answer', async () => {
    const reply = await fail();
    const id = reply.answers[0]?.refs['error_report'] ?? '';
    await cluster.until('it is stored', async () => (await cluster.view()).errorReports.get(id) !== undefined);
    await server.close();
    await cluster.stop();
    cluster = await TestController.start(['alpha'], store, cluster.satellites);
    server = await serveApi(cluster.controller);
    expect((await run(`err show ${id}`)).out)
      .to.contain('failure of the controller')
      .and.to.contain('a mistake of ours');
    const next = (await fail()).answers[0]?.refs['error_report'] ?? '';
    expect(next > id, 'ids of a later term are later').to.equal(true);
    expect((await run(`err delete ${id} ${next}`)).out).to.contain('2 error reports deleted');
    expect((await cluster.view()).errorReports.get(id)).to.equal(undefined);
  });

  it('keeps the last thousand', async () => {
    const [answer] = (await cluster.nodes.delete('nobody', callOptions())).answers;
    for (let count = 0; count < 1_100; count += 1) reports().refused(`operation ${count}`, answer ? [answer] : []);
    const kept = reports().list(EVERYTHING);
    expect([kept.length, kept.at(-1)?.operation]).to.deep.equal([1_000, 'operation 1099']);
  });
});
