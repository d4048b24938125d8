/** New replicas inside a transaction, with what the caller is told of them. */
import { type Answer, info, success } from '../domain/answer.ts';
import type { ClusterView } from '../domain/cluster-view.ts';
import type { Protocol, ResourceDefinition } from '../domain/resource-definition.ts';
import { addReplicas, type Place, presentVolumes } from '../replica-set/membership.ts';
import type { Draft } from '../state/tables.ts';
import type { Outcome, ServiceContext } from './use-case.ts';

/** The places are all diskful or all diskless. @throws OperationError PEER_SLOTS_EXHAUSTED. */
export function makeReplicas(
  { clock, random }: ServiceContext,
  draft: Draft,
  definition: ResourceDefinition,
  places: readonly Place[],
  protocol: Protocol | undefined,
): Outcome {
  if (places.length === 0) return { answers: [], targets: [], nodeNames: [] };
  addReplicas(draft, definition, {
    places,
    protocol,
    nowMs: clock.wallMs(),
    newGeneration: () => random.generation(),
  });
  const created = places.map((place) => place.nodeName);
  return {
    answers: places.flatMap((place) => placeAnswers(draft, definition, place)),
    targets: created.map((node) => ({ kind: 'resource', node, name: definition.name, goal: 'applied' }) as const),
    nodeNames: created,
  };
}

function placeAnswers(view: ClusterView, definition: ResourceDefinition, place: Place): Answer[] {
  const refs = { resource: definition.name, node: place.nodeName };
  const where = place.pool === undefined ? 'diskless' : `storage pool "${place.pool.name}"`;
  const created = success('CREATED', `New resource "${definition.name}" on node "${place.nodeName}" (${where})`, refs);
  const early = presentVolumes(view, definition.name).length === 0;
  return early ? [created, info(`Resource "${definition.name}" has no volumes yet`, refs)] : [created];
}
