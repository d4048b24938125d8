/**
 * Daemons on this machine: start one detached with its output in a log file, recognise it later (a pid alone may
 * belong to a stranger by then), stop it.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { OperationError } from '../../common/errors.ts';

interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the kernel's clock ticks since boot: with the pid it names one process for good. */
  readonly startTicks: string;
}

const POLL_MS = 25;
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const KILL_TIMEOUT_MS = 5_000;
/** No READY line is longer. */
const LOG_SCAN_BYTES_MAX = 4 * 1_048_576;

/** @returns undefined when there is no such process, or it is a zombie: dead, only not yet collected by its parent. */
export function identify(pid: number): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // `pid (command) state ppid …`: the command may contain anything, so count from its last parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, startTicks };
}

export function isRunning(identity: ProcessIdentity | undefined): identity is ProcessIdentity {
  return identity !== undefined && identify(identity.pid)?.startTicks === identity.startTicks;
}

interface DaemonOptions {
  readonly what: string;
  readonly command: readonly string[];
  readonly logPath: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** A daemon that has been started and has yet to say READY. */
export interface StartedDaemon {
  readonly identity: ProcessIdentity;
  readonly what: string;
  readonly logPath: string;
  /** Where in the log its output begins. */
  readonly logOffset: number;
}

/** Detached: it survives this program, and the terminal's Ctrl-C does not reach it. @throws OperationError SATELLITE_FAILED. */
export async function startDaemon(options: DaemonOptions): Promise<StartedDaemon> {
  const log = openSync(options.logPath, 'a', 0o644);
  try {
    const logOffset = (await stat(options.logPath)).size;
    const [program, ...words] = options.command;
    if (program === undefined) throw new OperationError('INTERNAL', 'a daemon needs a command');
    const child = spawn(program, words, { detached: true, stdio: ['ignore', log, log], env: options.environment });
    const failure = new Promise<Error>((resolve) => child.once('error', resolve));
    if (child.pid === undefined) throw failedToStart(options.what, (await failure).message, options.logPath);
    const identity = identify(child.pid);
    child.unref();
    if (identity === undefined)
      throw failedToStart(options.what, await logTail(options.logPath, logOffset), options.logPath);
    return { identity, what: options.what, logPath: options.logPath, logOffset };
  } finally {
    closeSync(log);
  }
}

/** @returns what followed READY on its line, parsed. @throws OperationError SATELLITE_FAILED with the end of its log; TIMED_OUT. */
export async function waitReady(daemon: StartedDaemon, signal: AbortSignal): Promise<unknown> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadlineMs) {
    signal.throwIfAborted();
    // Asked before the log is read: what it wrote before its end is then certainly in there.
    const running = isRunning(daemon.identity);
    const output = await readLog(daemon.logPath, daemon.logOffset);
    const ready = /^READY (\{.*\})$/m.exec(output);
    if (ready?.[1] !== undefined) return JSON.parse(ready[1]);
    if (!running) throw failedToStart(daemon.what, lastLines(output), daemon.logPath);
    await delay(POLL_MS);
  }
  throw new OperationError('TIMED_OUT', `${daemon.what} is not ready after ${READY_TIMEOUT_MS / 1000} s`, {
    cause: lastLines(await readLog(daemon.logPath, daemon.logOffset)),
    correction: `Look at its log: ${daemon.logPath}`,
  });
}

/** SIGTERM, then SIGKILL after ten seconds. @returns which of them ended it; `gone` when it was not running. */
export async function stopProcess(identity: ProcessIdentity | undefined): Promise<'gone' | 'stopped' | 'killed'> {
  if (!isRunning(identity)) return 'gone';
  sendSignal(identity, 'SIGTERM');
  if (await waitEnd(identity, STOP_TIMEOUT_MS)) return 'stopped';
  await killProcess(identity);
  return 'killed';
}

/** SIGKILL, as a power cut for the process. Waits until it is gone. @throws OperationError when it cannot be killed. */
export async function killProcess(identity: ProcessIdentity): Promise<void> {
  sendSignal(identity, 'SIGKILL');
  if (!(await waitEnd(identity, KILL_TIMEOUT_MS))) {
    throw new OperationError('TIMED_OUT', `process ${identity.pid} does not end`, {
      correction: 'It hangs in the kernel: look at its disk.',
    });
  }
}

async function waitEnd(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + timeoutMs;
  while (isRunning(identity)) {
    if (Date.now() >= deadlineMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function readLog(path: string, offset: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(Math.max(0, size - offset), LOG_SCAN_BYTES_MAX);
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

const logTail = async (path: string, offset: number): Promise<string> => lastLines(await readLog(path, offset));

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-8).join('\n') || 'it said nothing';

function failedToStart(what: string, said: string, logPath: string): OperationError {
  return new OperationError(
    what === 'controller' ? 'CONTROLLER_UNREACHABLE' : 'SATELLITE_FAILED',
    `${what} ended before it was ready`,
    {
      cause: said,
      correction: `Look at its log: ${logPath}`,
    },
  );
}
