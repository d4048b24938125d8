/** Switches everything on, connects everything, and lets what is under way happen, until nothing is left to happen. */
import type { Row, SmallWorld } from './small-world.ts';

const STEPS_MAX = 5_000;
/** The self check wants to see leftover marks three times. */
const WAITS_MAX = 6;

/** Nothing new goes wrong and nothing new is asked for. @returns why the world has not converged; undefined: it has */
export function heal(world: SmallWorld, row: Row, tell?: (name: string) => void): string | undefined {
  for (const budget of ['crashes', 'cuts', 'writes', 'flushes', 'opens'] as const) world.setBudget(row, budget, 0);
  let waits = 0;
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const actions = world.actions(row).filter(({ name }) => !name.startsWith('client'));
    // In turn: the first would otherwise starve the others.
    const action = actions[steps % Math.max(1, actions.length)];
    if (action !== undefined) {
      tell?.(action.name);
      world.perform(row, action);
      continue;
    }
    const reason = world.isConverged(row);
    if (reason === undefined || waits === WAITS_MAX) return reason;
    waits += 1;
    tell?.('time passes');
    world.passTime(row);
  }
  return 'it does not come to rest';
}
