import { expect } from 'chai';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { TestController } from '../controller/test-controller.ts';
import { type CliRun, runCli, titlesOf } from './cli-run.ts';

describe('lockstep advise, and what a node is involved in', () => {
  let cluster: TestController;
  let server: ServedApi;
  before(async () => {
    cluster = await TestController.ready(['alpha', 'bravo', 'charlie']);
    server = await serveApi(cluster.controller);
    for (const name of ['db', 'web']) {
      await cluster.define(name);
      await cluster.addVolume(name);
    }
    await cluster.create('db', ['alpha']);
    await cluster.create('web', ['alpha', 'bravo', 'charlie']);
    await run('rg modify DfltRscGrp --place-count 2');
  });
  after(async () => {
    await server.close();
    await cluster.stop();
  });
  const run = (text: string): Promise<CliRun> => runCli(server.address, text.split(' '));

  it('tells the issue and a possible fix per resource', async () => {
    const { code, out } = await run('advise resource');
    expect(code, out).to.equal(0);
    expect(titlesOf(out)).to.deep.equal(['Resource', 'Issue', 'Possible fix']);
    expect(out).to.match(/db +\| single-replica: .*auto-place db --place-count 2/);
    expect(out).to.match(/web +\| too-many-replicas: /);
    const filtered = await run('adv r -f too-many-replicas -r web -m');
    const [{ advice }] = JSON.parse(filtered.out) as [{ advice: { kind: string }[] }];
    expect(advice.map(({ kind }) => kind)).to.deep.equal(['too-many-replicas']);
  });

  it('tells what would suffer without a node, and knows its nodes', async () => {
    expect((await run('advise maintenance alpha')).out).to.match(/db +\| single-replica: No other node/);
    expect((await run('advise maintenance charlie')).out).not.to.contain('db');
    const unknown = await run('adv m nowhere');
    expect([unknown.code, unknown.out.includes('There is no node')]).to.deep.equal([10, true]);
  });

  it('lists all replicas of the resources that a node takes part in', async () => {
    const { out } = await run('resource involved bravo');
    expect(out)
      .to.match(/web +\| alpha/)
      .and.to.match(/web +\| bravo/)
      .and.not.to.contain('db');
    expect((await run('r inv alpha -i')).out).not.to.contain('web');
    expect((await run('r inv nowhere')).code).to.equal(10);
  });
});
