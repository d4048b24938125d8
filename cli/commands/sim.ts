/**
 * `lockstep sim …` is the simulator's own program, run as a child with the same arguments: nobody imports the
 * simulator, and it may crash, loop or use all memory without this program.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { OperationError } from '../../common/errors.ts';
import { programPath, runtimeArguments } from '../program-path.ts';

/** @returns the exit code of the simulator. @throws OperationError when it is not installed. */
export function runSimulator(words: readonly string[]): Promise<number> {
  const path = programPath('sim');
  if (!existsSync(path)) {
    throw new OperationError('INVALID_ARGUMENT', 'the simulator is not part of this installation', {
      cause: `there is no ${path}`,
      correction: 'Build it from a checkout: make build.',
    });
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...runtimeArguments(), path, ...words], { stdio: 'inherit' });
    // Ctrl-C reaches the child through the terminal; this process only waits for its end.
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.removeListener('SIGINT', ignore);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}
