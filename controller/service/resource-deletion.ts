/** Deleting replicas, by name of node: guards first, then each goes its way, with the tie-breaker as a special case. */
import { OperationError } from '../../common/errors.ts';
import { type Answer, problem, success } from '../domain/answer.ts';
import { type ClusterView, findDefinition, findResource, requireNode, resourcesOf } from '../domain/cluster-view.ts';
import type { Resource } from '../domain/resource.ts';
import { removeReplica } from '../replica-set/membership.ts';
import { takesOver, withoutTieBreaker } from '../replica-set/tie-breaker.ts';
import type { Draft } from '../state/tables.ts';
import { refuseInUse, refuseLastCopy } from './deletion-guard.ts';
import type { Outcome, ServiceContext } from './use-case.ts';

export interface DeleteResource {
  readonly resourceName: string;
  readonly nodeNames: readonly string[];
  /** A tie-breaker stays, and goes on being wanted. */
  readonly keepTiebreaker: boolean;
}

export function deleteReplicas(context: ServiceContext, draft: Draft, input: DeleteResource): Outcome {
  const { resourceName, nodeNames, keepTiebreaker } = input;
  if (nodeNames.length === 0) throw new OperationError('INVALID_ARGUMENT', 'No node is named');
  const name = findDefinition(draft, resourceName)?.name ?? resourceName;
  const leaving = [...new Set(nodeNames.map((nodeName) => requireResource(draft, name, nodeName)))];
  const fresh = leaving.filter((resource) => resource.deletionRequestedAtMs === undefined);
  refuseInUse(draft, context.status, leaving);
  refuseLastCopy(draft, context.status, fresh);
  const gone = leaving.map((resource) => ({ resource, ...letGo(context, draft, resource, keepTiebreaker) }));
  return {
    answers: gone.flatMap(({ answers }) => answers),
    targets: gone
      .filter(({ waits }) => waits)
      .map(({ resource }) => {
        return { kind: 'resource', node: resource.nodeName, name: resource.resourceName, goal: 'gone' } as const;
      }),
  };
}

interface Departure {
  readonly answers: readonly Answer[];
  /** The satellite has something to do that the caller waits for. */
  readonly waits: boolean;
}

function letGo(
  { status, clock }: ServiceContext,
  draft: Draft,
  resource: Resource,
  keepTiebreaker: boolean,
): Departure {
  const { nodeName, resourceName, deletionRequestedAtMs } = resource;
  const refs = { node: nodeName, resource: resourceName };
  const what = `Resource "${resourceName}" on node "${nodeName}"`;
  const definition = findDefinition(draft, resourceName);
  if (deletionRequestedAtMs === undefined && definition !== undefined) {
    if (takesOver(draft, resource, definition)) {
      draft.put('resources', { ...resource, tieBreaker: true });
      const answer = success('MODIFIED', `${what} is not deleted, but kept as a tie-breaker`, refs);
      return { answers: [answer], waits: false };
    }
    if (resource.tieBreaker === true && keepTiebreaker) {
      return { answers: [success('UNCHANGED', `${what} is the tie-breaker, and stays`, refs)], waits: false };
    }
    if (resource.tieBreaker === true) draft.put('definitions', withoutTieBreaker(definition));
  }
  if (removeReplica(draft, status, resource, clock.wallMs())) {
    return { answers: [success('DELETED', `${what} deleted`, refs), leftThere(nodeName, refs)], waits: false };
  }
  return { answers: [success('DELETION_STARTED', `${what} is marked for deletion`, refs)], waits: true };
}

/** The warning about data on a node that is away. */
export const leftThere = (nodeName: string, refs: Readonly<Record<string, string>>): Answer =>
  problem('WARN', 'SATELLITE_UNREACHABLE', `Node "${nodeName}" is not connected`, {
    cause: 'Its data lies there still.',
    correction: 'Nothing to do if it returns: it deletes them then. If it does not: lockstep node lost.',
    refs: { ...refs, node: nodeName },
  });

/** @throws OperationError RESOURCE_NOT_FOUND. */
function requireResource(view: ClusterView, resourceName: string, nodeName: string): Resource {
  const node = requireNode(view, nodeName);
  const resource = findResource(view, resourceName, node.name);
  if (resource !== undefined) return resource;
  const where = resourcesOf(view, resourceName).map((entry) => entry.nodeName);
  throw new OperationError(
    'RESOURCE_NOT_FOUND',
    `There is no resource "${resourceName.slice(0, 64)}" on node "${node.name}"`,
    {
      correction: where.length === 0 ? 'See: lockstep resource list' : `It is on ${where.join(', ')}.`,
      refs: { resource: resourceName, node: node.name },
    },
  );
}
