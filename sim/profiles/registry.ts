/** Profiles: other ways than the swarm's to make a plan of a seed, each for one subject. Run with `--profile NAME`. */
import { OperationError } from '../../common/errors.ts';
import { generatePlan } from '../generate.ts';
import type { Plan } from '../plan.ts';
import { coreLiveness } from './core-liveness.ts';

/** A function of the seed alone. */
export type Profile = (seed: number) => Plan;

export const PROFILES: Readonly<Record<string, Profile>> = {
  'core-liveness': coreLiveness,
};

/** @param profile undefined: the swarm. @throws OperationError PLAN_INVALID when there is no such profile. */
export function planOfSeed(seed: number, profile?: string): Plan {
  if (profile === undefined) return generatePlan(seed);
  const generate = Object.hasOwn(PROFILES, profile) ? PROFILES[profile] : undefined;
  if (generate === undefined) {
    throw new OperationError('PLAN_INVALID', `there is no profile "${profile}"`, {
      correction: `Profiles: ${Object.keys(PROFILES).join(', ')}.`,
    });
  }
  return generate(seed);
}
