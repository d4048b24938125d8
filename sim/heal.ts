/**
 * The second phase of a run. Usually everybody is repaired. With `heal: {core}` only some nodes are: the others are dead for
 * ever, and the core has to converge and serve without them. That finds the states that wait for somebody who never returns.
 */
import type { Fencing } from './fencing.ts';
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';
import type { SimNode } from './sim-node.ts';

const DRAWS = 12;

/**
 * The nodes that are healed. A core that could not serve, because what was promised to clients is not all on it, is no test
 * of anything: then all are healed, as without a core.
 */
export function chooseCore(plan: Plan, nodes: readonly SimNode[], fencing: Fencing): readonly SimNode[] {
  const wanted = plan.heal?.core;
  const present = nodes.filter((node) => node.state !== 'lost');
  if (wanted === undefined) return present;
  if (wanted !== 'random') {
    const named = present.filter((node) => wanted.includes(node.id));
    return fencing.couldServe(named) ? named : present;
  }
  const random = new RandomStream(plan.seed, 'heal-core');
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const core = present.filter(() => random.permille(550));
    if (core.length < present.length && fencing.couldServe(core)) return core;
  }
  return present;
}
