/**
 * A store that outlives the controllers that use it: each opens it anew and takes over from the one before, whose commits are
 * refused from then on (as a lock or a leadership does it). Commits take time; one that was on its way when its controller
 * died has happened or not; an answer may get lost.
 */
import { OperationError } from '../../common/errors.ts';
import type { KvCondition, KvEntry, KvStore, KvWrite } from '../../controller/store/kv-store.ts';
import type { RandomStream } from '../prng.ts';
import { type Life, never, type VirtualTime } from './virtual-time.ts';

interface StoreImage {
  readonly entries: ReadonlyMap<string, KvEntry>;
  readonly revision: number;
}

export class SurvivingStore {
  /** Of each commit, one way. */
  latencyMs = 2;
  /** The next so many commits fail, and nobody knows whether they have happened. */
  failures = 0;
  /** Before each commit that happens. */
  onCommit: (writes: readonly KvWrite[]) => void = () => {};
  private entries = new Map<string, KvEntry>();
  private revision = 0;
  private owner: Life | undefined;
  private readonly time: VirtualTime;
  private readonly stream: RandomStream;

  constructor(time: VirtualTime, stream: RandomStream) {
    this.time = time;
    this.stream = stream;
  }

  get(key: string): string | undefined {
    return this.entries.get(key)?.value;
  }

  keys(prefix: string): string[] {
    return [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1));
  }

  image(): StoreImage {
    return { entries: new Map(this.entries), revision: this.revision };
  }

  /** Back to an earlier image, as from a backup. */
  restore(image: StoreImage): void {
    this.entries = new Map(image.entries);
    this.revision = image.revision;
    this.owner = undefined;
  }

  open(life: Life): KvStore {
    this.owner = life;
    return {
      load: async () => {
        await this.travel(life);
        const entries = [...this.entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
        return { entries, revision: this.revision };
      },
      commit: (conditions, writes) => this.commit(life, conditions, writes),
      close: async () => {},
    };
  }

  private async commit(
    life: Life,
    conditions: readonly KvCondition[],
    writes: readonly KvWrite[],
  ): Promise<number | undefined> {
    await this.time.sleep(this.oneWayMs());
    // It had been sent, or was about to be.
    if (!life.alive && this.stream.coin()) return never();
    const fails = this.failures > 0;
    if (fails) this.failures -= 1;
    const revision = fails && this.stream.coin() ? undefined : this.write(life, conditions, writes);
    await this.travel(life);
    if (fails) throw new OperationError('STORE_FAILED', 'The store does not answer any more');
    return revision;
  }

  private write(life: Life, conditions: readonly KvCondition[], writes: readonly KvWrite[]): number | undefined {
    const holds = conditions.every(({ key, modRevision }) => (this.entries.get(key)?.modRevision ?? 0) === modRevision);
    if (this.owner !== life || !holds) return undefined;
    if (writes.length === 0) return this.revision;
    this.revision += 1;
    this.onCommit(writes);
    for (const write of writes) {
      if (write.kind === 'delete') this.entries.delete(write.key);
      else this.entries.set(write.key, { key: write.key, value: write.value, modRevision: this.revision });
    }
    return this.revision;
  }

  private async travel(life: Life): Promise<void> {
    await this.time.sleep(this.oneWayMs());
    if (!life.alive) await never();
  }

  private oneWayMs(): number {
    return 1 + this.stream.below(this.latencyMs * 2);
  }
}
