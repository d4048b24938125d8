/** What every BlockDevice promises. Run it for each implementation: `blockDeviceContract('MemoryDevice', make)`. */
import { expect } from 'chai';
import fc from 'fast-check';
import { InvariantError } from '../../common/assert.ts';
import type { BlockDevice, Done } from '../../satellite/storage/block-device.ts';

export interface DeviceUnderTest {
  readonly device: BlockDevice;
  /** A second look at the same store, after the first was closed; undefined where the store dies with the device. */
  readonly reopen?: () => Promise<BlockDevice>;
  readonly cleanUp?: () => Promise<void>;
}

/** Makes a device of exactly this size that reads as zeroes. Undefined with a reason: this machine cannot. */
export type MakeDevice = (sizeBytes: number) => Promise<DeviceUnderTest | { readonly skipped: string }>;

const CONTRACT_SIZE_BYTES = 16 * 1_048_576;

const settled = (start: (done: Done) => void): Promise<void> =>
  new Promise((resolve, reject) => start((error) => (error === undefined ? resolve() : reject(error))));
export const readFrom = (device: BlockDevice, offset: number, length: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    device.read(offset, length, (error, chunk) => (error === undefined ? resolve(chunk) : reject(error))),
  );
export const writeTo = (device: BlockDevice, offset: number, ...chunks: Uint8Array[]): Promise<void> =>
  settled((done) => device.write(offset, chunks, done));
export const zeroOn = (device: BlockDevice, offset: number, length: number, mayUnmap = false): Promise<void> =>
  settled((done) => device.zero(offset, length, mayUnmap, done));
export const flushOf = (device: BlockDevice): Promise<void> => settled((done) => device.flush(done));

export function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it succeeded');
}

/** Every test gets a device of its own; a factory that cannot make one here steps aside with its reason. */
export function blockDeviceContract(name: string, make: MakeDevice): void {
  describe(`${name} keeps the block device contract`, () => {
    const used: DeviceUnderTest[] = [];
    let reason: string | undefined;

    const aDevice = async (): Promise<DeviceUnderTest | undefined> => {
      const made = await make(CONTRACT_SIZE_BYTES);
      if ('skipped' in made) {
        if (reason === undefined) process.stderr.write(`    ${name}: not checked here: ${made.skipped}\n`);
        reason = made.skipped;
        return undefined;
      }
      used.push(made);
      return made;
    };

    afterEach(async () => {
      for (const { device, cleanUp } of used.splice(0)) {
        await device.close();
        await cleanUp?.();
      }
    });

    const promise = (title: string, run: (made: DeviceUnderTest) => Promise<void>): void => {
      it(title, async () => {
        const made = await aDevice();
        if (made !== undefined) await run(made);
      });
    };
    readWritePromises(promise);
    zeroPromises(promise);
    lifePromises(promise);
  });
}

type Promised = (title: string, run: (made: DeviceUnderTest) => Promise<void>) => void;

function readWritePromises(promise: Promised): void {
  promise('has the size asked for and reads as zeroes when new', async ({ device }) => {
    expect(device.sizeBytes).to.equal(CONTRACT_SIZE_BYTES);
    expect(isSame(await readFrom(device, CONTRACT_SIZE_BYTES - 4096, 4096), new Uint8Array(4096))).to.equal(true);
  });

  promise('gives back what was written, at the first and the last byte too', async ({ device }) => {
    const [head, tail] = [pattern(4096, 1), pattern(4096, 2)];
    await writeTo(device, 0, head);
    await writeTo(device, CONTRACT_SIZE_BYTES - 4096, tail);
    expect(isSame(await readFrom(device, 0, 4096), head)).to.equal(true);
    expect(isSame(await readFrom(device, CONTRACT_SIZE_BYTES - 4096, 4096), tail)).to.equal(true);
  });

  promise(
    'writes many chunks as one range, empty ones and more than one system call takes included',
    async ({ device }) => {
      const whole = pattern(3_000 * 512, 3);
      const chunks = [
        new Uint8Array(0),
        ...Array.from({ length: 3_000 }, (_, i) => whole.subarray(i * 512, (i + 1) * 512)),
        new Uint8Array(0),
      ];
      await writeTo(device, 8192, ...chunks);
      expect(isSame(await readFrom(device, 8192, whole.length), whole)).to.equal(true);
    },
  );

  promise('completes empty operations', async ({ device }) => {
    await writeTo(device, CONTRACT_SIZE_BYTES);
    await writeTo(device, 0, new Uint8Array(0));
    await zeroOn(device, CONTRACT_SIZE_BYTES, 0);
    expect((await readFrom(device, CONTRACT_SIZE_BYTES, 0)).length).to.equal(0);
  });

  promise('never completes within the call', async ({ device }) => {
    let inCall = true;
    const late = (done: Done): Done => {
      inCall = true;
      return (error) => done(inCall ? new Error('completed within the call') : error);
    };
    const submit = (start: (done: Done) => void): Promise<void> =>
      settled((done) => {
        start(late(done));
        inCall = false;
      });
    await submit((done) => device.write(0, [pattern(512, 1)], done));
    await submit((done) => device.write(0, [], done));
    await submit((done) => device.read(0, 0, done));
    await submit((done) => device.zero(0, 512, true, done));
    await submit((done) => device.flush(done));
    await device.close();
    const closed = await failureOf(submit((done) => device.write(0, [], done)));
    expect(closed.message).not.to.contain('within the call');
  });

  promise('refuses a range beyond its end and leaves the rest alone', async ({ device }) => {
    const never: Done = () => expect.fail('it was not submitted');
    expect(() => device.read(CONTRACT_SIZE_BYTES, 1, never)).to.throw(InvariantError);
    expect(() => device.write(CONTRACT_SIZE_BYTES - 1, [new Uint8Array(2)], never)).to.throw(InvariantError);
    expect(() => device.zero(-512, 512, false, never)).to.throw(InvariantError);
    expect(() => device.read(0.5, 1, never)).to.throw(InvariantError);
  });

  promise('behaves like an array of bytes under any sequence of operations', async ({ device }) => {
    const area = 65_536;
    const operation = fc.record({
      kind: fc.constantFrom('write', 'zero', 'unmap', 'flush'),
      sector: fc.nat(area / 512 - 1),
      sectors: fc.integer({ min: 1, max: 24 }),
      seed: fc.nat(1_000),
    });
    const model = new Uint8Array(area);
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (operations) => {
        for (const { kind, sector, sectors, seed } of operations) {
          const offset = sector * 512;
          const length = Math.min(sectors * 512, area - offset);
          if (kind === 'flush') await flushOf(device);
          else if (kind === 'write') await writeTo(device, offset, pattern(length, seed));
          else await zeroOn(device, offset, length, kind === 'unmap');
          if (kind === 'write') model.set(pattern(length, seed), offset);
          else if (kind !== 'flush') model.fill(0, offset, offset + length);
        }
        expect(isSame(await readFrom(device, 0, area), model)).to.equal(true);
      }),
      { numRuns: 15 },
    );
  });
}

function zeroPromises(promise: Promised): void {
  for (const mayUnmap of [false, true]) {
    const how = mayUnmap ? 'when it may unmap' : 'when it must stay allocated';
    promise(`leaves exact zeroes ${how}, for small and large ranges`, async ({ device }) => {
      const whole = pattern(CONTRACT_SIZE_BYTES, 4);
      await writeTo(device, 0, whole);
      const model = whole.slice();
      for (const [offset, length] of [
        [512, 1024],
        [1_048_576, 12 * 1_048_576],
        [14 * 1_048_576 + 512, 1_572_864],
      ] as const) {
        await zeroOn(device, offset, length, mayUnmap);
        model.fill(0, offset, offset + length);
      }
      expect(isSame(await readFrom(device, 0, CONTRACT_SIZE_BYTES), model)).to.equal(true);
    });

    promise(`zeroes many pieces submitted at once ${how}`, async ({ device }) => {
      await writeTo(device, 0, pattern(CONTRACT_SIZE_BYTES, 5));
      const piece = 1_048_576;
      const order = [3, 0, 9, 1, 2, 8, 14];
      await Promise.all(order.map((index) => zeroOn(device, index * piece, piece, mayUnmap)));
      const found = await readFrom(device, 0, CONTRACT_SIZE_BYTES);
      for (let index = 0; index < 16; index++) {
        const isZero = isSame(found.subarray(index * piece, (index + 1) * piece), new Uint8Array(piece));
        expect(isZero, `piece ${index}`).to.equal(order.includes(index));
      }
    });
  }
}

function lifePromises(promise: Promised): void {
  promise('completes every flush of many, asked for at once and while one runs', async ({ device }) => {
    let completed = 0;
    const round = (): Promise<void>[] => Array.from({ length: 20 }, () => flushOf(device).then(() => void completed++));
    const first = round();
    await writeTo(device, 0, pattern(4096, 6));
    await Promise.all([...first, ...round()]);
    expect(completed).to.equal(40);
  });

  promise('waits on close for what is in flight, fails later operations and closes only once', async ({ device }) => {
    const order: string[] = [];
    const write = writeTo(device, 0, pattern(1_048_576, 7)).then(() => order.push('written'));
    const closing = device.close().then(() => order.push('closed'));
    await Promise.all([write, closing, device.close()]);
    expect(order).to.deep.equal(['written', 'closed']);
    expect(await failureOf(writeTo(device, 0, pattern(512, 8)))).to.be.instanceOf(Error);
    expect(await failureOf(readFrom(device, 0, 512))).to.be.instanceOf(Error);
    expect(await failureOf(flushOf(device))).to.be.instanceOf(Error);
  });

  promise('still has the data after it was closed and opened again', async ({ device, reopen }) => {
    if (reopen === undefined) return;
    await writeTo(device, 4096, pattern(4096, 9));
    await flushOf(device);
    await device.close();
    const again = await reopen();
    try {
      expect(isSame(await readFrom(again, 4096, 4096), pattern(4096, 9))).to.equal(true);
    } finally {
      await again.close();
    }
  });
}
