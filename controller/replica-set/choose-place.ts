/** Where a replica goes that the planner wants: by the wishes of its group, within limits of its own. */
import { findGroup } from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import { NO_FILTER } from '../domain/resource-group.ts';
import type { PlacementWorld } from '../placement/capacity.ts';
import { choosePlaces, countedReplicas } from '../placement/choose-places.ts';
import { neededKib } from './membership.ts';
import type { ChoosePlace } from './plan.ts';

export function chooserOf(world: PlacementWorld): ChoosePlace {
  return (view, definition, { targets, without, isThere }) => {
    const filter = findGroup(view, definition.groupName)?.filter ?? NO_FILTER;
    const allowed = view.nodes
      .all()
      .map(({ name }) => name)
      .filter((name) => targets.length === 0 || targets.some((target) => sameName(target, name)))
      .filter((name) => filter.nodeNames.length === 0 || filter.nodeNames.some((each) => sameName(each, name)))
      .filter((name) => !without.some((other) => sameName(other, name)));
    if (allowed.length === 0) return { reason: 'no node may take it' };
    const { chosen, verdicts } = choosePlaces(world, {
      resourceName: isThere === true ? undefined : definition.name,
      groupName: definition.groupName,
      filter: { ...filter, nodeNames: allowed },
      count: 1,
      needed: neededKib(view, definition),
      existing: countedReplicas(view, definition.name),
    });
    const pool = chosen?.[0]?.pool;
    if (pool !== undefined) return pool;
    const told = verdicts.filter(({ filter: name }) => name !== 'node-list' && name !== 'present');
    const reasons = told.map(({ node, reason }) => `${node}: ${reason}`);
    return { reason: reasons.length === 0 ? 'no other node may take it' : reasons.join('; ') };
  };
}
