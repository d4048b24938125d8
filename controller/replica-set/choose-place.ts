/** Where a replica goes that the planner wants: the placement of its group, within limits of its own. */
import { findGroup, findPool } from '../domain/cluster-view.ts';
import { isGone, sameName } from '../domain/node.ts';
import type { ClusterStatus } from '../domain/observed.ts';
import { grossKib } from '../domain/storage-pool.ts';
import { autoPlace } from '../placement/auto-place.ts';
import { presentVolumes } from './membership.ts';
import type { ChoosePlace } from './plan.ts';
import { hasLeftover } from './wishes.ts';

export function chooserOf(status: ClusterStatus): ChoosePlace {
  return (view, definition, { targets, without }) => {
    const filter = findGroup(view, definition.groupName)?.filter;
    const placement = autoPlace(view, status, {
      resourceName: definition.name,
      count: view.nodes.size,
      poolNames: filter?.storagePools ?? [],
      needed: presentVolumes(view, definition.name).map((entry) => grossKib(entry, definition.peerSlots)),
    });
    const allowed = placement.chosen.filter(({ nodeName }) => {
      const node = view.nodes.get(nodeName.toUpperCase());
      return (
        node !== undefined &&
        !isGone(node) &&
        !hasLeftover(view, nodeName, definition.name) &&
        (targets.length === 0 || targets.some((name) => sameName(name, nodeName))) &&
        !without.some((name) => sameName(name, nodeName))
      );
    });
    const [best] = allowed;
    if (best !== undefined) return findPool(view, best.nodeName, best.name) ?? best;
    const reasons = placement.rejections.map(({ node, reason }) => `${node}: ${reason}`);
    return { reason: reasons.length === 0 ? 'no other node may take it' : reasons.join('; ') };
  };
}
