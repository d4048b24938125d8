/** What was measured, where: the commit, the compiled code, the machine, how busy it was with other things. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../common/errors.ts';
import { runTool } from './tools.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly fio: string;
}

export interface Medium {
  readonly dir: string;
  /** As `stat --file-system` names it: ext2/ext3, tmpfs, xfs. */
  readonly fileSystem: string;
}

/** How busy others kept the machine right before a measurement. */
export interface Load {
  readonly loadAverage: number;
  /** Cores busy during one second in which we did nothing. */
  readonly busyCores: number;
}

export async function describeMachine(signal: AbortSignal): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    fio: (await runTool('fio', ['--version'], { signal, timeoutMs: 10_000 })).trim(),
  };
}

export async function describeMedium(dir: string, signal: AbortSignal): Promise<Medium> {
  const words = ['--file-system', '--format=%T', dir];
  return { dir, fileSystem: (await runTool('stat', words, { signal, timeoutMs: 10_000 })).trim() };
}

/** @throws OperationError INVALID_ARGUMENT, NOT_ENOUGH_SPACE. */
export async function requireSpace(dir: string, neededMib: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir).catch((error: unknown) => {
    throw new OperationError('INVALID_ARGUMENT', `cannot use the directory ${dir}`, {
      cause: error instanceof Error ? error.message : String(error),
      correction: 'Name an existing directory with --dir, or --tmpfs.',
    });
  });
  const freeMib = Math.floor((bavail * bsize) / 1_048_576);
  if (freeMib >= neededMib) return;
  throw new OperationError('NOT_ENOUGH_SPACE', `the volumes do not fit into ${dir}`, {
    cause: `${neededMib} MiB are needed, ${freeMib} MiB are free`,
    correction: 'Choose another --dir, or a smaller --size and --resync-size.',
  });
}

const LOOK_MS = 1_000;

export async function foreignLoad(): Promise<Load> {
  const before = cpuTimes();
  await delay(LOOK_MS);
  const after = cpuTimes();
  const total = after.total - before.total;
  const busy = total === 0 ? 0 : ((after.busy - before.busy) / total) * cpus().length;
  return { loadAverage: loadavg()[0] ?? 0, busyCores: Math.round(busy * 100) / 100 };
}

function cpuTimes(): { readonly busy: number; readonly total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busy += working;
    total += working + times.idle;
  }
  return { busy, total };
}

/** Root of the checkout: the folder with package.json above this file, compiled or not. */
export function projectRoot(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  for (const root of [join(folder, '..'), join(folder, '..', '..')])
    if (existsSync(join(root, 'package.json'))) return root;
  return process.cwd();
}

const SHORT_COMMIT = 10;

/** HEAD as the repository's files tell it, so that nothing is locked or refreshed; `unknown` outside of a checkout. */
export function commitOf(root: string): string {
  const head = readText(join(root, '.git', 'HEAD'));
  const name = /^ref: (\S+)$/m.exec(head ?? '')?.[1];
  const loose = name === undefined ? head : readText(join(root, '.git', name));
  const packed = readText(join(root, '.git', 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${name}`));
  const hash = /^[0-9a-f]{40}/.exec(loose ?? packed ?? '')?.[0];
  return hash?.slice(0, SHORT_COMMIT) ?? 'unknown';
}

/** Hash of the code that serves, since a working tree need not be its commit. */
export function codeHash(root: string): string {
  const compiled = join(root, 'dist');
  const base = existsSync(compiled) ? compiled : root;
  const hash = createHash('sha256');
  for (const part of ['common', 'satellite']) {
    const names = readdirSync(join(base, part), { recursive: true }).map(String).sort();
    for (const name of names) if (/\.[jt]s$/.test(name)) hash.update(readFileSync(join(base, part, name)));
  }
  return hash.digest('hex').slice(0, SHORT_COMMIT);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
