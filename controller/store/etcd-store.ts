/**
 * KvStore on etcd. Each commit is one transaction that also replaces a marker and is conditional on the marker before it.
 * So a commit whose answer was lost can be sent again: it happens once, and the marker tells whether it had happened
 * (docs/decisions/0132-…). The marker's revision is the revision of the store.
 */
import { OperationError } from '../../common/errors.ts';
import { pause } from '../pause.ts';
import type { Clock } from '../ports.ts';
import { type EtcdConnection, EtcdFailure, type EtcdRecord } from './etcd-connection.ts';
import type { KvCondition, KvEntry, KvSnapshot, KvStore, KvWrite } from './kv-store.ts';

const MARKER_KEY = 'last-commit';
const PAGE = 1_000;
const ATTEMPT_MS = 3_000;
/** Longer than etcd takes to elect a new leader of its own. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

export interface EtcdStoreOptions {
  /** Never the same: commits of different processes must not be taken for one another. */
  readonly identity: string;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
}

type Verdict = { readonly revision: number | undefined } | 'again';

export class EtcdStore implements KvStore {
  private readonly connection: EtcdConnection;
  private readonly options: EtcdStoreOptions;
  private readonly closing = new AbortController();
  private tail: Promise<unknown> = Promise.resolve();
  private broken: OperationError | undefined;
  private markerRevision = 0;
  private commits = 0;

  /** The connection stays open: whoever made it closes it. */
  constructor(connection: EtcdConnection, options: EtcdStoreOptions) {
    this.connection = connection;
    this.options = options;
  }

  load(): Promise<KvSnapshot> {
    return this.inTurn(() => this.patiently('cannot be read', () => this.loadNow()));
  }

  commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    return this.inTurn(async () => {
      if (this.broken !== undefined) throw this.broken;
      try {
        return writes.length === 0 ? await this.check(conditions) : await this.write(conditions, writes);
      } catch (error) {
        this.broken = asStoreFailure(error, 'could not write');
        throw this.broken;
      }
    });
  }

  /** Does not wait for etcd: what is under way fails, with an unknown outcome. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.tail;
    this.broken ??= closedError();
  }

  /** One after the other, in the order of the calls. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work);
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  private async loadNow(): Promise<KvSnapshot> {
    const records: EtcdRecord[] = [];
    let from = '';
    let revision = 0;
    for (;;) {
      const page = await this.connection.page(from, PAGE, revision, ATTEMPT_MS);
      records.push(...page.records);
      revision ||= page.revision;
      const last = page.records.at(-1);
      if (!page.more || last === undefined) break;
      from = `${last.key}\0`;
    }
    this.markerRevision = records.find(({ key }) => key === MARKER_KEY)?.modRevision ?? 0;
    // What is bound to a lease goes with its process: it is no part of the state.
    const entries = records
      .filter(({ key, lease }) => lease === undefined && key !== MARKER_KEY)
      .map(({ key, value, modRevision }): KvEntry => ({ key, value, modRevision }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    return { entries, revision: this.markerRevision };
  }

  private async check(conditions: readonly KvCondition[]): Promise<number | undefined> {
    const look = [MARKER_KEY];
    const outcome = await this.patiently('does not answer', () =>
      this.connection.transact({ conditions, writes: [], look }, ATTEMPT_MS),
    );
    return outcome.held ? (outcome.found.get(MARKER_KEY)?.modRevision ?? 0) : undefined;
  }

  private async write(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    this.commits += 1;
    const id = `${this.options.identity}/${this.commits}`;
    // An attempt without an answer may have happened, or may still happen as long as the marker stands.
    let open = false;
    const verdict = await this.patiently('could not write', async () => {
      for (;;) {
        try {
          const made = await this.attempt(conditions, writes, id, open);
          if (made !== 'again') return made;
        } catch (error) {
          open ||= !(error instanceof EtcdFailure && error.certain);
          throw error;
        }
      }
    });
    if (verdict.revision !== undefined) this.markerRevision = verdict.revision;
    return verdict.revision;
  }

  private async attempt(
    conditions: readonly KvCondition[],
    writes: readonly KvWrite[],
    id: string,
    open: boolean,
  ): Promise<Verdict> {
    const outcome = await this.connection.transact(
      {
        conditions: [...conditions, { key: MARKER_KEY, modRevision: this.markerRevision }],
        writes: [...writes, { kind: 'put', key: MARKER_KEY, value: id }],
        look: [MARKER_KEY, ...conditions.map(({ key }) => key)],
      },
      ATTEMPT_MS,
    );
    if (outcome.held) return { revision: outcome.revision };
    const marker = outcome.found.get(MARKER_KEY);
    if (marker?.value === id) return { revision: marker.modRevision };
    const now = (key: string): number => outcome.found.get(key)?.modRevision ?? 0;
    const failing = conditions.filter(({ key, modRevision }) => now(key) !== modRevision);
    const moved = now(MARKER_KEY) !== this.markerRevision;
    // Somebody else has written since: whether that was after our earlier attempt, nobody can tell.
    if (open && moved) throw unknownOutcome('Another controller has written since.');
    if (failing.length === 0) {
      this.markerRevision = now(MARKER_KEY);
      return 'again';
    }
    // A revision never returns, but a key that must be absent may be so again before the earlier attempt arrives.
    if (open && failing.every(({ modRevision }) => modRevision === 0)) throw unknownOutcome('An attempt is still out.');
    return { revision: undefined };
  }

  /** Repeats what failed without a certain answer. */
  private async patiently<T>(what: string, work: () => Promise<T>): Promise<T> {
    const deadline = this.options.clock.nowMs() + PATIENCE_MS;
    for (;;) {
      if (this.closing.signal.aborted) throw closedError();
      try {
        return await work();
      } catch (error) {
        if (error instanceof OperationError) throw error;
        const certain = error instanceof EtcdFailure && error.certain && !/compacted/.test(error.message);
        if (certain || this.options.clock.nowMs() > deadline) throw asStoreFailure(error, what);
      }
      await pause(this.options.clock, PAUSE_MS, this.closing.signal);
    }
  }
}

const closedError = (): OperationError => new OperationError('STORE_FAILED', 'The store is closed');

function unknownOutcome(cause: string): OperationError {
  return new OperationError('STORE_FAILED', 'The store does not know whether the last change has been written', {
    cause,
    correction: 'Look at the present state with a list command; repeating the same command is harmless.',
  });
}

function asStoreFailure(error: unknown, what: string): OperationError {
  if (error instanceof OperationError) return error;
  return new OperationError('STORE_FAILED', `The store on etcd ${what}`, {
    cause: error instanceof Error ? error.message : String(error),
    correction: 'Look at etcd: does it run, has it a quorum, is its disk full? See --etcd-endpoints.',
  });
}
