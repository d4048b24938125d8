import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { OperationError } from '../../../common/errors.ts';
import { type AdminCommand, AdminServer } from '../../../satellite/admin/admin-server.ts';
import { LINE_BYTES_MAX, LineDecoder } from '../../../satellite/admin/line-decoder.ts';
import { RawAdminClient } from './admin-client.ts';

const commands = new Map<string, AdminCommand>([
  ['echo', async (args) => args],
  [
    'refuse',
    async () => {
      throw new OperationError('OTHER_PRIMARY', 'no', { cause: 'because', correction: 'do this' });
    },
  ],
  [
    'stream',
    async (_args, context) => {
      context.emit({ action: 'exists', object: '-', keys: {} });
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
      streamsEnded += 1;
    },
  ],
]);
let streamsEnded = 0;

describe('AdminServer', () => {
  let dir: string;
  let path: string;
  let server: AdminServer;
  const clients: RawAdminClient[] = [];

  async function client(): Promise<RawAdminClient> {
    const opened = await RawAdminClient.open(path);
    clients.push(opened);
    return opened;
  }

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lockstep-admin-'));
    path = join(dir, 'admin.sock');
    server = new AdminServer({ path, commands, log: pino({ level: 'silent' }) });
    await server.listen();
  });
  afterEach(async () => {
    for (const opened of clients.splice(0)) opened.close();
    await server.close();
    rmSync(dir, { recursive: true });
  });

  it('gives only its owner access', () => {
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it('answers each request with its id, errors with code, number, cause and correction', async () => {
    const caller = await client();
    caller.send('{"id":7,"command":"echo","args":{"a":1}}\n');
    expect(await caller.next()).to.deep.equal({ id: 7, ok: true, result: { a: 1 } });
    caller.send('{"id":"x","command":"refuse"}\n');
    expect(await caller.next()).to.deep.equal({
      id: 'x',
      ok: false,
      error: { code: 'OTHER_PRIMARY', number: 1402, message: 'no', cause: 'because', correction: 'do this' },
    });
    expect((await caller.call('dance')).error?.code).to.equal('UNKNOWN_COMMAND');
  });

  it('answers a caller that has closed its half already', async () => {
    const caller = await client();
    caller.send('{"id":1,"command":"echo","args":{}}\n');
    caller.endInput();
    expect(await caller.next()).to.deep.include({ id: 1, ok: true });
    await caller.closed();
  });

  it('streams events until the caller goes, and frees the command then', async () => {
    const before = streamsEnded;
    const caller = await client();
    expect((await caller.call('stream')).event?.object).to.equal('-');
    caller.close();
    await caller.closed();
    const other = await client();
    while (streamsEnded === before) await other.call('echo');
    expect(streamsEnded).to.equal(before + 1);
  });

  it('answers garbage with an error and ends that connection only', async () => {
    const good = await client();
    for (const garbage of [
      'hello\n',
      '{}\n',
      '[1]\n',
      '{"id":{},"command":"echo"}\n',
      '{"id":1,"command":"echo","args":3}\n',
    ]) {
      const bad = await client();
      bad.send(garbage);
      expect((await bad.next())?.error?.code, garbage).to.equal('PROTOCOL_ERROR');
      await bad.closed();
    }
    expect((await good.call('echo', { still: 'here' })).result).to.deep.equal({ still: 'here' });
  });

  it('refuses a line beyond the limit without keeping it', async () => {
    const bad = await client();
    bad.send(new Uint8Array(LINE_BYTES_MAX + 2).fill(0x20));
    expect((await bad.next())?.error?.code).to.equal('FRAME_TOO_LARGE');
    await bad.closed();
  });

  it('turns away connections beyond its limit and goes on', async () => {
    const many: RawAdminClient[] = [];
    for (let i = 0; i < 64; i += 1) many.push(await client());
    await Promise.all(many.map((caller) => caller.call('echo')));
    const tooMany = await client();
    expect((await tooMany.next())?.error?.code).to.equal('RESOURCE_IN_USE');
    await tooMany.closed();
    expect((await (many[0] as RawAdminClient).call('echo')).ok).to.equal(true);
  });

  it('replaces a socket that nobody listens on, and refuses a living one or a file', async () => {
    const second = new AdminServer({ path, commands, log: pino({ level: 'silent' }) });
    const refusal = await second.listen().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).to.be.instanceOf(OperationError);
    const file = join(dir, 'file');
    writeFileSync(file, 'precious');
    const third = await new AdminServer({ path: file, commands, log: pino({ level: 'silent' }) })
      .listen()
      .catch((error: unknown) => error);
    expect(third).to.be.instanceOf(OperationError);
    expect(statSync(file).size).to.equal(8);
  });

  it('survives any bytes on one connection while another keeps working', async () => {
    const good = await client();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), async (chunks) => {
        const bad = await client();
        for (const chunk of chunks) bad.send(chunk);
        bad.endInput();
        await bad.closed();
        expect((await good.call('echo')).ok).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('LineDecoder', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.integer({ min: 1, max: 7 })), (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' '));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const decoder = new LineDecoder();
        const found: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = cuts[turn % Math.max(1, cuts.length)] ?? 3;
          found.push(...decoder.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(found).to.deep.equal(lines.map((line) => Buffer.from(line).toString('utf8')));
      }),
      { numRuns: 100 },
    );
  });
});
