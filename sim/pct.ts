/**
 * Priority scheduling in the manner of PCT (Burckhardt et al. 2010): every source of events (each direction of a link, each
 * disk) has a drawn priority, and `depth - 1` times in a run the source whose turn it is falls behind all others. An ordering
 * bug that needs d decisions is met with a probability that does not shrink with the number of other events. In virtual time
 * a priority is a delay: an event of rank r comes r quanta later, so what is ahead overtakes what is behind.
 */
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';

const RANKS = 6;

export class Priorities {
  private readonly seed: number;
  private readonly quantumUs: number;
  private readonly ranks = new Map<number, number>();
  private readonly changes: Set<number>;
  private count = 0;
  private lowest = RANKS;

  constructor(seed: number, { depth, quantumUs, horizon }: NonNullable<Plan['pct']>) {
    this.seed = seed;
    this.quantumUs = quantumUs;
    const random = new RandomStream(seed, 'pct/changes');
    this.changes = new Set(Array.from({ length: depth - 1 }, () => random.between(1, horizon)));
  }

  /** Microseconds for the next event of this source. A rank only ever falls: the events of one source keep their order. */
  holdBack(source: number): number {
    this.count += 1;
    let rank = this.ranks.get(source) ?? new RandomStream(this.seed, `pct/${source}`).below(RANKS);
    if (this.changes.has(this.count)) {
      this.lowest += 1;
      rank = this.lowest;
    }
    this.ranks.set(source, rank);
    return rank * this.quantumUs;
  }
}
