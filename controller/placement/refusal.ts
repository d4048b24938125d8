/** The words for a placement that is not possible. */
import type { Choice } from './best-set.ts';
import type { PlacementTask } from './filters.ts';
import type { Placement } from './choose-places.ts';
import { PlacementError } from '../domain/placement-verdict.ts';

/** @returns the places. @throws PlacementError NOT_ENOUGH_NODES with the reasons for each node and pool. */
export function requirePlaces(what: string, task: PlacementTask, placement: Placement): readonly Choice[] {
  if (placement.chosen !== undefined) return placement.chosen;
  const { verdicts, fitting } = placement;
  const nodes = new Set(verdicts.map(({ node }) => node)).size;
  throw new PlacementError('NOT_ENOUGH_NODES', `${what} needs ${task.count} more nodes, ${fitting} fit`, {
    cause: causeOf(task, fitting, nodes),
    correction:
      'Ask for fewer replicas, drop wishes, add nodes or space, or bring back the nodes that are away. Nothing has been placed.',
    verdicts,
    refs: task.resourceName === undefined ? {} : { resource: task.resourceName },
  });
}

function causeOf(task: PlacementTask, fitting: number, nodes: number): string {
  if (nodes === 0) return 'There are no nodes.';
  if (fitting < task.count) return `${nodes - fitting} of ${nodes} nodes do not fit, see the details.`;
  const { filter } = task;
  const rules = [
    ...filter.replicasOnSame.map((key) => `replicas-on-same ${key}`),
    ...filter.replicasOnDifferent.map((key) => `replicas-on-different ${key}`),
    ...Object.entries(filter.xReplicasOnDifferent).map(([key, most]) => `x-replicas-on-different ${key} ${most}`),
    ...(filter.scatterWidth === undefined ? [] : [`scatter-width ${filter.scatterWidth}`]),
    'one kind of pools (AllowMixingStoragePoolDriver)',
  ];
  return `${fitting} nodes fit one by one, but no ${task.count} of them together keep to: ${rules.join('; ')}.`;
}
