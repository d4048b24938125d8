import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import type { NbdClient } from '../../cli/demo/nbd-client.ts';
import { crc32c } from '../../common/crc32c.ts';
import { type ErrorCode, ERROR_CODES, OperationError } from '../../common/errors.ts';
import { nodeId } from '../../common/ids.ts';
import { encodeFrame, FRAME_MAGIC, HEADER_BYTES } from '../../satellite/replication/wire/codec.ts';
import { type Hello, WIRE_VERSION_MAX } from '../../satellite/replication/wire/frames.ts';
import { decodeHelloReply, encodeHello } from '../../satellite/replication/wire/hello.ts';
import { WireError } from '../../satellite/replication/wire/wire-error.ts';
import { MIB, NBD_PORT, REPLICATION_PORT, SATELLITE_PORT, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { eventually, run } from './programs.ts';
import { ended, meet, open, type Place } from './strangers.ts';

describe('strangers at the sockets of a satellite that serves a client', function () {
  this.timeout(150_000);
  const SIZE_MIB = 64;
  const RESOURCE = 'busy';
  let cluster: TestCluster;
  let client: NbdClient;
  let ledger: Ledger;

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.createVolume(RESOURCE, SIZE_MIB, cluster.names);
    client = await cluster.connect('sat1', RESOURCE);
    ledger = new Ledger(SIZE_MIB * MIB, 2 * MIB);
    ledger.start(client);
  });
  after(async () => {
    await ledger?.ended();
    await cluster?.down();
  });

  /** Runs `act`; meanwhile and afterwards the client writes on, and no role, disk or connection has changed. */
  async function undisturbed(act: () => Promise<void>): Promise<void> {
    const pids = cluster.names.map((name) => cluster.pid(name));
    const since = cluster.names.map((name) => cluster.logSize(name));
    await act();
    const before = ledger.acknowledgedWrites;
    await eventually('the client writes on', () => {
      ledger.check();
      return ledger.acknowledgedWrites >= before + 20;
    });
    expect(cluster.names.map((name) => cluster.pid(name))).to.deep.equal(pids);
    for (const [index, name] of cluster.names.entries()) {
      const changes = cluster
        .log(name, since[index])
        .filter(({ kind }) => kind === 'connection' || kind === 'disk' || kind === 'role' || kind === 'replication');
      expect(changes, name).to.deep.equal([]);
    }
  }

  const replication = (): Place => ({ host: cluster.address('sat1'), port: REPLICATION_PORT });
  const nbd = (): Place => ({ host: cluster.address('sat1'), port: NBD_PORT });
  const grpc = (): Place => ({ host: cluster.address('sat1'), port: SATELLITE_PORT });
  const socketFile = (name: string): Place => ({ path: join(cluster.satellite('sat1').dataDir, name) });
  const places = { replication, NBD: nbd, gRPC: grpc };

  for (const [what, place] of Object.entries(places)) {
    it(`garbage on the ${what} port ends that connection and nothing else`, () =>
      undisturbed(async () => {
        await meet(place(), randomBytes(100_000));
        await meet(place(), Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
        await meet(place(), Buffer.alloc(70_000, 0xff));
        await Promise.all(Array.from({ length: 30 }, () => meet(place(), randomBytes(4_000))));
      }));
  }

  for (const file of ['nbd.sock', 'admin.sock']) {
    it(`garbage on ${file} ends that connection and nothing else`, () =>
      undisturbed(async () => {
        await meet(socketFile(file), Buffer.concat([randomBytes(5_000), Buffer.from('\n')]));
        await Promise.all(
          Array.from({ length: 30 }, () =>
            meet(socketFile(file), Buffer.concat([randomBytes(300), Buffer.from('\n')])),
          ),
        );
      }));
  }

  it('a line beyond all bounds, a request that is none and an unknown command each get their error on the admin socket', () =>
    undisturbed(async () => {
      const endless = await meet(socketFile('admin.sock'), Buffer.alloc(3 * MIB, 0x61));
      expect(endless.received.toString()).to.contain('FRAME_TOO_LARGE');
      const notJson = await meet(socketFile('admin.sock'), Buffer.from('status please\n'));
      expect(notJson.received.toString()).to.contain('PROTOCOL_ERROR');
      const unknown = await open(socketFile('admin.sock'), Buffer.from('{"id":1,"command":"format-everything"}\n'));
      expect(unknown.answer.toString()).to.contain('UNKNOWN_COMMAND');
      unknown.socket.destroy();
      const wrongArguments = await open(
        socketFile('admin.sock'),
        Buffer.from('{"id":1,"command":"status","args":{"resource":{"a":1}}}\n'),
      );
      expect(wrongArguments.answer.toString()).to.contain('INVALID_ARGUMENT');
      wrongArguments.socket.destroy();
    }));

  // ---- replication ----

  const hello = (changes: Partial<Hello> = {}): Hello => ({
    versionMin: WIRE_VERSION_MAX,
    versionMax: WIRE_VERSION_MAX,
    resource: RESOURCE,
    from: nodeId(2),
    to: nodeId(0),
    stream: 'data',
    authenticates: false,
    link: 1n,
    ...changes,
  });

  async function refusalOf(changes: Partial<Hello>): Promise<{ readonly code: string; readonly text: string }> {
    const { received } = await meet(replication(), encodeHello(hello(changes)));
    const reply = decodeHelloReply(received);
    if (reply === undefined || reply instanceof WireError || reply.value.ok) throw new Error('no refusal came');
    return reply.value;
  }

  it('a node of a newer wire version is told which versions there are', () =>
    undisturbed(async () => {
      const newer = { versionMin: WIRE_VERSION_MAX + 1, versionMax: WIRE_VERSION_MAX + 3 };
      const { code, text } = await refusalOf(newer);
      expect(code).to.equal('PROTOCOL_VERSION');
      expect(text).to.contain(`${newer.versionMin} to ${newer.versionMax}`);
    }));

  it('a peer that nobody knows, an unknown resource and a hello for another node are told so', () =>
    undisturbed(async () => {
      expect((await refusalOf({ from: nodeId(17) })).code).to.equal('WRONG_NODE');
      expect((await refusalOf({ to: nodeId(1) })).code).to.equal('WRONG_NODE');
      const unknown = await refusalOf({ resource: 'nothing-of-ours' });
      expect(unknown.code).to.equal('UNKNOWN_RESOURCE');
      expect(unknown.text).to.contain('nothing-of-ours');
    }));

  it('a hello that announces a name beyond all bounds, or has a flipped bit, is refused', () =>
    undisturbed(async () => {
      const long = encodeHello(hello());
      long[11] = 255;
      expect((await meet(replication(), long)).received.readUInt16BE(4)).to.equal(ERROR_CODES.FRAME_TOO_LARGE);
      const flipped = encodeHello(hello());
      flipped[21] = (flipped[21] ?? 0) ^ 4;
      expect((await meet(replication(), flipped)).received.readUInt16BE(4)).to.equal(ERROR_CODES.CHECKSUM_MISMATCH);
    }));

  /** A header whose own checksum is right, whatever else it says. */
  function header(fields: { type: number; bodyBytes: number; payloadBytes: number }): Buffer {
    const bytes = Buffer.alloc(HEADER_BYTES);
    bytes.writeUInt32BE(FRAME_MAGIC, 0);
    bytes.writeUInt16BE(fields.type, 4);
    bytes.writeUInt32BE(fields.bodyBytes, 12);
    bytes.writeUInt32BE(fields.payloadBytes, 16);
    bytes.writeUInt32BE(crc32c(bytes.subarray(0, 24)), 24);
    return bytes;
  }

  it('a peer that got in and sends garbage or oversized frames is thrown out, and the true one resyncs afterwards', async () => {
    await cluster.kill('sat3');
    await eventually('sat1 has noticed', async () => {
      const status = await cluster.status('sat1', RESOURCE);
      return status?.connections.find((each) => each.name === 'sat3')?.state !== 'Connected';
    });
    const others = ['sat1', 'sat2'];
    const pids = others.map((name) => cluster.pid(name));
    const newer = { versionMin: WIRE_VERSION_MAX + 1, versionMax: WIRE_VERSION_MAX + 3 };
    const features = { ...newer, type: 'FEATURES', features: 0, from: nodeId(2), to: nodeId(0) } as const;
    const attacks: readonly (readonly [ErrorCode, Uint8Array])[] = [
      ['PROTOCOL_ERROR', randomBytes(100_000)],
      ['FRAME_TOO_LARGE', header({ type: 6, bodyBytes: 0xffff_ffff, payloadBytes: 0 })],
      ['FRAME_TOO_LARGE', header({ type: 6, bodyBytes: 16, payloadBytes: 0x7fff_ffff })],
      ['PROTOCOL_ERROR', header({ type: 9_999, bodyBytes: 4, payloadBytes: 0 })],
      ['CHECKSUM_MISMATCH', header({ type: 1, bodyBytes: 64, payloadBytes: 0 }).fill(0xee, 4, 6)],
      ['PROTOCOL_VERSION', encodeFrame(features).header],
    ];
    let link = BigInt(Date.now()) << 20n;
    for (const [code, attack] of attacks) {
      link += 1n;
      const since = cluster.logSize('sat1');
      const [data, control] = await Promise.all([
        open(replication(), encodeHello(hello({ link }))),
        open(replication(), encodeHello(hello({ link, stream: 'control' }))),
      ]);
      data.socket.write(attack);
      await Promise.all([ended(data.socket), ended(control.socket)]);
      const toldOf = (): string[] => cluster.log('sat1', since).map(({ detail }) => String(detail));
      await eventually(`${code} is logged`, () => toldOf().some((detail) => detail.startsWith(`${code}: `)));
      expect(toldOf().filter((detail) => detail.startsWith(`${code}: `))).to.have.length(1);
      ledger.check();
    }
    expect(others.map((name) => cluster.pid(name))).to.deep.equal(pids);
    await cluster.start('sat3');
    await cluster.settled(RESOURCE);
    ledger.check();
  });

  // ---- NBD ----

  it('an unknown export is refused by name, to every client', () =>
    undisturbed(async () => {
      const failure = await cluster.connect('sat1', 'no-such-thing').catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(OperationError);
      expect(String((failure as OperationError).because)).to.match(/no-such-thing/);
      const info = await run('nbdinfo', [cluster.uri('sat1', 'no-such-thing')]);
      expect(info.code).to.not.equal(0);
      const volume = await run('nbdinfo', [cluster.uri('sat1', `${RESOURCE}/7`)]);
      expect(volume.code).to.not.equal(0);
      expect((await run('nbdinfo', ['--list', cluster.uri('sat1', '')])).stdout).to.contain(RESOURCE);
    }));

  it('requests beyond the end fail, and the connection goes on', () =>
    undisturbed(async () => {
      const end = client.sizeBytes;
      const errors = await Promise.allSettled([
        client.read(end - 4096, 8192),
        client.read(end + MIB, 4096),
        client.write(end - 4096, Buffer.alloc(8192)),
        client.write(Number.MAX_SAFE_INTEGER - 4096, Buffer.alloc(4096)),
        client.trim(end - 4096, MIB),
      ]);
      for (const [index, result] of errors.entries()) expect(result.status, `request ${index}`).to.equal('rejected');
      expect((await client.read(end - 4096, 4096)).length).to.equal(4096);
    }));

  it('a client that says a request of 4 GiB, or no request at all, loses its own connection only', () =>
    undisturbed(async () => {
      const session = () => nbdSession(cluster.address('sat1'), RESOURCE);
      const poisons = [poisonRequest(0, 0xffff_ffff), poisonRequest(77, 512), randomBytes(64)];
      await Promise.all(
        poisons.map(async (poison) => {
          const socket = await session();
          // A request that cannot be is answered with an error; what follows is no request at all.
          socket.write(Buffer.concat([poison, randomBytes(4096)]));
          await ended(socket);
        }),
      );
      const boaster = await session();
      boaster.write(Buffer.concat([poisonRequest(1, 0xffff_ffff), randomBytes(MIB)]));
      await eventually('its bytes are read', () => boaster.writableLength === 0);
      boaster.destroy();
    }));

  it('a client that vanishes in the middle of a request takes nothing along', () =>
    undisturbed(async () => {
      for (let round = 0; round < 10; round++) {
        const socket = await nbdSession(cluster.address('sat1'), RESOURCE);
        const request = poisonRequest(1, 65_536);
        socket.write(Buffer.concat([request, Buffer.alloc(1_000 * round)]));
        socket.destroy();
      }
    }));

  it('after all of it every acknowledged write is on every replica', async () => {
    await ledger.stop();
    await client.flush();
    await cluster.settled(RESOURCE);
    await ledger.verify(client);
    for (const name of cluster.names) await ledger.verifyFile(cluster.dataFile(name, RESOURCE));
    await cluster.expectIdentical(RESOURCE);
  });

  function poisonRequest(command: number, length: number): Buffer {
    const bytes = Buffer.alloc(28);
    bytes.writeUInt32BE(0x25609513, 0);
    bytes.writeUInt16BE(command, 6);
    bytes.writeBigUInt64BE(77n, 8);
    // Far from everything that the client writes: nothing of it may be seen, but if so, then there.
    bytes.writeUInt32BE(length, 24);
    return bytes;
  }

  /** An NBD connection in transmission. */
  async function nbdSession(host: string, exportName: string) {
    const name = Buffer.from(exportName);
    const option = Buffer.alloc(4 + 16 + 4 + name.length + 2);
    option.writeUInt32BE(3, 0);
    option.writeBigUInt64BE(0x49484156454f5054n, 4);
    option.writeUInt32BE(7, 12);
    option.writeUInt32BE(name.length + 6, 16);
    option.writeUInt32BE(name.length, 20);
    name.copy(option, 24);
    const { socket } = await open({ host, port: NBD_PORT }, option);
    return socket;
  }
});
