import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { OperationError } from '../../../common/errors.ts';
import type { NodeId } from '../../../common/ids.ts';
import { ByteChunks } from '../../../satellite/replication/wire/byte-chunks.ts';
import { encodeFrame } from '../../../satellite/replication/wire/codec.ts';
import { codecOf } from '../../../satellite/replication/wire/frame-table.ts';
import type { Frame } from '../../../satellite/replication/wire/frames.ts';
import { decodeHelloReply, encodeHello } from '../../../satellite/replication/wire/hello.ts';
import { SILENT_TRANSPORT_LOG } from '../../../satellite/transport/limits.ts';
import { ReplicationTransport } from '../../../satellite/transport/transport.ts';
import { anyFrame, comparable } from '../replication/wire/frame-arbitraries.ts';
import { dataFrame, linkedPair, RawClient, TestNode, type TestNodeOptions, until } from './test-node.ts';

const payloadOf = (frame: Frame | undefined): Buffer =>
  frame !== undefined && 'payload' in frame && frame.payload instanceof ByteChunks
    ? Buffer.concat(frame.payload.chunks)
    : Buffer.alloc(0);

/** `[code, text]` of the refusal that a client has got. */
function refusalOf(client: RawClient): unknown {
  const reply = decodeHelloReply(client.received);
  if (reply === undefined || !('value' in reply) || reply.value.ok) return reply;
  return [reply.value.code, reply.value.text];
}

describe('ReplicationTransport', () => {
  let nodes: TestNode[] = [];
  const node = (id: number, options?: TestNodeOptions): TestNode => {
    const made = new TestNode(id, options);
    nodes.push(made);
    return made;
  };

  afterEach(async () => {
    await Promise.all(nodes.map(({ transport }) => transport.close()));
    nodes = [];
  });

  it('carries every kind of frame both ways, in order per stream', async () => {
    // Of all wire versions, so that any that a FEATURES frame names will do.
    const versions = { min: 0, max: 65_535 };
    const [low, high] = [node(0, { versions }), node(1, { versions })];
    await linkedPair(low, high);
    const frames = fc.sample(anyFrame, { numRuns: 300, seed: 7 });
    // The numbers from 64 on are those of the control stream (docs/protocol.md).
    const isControl = (frame: Frame): boolean => codecOf(frame).number >= 64;
    for (const [from, to] of [
      [low, high],
      [high, low],
    ] as const) {
      for (const frame of frames) from.send(to, frame, isControl(frame) ? 'control' : 'data');
      await until(() => to.frames.length === frames.length, 'all frames are there');
      for (const stream of [true, false]) {
        const sent = frames.filter((frame) => isControl(frame) === stream);
        expect(to.frames.filter((frame) => isControl(frame) === stream).map(comparable)).to.deep.equal(
          sent.map(comparable),
        );
      }
    }
  });

  it('carries large payloads unchanged while small frames pass on the control stream', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    const bodies = Array.from({ length: 24 }, () => randomBytes(1_048_576));
    for (const [i, body] of bodies.entries()) high.send(low, dataFrame(body, i));
    high.send(low, { type: 'PING' }, 'control');
    await until(() => low.frames.length === bodies.length + 1, 'all writes are there', 10_000);
    const writes = low.frames.filter(({ type }) => type === 'DATA');
    expect(writes.every((frame, i) => payloadOf(frame).equals(bodies[i] ?? Buffer.alloc(0)))).to.equal(true);
    expect(low.frames.findIndex(({ type }) => type === 'PING')).to.be.lessThan(bodies.length);
  });

  it('sends what belongs to one turn of the event loop as one batch', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    for (let i = 0; i < 50; i++) high.send(low, { type: 'WRITE_ACK', request: i }, 'control');
    await until(() => low.frames.length === 50, 'all acks are there');
    expect(low.batches).to.deep.equal([50]);
  });

  it('brings the link up whichever end tries first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const pair = [node(0), node(1)] as const;
      for (const member of pair) await member.listen();
      pair[0].knows(pair[1]);
      pair[1].knows(pair[0]);
      for (const member of pair) member.eager = true;
      pair[order[0]].resource.connect(pair[1 - order[0]]?.id ?? (0 as NodeId));
      await until(
        () => pair[0].isUp(pair[1]) && pair[1].isUp(pair[0]),
        `both are up when node ${order[0]} tries first`,
      );
      expect(pair[0].count('up 1')).to.equal(1);
      expect(pair[1].count('up 0')).to.equal(1);
    }
  });

  it('survives both ends trying at once, many times', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    for (let round = 0; round < 30; round++) {
      for (const [own, other] of [
        [low, high],
        [high, low],
      ] as const) {
        own.resource.disconnect(other.id);
        own.links.delete(other.id);
        own.resource.connect(other.id);
      }
      await until(() => low.isUp(high) && high.isUp(low), `both ends are up again in round ${round}`);
      low.frames.length = 0;
      high.send(low, { type: 'BARRIER', epoch: round });
      await until(() => low.frames.length === 1, 'the link works');
    }
  });

  it('says that an attempt failed when nobody listens there, and not within the call', async () => {
    const [low, high] = [node(0), node(1)];
    await Promise.all([low.listen(), high.listen()]);
    high.knows(low);
    await low.transport.close();
    high.resource.connect(low.id);
    high.resource.connect(9 as NodeId);
    expect(high.told).to.deep.equal([]);
    await until(() => high.told.length === 2, 'both attempts have failed');
    expect(high.told).to.have.members(['failed 0', 'failed 9']);
  });

  it('ends the wait for the dial of the other end', async () => {
    const [low, high] = [node(0, { limits: { waitForDialMs: 30 } }), node(1)];
    await Promise.all([low.listen(), high.listen()]);
    low.knows(high);
    high.knows(low);
    low.resource.connect(high.id);
    await until(() => low.told.includes('failed 1'), 'the attempt has failed');
    expect(high.told).to.deep.equal(['knock 0']);
  });

  it('refuses a peer that dials while nobody here wants it, without making noise', async () => {
    const [low, high] = [node(0), node(1)];
    await Promise.all([low.listen(), high.listen()]);
    low.knows(high);
    high.knows(low);
    high.resource.connect(low.id);
    await until(() => high.told.length > 0, 'the attempt has ended');
    expect(high.told).to.deep.equal(['failed 0']);
    expect(low.told).to.deep.equal(['knock 1']);
  });

  it('delivers what was sent before a disconnect, and then the end', async () => {
    for (let round = 0; round < 10; round++) {
      const [low, high] = [node(0), node(1)];
      await linkedPair(low, high);
      for (let i = 0; i < 20; i++) high.send(low, dataFrame(randomBytes(100_000), i));
      high.send(low, { type: 'DISCONNECT', reason: 'admin' });
      high.resource.disconnect(low.id);
      await until(() => low.told.includes('down 1 closed'), 'the other end has heard of it');
      expect(low.frames.length).to.equal(21);
      expect(low.frames.at(-1)).to.deep.equal({ type: 'DISCONNECT', reason: 'admin' });
      expect(high.linkNews).to.deep.equal(['up 0']);
    }
  });

  it('reports nothing of a link after its end, in the middle of a batch too', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    low.onFrame = (peer) => low.resource.disconnect(peer);
    for (let i = 0; i < 10; i++) high.send(low, { type: 'BARRIER', epoch: i });
    await until(() => high.told.includes('down 0 closed'), 'the other end has heard of it');
    expect(low.frames.length).to.equal(1);
    expect(low.told).to.deep.equal(['up 1']);
  });

  it('drops frames for a link that is gone', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    const old = high.links.get(low.id);
    high.resource.disconnect(low.id);
    await until(() => low.told.includes('down 1 closed'), 'the link is down');
    low.resource.connect(high.id);
    high.resource.connect(low.id);
    await until(() => low.count('up 1') === 2 && high.count('up 0') === 2, 'a new link is up');
    if (old !== undefined) high.resource.send(low.id, old, 'data', { type: 'BARRIER', epoch: 1 });
    high.send(low, { type: 'BARRIER', epoch: 2 });
    await until(() => low.frames.length > 0, 'a frame has come');
    expect(low.frames).to.deep.equal([{ type: 'BARRIER', epoch: 2 }]);
  });

  it('connects again after the other satellite died, and after it came back', async () => {
    const [low, first] = [node(0), node(1)];
    await linkedPair(low, first);
    low.eager = true;
    await first.transport.close();
    await until(() => low.told.includes('down 1 closed'), 'the loss is noticed');
    const second = await node(1).listen();
    second.eager = true;
    second.knows(low);
    low.knows(second);
    second.resource.connect(low.id);
    await until(() => low.isUp(second) && second.isUp(low), 'the link is back');
  });

  it('replaces a link that only this end still believes in', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    low.eager = true;
    // Another instance with the same identity: what a node looks like that lost power and came back.
    const again = await node(1).listen();
    again.knows(low);
    again.resource.connect(low.id);
    await until(() => again.isUp(low) && low.count('up 1') === 2, 'the new link is up');
    expect(low.told).to.deep.equal(['up 1', 'down 1 reset', 'up 1']);
  });

  it('ends an old link when the peer knocks for a new one, but not a fresh one', async () => {
    for (const [knockFlightMs, expected] of [
      [60_000, ['up 0', 'knock 0']],
      [0, ['up 0', 'down 0 reset', 'knock 0']],
    ] as const) {
      const [low, high] = [node(0), node(1, { limits: { knockFlightMs } })];
      await linkedPair(low, high);
      const client = new RawClient(high.transport.port);
      client.hello({ from: 0 as NodeId, to: 1 as NodeId, stream: 'knock', link: 0n });
      await until(() => high.count('knock 0') === 2 && client.closed, 'the second knock was heard');
      expect(high.told.slice(1)).to.deep.equal(expected);
    }
  });

  it('refuses a newer wire version with a reason that both sides see', async () => {
    const [low, high] = [node(0), node(1, { versions: { min: 2, max: 3 } })];
    await Promise.all([low.listen(), high.listen()]);
    low.knows(high);
    high.knows(low);
    low.resource.connect(high.id);
    high.resource.connect(low.id);
    await until(() => high.told.includes('failed 0') && low.told.includes('failed 1'), 'both attempts have failed');
    expect(high.told[0]).to.equal(
      'refused 0 PROTOCOL_VERSION: the dialling node speaks wire versions 2 to 3, this one 1 to 1',
    );
    expect(low.told[0]).to.equal(
      'refused 1 PROTOCOL_VERSION: the dialling node speaks wire versions 1 to 1, this one 2 to 3',
    );
  });

  it('ends a link whose features are of a newer wire version than its hello, with the code in the log', async () => {
    const warnings: object[] = [];
    const log = { ...SILENT_TRANSPORT_LOG, warn: (fields: object) => void warnings.push(fields) };
    const [low, high] = [node(0, { log }), node(1)];
    await linkedPair(low, high);
    high.send(low, { type: 'FEATURES', versionMin: 2, versionMax: 3, features: 0, from: high.id, to: low.id });
    high.send(low, { type: 'BARRIER', epoch: 1 });
    await until(() => low.told.includes('down 1 protocol-error'), 'the link has ended');
    await until(() => high.count('down 0 reset') + high.count('down 0 closed') === 1, 'the other end has heard of it');
    expect(low.frames).to.deep.equal([]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.deep.include({
      resource: 'db',
      peer: high.id,
      detail: 'PROTOCOL_VERSION: the peer speaks wire versions 2 to 3, this one 1 to 1',
    });
  });

  it('refuses unknown resources, wrong nodes, strangers and the wrong direction, each with a reason', async () => {
    const low = await node(0).listen();
    low.resource.setPeer(5 as NodeId, { host: '127.0.0.1', port: 1 });
    const cases = [
      [{ resource: 'other' }, 'UNKNOWN_RESOURCE', 'there is no resource "other" on this node'],
      [{ to: 3 as NodeId }, 'WRONG_NODE', 'this is node 0 of "db", not node 3'],
      [{ from: 7 as NodeId }, 'WRONG_NODE', 'node 7 is no peer of node 0 in "db"'],
      [{ stream: 'knock' }, 'WRONG_NODE', 'the node with the higher id dials, the lower one knocks'],
      [
        { versionMin: 9, versionMax: 9 },
        'PROTOCOL_VERSION',
        'the dialling node speaks wire versions 9 to 9, this one 1 to 1',
      ],
    ] as const;
    for (const [hello, code, text] of cases) {
      const client = new RawClient(low.transport.port);
      client.hello(hello);
      await until(() => client.closed, 'the connection is closed');
      expect(refusalOf(client)).to.deep.equal([code, text]);
    }
    expect(low.told).to.deep.equal([]);
  });

  it('ends only the connection that brings garbage, before or after the hello', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    low.resource.setPeer(5 as NodeId, { host: '127.0.0.1', port: 1 });
    const port = low.transport.port;
    const damaged = encodeHello({
      versionMin: 1,
      versionMax: 1,
      resource: 'db',
      from: 5 as NodeId,
      to: 0 as NodeId,
      stream: 'data',
      authenticates: false,
      link: 1n,
    });
    damaged[21] = (damaged[21] ?? 0) ^ 1;
    const openings = [randomBytes(100_000), Buffer.from('GET / HTTP/1.1\r\n\r\n'), damaged];
    for (const opening of openings) {
      const client = new RawClient(port);
      client.socket.write(opening);
      await until(() => client.closed, 'the connection is closed');
    }
    const oversized = encodeFrame(dataFrame(Buffer.alloc(8))).header.slice();
    oversized.fill(0xff, 12, 20);
    for (const [i, bytes] of [randomBytes(5000), oversized, encodeFrame({ type: 'PING' }).header].entries()) {
      low.resource.connect(5 as NodeId);
      const [data, control] = [new RawClient(port), new RawClient(port)];
      data.hello({ stream: 'data', link: BigInt(i + 1) });
      control.hello({ stream: 'control', link: BigInt(i + 1) });
      await until(() => low.count('up 5') === i + 1, 'the link is up');
      data.socket.write(bytes);
      await until(() => data.closed && control.closed, 'both connections are closed');
      expect(low.count('down 5 protocol-error')).to.equal(i + 1);
    }
    high.send(low, { type: 'BARRIER', epoch: 7 });
    await until(() => low.frames.length === 1, 'the good link still works');
    expect(low.told.filter((told) => told.includes(' 1'))).to.deep.equal(['up 1']);
  });

  it('ends connections that say nothing, or only half of what makes a link', async () => {
    const low = await node(0, { limits: { helloMs: 30 } }).listen();
    low.resource.setPeer(5 as NodeId, { host: '127.0.0.1', port: 1 });
    const [silent, half] = [new RawClient(low.transport.port), new RawClient(low.transport.port)];
    half.hello({ stream: 'control' });
    await until(() => silent.closed && half.closed, 'both are closed');
    expect(refusalOf(silent)).to.deep.equal(['TIMED_OUT', 'no hello came in time']);
    expect(refusalOf(half)).to.deep.equal(['TIMED_OUT', 'the other stream of this link did not come']);
  });

  it('turns sockets away beyond the bound of those without a hello', async () => {
    const low = await node(0, { limits: { pendingSocketsMax: 3 } }).listen();
    const clients = Array.from({ length: 5 }, () => new RawClient(low.transport.port));
    await until(() => clients.filter(({ closed }) => closed).length === 2, 'two are turned away');
    for (const client of clients) client.socket.destroy();
  });

  it('tells when a peer does not keep up, and when it does again', async () => {
    const [low, high] = [node(0), node(1, { limits: { congestedBytes: 1_048_576 } })];
    await linkedPair(low, high);
    const body = randomBytes(1_048_576);
    for (let i = 0; i < 32; i++) high.send(low, dataFrame(body, i));
    expect(high.resource.bufferedBytes(low.id, 'data')).to.be.greaterThan(32 * 1_048_576);
    await until(() => low.frames.length === 32 && high.linkNews.length === 3, 'all has arrived', 10_000);
    expect(high.linkNews).to.deep.equal(['up 0', 'congested 0 true', 'congested 0 false']);
    expect(high.resource.bufferedBytes(low.id, 'data')).to.be.lessThan(1_048_576);
  });

  it('counts a peer as behind from its own send buffer on, also when that is set while the link is up', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    high.resource.tunePeer(low.id, { corked: true, sendBufferBytes: 65_536, joinMs: 0 });
    const body = randomBytes(1_048_576);
    // Less than what is allowed without it.
    for (let i = 0; i < 7; i++) high.send(low, dataFrame(body, i));
    await until(() => low.frames.length === 7 && high.linkNews.length === 3, 'all has arrived', 10_000);
    expect(high.linkNews).to.deep.equal(['up 0', 'congested 0 true', 'congested 0 false']);
  });

  it('lets frames wait for the end of the turn only while it is corked', async () => {
    const [low, high] = [node(0), node(1)];
    await linkedPair(low, high);
    const sent = (): number => {
      high.send(low, { type: 'BARRIER', epoch: 1 });
      return high.resource.bufferedBytes(low.id, 'data');
    };
    expect(sent()).to.be.greaterThan(0);
    high.resource.tunePeer(low.id, { corked: false, sendBufferBytes: 0, joinMs: 0 });
    expect(sent()).to.equal(0);
    await until(() => low.frames.length === 2, 'both have arrived');
  });

  it('keeps resources and peers apart on one port', async () => {
    const all = [node(0), node(1), node(2), node(3)];
    for (const member of all) await member.listen();
    for (const own of all) own.knows(...all.filter((other) => other !== own));
    for (const own of all) for (const other of all) if (other !== own) own.resource.connect(other.id);
    await until(() => all.every(({ links }) => links.size === 3), 'the mesh is up');
    for (const own of all)
      for (const other of all) if (other !== own) own.send(other, { type: 'BARRIER', epoch: own.id });
    await until(() => all.every(({ frames }) => frames.length === 3), 'all frames are there');
    for (const own of all) {
      const epochs = own.frames.map((frame) => (frame.type === 'BARRIER' ? frame.epoch : -1)).sort();
      expect(epochs).to.deep.equal([0, 1, 2, 3].filter((id) => id !== own.id));
    }
    all[0]?.resource.removePeer(1 as NodeId);
    await until(() => all[1]?.told.includes('down 0 closed') === true, 'the removed peer has heard of it');
    expect(all[1]?.links.size).to.equal(2);
  });

  it('frees the name of a resource that is closed', async () => {
    const low = await node(0).listen();
    low.resource.close();
    low.resource.close();
    const handlers = {
      linkUp() {},
      linkFailed() {},
      linkDown() {},
      frame() {},
      knock() {},
      refused() {},
      congested() {},
      security: () => low.security,
    };
    expect(low.transport.attachResource('db', 0 as NodeId, handlers).node).to.equal(0);
  });

  it('says where it cannot listen', async () => {
    const low = await node(0).listen();
    const second = new ReplicationTransport({ host: '127.0.0.1', port: low.transport.port });
    const error: unknown = await second.listen().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(OperationError);
    expect(error).to.have.property('code', 'INVALID_ARGUMENT');
    await second.close();
  });
});
