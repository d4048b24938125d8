/** `lockstep-controller backup | restore | check`: work on the store without a controller. */
import { open, readFile, rename } from 'node:fs/promises';
import { unreachable } from '../../common/assert.ts';
import { asOperationError, OperationError } from '../../common/errors.ts';
import type { ControllerTask } from '../config.ts';
import type { Term } from '../leader/leadership.ts';
import type { Clock } from '../ports.ts';
import type { StoreChoice } from '../store-choice.ts';
import type { KvStore } from '../store/kv-store.ts';
import { formatBackup, parseBackup } from './backup-file.ts';
import { type Finding, inspect, quarantine } from './check.ts';
import { restore } from './restore.ts';

export type MaintenanceTask = Exclude<ControllerTask, { kind: 'serve' }>;

/** @returns what to tell, and whether all is well. @throws OperationError. */
export async function maintain(
  task: MaintenanceTask,
  choice: StoreChoice,
  clock: Clock,
): Promise<{ readonly text: string; readonly ok: boolean }> {
  const writes = task.kind === 'restore' || (task.kind === 'check' && task.repair);
  const term = writes ? await onlyWriter(choice, clock) : undefined;
  const store = await choice.openStore().catch(async (error: unknown) => {
    await term?.resign();
    throw error;
  });
  try {
    return await run(task, store, term?.conditions ?? [], clock);
  } finally {
    await store.close();
    await term?.resign();
  }
}

async function run(task: MaintenanceTask, store: KvStore, conditions: Term['conditions'], clock: Clock) {
  switch (task.kind) {
    case 'backup': {
      const snapshot = await store.load();
      await writeWhole(task.file, formatBackup(snapshot, clock.wallMs()));
      return {
        text: `${snapshot.entries.length} records of revision ${snapshot.revision} are in ${task.file}`,
        ok: true,
      };
    }
    case 'restore': {
      const backup = parseBackup(await readWhole(task.file));
      const count = await restore(store, backup, { conditions, force: task.force });
      const date = new Date(backup.createdAtMs).toISOString();
      return {
        text: `${count} records of ${date} are in the store; satellites keep what the backup does not know`,
        ok: true,
      };
    }
    case 'check': {
      const { entries } = await store.load();
      const found = inspect(entries);
      const moved = task.repair
        ? await quarantine(store, found, conditions, clock.wallMs())
        : new Map<string, string>();
      return { text: report(entries.length, found, moved), ok: found.every(({ key }) => moved.has(key)) };
    }
    default:
      return unreachable(task);
  }
}

function report(records: number, found: readonly Finding[], moved: ReadonlyMap<string, string>): string {
  const lines = found.map(({ key, reason, movable }) => {
    const target = moved.get(key);
    const done = target === undefined ? '' : `\n    moved to ${target}`;
    return `  ${key}: ${reason.replaceAll(/\s+/g, ' ')}${movable ? '' : ' (only named: delete and recreate it)'}${done}`;
  });
  const left = found.filter(({ key, movable }) => movable && !moved.has(key)).length;
  return [
    `${records} records, ${found.length === 0 ? 'all well' : `${found.length} with a problem`}`,
    ...lines,
    ...(left > 0
      ? ['--repair moves the unusable ones aside. Nothing is deleted, and no data of volumes is touched.']
      : []),
  ].join('\n');
}

/** @throws OperationError NOT_LEADER when a controller runs. */
async function onlyWriter({ leadership, takeOverMs }: StoreChoice, clock: Clock): Promise<Term> {
  const waiting = new AbortController();
  const cancel = clock.after(takeOverMs, () => waiting.abort());
  try {
    return await leadership.campaign(waiting.signal);
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    const leader = leadership.leader();
    if (leader === undefined) {
      throw new OperationError('STORE_FAILED', 'The store does not answer, or another command works on it', {
        correction: 'Look at etcd: does it run, has it a quorum? See --etcd-endpoints.',
      });
    }
    throw new OperationError('NOT_LEADER', `A controller leads, at ${leader}`, {
      correction: 'Stop all controllers first: the store must have one writer.',
    });
  } finally {
    cancel();
  }
}

async function readWhole(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileFailure(path, 'read', error);
  }
}

/** Under its name only when all of it is on disk. */
async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    throw fileFailure(path, 'written', error);
  }
}

function fileFailure(path: string, what: string, error: unknown): OperationError {
  return new OperationError('INVALID_ARGUMENT', `The file ${path} cannot be ${what}`, {
    cause: asOperationError(error).message,
  });
}
