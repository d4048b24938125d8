/**
 * Makes a failing plan smaller while the same oracle fails: drops entries, shortens and thins the workload, removes nodes'
 * extras, simplifies timing. Greedy with halving chunks (delta debugging); every candidate is a complete run.
 */
import type { OracleId } from './oracles/violation.ts';
import type { Plan, PlanEntry } from './plan.ts';
import { runPlan } from './simulation.ts';

export interface ShrinkResult {
  readonly plan: Plan;
  readonly runs: number;
}

export function shrinkPlan(
  plan: Plan,
  oracle: OracleId,
  budgetRuns: number,
  onProgress?: (text: string) => void,
): ShrinkResult {
  let best = plan;
  let runs = 0;
  const fails = (candidate: Plan): boolean => {
    if (runs >= budgetRuns) return false;
    runs += 1;
    return runPlan(candidate).violation?.oracle === oracle;
  };
  const attempt = (candidate: Plan): boolean => {
    if (!fails(candidate)) return false;
    best = candidate;
    onProgress?.(`${best.entries.length} entries, ${operationsOf(best)} operations after ${runs} runs`);
    return true;
  };
  let before: string;
  do {
    before = JSON.stringify(best);
    dropEntries(() => best, attempt);
    shortenWorkload(() => best, attempt);
    dropOperations(() => best, attempt);
    dropNodes(() => best, attempt);
    simplify(() => best, attempt);
  } while (JSON.stringify(best) !== before && runs < budgetRuns);
  return { plan: best, runs };
}

function operationsOf(plan: Plan): number {
  return (
    plan.workload.operations - (plan.workload.skip ?? []).filter((index) => index < plan.workload.operations).length
  );
}

type Attempt = (candidate: Plan) => boolean;

function dropEntries(best: () => Plan, attempt: Attempt): void {
  for (let size = Math.max(1, best().entries.length >> 1); ; size = size >> 1) {
    for (let start = 0; start < best().entries.length; ) {
      const plan = best();
      const entries = plan.entries.filter((_, index) => index < start || index >= start + size);
      if (!attempt({ ...plan, entries })) start += size;
    }
    if (size <= 1) return;
  }
}

function shortenWorkload(best: () => Plan, attempt: Attempt): void {
  for (let step = best().workload.operations >> 1; step >= 1; step = step >> 1) {
    while (best().workload.operations > step) {
      const plan = best();
      const operations = plan.workload.operations - step;
      if (!attempt({ ...plan, workload: { ...plan.workload, operations } })) break;
    }
  }
}

function dropOperations(best: () => Plan, attempt: Attempt): void {
  const kept = (plan: Plan): number[] => {
    const skipped = new Set(plan.workload.skip ?? []);
    const all = Array.from({ length: plan.workload.operations }, (_, index) => index);
    return all.filter((index) => !skipped.has(index));
  };
  for (let size = Math.max(1, kept(best()).length >> 1); ; size = size >> 1) {
    for (let start = 0; start < kept(best()).length; ) {
      const plan = best();
      const dropped = kept(plan).slice(start, start + size);
      const skip = [...(plan.workload.skip ?? []), ...dropped].sort((a, b) => a - b);
      if (!attempt({ ...plan, workload: { ...plan.workload, skip } })) start += size;
    }
    if (size <= 1) return;
  }
}

function dropNodes(best: () => Plan, attempt: Attempt): void {
  for (let node = best().nodes.length - 1; node >= 0 && best().nodes.length > 1; node -= 1) {
    const smaller = withoutNode(best(), node);
    if (smaller !== undefined) attempt(smaller);
  }
}

/** Numbers above the removed node move down; undefined when no data would be left. */
function withoutNode(plan: Plan, gone: number): Plan | undefined {
  const nodes = plan.nodes.filter((_, node) => node !== gone);
  if (!nodes.some((node) => node.diskful && node.fresh !== true)) return undefined;
  const moved = <T>(selector: T): T | number =>
    typeof selector !== 'number' || selector < gone ? selector : Math.max(0, selector - 1);
  const entries = plan.entries
    .filter((entry) => !Object.entries(entry).some(([key, value]) => SELECTOR_KEYS.has(key) && value === gone))
    .map((entry) => {
      const fields = Object.entries(entry).map(
        ([key, value]) => [key, SELECTOR_KEYS.has(key) ? moved(value) : value] as const,
      );
      return Object.fromEntries(fields) as unknown as PlanEntry;
    });
  const protocols = (plan.protocols ?? [])
    .filter((link) => link.a !== gone && link.b !== gone)
    .map((link) => ({ ...link, a: Number(moved(link.a)), b: Number(moved(link.b)) }));
  const named = plan.heal?.core;
  const core = Array.isArray(named) ? named.filter((node) => node !== gone).map((node) => Number(moved(node))) : named;
  if (core?.length === 0) return undefined;
  return { ...plan, nodes, entries, protocols, ...(core === undefined ? {} : { heal: { core } }) };
}

const SELECTOR_KEYS: ReadonlySet<string> = new Set(['node', 'a', 'b', 'from', 'to', 'peer']);

function simplify(best: () => Plan, attempt: Attempt): void {
  const candidates: ((plan: Plan) => Plan)[] = [
    ({ heal: _, ...plan }) => plan,
    ({ otherClocks: _, ...plan }) => plan,
    ({ pct: _, ...plan }) => plan,
    (plan) => ({ ...plan, workload: { ...plan.workload, depth: 1 } }),
    (plan) => ({ ...plan, workload: { ...plan.workload, fuaPercent: 0 } }),
    (plan) => ({ ...plan, workload: { ...plan.workload, maxSectors: 1 } }),
    (plan) => ({ ...plan, volumes: plan.volumes.slice(0, 1) }),
    (plan) => ({
      ...plan,
      volumes: plan.volumes.map((volume) => ({ ...volume, blocks: Math.max(8, volume.blocks >> 1) })),
    }),
    (plan) => ({ ...plan, protocols: [], protocol: 'C' }),
    (plan) => ({ ...plan, options: {} }),
    (plan) => ({ ...plan, clockPpm: 0 }),
    (plan) => ({ ...plan, shuffle: false }),
    (plan) => ({
      ...plan,
      network: { delayUs: 100, jitterUs: 0, bytesPerMs: 1_000_000, spikePermille: 0, spikeUs: 0, codec: false },
    }),
    (plan) => ({ ...plan, disk: { latencyUs: 100, jitterUs: 0, flushUs: 500 } }),
  ];
  for (const candidate of candidates) {
    const plan = best();
    const simpler = candidate(plan);
    const usable = simpler.nodes.some((node) => node.diskful && node.fresh !== true) && simpler.nodes.length >= 1;
    if (usable && JSON.stringify(simpler) !== JSON.stringify(plan)) attempt(simpler);
  }
}
