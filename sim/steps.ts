/**
 * `steps`, a shorter way to write entries of which each follows the one before: at once, `when` something happens from then
 * on, or as soon as something holds (`wait`). Expanded when a plan is read.
 */

/** @returns the entries that stand for them; what is malformed is left to the plan's schema to refuse */
export function expandSteps(steps: unknown): unknown[] {
  if (!Array.isArray(steps)) return steps === undefined ? [] : [steps];
  let before: string | undefined;
  return steps.map((step: unknown, index) => {
    if (typeof step !== 'object' || step === null) return step;
    const { wait, when, afterMs, ...given }: Record<string, unknown> = { ...step };
    const id = typeof given['id'] === 'string' ? given['id'] : `step ${index + 1}`;
    const moment = given['at'] === undefined ? momentOf(wait, when, before) : {};
    before = id;
    const delay = typeof afterMs === 'number' ? { delayUs: afterMs * 1_000 } : {};
    return { ...given, ...moment, ...delay, id };
  });
}

function momentOf(wait: unknown, when: unknown, before: string | undefined): Record<string, unknown> {
  const after = before === undefined ? {} : { after: before };
  if (wait !== undefined) return { once: { that: Array.isArray(wait) ? wait : [wait], ...after } };
  if (typeof when === 'string') return { when: { event: when, ...after } };
  if (typeof when === 'object' && when !== null) return { when: { ...after, ...when } };
  return before === undefined ? { at: 0 } : { when: { event: 'carried-out', ...after } };
}
