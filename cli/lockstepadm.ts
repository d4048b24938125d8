#!/usr/bin/env node
/** The program `lockstepadm`: gives its command line this process's terminal, environment and signals. */
import { runAdminProgram } from './admin/program.ts';
import { EXIT } from './exit-codes.ts';
import { processTerminal } from './terminal.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort();
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.unknown),
);

process.exitCode = await runAdminProgram(process.argv.slice(2), {
  terminalFor: processTerminal,
  environment: process.env,
  signal: interrupt.signal,
  helpWidth: Math.min(120, process.stdout.columns ?? 100),
});
