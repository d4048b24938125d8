/**
 * The status that the controller watches: everything first, then only what changed, each object whole, at most one
 * message per interval. What is slow to learn (space of pools, space that a volume takes) is asked for less often.
 */
import type { SatelliteStatus } from '../../proto/gen/lockstep/satellite/v1/SatelliteStatus.ts';
import type { ResourceState } from '../../proto/gen/lockstep/satellite/v1/ResourceState.ts';
import type { StoragePoolState } from '../../proto/gen/lockstep/satellite/v1/StoragePoolState.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { Engine } from '../engine/engine.ts';
import type { Provisioner } from '../provision/provisioner.ts';
import type { StoragePools } from '../provision/storage-pools.ts';
import { brokenResourceState, resourceState, storagePoolState, type VolumePlace } from './status.codec.ts';

const MESSAGE_INTERVAL_MS = 200;
/** Resync progress and out-of-sync amounts change without an event. */
const PROGRESS_MS = 1_000;
const SPACE_AGE_MS_MAX = 5_000;

export interface StatusSources {
  readonly engine: Engine;
  readonly pools: StoragePools;
  readonly provisioner: Provisioner;
}

/** What one watcher has been sent, by object: the text is compared, since objects are small and changes rare. */
interface Sent {
  readonly resources: Map<string, string>;
  readonly pools: Map<string, string>;
}

export class StatusReader {
  readonly #sources: StatusSources;
  #pools: readonly StoragePoolState[] = [];
  #allocatedKib = new Map<string, number>();
  #spaceReadAt = Number.NEGATIVE_INFINITY;
  #readingSpace: Promise<void> | undefined;

  readonly #watchers = new Set<() => void>();

  constructor(sources: StatusSources) {
    this.#sources = sources;
    sources.engine.onEvent(() => this.#wakeWatchers());
  }

  /** After something was made or removed: the space is asked for again, and every watcher looks. */
  provisioned(): void {
    this.#spaceReadAt = Number.NEGATIVE_INFINITY;
    this.#wakeWatchers();
  }

  onChange(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #wakeWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }

  async read(): Promise<{ readonly resources: readonly ResourceState[]; readonly pools: readonly StoragePoolState[] }> {
    if (performance.now() - this.#spaceReadAt > SPACE_AGE_MS_MAX) {
      this.#readingSpace ??= this.#readSpace().finally(() => {
        this.#readingSpace = undefined;
      });
      await this.#readingSpace;
    }
    const { engine, provisioner } = this.#sources;
    const resources = provisioner.resourceNames().map((name): ResourceState => {
      const problems = provisioner.problems(name);
      if (!engine.has(name)) return brokenResourceState(name, provisioner.stored(name)?.node ?? 0, problems);
      // The controller knows nothing of names that are this node's own.
      const status = { ...engine.statusOf(name), name };
      return resourceState(status, (volume) => this.#place(name, volume as VolumeNumber), problems);
    });
    return { resources, pools: this.#pools };
  }

  #place(resource: string, volume: VolumeNumber): VolumePlace {
    const { engine, provisioner } = this.#sources;
    const pool = provisioner.stored(resource)?.volumes.find((candidate) => candidate.volume === volume)?.pool ?? '';
    return {
      pool,
      path: engine.backing(resource, volume)?.path ?? '',
      allocatedKib: this.#allocatedKib.get(`${resource}/${volume}`) ?? 0,
    };
  }

  async #readSpace(): Promise<void> {
    const { engine, pools } = this.#sources;
    const states = await pools.states();
    const allocated = new Map<string, number>();
    for (const name of engine.names()) {
      for (const { volume } of engine.statusOf(name).volumes) {
        const bytes = await engine
          .backing(name, volume)
          ?.allocatedBytes()
          .catch(() => undefined);
        if (bytes !== undefined) allocated.set(`${name}/${volume}`, Math.ceil(bytes / 1024));
      }
    }
    this.#pools = states.map(storagePoolState);
    this.#allocatedKib = allocated;
    this.#spaceReadAt = performance.now();
  }
}

/** Sends until `signal` aborts. `send` is false when the receiver is behind: the next look then waits longer, and loses nothing. */
export async function watchStatus(
  reader: StatusReader,
  signal: AbortSignal,
  send: (status: SatelliteStatus) => boolean,
): Promise<void> {
  const sent: Sent = { resources: new Map(), pools: new Map() };
  const bell = new Bell(signal);
  const unsubscribe = reader.onChange(() => bell.ring());
  try {
    for (let full = true; !signal.aborted; full = false) {
      bell.silence();
      const { resources, pools } = await reader.read();
      if (signal.aborted) return;
      const status: SatelliteStatus = {
        full,
        resources: changed(sent.resources, resources),
        removedResources: forgotten(sent.resources, resources),
        storagePools: changed(sent.pools, pools),
        removedStoragePools: forgotten(sent.pools, pools),
      };
      const keepsUp = full || !isEmpty(status) ? send(status) : true;
      await bell.wait(keepsUp ? MESSAGE_INTERVAL_MS : PROGRESS_MS, PROGRESS_MS);
    }
  } finally {
    unsubscribe();
  }
}

/** Remembers a ring that came while nobody waited. */
class Bell {
  readonly #signal: AbortSignal;
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  silence(): void {
    this.#rung = false;
  }

  /** At least `minMs`, at most `maxMs`, in between until it rings. Ends at once on abort. */
  async wait(minMs: number, maxMs: number): Promise<void> {
    await this.#sleep(minMs, () => this.#signal.aborted);
    await this.#sleep(Math.max(0, maxMs - minMs), () => this.#rung || this.#signal.aborted);
  }

  #sleep(ms: number, over: () => boolean): Promise<void> {
    if (over()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#wake = () => {
        if (over()) end();
      };
    });
  }
}

function changed<T extends { name?: string }>(sent: Map<string, string>, objects: readonly T[]): T[] {
  return objects.filter((object) => {
    const name = object.name ?? '';
    const text = JSON.stringify(object);
    if (sent.get(name) === text) return false;
    sent.set(name, text);
    return true;
  });
}

function forgotten(sent: Map<string, string>, objects: readonly { name?: string }[]): string[] {
  const gone = [...sent.keys()].filter((name) => !objects.some((object) => object.name === name));
  for (const name of gone) sent.delete(name);
  return gone;
}

function isEmpty(status: SatelliteStatus): boolean {
  const lists = [status.resources, status.removedResources, status.storagePools, status.removedStoragePools];
  return lists.every((list) => list === undefined || list.length === 0);
}
