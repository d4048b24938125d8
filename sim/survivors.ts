/**
 * Power loss: which of the writes that a disk had accepted but not flushed, and of those still in flight, are on the
 * medium afterwards. Each survivor function is one way in which real caches fail.
 */
import type { RandomStream } from './prng.ts';

export const SURVIVOR_KINDS = ['nothing', 'everything', 'prefix', 'subset', 'torn', 'newest', 'garbage'] as const;
export type SurvivorKind = (typeof SURVIVOR_KINDS)[number];

/** Weights in the swarm, per cent, in the order of SURVIVOR_KINDS. */
const WEIGHTS = [15, 10, 10, 25, 20, 10, 10] as const;

export function drawSurvivors(random: RandomStream): SurvivorKind {
  return SURVIVOR_KINDS[random.weighted(WEIGHTS)] ?? 'nothing';
}

/** What becomes of one write: all of it, none, each sector by its own draw, or (only while in flight) garbage. */
export type Fate = 'kept' | 'lost' | 'torn' | 'garbage';

/**
 * @param completed writes in completion order, then the ones in flight
 * @returns one fate per write, in that order
 */
export function fatesOf(kind: SurvivorKind, completed: number, inFlight: number, random: RandomStream): Fate[] {
  const total = completed + inFlight;
  const fates: Fate[] = [];
  const cut = total === 0 ? 0 : random.below(total + 1);
  for (let i = 0; i < total; i += 1) fates.push(fateOf(kind, i, completed, cut, random));
  return fates;
}

function fateOf(kind: SurvivorKind, index: number, completed: number, cut: number, random: RandomStream): Fate {
  const flying = index >= completed;
  switch (kind) {
    case 'nothing':
      return 'lost';
    case 'everything':
      return flying ? 'lost' : 'kept';
    case 'prefix':
      return index < cut ? 'kept' : 'lost';
    case 'subset':
      return random.coin() ? 'kept' : 'lost';
    case 'torn':
      return 'torn';
    case 'newest':
      return index >= cut ? 'kept' : 'lost';
    case 'garbage':
      return flying ? 'garbage' : random.coin() ? 'kept' : 'lost';
  }
}
