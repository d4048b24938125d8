/**
 * The compiled programs that these tests run, and how to run any command with its output captured. Tests use real
 * processes of the build in dist/; where that is missing or older than the sources, they make one of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SOURCES = ['common', 'satellite', 'controller', 'cli', 'proto', 'sim'];
const OWN_BUILD = join(ROOT, '.tmp', 'e2e-dist');
const BUILD_WITHIN_MS = 120_000;

export interface Finished {
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

let built: Promise<string> | undefined;

/** @returns the folder of a build of the present sources. LOCKSTEP_E2E_DIST names another one. */
function builtPrograms(): Promise<string> {
  built ??= findBuild();
  return built;
}

export async function program(part: 'cli' | 'lockstepadm' | 'satellite' | 'controller'): Promise<string> {
  const dist = await builtPrograms();
  return part === 'lockstepadm' ? join(dist, 'cli', 'lockstepadm.js') : join(dist, part, 'main.js');
}

async function findBuild(): Promise<string> {
  const given = process.env['LOCKSTEP_E2E_DIST'];
  if (given !== undefined && given !== '') return given;
  const newest = Math.max(...SOURCES.map((folder) => newestSource(join(ROOT, folder))));
  for (const dist of [join(ROOT, 'dist'), OWN_BUILD]) {
    const main = join(dist, 'cli', 'main.js');
    if (existsSync(main) && existsSync(join(dist, 'proto', 'lockstep')) && statSync(main).mtimeMs > newest) return dist;
  }
  progress('dist/ is older than the sources: building for these tests');
  mkdirSync(OWN_BUILD, { recursive: true });
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  const done = await run(compiler, ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', OWN_BUILD], {
    withinMs: BUILD_WITHIN_MS,
  });
  if (done.code !== 0) throw new Error(`the build failed:\n${done.stdout}${done.stderr}`);
  cpSync(join(ROOT, 'proto', 'lockstep'), join(OWN_BUILD, 'proto', 'lockstep'), { recursive: true });
  return OWN_BUILD;
}

function newestSource(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (/\.(ts|proto)$/.test(entry.name)) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}

interface RunOptions {
  readonly withinMs?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Processes to end when this one ends, however it ends. */
const running = new Set<ChildProcess>();
const lastActs: (() => void)[] = [];

/** `act` is synchronous and runs when the test process ends: the last chance to leave nothing behind. */
export function atExit(act: () => void): void {
  lastActs.push(act);
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const act of lastActs.reverse()) act();
});

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** What it has said on standard output so far. */
  readonly said: () => string;
}

/** Starts a command. It is killed when it takes longer than `withinMs`, and at the end of the tests at the latest. */
export function start(command: string, words: readonly string[], options: RunOptions = {}): Started {
  const child = spawn(command, words, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  const finished = new Promise<Finished>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const timer = setTimeout(() => {
      stderr += `\n(killed: not done after ${(options.withinMs ?? 0) / 1000} s)`;
      child.kill('SIGKILL');
    }, options.withinMs ?? 60_000);
    child.once('error', (error) => {
      clearTimeout(timer);
      running.delete(child);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: code ?? -1, signal, stdout, stderr });
    });
  });
  return { child, finished, said: () => stdout };
}

export function run(command: string, words: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return start(command, words, options).finished;
}

/** @throws Error with everything that it said, unless it ended with 0. */
export async function mustRun(command: string, words: readonly string[], options: RunOptions = {}): Promise<string> {
  const done = await run(command, words, options);
  if (done.code === 0) return done.stdout;
  const said = `${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-30).join('\n');
  throw new Error(`${command} ${words.join(' ')}\nended with ${done.signal ?? done.code}:\n${said}`);
}

/** Tells whoever waits what is going on. */
export function progress(text: string): void {
  console.error(`      · ${text}`);
}

/** Polls until `look` gives something other than undefined and false. @throws Error after `withinMs`, with what `otherwise` says then. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly withinMs?: number; readonly everyMs?: number; readonly otherwise?: () => unknown } = {},
): Promise<T> {
  const { withinMs = 15_000, everyMs = 25 } = options;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      const now = await options.otherwise?.();
      const state = now === undefined ? '' : `\nNow: ${typeof now === 'string' ? now : JSON.stringify(now, null, 1)}`;
      throw new Error(`not within ${withinMs / 1000} s: ${what}${state}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
