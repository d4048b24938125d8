import { expect } from 'chai';
import { Attempts } from '../../../controller/service/attempts.ts';
import { callOptions, codes, errorOf, TestController } from '../test-controller.ts';

describe('attempts asked for', () => {
  let cluster: TestController;
  let attempts: Attempts;

  beforeEach(async () => {
    cluster = await TestController.ready(['alpha', 'bravo']);
    attempts = new Attempts(cluster.controller.context);
    await cluster.define('db');
    await cluster.addVolume('db');
  });
  afterEach(async () => {
    await cluster.stop();
  });

  const fail = async (times: number): Promise<void> => {
    cluster.satellites.get('alpha').failures.set('db', times);
    expect(errorOf(await cluster.create('db', ['alpha', 'bravo'])).codeName).to.equal('BACKING_STORE_FAILED');
  };
  const has = (): boolean => cluster.satellites.get('alpha').resources.has('DB');

  it('resource retry answers with what the new attempt comes to, not the old one', async () => {
    await fail(1_000);
    const again = await attempts.retry({ resourceName: 'db', nodeNames: [] }, callOptions());
    expect(errorOf(again).codeName).to.equal('BACKING_STORE_FAILED');
    cluster.satellites.get('alpha').failures.clear();
    const reply = await attempts.retry({ resourceName: 'db', nodeNames: ['alpha'] }, callOptions());
    expect(codes(reply)).to.deep.equal(['INFO NOTE']);
    expect(has()).to.equal(true);
  });

  it('resource retry is refused for what is not there', async () => {
    const retry = async (resourceName: string, nodeNames: string[]) =>
      errorOf(await attempts.retry({ resourceName, nodeNames }, callOptions())).codeName;
    expect(await retry('nothing', [])).to.equal('RESOURCE_DEFINITION_NOT_FOUND');
    expect(await retry('db', ['nowhere'])).to.equal('NODE_NOT_FOUND');
    expect(await retry('db', ['alpha'])).to.equal('RESOURCE_NOT_FOUND');
  });

  it('node reconnect tells the full state anew, and so tries what has failed', async () => {
    await fail(1);
    const { commands } = cluster.satellites.get('alpha');
    const before = commands.length;
    const reply = await attempts.reconnect(['alpha'], callOptions());
    expect(codes(reply)).to.deep.equal(['SUCCESS MODIFIED']);
    expect(commands.slice(before).map(({ full }) => full)).to.deep.equal([true]);
    expect(has()).to.equal(true);
  });

  it('node reconnect says why a satellite cannot be reached, and does not wait for the next attempt', async () => {
    const alpha = cluster.satellites.get('alpha');
    alpha.kill();
    await cluster.until('it is seen', () => cluster.connection('alpha') === 'OFFLINE');
    expect(codes(await attempts.reconnect(['alpha'], callOptions()))).to.deep.equal(['WARN SATELLITE_UNREACHABLE']);
    alpha.start();
    expect(codes(await attempts.reconnect(['alpha'], callOptions()))).to.deep.equal(['SUCCESS MODIFIED']);
    expect(errorOf(await attempts.reconnect(['nowhere'], callOptions())).codeName).to.equal('NODE_NOT_FOUND');
  });

  it('a failed object is tried at once when its satellite comes back', async () => {
    await fail(1);
    const alpha = cluster.satellites.get('alpha');
    alpha.kill();
    alpha.start();
    await cluster.until('it is there', has);
  });
});
