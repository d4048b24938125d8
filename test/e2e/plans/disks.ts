/** The disks of a satellite under test: what the engine opens fails, hangs or forgets on command. */
import type { BackingStores } from '../../../satellite/engine/backing.ts';
import { FaultDevice } from '../../../satellite/storage/decorators/fault-device.ts';
import { type Survivors, VolatileDevice } from '../../../satellite/storage/decorators/volatile-device.ts';
import type { BlockDevice } from '../../../satellite/storage/block-device.ts';
import { RandomStream } from '../../../sim/prng.ts';
import type { SurvivorKind } from '../../../sim/survivors.ts';
import type { DiskCache } from './messages.ts';

export interface Area {
  readonly faults: FaultDevice;
  readonly cache: VolatileDevice | undefined;
}

export interface DiskUnderTest {
  readonly data: Area;
  readonly metadata: Area;
}

export class DisksUnderTest {
  /** By volume: the disk that was opened last. */
  readonly opened = new Map<number, DiskUnderTest>();
  readonly #cache: DiskCache;

  constructor(cache: DiskCache) {
    this.#cache = cache;
  }

  inFrontOf(stores: BackingStores): BackingStores {
    return {
      open: async (pool, resource, volume) => {
        const backing = await stores.open(pool, resource, volume);
        const disk = { data: this.#area(backing.data), metadata: this.#area(backing.metadata) };
        this.opened.set(volume, disk);
        return {
          ...backing,
          data: disk.data.faults,
          metadata: disk.metadata.faults,
          allocatedBytes: () => backing.allocatedBytes(),
        };
      },
    };
  }

  forEachArea(act: (area: Area) => void): void {
    for (const { data, metadata } of this.opened.values()) for (const area of [data, metadata]) act(area);
  }

  /** All areas stop in the same turn; what survives is then written. */
  async cutPower(kind: SurvivorKind, seed: number): Promise<void> {
    const cuts: Promise<void>[] = [];
    this.forEachArea(({ cache }) => {
      if (cache === undefined) throw new Error('power is cut only where disks have a volatile cache');
      cuts.push(cache.powerCut(survivorsOf(kind, cache.cachedWrites, new RandomStream(seed, `cut/${cuts.length}`))));
    });
    await Promise.all(cuts);
  }

  #area(device: BlockDevice): Area {
    const cache = this.#cache === 'kernel' ? undefined : new VolatileDevice(device);
    const front = cache ?? device;
    return { faults: new FaultDevice(this.#cache === 'lying' ? withoutFlush(front) : front), cache };
  }
}

function withoutFlush(device: BlockDevice): BlockDevice {
  return {
    sizeBytes: device.sizeBytes,
    read: (offset, length, done) => device.read(offset, length, done),
    write: (offset, chunks, done) => device.write(offset, chunks, done),
    zero: (offset, length, mayUnmap, done) => device.zero(offset, length, mayUnmap, done),
    flush: (done) => void setImmediate(done, undefined),
    close: () => device.close(),
  };
}

/** The ways of `sim/survivors.ts`. What is in flight is never garbled here: `garbage` tears like `torn`. */
function survivorsOf(kind: SurvivorKind, cached: number, random: RandomStream): Survivors {
  const cut = random.below(cached + 1);
  const fates = new Map<number, boolean>();
  let first: number | undefined;
  const drawn = (write: number): boolean => {
    const fate = fates.get(write) ?? random.coin();
    fates.set(write, fate);
    return fate;
  };
  return (write) => {
    first ??= write;
    switch (kind) {
      case 'nothing':
        return false;
      case 'everything':
        return true;
      case 'prefix':
        return write - first < cut;
      case 'newest':
        return write - first >= cut;
      case 'subset':
        return drawn(write);
      case 'torn':
      case 'garbage':
        return random.coin();
    }
  };
}
