/** `make processes PLAN=node-loss`: named scenarios or plan files on real processes, one line each. */
import { OperationError } from '../../../common/errors.ts';
import { loadPlan } from '../../../sim/plan-files.ts';
import { runOnProcesses } from './run-on-processes.ts';

const names = process.argv.slice(2);
if (names.length === 0) {
  console.error('Which plan? make processes PLAN="node-loss partition-primary"');
  process.exit(2);
}
let broken = false;
for (const name of names) {
  try {
    broken = (await run(name)) || broken;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    console.error(`${error.message}: ${error.because ?? error.code}`);
    process.exit(2);
  }
}
process.exit(broken ? 1 : 0);

/** @returns whether a promise was broken. @throws OperationError for a plan that is none, or not for processes. */
async function run(name: string): Promise<boolean> {
  const startedMs = performance.now();
  const result = await runOnProcesses(loadPlan(name));
  const { violation, completed, failed, resyncs, resyncBlocks, inDoubt, lines, ending } = result;
  const verdict = violation === undefined ? 'every promise held' : `${violation.oracle}: ${violation.sentence}`;
  console.log(`${name}: ${verdict} (${((performance.now() - startedMs) / 1_000).toFixed(1)} s)`);
  console.log(
    `  ${completed} operations done, ${failed} failed, ${resyncs} resyncs of ${resyncBlocks} blocks, ${inDoubt} writes in doubt`,
  );
  for (const line of [...lines, ...ending.sentences()]) console.log(`  ${line}`);
  return violation !== undefined;
}
