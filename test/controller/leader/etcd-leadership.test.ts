import { expect } from 'chai';
import { startController } from '../../../controller/controller.ts';
import { EtcdLeadership } from '../../../controller/leader/etcd-leadership.ts';
import type { Term } from '../../../controller/leader/leadership.ts';
import { succeed } from '../../../controller/leader/succession.ts';
import { SILENT_LOG } from '../../../controller/ports.ts';
import { ResourceDefinitionService } from '../../../controller/service/resource-definition-service.ts';
import type { Controller } from '../../../controller/controller.ts';
import { EtcdConnection } from '../../../controller/store/etcd-connection.ts';
import { EtcdStore } from '../../../controller/store/etcd-store.ts';
import { drop, put } from '../../contract/kv-store.contract.ts';
import { EtcdServer } from '../../etcd-server.ts';
import { MemorySatellites } from '../memory-satellites.ts';
import { TcpProxy } from '../../tcp-proxy.ts';
import { callOptions, codes, countingRandom, realClock } from '../test-controller.ts';

const LEASE_SECONDS = 2;

describe('Leadership on etcd', function () {
  this.timeout(60_000);
  let etcd: EtcdServer;
  let undo: (() => unknown)[] = [];
  let made = 0;
  let prefix = '';

  before(async () => {
    etcd = await EtcdServer.start();
  });
  after(() => etcd.stop());
  beforeEach(() => {
    prefix = `/leaders-${++made}/`;
  });
  afterEach(async () => {
    for (const step of undo.reverse()) await step();
    undo = [];
  });

  function connect(endpoint = etcd.endpoint): EtcdConnection {
    const connection = new EtcdConnection({ endpoints: [endpoint], prefix });
    undo.push(() => connection.close());
    return connection;
  }

  function candidate(address: string, connection = connect()): EtcdLeadership {
    const options = { address, leaseSeconds: LEASE_SECONDS, identity: address, clock: realClock, log: SILENT_LOG };
    return new EtcdLeadership(connection, options);
  }

  function campaign(leadership: EtcdLeadership): Promise<Term> {
    const giveUp = new AbortController();
    undo.push(() => giveUp.abort());
    const term = leadership.campaign(giveUp.signal);
    // One that waits until the test is over has lost nothing.
    term.then(
      (won) => undo.push(() => won.resign()),
      () => {},
    );
    return term;
  }

  const ended = (term: Term): Promise<void> =>
    new Promise((resolve) => {
      if (term.ended.aborted) resolve();
      term.ended.addEventListener('abort', () => resolve(), { once: true });
    });

  it('goes to one of many, whose address the others know', async () => {
    const all = ['a:1', 'b:1', 'c:1'].map((address) => candidate(address));
    const [first] = await Promise.all([Promise.race(all.map(campaign))]);
    await eventually(() => all.every((each) => each.leader() !== undefined));
    expect(new Set(all.map((each) => each.leader())).size).to.equal(1);
    expect(first.ended.aborted).to.equal(false);
  });

  it('outlasts its lease as long as it is prolonged', async () => {
    const term = await campaign(candidate('a:1'));
    await new Promise((resolve) => realClock.after(LEASE_SECONDS * 2_000, () => resolve(undefined)));
    expect(term.ended.aborted).to.equal(false);
  });

  it('goes to the next one at once when the leader resigns', async () => {
    const term = await campaign(candidate('a:1'));
    const other = candidate('b:1');
    const next = campaign(other);
    const before = performance.now();
    await term.resign();
    await next;
    expect(performance.now() - before).to.be.below(LEASE_SECONDS * 1_000);
    expect(other.leader()).to.equal('b:1');
  });

  it('is over for a leader that does not reach etcd before anybody else begins, and its commits are refused', async () => {
    const proxy = await TcpProxy.start(etcd.port);
    const term = await campaign(candidate('a:1', connect(`http://${proxy.address}`)));
    const store = new EtcdStore(connect(), { identity: 'old', clock: realClock });
    expect(await store.commit(term.conditions, [put('x', '1')])).to.be.a('number');
    const next = campaign(candidate('b:1'));
    await proxy.close();
    await ended(term);
    const lostAt = performance.now();
    const successor = await next;
    expect(performance.now()).to.be.at.least(lostAt);
    expect(await store.commit(term.conditions, [put('x', '2')])).to.equal(undefined);
    expect(await store.commit(successor.conditions, [put('x', '3')])).to.be.a('number');
  });

  interface Member {
    leading: Controller | undefined;
    readonly epochs: number[];
  }

  function member(address: string, satellites: MemorySatellites, endpoint?: string): Member {
    const connection = connect(endpoint);
    const self: Member = { leading: undefined, epochs: [] };
    const ending = new AbortController();
    const stopped = succeed(
      {
        leadership: candidate(address, connection),
        openStore: async () => new EtcdStore(connection, { identity: `${address}-${++made}`, clock: realClock }),
        start: (store, conditions, onLost) =>
          startController({
            ...{ store, conditions, onLost, connect: satellites.connect },
            ...{ clock: realClock, random: countingRandom(), log: SILENT_LOG },
          }),
        stage: {
          lead: (controller) => {
            self.leading = controller;
            self.epochs.push(controller.epoch);
          },
          standBy: () => {
            self.leading = undefined;
          },
        },
        alone: false,
        clock: realClock,
        log: SILENT_LOG,
      },
      ending.signal,
    );
    undo.push(async () => {
      ending.abort();
      await stopped;
    });
    return self;
  }

  const define = (controller: Controller | undefined, name: string) => {
    if (controller === undefined) throw new Error('nobody leads');
    const request = { name, peerSlots: undefined, protocol: '' };
    return new ResourceDefinitionService(controller.context).create(request, callOptions({ requestId: name }));
  };

  it('is noticed by a refused commit, too, when the key is gone although the lease lives', async () => {
    const only = member('a:1', new MemorySatellites([]));
    await eventually(() => only.leading !== undefined);
    const robbed = only.leading;
    await connect().transact({ conditions: [], writes: [drop('leader')], look: [] }, 1_000);
    expect(codes(await define(robbed, 'one'))).to.deep.equal(['ERROR NOT_LEADER']);
    await eventually(() => only.leading !== undefined && only.leading !== robbed, 10_000);
    expect(only.epochs).to.deep.equal([1, 2]);
    expect(codes(await define(only.leading, 'one'))).to.deep.equal(['SUCCESS CREATED']);
  });

  it('passes the state on with a higher epoch; who lost it stands by, and leads again later without a restart', async () => {
    const satellites = new MemorySatellites([]);
    const proxy = await TcpProxy.start(etcd.port);
    const first = member('a:1', satellites, `http://${proxy.address}`);
    await eventually(() => first.leading !== undefined);
    const old = first.leading;
    expect(codes(await define(old, 'one'))).to.deep.equal(['SUCCESS CREATED']);
    const second = member('b:1', satellites);
    proxy.refuse(true);
    await eventually(() => second.leading !== undefined, 10_000);
    expect(first.leading).to.equal(undefined);
    expect(second.leading?.context.state.view.definitions.all().map(({ name }) => name)).to.deep.equal(['one']);
    expect(codes(await define(second.leading, 'one'))).to.deep.equal(['SUCCESS CREATED']);
    expect(codes(await define(old, 'two'))[0]).to.match(/^ERROR (STORE_FAILED|NOT_LEADER)$/);
    proxy.refuse(false);
    await undo.pop()?.();
    await eventually(() => first.leading !== undefined, 10_000);
    expect([...first.epochs, ...second.epochs]).to.have.members([1, 3, 2]);
    expect(codes(await define(first.leading, 'three'))).to.deep.equal(['SUCCESS CREATED']);
    undo.push(() => proxy.close());
  });
});

async function eventually(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => realClock.after(10, () => resolve(undefined)));
  }
}
