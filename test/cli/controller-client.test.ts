import { expect } from 'chai';
import { ControllerClient } from '../../cli/api/controller-client.ts';
import { type ServedApi, serveApi } from '../controller/api/served-api.ts';
import { rejection } from '../controller/rejection.ts';
import { TestController } from '../controller/test-controller.ts';
import { TcpProxy } from '../tcp-proxy.ts';

const NOBODY = '127.0.0.1:1';

describe('A client with a list of controllers', () => {
  let cluster: TestController;
  let leader: ServedApi;
  let standby: ServedApi;
  let undo: (() => unknown)[] = [];

  beforeEach(async () => {
    cluster = await TestController.start(['alpha']);
    leader = await serveApi(cluster.controller);
    standby = await serveApi(cluster.controller);
    standby.standBy(leader.address);
  });
  afterEach(async () => {
    for (const step of undo.reverse()) await step();
    undo = [];
    await Promise.all([leader.close(), standby.close()]);
    await cluster.stop();
  });

  async function connect(...controllers: string[]): Promise<ControllerClient> {
    const options = { controllers, timeoutMs: 10_000, signal: new AbortController().signal };
    const client = await ControllerClient.connect(options);
    undo.push(() => client.close());
    return client;
  }
  const define = async (client: ControllerClient, name: string): Promise<string[]> => {
    const { answers } = await client.call(client.resourceDefinitions, 'create', { name });
    return answers.map(({ codeName }) => codeName);
  };
  const names = (): string[] => cluster.controller.context.state.view.definitions.all().map(({ name }) => name);

  it('takes the first that answers, and says so', async () => {
    const client = await connect(NOBODY, leader.address, standby.address);
    expect(client.address).to.equal(leader.address);
    expect(await define(client, 'db')).to.deep.equal(['CREATED']);
  });

  it('is told by each what it is', async () => {
    const client = await connect(standby.address);
    expect(await client.call(client.controller, 'version', {})).to.include({ role: 'standby', controllerId: '' });
    expect(await client.call(client.controller, 'health', {})).to.include({
      healthy: true,
      role: 'standby',
      leader: leader.address,
    });
    const other = await connect(leader.address);
    expect(await other.call(other.controller, 'health', {})).to.include({ role: 'leader', leader: leader.address });
  });

  it('follows a standby to the leader, with calls and with streams', async () => {
    const client = await connect(standby.address);
    expect(await define(client, 'db')).to.deep.equal(['CREATED']);
    expect(client.address).to.equal(leader.address);
    const watching = await connect(standby.address);
    for await (const event of watching.watch([])) {
      expect(event.action).to.be.oneOf(['exists', 'sync']);
      break;
    }
    expect(await (await connect(standby.address)).findLeader()).to.equal(leader.address);
  });

  it('waits while nobody leads', async () => {
    leader.standBy();
    standby.standBy();
    const client = await connect(standby.address, leader.address);
    const defined = define(client, 'db');
    await cluster.until('the client has asked in vain', () => client.address === leader.address);
    leader.lead();
    expect(await defined).to.deep.equal(['CREATED']);
  });

  it('does an operation once whose answer is lost, and gets the answer', async () => {
    for (const bytes of [0, 40, 90, 120, 160]) {
      const proxy = await TcpProxy.start(Number(leader.address.split(':')[1]));
      const client = await connect(proxy.address, leader.address);
      await client.call(client.controller, 'version', {});
      proxy.cutAfter(bytes);
      expect(await define(client, `db-${bytes}`)).to.deep.equal(['CREATED']);
      await proxy.close();
    }
    expect(names()).to.have.length(5);
  });

  it('takes an operation elsewhere that waits when its controller loses the leadership', async () => {
    await cluster.addNode('alpha');
    await cluster.until('alpha is online', () => cluster.connection('alpha') === 'ONLINE');
    let open = (): void => {};
    cluster.satellites.get('alpha').gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const client = await connect(leader.address, standby.address);
    const request = { nodeName: 'alpha', name: 'pool', providerKind: 'FILE', directory: '/d' };
    const waiting = client.call(client.storagePools, 'create', request);
    const pools = () => cluster.controller.context.state.view.pools.all().map(({ name }) => name);
    await cluster.until('the pool is in the store', () => pools().length === 1);
    leader.standBy(standby.address);
    standby.lead();
    await cluster.until('the client has moved', () => client.address === standby.address);
    open();
    expect((await waiting).answers.map(({ codeName }) => codeName)).to.deep.equal(['CREATED']);
  });

  it('fails at once when nobody answers, and with the reason when the time is over', async () => {
    expect((await rejection(connect(NOBODY))).code).to.equal('CONTROLLER_UNREACHABLE');
    standby.standBy();
    const options = { controllers: [standby.address], timeoutMs: 500, signal: new AbortController().signal };
    const client = await ControllerClient.connect(options);
    undo.push(() => client.close());
    const error = await rejection(define(client, 'db'));
    expect(error.code).to.equal('NOT_LEADER');
    expect(error.because).to.contain('No controller leads');
  });
});
