/** What the clients of a plan ask for: operation i is a function of the seed and i alone, whoever carries it out. */
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';
import type { SimNode } from './sim-node.ts';
import { PLAN_BLOCK_BYTES } from './topology.ts';

export interface Operation {
  readonly kind: 'read' | 'write' | 'zero' | 'flush';
  readonly volume: number;
  /** In sectors of the plan. */
  readonly first: number;
  readonly count: number;
  readonly fua: boolean;
}

/** @param client distinguishes the operations of a second client: `rival/` */
export function operationOf(plan: Plan, index: number, client: string): Operation {
  const { workload } = plan;
  const random = new RandomStream(plan.seed, `${client}operation/${index}`);
  const kind = (['read', 'write', 'zero', 'flush'] as const)[random.weighted(workload.mix)] ?? 'write';
  const volume = random.below(plan.volumes.length);
  const sectors = ((plan.volumes[volume]?.blocks ?? 1) * PLAN_BLOCK_BYTES) / plan.sectorBytes;
  if (workload.sequentialBlocks === true) {
    const blockSectors = PLAN_BLOCK_BYTES / plan.sectorBytes;
    return { kind: 'write', volume: 0, first: (index * blockSectors) % sectors, count: blockSectors, fua: false };
  }
  const count = Math.min(random.between(1, workload.maxSectors), sectors);
  const hot = random.below(100) < workload.hotPercent;
  const span = Math.max(1, Math.floor(sectors / workload.hotSpots));
  const base = hot
    ? random.below(workload.hotSpots) * span + random.below(Math.min(span, workload.maxSectors))
    : random.below(sectors);
  const first = Math.min(base, sectors - count);
  return { kind, volume, first, count, fua: random.below(100) < workload.fuaPercent };
}

/** Within what the volume has now on this node. */
export function fitted(operation: Operation, node: SimNode | undefined): Operation {
  if (node?.changesSize !== true) return operation;
  const sectors = node.sectorsOf(operation.volume);
  const count = Math.min(operation.count, sectors);
  return { ...operation, count, first: operation.first % (sectors - count + 1) };
}
