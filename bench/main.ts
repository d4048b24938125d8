/** `make bench`: figures of Lockstep beside other servers, as a table and as JSON. Slow is a result; only errors fail. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PLAIN, processTerminal } from '../cli/terminal.ts';
import { asOperationError } from '../common/errors.ts';
import { type BenchOptions, readArguments } from './arguments.ts';
import { codeHash, commitOf, describeMachine, projectRoot } from './machine.ts';
import { type MediumResult, probeText, type Result, resultTable } from './report.ts';
import { restartFigures } from './restart.ts';
import { runOnMedium } from './run.ts';
import { simFigures } from './sim.ts';
import { requireTools } from './tools.ts';

const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

async function main(): Promise<number> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  process.once('SIGTERM', () => interruption.abort());
  try {
    if (process.argv[2] === 'sim') return simFigures(process.argv.slice(3));
    if (process.argv[2] === 'restart') return await restartFigures(process.argv.slice(3));
    const request = readArguments(process.argv.slice(2));
    if (request.kind === 'help') {
      process.stdout.write(request.text);
      return EXIT.ok;
    }
    return await bench(request.options, interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write('Interrupted: everything that was started is stopped, no result is stored.\n');
      return EXIT.interrupted;
    }
    return explain(error);
  }
}

async function bench(options: BenchOptions, signal: AbortSignal): Promise<number> {
  await requireTools();
  const startedMs = Date.now();
  const say = (line: string): void => {
    process.stderr.write(`[${String(Math.round((Date.now() - startedMs) / 1000)).padStart(4)} s] ${line}\n`);
  };
  const media: MediumResult[] = [];
  for (const dir of options.media) media.push(await runOnMedium(dir, options, signal, say));
  const root = projectRoot();
  const result: Result = {
    version: 1,
    date: new Date(startedMs).toISOString(),
    commit: commitOf(root),
    codeHash: codeHash(root),
    machine: await describeMachine(signal),
    rounds: options.rounds,
    secondsPerRun: options.seconds,
    volumeMib: options.volumeMib,
    resyncMib: options.resyncMib,
    media,
  };
  const name = `${result.date.slice(0, 19).replaceAll(':', '')}-${result.commit}.json`;
  const path = resolve(options.output ?? join(root, 'bench', 'results', name));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(result, null, 1)}\n`);
  show(result, path);
  return media.some((medium) => medium.failures.length > 0) ? EXIT.failed : EXIT.ok;
}

function show(result: Result, path: string): void {
  const { machine } = result;
  const tty = process.stdout.isTTY === true;
  const style = tty ? processTerminal({ color: true, utf8: true, pastable: false }).style : PLAIN;
  const print = (text: string): void => void process.stdout.write(text);
  print(`\n${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}, ${machine.fio}\n`);
  print(
    `Commit ${result.commit}, ${result.rounds} rounds of ${result.secondsPerRun} s, volume ${result.volumeMib} MiB\n`,
  );
  for (const medium of result.media) {
    print(`\n${medium.medium.dir} (${medium.medium.fileSystem}): medians; IOPS (p50) or MB/s\n`);
    print(resultTable(medium, style));
    print(probeText(medium.probes));
    const busy = Math.max(...medium.foreignLoad.map((load) => load.busyCores));
    if (medium.loaded)
      print(`Other programs kept up to ${busy.toFixed(1)} cores busy: only the ratios mean something.\n`);
    for (const failure of medium.failures) print(`FAILED ${failure}\n`);
  }
  print(`\nStored in ${path}\n`);
}

function explain(error: unknown): number {
  const failure = asOperationError(error);
  const lines = [`bench: ${failure.message}`];
  if (failure.because !== undefined) lines.push(`  Cause: ${failure.because}`);
  if (failure.correction !== undefined) lines.push(`  Correction: ${failure.correction}`);
  process.stderr.write(`${lines.join('\n')}\n`);
  return failure.code === 'INVALID_ARGUMENT' ? EXIT.usage : EXIT.failed;
}

process.exitCode = await main();
