/** What a plan says about its own outcome. */
import { Violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';

interface Outcome {
  readonly resyncs: number;
  readonly resyncBlocks: number;
  readonly completed: number;
}

/** @throws Violation O10 or O26 when the run was not as expected. */
export function judge(expect: Plan['expect'], { resyncs, resyncBlocks, completed }: Outcome): void {
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
  if (expect.completedAtLeast !== undefined && completed < expect.completedAtLeast) {
    throw new Violation('O26', `${completed} client requests succeeded, expected at least ${expect.completedAtLeast}`);
  }
}
