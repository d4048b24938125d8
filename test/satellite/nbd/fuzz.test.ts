/** Random and mutated bytes in each phase: the server survives, and a client beside them notices nothing. */
import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryExport } from './memory-export.ts';
import { CMD, command, goData, metaData, OPT, optionBytes, RawClient, u32, until } from './raw-client.ts';
import { startServer, type TestServer } from './test-server.ts';

const MIB = 1024 * 1024;

/** Valid words of the protocol, so that random input gets beyond the first check. */
const optionWords = fc.constantFrom<Buffer>(
  optionBytes(OPT.LIST),
  optionBytes(OPT.STRUCTURED),
  optionBytes(OPT.STARTTLS),
  optionBytes(OPT.INFO, goData('vol/0', [0, 1, 2, 3])),
  optionBytes(OPT.GO, goData('vol/0', [3])),
  optionBytes(OPT.GO, goData('none/0')),
  optionBytes(OPT.SET_META, metaData('vol/0', ['base:allocation'])),
  optionBytes(OPT.LIST_META, metaData('vol/0', [])),
  optionBytes(OPT.EXPORT_NAME, Buffer.from('vol/0')),
  Buffer.from('IHAVEOPT'),
);
const garbage = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const someCommand = fc
  .record({
    type: fc.nat(9),
    flags: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(0, 1, 2, 4, 8, 16) },
      { weight: 1, arbitrary: fc.nat(0xffff) },
    ),
    offset: fc.oneof(
      fc.nat(2100).map((n) => n * 512),
      fc.bigInt(0n, 2n ** 64n - 1n),
    ),
    length: fc.oneof(
      fc.nat(40).map((n) => n * 512),
      fc.constantFrom(0, 1, 3 * MIB, 2 ** 32 - 1),
    ),
    payload: fc.boolean(),
  })
  .map(({ type, flags, offset, length, payload }) => {
    const head = command(type, { flags, offset, length });
    return type === CMD.WRITE && payload && length <= 4 * MIB ? Buffer.concat([head, Buffer.alloc(length, 1)]) : head;
  });

/** One byte changed somewhere, or nothing. */
const mutated = (words: fc.Arbitrary<readonly Buffer[]>): fc.Arbitrary<Buffer> =>
  fc.tuple(words, fc.option(fc.tuple(fc.nat(100_000), fc.nat(255)))).map(([parts, change]) => {
    const whole = Buffer.concat(parts);
    if (change !== null && whole.length > 0) whole[change[0] % whole.length] = change[1];
    return whole;
  });

describe('NBD server under random input', function () {
  this.timeout(30_000);
  let volume: MemoryExport;
  let running: TestServer;
  let witness: RawClient;

  before(async () => {
    volume = new MemoryExport();
    running = await startServer([volume, new MemoryExport({ name: 'calm/0' })], { handshakeMs: 1000, lingerMs: 200 });
    witness = await RawClient.transmitting(running.address, 'calm/0');
  });

  after(async () => {
    witness.destroy();
    await running.server.close();
    expect(volume.sessionsOpen).to.equal(0);
    expect(volume.underWay).to.equal(0);
  });

  /** Sends it in two pieces at a random border, leaves, and looks at the witness. */
  async function survives(client: RawClient, bytes: Buffer, border: number): Promise<void> {
    client.socket.setNoDelay(true);
    client.send(bytes.subarray(0, border % (bytes.length + 1)));
    client.send(bytes.subarray(border % (bytes.length + 1)));
    client.socket.end();
    await client.readToEnd();
    client.destroy();
    expect((await witness.readData(4096, 512)).length).to.equal(512);
    await until('only the witness is left', () => running.server.connections().length === 1);
  }

  it('in place of the client flags', async () => {
    await fc.assert(
      fc.asyncProperty(garbage, fc.nat(), async (bytes, border) => {
        await survives(await RawClient.connect(running.address), bytes, border);
      }),
      { numRuns: 60 },
    );
  });

  it('among the options', async () => {
    const input = mutated(fc.array(fc.oneof({ weight: 4, arbitrary: optionWords }, { weight: 1, arbitrary: garbage })));
    await fc.assert(
      fc.asyncProperty(input, fc.nat(), fc.constantFrom(0, 1, 2, 3), async (bytes, border, flags) => {
        const client = await RawClient.connect(running.address);
        await survives(client, Buffer.concat([u32(flags), bytes]), border);
      }),
      { numRuns: 200 },
    );
  });

  it('among the requests', async () => {
    const input = mutated(fc.array(fc.oneof({ weight: 8, arbitrary: someCommand }, { weight: 1, arbitrary: garbage })));
    await fc.assert(
      fc.asyncProperty(input, fc.nat(), fc.boolean(), async (bytes, border, blockStatus) => {
        await survives(await RawClient.transmitting(running.address, 'vol/0', { blockStatus }), bytes, border);
      }),
      { numRuns: 200 },
    );
  });
});
