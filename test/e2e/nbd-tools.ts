/**
 * What other people's programs do with a volume over NBD: each check writes to the export, reads back and throws with
 * the program's own words when anything is not as it should be.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atExit, eventually, mustRun, progress, run, start } from './programs.ts';

export interface Target {
  readonly uri: string;
  readonly sizeBytes: number;
  /** An empty folder for the files of one check. */
  readonly scratch: string;
  /** A check that can go on and on does so until this says yes. */
  readonly enough?: () => boolean;
}

export interface ToolCheck {
  readonly name: string;
  check(target: Target): Promise<void>;
}

const MIB = 1_048_576;
const TOOL_WITHIN_MS = 60_000;

const tool = (command: string, ...words: readonly string[]): Promise<string> =>
  mustRun(command, words, { withinMs: TOOL_WITHIN_MS });

async function checkInfo({ uri, sizeBytes }: Target): Promise<void> {
  const info: unknown = JSON.parse(await tool('nbdinfo', '--json', uri));
  const found = (info as { exports: Record<string, unknown>[] }).exports[0] ?? {};
  const expected = {
    'export-size': sizeBytes,
    is_read_only: false,
    can_flush: true,
    can_fua: true,
    can_trim: true,
    can_zero: true,
    can_multi_conn: true,
    can_cache: true,
  };
  for (const [key, value] of Object.entries(expected)) {
    if (found[key] !== value) throw new Error(`nbdinfo: ${key} is ${String(found[key])}, not ${String(value)}`);
  }
}

/** Data, holes and zeroes, as an image of a disk has them. */
async function makeImage(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(sizeBytes);
    for (let offset = 0; offset + 3 * MIB <= sizeBytes; offset += 4 * MIB)
      await file.write(randomBytes(3 * MIB - 512), 0, 3 * MIB - 512, offset);
  } finally {
    await file.close();
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function checkCopy({ uri, sizeBytes, scratch }: Target): Promise<void> {
  const source = join(scratch, 'in.img');
  const back = join(scratch, 'out.img');
  await makeImage(source, sizeBytes);
  await tool('nbdcopy', '--flush', source, uri);
  await tool('nbdcopy', uri, back);
  if ((await digest(source)) !== (await digest(back))) throw new Error('nbdcopy: what came out is not what went in');
}

async function checkQemuImg({ uri, sizeBytes, scratch }: Target): Promise<void> {
  const raw = join(scratch, 'disk.img');
  const qcow2 = join(scratch, 'disk.qcow2');
  const back = join(scratch, 'back.qcow2');
  await makeImage(raw, sizeBytes);
  await tool('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, qcow2);
  await tool('qemu-img', 'convert', '-n', '-f', 'qcow2', '-O', 'raw', qcow2, uri);
  await tool('qemu-img', 'compare', '-f', 'qcow2', '-F', 'raw', qcow2, uri);
  await tool('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', uri, back);
  await tool('qemu-img', 'compare', '-f', 'qcow2', '-F', 'raw', back, raw);
}

async function checkQemuIo({ uri, sizeBytes, enough = () => true }: Target): Promise<void> {
  const last = sizeBytes - 65_536;
  const commands = [
    'write -P 0xa5 0 1M',
    'read -P 0xa5 0 1M',
    // Not aligned to blocks, and not to anything.
    'write -P 0x5a 4608 1536',
    'read -P 0xa5 4096 512',
    'read -P 0x5a 4608 1536',
    'read -P 0xa5 6144 2048',
    'write -z 64k 128k',
    'read -P 0 64k 128k',
    'read -P 0xa5 192k 64k',
    'discard 512k 256k',
    'read -P 0 512k 256k',
    'read -P 0xa5 768k 256k',
    'write -f -P 0x77 2M 64k',
    'write -z -u 2M 32k',
    'read -P 0 2M 32k',
    'read -P 0x77 2080k 32k',
    `write -P 0x11 ${last} 64k`,
    `read -P 0x11 ${last} 64k`,
    'aio_write -P 0x33 3M 1M',
    'aio_write -P 0x44 5M 1M',
    'aio_flush',
    'read -P 0x33 3M 1M',
    'read -P 0x44 5M 1M',
    'flush',
  ];
  const words = ['-f', 'raw', '-d', 'unmap', ...commands.flatMap((command) => ['-c', command]), uri];
  do {
    const said = await tool('qemu-io', ...words);
    if (/fail|error/i.test(said)) throw new Error(`qemu-io: ${said}`);
  } while (!enough());
}

interface FioOptions {
  readonly sizeMib?: number;
  /** Requests per second at most. */
  readonly rate?: number;
  readonly direction?: 'randwrite' | 'randrw' | 'write';
  readonly block?: string;
}

/** Each block carries a checksum over itself; fio reads every block back, some at once and all at the end. */
export async function fioVerify({ uri, scratch }: Target, options: FioOptions = {}): Promise<void> {
  const { sizeMib = 24, rate, direction = 'randwrite', block = '4k' } = options;
  await mkdir(scratch, { recursive: true });
  const words = [
    '--name=verify',
    '--ioengine=nbd',
    `--uri=${uri}`,
    `--rw=${direction}`,
    `--bs=${block}`,
    '--iodepth=16',
    `--size=${sizeMib}M`,
    '--verify=crc32c',
    '--verify_fatal=1',
    '--do_verify=1',
    '--verify_backlog=512',
    '--fsync=128',
    `--randseed=${Math.floor(Math.random() * 1e9)}`,
    ...(rate === undefined ? [] : [`--rate_iops=${rate}`]),
  ];
  const said = await mustRun('fio', words, { withinMs: 120_000, cwd: scratch });
  if (!/err= 0/.test(said)) throw new Error(`fio: ${said}`);
}

/** What is missing for a kernel file system on this machine; undefined when it can be had. */
async function missingForKernel(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root may mount a file system';
  if (!existsSync('/dev/fuse')) return 'this machine has no /dev/fuse';
  if (!existsSync('/dev/loop-control')) return 'this machine has no loop devices';
  const free = await run('losetup', ['-f']);
  return free.code === 0 ? undefined : `losetup: ${free.stderr.trim()}`;
}

async function checkFileSystem({ uri, scratch, enough = () => true }: Target): Promise<void> {
  const missing = await missingForKernel();
  if (missing !== undefined) return progress(`no kernel file system is tried: ${missing}`);
  const fuse = join(scratch, 'fuse');
  const mountPoint = join(scratch, 'mnt');
  await mkdir(fuse);
  await mkdir(mountPoint);
  const undo: (readonly string[])[] = [];
  const undoAll = async (): Promise<void> => {
    for (const [command = '', ...words] of undo.splice(0).reverse()) await run(command, words);
  };
  atExit(() => {
    for (const [command = '', ...words] of undo.splice(0).reverse()) start(command, words);
  });
  const nbdfuse = start('nbdfuse', [fuse, uri], { withinMs: 300_000 });
  try {
    undo.push(['fusermount3', '-u', '-z', fuse]);
    const image = join(fuse, 'nbd');
    await eventually('nbdfuse serves', () => existsSync(image) || nbdfuse.child.exitCode !== null, {
      withinMs: 10_000,
    });
    const loop = (await tool('losetup', '--find', '--show', image)).trim();
    undo.push(['losetup', '-d', loop]);
    await tool('mkfs.ext4', '-q', '-F', '-E', 'nodiscard', loop);
    await tool('mount', '-o', 'discard', loop, mountPoint);
    undo.push(['umount', mountPoint]);
    let digests = await writeFiles(mountPoint);
    while (!enough()) digests = await writeFiles(mountPoint);
    await tool('sync', '-f', mountPoint);
    await tool('umount', mountPoint);
    await tool('fsck.ext4', '-fn', loop);
    // Again from the disk: nothing of it may come from the page cache of the first mount.
    await tool('blockdev', '--flushbufs', loop);
    await tool('mount', '-o', 'ro', loop, mountPoint);
    for (const [name, expected] of digests) {
      if ((await digest(join(mountPoint, name))) !== expected)
        throw new Error(`${name} has changed on the file system`);
    }
    await tool('umount', mountPoint);
    undo.pop();
    await tool('losetup', '-d', loop);
    undo.pop();
  } finally {
    await undoAll();
    await nbdfuse.finished;
  }
}

async function writeFiles(folder: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (let index = 0; index < 60; index++) {
    const name = `file${index}`;
    const path = join(folder, name);
    await writeFile(path, randomBytes(1 + Math.floor(Math.random() * 400_000)), { flush: index % 10 === 0 });
    digests.set(
      name,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  for (let index = 0; index < 60; index += 3) {
    await rm(join(folder, `file${index}`));
    digests.delete(`file${index}`);
  }
  return digests;
}

export const TOOL_CHECKS: readonly ToolCheck[] = [
  { name: 'nbdinfo tells its size and everything that it can do', check: checkInfo },
  { name: 'nbdcopy gets out what it has put in', check: checkCopy },
  { name: 'qemu-img converts to it and from it, and compares equal', check: checkQemuImg },
  { name: 'qemu-io reads the patterns that it has written, zeroed and discarded', check: checkQemuIo },
  { name: 'fio verifies every block that it has written', check: (target) => fioVerify(target) },
  { name: 'a kernel file system lives on it and is clean afterwards', check: checkFileSystem },
];
