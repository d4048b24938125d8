#!/usr/bin/env node
/** The program `lockstep`: gives the command line this process's terminal, environment and signals. */
import { EXIT } from './exit-codes.ts';
import { runProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const interrupt = new AbortController();

// The first signal cancels what runs and lets it say what is left over; the second one ends the program at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort();
  });
}
// `lockstep … | head`: the reader has gone, nothing is left to say.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.unknown),
);

process.exitCode = await runProgram(process.argv.slice(2), {
  terminalFor: processTerminal,
  environment: process.env,
  signal: interrupt.signal,
  helpWidth: Math.min(120, process.stdout.columns ?? 100),
  ...(process.stdin.isTTY && process.stdout.isTTY
    ? { shell: { input: process.stdin, output: process.stdout, terminal: true } }
    : {}),
});
