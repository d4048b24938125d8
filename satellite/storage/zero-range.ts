/**
 * Zeroing without writing zeroes, where the file system or block device can: `fallocate --punch-hole` (frees the space)
 * or `--zero-range` (keeps it). Node has no system call for it, so util-linux does it, on our own descriptor.
 * Both leave a range that reads as zeroes; what the range's store cannot do is answered with `unsupported`.
 */
import { spawn } from 'node:child_process';

export type ZeroRangeMode = 'punch-hole' | 'zero-range';
export type ZeroRangeOutcome = 'done' | 'unsupported' | 'failed';

const STDERR_BYTES_MAX = 4096;

/** Calls back exactly once, later. `unsupported`: nothing is known about the range, write zeroes instead, and do not ask again. */
export function zeroRange(
  fd: number,
  mode: ZeroRangeMode,
  offset: number,
  length: number,
  done: (outcome: ZeroRangeOutcome) => void,
): void {
  const keepSize = mode === 'zero-range' ? ['--keep-size'] : [];
  const range = [`--${mode}`, ...keepSize, '--offset', String(offset), '--length', String(length)];
  // Descriptor 3 of the child is ours: the same file, even if its name has changed meanwhile.
  const child = spawn('fallocate', [...range, '/proc/self/fd/3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let stderr = '';
  let finished = false;
  const finish = (outcome: ZeroRangeOutcome): void => {
    if (finished) return;
    finished = true;
    done(outcome);
  };
  child.stderr?.on('data', (text: Buffer) => {
    if (stderr.length < STDERR_BYTES_MAX) stderr += text.toString('latin1');
  });
  child.on('error', () => finish('unsupported'));
  child.on('close', (code) => {
    if (code === 0) finish('done');
    else finish(/not supported|No such file|unrecognized option/i.test(stderr) ? 'unsupported' : 'failed');
  });
}
