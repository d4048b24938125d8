/**
 * What each pool has promised: sums over its replicas, kept up to date replica by replica, so that a placement costs what
 * it looks at and not what the cluster holds. A promise counts from the moment it is decided.
 */
import { type ClusterView, volumesOf } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import { type ClusterStatus, observedResource } from '../domain/observed.ts';
import type { Resource } from '../domain/resource.ts';
import { grossKib, type StoragePool } from '../domain/storage-pool.ts';
import { throttleOf } from './placement-props.ts';

export interface PoolUsage {
  /** Of all volumes that belong into the pool, metadata included. */
  readonly reservedKib: number;
  /** Of those among them that the free space last reported does not show yet. */
  readonly unseenKib: number;
  readonly resources: number;
  /** Bytes per second that are set aside by throttles. */
  readonly throttle: number;
}

interface Share {
  readonly pool: string;
  readonly usage: PoolUsage;
}

const NOTHING: PoolUsage = { reservedKib: 0, unseenKib: 0, resources: 0, throttle: 0 };

export type UsageOf = (pool: StoragePool) => PoolUsage;

export class PoolLedger {
  private readonly shares = new Map<string, Share>();
  private readonly sums = new Map<string, PoolUsage>();
  private readonly keys = new WeakMap<StoragePool, string>();
  private readonly status: ClusterStatus;

  constructor(view: ClusterView, status: ClusterStatus) {
    this.status = status;
    this.rebuild(view);
  }

  readonly usage: UsageOf = (pool) => this.sums.get(this.keyOf(pool)) ?? NOTHING;

  rebuild(view: ClusterView): void {
    this.shares.clear();
    this.sums.clear();
    for (const resource of view.resources.all()) this.refresh(view, resourceKey(resource));
  }

  /** After a change of a replica, its volumes, or what its node reports of it. */
  refresh(view: ClusterView, key: string): void {
    const before = this.shares.get(key);
    const after = this.shareOf(view, key);
    if (before !== undefined) add(this.sums, before, -1);
    if (after === undefined) this.shares.delete(key);
    else {
      this.shares.set(key, after);
      add(this.sums, after, 1);
    }
  }

  /** As it would be with the replicas `changed` as `view` has them: for decisions that are not committed yet. */
  usageWith(view: ClusterView, changed: Iterable<string>): UsageOf {
    const differences = new Map<string, PoolUsage>();
    for (const key of changed) {
      const before = this.shares.get(key);
      const after = this.shareOf(view, key);
      if (before !== undefined) add(differences, before, -1);
      if (after !== undefined) add(differences, after, 1);
    }
    if (differences.size === 0) return this.usage;
    return (pool) => {
      const base = this.usage(pool);
      const difference = differences.get(this.keyOf(pool));
      return difference === undefined ? base : plus(base, difference, 1);
    };
  }

  /** Every placement asks for every pool. */
  private keyOf(pool: StoragePool): string {
    const known = this.keys.get(pool);
    if (known !== undefined) return known;
    const key = poolKey(pool.nodeName, pool.name);
    this.keys.set(pool, key);
    return key;
  }

  private shareOf(view: ClusterView, key: string): Share | undefined {
    const resource = view.resources.get(key);
    if (resource?.storagePool === undefined || !resource.diskful) return undefined;
    const seen = observedResource(this.status, resource.nodeName, resource.resourceName);
    let usage: PoolUsage = { ...NOTHING, resources: 1 };
    for (const definition of volumesOf(view, resource.resourceName)) {
      const volume = resource.volumes.find((entry) => entry.volume === definition.volume);
      if (volume === undefined) continue;
      const size = grossKib(definition, resource.peerSlots);
      const made = seen?.volumes.find((entry) => entry.volume === definition.volume);
      const unseenKib = made === undefined ? size : Math.max(0, definition.sizeKib - made.sizeKib);
      const throttle = throttleOf(view, resource, volume, definition);
      usage = plus(usage, { reservedKib: size, unseenKib, resources: 0, throttle }, 1);
    }
    return { pool: poolKey(resource.nodeName, resource.storagePool), usage };
  }
}

const poolKey = (nodeName: string, poolName: string): string => `${nameKey(nodeName)}/${nameKey(poolName)}`;

/** The key under which the state keeps it. */
export const resourceKey = ({ resourceName, nodeName }: Resource): string =>
  `${nameKey(resourceName)}/${nameKey(nodeName)}`;

function add(sums: Map<string, PoolUsage>, share: Share, sign: 1 | -1): void {
  sums.set(share.pool, plus(sums.get(share.pool) ?? NOTHING, share.usage, sign));
}

const plus = (a: PoolUsage, b: PoolUsage, sign: 1 | -1): PoolUsage => ({
  reservedKib: a.reservedKib + sign * b.reservedKib,
  unseenKib: a.unseenKib + sign * b.unseenKib,
  resources: a.resources + sign * b.resources,
  throttle: a.throttle + sign * b.throttle,
});
