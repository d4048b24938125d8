/** The compiled satellite under test (`satellite-process.ts`): it starts in a third of the time that its sources take. */
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../programs.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..', '..');
const BUILT = join(ROOT, '.tmp', 'satellite-under-test');
const BUILD_WITHIN_MS = 120_000;

let made: Promise<string> | undefined;

/** @returns the path of the program. Built once per test process. */
export function satelliteUnderTest(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  await mustRun(compiler, ['-p', HERE, '--outDir', BUILT], { withinMs: BUILD_WITHIN_MS });
  cpSync(join(ROOT, 'proto', 'lockstep'), join(BUILT, 'proto', 'lockstep'), { recursive: true });
  return join(BUILT, 'test', 'e2e', 'plans', 'satellite-process.js');
}
