/** The storage pools of this node by name. A pool that cannot be opened stays known with its error: its volumes are not lost. */
import { join } from 'node:path';
import { asOperationError, OperationError } from '../../common/errors.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { BackingStores } from '../engine/backing.ts';
import { DeviceProvider } from '../storage/device-provider.ts';
import { FileProvider } from '../storage/file-provider.ts';
import type { BackingVolume, StorageProvider } from '../storage/provider.ts';
import type { DesiredPool } from './desired-state.ts';

export interface PoolState {
  readonly pool: DesiredPool;
  readonly totalKib: number;
  readonly freeKib: number;
  readonly error: OperationError | undefined;
}

interface Entry {
  readonly pool: DesiredPool;
  readonly provider: StorageProvider | OperationError;
}

export class StoragePools implements BackingStores {
  readonly #stateDir: string;
  readonly #entries = new Map<string, Entry>();

  /** @param stateDir where device pools record which device holds which volume. */
  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  list(): readonly DesiredPool[] {
    return [...this.#entries.values()].map(({ pool }) => pool);
  }

  get(name: string): DesiredPool | undefined {
    return this.#entries.get(name)?.pool;
  }

  /** Opens (a directory is created when missing) or replaces the pool. A failure is kept and returned. */
  async put(pool: DesiredPool): Promise<OperationError | undefined> {
    let provider: StorageProvider | OperationError;
    try {
      provider = await this.#openProvider(pool);
    } catch (error) {
      provider = asStorageError(pool, error);
    }
    this.#entries.set(pool.name, { pool, provider });
    return provider instanceof OperationError ? provider : undefined;
  }

  delete(name: string): void {
    this.#entries.delete(name);
  }

  /** @throws OperationError STORAGE_POOL_NOT_FOUND, or why the pool cannot be used. */
  provider(name: string): StorageProvider {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new OperationError('STORAGE_POOL_NOT_FOUND', `there is no storage pool "${name}" on this node`, {
        correction: 'Create it first: lockstep storage-pool create.',
        refs: { 'storage-pool': name },
      });
    }
    if (entry.provider instanceof OperationError) throw entry.provider;
    return entry.provider;
  }

  open(pool: string, resource: string, volume: VolumeNumber): Promise<BackingVolume> {
    return this.provider(pool).open({ resource, volume });
  }

  async states(): Promise<readonly PoolState[]> {
    return Promise.all([...this.#entries.values()].map((entry) => stateOf(entry)));
  }

  async #openProvider(pool: DesiredPool): Promise<StorageProvider> {
    switch (pool.kind) {
      case 'FILE':
      case 'FILE_THIN':
        if (!pool.directory.startsWith('/')) {
          throw new OperationError(
            'INVALID_ARGUMENT',
            `storage pool ${pool.name} needs the absolute path of a directory`,
            { cause: `it says "${pool.directory}"` },
          );
        }
        return FileProvider.open({ directory: pool.directory, kind: pool.kind });
      case 'DEVICE':
        return DeviceProvider.open({ devices: pool.devices, stateFile: join(this.#stateDir, `${pool.name}.json`) });
    }
  }
}

async function stateOf({ pool, provider }: Entry): Promise<PoolState> {
  if (provider instanceof OperationError) return { pool, totalKib: 0, freeKib: 0, error: provider };
  try {
    return { pool, ...(await provider.capacity()), error: undefined };
  } catch (error) {
    return { pool, totalKib: 0, freeKib: 0, error: asStorageError(pool, error) };
  }
}

function asStorageError(pool: DesiredPool, error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  return new OperationError('BACKING_STORE_FAILED', `storage pool ${pool.name} cannot be used`, {
    cause: asOperationError(error).message,
    correction: pool.kind === 'DEVICE' ? 'Check the devices of the pool.' : `Check the directory ${pool.directory}.`,
    refs: { 'storage-pool': pool.name },
  });
}
