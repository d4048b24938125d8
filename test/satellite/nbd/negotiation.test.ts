import { expect } from 'chai';
import { OperationError } from '../../../common/errors.ts';
import { MemoryExport } from './memory-export.ts';
import { goData, metaData, OPT, optionBytes, RawClient, REP, text, u16, u32, u64, until } from './raw-client.ts';
import { startServer, type TestServer } from './test-server.ts';

describe('NBD negotiation', () => {
  let volume: MemoryExport;
  let readOnly: MemoryExport;
  let running: TestServer;
  let client: RawClient;

  beforeEach(async () => {
    volume = new MemoryExport({ sizeBytes: 8 * 1024 * 1024 });
    readOnly = new MemoryExport({ name: 'old/1', readOnly: true, canMultiConn: false, completion: 'now' });
    running = await startServer([volume, readOnly]);
    client = await RawClient.negotiating(running.address);
  });

  afterEach(async () => {
    client.destroy();
    await running.server.close();
    expect(volume.sessionsOpen).to.equal(0);
  });

  it('lists the exports with their descriptions, and opens none', async () => {
    const replies = await client.option(OPT.LIST);
    expect(replies.map((reply) => reply.type)).to.deep.equal([REP.SERVER, REP.SERVER, REP.ACK]);
    expect(replies[0]?.data.equals(Buffer.concat([text('vol/0'), Buffer.from('memory of a test')]))).to.equal(true);
    expect(volume.opened).to.deep.equal([]);
  });

  it('refuses LIST and STRUCTURED_REPLY with data', async () => {
    expect((await client.option(OPT.LIST, Buffer.from('x')))[0]?.type).to.equal(REP.INVALID);
    expect((await client.option(OPT.STRUCTURED, Buffer.from('x')))[0]?.type).to.equal(REP.INVALID);
  });

  it('answers INFO with size, flags, name, description and block sizes, and opens nothing', async () => {
    const replies = await client.option(OPT.INFO, goData('vol/0', [0, 1, 2, 3, 99]));
    expect(replies.map((reply) => reply.type)).to.deep.equal([REP.INFO, REP.INFO, REP.INFO, REP.INFO, REP.ACK]);
    const [size, name, description, blocks] = replies.map((reply) => reply.data);
    const flags = 1 + 4 + 8 + 32 + 64 + 256 + 1024 + 2048; // No DF: structured replies were not negotiated.
    expect(size?.equals(Buffer.concat([u16(0), u64(8 * 1024 * 1024), u16(flags)]))).to.equal(true);
    expect(name?.equals(Buffer.concat([u16(1), Buffer.from('vol/0')]))).to.equal(true);
    expect(description?.equals(Buffer.concat([u16(2), Buffer.from('memory of a test')]))).to.equal(true);
    expect(blocks?.equals(Buffer.concat([u16(3), u32(512), u32(4096), u32(32 * 1024 * 1024)]))).to.equal(true);
    expect(volume.opened).to.deep.equal([]);
  });

  it('advertises no writing for a read-only export, and opens it read-only', async () => {
    await client.option(OPT.STRUCTURED);
    const replies = await client.option(OPT.GO, goData('old/1'));
    expect(replies[0]?.data.readUInt16BE(10)).to.equal(1 + 2 + 4 + 8 + 128 + 1024);
    expect(readOnly.opened).to.deep.equal(['read-only']);
  });

  it('opens read-write on GO, by alias too, and names the canonical export', async () => {
    const replies = await client.option(OPT.GO, goData('vol', [1]));
    expect(replies.at(-1)?.type).to.equal(REP.ACK);
    expect(replies[1]?.data.toString('utf8', 2)).to.equal('vol/0');
    expect(volume.opened).to.deep.equal(['read-write']);
    expect(running.server.connections()[0]).to.include({ phase: 'transmission', exportName: 'vol/0' });
  });

  it('answers EXPORT_NAME without padding where the client agreed to that', async () => {
    client.send(optionBytes(OPT.EXPORT_NAME, Buffer.from('vol/0')));
    expect((await client.read(10)).readBigUInt64BE(0)).to.equal(8n * 1024n * 1024n);
    expect((await client.readData(0, 512)).equals(Buffer.alloc(512))).to.equal(true);
  });

  it('pads the answer to EXPORT_NAME for old clients', async () => {
    const old = await RawClient.negotiating(running.address, 1);
    old.send(optionBytes(OPT.EXPORT_NAME, Buffer.from('vol/0')));
    expect((await old.read(134)).subarray(10).equals(Buffer.alloc(124))).to.equal(true);
    expect((await old.readData(0, 512)).length).to.equal(512);
    old.destroy();
  });

  it('closes on EXPORT_NAME of an unknown export', async () => {
    client.send(optionBytes(OPT.EXPORT_NAME, Buffer.from('nothing/0')));
    expect((await client.readToEnd()).length).to.equal(0);
  });

  it('refuses an unknown export by its name and goes on', async () => {
    for (const option of [OPT.INFO, OPT.GO]) {
      const [reply] = await client.option(option, goData('nothing/7'));
      expect(reply?.type).to.equal(REP.UNKNOWN);
      expect(reply?.data.toString()).to.include('"nothing/7"');
    }
    expect((await client.option(OPT.GO, goData('vol/0'))).at(-1)?.type).to.equal(REP.ACK);
  });

  it('tells why an export cannot be opened, and lets the client try again', async () => {
    volume.openError = new OperationError('OTHER_PRIMARY', 'volume vol/0 is in use on node "b"', {
      correction: 'close it there first',
    });
    const [reply] = await client.option(OPT.GO, goData('vol/0'));
    expect(reply?.type).to.equal(REP.POLICY);
    expect(reply?.data.toString()).to.equal('volume vol/0 is in use on node "b"; close it there first');
    volume.openError = new OperationError('VOLUME_NOT_FOUND', 'gone');
    expect((await client.option(OPT.GO, goData('vol/0')))[0]?.type).to.equal(REP.UNKNOWN);
    volume.openError = undefined;
    expect((await client.option(OPT.GO, goData('vol/0'))).at(-1)?.type).to.equal(REP.ACK);
  });

  it('closes where EXPORT_NAME cannot be opened', async () => {
    volume.openError = new OperationError('NO_UP_TO_DATE_DATA', 'no UpToDate data');
    client.send(optionBytes(OPT.EXPORT_NAME, Buffer.from('vol/0')));
    expect((await client.readToEnd()).length).to.equal(0);
  });

  it('closes the session of a client that left while the export was opening', async () => {
    volume.holdOpen = true;
    client.send(optionBytes(OPT.GO, goData('vol/0')));
    await until('the open has begun', () => volume.held.length === 1);
    client.destroy();
    volume.release();
    await until('the session is closed', () => running.server.connections().length === 0);
    expect(volume.opened).to.deep.equal(['read-write']);
    expect(volume.sessionsOpen).to.equal(0);
  });

  it('keeps options and requests that arrive while the export is opening', async () => {
    client.send(
      optionBytes(OPT.GO, goData('old/1')),
      Buffer.from('25609513000000000000000000000007000000000000000000000200', 'hex'),
    );
    expect((await client.optionReply()).type).to.equal(REP.INFO);
    expect((await client.optionReply()).type).to.equal(REP.INFO);
    expect((await client.optionReply()).type).to.equal(REP.ACK);
    expect(await client.simpleReply()).to.deep.equal({ error: 0, cookie: 7n });
  });

  it('refuses TLS and unknown options politely', async () => {
    const [tls] = await client.option(OPT.STARTTLS);
    expect(tls?.type).to.equal(REP.UNSUP);
    expect(tls?.data.toString()).to.include('TLS');
    expect((await client.option(4711, Buffer.alloc(300)))[0]?.type).to.equal(REP.UNSUP);
    expect((await client.option(OPT.LIST)).length).to.equal(3);
  });

  it('acknowledges ABORT and ends', async () => {
    expect((await client.option(OPT.ABORT))[0]?.type).to.equal(REP.ACK);
    expect((await client.readToEnd()).length).to.equal(0);
  });

  it('lists and sets the allocation context', async () => {
    expect((await client.option(OPT.LIST_META, metaData('vol/0', [])))[0]?.type, 'too early').to.equal(REP.INVALID);
    await client.option(OPT.STRUCTURED);
    for (const queries of [[], ['base:'], ['x:y', 'base:allocation']]) {
      const replies = await client.option(OPT.LIST_META, metaData('vol/0', queries));
      expect(replies.map((reply) => reply.type)).to.deep.equal([REP.META, REP.ACK]);
      expect(replies[0]?.data.toString('utf8', 4)).to.equal('base:allocation');
    }
    expect(await client.option(OPT.LIST_META, metaData('vol/0', ['x:']))).to.have.length(1);
    expect(await client.option(OPT.SET_META, metaData('vol/0', []))).to.have.length(1);
    expect(await client.option(OPT.SET_META, metaData('vol/0', ['base:allocation']))).to.have.length(2);
    expect((await client.option(OPT.SET_META, metaData('nothing', [])))[0]?.type).to.equal(REP.UNKNOWN);
  });

  const malformed: readonly [string, number, Buffer][] = [
    ['an empty GO', OPT.GO, Buffer.alloc(0)],
    ['a name longer than the data', OPT.GO, Buffer.concat([u32(5000), Buffer.alloc(10)])],
    ['a name length of 2^32-1', OPT.INFO, Buffer.concat([u32(2 ** 32 - 1), u16(0)])],
    ['more info requests than data', OPT.GO, Buffer.concat([text('vol/0'), u16(9)])],
    ['bytes left over', OPT.GO, Buffer.concat([goData('vol/0'), Buffer.alloc(1)])],
    ['a lying count of queries', OPT.SET_META, Buffer.concat([text('vol/0'), u32(2 ** 32 - 1)])],
    ['a truncated query', OPT.LIST_META, Buffer.concat([text('vol/0'), u32(1), u32(10), Buffer.alloc(3)])],
    ['bytes after the queries', OPT.SET_META, Buffer.concat([metaData('vol/0', ['a']), Buffer.alloc(2)])],
  ];
  for (const [what, option, data] of malformed) {
    it(`refuses ${what} and goes on`, async () => {
      await client.option(OPT.STRUCTURED);
      expect((await client.option(option, data))[0]?.type).to.equal(REP.INVALID);
      expect((await client.option(OPT.GO, goData('vol/0'))).at(-1)?.type).to.equal(REP.ACK);
    });
  }

  it('ends on an option longer than the limit before its data arrives', async () => {
    client.send(Buffer.from('IHAVEOPT'), u32(OPT.GO), u32(2 ** 32 - 1));
    expect((await client.optionReply()).type).to.equal(REP.TOO_BIG);
    expect((await client.readToEnd()).length).to.equal(0);
  });

  it('ends on a wrong option magic and on unknown client flags', async () => {
    client.send(Buffer.from('IHAVENOT'), u32(OPT.LIST), u32(0));
    expect((await client.readToEnd()).length).to.equal(0);
    const strange = await RawClient.negotiating(running.address, 0x83);
    expect((await strange.readToEnd()).length).to.equal(0);
  });

  it('ends a client that never decides', async () => {
    for (let i = 0; i < 256; i += 1) await client.option(OPT.STRUCTURED);
    client.send(optionBytes(OPT.STRUCTURED));
    expect((await client.optionReply()).type).to.equal(REP.TOO_BIG);
    expect((await client.readToEnd()).length).to.equal(0);
  });

  it('understands a handshake that arrives byte by byte', async () => {
    client.socket.setNoDelay(true);
    for (const byte of optionBytes(OPT.GO, goData('vol/0'))) client.send(Buffer.of(byte));
    expect((await client.optionReply()).type).to.equal(REP.INFO);
  });
});
