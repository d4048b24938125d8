/** Use cases of resources: replicas and diskless attachments of a definition on nodes. */
import { OperationError } from '../../common/errors.ts';
import { type Answer, info, problem, success } from '../domain/answer.ts';
import {
  type ClusterView,
  findDefinition,
  findResource,
  requireDefinition,
  requireNode,
  requirePool,
  resourcesOf,
} from '../domain/cluster-view.ts';
import type { Resource } from '../domain/resource.ts';
import { parseProtocol, type Protocol, type ResourceDefinition } from '../domain/resource-definition.ts';
import { DEFAULT_POOL, grossKib, type StoragePool } from '../domain/storage-pool.ts';
import { autoPlace, type Rejection } from '../placement/auto-place.ts';
import { roomFor } from '../placement/capacity.ts';
import type { Draft } from '../state/tables.ts';
import { refuseInUse, refuseLastCopy } from './deletion-guard.ts';
import { addReplicas, type Place, presentVolumes, removeReplica } from '../replica-set/membership.ts';
import { takesOver, withoutTieBreaker } from '../replica-set/tie-breaker.ts';
import { hasLeftover, leftoverThere } from '../replica-set/wishes.ts';
import { type CallOptions, type Outcome, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

const PLACE_COUNT_DEFAULT = 2;

export interface CreateResource {
  readonly resourceName: string;
  readonly nodeNames: readonly string[];
  /** Empty: DfltStorPool. */
  readonly storagePoolName: string;
  readonly diskless: boolean;
  /** Empty: that of the definition. */
  readonly protocol: string;
}

export interface AutoPlaceResource {
  readonly resourceName: string;
  readonly placeCount: number | undefined;
  readonly additionalPlaceCount: number | undefined;
  readonly storagePoolNames: readonly string[];
  readonly protocol: string;
}

export interface DeleteResource {
  readonly resourceName: string;
  readonly nodeNames: readonly string[];
  /** A tie-breaker stays, and goes on being wanted. */
  readonly keepTiebreaker: boolean;
}

export class ResourceService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  create(input: CreateResource, call: CallOptions): Promise<Reply> {
    const operation = `resource create ${input.nodeNames.join(' ')} ${input.resourceName}`;
    return runUseCase(this.context, operation, call, (draft) => {
      const definition = requireDefinition(draft, input.resourceName);
      if (input.nodeNames.length === 0) throw new OperationError('INVALID_ARGUMENT', 'No node is named');
      const nodes = input.nodeNames.map((name) => requireNode(draft, name));
      if (new Set(nodes).size < nodes.length) throw new OperationError('INVALID_ARGUMENT', 'A node is named twice');
      for (const node of nodes) refusePresent(draft, definition.name, node.name);
      const poolName = input.storagePoolName === '' ? DEFAULT_POOL : input.storagePoolName;
      const places = nodes.map((node): Place => {
        return { nodeName: node.name, pool: input.diskless ? undefined : requirePool(draft, node.name, poolName) };
      });
      this.requireRoom(draft, definition, places);
      return this.place(draft, definition, places, protocolOf(input.protocol));
    });
  }

  autoPlace(input: AutoPlaceResource, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `resource auto-place ${input.resourceName}`, call, (draft) => {
      const definition = requireDefinition(draft, input.resourceName);
      const present = resourcesOf(draft, definition.name).filter(
        (entry) => entry.diskful && entry.deletionRequestedAtMs === undefined,
      ).length;
      const count = missingReplicas(input, present);
      if (count === 0) {
        const message = `Resource "${definition.name}" has ${present} replicas already`;
        return { answers: [success('UNCHANGED', message, { resource: definition.name })], targets: [] };
      }
      const placement = autoPlace(draft, this.context.status, {
        resourceName: definition.name,
        count,
        poolNames: input.storagePoolNames,
        needed: neededKib(draft, definition),
      });
      if (placement.chosen.length < count) {
        throw notEnoughNodes(definition.name, count, placement.chosen, placement.rejections);
      }
      const places = placement.chosen.map((pool): Place => ({ nodeName: pool.nodeName, pool }));
      const outcome = this.place(draft, definition, places, protocolOf(input.protocol));
      const chosen = places.map((place) => `${place.nodeName} (${place.pool?.name ?? ''})`).join(', ');
      const note = success('PLACED', `Resource "${definition.name}" placed on ${chosen}`, {
        resource: definition.name,
      });
      return { ...outcome, answers: [note, ...outcome.answers] };
    });
  }

  delete(input: DeleteResource, call: CallOptions): Promise<Reply> {
    const { resourceName, nodeNames } = input;
    const operation = `resource delete ${nodeNames.join(' ')} ${resourceName}`;
    return runUseCase(this.context, operation, call, (draft) => {
      if (nodeNames.length === 0) throw new OperationError('INVALID_ARGUMENT', 'No node is named');
      const leaving = [...new Set(nodeNames.map((nodeName) => requireResource(draft, resourceName, nodeName)))];
      const fresh = leaving.filter((resource) => resource.deletionRequestedAtMs === undefined);
      refuseInUse(draft, this.context.status, leaving);
      refuseLastCopy(draft, this.context.status, fresh);
      const gone = leaving.map((resource) => this.letGo(draft, resource, input.keepTiebreaker));
      return {
        answers: gone.flatMap(({ answers }) => answers),
        targets: gone.flatMap(({ waits }, index) => {
          const entry = leaving[index];
          if (!waits || entry === undefined) return [];
          return [{ kind: 'resource', node: entry.nodeName, name: entry.resourceName, goal: 'gone' } as const];
        }),
      };
    });
  }

  private letGo(draft: Draft, resource: Resource, keepTiebreaker: boolean): { answers: Answer[]; waits: boolean } {
    const { nodeName, resourceName, deletionRequestedAtMs } = resource;
    const { status, clock } = this.context;
    const refs = { node: nodeName, resource: resourceName };
    const what = `Resource "${resourceName}" on node "${nodeName}"`;
    const definition = findDefinition(draft, resourceName);
    if (deletionRequestedAtMs === undefined && definition !== undefined) {
      if (takesOver(draft, resource, definition)) {
        draft.put('resources', { ...resource, tieBreaker: true });
        return {
          answers: [success('MODIFIED', `${what} is not deleted, but kept as a tie-breaker`, refs)],
          waits: false,
        };
      }
      if (resource.tieBreaker === true && keepTiebreaker) {
        return { answers: [success('UNCHANGED', `${what} is the tie-breaker, and stays`, refs)], waits: false };
      }
      if (resource.tieBreaker === true) draft.put('definitions', withoutTieBreaker(definition));
    }
    if (removeReplica(draft, status, resource, clock.wallMs())) {
      const warning = problem('WARN', 'SATELLITE_UNREACHABLE', `Node "${nodeName}" is not connected`, {
        cause: 'Its data lies there still.',
        correction: 'Nothing to do if it returns: it deletes them then. If it does not: lockstep node lost.',
        refs,
      });
      return { answers: [success('DELETED', `${what} deleted`, refs), warning], waits: false };
    }
    return { answers: [success('DELETION_STARTED', `${what} is marked for deletion`, refs)], waits: true };
  }

  private place(
    draft: Draft,
    definition: ResourceDefinition,
    places: readonly Place[],
    protocol: Protocol | undefined,
  ): Outcome {
    const { clock, random } = this.context;
    addReplicas(draft, definition, {
      places,
      protocol,
      nowMs: clock.wallMs(),
      newGeneration: () => random.generation(),
    });
    const created = places.map((place) => place.nodeName);
    return {
      answers: places.flatMap((place) => this.placeAnswers(draft, definition, place)),
      targets: created.map((node) => ({ kind: 'resource', node, name: definition.name, goal: 'applied' }) as const),
      nodeNames: created,
    };
  }

  private placeAnswers(view: ClusterView, definition: ResourceDefinition, place: Place): Answer[] {
    const refs = { resource: definition.name, node: place.nodeName };
    const where = place.pool === undefined ? 'diskless' : `storage pool "${place.pool.name}"`;
    const created = success(
      'CREATED',
      `New resource "${definition.name}" on node "${place.nodeName}" (${where})`,
      refs,
    );
    const early = presentVolumes(view, definition.name).length === 0;
    return early ? [created, info(`Resource "${definition.name}" has no volumes yet`, refs)] : [created];
  }

  private requireRoom(view: ClusterView, definition: ResourceDefinition, places: readonly Place[]): void {
    const reasons = places.flatMap((place) => {
      if (place.pool === undefined) return [];
      const room = roomFor(view, this.context.status, place.pool, neededKib(view, definition));
      return room.ok ? [] : [{ code: room.code, text: `${place.nodeName}: ${room.reason}` }];
    });
    const [first] = reasons;
    if (first === undefined) return;
    throw new OperationError(first.code, `Resource "${definition.name}" cannot be created on all of these nodes`, {
      cause: first.text,
      correction: 'Choose other nodes or pools, or make room. Nothing has been created.',
      details: reasons.map((reason) => reason.text).join('\n'),
      refs: { resource: definition.name },
    });
  }
}

const neededKib = (view: ClusterView, definition: ResourceDefinition): number[] =>
  presentVolumes(view, definition.name).map((entry) => grossKib(entry, definition.peerSlots));

const protocolOf = (text: string): Protocol | undefined => (text === '' ? undefined : parseProtocol(text));

function missingReplicas(input: AutoPlaceResource, present: number): number {
  const { placeCount, additionalPlaceCount } = input;
  if (placeCount !== undefined && additionalPlaceCount !== undefined) {
    throw new OperationError('INVALID_ARGUMENT', 'Give either the number of replicas or how many more, not both');
  }
  if (additionalPlaceCount !== undefined) return positive(additionalPlaceCount);
  const wanted = positive(placeCount ?? PLACE_COUNT_DEFAULT);
  if (wanted >= present) return wanted - present;
  throw new OperationError('INVALID_ARGUMENT', `There are ${present} replicas already, more than ${wanted}`, {
    correction: 'Delete the superfluous ones by name: lockstep resource delete',
  });
}

function positive(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= 32) return count;
  throw new OperationError('INVALID_ARGUMENT', `${count} is not a possible number of replicas`, {
    correction: 'Use 1 to 32.',
  });
}

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

function refusePresent(view: ClusterView, resourceName: string, nodeName: string): void {
  if (hasLeftover(view, nodeName, resourceName)) throw leftoverThere(resourceName, nodeName);
  const present = findResource(view, resourceName, nodeName);
  if (present === undefined || (present.tieBreaker === true && present.deletionRequestedAtMs === undefined)) return;
  const deleting = present.deletionRequestedAtMs !== undefined;
  throw new OperationError('RESOURCE_EXISTS', `Resource "${resourceName}" is on node "${nodeName}" already`, {
    cause: deleting ? 'It is being deleted there.' : `It is ${present.diskful ? 'diskful' : 'diskless'}.`,
    correction: deleting ? 'Wait until it is gone.' : 'Choose another node.',
    refs: { resource: resourceName, node: nodeName },
  });
}

function notEnoughNodes(
  resourceName: string,
  count: number,
  chosen: readonly StoragePool[],
  rejections: readonly Rejection[],
): OperationError {
  const fitting = chosen.map((pool) => `${pool.nodeName}: fits (pool "${pool.name}")`);
  const rejected = rejections.map((rejection) => `${rejection.node}: ${rejection.reason}`);
  const message = `Resource "${resourceName}" needs ${count} more nodes, ${chosen.length} fit`;
  return new OperationError('NOT_ENOUGH_NODES', message, {
    cause:
      rejected[0] === undefined
        ? 'There are no other nodes.'
        : `${rejected.length} of ${chosen.length + rejected.length} nodes do not fit, see the details.`,
    correction:
      'Ask for fewer replicas, add nodes or space, or bring back the nodes that are away. Nothing has been placed.',
    details: [...fitting, ...rejected].join('\n'),
    refs: { resource: resourceName },
  });
}
