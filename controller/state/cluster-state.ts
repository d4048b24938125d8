/**
 * The state of the control plane in memory, as durable as its store. There is one writer (this controller: the store is
 * locked, or its commits are conditional on the leadership), so a transaction is a synchronous function over the latest
 * state; what waits while a commit is under way shares the next one. Nobody sees a change before it is durable.
 */
import { OperationError } from '../../common/errors.ts';
import type { ClusterView } from '../domain/cluster-view.ts';
import {
  COMMIT_BYTES_MAX,
  type KvCondition,
  type KvSnapshot,
  type KvStore,
  VALUE_LENGTH_MAX,
  WRITES_MAX,
} from '../store/kv-store.ts';
import { type BadRecord, readRecords, setAside } from './records.ts';
import { type Change, type Draft, type Tables, TablesDraft } from './tables.ts';

export interface Committed<T> {
  readonly result: T;
  /** All that the body read was so, and all that it wrote is so, at this revision of the store. */
  readonly revision: number;
}

export interface StateOptions {
  /** What every commit is conditional on; empty where the store has one writer by itself. */
  readonly conditions: readonly KvCondition[];
  /** Called once when the state cannot be changed any more: the leadership is lost, or the store failed. */
  readonly onLost: (reason: OperationError) => void;
}

type Listener = (changes: readonly Change[], revision: number) => void;

interface Job {
  run(draft: Draft): void;
  done(revision: number): void;
  fail(error: unknown): void;
}

export class ClusterState {
  readonly view: ClusterView;
  /** Records that stay in the store as they are, count as absent, and cannot be written. */
  readonly damaged: readonly BadRecord[];
  private readonly tables: Tables;
  private readonly store: KvStore;
  private readonly options: StateOptions;
  private readonly listeners = new Set<Listener>();
  private readonly queue: Job[] = [];
  private working: Promise<void> | undefined;
  private lost: OperationError | undefined;
  private currentRevision: number;

  private constructor(
    store: KvStore,
    options: StateOptions,
    loaded: { readonly tables: Tables; readonly revision: number; readonly damaged: readonly BadRecord[] },
  ) {
    this.store = store;
    this.options = options;
    this.tables = loaded.tables;
    this.view = loaded.tables;
    this.currentRevision = loaded.revision;
    this.damaged = loaded.damaged;
  }

  /** @throws OperationError STORE_FAILED. */
  static async load(store: KvStore, options: StateOptions): Promise<ClusterState> {
    const { entries, revision } = await store.load();
    const { tables, damaged: unreadable } = readRecords(entries);
    const damaged = [...unreadable, ...setAside(tables, unreadable)];
    return new ClusterState(store, options, { tables, revision, damaged });
  }

  /** All records as they stand in the store, those included that cannot be read. @throws OperationError STORE_FAILED. */
  records(): Promise<KvSnapshot> {
    return this.store.load();
  }

  get revision(): number {
    return this.currentRevision;
  }

  /**
   * Runs `body` once, on the state after all earlier transactions; resolves once its changes are durable. What it
   * throws changes nothing and is passed on. @throws OperationError STORE_FAILED, NOT_LEADER.
   */
  transaction<T>(body: (draft: Draft) => T): Promise<Committed<T>> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.queue.push({
        run: (draft) => {
          result = body(draft);
        },
        done: (revision) => resolve({ result, revision }),
        fail: reject,
      });
      this.working ??= this.work();
    });
  }

  /** One call per commit, after it has become durable. The listener must not throw. @returns ends it. */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Waits for what is under way; nothing can be changed afterwards. */
  async close(): Promise<void> {
    await this.working;
    this.lost ??= new OperationError('STORE_FAILED', 'The controller has stopped');
    this.listeners.clear();
  }

  private async work(): Promise<void> {
    // Whoever asks in this turn of the event loop shares the first commit.
    await Promise.resolve();
    while (this.queue.length > 0) await this.commitSome();
    this.working = undefined;
  }

  private async commitSome(): Promise<void> {
    const batch = new TablesDraft(this.tables);
    const jobs: Job[] = [];
    for (let job = this.queue.shift(); job !== undefined; job = this.queue.shift()) {
      if (this.runOne(batch, job, jobs.length > 0)) jobs.push(job);
      else if (batch.changeCount > 0) break;
    }
    try {
      if (this.lost !== undefined) throw this.lost;
      const revision = await this.commit(batch);
      for (const job of jobs) job.done(revision);
    } catch (error) {
      for (const job of jobs) job.fail(error);
    }
  }

  /** @returns whether it belongs to this commit: otherwise it has failed, or waits for the next one. */
  private runOne(batch: TablesDraft, job: Job, shared: boolean): boolean {
    batch.savepoint();
    try {
      job.run(batch.draft);
      this.refuseDamaged(batch);
    } catch (error) {
      batch.rollback();
      job.fail(error);
      return false;
    }
    const fits = batch.changeCount <= WRITES_MAX && batch.byteCount <= COMMIT_BYTES_MAX;
    if (fits || !shared) return true;
    batch.rollback();
    this.queue.unshift(job);
    return false;
  }

  /** Whoever sees no object of a name may make one: not over a record that only cannot be read. */
  private refuseDamaged(batch: TablesDraft): void {
    const bad = this.damaged.find(({ key }) => batch.changes(key));
    if (bad === undefined) return;
    throw new OperationError('RECORD_DAMAGED', `The store has a record "${bad.key}" already, which is damaged`, {
      cause: bad.reason,
      correction: 'Stop the controller and look with: lockstep-controller check; --repair moves such records aside.',
    });
  }

  private async commit(batch: TablesDraft): Promise<number> {
    const writes = batch.writes();
    if (writes.length === 0) return this.currentRevision;
    const tooLong = writes.find((write) => write.kind === 'put' && write.value.length > VALUE_LENGTH_MAX);
    if (tooLong !== undefined) {
      throw new OperationError('INVALID_ARGUMENT', `The record "${tooLong.key}" would have more than 1 MiB`);
    }
    if (batch.byteCount > COMMIT_BYTES_MAX) {
      throw new OperationError('INVALID_ARGUMENT', 'The operation would write more than the store takes at once');
    }
    const revision = await this.store.commit(this.options.conditions, writes).catch((error: unknown) => {
      throw this.lose(error);
    });
    if (revision === undefined) {
      throw this.lose(
        new OperationError('NOT_LEADER', 'This controller does not lead any more', {
          cause: 'Another controller has taken over.',
          correction: 'Ask the leader: clients with a list of controllers find it by themselves.',
        }),
      );
    }
    this.currentRevision = revision;
    const changes = batch.apply();
    for (const listener of [...this.listeners]) listener(changes, revision);
    return revision;
  }

  private lose(error: unknown): OperationError {
    const reason =
      error instanceof OperationError
        ? error
        : new OperationError('STORE_FAILED', 'The store could not write', { cause: String(error) });
    if (this.lost === undefined) {
      this.lost = reason;
      this.options.onLost(reason);
    }
    return reason;
  }
}
