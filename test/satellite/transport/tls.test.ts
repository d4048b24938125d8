import { randomBytes } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { OperationError } from '../../../common/errors.ts';
import type { NodeId } from '../../../common/ids.ts';
import { ByteChunks } from '../../../satellite/replication/wire/byte-chunks.ts';
import { TlsEndpoint, type TlsIdentity } from '../../../satellite/transport/tls.ts';
import { Authority } from './certificates.ts';
import { bothTry, dataFrame, linkedPair, RawClient, TestNode, type TestNodeOptions, until } from './test-node.ts';

const TLS = { tls: true } as const;

describe('Links inside TLS', () => {
  let authority: Authority;
  let stranger: Authority;
  let identities: readonly TlsIdentity[];
  let nodes: TestNode[] = [];
  let codes: unknown[] = [];
  const node = (id: number, options: TestNodeOptions): TestNode => {
    const warn = (fields: object): void => void codes.push(Reflect.get(fields, 'code'));
    const made = new TestNode(id, { log: { debug: () => {}, info: () => {}, warn }, ...options });
    nodes.push(made);
    return made;
  };
  const secured = (id: number): TestNode => node(id, { security: TLS, tls: identities[id] as TlsIdentity });
  /** Both ends try once, and neither gets anywhere. */
  const bothFail = async (low: TestNode, high: TestNode): Promise<void> => {
    await bothTry(low, high);
    expect([...low.links, ...high.links]).to.deep.equal([]);
    expect([low, high].flatMap(({ told }) => told.filter((each) => each.startsWith('knock')))).to.deep.equal([]);
  };

  before(() => {
    authority = new Authority();
    stranger = new Authority();
    identities = ['n0', 'n1'].map((name) => authority.identity(name));
  });
  after(() => {
    authority.remove();
    stranger.remove();
  });
  afterEach(async () => {
    await Promise.all(nodes.map(({ transport }) => transport.close()));
    nodes = [];
    codes = [];
  });

  it('carry large and small frames both ways, and their end', async () => {
    const [low, high] = [secured(0), secured(1)];
    await linkedPair(low, high);
    const bodies = Array.from({ length: 12 }, () => randomBytes(1_048_576));
    for (const [i, body] of bodies.entries()) high.send(low, dataFrame(body, i));
    low.send(high, { type: 'PING' }, 'control');
    await until(() => low.frames.length === bodies.length && high.frames.length === 1, 'all is there', 10_000);
    for (const [i, frame] of low.frames.entries()) {
      if (frame.type !== 'DATA' || !(frame.payload instanceof ByteChunks)) throw new Error('a write was expected');
      expect(Buffer.concat(frame.payload.chunks).equals(bodies[i] ?? Buffer.alloc(0))).to.equal(true);
    }
    high.send(low, { type: 'DISCONNECT', reason: 'admin' });
    high.resource.disconnect(low.id);
    await until(() => low.told.includes('down 1 closed'), 'the other end has heard of it');
    expect(low.frames.at(-1)).to.deep.equal({ type: 'DISCONNECT', reason: 'admin' });
  });

  it('come up together with a shared secret, again and again', async () => {
    const security = { ...TLS, algorithm: 'sha256', secret: 'correct-horse' } as const;
    const [low, high] = [0, 1].map((id) => node(id, { security, tls: identities[id] as TlsIdentity }));
    if (low === undefined || high === undefined) throw new Error('two nodes');
    await linkedPair(low, high);
    for (let round = 0; round < 5; round += 1) {
      high.resource.disconnect(low.id);
      await until(() => low.count('down 1 closed') === round + 1, 'the link is down');
      high.links.clear();
      low.resource.connect(high.id);
      high.resource.connect(low.id);
      await until(() => low.isUp(high) && high.isUp(low), 'the link is up again');
    }
  });

  it('are refused by whoever does not use TLS, with one code on both ends', async () => {
    for (const tls of [identities[0], undefined]) {
      codes = [];
      const [low, high] = [node(0, tls === undefined ? {} : { tls }), secured(1)];
      await bothFail(low, high);
      expect(high.told.find((told) => told.startsWith('refused'))).to.match(/^refused 0 TLS_FAILED: /);
      expect(low.told).to.include('refused 1 TLS_FAILED: this node asks for TLS');
      expect(new Set(codes)).to.deep.equal(new Set(['TLS_FAILED']));
    }
  });

  it('are not made by a node without a certificate, not even in the clear', async () => {
    const [low, high] = [secured(0), node(1, { security: TLS })];
    await bothFail(low, high);
    expect(high.told).to.include('refused 0 TLS_FAILED: this satellite has no certificate (--tls-cert)');
    expect(low.told.find((told) => told.startsWith('refused'))).to.match(/^refused 1 TLS_FAILED: /);
  });

  it('are refused to certificates of another authority, and to those that have expired', async () => {
    for (const other of [stranger.identity('n1'), authority.identity('old', -1)]) {
      for (const id of [0, 1]) {
        codes = [];
        const [low, high] = [0, 1].map((each) =>
          each === id ? node(each, { security: TLS, tls: other }) : secured(each),
        );
        if (low === undefined || high === undefined) throw new Error('two nodes');
        await bothFail(low, high);
        for (const { told } of [low, high])
          expect(told.filter((each) => /^refused \d TLS_FAILED: /.test(each))).to.have.length(1);
        await until(() => codes.length > 0, 'the accepting end has noticed');
        expect(new Set(codes)).to.deep.equal(new Set(['TLS_FAILED']));
      }
    }
  });

  it('are refused to whoever has no certificate, or stops in the middle', async () => {
    const low = await node(0, { security: TLS, tls: identities[0] as TlsIdentity, limits: { helloMs: 100 } }).listen();
    low.resource.setPeer(5 as NodeId, { host: '127.0.0.1', port: 1 });
    const bare = connectTls({ host: '127.0.0.1', port: low.transport.port, rejectUnauthorized: false });
    bare.on('error', () => {}).resume();
    await until(() => bare.destroyed, 'it is closed');
    expect(codes).to.deep.equal(['TLS_FAILED']);
    const silent = new RawClient(low.transport.port);
    silent.socket.write(Buffer.from([0x16, 3, 1]));
    await until(() => silent.closed, 'it is closed');
    expect(codes).to.deep.equal(['TLS_FAILED', 'TLS_FAILED']);
    const garbage = new RawClient(low.transport.port);
    garbage.socket.write(Buffer.concat([Buffer.from([0x16]), randomBytes(500)]));
    await until(() => garbage.closed, 'it is closed');
    expect(low.told).to.deep.equal([]);
  });

  it('still come up after many that were given up in the middle', async () => {
    const limits = { pendingSocketsMax: 3 };
    const [low, high] = [node(0, { security: TLS, tls: identities[0] as TlsIdentity, limits }), secured(1)];
    await Promise.all([low.listen(), high.listen()]);
    for (let i = 1; i <= 8; i += 1) {
      const client = new RawClient(low.transport.port);
      const hello = connectTls({ socket: client.socket, rejectUnauthorized: false });
      hello.on('error', () => {});
      await until(() => client.socket.bytesWritten > 0, 'the handshake has begun');
      client.socket.resetAndDestroy();
      await until(() => codes.length === i, 'its end is noticed');
    }
    low.knows(high);
    high.knows(low);
    low.resource.connect(high.id);
    high.resource.connect(low.id);
    await until(() => low.isUp(high) && high.isUp(low), 'the link is up');
  });

  it('do not carry TLS before 1.3', async () => {
    const low = await secured(0).listen();
    const { cert, key, ca } = identities[1] as TlsIdentity;
    const old = connectTls({ host: '127.0.0.1', port: low.transport.port, cert, key, ca, maxVersion: 'TLSv1.2' });
    let failure = '';
    old.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? '';
    });
    old.resume();
    await until(() => old.destroyed, 'it is closed');
    expect(failure).to.equal('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  it('say what is wrong with certificate and key', () => {
    const [one, other] = identities as readonly [TlsIdentity, TlsIdentity];
    for (const identity of [
      { ...one, key: other.key },
      { ...one, cert: Buffer.from('no certificate') },
      { ...one, key: Buffer.alloc(0) },
    ])
      expect(() => new TlsEndpoint(identity)).to.throw(OperationError, 'do not work');
  });
});
