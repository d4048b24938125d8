/**
 * One satellite per data directory. The lock file names its holder (process id, its start time, the boot), so that a
 * lock left by a killed process or by the last boot is recognised and taken over without help.
 */
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import { readIfPresent } from './durable-file.ts';

const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string(), boot: z.string() });
type Holder = z.infer<typeof holderSchema>;

const TAKEOVER_ATTEMPTS_MAX = 5;

export interface DataDirLock {
  release(): Promise<void>;
}

/** @throws OperationError RESOURCE_IN_USE when a living process holds the directory. */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = join(dataDir, 'satellite.lock');
  const mine = join(dataDir, `satellite.lock.${process.pid}`);
  const content = JSON.stringify(await holderOf(process.pid));
  await writeFile(mine, content, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < TAKEOVER_ATTEMPTS_MAX; attempt += 1) {
      if (await linked(mine, path)) return { release: () => releaseIfMine(path, content) };
      const found = await readIfPresent(path);
      if (found === undefined) continue;
      await refuseIfAlive(found, dataDir);
      await removeStale(path, found);
    }
  } finally {
    await rm(mine, { force: true });
  }
  throw busy(dataDir, 'other starting satellites contend for it');
}

/** link(2) is atomic and never overwrites, unlike rename. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function refuseIfAlive(found: string, dataDir: string): Promise<void> {
  const parsed = holderSchema.safeParse(parseJson(found));
  if (!parsed.success) return;
  const holder = parsed.data;
  const now = await holderOf(holder.pid);
  if (now !== undefined && now.started === holder.started && now.boot === holder.boot) {
    throw busy(dataDir, `process ${holder.pid} holds it`);
  }
}

/** Moves the stale lock aside. If somebody was faster and this is his fresh lock, it goes back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await linked(aside, path);
  await unlink(aside);
}

async function releaseIfMine(path: string, content: string): Promise<void> {
  if ((await readIfPresent(path)) === content) await rm(path, { force: true });
}

/** @returns undefined when no such process runs. */
async function holderOf(pid: number): Promise<Holder | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return undefined;
  }
  const stat = await readIfPresent(`/proc/${pid}/stat`).catch(() => undefined);
  // Fields 3 and 22 of proc(5) are state and start time; the name in field 2 may hold spaces, so count after its closing bracket.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie is dead and holds nothing; its parent just has not collected it.
  if (fields?.[0] === 'Z' || fields?.[0] === 'X') return undefined;
  const started = fields?.[19] ?? 'unknown';
  const boot = (await readIfPresent('/proc/sys/kernel/random/boot_id').catch(() => undefined))?.trim() ?? 'unknown';
  return { pid, started, boot };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function busy(dataDir: string, because: string): OperationError {
  return new OperationError('RESOURCE_IN_USE', `the data directory ${dataDir} is in use by another satellite`, {
    cause: because,
    correction: 'Stop the other satellite, or give this one its own --data-dir.',
  });
}
