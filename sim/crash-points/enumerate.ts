/**
 * Systematic crash points: a plan runs once and its persistence points are numbered; then, for each of
 * them, it runs again up to that point, power fails there, on the acting node or everywhere, and the run goes on to its end
 * with all oracles. Every such run is an ordinary plan, so that a failure replays and shrinks as any other.
 *
 * The world is rebuilt by running the plan from its seed again, not by copying it: see docs/decisions/0020-clones.md.
 */
import type { PersistencePoint } from '../persistence-points.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { runPlan } from '../simulation.ts';
import type { SurvivorKind } from '../survivors.ts';

/** The chaos goes on for this long after a crash, then comes the heal. */
const AFTERMATH_MS = 3_000;
/** The machine comes back at once, or after its peers have noticed. */
const RESTART_MS = [1, 2_000] as const;
/** What stands for "random" among the survivors: another one at each point. */
const DRAWN: readonly SurvivorKind[] = ['torn', 'subset', 'prefix', 'newest', 'garbage'];
/** Second crashes tried for one first crash, spread over its recovery. */
const DOUBLE_MAX = 8;
const DOUBLE_MIN_POINTS = 10;

export interface CrashCase {
  readonly point: PersistencePoint;
  readonly scope: 'node' | 'all';
  readonly survivors: 'nothing' | 'everything' | 'drawn';
  /** The recovery is cut short at this point of the crashed run. */
  readonly second: number | undefined;
}

/** @returns every persistence point of the plan, in order. */
export function pointsOf(plan: Plan): PersistencePoint[] {
  const points: PersistencePoint[] = [];
  runPlan(plan, { onPoint: (point) => points.push(point) });
  return points;
}

export function casesOf(point: PersistencePoint): CrashCase[] {
  const cases: CrashCase[] = [];
  for (const scope of ['node', 'all'] as const) {
    for (const survivors of ['nothing', 'everything', 'drawn'] as const) {
      cases.push({ point, scope, survivors, second: undefined });
    }
  }
  return cases;
}

/** Crashes during the recovery from this one, if the recovery is long enough to be worth it. */
export function doubleCrashes(plan: Plan, first: CrashCase): CrashCase[] {
  const recovery = pointsOf(crashPlan(plan, first)).filter(({ index }) => index > first.point.index);
  if (recovery.length < DOUBLE_MIN_POINTS) return [];
  const step = recovery.length / DOUBLE_MAX;
  const chosen = Array.from({ length: DOUBLE_MAX }, (_, i) => recovery[Math.floor(i * step)]?.index);
  return [...new Set(chosen)].map((second) => ({ ...first, second }));
}

/** The plan with power failing at that point. */
export function crashPlan(plan: Plan, { point, scope, survivors, second }: CrashCase): Plan {
  const restartMs = RESTART_MS[point.index % RESTART_MS.length] ?? 1;
  const kind = survivors === 'drawn' ? DRAWN[point.index % DRAWN.length] : survivors;
  const cut = (nth: number, back: number): PlanEntry => ({
    when: { event: 'persistence-point', nth },
    do: 'power-loss',
    node: scope === 'node' ? 'subject' : 'all',
    survivors: kind ?? 'nothing',
    restartMs: back,
  });
  const end = Math.ceil(point.at / 1_000) + AFTERMATH_MS * (second === undefined ? 1 : 2);
  const again = second === undefined ? '' : `-and-${second}`;
  return {
    ...plan,
    name: `${plan.name}-point-${point.index}${again}-${scope}-${survivors}`,
    about: `Power fails on ${scope === 'node' ? `n${point.node}` : 'all nodes'} at persistence point ${point.index} (${point.what}).`,
    entries: [...plan.entries, cut(point.index, restartMs), ...(second === undefined ? [] : [cut(second, 1)])],
    durationMs: Math.min(plan.durationMs, end),
  };
}
