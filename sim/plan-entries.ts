/** What can be read off an entry of a plan. */
import type { PlanAction, PlanEntry } from './plan.ts';

/** A death at the very point that was waited for. */
export function isDeathOf(entry: PlanEntry): boolean {
  if (entry.do !== 'crash' && entry.do !== 'power-loss') return false;
  return (entry.node === 'subject' || entry.node === 'all') && (entry.delayUs ?? 0) === 0;
}

export function durationOf(action: PlanAction): number | undefined {
  if (action.do === 'flap') return action.periodMs * action.times;
  return 'forMs' in action ? action.forMs : undefined;
}
