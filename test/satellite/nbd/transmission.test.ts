import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { MemoryExport, type MemoryExportOptions } from './memory-export.ts';
import { CMD, command, ERR, RawClient, until } from './raw-client.ts';
import { startServer, type TestServer } from './test-server.ts';

const MIB = 1024 * 1024;
const FUA = 1;
const NO_HOLE = 2;
const DF = 4;
const REQ_ONE = 8;
const FAST_ZERO = 16;

describe('NBD transmission', () => {
  let volume: MemoryExport;
  let running: TestServer;
  let client: RawClient;

  async function serve(options: MemoryExportOptions = {}, limits = {}): Promise<void> {
    volume = new MemoryExport(options);
    running = await startServer([volume], limits);
  }

  afterEach(async () => {
    client.destroy();
    await running.server.close();
    expect(volume.sessionsOpen).to.equal(0);
    expect(running.server.connections()).to.deep.equal([]);
  });

  for (const completion of ['now', 'later'] as const) {
    describe(`with a session that completes ${completion}`, () => {
      beforeEach(async () => {
        await serve({ sizeBytes: 64 * MIB, completion });
        client = await RawClient.transmitting(running.address);
      });

      it('reads what was written', async () => {
        const data = randomBytes(8192);
        expect(await client.write(4096, data)).to.equal(ERR.OK);
        expect((await client.readData(4096, 8192)).equals(data)).to.equal(true);
        expect(volume.operations).to.deep.equal(['write 4096+8192', 'read 4096+8192']);
      });

      it('cuts large requests into pieces of 1 MiB and answers once', async () => {
        const data = randomBytes(9 * MIB + 512);
        expect(await client.write(512, data)).to.equal(ERR.OK);
        expect(volume.operations).to.have.length(10);
        expect(volume.operations.at(-1)).to.equal(`write ${512 + 9 * MIB}+512`);
        expect((await client.readData(512, data.length)).equals(data)).to.equal(true);
        expect(volume.underWayMax).to.equal(completion === 'now' ? 1 : 8);
      });

      it('reports the failure of any piece, and no data with it', async () => {
        volume.failAt = 5 * MIB;
        expect(await client.run(CMD.READ, { offset: 0, length: 8 * MIB })).to.equal(ERR.IO);
        expect(await client.write(0, Buffer.alloc(6 * MIB))).to.equal(ERR.IO);
        expect(await client.write(0, Buffer.alloc(4 * MIB))).to.equal(ERR.OK);
      });

      it('passes FUA to writes, zeroes and trims', async () => {
        expect(await client.write(0, Buffer.alloc(512), FUA)).to.equal(ERR.OK);
        expect(await client.run(CMD.ZEROES, { length: 4096, flags: FUA | NO_HOLE })).to.equal(ERR.OK);
        expect(await client.run(CMD.TRIM, { length: 4096, flags: FUA })).to.equal(ERR.OK);
        expect(volume.operations).to.deep.equal(['write 0+512 fua', 'zero 0+4096 fua', 'trim 0+4096 fua']);
      });

      it('flushes', async () => {
        expect(await client.run(CMD.FLUSH)).to.equal(ERR.OK);
        expect(volume.operations).to.deep.equal(['flush']);
      });

      it('zeroes a range larger than any payload', async () => {
        volume.data.fill(7);
        expect(await client.run(CMD.ZEROES, { offset: 4096, length: 50 * MIB, flags: FAST_ZERO })).to.equal(ERR.OK);
        expect(volume.operations).to.deep.equal([`zero 4096+${50 * MIB} mayUnmap fast`]);
        expect(volume.data.subarray(4096, 4096 + 50 * MIB).equals(Buffer.alloc(50 * MIB))).to.equal(true);
        expect(volume.data[4096 + 50 * MIB]).to.equal(7);
        expect(volume.data[4095]).to.equal(7);
      });

      it('passes on that zeroing is not fast', async () => {
        volume.failNext = 'ENOTSUP';
        expect(await client.run(CMD.ZEROES, { length: 4096, flags: FAST_ZERO })).to.equal(ERR.NOTSUP);
      });

      it('fills caches by reading, and sends no data', async () => {
        expect(await client.run(CMD.CACHE, { offset: MIB, length: 3 * MIB })).to.equal(ERR.OK);
        expect(volume.operations).to.deep.equal([1, 2, 3].map((i) => `read ${i * MIB}+${MIB}`));
        expect(await client.run(CMD.FLUSH)).to.equal(ERR.OK);
      });

      it('answers many requests in flight, each with its own cookie', async () => {
        const wave = Array.from({ length: 1000 }, (_, i) =>
          command(CMD.READ, { cookie: i, offset: i * 512, length: 512 }),
        );
        for (let i = 0; i < 1000; i += 1) volume.data.writeUInt32BE(i, i * 512);
        client.send(...wave);
        const seen = new Set<bigint>();
        for (let i = 0; i < 1000; i += 1) {
          const reply = await client.simpleReply();
          expect((await client.read(512)).readUInt32BE(0)).to.equal(Number(reply.cookie));
          seen.add(reply.cookie);
        }
        expect(seen.size).to.equal(1000);
      });
    });
  }

  describe('refuses', () => {
    const size = MIB;
    beforeEach(async () => {
      await serve({ sizeBytes: size });
      client = await RawClient.transmitting(running.address);
    });

    const wrong: readonly [string, number, { offset?: number | bigint; length?: number; flags?: number }, number][] = [
      ['a read beyond the end', CMD.READ, { offset: size - 512, length: 1024 }, ERR.INVAL],
      ['a read at an offset beyond 2^63', CMD.READ, { offset: 2n ** 64n - 512n, length: 512 }, ERR.INVAL],
      ['a trim beyond the end', CMD.TRIM, { offset: size, length: 512 }, ERR.INVAL],
      ['zeroes beyond the end', CMD.ZEROES, { offset: size - 512, length: 4096 }, ERR.NOSPC],
      ['a cache request beyond the end', CMD.CACHE, { length: size + 512 }, ERR.INVAL],
      ['an empty read', CMD.READ, { offset: 512 }, ERR.INVAL],
      ['an empty write', CMD.WRITE, {}, ERR.INVAL],
      ['an empty trim', CMD.TRIM, {}, ERR.INVAL],
      ['an unaligned read', CMD.READ, { offset: 100, length: 512 }, ERR.INVAL],
      ['an unaligned length', CMD.READ, { length: 100 }, ERR.INVAL],
      ['unaligned zeroes', CMD.ZEROES, { offset: 1, length: 512 }, ERR.INVAL],
      ['a read larger than 32 MiB', CMD.READ, { length: 32 * MIB + 512 }, ERR.INVAL],
      ['an unknown command', 99, { length: 512 }, ERR.INVAL],
      ['an unknown flag', CMD.READ, { length: 512, flags: 0x4000 }, ERR.INVAL],
      ['DF without structured replies', CMD.READ, { length: 512, flags: DF }, ERR.INVAL],
      ['a flush of a range', CMD.FLUSH, { length: 512 }, ERR.INVAL],
      ['block status that was not negotiated', CMD.STATUS, { length: 512 }, ERR.INVAL],
    ];
    for (const [what, type, fields, error] of wrong) {
      it(`${what}, and goes on`, async () => {
        expect(await client.run(type, fields)).to.equal(error);
        expect(volume.operations).to.deep.equal([]);
        expect(await client.run(CMD.FLUSH)).to.equal(ERR.OK);
      });
    }

    it('a write beyond the end after its payload, and goes on', async () => {
      expect(await client.write(size - 512, Buffer.alloc(4096))).to.equal(ERR.NOSPC);
      expect(await client.write(100, Buffer.alloc(4096))).to.equal(ERR.INVAL);
      expect(volume.operations).to.deep.equal([]);
      expect(await client.run(CMD.FLUSH)).to.equal(ERR.OK);
    });

    it('a write larger than 32 MiB after its payload, and goes on', async () => {
      expect(await client.write(0, Buffer.alloc(33 * MIB))).to.equal(ERR.INVAL);
      expect(await client.run(CMD.FLUSH)).to.equal(ERR.OK);
    });

    it('to go on after a wrong magic number, but answers what came before', async () => {
      client.send(command(CMD.FLUSH, { cookie: 5 }), command(CMD.FLUSH, { magic: 0xdeadbeef }));
      expect(await client.simpleReply()).to.deep.equal({ error: 0, cookie: 5n });
      expect((await client.readToEnd()).length).to.equal(0);
    });
  });

  it('refuses to change a read-only export', async () => {
    await serve({ readOnly: true });
    client = await RawClient.transmitting(running.address);
    expect(await client.write(0, Buffer.alloc(512))).to.equal(ERR.PERM);
    expect(await client.run(CMD.TRIM, { length: 512 })).to.equal(ERR.PERM);
    expect(await client.run(CMD.ZEROES, { length: 512 })).to.equal(ERR.PERM);
    expect((await client.readData(0, 512)).length).to.equal(512);
    expect(volume.opened).to.deep.equal(['read-only']);
  });

  describe('with structured replies', () => {
    beforeEach(async () => {
      await serve({ sizeBytes: 8 * MIB });
      client = await RawClient.transmitting(running.address, 'vol/0', { blockStatus: true });
    });

    it('sends a read as one data chunk with its offset, fragmented or not', async () => {
      volume.data.set(randomBytes(4 * MIB), MIB);
      for (const flags of [0, DF]) {
        client.send(command(CMD.READ, { cookie: 9, offset: MIB, length: 4 * MIB, flags }));
        const reply = await client.structuredReply();
        expect(reply).to.include({ flags: 1, type: 1, cookie: 9n });
        expect(reply.data.readBigUInt64BE(0)).to.equal(BigInt(MIB));
        expect(reply.data.subarray(8).equals(volume.data.subarray(MIB, 5 * MIB))).to.equal(true);
      }
    });

    it('sends an error of a read as a chunk with a text', async () => {
      client.send(command(CMD.READ, { cookie: 3, offset: 8 * MIB, length: 512 }));
      const refused = await client.structuredReply();
      expect(refused).to.include({ flags: 1, type: 0x8001, cookie: 3n });
      expect(refused.data.readUInt32BE(0)).to.equal(ERR.INVAL);
      expect(refused.data.readUInt16BE(4)).to.equal(refused.data.length - 6);
      expect(refused.data.toString('utf8', 6)).to.include('beyond the end');
      volume.failNext = 'EIO';
      client.send(command(CMD.READ, { length: 512 }));
      expect((await client.structuredReply()).data.readUInt32BE(0)).to.equal(ERR.IO);
    });

    it('tells holes from data', async () => {
      expect(await client.write(8192, Buffer.alloc(4096, 1))).to.equal(ERR.OK);
      client.send(command(CMD.STATUS, { cookie: 4, offset: 4096, length: 64 * 1024 }));
      const { type, data } = await client.structuredReply();
      expect(type).to.equal(5);
      const words = Array.from({ length: data.length / 4 }, (_, i) => data.readUInt32BE(i * 4));
      expect(words).to.deep.equal([1, 4096, 3, 4096, 0, 56 * 1024, 3]);
      client.send(command(CMD.STATUS, { offset: 4096, length: 64 * 1024, flags: REQ_ONE }));
      expect((await client.structuredReply()).data.length).to.equal(12);
    });

    it('bounds the number of extents', async () => {
      await running.server.close();
      await serve({ sizeBytes: 8 * MIB }, { extentsMax: 3 });
      client = await RawClient.transmitting(running.address, 'vol/0', { blockStatus: true });
      for (let i = 0; i < 8; i += 2) await client.write(i * 4096, Buffer.alloc(4096, 1));
      client.send(command(CMD.STATUS, { length: 8 * MIB }));
      expect((await client.structuredReply()).data.length).to.equal(4 + 3 * 8);
    });
  });

  it('reports everything as data where the export does not know better', async () => {
    await serve({ blockStatus: false });
    client = await RawClient.transmitting(running.address, 'vol/0', { blockStatus: true });
    client.send(command(CMD.STATUS, { length: MIB }));
    expect((await client.structuredReply()).data.toString('hex')).to.equal('000000010010000000000000');
  });

  it('answers all requests in flight after DISC, then ends and closes the session', async () => {
    await serve();
    client = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    client.send(command(CMD.FLUSH, { cookie: 1 }), command(CMD.READ, { cookie: 2, length: 512 }), command(CMD.DISC));
    client.send(Buffer.alloc(100_000, 0xff));
    await until('both are under way', () => volume.held.length === 2);
    expect(volume.sessionsOpen).to.equal(1);
    volume.release();
    expect((await client.simpleReply()).cookie).to.equal(1n);
    expect((await client.simpleReply()).cookie).to.equal(2n);
    expect((await client.readToEnd()).length).to.equal(512);
    await until('the session is closed', () => volume.sessionsOpen === 0);
  });

  it('answers all requests of a client that closes its side', async () => {
    await serve();
    client = await RawClient.transmitting(running.address);
    client.send(command(CMD.READ, { length: 4096 }), command(CMD.WRITE, { length: 4096 }), Buffer.alloc(10));
    client.socket.end();
    expect((await client.readToEnd()).length).to.equal(16 + 4096);
    await until('the session is closed', () => volume.sessionsOpen === 0);
    expect(volume.operations).to.deep.equal(['read 0+4096']);
  });

  it('closes the session of a client that vanished, once its requests have completed', async () => {
    await serve();
    client = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    client.send(command(CMD.FLUSH), command(CMD.ZEROES, { length: 4096 }));
    await until('both are under way', () => volume.held.length === 2);
    client.socket.resetAndDestroy();
    await until('the server has noticed', () => running.server.connections()[0]?.phase === 'ended');
    expect(volume.sessionsOpen).to.equal(1);
    volume.release();
    await until('the session is closed', () => volume.sessionsOpen === 0);
  });

  it('stops reading at the limit of requests in flight, and goes on below it', async () => {
    await serve({}, { requestsInFlightMax: 4 });
    client = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    client.send(
      ...Array.from({ length: 50 }, (_, i) => command(CMD.WRITE, { cookie: i, length: 512 })).flatMap((c) => [
        c,
        Buffer.alloc(512),
      ]),
    );
    await until('four are under way', () => volume.held.length === 4);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(volume.held.length).to.equal(4);
    expect(running.server.connections()[0]).to.include({ requestsInFlight: 4, bytesInFlight: 2048 });
    volume.holdOperations = false;
    volume.release();
    for (let i = 0; i < 50; i += 1) expect((await client.simpleReply()).error).to.equal(ERR.OK);
    expect(volume.underWayMax).to.equal(4);
  });

  it('stops reading at the limit of bytes in flight', async () => {
    await serve({}, { bytesInFlightMax: 8192 });
    client = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    client.send(...Array.from({ length: 10 }, (_, i) => command(CMD.READ, { cookie: i, length: 4096 })));
    await until('two are under way', () => volume.held.length === 2);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(volume.held.length).to.equal(2);
    volume.holdOperations = false;
    volume.release();
    expect((await client.read(10 * (16 + 4096))).length).to.equal(41_120);
  });

  it('does not pile up replies for a client that reads none', async () => {
    await serve({ sizeBytes: 8 * MIB }, { bytesInFlightMax: 2 * MIB });
    client = await RawClient.transmitting(running.address);
    client.socket.pause();
    client.send(...Array.from({ length: 60 }, (_, i) => command(CMD.READ, { cookie: i, length: MIB })));
    await until('the server waits', () => volume.operations.length > 2 && volume.underWay === 0);
    let before = -1;
    while (before !== volume.operations.length) {
      before = volume.operations.length;
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(volume.operations.length).to.be.below(40); // The kernel's socket buffers take some.
    client.socket.resume();
    expect((await client.read(60 * (16 + MIB))).length).to.equal(60 * (16 + MIB));
  });

  it('shares one budget of bytes between connections, and starves none', async () => {
    await serve({}, { totalBytesInFlightMax: 4096 });
    client = await RawClient.transmitting(running.address);
    const other = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    for (const one of [client, other])
      one.send(...Array.from({ length: 5 }, () => command(CMD.READ, { length: 4096 })));
    await until('each has one under way', () => volume.held.length === 2);
    volume.holdOperations = false;
    volume.release();
    for (const one of [client, other]) expect((await one.read(5 * (16 + 4096))).length).to.equal(20_560);
    other.destroy();
  });
});
