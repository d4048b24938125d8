import { expect } from 'chai';
import fc from 'fast-check';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import { volumeNumber } from '../../../common/ids.ts';
import { DeviceProvider } from '../../../satellite/storage/device-provider.ts';
import type { BackingVolume } from '../../../satellite/storage/provider.ts';
import { failureOf, flushOf, isSame, pattern, readFrom, writeTo } from '../../contract/block-device.contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MIB = 1_048_576;
const ID = { resource: 'db', volume: volumeNumber(0) };
const OTHER = { resource: 'db', volume: volumeNumber(1) };

describe('Device provider', () => {
  const directory = temporaryDirectory();
  let pools = 0;
  const aPool = async (
    ...sizes: number[]
  ): Promise<{ provider: DeviceProvider; devices: string[]; stateFile: string }> => {
    const name = `pool-${pools++}`;
    const devices: string[] = [];
    for (const [index, size] of sizes.entries()) {
      const path = join(await directory(), `${name}-disk-${index}`);
      await writeFile(path, '');
      await truncate(path, size);
      devices.push(path);
    }
    const stateFile = join(await directory(), `${name}.json`);
    return { provider: await DeviceProvider.open({ devices, stateFile }), devices, stateFile };
  };
  const close = async ({ data, metadata }: BackingVolume): Promise<void> => {
    await data.close();
    await metadata.close();
  };
  const failure = async (promise: Promise<unknown>): Promise<OperationError> => {
    const error = await failureOf(promise);
    expect(error).to.be.instanceOf(OperationError);
    return error as OperationError;
  };

  it('puts data at the start and metadata at the aligned end of the smallest device that fits', async () => {
    const { provider, devices } = await aPool(8 * MIB, 2 * MIB + 1000, MIB);
    const backing = await provider.create(ID, MIB, 65_536);
    expect(backing.path).to.equal(devices[1]);
    await writeTo(backing.data, 0, pattern(512, 1));
    await writeTo(backing.metadata, 0, pattern(512, 2));
    await flushOf(backing.metadata);
    const raw = await readFile(devices[1] ?? '');
    expect(isSame(raw.subarray(0, 512), pattern(512, 1))).to.equal(true);
    expect(isSame(raw.subarray(2 * MIB - 65_536, 2 * MIB - 65_536 + 512), pattern(512, 2))).to.equal(true);
    expect(await backing.allocatedBytes()).to.equal((await stat(devices[1] ?? '')).blocks * 512);
    await close(backing);
  });

  it('leaves what is on the device alone: the caller judges it', async () => {
    const { provider, devices } = await aPool(2 * MIB);
    await writeFile(devices[0] ?? '', pattern(2 * MIB, 5));
    const backing = await provider.create(ID, MIB, 65_536);
    expect(
      isSame(await readFrom(backing.metadata, 0, 65_536), pattern(2 * MIB, 5).subarray(2 * MIB - 65_536)),
    ).to.equal(true);
    await close(backing);
  });

  it('remembers after a restart which device holds which volume, and where its metadata is', async () => {
    const { provider, devices, stateFile } = await aPool(2 * MIB, 3 * MIB);
    for (const [id, seed] of [
      [ID, 1],
      [OTHER, 2],
    ] as const) {
      const backing = await provider.create(id, MIB, 65_536);
      await writeTo(backing.metadata, 0, pattern(512, seed));
      await flushOf(backing.metadata);
      await close(backing);
    }
    // A device that grew meanwhile keeps its metadata where it was.
    await truncate(devices[0] ?? '', 4 * MIB);
    const restarted = await DeviceProvider.open({ devices, stateFile });
    expect(await restarted.list()).to.deep.equal([ID, OTHER]);
    for (const [id, seed] of [
      [ID, 1],
      [OTHER, 2],
    ] as const) {
      const backing = await restarted.open(id);
      expect(isSame(await readFrom(backing.metadata, 0, 512), pattern(512, seed))).to.equal(true);
      await close(backing);
    }
  });

  it('holds one volume per device, and has it free again after removal', async () => {
    const { provider } = await aPool(2 * MIB);
    await close(await provider.create(ID, MIB, 65_536));
    expect((await failure(provider.create(ID, MIB, 65_536))).code).to.equal('BACKING_STORE_EXISTS');
    expect(await provider.capacity()).to.deep.equal({ totalKib: 2048, freeKib: 0 });
    const error = await failure(provider.create(OTHER, MIB, 65_536));
    expect(error.code).to.equal('NOT_ENOUGH_SPACE');
    expect(error.because).to.contain('0 devices are free');
    await provider.remove(ID);
    await provider.remove(ID);
    expect((await provider.capacity()).freeKib).to.equal(2048);
    await close(await provider.create(OTHER, MIB, 65_536));
  });

  it('counts the metadata in what must fit', async () => {
    const { provider } = await aPool(MIB + 65_535);
    expect((await failure(provider.create(ID, MIB, 65_536))).code).to.equal('NOT_ENOUGH_SPACE');
  });

  it('never gives one device to two volumes created at the same time', async () => {
    const { provider } = await aPool(2 * MIB, 2 * MIB);
    const made = await Promise.all([provider.create(ID, MIB, 65_536), provider.create(OTHER, MIB, 65_536)]);
    expect(new Set(made.map(({ path }) => path)).size).to.equal(2);
    for (const backing of made) await close(backing);
  });

  it('moves the metadata to the new end of a device that has grown while it was in use, and remembers that', async () => {
    const { provider, devices, stateFile } = await aPool(2 * MIB);
    const backing = await provider.create(ID, MIB, 65_536);
    await writeTo(backing.data, MIB - 512, pattern(512, 1));
    await writeTo(backing.metadata, 512, pattern(512, 2));
    await truncate(devices[0] ?? '', 4 * MIB);
    const growing = backing.grow?.(3 * MIB, 3 * 65_536);
    // Asked for before the new place counts.
    const written = writeTo(backing.metadata, 1024, pattern(512, 3));
    expect(await growing).to.equal('anything');
    await written;
    await writeTo(backing.data, 3 * MIB - 512, pattern(512, 4));
    expect(backing.metadata.sizeBytes).to.equal(3 * 65_536);
    await close(backing);
    const again = await (await DeviceProvider.open({ devices, stateFile })).open(ID);
    expect([again.data.sizeBytes, again.metadata.sizeBytes]).to.deep.equal([3 * MIB, 3 * 65_536]);
    expect(isSame(await readFrom(again.data, MIB - 512, 512), pattern(512, 1))).to.equal(true);
    expect(isSame(await readFrom(again.data, 3 * MIB - 512, 512), pattern(512, 4))).to.equal(true);
    expect(isSame(await readFrom(again.metadata, 512, 512), pattern(512, 2))).to.equal(true);
    expect(isSame(await readFrom(again.metadata, 1024, 512), pattern(512, 3))).to.equal(true);
    await close(again);
  });

  it('refuses to grow where the metadata would be copied over themselves, and changes nothing', async () => {
    const { provider, devices } = await aPool(2 * MIB);
    const backing = await provider.create(ID, MIB, 65_536);
    await truncate(devices[0] ?? '', 2 * MIB + 32_768);
    const error = await failure(backing.grow?.(2 * MIB - 32_768, 65_536) ?? Promise.resolve());
    expect(error.code).to.equal('NOT_ENOUGH_SPACE');
    expect([backing.data.sizeBytes, backing.metadata.sizeBytes]).to.deep.equal([MIB, 65_536]);
    await close(backing);
  });

  it('refuses a device that was cut', async () => {
    const { provider, devices } = await aPool(2 * MIB);
    await close(await provider.create(ID, MIB, 65_536));
    await truncate(devices[0] ?? '', MIB);
    expect((await failure(provider.open(ID))).code).to.equal('BACKING_STORE_TOO_SMALL');
  });

  it('refuses a pool without devices, with relative paths or with devices that are not there', async () => {
    const stateFile = join(await directory(), 'none.json');
    expect((await failure(DeviceProvider.open({ devices: [], stateFile }))).code).to.equal('INVALID_ARGUMENT');
    expect((await failure(DeviceProvider.open({ devices: ['disk'], stateFile }))).code).to.equal('INVALID_ARGUMENT');
    expect(
      (await failure(DeviceProvider.open({ devices: [join(await directory(), 'missing')], stateFile }))).code,
    ).to.equal('BACKING_STORE_FAILED');
  });

  it('refuses a damaged record, whatever is wrong with it, instead of starting empty', async () => {
    const { provider, devices, stateFile } = await aPool(2 * MIB);
    await close(await provider.create(ID, MIB, 65_536));
    const good = await readFile(stateFile, 'utf8');
    const damaged = fc.oneof(
      fc.nat(good.trimEnd().length - 1).map((length) => good.slice(0, length)),
      fc.json().filter((text) => text !== good),
      fc.constant(good.replace('"volume": 0', '"volume": -1')),
      fc.constant(good.replace('"dataBytes": 1', '"dataBytes": 1e300')),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        await writeFile(stateFile, text);
        expect((await failure(DeviceProvider.open({ devices, stateFile }))).code).to.equal('STORE_FAILED');
      }),
      { numRuns: 40 },
    );
  });
});
