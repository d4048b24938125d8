/** Named runs of the control plane: each shows one promise in one story. */
import { OperationError } from '../../common/errors.ts';
import { generateControlPlan } from './generate.ts';
import type { ControlPlan } from './plan.ts';

/** What `lockstep sim sweep` and the mutants call plans of the control plane. */
export const CONTROL_PLANE = 'control-plane';

export const isControlPlane = (source: string | undefined): boolean =>
  source === CONTROL_PLANE || source?.startsWith(`${CONTROL_PLANE}:`) === true;

/** @throws OperationError PLAN_INVALID. */
export function controlPlanOf(source: string, seed: number): ControlPlan {
  if (source === CONTROL_PLANE) return generateControlPlan(seed);
  throw new OperationError('PLAN_INVALID', `there is no scenario "${source}" of the control plane`);
}
