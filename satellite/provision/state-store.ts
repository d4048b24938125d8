/**
 * The local copy of the desired state: `<data-dir>/resources/<name>.json`, `<data-dir>/storage-pools.json`. Each save is
 * durable on return. A file that does not parse is reported and left untouched: it may be all that explains a disk.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import { atOnce } from './at-once.ts';
import { type DesiredPool, type StoredResource, storedPoolsSchema, storedResourceSchema } from './desired-state.ts';
import { ensureDirectory, readIfPresent, removeDurably, writeDurably } from './durable-file.ts';

const SUFFIX = '.json';
const READ_AT_ONCE = 32;

export interface LoadedResources {
  readonly resources: readonly StoredResource[];
  readonly damaged: readonly { readonly name: string; readonly error: OperationError }[];
}

export class StateStore {
  readonly #poolsFile: string;
  readonly #folder: string;

  private constructor(dataDir: string) {
    this.#poolsFile = join(dataDir, 'storage-pools.json');
    this.#folder = join(dataDir, 'resources');
  }

  static async open(dataDir: string): Promise<StateStore> {
    const store = new StateStore(dataDir);
    await ensureDirectory(store.#folder);
    return store;
  }

  /** @throws OperationError STORE_FAILED when the file is damaged. */
  async loadPools(): Promise<readonly DesiredPool[]> {
    const text = await readIfPresent(this.#poolsFile);
    if (text === undefined) return [];
    const found = parsedWith(storedPoolsSchema, text);
    if (typeof found === 'string') throw damaged(this.#poolsFile, found);
    return found.pools;
  }

  async savePools(pools: readonly DesiredPool[]): Promise<void> {
    await writeDurably(this.#poolsFile, JSON.stringify({ format: 1, pools }, undefined, 2));
  }

  async loadResources(): Promise<LoadedResources> {
    const resources: StoredResource[] = [];
    const failures: { name: string; error: OperationError }[] = [];
    const files = (await readdir(this.#folder)).filter((file) => file.endsWith(SUFFIX)).sort();
    const texts = await atOnce(files, READ_AT_ONCE, (file) => readIfPresent(join(this.#folder, file)));
    for (const [index, file] of files.entries()) {
      const name = file.slice(0, -SUFFIX.length);
      const path = join(this.#folder, file);
      const found = parsedWith(storedResourceSchema, texts[index] ?? '');
      if (typeof found === 'string') failures.push({ name, error: damaged(path, found) });
      else if (found.name !== name)
        failures.push({ name, error: damaged(path, `it names the resource ${found.name}`) });
      else resources.push(found);
    }
    return { resources, damaged: failures };
  }

  async saveResource(resource: StoredResource): Promise<void> {
    await writeDurably(this.#pathOf(resource.name), JSON.stringify(resource, undefined, 2));
  }

  async removeResource(name: string): Promise<void> {
    await removeDurably(this.#pathOf(name));
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}${SUFFIX}`);
  }
}

/** @returns the value, or why it is none. The parsers of names throw, JSON.parse does too. */
function parsedWith<Schema extends z.ZodObject>(schema: Schema, text: string): z.output<Schema> | string {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? 'it is not what this satellite writes');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function damaged(path: string, because: string): OperationError {
  return new OperationError('STORE_FAILED', `the local state file ${path} cannot be read`, {
    cause: because,
    correction: 'Move the file away; the controller sends the state again. The data files are untouched.',
  });
}
