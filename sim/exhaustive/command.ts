/** `lockstep sim exhaust`: every order of events in a small world, until nothing is left or the time is over. */
import { stderr, stdout } from 'node:process';
import type { Argv } from 'yargs';
import { ORACLES } from '../oracles/violation.ts';
import { scopeOf } from './scope.ts';
import { type SearchResult, search } from './search.ts';

export function addExhaust(parser: Argv, finish: (code: number) => void): void {
  const small = scopeOf({});
  parser.command(
    'exhaust',
    'Visit every state of a small world: two nodes and a block, and every order of frames, disk operations and failures',
    (y) =>
      y
        .option('nodes', { type: 'number', default: small.nodes, describe: 'all with a disk' })
        .option('blocks', { type: 'number', default: small.blocks })
        .option('writes', { type: 'number', default: small.writes, describe: 'most writes of the client' })
        .option('flushes', { type: 'number', default: small.flushes, describe: 'most flushes of the client' })
        .option('crashes', { type: 'number', default: small.crashes, describe: 'most crashes and power cuts' })
        .option('cuts', { type: 'number', default: small.cuts, describe: 'most times that a link is cut' })
        .option('opens', { type: 'number', default: small.opens, describe: 'most times that the client opens a node' })
        .option('instant-disks', {
          type: 'boolean',
          default: small.instantDisks,
          describe: 'disks complete at once when nothing can crash any more; --no-instant-disks: any time later',
        })
        .option('in-flight', { type: 'number', default: small.inFlight, describe: 'frames that a stream may hold' })
        .option('seconds', {
          type: 'number',
          describe: 'stop after this much CPU time; default: when every state was visited',
        })
        .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON' }),
    (a) => {
      const begun = process.cpuUsage().user;
      const spent = (): number => (process.cpuUsage().user - begun) / 1e6;
      const result = search(scopeOf(a), {
        goesOn: ({ states, depth, waiting }) => {
          if (stderr.isTTY) stderr.write(`\r${states} states, depth ${depth}, ${waiting} to look at `);
          return a.seconds === undefined || spent() < a.seconds;
        },
      });
      if (stderr.isTTY) stderr.write('\n');
      stdout.write(a.json ? `${JSON.stringify({ ...result, cpuSeconds: spent() })}\n` : told(result, spent()));
      finish(result.counterexample === undefined ? 0 : 1);
    },
  );
}

function told(result: SearchResult, seconds: number): string {
  const { states, transitions, depth, closed, waiting, healed, counterexample } = result;
  const rate = Math.round(states / Math.max(seconds, 0.001));
  const lines = [
    `${states} states, ${transitions} transitions, depth ${depth}; ${rate} states per CPU second (${seconds.toFixed(1)} s)`,
    `${result.localStates.join(' + ')} states of single nodes, ${result.frames} frames, ${healed} healings`,
  ];
  if (counterexample === undefined)
    lines.push(closed ? 'closed: every state within these budgets was visited' : `not closed: ${waiting} states wait`);
  else {
    lines.push(`${counterexample.oracle}, ${ORACLES[counterexample.oracle]}: ${counterexample.sentence}`);
    for (const [step, name] of counterexample.path.entries()) lines.push(`  ${step + 1}. ${name}`);
  }
  return `${lines.join('\n')}\n`;
}
