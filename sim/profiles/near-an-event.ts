/** Where and when a drawn fault strikes: by role rather than by name, at any time or right behind something that happens. */
import type { NodeSelector, Plan, TriggerEvent } from '../plan.ts';
import type { RandomStream } from '../prng.ts';

const NODES = ['primary', 'primary', 'secondary', 'any', 'sync-target', 'sync-source'] as const;

export const drawNode = (random: RandomStream): NodeSelector => random.pick(NODES);

interface Near {
  readonly events: readonly TriggerEvent[];
  readonly nthMax: number;
  readonly delaysUs: readonly number[];
}

type Trigger =
  | { readonly at: number }
  | { readonly when: { readonly event: TriggerEvent; readonly nth: number }; readonly delayUs: number };

export const drawTrigger = (random: RandomStream, plan: Plan, { events, nthMax, delaysUs }: Near): Trigger =>
  random.coin()
    ? { at: random.between(50, plan.durationMs) }
    : { when: { event: random.pick(events), nth: random.between(1, nthMax) }, delayUs: random.pick(delaysUs) };
