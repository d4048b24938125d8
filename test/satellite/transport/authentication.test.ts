import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import type { NodeId } from '../../../common/ids.ts';
import { decodeHelloReply, encodeHelloReply } from '../../../satellite/replication/wire/hello.ts';
import {
  CHALLENGE_BYTES,
  decodeProof,
  encodeProof,
  type ProofMessage,
} from '../../../satellite/replication/wire/proof.ts';
import { WireError } from '../../../satellite/replication/wire/wire-error.ts';
import { bothTry, linkedPair, RawClient, TestNode, type TestNodeOptions, until } from './test-node.ts';

const SECRET = 'correct-horse-battery';
const WITH_SECRET = { algorithm: 'sha256', secret: SECRET } as const;
const FAILED = 'AUTHENTICATION_FAILED';

const anyProof: fc.Arbitrary<ProofMessage> = fc.record({
  algorithm: fc.constantFrom('sha256', 'sha1', 'sha512', 'md5'),
  challenge: fc.uint8Array({ minLength: CHALLENGE_BYTES, maxLength: CHALLENGE_BYTES }),
  proof: fc.uint8Array({ maxLength: 64 }),
});

/** The message at the front, and what is behind it. */
function takeProof(bytes: Buffer): { readonly message: ProofMessage; readonly rest: Buffer } | undefined {
  const opening = decodeProof(bytes);
  if (opening === undefined || opening instanceof WireError) return undefined;
  return { message: opening.value, rest: bytes.subarray(opening.length) };
}

function refusalIn(bytes: Buffer): string | undefined {
  const reply = decodeHelloReply(bytes);
  return reply !== undefined && 'value' in reply && !reply.value.ok
    ? `${reply.value.code}: ${reply.value.text}`
    : undefined;
}

describe('Authentication of peers', () => {
  let nodes: TestNode[] = [];
  let servers: Server[] = [];
  /** Everything that any node has logged. */
  let logged: { readonly fields: object; readonly message: string }[] = [];
  const node = (id: number, options: TestNodeOptions = {}): TestNode => {
    const keep = (fields: object, message: string): void => void logged.push({ fields, message });
    const made = new TestNode(id, { log: { debug: keep, info: keep, warn: keep }, ...options });
    nodes.push(made);
    return made;
  };
  const codesLogged = (): unknown[] =>
    logged
      .filter(({ message }) => message === 'replication socket refused')
      .map(({ fields }) => Reflect.get(fields, 'code'));
  /** Both ends try once, whichever way. */
  const bothFail = async (low: TestNode, high: TestNode): Promise<void> => {
    await bothTry(low, high);
    await until(() => codesLogged().length > 0, 'the accepting end has noticed');
  };

  beforeEach(() => {
    logged = [];
  });
  afterEach(async () => {
    await Promise.all(nodes.map(({ transport }) => transport.close()));
    for (const server of servers) server.close();
    nodes = [];
    servers = [];
    expect(JSON.stringify(logged)).not.to.contain(SECRET);
  });

  it('lets a link come up between nodes that know the secret, with each algorithm', async () => {
    for (const algorithm of ['sha256', 'sha1', 'sha512', 'md5'] as const) {
      const security = { algorithm, secret: SECRET };
      const [low, high] = [node(0, { security }), node(1, { security })];
      await linkedPair(low, high);
      high.send(low, { type: 'BARRIER', epoch: 1 });
      low.send(high, { type: 'PING' }, 'control');
      await until(() => low.frames.length === 1 && high.frames.length === 1, 'frames pass both ways');
    }
  });

  it('refuses a peer with another secret, with one code on both ends', async () => {
    const [low, high] = [
      node(0, { security: WITH_SECRET }),
      node(1, { security: { ...WITH_SECRET, secret: 'wrong' } }),
    ];
    await bothFail(low, high);
    expect(high.told).to.include(`refused 0 ${FAILED}: the dialling node does not know the shared secret`);
    expect(low.told).to.include(`refused 1 ${FAILED}: the dialling node does not know the shared secret`);
    expect(new Set(codesLogged())).to.deep.equal(new Set([FAILED]));
    expect([...low.links, ...high.links]).to.deep.equal([]);
  });

  it('refuses a peer that has no secret, whichever end it is', async () => {
    for (const secured of [0, 1]) {
      logged = [];
      const [low, high] = [0, 1].map((id) => node(id, id === secured ? { security: WITH_SECRET } : {}));
      if (low === undefined || high === undefined) throw new Error('two nodes');
      await bothFail(low, high);
      for (const { told } of [low, high]) {
        expect(told.filter((each) => each.includes(`${FAILED}: the `))).to.have.length(1);
        expect(told.filter((each) => each.startsWith('up') || each.startsWith('knock'))).to.deep.equal([]);
      }
      expect(new Set(codesLogged())).to.deep.equal(new Set([FAILED]));
    }
  });

  it('refuses another algorithm and says which', async () => {
    const [low, high] = [
      node(0, { security: WITH_SECRET }),
      node(1, { security: { ...WITH_SECRET, algorithm: 'sha1' } }),
    ];
    await bothFail(low, high);
    expect(high.told).to.include(
      `refused 0 ${FAILED}: the accepting node uses sha256, the other one sha1 (cram-hmac-alg)`,
    );
    expect(new Set(codesLogged())).to.deep.equal(new Set([FAILED]));
  });

  it('counts from the next connection on, and leaves a link that is up alone', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    low.security = { ...low.security, ...WITH_SECRET };
    high.send(low, { type: 'BARRIER', epoch: 1 });
    await until(() => low.frames.length === 1, 'the link still works');
    high.resource.disconnect(low.id);
    await until(() => low.told.includes('down 1 closed'), 'the link is down');
    low.resource.connect(high.id);
    high.resource.connect(low.id);
    await until(() => high.told.includes('failed 0'), 'the new attempt has failed');
    low.eager = true;
    high.security = { ...high.security, ...WITH_SECRET };
    high.resource.connect(low.id);
    await until(() => high.count('up 0') === 2, 'a link comes up once both know the secret');
  });

  it('does not let a stranger end or replace a link, whatever he sends', async () => {
    const security = WITH_SECRET;
    const [low, high] = [node(0, { security }), node(1, { security, limits: { knockFlightMs: 0 } })];
    await linkedPair(low, high);
    const before = [low.told.length, high.told.length];
    const hellos = [
      { port: high.transport.port, hello: { from: 0 as NodeId, to: 1 as NodeId, stream: 'knock' } },
      { port: low.transport.port, hello: { from: 1 as NodeId, to: 0 as NodeId, stream: 'data' } },
      { port: low.transport.port, hello: { from: 1 as NodeId, to: 0 as NodeId, stream: 'control' } },
    ] as const;
    for (const { port, hello } of hellos) {
      const plain = new RawClient(port);
      plain.hello({ ...hello, authenticates: false });
      await until(() => plain.closed, 'a hello without a proof is refused');
      expect(refusalIn(plain.received)).to.contain(FAILED);
      const guessing = new RawClient(port);
      guessing.hello({ ...hello, authenticates: true });
      await until(() => takeProof(guessing.received) !== undefined, 'a challenge has come');
      const challenge = new Uint8Array(CHALLENGE_BYTES).fill(7);
      guessing.socket.write(encodeProof({ algorithm: 'sha256', challenge, proof: new Uint8Array(32) }));
      await until(() => guessing.closed, 'a wrong proof is refused');
    }
    expect([low.told.length, high.told.length]).to.deep.equal(before);
    high.send(low, { type: 'BARRIER', epoch: 1 });
    await until(() => low.frames.length === 1, 'the link still works');
  });

  it('refuses its own challenge, and a proof that was heard on another connection', async () => {
    const security = WITH_SECRET;
    const low = await node(0, { security }).listen();
    const high = await node(1, { security }).listen();
    low.knows(high);
    // Between the two: it hears one whole exchange.
    let heard = Buffer.alloc(0);
    const between = createServer((near) => {
      const far = new RawClient(low.transport.port);
      near
        .on('error', () => {})
        .on('data', (chunk) => {
          heard = Buffer.concat([heard, chunk]);
          far.socket.write(chunk);
        });
      far.socket.on('data', (chunk) => near.write(chunk));
    });
    servers.push(between);
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const address = between.address();
    high.resource.setPeer(low.id, { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
    low.resource.connect(high.id);
    high.resource.connect(low.id);
    await until(() => high.isUp(low) && low.isUp(high), 'the link is up');
    const proofAt = heard.indexOf('LSA1');
    const proof = takeProof(heard.subarray(proofAt));
    expect(proof?.message.proof).to.have.length(32);
    const answers = [
      (asked: ProofMessage): Uint8Array => encodeProof({ ...asked, proof: proof?.message.proof ?? new Uint8Array(0) }),
      (): Uint8Array => heard.subarray(proofAt, proofAt + 8 + CHALLENGE_BYTES + 32 + 4),
    ];
    const texts: (string | undefined)[] = [];
    for (const answer of answers) {
      const client = new RawClient(low.transport.port);
      client.hello({ from: 1 as NodeId, to: 0 as NodeId, stream: 'data', authenticates: true });
      await until(() => takeProof(client.received) !== undefined, 'a challenge has come');
      const asked = takeProof(client.received);
      if (asked === undefined) throw new Error('no challenge');
      client.socket.write(answer(asked.message));
      await until(() => client.closed, 'it is refused');
      texts.push(refusalIn(asked.rest.length > 0 ? asked.rest : (takeProof(client.received)?.rest ?? Buffer.alloc(0))));
    }
    expect(texts).to.deep.equal([
      `${FAILED}: the dialling node gave back the challenge of the accepting one`,
      `${FAILED}: the dialling node does not know the shared secret`,
    ]);
  });

  it('does not believe an accepting side that lets everybody in, gives back what it got, or guesses', async () => {
    const challenge = new Uint8Array(CHALLENGE_BYTES).fill(9);
    const first = encodeProof({ algorithm: 'sha256', challenge, proof: new Uint8Array(0) });
    const impostors: readonly ((socket: Socket) => void)[] = [
      (socket) => socket.once('data', () => socket.write(encodeHelloReply({ ok: true }))),
      (socket) =>
        socket.once('data', () => {
          socket.write(first);
          socket.once('data', (answer) => socket.write(answer));
        }),
      (socket) =>
        socket.once('data', () => {
          socket.write(first);
          socket.once('data', () => {
            socket.write(encodeProof({ algorithm: 'sha256', challenge, proof: new Uint8Array(32) }));
            socket.write(encodeHelloReply({ ok: true }));
          });
        }),
    ];
    for (const impostor of impostors) {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        impostor(socket);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const high = await node(1, { security: WITH_SECRET }).listen();
      high.resource.setPeer(0 as NodeId, {
        host: '127.0.0.1',
        port: typeof address === 'object' ? (address?.port ?? 0) : 0,
      });
      high.resource.connect(0 as NodeId);
      await until(() => high.told.includes('failed 0'), 'the attempt has failed');
      expect(high.told[0]).to.match(/^refused 0 AUTHENTICATION_FAILED: the accepting node /);
      expect(high.told).to.have.length(2);
    }
  });

  it('ends whoever does not answer its challenge, or with garbage', async () => {
    const low = await node(0, { security: WITH_SECRET, limits: { helloMs: 50 } }).listen();
    low.resource.setPeer(5 as NodeId, { host: '127.0.0.1', port: 1 });
    low.resource.connect(5 as NodeId);
    const garbage = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 400 }), { numRuns: 40, seed: 11 });
    const damaged = fc.sample(fc.tuple(anyProof, fc.nat()), { numRuns: 40, seed: 12 }).map(([proof, where]) => {
      const bytes = encodeProof(proof);
      const bit = where % (bytes.length * 8);
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    });
    const clients = [undefined, ...garbage, ...damaged].map((bytes) => {
      const client = new RawClient(low.transport.port);
      client.hello({ authenticates: true });
      if (bytes !== undefined) client.socket.write(bytes);
      return client;
    });
    await until(() => clients.every(({ closed }) => closed), 'all are closed');
    expect(low.told.filter((told) => !told.startsWith('failed') && !told.startsWith('refused'))).to.deep.equal([]);
  });
});

describe('Proof', () => {
  it('comes back as it was, and asks for more bytes until it is whole', () => {
    fc.assert(
      fc.property(anyProof, fc.uint8Array({ maxLength: 10 }), (proof, behind) => {
        const bytes = encodeProof(proof);
        for (let end = 0; end < bytes.length; end++) expect(decodeProof(bytes.subarray(0, end))).to.equal(undefined);
        expect(decodeProof(Uint8Array.of(...bytes, ...behind))).to.deep.equal({ value: proof, length: bytes.length });
      }),
    );
  });

  it('is refused with any bit flipped, and never throws on garbage', () => {
    fc.assert(
      fc.property(anyProof, fc.nat(), fc.uint8Array({ minLength: 200, maxLength: 250 }), (proof, where, garbage) => {
        const bytes = new Uint8Array(200);
        const encoded = encodeProof(proof);
        bytes.set(encoded);
        const bit = where % (encoded.length * 8);
        bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeProof(bytes)).to.be.instanceOf(WireError);
        garbage.set([0x4c, 0x53, 0x41, 0x31]);
        expect(decodeProof(garbage)).to.be.instanceOf(WireError);
      }),
      { numRuns: 500 },
    );
  });
});
