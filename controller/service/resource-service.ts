/** Use cases of resources: replicas and diskless attachments of a definition on nodes. */
import { assert } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import { success } from '../domain/answer.ts';
import { type ClusterView, findResource, requireDefinition, requireNode, requirePool } from '../domain/cluster-view.ts';
import { firstValue } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import { parseProtocol, type Protocol, type ResourceDefinition } from '../domain/resource-definition.ts';
import { NO_FILTER } from '../domain/resource-group.ts';
import { DEFAULT_POOL, type StoragePool } from '../domain/storage-pool.ts';
import { refusalOf } from '../placement/capacity.ts';
import { choosePlaces, countedReplicas } from '../placement/choose-places.ts';
import { changedFilter, type FilterChange, parseLayers } from '../placement/filter-input.ts';
import { definitionLevels } from '../placement/placement-props.ts';
import { requirePlaces } from '../placement/refusal.ts';
import type { Draft } from '../state/tables.ts';
import { groupFilter, placeAutomatically, taskFor } from './auto-placement.ts';
import { makeDiskful, neededKib, type Place } from '../replica-set/membership.ts';
import { hasLeftover, leftoverThere } from '../replica-set/wishes.ts';
import { makeReplicas } from './replica-maker.ts';
import { type DeleteResource, deleteReplicas } from './resource-deletion.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface CreateResource {
  readonly resourceName: string;
  readonly nodeNames: readonly string[];
  /** Empty: DfltStorPool. */
  readonly storagePoolName: string;
  readonly diskless: boolean;
  /** Empty: that of the definition. */
  readonly protocol: string;
}

export interface AutoPlaceResource extends FilterChange {
  readonly resourceName: string;
  readonly protocol: string;
  /** Attachments without a disk instead of replicas. */
  readonly diskless: boolean;
}

export interface MakeAvailable {
  readonly resourceName: string;
  readonly nodeName: string;
  readonly diskful: boolean;
  /** Empty: those that there are. */
  readonly layers: readonly string[];
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
      const places = nodes.map((node): Place => {
        if (input.diskless) return { nodeName: node.name, pool: undefined };
        const levels = [...definitionLevels(draft, definition, definition.groupName).slice(0, 2), node.props];
        const usual = firstValue('StorPoolName', levels) ?? DEFAULT_POOL;
        const poolName = input.storagePoolName === '' ? usual : input.storagePoolName;
        return { nodeName: node.name, pool: requirePool(draft, node.name, poolName) };
      });
      this.requireRoom(draft, definition, places);
      return makeReplicas(this.context, draft, definition, places, protocolOf(input.protocol));
    });
  }

  autoPlace(input: AutoPlaceResource, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `resource auto-place ${input.resourceName}`, call, (draft) => {
      const definition = requireDefinition(draft, input.resourceName);
      return placeAutomatically(this.context, draft, call, {
        definition,
        filter: changedFilter(groupFilter(draft, definition), input),
        protocol: protocolOf(input.protocol),
        diskless: input.diskless,
      });
    });
  }

  /**
   * "It is needed there": nothing to do where it is, a diskless attachment where there is data elsewhere, a replica where
   * there is none. `diskful` wants a replica in any case.
   */
  makeAvailable(input: MakeAvailable, call: CallOptions): Promise<Reply> {
    const operation = `resource make-available ${input.nodeName} ${input.resourceName}`;
    return runUseCase(this.context, operation, call, (draft) => {
      parseLayers(input.layers);
      const definition = requireDefinition(draft, input.resourceName);
      const node = requireNode(draft, input.nodeName);
      const present = findResource(draft, definition.name, node.name);
      if (present?.deletionRequestedAtMs !== undefined) refusePresent(draft, definition.name, node.name);
      const replicas = countedReplicas(draft, definition.name);
      const target = { kind: 'resource', node: node.name, name: definition.name, goal: 'applied' } as const;
      const refs = { resource: definition.name, node: node.name };
      if (present !== undefined && (present.diskful || !input.diskful)) {
        // A tie-breaker that is used is no longer one.
        if (present.tieBreaker === true) draft.put('resources', { ...present, tieBreaker: undefined });
        const message = `Resource "${definition.name}" is on node "${node.name}"`;
        return { answers: [success('UNCHANGED', message, refs)], targets: [target], nodeNames: [node.name] };
      }
      if (present === undefined && replicas.length > 0 && !input.diskful) {
        return makeReplicas(this.context, draft, definition, [{ nodeName: node.name, pool: undefined }], undefined);
      }
      const pool = this.poolFor(draft, definition, node.name, present);
      if (present === undefined) {
        return makeReplicas(this.context, draft, definition, [{ nodeName: node.name, pool }], undefined);
      }
      makeDiskful(draft, present, pool, {
        diskChange: { kind: 'adding', by: 'user', requestedAtMs: this.context.clock.wallMs() },
      });
      const message = `Resource "${definition.name}" gets a disk on node "${node.name}" (storage pool "${pool.name}")`;
      return { answers: [success('MODIFIED', message, refs)], targets: [target], nodeNames: [node.name] };
    });
  }

  delete(input: DeleteResource, call: CallOptions): Promise<Reply> {
    const operation = `resource delete ${input.nodeNames.join(' ')} ${input.resourceName}`;
    return runUseCase(this.context, operation, call, (draft) => deleteReplicas(this.context, draft, input));
  }

  /** The best pool of this node by the wishes of the group that concern pools. @throws OperationError NOT_ENOUGH_NODES. */
  private poolFor(
    draft: Draft,
    definition: ResourceDefinition,
    nodeName: string,
    present: Resource | undefined,
  ): StoragePool {
    const { storagePools, providers } = groupFilter(draft, definition);
    const filter = { ...NO_FILTER, storagePools, providers, nodeNames: [nodeName] };
    const task = taskFor(draft, definition, filter, 1);
    const world = this.context.worlds.within(draft);
    const placement = choosePlaces(world, present === undefined ? task : { ...task, resourceName: undefined });
    const [choice] = requirePlaces(`Resource "${definition.name}" on node "${nodeName}"`, task, placement);
    assert(choice?.pool !== undefined, 'a diskful place has a pool');
    return choice.pool;
  }

  private requireRoom(draft: Draft, definition: ResourceDefinition, places: readonly Place[]): void {
    const world = this.context.worlds.within(draft);
    const reasons = places.flatMap((place) => {
      const refusal = place.pool && refusalOf(world, place.pool, neededKib(draft, definition));
      return refusal === undefined ? [] : [{ code: refusal.code, text: `${place.nodeName}: ${refusal.reason}` }];
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

const protocolOf = (text: string): Protocol | undefined => (text === '' ? undefined : parseProtocol(text));

function refusePresent(view: ClusterView, resourceName: string, nodeName: string): void {
  if (hasLeftover(view, nodeName, resourceName)) throw leftoverThere(resourceName, nodeName);
  const present = findResource(view, resourceName, nodeName);
  // A tie-breaker makes room, also one that is going away just now: it has no data, and is told something else.
  if (present === undefined || present.tieBreaker === true) return;
  const deleting = present.deletionRequestedAtMs !== undefined;
  throw new OperationError('RESOURCE_EXISTS', `Resource "${resourceName}" is on node "${nodeName}" already`, {
    cause: deleting ? 'It is being deleted there.' : `It is ${present.diskful ? 'diskful' : 'diskless'}.`,
    correction: deleting ? 'Wait until it is gone.' : 'Choose another node.',
    refs: { resource: resourceName, node: nodeName },
  });
}
