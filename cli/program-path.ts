/** Where the other programs of this installation are, and how to run them: compiled beside us, or from source with our own loader. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const EXTENSION = SELF.endsWith('.ts') ? '.ts' : '.js';

/** `dist/satellite/main.js`, or `satellite/main.ts` in a checkout that runs from source. */
export function programPath(part: 'controller' | 'satellite' | 'sim'): string {
  return join(dirname(SELF), '..', part, `main${EXTENSION}`);
}

/** Node options that this process runs with, such as `--import tsx`: children need the same. */
export function runtimeArguments(): string[] {
  return EXTENSION === '.ts' ? process.execArgv : [];
}
