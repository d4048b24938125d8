/**
 * `cluster.json`: what `lockstep dev` has started, for the next `lockstep dev`. Written whole or not at all. A lock
 * beside it keeps two commands from changing the same cluster at the same time.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import { identify, isRunning } from './process.ts';

const identitySchema = z.object({ pid: z.number().int().positive(), startTicks: z.string() });

const satelliteSchema = z.object({
  name: z.string(),
  address: z.string(),
  dataDir: z.string(),
  adminSocket: z.string(),
  logPath: z.string(),
  process: identitySchema.optional(),
});

const clusterSchema = z.object({
  version: z.literal(1),
  controllerAddress: z.string(),
  controllerDataDir: z.string(),
  controllerLogPath: z.string(),
  controllerProcess: identitySchema.optional(),
  satellites: z.array(satelliteSchema),
});

export type DevSatellite = z.infer<typeof satelliteSchema>;
export type DevClusterState = z.infer<typeof clusterSchema>;

export const CLUSTER_FILE = 'cluster.json';
const LOCK = 'cluster.lock';

/** @returns undefined when there is no cluster in `dir`. @throws OperationError when the file is not ours. */
export async function readCluster(dir: string): Promise<DevClusterState | undefined> {
  const path = join(dir, CLUSTER_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = clusterSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new OperationError('INVALID_ARGUMENT', `${path} does not describe a dev cluster of this version`, {
    correction: `Choose another --dir, or remove ${dir} when nothing in it is needed.`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Temporary file, flush, rename: a crash leaves the old state or the new one. */
export async function writeCluster(dir: string, state: DevClusterState): Promise<void> {
  const path = join(dir, CLUSTER_FILE);
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', 0o644);
  try {
    await file.writeFile(`${JSON.stringify(state, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Runs `work` while no other command changes the cluster in `dir`. The lock of a process that died is taken over. */
export async function withClusterLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dir, LOCK);
  await takeLock(path, true);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string, mayTakeOver: boolean): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o644);
    await file.writeFile(JSON.stringify(identify(process.pid) ?? {}));
    await file.close();
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = identitySchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => '')));
  if (mayTakeOver && holder.success && !isRunning(holder.data)) {
    await rm(path, { force: true });
    return takeLock(path, false);
  }
  throw new OperationError('INVALID_ARGUMENT', 'another lockstep dev command is working on this cluster', {
    cause: holder.success ? `process ${holder.data.pid} holds ${path}` : `${path} exists`,
    correction: holder.success ? 'Wait until it is done.' : `Remove ${path} when no such command runs.`,
  });
}
