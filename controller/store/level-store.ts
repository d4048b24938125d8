/**
 * The embedded KvStore on LevelDB (classic-level). A transaction is one atomic batch written with `sync`: it is
 * acknowledged only after the flush.
 */
import { ClassicLevel } from 'classic-level';
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import type { KvCondition, KvEntry, KvSnapshot, KvStore, KvWrite } from './kv-store.ts';

/** Records are `d<key>` -> {v, m}; beside them the format and the revision. */
const FORMAT_KEY = 'm/format';
const REVISION_KEY = 'm/revision';
const FORMAT = '2';
const RECORD = z.object({ v: z.string(), m: z.number().int().min(1) });

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

export class LevelStore implements KvStore {
  private readonly level: ClassicLevel<string, string>;
  private readonly directory: string;
  private revision = 0;
  private tail: Promise<unknown> = Promise.resolve();
  private broken: OperationError | undefined;

  private constructor(level: ClassicLevel<string, string>, directory: string) {
    this.level = level;
    this.directory = directory;
  }

  /** Creates it when missing. @throws OperationError STORE_FAILED: in use by another process, unreadable, newer format. */
  static async open(directory: string): Promise<LevelStore> {
    const level = new ClassicLevel<string, string>(directory);
    try {
      await level.open({ errorIfExists: false });
    } catch (error) {
      throw openError(directory, error);
    }
    const store = new LevelStore(level, directory);
    try {
      await store.begin();
    } catch (error) {
      await level.close();
      throw error;
    }
    return store;
  }

  async load(): Promise<KvSnapshot> {
    if (this.broken !== undefined) throw this.broken;
    // Commits go on meanwhile.
    const snapshot = this.level.snapshot();
    try {
      const entries: KvEntry[] = [];
      for await (const [key, text] of this.level.iterator({ gte: 'd', lt: 'e', snapshot })) {
        entries.push(decode(key, text));
      }
      return { entries, revision: Number((await this.level.get(REVISION_KEY, { snapshot })) ?? '0') };
    } finally {
      await snapshot.close();
    }
  }

  commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    const turn = this.tail.then(() => this.commitNow(conditions, writes));
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.tail;
    this.broken ??= new OperationError('STORE_FAILED', 'The store is closed');
    await this.level.close();
  }

  private async begin(): Promise<void> {
    const format = await this.level.get(FORMAT_KEY);
    if (format === undefined) {
      await this.level.batch([{ type: 'put', key: FORMAT_KEY, value: FORMAT }], { sync: true });
      return;
    }
    if (format !== FORMAT) {
      throw new OperationError('STORE_FAILED', `The store in ${this.directory} has format ${format}`, {
        cause: `This program knows format ${FORMAT}.`,
        correction: 'Use the version of Lockstep that wrote it, or a newer one.',
      });
    }
    this.revision = Number((await this.level.get(REVISION_KEY)) ?? '0');
    if (!Number.isSafeInteger(this.revision)) throw damaged(this.directory, REVISION_KEY);
  }

  private async commitNow(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    if (this.broken !== undefined) throw this.broken;
    for (const { key, modRevision } of conditions) {
      const text = await this.level.get(`d${key}`);
      const present = text === undefined ? 0 : decode(`d${key}`, text).modRevision;
      if (present !== modRevision) return undefined;
    }
    if (writes.length === 0) return this.revision;
    const revision = this.revision + 1;
    const batch = writes.map(
      (write): Operation =>
        write.kind === 'put'
          ? { type: 'put', key: `d${write.key}`, value: JSON.stringify({ v: write.value, m: revision }) }
          : { type: 'del', key: `d${write.key}` },
    );
    try {
      await this.level.batch([...batch, { type: 'put', key: REVISION_KEY, value: String(revision) }], { sync: true });
    } catch (error) {
      // The batch may be on disk or not: only a new start can tell, so nothing more is promised until then.
      this.broken = new OperationError('STORE_FAILED', 'The store could not write', {
        cause: error instanceof Error ? error.message : String(error),
        correction: 'Look at the disk of the data directory (full? read-only?), then start the controller again.',
      });
      throw this.broken;
    }
    this.revision = revision;
    return revision;
  }
}

/** A record that is not as we write it is given out as it is: whoever reads its value finds that it is damaged. */
function decode(key: string, text: string): KvEntry {
  const record = RECORD.safeParse(parseJson(text));
  const { v, m } = record.success ? record.data : { v: text, m: 1 };
  return { key: key.slice(1), value: v, modRevision: m };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(directory: string, key: string): OperationError {
  return new OperationError('STORE_FAILED', `The store in ${directory} is damaged`, {
    cause: `The record "${key.slice(0, 100)}" cannot be read.`,
    correction: 'Restore the directory from a backup.',
  });
}

function openError(directory: string, error: unknown): OperationError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'LEVEL_LOCKED') {
    return new OperationError('STORE_FAILED', `The store in ${directory} is in use`, {
      cause: 'Another controller runs on this data directory.',
      correction: 'Stop it, or choose another directory with --data-dir.',
    });
  }
  return new OperationError('STORE_FAILED', `The store in ${directory} cannot be opened`, {
    cause: cause instanceof Error ? cause.message : String(cause),
    correction: 'Look at the permissions and at the disk of this directory.',
  });
}
