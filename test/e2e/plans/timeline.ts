/** The entries of a plan in their order. Its times say what comes after what, and how much the client does in between. */
import type { Plan, PlanAction, PlanEntry } from '../../../sim/plan.ts';
import type { ProcessNode } from './process-node.ts';
import type { Sequel } from './sequel.ts';

export interface Step {
  /** In the plan's time, milliseconds. */
  readonly at: number;
  /** For people. */
  readonly what: string;
  readonly act: () => Promise<readonly Sequel[]>;
}

type Begin = (action: PlanAction, subject: ProcessNode | undefined) => Promise<readonly Sequel[]>;

/** What an operation takes beside the thinking: about a round trip and a write. Microseconds. */
const SERVICE_US = 1_500;

export class Timeline {
  /** The plan's time that has been reached. */
  now = 0;
  readonly #plan: Plan;
  readonly #begin: Begin;
  readonly #steps: Step[] = [];
  readonly #armed: { readonly entry: PlanEntry; remaining: number }[] = [];
  readonly #ids: ReadonlySet<string>;
  readonly #done = new Set<string>();

  constructor(plan: Plan, begin: Begin) {
    this.#plan = plan;
    this.#begin = begin;
    this.#ids = new Set(plan.entries.flatMap(({ id }) => (id === undefined ? [] : [id])));
    for (const entry of plan.entries) {
      if (entry.at !== undefined) this.#add(entry.at, entry, undefined);
      else if (entry.when !== undefined) this.#armed.push({ entry, remaining: entry.when.nth });
    }
  }

  get next(): Step | undefined {
    return this.#steps[0];
  }

  /** Something waits for an event that may still come. */
  get isArmed(): boolean {
    return this.#armed.some(({ remaining }) => remaining > 0);
  }

  /** The next step, and what follows from it. */
  async advance(): Promise<void> {
    const step = this.#steps.shift();
    if (step === undefined) return;
    this.now = Math.max(this.now, step.at);
    for (const sequel of await step.act())
      this.#insert({
        at: this.now + sequel.afterMs,
        what: `then of ${step.what.replace(/^then of /, '')}`,
        act: sequel.act,
      });
  }

  happened(node: ProcessNode, event: string): void {
    for (const armed of this.#armed) {
      const { when, delayUs } = armed.entry;
      if (when === undefined || when.event !== event) continue;
      if (when.after !== undefined && this.#ids.has(when.after) && !this.#done.has(when.after)) continue;
      if (when.node !== undefined && when.node !== node.id) continue;
      armed.remaining -= 1;
      if (armed.remaining === 0) this.#add(this.now + (delayUs ?? 0) / 1_000, armed.entry, node);
    }
  }

  /** How many operations a paced client would have asked for by then in the simulator. */
  operationsBy(at: number): number {
    const { depth, thinkUs, operations } = this.#plan.workload;
    return Math.min(operations, Math.floor((at * 1_000 * depth) / (thinkUs / 2 + SERVICE_US)));
  }

  #add(at: number, entry: PlanEntry, subject: ProcessNode | undefined): void {
    const { at: _, when: __, ...action } = entry;
    this.#insert({
      at,
      what: JSON.stringify(action),
      act: () => {
        if (entry.id !== undefined) this.#done.add(entry.id);
        return this.#begin(entry, subject);
      },
    });
  }

  #insert(step: Step): void {
    const later = this.#steps.findIndex((other) => other.at > step.at);
    this.#steps.splice(later < 0 ? this.#steps.length : later, 0, step);
  }
}
