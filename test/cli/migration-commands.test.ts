import { expect } from 'chai';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { TestController } from '../controller/test-controller.ts';
import { type CliRun, runCli } from './cli-run.ts';

describe('lockstep: migrations and attempts', () => {
  let cluster: TestController;
  let api: ServedApi;
  const cli = (line: string): Promise<CliRun> => runCli(api.address, line.split(' '));

  before(async () => {
    cluster = await TestController.ready(['alpha', 'bravo']);
    await cluster.define('vm');
    await cluster.addVolume('vm');
    await cluster.create('vm', ['alpha', 'bravo']);
    cluster.satellites.get('alpha').inUse.add('vm');
    cluster.satellites.get('alpha').changed();
    const { status } = cluster.controller.context;
    await cluster.until('alpha is Primary', () => status.node('alpha').resources.get('VM')?.role === 'Primary');
    api = await serveApi(cluster.controller);
  });
  after(async () => {
    await api.close();
    await cluster.stop();
  });

  it('begin, list and finish a migration', async () => {
    const begun = await cli('migration begin vm alpha bravo --time-limit 60');
    expect(begun.code, begun.out + begun.err).to.equal(0);
    expect(begun.out).to.include('lockstep migration finish vm');
    const listed = await cli('mi l -p');
    for (const word of ['vm', 'alpha', 'bravo', '60 s', 'OPEN']) expect(listed.out).to.include(word);
    const [migrations] = JSON.parse((await cli('-m migration list')).out) as [{ resource_name: string }[]];
    expect(migrations.map((each) => each.resource_name)).to.deep.equal(['vm']);
    expect((await cli('migration begin vm bravo alpha')).code).to.equal(10);
    expect((await cli('migration finish vm')).out).to.include('on node "alpha"');
    expect((await cli('migration abort vm')).code).to.equal(0);
  });

  it('refuse words that make no sense before anybody is asked', async () => {
    expect((await cli('migration begin vm alpha')).code).to.equal(2);
    expect((await cli('migration begin vm alpha bravo --time-limit 1.5')).code).to.equal(2);
    expect((await cli('migration bogus')).code).to.equal(2);
  });

  it('try again and connect anew', async () => {
    expect((await cli('resource retry vm alpha')).code).to.equal(0);
    expect((await cli('resource retry nothing')).code).to.equal(10);
    expect((await cli('node reconnect alpha bravo')).out).to.include('"bravo"');
    expect((await cli('node rc nowhere')).code).to.equal(10);
  });
});
