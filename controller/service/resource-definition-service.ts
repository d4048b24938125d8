/** Use cases of resource definitions. */
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { problem, success } from '../domain/answer.ts';
import { findDefinition, requireDefinition, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import {
  parsePeerSlots,
  parseProtocol,
  PEER_SLOTS_DEFAULT,
  type ResourceDefinition,
} from '../domain/resource-definition.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { DEFAULT_GROUP } from '../domain/resource-group.ts';
import { removeReplica } from '../replica-set/membership.ts';
import { refuseInUse } from './deletion-guard.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface CreateResourceDefinition {
  readonly name: string;
  readonly peerSlots: number | undefined;
  /** Empty: C. */
  readonly protocol: string;
}

export class ResourceDefinitionService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  create(input: CreateResourceDefinition, call: CallOptions): Promise<Reply> {
    const { clock } = this.context;
    return runUseCase(this.context, `resource-definition create ${input.name}`, call, (draft) => {
      const name = parseName('resource', input.name);
      const existing = findDefinition(draft, name);
      if (existing !== undefined) throw definitionExists(existing);
      draft.put('definitions', {
        name,
        peerSlots: parsePeerSlots(input.peerSlots ?? PEER_SLOTS_DEFAULT),
        protocol: parseProtocol(input.protocol === '' ? 'C' : input.protocol),
        usedNodeIds: 0,
        groupName: DEFAULT_GROUP,
        props: NO_PROPERTIES,
        createdAtMs: clock.wallMs(),
      });
      return { answers: [success('CREATED', `New resource definition "${name}"`, { resource: name })], targets: [] };
    });
  }

  /** All replicas, their data, the volumes and the definition. */
  delete(name: string, call: CallOptions): Promise<Reply> {
    const { status, clock } = this.context;
    return runUseCase(this.context, `resource-definition delete ${name}`, call, (draft) => {
      const definition = findDefinition(draft, name) ?? requireDefinition(draft, name);
      const resources = resourcesOf(draft, definition.name);
      refuseInUse(draft, status, resources);
      const refs = { resource: definition.name };
      if (resources.length === 0) {
        for (const volume of volumesOf(draft, definition.name)) draft.delete('volumeDefinitions', volume);
        draft.delete('definitions', definition);
        return { answers: [success('DELETED', `Resource definition "${definition.name}" deleted`, refs)], targets: [] };
      }
      const nowMs = clock.wallMs();
      draft.put('definitions', { ...definition, deletionRequestedAtMs: nowMs });
      const away = resources.filter((resource) => removeReplica(draft, status, resource, nowMs));
      const waits = resources.filter((resource) => !away.includes(resource));
      const warnings = away.map(({ nodeName }) =>
        problem('WARN', 'SATELLITE_UNREACHABLE', `Node "${nodeName}" is not connected`, {
          cause: 'Its data lies there still.',
          correction: 'Nothing to do if it returns: it deletes them then. If it does not: lockstep node lost.',
          refs: { ...refs, node: nodeName },
        }),
      );
      const message = `Resource definition "${definition.name}" and its ${resources.length} resources are marked for deletion`;
      return {
        answers: [success('DELETION_STARTED', message, refs), ...warnings],
        targets: waits.map(
          ({ nodeName }) => ({ kind: 'resource', node: nodeName, name: definition.name, goal: 'gone' }) as const,
        ),
      };
    });
  }
}

function definitionExists(existing: ResourceDefinition): OperationError {
  const deleting = existing.deletionRequestedAtMs !== undefined;
  return new OperationError('RESOURCE_DEFINITION_EXISTS', `There is a resource definition "${existing.name}" already`, {
    cause: deleting ? 'It is being deleted.' : 'Names are compared without case.',
    correction: 'Choose another name, or delete that one first.',
    refs: { resource: existing.name },
  });
}
