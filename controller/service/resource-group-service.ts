/** Use cases of resource groups and volume groups: templates for resources. */
import { OperationError } from '../../common/errors.ts';
import { parseName, VOLUME_NUMBER_MAX, volumeNumber } from '../../common/ids.ts';
import { success } from '../domain/answer.ts';
import { type ClusterView, definitionsIn, findGroup, requireGroup, volumeGroupsOf } from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { parsePeerSlots } from '../domain/resource-definition.ts';
import { DEFAULT_GROUP, NO_FILTER, type ResourceGroup, type SelectFilter } from '../domain/resource-group.ts';
import { changedFilter, type FilterChange } from '../placement/filter-input.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

const DESCRIPTION_LENGTH_MAX = 1024;

export interface GroupInput extends FilterChange {
  readonly name: string;
  /** Absent: as it is. */
  readonly description: string | undefined;
  /** Absent: as it is; 0: none of its own. */
  readonly peerSlots: number | undefined;
}

export interface VolumeGroupInput {
  readonly groupName: string;
  /** Absent: the lowest free one. */
  readonly volumeNumber: number | undefined;
  readonly gross: boolean;
}

export class ResourceGroupService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** Wishes that nothing fulfils are accepted: nodes may come, and placing tells. */
  create(input: GroupInput, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `resource-group create ${input.name}`, call, (draft) => {
      const name = parseName('resource', input.name);
      const existing = findGroup(draft, name);
      if (existing !== undefined) throw groupExists(existing);
      const blank: ResourceGroup = {
        name,
        description: '',
        filter: NO_FILTER,
        props: NO_PROPERTIES,
        createdAtMs: this.context.clock.wallMs(),
      };
      draft.put('groups', changedGroup(blank, input));
      const refs = { resource_group: name };
      return { answers: [success('CREATED', `New resource group "${name}"`, refs)], targets: [] };
    });
  }

  /** Counts for what is placed from now on; `adjust` applies it to what is there. */
  modify(input: GroupInput, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `resource-group modify ${input.name}`, call, (draft) => {
      const group = requireGroup(draft, input.name);
      draft.put('groups', changedGroup(group, input));
      const refs = { resource_group: group.name };
      return { answers: [success('MODIFIED', `Resource group "${group.name}" modified`, refs)], targets: [] };
    });
  }

  delete(name: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `resource-group delete ${name}`, call, (draft) => {
      const group = requireGroup(draft, name);
      refuseInUse(draft, group);
      for (const volume of volumeGroupsOf(draft, group.name)) draft.delete('volumeGroups', volume);
      draft.delete('groups', group);
      const refs = { resource_group: group.name };
      return { answers: [success('DELETED', `Resource group "${group.name}" deleted`, refs)], targets: [] };
    });
  }

  createVolume(input: VolumeGroupInput, call: CallOptions): Promise<Reply> {
    const operation = `volume-group create ${input.groupName} ${input.volumeNumber ?? 'next'}`;
    return runUseCase(this.context, operation, call, (draft) => {
      const group = requireGroup(draft, input.groupName);
      const number = chooseNumber(draft, group.name, input.volumeNumber);
      draft.put('volumeGroups', {
        groupName: group.name,
        volume: volumeNumber(number),
        flags: input.gross ? ['GROSS_SIZE'] : [],
        props: NO_PROPERTIES,
      });
      const refs = { resource_group: group.name, volume: String(number) };
      const message = `New volume group ${number} of resource group "${group.name}"`;
      return { answers: [success('CREATED', message, refs)], targets: [], volumeNumber: number };
    });
  }

  deleteVolume(groupName: string, number: number, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `volume-group delete ${groupName} ${number}`, call, (draft) => {
      const group = requireGroup(draft, groupName);
      const known = volumeGroupsOf(draft, group.name);
      const volume = known.find((entry) => entry.volume === number);
      const refs = { resource_group: group.name, volume: String(number) };
      if (volume === undefined) {
        const numbers = known.map((entry) => entry.volume);
        const message = `Resource group "${group.name}" has no volume group ${number}`;
        const correction = `Its volume groups: ${numbers.length === 0 ? 'none' : numbers.join(', ')}.`;
        throw new OperationError('VOLUME_GROUP_NOT_FOUND', message, { correction, refs });
      }
      draft.delete('volumeGroups', volume);
      const message = `Volume group ${number} of resource group "${group.name}" deleted`;
      return { answers: [success('DELETED', message, refs)], targets: [] };
    });
  }
}

function changedGroup(group: ResourceGroup, input: GroupInput): ResourceGroup {
  const { description = group.description } = input;
  if (description.length > DESCRIPTION_LENGTH_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `A description has at most ${DESCRIPTION_LENGTH_MAX} characters`);
  }
  const filter: SelectFilter = changedFilter(group.filter, input);
  if (filter.additionalPlaceCount !== undefined) {
    throw new OperationError(
      'INVALID_ARGUMENT',
      'A resource group says how many replicas there are, not how many more',
      {
        correction: 'Give --place-count N.',
      },
    );
  }
  const peerSlots = input.peerSlots === undefined ? group.peerSlots : slotsOf(input.peerSlots);
  return { ...group, description, filter, peerSlots };
}

const slotsOf = (slots: number): number | undefined => (slots === 0 ? undefined : parsePeerSlots(slots));

function groupExists(existing: ResourceGroup): OperationError {
  return new OperationError('RESOURCE_GROUP_EXISTS', `There is a resource group "${existing.name}" already`, {
    cause: 'Names are compared without case.',
    correction: `Choose another name, or change that one: lockstep resource-group modify ${existing.name}`,
    refs: { resource_group: existing.name },
  });
}

function refuseInUse(view: ClusterView, group: ResourceGroup): void {
  const refs = { resource_group: group.name };
  if (sameName(group.name, DEFAULT_GROUP)) {
    throw new OperationError('RESOURCE_GROUP_IN_USE', `Resource group "${group.name}" cannot be deleted`, {
      cause: 'Resource definitions that name no group belong to it.',
      correction: 'Leave it; it can be modified.',
      refs,
    });
  }
  const [first, ...others] = definitionsIn(view, group.name);
  if (first === undefined) return;
  throw new OperationError('RESOURCE_GROUP_IN_USE', `Resource group "${group.name}" is in use`, {
    cause: `Resource "${first.name}"${others.length > 0 ? ` and ${others.length} more` : ''} belong to it.`,
    correction: 'Delete them, or move them: lockstep resource-definition modify NAME --resource-group OTHER',
    refs,
  });
}

function chooseNumber(view: ClusterView, groupName: string, asked: number | undefined): number {
  const taken = new Set<number>(volumeGroupsOf(view, groupName).map((entry) => entry.volume));
  let number = asked ?? 0;
  while (asked === undefined && taken.has(number)) number += 1;
  if (!Number.isInteger(number) || number < 0 || number > VOLUME_NUMBER_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `${number} is not a volume number`, {
      correction: `Use 0 to ${VOLUME_NUMBER_MAX}.`,
    });
  }
  if (!taken.has(number)) return number;
  throw new OperationError(
    'VOLUME_GROUP_EXISTS',
    `Resource group "${groupName}" has a volume group ${number} already`,
    {
      correction: 'Leave the number out to get the next free one.',
      refs: { resource_group: groupName, volume: String(number) },
    },
  );
}
