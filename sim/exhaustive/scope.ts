/** How small the small world is, and the nodes that it begins with. */
import { formatMetadata } from '../../satellite/replication/metadata/format.ts';
import type { ResourceConfig } from '../../satellite/replication/config.ts';
import { type Plan, PLAN_VERSION } from '../plan.ts';
import { configOf, firstSuperblock, layoutOf, PLAN_BLOCK_BYTES } from '../topology.ts';
import { LocalDisk } from './local-disk.ts';

export interface Scope {
  readonly nodes: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly writes: number;
  readonly flushes: number;
  readonly crashes: number;
  readonly cuts: number;
  /** How often the client may open, on whichever node may become Primary. */
  readonly opens: number;
  /** Disks complete at once when nothing can crash any more: far fewer orders, and none in which a disk is late. */
  readonly instantDisks: boolean;
  /** Frames that a stream may hold. One that a turn has made longer is served before anything else happens. */
  readonly inFlight: number;
}

export function scopeOf(given: Partial<Scope>): Scope {
  const small = {
    nodes: 2,
    blocks: 1,
    writes: 2,
    flushes: 0,
    crashes: 1,
    cuts: 0,
    opens: 2,
    instantDisks: true,
    inFlight: 3,
  };
  return { ...small, blockBytes: PLAN_BLOCK_BYTES, ...given };
}

export function smallNode(scope: Scope, id: number): { readonly config: ResourceConfig; readonly disk: LocalDisk } {
  const plan = planOf(scope);
  const config = configOf(plan, id);
  const layout = layoutOf(plan, 0);
  const metadata = new Uint8Array(layout.totalBytes);
  for (const { offset, data } of formatMetadata(layout, firstSuperblock(plan, config, 0))) metadata.set(data, offset);
  return { config, disk: LocalDisk.formatted(scope.blocks, metadata) };
}

function planOf(scope: Scope): Plan {
  return {
    version: PLAN_VERSION,
    name: 'small-world',
    seed: 0,
    nodes: Array.from({ length: scope.nodes }, () => ({ diskful: true })),
    volumes: [{ blocks: scope.blocks, blockBytes: scope.blockBytes }],
    sectorBytes: 4_096,
    protocol: 'C',
    options: { alExtents: 2, useRle: false },
    network: { delayUs: 1, jitterUs: 0, bytesPerMs: 1_000, spikePermille: 0, spikeUs: 0, codec: false },
    disk: { latencyUs: 1, jitterUs: 0, flushUs: 0 },
    clockPpm: 0,
    shuffle: false,
    workload: {
      operations: 0,
      depth: 1,
      thinkUs: 0,
      mix: [0, 1, 0, 0],
      fuaPercent: 0,
      maxSectors: 1,
      hotPercent: 0,
      hotSpots: 1,
    },
    entries: [],
    durationMs: 0,
  };
}
