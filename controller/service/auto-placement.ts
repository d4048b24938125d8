/** Lets placement choose, inside a transaction: how many replicas are missing, where they go, and what the caller is told. */
import { OperationError } from '../../common/errors.ts';
import { type Answer, success } from '../domain/answer.ts';
import { type ClusterView, findDefinition, findGroup, requireNode } from '../domain/cluster-view.ts';
import type { PlacementVerdict } from '../domain/placement-verdict.ts';
import type { Protocol, ResourceDefinition } from '../domain/resource-definition.ts';
import { NO_FILTER, type SelectFilter } from '../domain/resource-group.ts';
import type { Choice } from '../placement/best-set.ts';
import { choosePlaces, countedReplicas, type Placement, verdictOn } from '../placement/choose-places.ts';
import type { PlacementTask } from '../placement/filters.ts';
import { requirePlaces } from '../placement/refusal.ts';
import type { Draft } from '../state/tables.ts';
import { neededKib, type Place } from '../replica-set/membership.ts';
import { makeReplicas } from './replica-maker.ts';
import type { CallOptions, Outcome, ServiceContext } from './use-case.ts';

export const groupFilter = (view: ClusterView, definition: ResourceDefinition): SelectFilter =>
  findGroup(view, definition.groupName)?.filter ?? NO_FILTER;

/** The choice of places for a resource, for as many replicas as are missing. */
export interface PlacementOrder {
  readonly definition: ResourceDefinition;
  /** Those of its group with what the caller said. */
  readonly filter: SelectFilter;
  readonly protocol: Protocol | undefined;
  readonly diskless: boolean;
}

/**
 * @throws OperationError NOT_ENOUGH_NODES (with the reasons), INVALID_ARGUMENT (fewer wanted than there are), NODE_NOT_FOUND,
 * UNDECIDABLE_PLACEMENT, PEER_SLOTS_EXHAUSTED.
 */
export function placeAutomatically(
  context: ServiceContext,
  draft: Draft,
  call: Pick<CallOptions, 'whatIf'>,
  order: PlacementOrder,
): Outcome {
  const { definition, filter, protocol, diskless } = order;
  for (const name of filter.nodeNames) requireNode(draft, name);
  const existing = countedReplicas(draft, definition.name);
  const count = missingReplicas(filter, diskless ? 0 : existing.length);
  const task = taskFor(draft, definition, filter, count, diskless);
  const placement = choosePlaces(context.worlds.within(draft), task);
  const chosen = requirePlaces(`Resource "${definition.name}"`, task, placement);
  const made = makeReplicas(context, draft, definition, chosen.map(placeOf), protocol);
  const attached =
    filter.disklessOnRemaining === true && !diskless ? attachRemaining(context, draft, order) : undefined;
  return {
    answers: [
      placedAnswer(definition, chosen, placement, existing.length, call),
      ...made.answers,
      ...(attached?.answers ?? []),
    ],
    targets: [...made.targets, ...(attached?.targets ?? [])],
    nodeNames: [...(made.nodeNames ?? []), ...(attached?.nodeNames ?? [])],
  };
}

export function taskFor(
  view: ClusterView,
  definition: ResourceDefinition,
  filter: SelectFilter,
  count: number,
  diskless = false,
): PlacementTask {
  return {
    resourceName: definition.name,
    groupName: definition.groupName,
    filter,
    count,
    needed: neededKib(view, definition),
    existing: diskless ? [] : countedReplicas(view, definition.name),
    diskless,
  };
}

const placeOf = ({ node, pool }: Choice): Place => ({ nodeName: node.name, pool });

/** Every other node that may have it. Their number is no condition, so nobody is told why a node was left out. */
function attachRemaining(context: ServiceContext, draft: Draft, { definition, filter }: PlacementOrder): Outcome {
  const own = { ...filter, replicasOnSame: [], replicasOnDifferent: [], xReplicasOnDifferent: {} };
  const world = context.worlds.within(draft);
  const { verdicts } = choosePlaces(world, { ...taskFor(draft, definition, own, 0, true), existing: [] });
  const nodes = verdicts.filter((verdict) => verdict.filter === '').map((verdict) => verdict.node);
  const current = findDefinition(draft, definition.name) ?? definition;
  return makeReplicas(
    context,
    draft,
    current,
    nodes.map((nodeName) => ({ nodeName, pool: undefined })),
    undefined,
  );
}

function placedAnswer(
  definition: ResourceDefinition,
  chosen: readonly Choice[],
  placement: Placement,
  existing: number,
  call: Pick<CallOptions, 'whatIf'>,
): Answer {
  const refs = { resource: definition.name };
  // A trial is asked for the reasons; otherwise thousands of placements would each carry the whole cluster.
  const verdicts = (answer: Answer, told: readonly PlacementVerdict[]): Answer => ({ ...answer, placement: told });
  const told = call.whatIf === true ? placement.verdicts : chosen.map((choice) => verdictOn(choice, chosen));
  if (chosen.length === 0) {
    const message = `Resource "${definition.name}" has ${existing} replicas already`;
    return verdicts(success('UNCHANGED', message, refs), told);
  }
  const places = chosen.map(({ node, pool }) => `${node.name} (${pool?.name ?? 'diskless'})`).join(', ');
  return verdicts(success('PLACED', `Resource "${definition.name}" placed on ${places}`, refs), told);
}

/** @throws OperationError INVALID_ARGUMENT. */
function missingReplicas({ placeCount, additionalPlaceCount }: SelectFilter, present: number): number {
  if (additionalPlaceCount !== undefined) return additionalPlaceCount;
  if (placeCount === undefined || placeCount === 0) {
    throw new OperationError('INVALID_ARGUMENT', 'Nobody says how many replicas are wanted', {
      correction: 'Give --place-count N, or give one to its resource group: lockstep resource-group modify.',
    });
  }
  if (placeCount >= present) return placeCount - present;
  throw new OperationError('INVALID_ARGUMENT', `There are ${present} replicas already, more than ${placeCount}`, {
    correction: 'Delete the superfluous ones by name: lockstep resource delete',
  });
}
