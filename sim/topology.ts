/** From a plan to what each node is given: its configuration, its options, its freshly formatted disks. */
import type { Generation, NodeId, VolumeNumber } from '../common/ids.ts';
import { type Bytes, bytes } from '../common/units.ts';
import type { PeerConfig, ResourceConfig, VolumeConfig } from '../satellite/replication/config.ts';
import { DEFAULT_OPTIONS, type ReplicationOptions } from '../common/options/options.ts';
import { JUST_CREATED, NO_GENERATION } from '../satellite/replication/metadata/generation-id.ts';
import { formatMetadata } from '../satellite/replication/metadata/format.ts';
import { type MetadataLayout, planLayout } from '../satellite/replication/metadata/layout.ts';
import { areLinked, type Plan, protocolBetween } from './plan.ts';
import { NO_QUORUM_RECORD, type Superblock } from '../satellite/replication/metadata/superblock.ts';
import type { SimDisk } from './sim-disk.ts';

const RESOURCE = 'simulated';
/** A bitmap bit stands for this much in a plan's `blocks`. */
export const PLAN_BLOCK_BYTES = 4_096;
/** The generation that all first replicas start with. */
const DAY_ZERO = 0x5eed_0000_0000_0010n as Generation;

/** Shorter periods than DRBD's defaults, so that a run of a few virtual seconds meets every timeout. */
const SIM_OPTIONS: ReplicationOptions = {
  ...DEFAULT_OPTIONS,
  pingIntMs: 1_000 as ReplicationOptions['pingIntMs'],
  pingTimeoutMs: 400 as ReplicationOptions['pingTimeoutMs'],
  timeoutMs: 1_200 as ReplicationOptions['timeoutMs'],
  koCount: 2,
  connectIntMs: 500 as ReplicationOptions['connectIntMs'],
  selfCheckMs: 2_000 as ReplicationOptions['selfCheckMs'],
  twopcTimeoutMs: 3_000 as ReplicationOptions['twopcTimeoutMs'],
  // The base swarm's resyncs run as fast as they can: pacing has a profile of its own (resync-flow).
  cPlanAhead: 0,
  cMinRate: 0 as ReplicationOptions['cMinRate'],
  resyncRate: 4_294_967_296 as ReplicationOptions['resyncRate'],
};

export function optionsOf(plan: Plan): ReplicationOptions {
  return { ...SIM_OPTIONS, ...(plan.options ?? {}) } as ReplicationOptions;
}

/** How long a link can be silent, or a write unanswered, before somebody notices. Microseconds. */
export function graceOf(options: ReplicationOptions): number {
  return (options.pingIntMs + options.pingTimeoutMs + options.timeoutMs * options.koCount + 3_000) * 1_000;
}

export const volumeConfigOf = (plan: Plan, node: number, volume: number): VolumeConfig => ({
  volume: volume as VolumeNumber,
  sizeBytes: bytes((plan.volumes[volume]?.blocks ?? 1) * PLAN_BLOCK_BYTES),
  diskful: plan.nodes[node]?.diskful === true,
});

export function configOf(plan: Plan, node: number): ResourceConfig {
  const self = plan.nodes[node];
  const volumes: VolumeConfig[] = plan.volumes.flatMap((volume, number) =>
    volume.absent === true ? [] : [volumeConfigOf(plan, node, number)],
  );
  let slot = 0;
  const peers: PeerConfig[] = [];
  plan.nodes.forEach((peer, id) => {
    if (id === node || !areLinked(plan, node, id)) return;
    const tracked = self?.diskful === true && peer.diskful;
    peers.push({
      node: id as NodeId,
      name: `n${id}`,
      protocol: protocolBetween(plan, node, id),
      diskful: peer.diskful,
      slot: tracked ? slot++ : undefined,
    });
  });
  return { name: RESOURCE, node: node as NodeId, volumes, peers, options: optionsOf(plan) };
}

/** @param node whose bitmap may have other blocks than the volume's */
export function layoutOf(plan: Plan, volume: number, node?: number): MetadataLayout {
  const shape = plan.volumes[volume];
  const own = plan.sizes?.bitmaps?.find((each) => each.node === node && each.volume === volume);
  return planLayout({
    dataBytes: bytes((plan.sizes?.start[volume] ?? shape?.blocks ?? 1) * PLAN_BLOCK_BYTES),
    slots: Math.max(1, plan.nodes.filter((each) => each.diskful).length - 1 + (plan.spareSlots ?? 0)),
    blockBytes: (own?.blockBytes ?? shape?.blockBytes ?? PLAN_BLOCK_BYTES) as Bytes,
    alExtents: optionsOf(plan).alExtents,
  });
}

/** Where sizes change: enough for several bitmaps of the smallest blocks. */
export function metadataBytesOf(plan: Plan, volume: number): number {
  const first = layoutOf(plan, volume);
  if (plan.sizes === undefined) return first.totalBytes;
  const dataBytes = bytes((plan.volumes[volume]?.blocks ?? 1) * PLAN_BLOCK_BYTES);
  const most = planLayout({
    ...first,
    dataBytes,
    blockBytes: PLAN_BLOCK_BYTES,
    alExtents: optionsOf(plan).alExtents,
    bitmapOffset: undefined,
  });
  return first.bitmapOffset + 8 * (most.totalBytes - most.bitmapOffset);
}

/** What the disk of a node holds at first. */
export function capacityOf(plan: Plan, node: number, volume: number): number {
  const { sizes } = plan;
  const own = sizes?.disks.find((each) => each.node === node && each.volume === volume);
  return (own?.blocks ?? sizes?.start[volume] ?? plan.volumes[volume]?.blocks ?? 1) * PLAN_BLOCK_BYTES;
}

/** A first replica (in sync with the others since day 0) or a fresh one that needs a full sync. */
export function formatDisk(
  plan: Plan,
  config: ResourceConfig,
  volume: number,
  disk: SimDisk,
  fresh = plan.nodes[config.node]?.fresh === true,
): void {
  disk.format(formatMetadata(layoutOf(plan, volume, config.node), firstSuperblock(plan, config, volume, fresh)));
}

export function firstSuperblock(
  plan: Plan,
  config: ResourceConfig,
  volume: number,
  fresh = plan.nodes[config.node]?.fresh === true,
): Superblock {
  const layout = layoutOf(plan, volume, config.node);
  return {
    sequence: 1,
    resource: config.name,
    volume: volume as VolumeNumber,
    node: config.node,
    dataBytes: layout.dataBytes,
    slots: layout.slots,
    blockBytes: layout.blockBytes as Bytes,
    alExtents: config.options.alExtents,
    deviceUuid: BigInt(config.node * 256 + volume + 1),
    current: (fresh ? JUST_CREATED : DAY_ZERO) as Generation,
    history: [],
    consistent: !fresh,
    wasUpToDate: !fresh,
    crashedPrimary: false,
    quorum: NO_QUORUM_RECORD,
    spare: undefined,
    peers: config.peers.map((peer) => ({
      node: peer.node,
      slot: peer.slot,
      bitmap: NO_GENERATION as Generation,
      outdated: false,
      fullSync: false,
    })),
  };
}

/** A dead node gets new disks, with what all first replicas were given. */
export function renewDisks(plan: Plan, config: ResourceConfig, disks: readonly (SimDisk | undefined)[]): void {
  disks.forEach((disk, volume) => {
    if (disk === undefined) return;
    disk.erase();
    formatDisk(plan, config, volume, disk, false);
  });
}
