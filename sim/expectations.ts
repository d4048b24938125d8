/** What a plan says about its own outcome. */
import type { Ending } from './ending.ts';
import { Violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';

interface Outcome {
  readonly resyncs: number;
  readonly resyncBlocks: number;
  readonly completed: number;
  readonly ending: Ending;
  readonly migrations: number;
  readonly aborts: number;
  /** The first disk that showed as something else than UpToDate in the course of migrations. */
  readonly setback: string | undefined;
}

/** Of a run in which no application moves. */
export const NO_MIGRATIONS = { migrations: 0, aborts: 0, setback: undefined } as const;

/** @throws Violation O10, O16 or O26 when the run was not as expected. */
export function judge(expect: Plan['expect'], outcome: Outcome): void {
  if (expect === undefined) return;
  judgeMigrations(expect, outcome);
  const { resyncs, resyncBlocks, completed, ending } = outcome;
  if (expect.resyncBlocks !== undefined && resyncBlocks !== expect.resyncBlocks) {
    throw new Violation('O10', `resyncs moved ${resyncBlocks} blocks, expected exactly ${expect.resyncBlocks}`);
  }
  if (expect.resyncBlocksAtMost !== undefined && resyncBlocks > expect.resyncBlocksAtMost) {
    throw new Violation('O10', `resyncs moved ${resyncBlocks} blocks, expected at most ${expect.resyncBlocksAtMost}`);
  }
  if (expect.resyncsAtLeast !== undefined && resyncs < expect.resyncsAtLeast) {
    throw new Violation('O10', `${resyncs} resyncs ended, expected at least ${expect.resyncsAtLeast}`);
  }
  for (const { node, facts, never } of expect.became ?? []) {
    const missing = facts?.find((fact) => !ending.has(node, fact));
    if (missing !== undefined) throw new Violation('O16', `n${node} was expected to be one that ${missing}`);
    const surplus = never?.find((fact) => ending.has(node, fact));
    if (surplus !== undefined) throw new Violation('O16', `n${node} ${surplus}, which was not expected`);
  }
  if (expect.completedAtLeast !== undefined && completed < expect.completedAtLeast) {
    throw new Violation('O26', `${completed} client requests succeeded, expected at least ${expect.completedAtLeast}`);
  }
}

function judgeMigrations(expect: NonNullable<Plan['expect']>, { migrations, aborts, setback }: Outcome): void {
  if (migrations < (expect.migrationsAtLeast ?? 0))
    throw new Violation('O26', `${migrations} migrations succeeded, expected at least ${expect.migrationsAtLeast}`);
  if (aborts < (expect.abortsAtLeast ?? 0))
    throw new Violation('O26', `${aborts} migrations were called off, expected at least ${expect.abortsAtLeast}`);
  if (expect.onlyUpToDate === true && setback !== undefined)
    throw new Violation('O16', `a migration was to leave every disk UpToDate, but ${setback}`);
}
