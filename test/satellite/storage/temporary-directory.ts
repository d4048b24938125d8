/** A directory for one test file, removed at its end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryDirectory(): () => Promise<string> {
  let directory: string | undefined;
  after(async () => {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });
  return async () => {
    directory ??= await mkdtemp(join(tmpdir(), 'lockstep-storage-'));
    return directory;
  };
}
