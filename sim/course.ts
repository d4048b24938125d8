/** What a plan says about the course of its own run: what was seen is counted as it goes, and judged at the end. */
import type { ReplicationEvent } from '../satellite/replication/events.ts';
import { Violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';

interface Span {
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

interface Limits {
  readonly times?: number | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

type Expectation = NonNullable<Plan['expect']>;

export class Course {
  private readonly expect: Expectation;
  private readonly entries: Plan['entries'];
  /** Ids of entries that were carried out. */
  private readonly passed = new Set<string>();
  private readonly carriedOut = new Set<number>();
  /** Counters in the order of the plan's lists. */
  private readonly seen: number[];
  private readonly seenNever: number[];
  private readonly resyncs: { times: number; blocks: number }[];
  private readonly made: Set<string>[];
  private readonly known = new Set<string>();

  constructor(plan: Plan) {
    this.expect = plan.expect ?? {};
    this.entries = plan.entries;
    this.seen = (this.expect.events ?? []).map(() => 0);
    this.seenNever = (this.expect.never ?? []).map(() => 0);
    this.resyncs = (this.expect.resyncs ?? []).map(() => ({ times: 0, blocks: 0 }));
    this.made = (this.expect.generations ?? []).map(() => new Set());
  }

  /** Entries are still to come that the plan insists on. */
  get waits(): boolean {
    return this.expect.everyEntry === true && this.carriedOut.size < this.entries.length;
  }

  /** An entry of the plan was carried out. */
  entry(index: number, id: string | undefined): void {
    this.carriedOut.add(index);
    if (id !== undefined) this.passed.add(id);
  }

  healed(): void {
    this.passed.add('heal');
  }

  happened(node: number, event: string, peer: number | undefined): void {
    if (this.seen.length === 0 && this.seenNever.length === 0) return;
    const count = (list: Expectation['never'] | Expectation['events'], seen: number[]): void =>
      list?.forEach((each, i) => {
        if (each.event !== event || !this.isWithin(each)) return;
        if ((each.node ?? node) === node && (each.peer ?? peer) === peer) seen[i] = (seen[i] ?? 0) + 1;
      });
    count(this.expect.events, this.seen);
    count(this.expect.never, this.seenNever);
  }

  notified(node: number, event: ReplicationEvent): void {
    if (event.kind === 'generation') return this.generation(event.volume, event.current);
    if (event.kind !== 'resync-end' || event.side !== 'target') return;
    this.expect.resyncs?.forEach((each, i) => {
      const counter = this.resyncs[i];
      if (counter === undefined || !this.isWithin(each)) return;
      if ((each.to ?? node) !== node || (each.from ?? event.peer) !== event.peer) return;
      counter.times += 1;
      counter.blocks += event.blocks - (event.equal ?? 0);
    });
  }

  /** Whoever announces it first has made it; its lowest bit only tells who wrote it. */
  private generation(volume: number, current: string): void {
    const name = `${volume}/${BigInt(`0x${current}`) | 1n}`;
    if (this.known.has(name)) return;
    this.known.add(name);
    this.expect.generations?.forEach((each, i) => {
      if (this.isWithin(each)) this.made[i]?.add(name);
    });
  }

  private isWithin({ after, before }: Span): boolean {
    return (after === undefined || this.passed.has(after)) && (before === undefined || !this.passed.has(before));
  }

  // ---- the end

  /** @param failed client requests. @throws Violation EXPECT when the run did not go as expected */
  judge(failed: number): void {
    this.judgeEntries();
    const errors = { atLeast: this.expect.errorsAtLeast, atMost: this.expect.errorsAtMost };
    demand(failed, errors, () => 'client requests failed');
    const { events = [], never = [], resyncs = [], generations = [] } = this.expect;
    for (const [i, each] of events.entries()) demand(this.seen[i] ?? 0, each, () => `${describe(each)} was seen`);
    for (const [i, each] of never.entries())
      demand(this.seenNever[i] ?? 0, { times: 0 }, () => `${describe(each)} was seen`);
    for (const [i, each] of generations.entries())
      demand(this.made[i]?.size ?? 0, each, () => `generations were made${spanOf(each)}`);
    resyncs.forEach((each, i) => {
      const { times, blocks } = this.resyncs[i] ?? { times: 0, blocks: 0 };
      const between = `from ${each.from ?? 'anybody'} to ${each.to ?? 'anybody'}${spanOf(each)}`;
      demand(times, each, () => `resyncs ${between} ended`);
      const limits = { times: each.blocks, atLeast: each.blocksAtLeast, atMost: each.blocksAtMost };
      demand(blocks, limits, () => `blocks were copied ${between}`);
    });
  }

  private judgeEntries(): void {
    if (!this.waits) return;
    const missing = this.entries.findIndex((_, index) => !this.carriedOut.has(index));
    throw new Violation('EXPECT', `entry ${missing} never happened: ${JSON.stringify(this.entries[missing])}`);
  }
}

function demand(found: number, { times, atLeast, atMost }: Limits, what: () => string): void {
  const isGood = (times ?? found) === found && (atLeast ?? found) <= found && (atMost ?? found) >= found;
  if (isGood) return;
  const wanted = times !== undefined ? `${times}` : atLeast !== undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  throw new Violation('EXPECT', `${what()}: ${found}, expected ${wanted}`);
}

const spanOf = ({ after, before }: Span): string =>
  `${after === undefined ? '' : ` after ${after}`}${before === undefined ? '' : ` before ${before}`}`;

function describe(each: Span & { event: string; node?: number | undefined; peer?: number | undefined }): string {
  const node = each.node === undefined ? '' : ` on n${each.node}`;
  return `${each.event}${node}${each.peer === undefined ? '' : ` towards n${each.peer}`}${spanOf(each)}`;
}
