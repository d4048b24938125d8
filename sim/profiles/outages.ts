/** Outages as the profiles about quorum and fencing draw them: links, processes and nodes that go away and come back. */
import { assert } from '../../common/assert.ts';
import type { NodeSelector, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import type { RandomStream } from '../prng.ts';

export type Moments = readonly (readonly [TriggerEvent, nthMax: number])[];

export function drawMoment(
  random: RandomStream,
  durationMs: number,
  moments: Moments,
): Pick<PlanEntry, 'at' | 'when' | 'delayUs'> {
  if (random.coin()) return { at: random.between(50, durationMs) };
  const [event, nthMax] = random.pick(moments);
  return { when: { event, nth: random.between(1, nthMax) }, delayUs: random.pick([0, 0, 30, 300, 5_000]) };
}

interface Mix {
  readonly nodes: number;
  /** Of isolate, cut, stall, half-open, reset, pause, switch, crash, stop, disconnect and flap, in this order, and of what is the profile's own. */
  readonly weights: readonly number[];
  /** How many of the switches are abrupt. */
  readonly abruptPermille: number;
  /** @param kind how many behind `flap` */
  readonly others?: (kind: number) => PlanAction;
}

export function drawOutage(random: RandomStream, { nodes, weights, abruptPermille, others }: Mix): PlanAction {
  const node = (): NodeSelector =>
    random.permille(400) ? 'primary' : random.permille(300) ? 'secondary' : random.below(nodes);
  const span = (): number => random.pick([50, 300, 1_000, 2_500, 5_000]);
  const restartMs = random.pick([1, 100, 800, 2_500]);
  const kind = random.weighted(weights);
  switch (kind) {
    case 0:
      return { do: 'isolate', node: node(), forMs: span() };
    case 1:
      return { do: 'cut', a: node(), b: random.below(nodes), forMs: span() };
    case 2:
      return { do: 'stall', from: node(), to: random.below(nodes), forMs: span() };
    case 3:
      return { do: 'half-open', a: node(), b: random.below(nodes) };
    case 4:
      return { do: 'reset', a: node(), b: random.below(nodes) };
    case 5:
      return { do: 'pause', node: node(), forMs: random.pick([50, 500, 2_000, 6_000]) };
    case 6:
      return { do: 'switch', abrupt: random.permille(abruptPermille) };
    case 7:
      return { do: 'crash', node: node(), restartMs };
    case 8:
      return { do: 'stop', node: node(), restartMs };
    case 9:
      return { do: 'disconnect', node: node(), peer: random.below(nodes), forMs: span() };
    case 10:
      return { do: 'flap', a: node(), b: random.below(nodes), periodMs: random.pick([5, 60, 400]), times: 4 };
    default:
      assert(others !== undefined, 'a profile with weights of its own has actions of its own');
      return others(kind - 11);
  }
}
