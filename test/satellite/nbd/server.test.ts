import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { OperationError } from '../../../common/errors.ts';
import { NbdServer } from '../../../satellite/nbd/server.ts';
import { MemoryExport } from './memory-export.ts';
import { CMD, command, ERR, goData, OPT, optionBytes, RawClient, REP, u32, until } from './raw-client.ts';
import { startServer, type TestServer } from './test-server.ts';

describe('NbdServer', () => {
  let volume: MemoryExport;
  let running: TestServer;

  async function serve(limits = {}): Promise<void> {
    volume = new MemoryExport();
    running = await startServer([volume, new MemoryExport({ name: 'other/0' })], limits);
  }

  afterEach(async () => {
    await running.server.close();
    expect(running.server.connections()).to.deep.equal([]);
    expect(volume.sessionsOpen).to.equal(0);
  });

  it('lets several clients work on one export', async () => {
    await serve();
    const clients = await Promise.all([1, 2, 3].map(() => RawClient.transmitting(running.address)));
    await clients[0]?.write(512, Buffer.alloc(512, 3));
    for (const client of clients) expect((await client.readData(512, 512))[0]).to.equal(3);
    expect(running.server.connections().map((one) => one.exportName)).to.deep.equal(['vol/0', 'vol/0', 'vol/0']);
    for (const client of clients) client.destroy();
  });

  it('turns clients away above the limit, and takes new ones when others have left', async () => {
    await serve({ connectionsMax: 2 });
    const first = await RawClient.transmitting(running.address);
    const second = await RawClient.transmitting(running.address);
    const third = await RawClient.connect(running.address);
    expect((await third.readToEnd()).length).to.equal(0);
    expect((await first.readData(0, 512)).length).to.equal(512);
    second.destroy();
    await until('the second is gone', () => running.server.connections().length === 1);
    const fourth = await RawClient.transmitting(running.address);
    expect((await fourth.readData(0, 512)).length).to.equal(512);
    first.destroy();
    fourth.destroy();
  });

  it('ends a handshake that takes too long, byte by byte or silent', async () => {
    await serve({ handshakeMs: 60 });
    const silent = await RawClient.connect(running.address);
    const slow = await RawClient.negotiating(running.address);
    const dripping = setInterval(() => slow.send(Buffer.from('I')), 10);
    expect((await silent.readToEnd()).length).to.equal(18);
    await slow.readToEnd();
    clearInterval(dripping);
  });

  it('tells in its log why it ended a client, with a code', async () => {
    const codes: unknown[] = [];
    const warn = (fields: object): void => void codes.push('code' in fields ? fields.code : undefined);
    volume = new MemoryExport();
    running = await startServer([volume], { handshakeMs: 500 }, { info: () => {}, warn });
    const { address } = running;
    async function said(code: string, client: RawClient, ...bytes: readonly Buffer[]): Promise<void> {
      codes.length = 0;
      client.send(...bytes);
      await client.readToEnd();
      expect(codes).to.deep.equal([code]);
      client.destroy();
    }
    await said('PROTOCOL_ERROR', await RawClient.connect(address), Buffer.alloc(40, 0xff));
    await said('PROTOCOL_ERROR', await RawClient.negotiating(address), Buffer.alloc(16, 0x41));
    await said('FRAME_TOO_LARGE', await RawClient.negotiating(address), Buffer.from('IHAVEOPT'), u32(7), u32(2 ** 31));
    const unknown = optionBytes(OPT.EXPORT_NAME, Buffer.from('none/0'));
    await said('UNKNOWN_RESOURCE', await RawClient.negotiating(address), unknown);
    await said('PROTOCOL_ERROR', await RawClient.transmitting(address), Buffer.alloc(28, 0x41));
    await said('TIMED_OUT', await RawClient.negotiating(address));
    codes.length = 0;
    const good = await RawClient.transmitting(address);
    good.send(command(CMD.DISC));
    await good.readToEnd();
    expect(codes).to.deep.equal([]);
  });

  it('has no time limit once transmission has begun, nor for the opening itself', async () => {
    await serve({ handshakeMs: 50 });
    volume.holdOpen = true;
    const client = await RawClient.negotiating(running.address);
    client.send(optionBytes(OPT.GO, goData('vol/0')));
    await until('the open has begun', () => volume.held.length === 1);
    const silent = await RawClient.connect(running.address);
    await silent.readToEnd(); // Its time was over after ours would have been.
    volume.release();
    expect((await client.optionReply()).type).to.equal(REP.INFO);
    client.destroy();
  });

  it('ends the connections of one export at once, requests in flight included', async () => {
    await serve();
    const client = await RawClient.transmitting(running.address);
    const alias = await RawClient.transmitting(running.address, 'vol');
    const other = await RawClient.transmitting(running.address, 'other/0');
    volume.holdOperations = true;
    client.send(command(CMD.FLUSH));
    await until('it is under way', () => volume.held.length === 1);
    running.server.closeExport('vol/0');
    expect(volume.sessionsOpen).to.equal(0);
    volume.release(); // A completion that comes too late is ignored.
    for (const one of [client, alias]) expect((await one.readToEnd()).length).to.equal(0);
    expect(await other.run(CMD.FLUSH)).to.equal(ERR.OK);
    other.destroy();
  });

  it('answers the requests in flight before it closes', async () => {
    await serve();
    const client = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    client.send(command(CMD.FLUSH, { cookie: 8 }));
    await until('it is under way', () => volume.held.length === 1);
    const closed = running.server.close();
    volume.release();
    expect(await client.simpleReply()).to.deep.equal({ error: 0, cookie: 8n });
    client.destroy();
    await closed;
    expect(volume.sessionsOpen).to.equal(0);
  });

  it('closes within its time limit though requests never complete and exports never open', async () => {
    await serve({ closeMs: 30 });
    const client = await RawClient.transmitting(running.address);
    volume.holdOperations = true;
    client.send(command(CMD.FLUSH));
    await until('it is under way', () => volume.held.length === 1);
    volume.holdOpen = true;
    const opening = await RawClient.negotiating(running.address);
    opening.send(optionBytes(OPT.GO, goData('vol/0')));
    await until('the open has begun', () => volume.held.length === 2);
    await running.server.close();
    expect(volume.sessionsOpen).to.equal(0);
    volume.release();
    await until('the late session is closed', () => volume.sessionsOpen === 0);
  });

  it('says that it shuts down to a client whose export is opening', async () => {
    await serve();
    volume.holdOpen = true;
    const client = await RawClient.negotiating(running.address);
    client.send(optionBytes(OPT.GO, goData('vol/0')));
    await until('the open has begun', () => volume.held.length === 1);
    const closed = running.server.close();
    volume.release();
    expect((await client.optionReply()).type).to.equal(REP.SHUTDOWN);
    client.destroy();
    await closed;
  });

  it('names the address that it cannot listen on', async () => {
    await serve();
    const second = new NbdServer({ exports: { find: () => undefined, list: () => [] } });
    const failure = await second.listen(running.address).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(OperationError);
    expect(String(failure)).to.include(`127.0.0.1:${running.address.port}`);
    await second.close();
  });

  describe('on a Unix socket', () => {
    let directory: string;

    beforeEach(async () => {
      await serve();
      directory = await mkdtemp(join(tmpdir(), 'nbd-'));
    });

    afterEach(() => rm(directory, { recursive: true }));

    it('serves the same exports, to its own user only', async () => {
      const path = join(directory, 'nbd.sock');
      await running.server.listen({ path });
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      const client = await RawClient.transmitting({ path });
      expect((await client.readData(0, 512)).length).to.equal(512);
      expect(running.server.connections()[0]?.client).to.equal(path);
      client.destroy();
    });

    it('replaces the socket that a killed process left behind, never one in use', async () => {
      const path = join(directory, 'nbd.sock');
      const listenForEver = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
      const holder = spawn(process.execPath, ['-e', listenForEver], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(holder.stdout, 'data');
      const failure = await running.server.listen({ path }).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(OperationError);
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      await running.server.listen({ path });
      (await RawClient.transmitting({ path })).destroy();
    });
  });
});
