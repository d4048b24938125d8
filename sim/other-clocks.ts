/**
 * O24: nothing that is promised depends on clocks. A plan with `otherClocks` runs again with clocks that go fast and slow by
 * so much; the runs differ, but every promise has to hold in each of them.
 */
import type { OracleId } from './oracles/violation.ts';
import type { Plan } from './plan.ts';

interface Judged {
  readonly hash: string;
  readonly violation: { readonly oracle: OracleId; readonly sentence: string } | undefined;
}

/** @param run runs one plan with the clocks that stand in it */
export function underOtherClocks<Result extends Judged>(plan: Plan, run: (plan: Plan) => Result): Result {
  let result = run(plan);
  for (const clockPpm of plan.otherClocks ?? []) {
    if (result.violation !== undefined) return result;
    const again = run({ ...plan, clockPpm });
    result = { ...again, hash: combined(result.hash, again.hash) };
    if (again.violation === undefined) continue;
    const { oracle, sentence } = again.violation;
    const broken = `holds with clocks of ${plan.clockPpm} ppm, not with ${clockPpm} ppm (${oracle}): ${sentence}`;
    return { ...result, violation: { oracle: 'O24', sentence: broken } };
  }
  return result;
}

/** Of both traces, 16 hex digits. */
function combined(a: string, b: string): string {
  const mixed = BigInt.asUintN(64, BigInt(`0x${a}`) * 3n + BigInt(`0x${b}`));
  return mixed.toString(16).padStart(16, '0');
}
