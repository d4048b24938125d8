/** Before a Unix socket is bound: a file that a killed process left behind goes, anything else stays and is reported. */
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { OperationError } from '../../common/errors.ts';

/** Never removes anything but a socket on which nobody listens. @throws OperationError RESOURCE_IN_USE. */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw inUse(path, 'it exists and is not a socket', 'Choose another path.');
  if (await somebodyListens(path))
    throw inUse(path, 'another program listens on it', 'Stop the other satellite or choose another path.');
  await unlink(path);
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function inUse(path: string, cause: string, correction: string): OperationError {
  return new OperationError('RESOURCE_IN_USE', `cannot listen on ${path}`, { cause, correction });
}
