/**
 * Runs the handlers of the administrator: executable files named as DRBD names them, `DIR/<resource>/<handler>` or
 * `DIR/<handler>`. A program gets its facts in the environment, no arguments and no standard input, and is started by its path,
 * never through a shell. It is bounded in time, in number and in what it may say into the log.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { HandlerName } from '../replication/handlers/handler-calls.ts';

/** What a handler that was killed for taking too long is taken to have answered; it means nothing (broken). */
const EXIT_TIMED_OUT = 124;
const EXIT_NOT_STARTED = 127;
const EXIT_BY_SIGNAL = 128;
/** Of what it says; the rest is dropped. */
const OUTPUT_MAX = 4_096;
/** At the same time; more wait. */
const RUNNING_MAX = 16;
const WAITING_MAX = 256;

export interface HandlerRunnerOptions {
  /** Need not exist: then there is no handler. Looked at with each call. */
  readonly directory: string;
  readonly timeoutMs: number;
  readonly log: Logger;
}

export interface HandlerRun {
  readonly resource: string;
  readonly name: HandlerName;
  /** Asked for when the program starts. */
  environment(): Readonly<Record<string, string>>;
  /** Once, never within `start`. Not after `close`. */
  done(exitCode: number): void;
}

export class HandlerRunner {
  readonly #options: HandlerRunnerOptions;
  readonly #running = new Set<ChildProcess>();
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: HandlerRunnerOptions) {
    this.#options = options;
  }

  /** @returns false if there is no program for it */
  start(run: HandlerRun): boolean {
    const path = this.#programOf(run);
    if (path === undefined || this.#closed) return false;
    if (this.#waiting.length >= WAITING_MAX) {
      this.#options.log.error(
        { resource: run.resource, handler: run.name },
        'too many handlers wait: this one is not run',
      );
      return false;
    }
    // Not before the core has finished its turn: what the program is told is the state after it.
    this.#waiting.push(() => this.#spawn(path, run));
    setImmediate(() => this.#next());
    return true;
  }

  /** Programs that run are killed, and nobody is told. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    for (const child of this.#running) killGroup(child);
  }

  #next(): void {
    while (!this.#closed && this.#running.size < RUNNING_MAX) {
      const begin = this.#waiting.shift();
      if (begin === undefined) return;
      begin();
    }
  }

  #programOf({ resource, name }: HandlerRun): string | undefined {
    const { directory } = this.#options;
    return [join(directory, resource, name), join(directory, name)].find(isProgram);
  }

  #spawn(path: string, run: HandlerRun): void {
    const { log, timeoutMs } = this.#options;
    const about = { resource: run.resource, handler: run.name, path };
    const startedAt = performance.now();
    log.info(about, 'handler starts');
    const child = spawn(path, [], {
      env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', ...run.environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      // A group of its own, so that what it has started ends with it.
      detached: true,
    });
    this.#running.add(child);
    const output = collect(child);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutMs);
    const end = (exitCode: number): void => {
      clearTimeout(limit);
      if (!this.#running.delete(child)) return;
      const ms = Math.round(performance.now() - startedAt);
      log[exitCode === 0 ? 'info' : 'warn']({ ...about, exitCode, ms, output: output() }, 'handler has ended');
      if (!this.#closed) run.done(exitCode);
      this.#next();
    };
    child.once('error', (error) => {
      log.error({ ...about, error: error.message }, 'handler could not be started');
      end(EXIT_NOT_STARTED);
    });
    child.once('exit', (code) => end(timedOut ? EXIT_TIMED_OUT : (code ?? EXIT_BY_SIGNAL)));
  }
}

function isProgram(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const take = (chunk: Buffer): void => {
    if (text.length < OUTPUT_MAX) text = (text + chunk.toString('utf8')).slice(0, OUTPUT_MAX);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return () => text.trim();
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
