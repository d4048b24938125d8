/** What a plan says about its own outcome. */
import type { Ending } from './ending.ts';
import { Violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';

interface Outcome {
  readonly resyncs: number;
  readonly resyncBlocks: number;
  readonly completed: number;
  readonly ending: Ending;
}

/** @throws Violation O10, O16 or O26 when the run was not as expected. */
export function judge(expect: Plan['expect'], { resyncs, resyncBlocks, completed, ending }: Outcome): void {
  if (expect === undefined) return;
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
