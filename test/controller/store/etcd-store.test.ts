import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { EtcdConnection, EtcdFailure } from '../../../controller/store/etcd-connection.ts';
import { EtcdStore } from '../../../controller/store/etcd-store.ts';
import { commit, drop, kvStoreContract, put } from '../../contract/kv-store.contract.ts';
import { EtcdServer } from '../../etcd-server.ts';
import { Authority } from '../../satellite/transport/certificates.ts';
import { rejection } from '../rejection.ts';
import { realClock } from '../test-controller.ts';
import { TcpProxy } from '../../tcp-proxy.ts';

describe('Store on etcd', function () {
  this.timeout(60_000);
  let etcd: EtcdServer;
  let connections: EtcdConnection[] = [];
  let made = 0;

  before(async () => {
    etcd = await EtcdServer.start();
  });
  after(async () => {
    for (const connection of connections) connection.close();
    await etcd.stop();
  });

  const connect = (prefix: string, ...endpoints: string[]): EtcdConnection => {
    const connection = new EtcdConnection({ endpoints: endpoints.length > 0 ? endpoints : [etcd.endpoint], prefix });
    connections = [...connections, connection];
    return connection;
  };
  const storeOver = (connection: EtcdConnection): EtcdStore => {
    made += 1;
    return new EtcdStore(connection, { identity: `test-${made}`, clock: realClock });
  };
  const newPrefix = (): string => `/test-${++made}/`;

  kvStoreContract('etcd', async () => storeOver(connect(newPrefix())));

  it('shows one store per prefix, and nothing of its neighbours', async () => {
    const [left, right] = [storeOver(connect('/a/')), storeOver(connect('/a0/'))];
    await commit(left, put('x', '1'));
    await commit(right, put('y', '1'));
    expect((await left.load()).entries.map(({ key }) => key)).to.deep.equal(['x']);
  });

  it('reads more than one page, all of one revision', async () => {
    const connection = connect(newPrefix());
    const store = storeOver(connection);
    const keys = Array.from({ length: 2_500 }, (_, n) => `k/${String(n).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 100) {
      await commit(store, ...keys.slice(at, at + 100).map((key) => put(key, 'x')));
    }
    expect((await storeOver(connection).load()).entries.map(({ key }) => key)).to.deep.equal(keys);
  });

  it('does not take what belongs to a lease for state', async () => {
    const connection = connect(newPrefix());
    const lease = await connection.grant(30, 1_000);
    await connection.transact({ conditions: [], writes: [put('leader', 'me')], lease, look: [] }, 1_000);
    const store = storeOver(connection);
    await commit(store, put('a', '1'));
    expect((await store.load()).entries.map(({ key }) => key)).to.deep.equal(['a']);
    await connection.revoke(lease, 1_000);
  });

  it('lets two processes write in turns when no condition forbids it', async () => {
    const prefix = newPrefix();
    const [one, two] = [storeOver(connect(prefix)), storeOver(connect(prefix))];
    for (let n = 0; n < 5; n += 1) {
      await commit(one, put('one', String(n)));
      await commit(two, put('two', String(n)));
    }
    expect((await one.load()).entries.map(({ value }) => value)).to.deep.equal(['4', '4']);
  });

  it('commits once, and knows it, when answers get lost at any byte', async () => {
    const proxy = await TcpProxy.start(etcd.port);
    const direct = connect(newPrefix());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 3, maxLength: 6 }), async (cuts) => {
        const prefix = newPrefix();
        const store = storeOver(connect(prefix, `http://${proxy.address}`));
        const seen: number[] = [];
        let count = (await store.load()).revision;
        for (const cut of cuts) {
          proxy.cutAfter(cut);
          // Each one counts on the one before: a commit that is lost, or done twice, makes the next one fail.
          const revision = await store.commit([{ key: 'count', modRevision: count }], [put('count', String(cut))]);
          if (revision === undefined) throw new Error(`refused after ${seen.length}`);
          count = revision;
          seen.push(revision);
        }
        const loaded = await storeOver(connect(prefix)).load();
        expect(loaded.entries).to.deep.equal([{ key: 'count', value: String(cuts.at(-1)), modRevision: seen.at(-1) }]);
      }),
      { numRuns: 12 },
    );
    direct.close();
    await proxy.close();
  });

  it('says that it does not know when etcd stays away after a commit was sent, and promises nothing more', async () => {
    const own = await EtcdServer.start();
    let looks = 0;
    // The patience of ten seconds is over at the second look at the clock.
    const nowMs = (): number => 60_000 * ++looks;
    const clock = { nowMs, after: realClock.after };
    const store = new EtcdStore(connect('/x/', own.endpoint), { identity: 'x', clock });
    await commit(store, put('a', '1'));
    own.freeze();
    expect((await rejection(store.commit([], [put('a', '2')]))).code).to.equal('STORE_FAILED');
    own.thaw();
    expect((await rejection(store.commit([], [put('a', '3')]))).code).to.equal('STORE_FAILED');
    await own.stop();
  });

  it('goes on with another endpoint when one is gone', async () => {
    const store = storeOver(connect(newPrefix(), 'http://127.0.0.1:1', etcd.endpoint));
    await commit(store, put('a', '1'), drop('b'));
    expect((await store.load()).entries).to.have.length(1);
  });

  it('ends a commit that waits for etcd when it is closed', async () => {
    const store = storeOver(connect('/gone/', 'http://127.0.0.1:1'));
    const waiting = rejection(store.commit([], [put('a', '1')]));
    await store.close();
    expect((await waiting).code).to.equal('STORE_FAILED');
  });

  it('proves who it is to an etcd with TLS, and to nobody else', async () => {
    const authority = new Authority();
    const tls = authority.files('one', 2, 'IP:127.0.0.1');
    const secured = await EtcdServer.start({ tls });
    const read = (path: string): Buffer => readFileSync(path);
    const own = { ca: read(tls.ca), cert: read(tls.cert), key: read(tls.key) };
    const connection = new EtcdConnection({ endpoints: [secured.endpoint], prefix: '/tls/', tls: own });
    const store = storeOver(connection);
    await commit(store, put('a', '1'));
    expect((await store.load()).entries).to.have.length(1);
    const stranger = new EtcdConnection({ endpoints: [secured.endpoint], prefix: '/tls/', tls: { ca: own.ca } });
    const failure = await stranger.grant(5, 1_000).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(EtcdFailure);
    for (const each of [connection, stranger]) each.close();
    await secured.stop();
    authority.remove();
  });

  it('signs in where etcd asks for a password, and says so when it is wrong', async () => {
    const guarded = await EtcdServer.start();
    const tell = async (path: string, body: object): Promise<void> => {
      const reply = await fetch(`${guarded.endpoint}/v3/auth/${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!reply.ok) throw new Error(await reply.text());
    };
    await tell('user/add', { name: 'root', password: 'secret' });
    await tell('user/grant', { user: 'root', role: 'root' });
    await tell('enable', {});
    const as = (password: string): EtcdStore => {
      const user = { name: 'root', password };
      const connection = new EtcdConnection({ endpoints: [guarded.endpoint], prefix: '/auth/', user });
      connections = [...connections, connection];
      return storeOver(connection);
    };
    expect(await commit(as('secret'), put('a', '1'))).to.be.above(0);
    const refused = await rejection(as('guess').load());
    expect(refused.code).to.equal('STORE_FAILED');
    expect(refused.because).to.contain('authentication failed');
    await guarded.stop();
  });
});
