/** Use cases of volume definitions. */
import { assert } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import { VOLUME_NUMBER_MAX, type VolumeNumber, volumeNumber } from '../../common/ids.ts';
import { info, success } from '../domain/answer.ts';
import { type ClusterView, findPool, requireDefinition, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import {
  BLOCK_BYTES_DEFAULT,
  parseBlockBytes,
  parseVolumeSize,
  type VolumeDefinition,
} from '../domain/resource-definition.ts';
import { grossKib, type StoragePool } from '../domain/storage-pool.ts';
import { refusalOf } from '../placement/capacity.ts';
import type { Draft } from '../state/tables.ts';
import { refuseInUse } from './deletion-guard.ts';
import { initialGenerations } from '../replica-set/initial-generation.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface CreateVolumeDefinition {
  readonly resourceName: string;
  readonly volumeNumber: number | undefined;
  readonly sizeKib: number;
  readonly blockBytes: number | undefined;
}

export interface SetVolumeSize {
  readonly resourceName: string;
  readonly volumeNumber: number;
  readonly sizeKib: number;
}

export class VolumeDefinitionService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** Where replicas exist already they all get the volume, with one shared first generation. */
  create(input: CreateVolumeDefinition, call: CallOptions): Promise<Reply> {
    const { clock, random } = this.context;
    const operation = `volume-definition create ${input.resourceName} ${input.volumeNumber ?? 'next'}`;
    return runUseCase(this.context, operation, call, (draft) => {
      const definition = requireDefinition(draft, input.resourceName);
      const sizeKib = parseVolumeSize(input.sizeKib);
      const volume: VolumeDefinition = {
        resourceName: definition.name,
        volume: chooseNumber(draft, definition.name, input.volumeNumber),
        sizeKib,
        blockBytes: parseBlockBytes(input.blockBytes ?? BLOCK_BYTES_DEFAULT),
        props: NO_PROPERTIES,
        createdAtMs: clock.wallMs(),
      };
      const resources = resourcesOf(draft, definition.name).filter(
        (entry) => entry.deletionRequestedAtMs === undefined,
      );
      const diskful = resources.filter((entry) => entry.diskful);
      const pools = diskful.map((resource) => poolOf(draft, resource));
      this.requireRoom(draft, volume, diskful, pools);
      draft.put('volumeDefinitions', volume);
      const generations = initialGenerations(
        pools.map((pool) => pool.providerKind),
        () => random.generation(),
      );
      for (const resource of resources) {
        const initialGeneration = generations[diskful.indexOf(resource)];
        const volumes = [...resource.volumes, { volume: volume.volume, initialGeneration, props: NO_PROPERTIES }];
        draft.put('resources', { ...resource, volumes });
      }
      const refs = { resource: definition.name, volume: String(volume.volume) };
      const rounded = `Size rounded up to ${sizeKib} KiB (whole 4 KiB blocks)`;
      return {
        answers: [
          ...(sizeKib === input.sizeKib ? [] : [info(rounded, refs)]),
          success('CREATED', `New volume definition ${volume.volume} of resource "${definition.name}"`, refs),
        ],
        targets: resources.map(
          ({ nodeName }) => ({ kind: 'resource', node: nodeName, name: definition.name, goal: 'applied' }) as const,
        ),
        volumeNumber: volume.volume,
      };
    });
  }

  /** Larger only: satellites make their backing stores larger first, and whoever has the room last lets the volume grow. */
  setSize(input: SetVolumeSize, call: CallOptions): Promise<Reply> {
    const { resourceName, volumeNumber: number } = input;
    const operation = `volume-definition set-size ${resourceName} ${number}`;
    return runUseCase(this.context, operation, call, (draft) => {
      const definition = requireDefinition(draft, resourceName);
      const volume = volumesOf(draft, definition.name).find((entry) => entry.volume === number);
      if (volume === undefined || volume.deletionRequestedAtMs !== undefined)
        throw volumeNotFound(draft, definition.name, number);
      const sizeKib = parseVolumeSize(input.sizeKib);
      const refs = { resource: definition.name, volume: String(number) };
      if (sizeKib < volume.sizeKib) throw shrinkRefused(volume, sizeKib, refs);
      const resources = resourcesOf(draft, definition.name).filter(
        (entry) => entry.deletionRequestedAtMs === undefined,
      );
      const diskful = resources.filter((entry) => entry.diskful);
      const added = { ...volume, sizeKib: sizeKib - volume.sizeKib };
      if (added.sizeKib > 0)
        this.requireRoom(
          draft,
          added,
          diskful,
          diskful.map((resource) => poolOf(draft, resource)),
        );
      draft.put('volumeDefinitions', { ...volume, sizeKib });
      return {
        answers: [success('RESIZED', `Volume definition ${number} of "${definition.name}" has ${sizeKib} KiB`, refs)],
        targets: resources.map(
          ({ nodeName }) => ({ kind: 'resource', node: nodeName, name: definition.name, goal: 'applied' }) as const,
        ),
      };
    });
  }

  async delete(resourceName: string, number: number, call: CallOptions): Promise<Reply> {
    const { status, clock } = this.context;
    const operation = `volume-definition delete ${resourceName} ${number}`;
    const reply = await runUseCase(this.context, operation, call, (draft) => {
      const definition = requireDefinition(draft, resourceName);
      const volume = volumesOf(draft, definition.name).find((entry) => entry.volume === number);
      if (volume === undefined) throw volumeNotFound(draft, definition.name, number);
      const resources = resourcesOf(draft, definition.name).filter((resource) =>
        resource.volumes.some((entry) => entry.volume === number),
      );
      refuseInUse(draft, status, resources);
      const refs = { resource: definition.name, volume: String(number) };
      const what = `Volume definition ${number} of resource "${definition.name}"`;
      if (resources.length === 0) {
        draft.delete('volumeDefinitions', volume);
        return { answers: [success('DELETED', `${what} deleted`, refs)], targets: [] };
      }
      draft.put('volumeDefinitions', { ...volume, deletionRequestedAtMs: clock.wallMs() });
      return {
        answers: [success('DELETION_STARTED', `${what} is marked for deletion`, refs)],
        targets: resources.map(
          ({ nodeName }) => ({ kind: 'resource', node: nodeName, name: definition.name, goal: 'applied' }) as const,
        ),
      };
    });
    const pending = reply.answers.some((answer) => answer.codeName === 'DELETION_STARTED');
    const complete = reply.answers.every((answer) => answer.severity === 'SUCCESS');
    if (call.async || !pending || !complete) return reply;
    const done = success('DELETED', `Volume ${number} of resource "${resourceName}" deleted on all nodes`, {
      resource: resourceName,
      volume: String(number),
    });
    return { ...reply, answers: [...reply.answers, done] };
  }

  private requireRoom(
    draft: Draft,
    volume: VolumeDefinition,
    diskful: readonly Resource[],
    pools: readonly StoragePool[],
  ): void {
    const world = this.context.worlds.within(draft);
    const reasons = diskful.flatMap((resource, index) => {
      const pool = pools[index];
      assert(pool !== undefined, 'one pool for each diskful replica');
      const refusal = refusalOf(world, pool, [grossKib(volume, resource.peerSlots)]);
      return refusal === undefined ? [] : [{ code: refusal.code, text: `${resource.nodeName}: ${refusal.reason}` }];
    });
    const [first] = reasons;
    if (first === undefined) return;
    throw new OperationError(
      first.code,
      `A volume of ${volume.sizeKib} KiB does not fit on all nodes of resource "${volume.resourceName}"`,
      {
        cause: first.text,
        correction: 'Choose a smaller size, or make room on these nodes (bring them back if they are away).',
        details: reasons.map((reason) => reason.text).join('\n'),
        refs: { resource: volume.resourceName },
      },
    );
  }
}

function shrinkRefused(volume: VolumeDefinition, sizeKib: number, refs: Record<string, string>): OperationError {
  return new OperationError('SHRINK_REFUSED', `a volume definition cannot become smaller than it is`, {
    cause: `it has ${volume.sizeKib} KiB, ${sizeKib} KiB were asked for`,
    correction: 'On a node of the resource: lockstepadm resize --size SIZE --force, unused.',
    refs,
  });
}

function poolOf(view: ClusterView, resource: Resource): StoragePool {
  const pool = findPool(view, resource.nodeName, resource.storagePool ?? '');
  assert(pool !== undefined, 'a pool with resources is not removed');
  return pool;
}

function chooseNumber(view: ClusterView, resourceName: string, asked: number | undefined): VolumeNumber {
  const taken = new Set<number>(volumesOf(view, resourceName).map((entry) => entry.volume));
  if (asked === undefined) {
    for (let number = 0; number <= VOLUME_NUMBER_MAX; number += 1) if (!taken.has(number)) return volumeNumber(number);
  }
  if (asked === undefined || !Number.isInteger(asked) || asked < 0 || asked > VOLUME_NUMBER_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `${asked ?? 'No free number'} is not a volume number`, {
      correction: `Use 0 to ${VOLUME_NUMBER_MAX}.`,
    });
  }
  if (taken.has(asked)) {
    throw new OperationError('VOLUME_DEFINITION_EXISTS', `Resource "${resourceName}" has a volume ${asked} already`, {
      correction: 'Leave the number out to get the next free one.',
      refs: { resource: resourceName, volume: String(asked) },
    });
  }
  return volumeNumber(asked);
}

function volumeNotFound(view: ClusterView, resourceName: string, number: number): OperationError {
  const known = volumesOf(view, resourceName).map((entry) => entry.volume);
  return new OperationError('VOLUME_DEFINITION_NOT_FOUND', `Resource "${resourceName}" has no volume ${number}`, {
    correction: `Its volumes: ${known.length === 0 ? 'none' : known.join(', ')}.`,
    refs: { resource: resourceName, volume: String(number) },
  });
}
