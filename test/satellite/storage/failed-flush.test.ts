import { execFile } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { openFileDevice } from '../../../satellite/storage/file-device.ts';
import { failureOf, flushOf, pattern, readFrom, writeTo } from '../../contract/block-device.contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);
const MIB = 1_048_576;

describe('A device whose flush failed', () => {
  const directory = temporaryDirectory();
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  /** A loop device of 16 MiB whose file system has room for 1 MiB: writes go to the page cache, their write-back fails. */
  async function aLyingDisk(): Promise<string> {
    const small = join(await directory(), 'small');
    await mkdir(small);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
    undo.push(() => run('umount', ['--lazy', small]));
    const file = join(small, 'disk');
    await writeFile(file, '');
    await truncate(file, 16 * MIB);
    const loop = (await run('losetup', ['--find', '--show', file])).stdout.trim();
    undo.push(() => run('losetup', ['--detach', loop]));
    return loop;
  }

  it('answers that flush and everything after it with the error, and never believes a second attempt', async () => {
    let path: string;
    try {
      path = await aLyingDisk();
    } catch (error) {
      process.stderr.write(
        `    not checked here: a failing disk needs root (${error instanceof Error ? error.message.trim() : String(error)})\n`,
      );
      return;
    }
    const device = await openFileDevice({ path, zeroing: 'keep' });
    undo.push(() => device.close());
    await flushOf(device);
    await writeTo(device, 0, pattern(8 * MIB, 1));
    const joined = [failureOf(flushOf(device)), failureOf(flushOf(device))];
    for (const failure of joined) expect((await failure).message).to.equal(`flush of ${path} failed`);
    for (const later of [flushOf(device), writeTo(device, 0, pattern(512, 2)), readFrom(device, 0, 512)]) {
      expect((await failureOf(later)).message).to.equal(`flush of ${path} failed`);
    }
  });
});
