/** `make processes PLAN=node-loss`: named scenarios or plan files on real processes, one line each. */
import { loadPlan } from '../../../sim/plan-files.ts';
import { runOnProcesses } from './run-on-processes.ts';

const names = process.argv.slice(2);
if (names.length === 0) {
  console.error('Which plan? make processes PLAN="node-loss partition-primary"');
  process.exit(2);
}
let broken = false;
for (const name of names) {
  const startedMs = performance.now();
  const result = await runOnProcesses(loadPlan(name));
  const { violation, completed, failed, resyncs, resyncBlocks, inDoubt, lines, ending } = result;
  broken ||= violation !== undefined;
  const verdict = violation === undefined ? 'every promise held' : `${violation.oracle}: ${violation.sentence}`;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`${name}: ${verdict} (${seconds} s)`);
  console.log(
    `  ${completed} operations done, ${failed} failed, ${resyncs} resyncs of ${resyncBlocks} blocks, ${inDoubt} writes in doubt`,
  );
  for (const line of lines) console.log(`  ${line}`);
  for (const sentence of ending.sentences()) console.log(`  ${sentence}`);
}
process.exit(broken ? 1 : 0);
