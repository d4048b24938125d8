import { expect } from 'chai';
import { open, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import { zeroRange } from '../../../satellite/storage/zero-range.ts';
import { BackingFile, openFileDevice } from '../../../satellite/storage/file-device.ts';
import {
  failureOf,
  flushOf,
  isSame,
  pattern,
  readFrom,
  writeTo,
  zeroOn,
} from '../../contract/block-device.contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MIB = 1_048_576;

describe('File device', () => {
  const directory = temporaryDirectory();
  let files = 0;
  const aFile = async (sizeBytes: number): Promise<string> => {
    const path = join(await directory(), `file-${files++}`);
    await writeFile(path, '');
    await truncate(path, sizeBytes);
    return path;
  };
  const code = async (promise: Promise<unknown>): Promise<string> => {
    const error = await failureOf(promise);
    return error instanceof OperationError ? error.code : error.message;
  };

  it('refuses a file that is missing, too small, or neither file nor block device', async () => {
    const path = await aFile(4096);
    expect(await code(openFileDevice({ path: `${path}.missing`, zeroing: 'keep' }))).to.equal('BACKING_STORE_FAILED');
    expect(await code(openFileDevice({ path, zeroing: 'keep', expectedBytes: 8192 }))).to.equal(
      'BACKING_STORE_TOO_SMALL',
    );
    expect(await code(openFileDevice({ path: '/dev/null', zeroing: 'keep' }))).to.equal('BACKING_STORE_FAILED');
    expect(await code(openFileDevice({ path: await directory(), zeroing: 'keep' }))).to.equal('BACKING_STORE_FAILED');
  });

  it('reports a read beyond the end of a file that was cut, and goes on elsewhere', async () => {
    const path = await aFile(MIB);
    const device = await openFileDevice({ path, zeroing: 'keep' });
    await truncate(path, 6144);
    expect((await failureOf(readFrom(device, 4096, 4096))).message).to.contain('read of');
    expect((await readFrom(device, 0, 4096)).length).to.equal(4096);
    await device.close();
  });

  it('keeps two windows of one file apart', async () => {
    const file = await BackingFile.open({ path: await aFile(3 * MIB), zeroing: 'keep' });
    const [first, second] = [file.window(0, MIB), file.window(2 * MIB, MIB)];
    await writeTo(first, MIB - 512, pattern(512, 1));
    await writeTo(second, 0, pattern(512, 2));
    await zeroOn(first, 0, MIB - 512);
    expect(isSame(await readFrom(first, MIB - 512, 512), pattern(512, 1))).to.equal(true);
    expect(isSame(await readFrom(second, 0, 512), pattern(512, 2))).to.equal(true);
    expect(() => first.read(MIB, 512, () => undefined)).to.throw('within the device');
    await first.close();
    await writeTo(second, 0, pattern(512, 3));
    await flushOf(second);
    await second.close();
  });

  /** Some file systems cannot free a part of a file: there only the zeroes count. */
  const hasHoles = async (): Promise<boolean> => {
    const handle = await open(await aFile(MIB), 'r+');
    try {
      return (await new Promise<string>((resolve) => zeroRange(handle.fd, 'punch-hole', 0, MIB, resolve))) === 'done';
    } finally {
      await handle.close();
    }
  };

  it('frees space when it may unmap, and keeps it allocated otherwise', async () => {
    for (const zeroing of ['unmap', 'keep'] as const) {
      const path = await aFile(16 * MIB);
      const device = await openFileDevice({ path, zeroing });
      await writeTo(device, 0, pattern(16 * MIB, 1));
      await flushOf(device);
      await Promise.all(Array.from({ length: 8 }, (_, i) => zeroOn(device, i * MIB, MIB, true)));
      await flushOf(device);
      const allocated = (await stat(path)).blocks * 512;
      if (zeroing === 'unmap') expect(allocated).to.be.at.most((await hasHoles()) ? 9 * MIB : allocated);
      else expect(allocated).to.be.at.least(16 * MIB);
      expect(isSame(await readFrom(device, 0, 8 * MIB), new Uint8Array(8 * MIB))).to.equal(true);
      expect(
        isSame(await readFrom(device, 8 * MIB, 512), pattern(16 * MIB, 1).subarray(8 * MIB, 8 * MIB + 512)),
      ).to.equal(true);
      await device.close();
    }
  });
});
