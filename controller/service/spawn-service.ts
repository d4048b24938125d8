/** From resource groups to resources: a new one in one transaction, and bringing those that exist to what their group wishes. */
import { OperationError } from '../../common/errors.ts';
import { volumeNumber } from '../../common/ids.ts';
import { type Answer, failed, info, success } from '../domain/answer.ts';
import { definitionsIn, findDefinition, requireGroup, volumeGroupsOf } from '../domain/cluster-view.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import {
  BLOCK_BYTES_DEFAULT,
  parseVolumeSize,
  type ResourceDefinition,
  type VolumeDefinition,
} from '../domain/resource-definition.ts';
import type { ResourceGroup, VolumeGroup } from '../domain/resource-group.ts';
import { netKib } from '../placement/capacity.ts';
import { countedReplicas } from '../placement/choose-places.ts';
import { changedFilter, type FilterChange } from '../placement/filter-input.ts';
import { placeAutomatically } from './auto-placement.ts';
import { newDefinition } from './resource-definition-service.ts';
import type { Draft } from '../state/tables.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface Spawn extends FilterChange {
  readonly groupName: string;
  /** Empty: made from the external name. */
  readonly resourceName: string;
  /** Empty: none. */
  readonly externalName: string;
  readonly sizesKib: readonly number[];
  /** Fewer sizes than the group has volumes. */
  readonly partial: boolean;
  readonly definitionsOnly: boolean;
  readonly peerSlots: number | undefined;
}

const SIZES_MAX = 64;
/** Resources that are adjusted at once: they share commits. */
const AT_A_TIME = 16;

export class SpawnService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** The definition, its volumes and its replicas, or nothing of it. */
  spawn(input: Spawn, call: CallOptions): Promise<Reply> {
    const what = input.resourceName === '' ? input.externalName : input.resourceName;
    return runUseCase(this.context, `resource-group spawn ${input.groupName} ${what}`, call, (draft) => {
      const group = requireGroup(draft, input.groupName);
      const definition = newDefinition(this.context, draft, {
        name: input.resourceName,
        externalName: input.externalName,
        groupName: group.name,
        peerSlots: input.peerSlots,
        protocol: '',
      });
      draft.put('definitions', definition);
      const volumes = this.volumes(draft, group, definition, input);
      for (const volume of volumes) draft.put('volumeDefinitions', volume);
      const refs = { resource: definition.name, resource_group: group.name };
      const external = definition.externalName === undefined ? '' : ` (${definition.externalName})`;
      const made = success(
        'CREATED',
        `New resource definition "${definition.name}"${external} with ${volumes.length} volumes in resource group "${group.name}"`,
        refs,
      );
      const filter = changedFilter(group.filter, input);
      if (input.definitionsOnly) return { answers: [made], targets: [] };
      if ((filter.placeCount ?? 0) === 0 && filter.additionalPlaceCount === undefined) {
        const note = info(`Resource group "${group.name}" has no place count: no replicas were made`, refs);
        return { answers: [made, note], targets: [] };
      }
      const order = { definition, filter, protocol: undefined, diskless: false };
      const placed = placeAutomatically(this.context, draft, call, order);
      return { ...placed, answers: [made, ...placed.answers] };
    });
  }

  private volumes(
    draft: Draft,
    group: ResourceGroup,
    definition: ResourceDefinition,
    { sizesKib, partial }: Spawn,
  ): VolumeDefinition[] {
    const templates = volumeGroupsOf(draft, group.name);
    const fits = sizesKib.length === templates.length || (partial && sizesKib.length < templates.length);
    // A group that says nothing of volumes takes any.
    if ((templates.length > 0 && !fits) || sizesKib.length > SIZES_MAX) {
      const expected = templates.length > 0 ? templates.length : `at most ${SIZES_MAX}`;
      throw new OperationError('INVALID_ARGUMENT', `${sizesKib.length} sizes are given, ${expected} are expected`, {
        cause: `Resource group "${group.name}" has ${templates.length} volume groups.`,
        correction: 'Give one size for each of them, or fewer with --partial.',
        refs: { resource_group: group.name },
      });
    }
    return sizesKib.map((sizeKib, index) => {
      const template = templates[index];
      return {
        resourceName: definition.name,
        volume: template?.volume ?? volumeNumber(index),
        sizeKib: netSize(sizeKib, template, definition),
        blockBytes: BLOCK_BYTES_DEFAULT,
        props: NO_PROPERTIES,
        createdAtMs: this.context.clock.wallMs(),
      };
    });
  }

  /**
   * Places what is missing, each resource in a transaction of its own, so that one that cannot be placed stops nobody.
   * Does not wait for the satellites. @param groupName empty: all groups.
   */
  async adjust(groupName: string, call: CallOptions): Promise<Reply> {
    const { state } = this.context;
    const answers: Answer[] = [];
    let enough = 0;
    let placed = 0;
    try {
      const { view } = state;
      const groups = groupName === '' ? view.groups.all() : [requireGroup(view, groupName)];
      const names = groups.flatMap((group) => definitionsIn(view, group.name).map(({ name }) => name));
      const lacking = names.filter((name) => this.lacksReplicas(name));
      enough = names.length - lacking.length;
      for (let from = 0; from < lacking.length && !call.signal.aborted; from += AT_A_TIME) {
        const some = lacking.slice(from, from + AT_A_TIME);
        const replies = await Promise.all(some.map((name) => this.adjustOne(name, call)));
        placed += replies.filter((reply) => !failed(reply.answers)).length;
        const told = replies.flatMap((reply) => reply.answers);
        answers.push(...told.filter(({ severity, codeName }) => severity !== 'INFO' && codeName !== 'CREATED'));
      }
      const short = names.length - enough - placed;
      const trial = call.whatIf === true ? ' This was a trial (--what-if): nothing has been changed.' : '';
      answers.push(
        info(
          `Of ${names.length} resources ${enough} had enough replicas, ${placed} got more, ${short} could not.${trial}`,
        ),
      );
      return { answers, nodeNames: [], volumeNumber: undefined };
    } catch (error) {
      return await runUseCase(this.context, 'resource-group adjust', { ...call, requestId: '' }, () => {
        throw error;
      });
    }
  }

  private lacksReplicas(name: string): boolean {
    const { view } = this.context.state;
    const definition = findDefinition(view, name);
    if (definition === undefined || definition.deletionRequestedAtMs !== undefined) return false;
    const { placeCount = 0 } = requireGroup(view, definition.groupName).filter;
    return countedReplicas(view, name).length < placeCount;
  }

  private adjustOne(name: string, call: CallOptions): Promise<Reply> {
    const own: CallOptions = { ...call, requestId: '', async: true };
    return runUseCase(this.context, `resource-group adjust ${name}`, own, (draft) => {
      // It may have changed since the list was made.
      const definition = findDefinition(draft, name);
      if (definition === undefined || definition.deletionRequestedAtMs !== undefined)
        return { answers: [], targets: [] };
      const { filter } = requireGroup(draft, definition.groupName);
      if (countedReplicas(draft, definition.name).length >= (filter.placeCount ?? 0))
        return { answers: [], targets: [] };
      const order = { definition, filter, protocol: undefined, diskless: false };
      return placeAutomatically(this.context, draft, call, order);
    });
  }
}

/** A volume group may say that sizes include the metadata. @throws OperationError INVALID_SIZE. */
function netSize(sizeKib: number, template: VolumeGroup | undefined, { peerSlots }: ResourceDefinition): number {
  const size = parseVolumeSize(sizeKib);
  if (template?.flags.includes('GROSS_SIZE') !== true) return size;
  const net = netKib(sizeKib, BLOCK_BYTES_DEFAULT, peerSlots);
  if (net > 0) return net;
  throw new OperationError('INVALID_SIZE', `${sizeKib} KiB do not even hold the metadata of a volume`, {
    cause: `Volume group ${template.volume} takes sizes that include the metadata.`,
    correction: 'Choose a larger size.',
  });
}
