/** The parts of a world that follow from the plan alone: its agenda, and each node with its disks. */
import { Agenda } from './agenda.ts';
import { Priorities } from './pct.ts';
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';
import { type DiskFaultKind, SimDisk } from './sim-disk.ts';
import { type NodeObserver, SimNode } from './sim-node.ts';
import type { SimPayload } from './sim-payload.ts';
import { capacityOf, configOf, formatDisk, metadataBytesOf, PLAN_BLOCK_BYTES } from './topology.ts';
import type { Trace } from './trace.ts';

/** Sources of events on the agenda: directions of links have the numbers below. */
const DISK_SOURCES = 65_536;

export function agendaOf(plan: Plan, trace: Trace): Agenda {
  const schedule = new RandomStream(plan.seed, 'schedule');
  const priorities = plan.pct === undefined ? undefined : new Priorities(plan.seed, plan.pct);
  return new Agenda({
    holdBack: priorities === undefined ? undefined : (source) => priorities.holdBack(source),
    onRun: (time, eventClass) => trace.mix(time, eventClass, Math.floor(time / 0x1_0000_0000)),
    tiebreak: plan.shuffle ? () => schedule.next() : undefined,
  });
}

interface NodeSurroundings {
  readonly agenda: Agenda;
  readonly trace: Trace;
  readonly observer: NodeObserver;
  accepted(payload: SimPayload | undefined): void;
  isSpare(node: SimNode): boolean;
  diskFailed(node: SimNode, volume: number, kind: DiskFaultKind): void;
}

export function buildNode(plan: Plan, id: number, world: NodeSurroundings): SimNode {
  const { agenda, trace, observer } = world;
  const config = configOf(plan, id);
  const clock = new RandomStream(plan.seed, `clock/n${id}`);
  let node: SimNode | undefined;
  const disks = plan.volumes.map((volume, number) => {
    if (plan.nodes[id]?.diskful !== true) return undefined;
    const disk = new SimDisk({
      agenda,
      random: new RandomStream(plan.seed, `disk/n${id}/${number}`),
      profile: { ...plan.disk, durableCache: config.options.writeOrdering === 'drain' },
      sectorBytes: plan.sectorBytes,
      dataBytes: volume.blocks * PLAN_BLOCK_BYTES,
      metadataBytes: metadataBytesOf(plan, number),
      capacityBytes: capacityOf(plan, id, number),
      source: DISK_SOURCES + id * plan.volumes.length + number,
      observer: {
        accepted: (_first, _count, payload) => world.accepted(payload),
        mayFail: () => node !== undefined && world.isSpare(node),
        failed: (kind) => {
          if (node !== undefined) world.diskFailed(node, number, kind);
        },
      },
    });
    formatDisk(plan, config, number, disk);
    return disk;
  });
  node = new SimNode({
    config,
    agenda,
    trace,
    random: new RandomStream(plan.seed, `node/n${id}`),
    observer,
    disks,
    sectorBytes: plan.sectorBytes,
    changesSize: plan.sizes !== undefined,
    clockRatePpm: plan.clockPpm === 0 ? 0 : clock.between(-plan.clockPpm, plan.clockPpm),
  });
  return node;
}
