/** Size of a regular file or block device. `stat` says 0 for a block device, so Linux is asked for its sectors. */
import { execFile } from 'node:child_process';
import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { OperationError } from '../../common/errors.ts';
import { SECTOR_BYTES } from '../../common/units.ts';

/** @param stats of the path or of its open descriptor. @throws OperationError BACKING_STORE_FAILED for anything else than the two. */
export async function storeSizeBytes(path: string, stats: Stats): Promise<number> {
  if (stats.isFile()) return stats.size;
  if (!stats.isBlockDevice()) {
    throw new OperationError('BACKING_STORE_FAILED', `${path} is neither a file nor a block device`, {
      correction: 'Name a block device, a partition or a logical volume.',
    });
  }
  const size = (await sizeFromSysfs(stats.rdev)) ?? (await sizeFromBlockdev(path));
  if (size !== undefined) return size;
  throw new OperationError('BACKING_STORE_FAILED', `the size of ${path} cannot be found out`, {
    correction: 'Install util-linux (blockdev), or make /sys readable.',
  });
}

/** Linux's encoding of device numbers: minor in bits 0-7 and 20-31, major in bits 8-19. */
async function sizeFromSysfs(rdev: number): Promise<number | undefined> {
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
  const major = (rdev >>> 8) & 0xfff;
  try {
    return parseSize(await readFile(`/sys/dev/block/${major}:${minor}/size`, 'utf8'), SECTOR_BYTES);
  } catch {
    return undefined;
  }
}

async function sizeFromBlockdev(path: string): Promise<number | undefined> {
  try {
    return parseSize((await promisify(execFile)('blockdev', ['--getsize64', path])).stdout, 1);
  } catch {
    return undefined;
  }
}

function parseSize(text: string, unitBytes: number): number | undefined {
  const value = Number(text.trim()) * unitBytes;
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
