/**
 * Use cases of the live migration of virtual machines: for a while two nodes may be Primary. The window is a wish on the
 * resource definition, so it outlives this controller; `migration/keeper.ts` closes those that nobody closes.
 */
import { OperationError } from '../../common/errors.ts';
import { type Answer, info, problem, success } from '../domain/answer.ts';
import { findResource, requireDefinition, requireNode, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import { letsTwoPrimariesIn, type Migration } from '../domain/migration.ts';
import { nameKey, sameName } from '../domain/node.ts';
import { copyQuality, isOnline, observedResource } from '../domain/observed.ts';
import type { RequestTarget } from '../domain/request.ts';
import { connectionProtocol, type Resource } from '../domain/resource.ts';
import { parseProtocol, type ResourceDefinition } from '../domain/resource-definition.ts';
import { type Primaries, primariesOf } from '../migration/window.ts';
import { connectionProtocolProperty } from '../properties/drbd-options.ts';
import { levelsOfConnection } from '../properties/levels-of.ts';
import type { Draft } from '../state/tables.ts';
import { type CallOptions, type Outcome, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

const LIMIT_DEFAULT_S = 600;
const LIMIT_MOST_S = 86_400;

export interface BeginMigration {
  readonly resourceName: string;
  readonly from: string;
  readonly to: string;
  readonly timeLimitS: number | undefined;
}

export interface ListedMigration extends Migration {
  readonly resourceName: string;
  readonly primaries: Primaries;
}

export class MigrationService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  begin(input: BeginMigration, call: CallOptions): Promise<Reply> {
    const { resourceName, from, to } = input;
    return runUseCase(this.context, `migration begin ${resourceName} ${from} ${to}`, call, (draft) => {
      const limitMs = parseLimit(input.timeLimitS);
      const definition = requireDefinition(draft, resourceName);
      const [source, target] = [requireReplica(draft, definition, from), requireReplica(draft, definition, to)];
      if (source === target)
        throw new OperationError('INVALID_ARGUMENT', `A machine does not move from "${from}" to itself`);
      const refs = { resource: definition.name, node: target.nodeName };
      const known = definition.migration;
      if (known !== undefined) {
        if (!isSame(known, source, target)) throw underWay(definition.name, known);
        const message = `Resource "${definition.name}" may be Primary on both nodes already`;
        return { answers: [success('UNCHANGED', message, refs)], targets: targetsOf(draft, definition, known) };
      }
      this.refuseUnready(draft, definition, source, target);
      const migration: Migration = {
        from: source.nodeName,
        to: target.nodeName,
        requestedAtMs: this.context.clock.wallMs(),
        limitMs,
      };
      draft.put('definitions', { ...definition, migration });
      const message = `Resource "${definition.name}" may be Primary on nodes "${migration.from}" and "${migration.to}" for ${limitMs / 1000} s`;
      const next = info(`Move the machine, then: lockstep migration finish ${definition.name}`, refs);
      return { answers: [success('MODIFIED', message, refs), next], targets: targetsOf(draft, definition, migration) };
    });
  }

  /** Refused while both are Primary. */
  finish(resourceName: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `migration finish ${resourceName}`, call, (draft) => {
      const definition = requireDefinition(draft, resourceName);
      const { migration } = definition;
      if (migration === undefined) return nothingToEnd(definition);
      const primaries = primariesOf(draft, this.context.status, definition, migration);
      if (primaries === 'both') {
        throw new OperationError('TWO_PRIMARIES', `The migration of "${definition.name}" is not finished`, {
          cause: `Nodes "${migration.from}" and "${migration.to}" are Primary, both.`,
          correction: `Let one of them close its device first, or call it off: lockstep migration abort ${definition.name}`,
          refs: { resource: definition.name },
        });
      }
      return closed(draft, definition, migration, whereItIs(definition, migration, primaries));
    });
  }

  /** Closes now, or as soon as one of the two has let go. */
  abort(resourceName: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `migration abort ${resourceName}`, call, (draft) => {
      const definition = requireDefinition(draft, resourceName);
      const { migration } = definition;
      if (migration === undefined) return nothingToEnd(definition);
      const primaries = primariesOf(draft, this.context.status, definition, migration);
      if (primaries !== 'both')
        return closed(draft, definition, migration, whereItIs(definition, migration, primaries));
      if (migration.ending === undefined) {
        draft.put('definitions', { ...definition, migration: { ...migration, ending: 'aborted' } });
      }
      const message = `The migration of "${definition.name}" is called off`;
      const refs = { resource: definition.name, node: migration.to };
      const waiting = problem('WARN', 'TWO_PRIMARIES', 'Both nodes are Primary still', {
        correction: `Close the device on node "${migration.to}": then only one is allowed again. See: lockstep migration list`,
        refs,
      });
      return { answers: [success('MODIFIED', message, refs), waiting], targets: [] };
    });
  }

  /** Of these resources; empty: of all. */
  list(resourceNames: readonly string[]): readonly ListedMigration[] {
    const { state, status } = this.context;
    const keys = resourceNames.map(nameKey);
    return state.view.definitions.all().flatMap((definition) => {
      const { name, migration } = definition;
      if (migration === undefined || (keys.length > 0 && !keys.includes(nameKey(name)))) return [];
      return [{ ...migration, resourceName: name, primaries: primariesOf(state.view, status, definition, migration) }];
    });
  }

  /** What a satellite would refuse when the target opens its device is refused before anything moves. */
  private refuseUnready(draft: Draft, definition: ResourceDefinition, source: Resource, target: Resource): void {
    const { status } = this.context;
    const { name } = definition;
    const numbers = volumesOf(draft, name).map(({ volume }) => volume);
    for (const replica of [source, target]) {
      const { nodeName, diskful } = replica;
      const refs = { resource: name, node: nodeName };
      if (!isOnline(status, nodeName)) {
        throw new OperationError('SATELLITE_UNREACHABLE', `Node "${nodeName}" is not connected`, {
          correction: 'Both nodes of a migration have to be there. See: lockstep node list',
          refs,
        });
      }
      if (diskful && copyQuality(status, replica, numbers) !== 'up-to-date') {
        throw new OperationError('NOT_PROMOTABLE', `Resource "${name}" is not UpToDate on node "${nodeName}"`, {
          cause: 'Only complete copies may be written on two nodes at once.',
          correction: `Wait for it with: lockstep resource-definition wait-sync ${name}`,
          refs,
        });
      }
    }
    this.refuseWeakProtocol(draft, definition, source, target);
    const seen = observedResource(status, source.nodeName, name);
    if (seen?.role !== 'Primary') {
      throw new OperationError('INVALID_ARGUMENT', `Node "${source.nodeName}" does not use resource "${name}"`, {
        cause: `It is ${seen?.role ?? 'Unknown'} there.`,
        correction: 'Name the node first that the machine runs on. A machine that does not run needs no migration.',
        refs: { resource: name, node: source.nodeName },
      });
    }
    if (!source.diskful && !target.diskful) return;
    const link = seen.connections.find(({ peerName }) => sameName(peerName, target.nodeName));
    if (link?.state === 'Connected') return;
    throw new OperationError('PEERS_NOT_CONNECTED', `The replicas of "${name}" on these nodes are not connected`, {
      cause: `Their connection is ${link?.state ?? 'not known'}.`,
      correction: 'Wait until it is Connected. See: lockstep resource list',
      refs: { resource: name, node: target.nodeName },
    });
  }

  private refuseWeakProtocol(draft: Draft, definition: ResourceDefinition, source: Resource, target: Resource): void {
    const replicas = resourcesOf(draft, definition.name);
    const migration = { from: source.nodeName, to: target.nodeName, requestedAtMs: 0, limitMs: 0 };
    for (const end of [source, target]) {
      for (const peer of replicas) {
        if (peer === end || !letsTwoPrimariesIn(migration, replicas, end, peer)) continue;
        const set = connectionProtocolProperty(levelsOfConnection(draft, definition, end.nodeName, peer.nodeName));
        const asked = set === undefined ? definition : { ...definition, protocol: parseProtocol(set) };
        const protocol = connectionProtocol(asked, end, peer);
        if (protocol === 'C') continue;
        throw new OperationError('OPTION_CONFLICT', `Resource "${definition.name}" cannot be Primary twice`, {
          cause: `Nodes "${end.nodeName}" and "${peer.nodeName}" replicate with protocol ${protocol}; two Primaries need C.`,
          correction: `Set it for the migration: lockstep resource-connection drbd-peer-options ${end.nodeName} ${peer.nodeName} ${definition.name} --protocol C`,
          refs: { resource: definition.name },
        });
      }
    }
  }
}

/** @throws OperationError INVALID_ARGUMENT. */
function parseLimit(seconds: number = LIMIT_DEFAULT_S): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LIMIT_MOST_S) return seconds * 1000;
  throw new OperationError('INVALID_ARGUMENT', `${seconds} s is not a possible time limit of a migration`, {
    correction: `Use 1 to ${LIMIT_MOST_S}.`,
  });
}

function requireReplica(draft: Draft, definition: ResourceDefinition, nodeName: string): Resource {
  const node = requireNode(draft, nodeName);
  const resource = findResource(draft, definition.name, node.name);
  if (resource !== undefined && resource.deletionRequestedAtMs === undefined) return resource;
  throw new OperationError('RESOURCE_NOT_FOUND', `Resource "${definition.name}" is not on node "${node.name}"`, {
    ...(resource === undefined ? {} : { cause: 'It is being deleted there.' }),
    correction: `Make it so first: lockstep resource make-available ${node.name} ${definition.name}`,
    refs: { resource: definition.name, node: node.name },
  });
}

const isSame = ({ from, to, ending }: Migration, source: Resource, target: Resource): boolean =>
  sameName(from, source.nodeName) && sameName(to, target.nodeName) && ending === undefined;

function underWay(name: string, { from, to, ending }: Migration): OperationError {
  return new OperationError('MIGRATION_UNDER_WAY', `Resource "${name}" is being migrated already`, {
    cause: `From node "${from}" to node "${to}"${ending === undefined ? '' : `; that one is ${ending}`}.`,
    correction: `End it first: lockstep migration finish ${name}, or abort.`,
    refs: { resource: name },
  });
}

/** Everybody with a connection that is told. */
function targetsOf(draft: Draft, { name }: ResourceDefinition, migration: Migration): RequestTarget[] {
  const replicas = resourcesOf(draft, name);
  return replicas
    .filter((each) => replicas.some((peer) => peer !== each && letsTwoPrimariesIn(migration, replicas, each, peer)))
    .map(({ nodeName }) => ({ kind: 'resource', node: nodeName, name, goal: 'applied' }));
}

function nothingToEnd({ name }: ResourceDefinition): Outcome {
  const message = `No migration of resource "${name}" is under way`;
  return { answers: [success('UNCHANGED', message, { resource: name })], targets: [] };
}

function closed(draft: Draft, definition: ResourceDefinition, migration: Migration, where: Answer): Outcome {
  draft.put('definitions', { ...definition, migration: undefined });
  const message = `Resource "${definition.name}" may be Primary on one node only again`;
  const answers = [success('MODIFIED', message, { resource: definition.name }), where];
  return { answers, targets: targetsOf(draft, definition, migration) };
}

function whereItIs({ name }: ResourceDefinition, { from, to }: Migration, primaries: Primaries): Answer {
  if (primaries === 'none') return info(`Nobody uses resource "${name}" at the moment`, { resource: name });
  const node = primaries === 'source' ? from : to;
  return info(`Resource "${name}" is used on node "${node}"`, { resource: name, node });
}
