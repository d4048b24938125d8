/** The programs of others that the benchmark runs: are they there, run one to its end, what did it say. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { OperationError } from '../common/errors.ts';

const PACKAGES = {
  fio: 'fio',
  nbdkit: 'nbdkit',
  'qemu-nbd': 'qemu-utils',
  nbdcopy: 'libnbd-bin',
  sync: 'coreutils',
  stat: 'coreutils',
  getconf: 'libc-bin',
} as const;
type Tool = keyof typeof PACKAGES;

const OUTPUT_BYTES_MAX = 64 * 1_048_576;
const TAIL_LINES = 8;

/** @throws OperationError that names what is missing and how to get it. */
export async function requireTools(): Promise<void> {
  const missing: Tool[] = [];
  for (const tool of Object.keys(PACKAGES) as Tool[]) if (!(await isInstalled(tool))) missing.push(tool);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => PACKAGES[tool]))];
  throw new OperationError('INTERNAL', `cannot compare: ${missing.join(', ')} not found`, {
    cause: 'the benchmark measures with these programs, or against them',
    correction: `Run make deps, or: apt-get install -y ${packages.join(' ')}`,
  });
}

async function isInstalled(tool: Tool): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      await access(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}

interface RunLimits {
  readonly signal: AbortSignal;
  /** Only against a hang: many times what the slowest run may take. */
  readonly timeoutMs: number;
}

/** @returns its standard output. @throws OperationError with the end of what it said. */
export function runTool(tool: Tool, words: readonly string[], limits: RunLimits): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: OUTPUT_BYTES_MAX, timeout: limits.timeoutMs, signal: limits.signal };
    execFile(tool, [...words], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (limits.signal.aborted) reject(new OperationError('TIMED_OUT', 'interrupted'));
      else reject(failure(tool, words, error, `${stdout}\n${stderr}`));
    });
  });
}

function failure(tool: Tool, words: readonly string[], error: Error & { killed?: boolean }, said: string) {
  const because = error.killed === true ? 'it did not end in time and was stopped' : lastLines(said);
  return new OperationError('INTERNAL', `${tool} failed`, {
    cause: because === '' ? error.message : because,
    correction: `Run it by hand: ${tool} ${words.join(' ')}`,
  });
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-TAIL_LINES).join('\n');
