/**
 * Pure: whether a resource wants a voter more. With an even number of diskful replicas one diskless replica that only votes
 * decides between two halves; it is made and removed as the others come and go (LINSTOR's auto-tiebreaker).
 */
import { type ClusterView, findResource, resourcesOn } from '../domain/cluster-view.ts';
import { isGone, nameKey } from '../domain/node.ts';
import { type ClusterStatus, isOnline } from '../domain/observed.ts';
import { firstValue, isYes } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import { hasLeftover, lasting, levelsOf } from './wishes.ts';

const TIE_BREAKER_KEY = 'DrbdOptions/auto-add-quorum-tiebreaker';
const AUTO_QUORUM_KEY = 'DrbdOptions/auto-quorum';
const QUORUM_KEY = 'DrbdOptions/Resource/quorum';

export type TieBreakerMove =
  | { readonly kind: 'add'; readonly nodeName: string }
  | { readonly kind: 'remove'; readonly resource: Resource }
  | { readonly kind: 'impossible'; readonly reason: string };

/** Two diskful replicas have no majority without a third voter, and no even number of them has one that survives a cut in the middle. */
function isWanted(view: ClusterView, definition: ResourceDefinition, voters: readonly Resource[]): boolean {
  const levels = levelsOf(view, definition);
  if (!isYes(firstValue(TIE_BREAKER_KEY, levels) ?? 'True')) return false;
  const quorum = firstValue(QUORUM_KEY, levels);
  // By hand it wins over the automatism.
  if (quorum === 'off' || (quorum === undefined && firstValue(AUTO_QUORUM_KEY, levels) === 'disabled')) return false;
  const diskful = voters.filter((entry) => entry.diskful).length;
  const others = voters.some((entry) => !entry.diskful && entry.tieBreaker !== true);
  return diskful >= 2 && diskful % 2 === 0 && !others;
}

/** A diskless replica that is to go and would be needed as a tie-breaker right afterwards: it becomes that one. */
export function takesOver(view: ClusterView, resource: Resource, definition: ResourceDefinition): boolean {
  if (resource.diskful || resource.tieBreaker === true) return false;
  const others = lasting(view, definition.name).filter((entry) => entry.nodeName !== resource.nodeName);
  const isPresent = others.some((entry) => entry.tieBreaker === true);
  return !isPresent && isWanted(view, definition, others);
}

/** Whoever deletes a tie-breaker by hand does not want one. */
export const withoutTieBreaker = (definition: ResourceDefinition): ResourceDefinition => ({
  ...definition,
  props: { ...definition.props, [TIE_BREAKER_KEY]: 'False' },
});

export function tieBreakerMove(
  view: ClusterView,
  status: ClusterStatus,
  definition: ResourceDefinition,
): TieBreakerMove | undefined {
  const voters = lasting(view, definition.name);
  const present = voters.find((entry) => entry.tieBreaker === true);
  const wanted = isWanted(view, definition, voters);
  if (wanted === (present !== undefined)) return undefined;
  // A voter that is away is not taken out of the count: it would be told too late.
  if (present !== undefined)
    return isOnline(status, present.nodeName) ? { kind: 'remove', resource: present } : undefined;
  const candidates = view.nodes
    .all()
    .filter((node) => !isGone(node) && node.type !== 'CONTROLLER' && isOnline(status, node.name))
    .filter(({ name }) => findResource(view, definition.name, name) === undefined)
    .filter(({ name }) => !hasLeftover(view, name, definition.name))
    .map((node) => ({ node, load: resourcesOn(view, node.name).filter((entry) => entry.tieBreaker === true).length }))
    .sort((a, b) => a.load - b.load || (nameKey(a.node.name) < nameKey(b.node.name) ? -1 : 1));
  const [best] = candidates;
  if (best === undefined) return { kind: 'impossible', reason: 'no online node is free for a tie-breaker' };
  return { kind: 'add', nodeName: best.node.name };
}
