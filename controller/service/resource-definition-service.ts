/** Use cases of resource definitions. */
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { info, success } from '../domain/answer.ts';
import { findDefinition, requireDefinition, requireGroup, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import {
  parsePeerSlots,
  parseProtocol,
  PEER_SLOTS_DEFAULT,
  type ResourceDefinition,
} from '../domain/resource-definition.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { DEFAULT_GROUP } from '../domain/resource-group.ts';
import { removeReplica } from '../replica-set/membership.ts';
import { parseLayers } from '../placement/filter-input.ts';
import type { Draft } from '../state/tables.ts';
import { leftThere } from './resource-deletion.ts';
import { refuseInUse } from './deletion-guard.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface CreateResourceDefinition {
  /** Empty: made for the external name. */
  readonly name: string;
  /** Absent: that of the group, or 7. */
  readonly peerSlots: number | undefined;
  /** Empty: C. */
  readonly protocol: string;
  /** Empty: none. */
  readonly externalName?: string | undefined;
  /** Empty: DfltRscGrp. */
  readonly groupName?: string | undefined;
  /** Empty: those that there are. */
  readonly layers?: readonly string[] | undefined;
}

export interface ModifyResourceDefinition {
  readonly name: string;
  /** Empty: as it is. */
  readonly groupName: string;
  /** Of replicas that are made from now on. */
  readonly peerSlots: number | undefined;
}

const EXTERNAL_NAME_LENGTH_MAX = 255;

export class ResourceDefinitionService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  create(input: CreateResourceDefinition, call: CallOptions): Promise<Reply> {
    const shown = input.name === '' ? (input.externalName ?? '') : input.name;
    return runUseCase(this.context, `resource-definition create ${shown}`, call, (draft) => {
      const definition = newDefinition(this.context, draft, input);
      draft.put('definitions', definition);
      const { name, externalName } = definition;
      const external = externalName === undefined ? '' : ` (${externalName})`;
      const refs = { resource: name };
      return { answers: [success('CREATED', `New resource definition "${name}"${external}`, refs)], targets: [] };
    });
  }

  modify(input: ModifyResourceDefinition, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `resource-definition modify ${input.name}`, call, (draft) => {
      const definition = requireDefinition(draft, input.name);
      const { groupName, peerSlots } = input;
      const changed: ResourceDefinition = {
        ...definition,
        groupName: groupName === '' ? definition.groupName : requireGroup(draft, groupName).name,
        peerSlots: peerSlots === undefined ? definition.peerSlots : parsePeerSlots(peerSlots),
      };
      draft.put('definitions', changed);
      const refs = { resource: definition.name };
      const keeps = changed.peerSlots !== definition.peerSlots && resourcesOf(draft, definition.name).length > 0;
      return {
        answers: [
          success('MODIFIED', `Resource definition "${definition.name}" modified`, refs),
          ...(keeps ? [info('Replicas that exist keep their number of peer slots', refs)] : []),
        ],
        targets: [],
      };
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
      const warnings = away.map(({ nodeName }) => leftThere(nodeName, refs));
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

/** @throws OperationError for names, groups and numbers that are not possible. */
export function newDefinition(
  { clock, random }: Pick<ServiceContext, 'clock' | 'random'>,
  draft: Draft,
  input: CreateResourceDefinition,
): ResourceDefinition {
  const { externalName = '', groupName = '' } = input;
  if (externalName.length > EXTERNAL_NAME_LENGTH_MAX) {
    throw new OperationError('INVALID_NAME', `An external name has at most ${EXTERNAL_NAME_LENGTH_MAX} characters`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
  if (/[\u0000-\u001f\u007f]/.test(externalName)) {
    throw new OperationError('INVALID_NAME', 'An external name has no control characters');
  }
  parseLayers(input.layers ?? []);
  const generated = externalName !== '' && input.name === '';
  const name = parseName('resource', generated ? `LS_${random.identity()}`.slice(0, 48) : input.name);
  const existing =
    findDefinition(draft, name) ?? (externalName === '' ? undefined : findDefinition(draft, externalName));
  if (existing !== undefined) throw definitionExists(existing);
  const group = requireGroup(draft, groupName === '' ? DEFAULT_GROUP : groupName);
  return {
    name,
    externalName: externalName === '' ? undefined : externalName,
    groupName: group.name,
    peerSlots: parsePeerSlots(input.peerSlots ?? group.peerSlots ?? PEER_SLOTS_DEFAULT),
    protocol: parseProtocol(input.protocol === '' ? 'C' : input.protocol),
    usedNodeIds: 0,
    props: NO_PROPERTIES,
    createdAtMs: clock.wallMs(),
  };
}

function definitionExists(existing: ResourceDefinition): OperationError {
  const deleting = existing.deletionRequestedAtMs !== undefined;
  return new OperationError('RESOURCE_DEFINITION_EXISTS', `There is a resource definition "${existing.name}" already`, {
    cause: deleting ? 'It is being deleted.' : 'Names are compared without case.',
    correction: 'Choose another name, or delete that one first.',
    refs: { resource: existing.name },
  });
}
