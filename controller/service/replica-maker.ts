/** Writes new replicas into a draft: node ids, bitmap slots on both sides, first generations. All of it or, by throwing, nothing. */
import { assert } from '../../common/assert.ts';
import { maskOf, type PeerMask } from '../../common/ids.ts';
import { type Answer, info, success } from '../domain/answer.ts';
import { type ClusterView, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { allocateNodeId, type Resource, withBitmapSlot } from '../domain/resource.ts';
import type { Protocol, ResourceDefinition, VolumeDefinition } from '../domain/resource-definition.ts';
import { grossKib, type StoragePool } from '../domain/storage-pool.ts';
import type { Draft } from '../state/tables.ts';
import { initialGenerations } from './initial-generation.ts';
import type { Outcome, ServiceContext } from './use-case.ts';

/** A place for one new replica: a pool, or just a node for a diskless one. */
export interface Place {
  readonly nodeName: string;
  readonly pool: StoragePool | undefined;
}

/** Volumes that are not on their way out. */
export const presentVolumes = (view: ClusterView, resourceName: string): VolumeDefinition[] =>
  volumesOf(view, resourceName).filter((entry) => entry.deletionRequestedAtMs === undefined);

/** What one more replica takes in a pool, per volume. */
export const neededKib = (view: ClusterView, definition: ResourceDefinition): number[] =>
  presentVolumes(view, definition.name).map((entry) => grossKib(entry, definition.peerSlots));

/** The places are all diskful or all diskless. @throws OperationError PEER_SLOTS_EXHAUSTED. */
export function makeReplicas(
  context: ServiceContext,
  draft: Draft,
  definition: ResourceDefinition,
  places: readonly Place[],
  protocol: Protocol | undefined,
): Outcome {
  if (places.length === 0) return { answers: [], targets: [], nodeNames: [] };
  const existing = resourcesOf(draft, definition.name);
  let all: Resource[] = [...existing];
  let usedNodeIds = definition.usedNodeIds;
  const generations = firstGenerations(context, draft, definition, existing, places);
  for (const [index, place] of places.entries()) {
    const nodeId = allocateNodeId({ ...definition, usedNodeIds }, all);
    usedNodeIds = ((usedNodeIds | maskOf(nodeId)) >>> 0) as PeerMask;
    const made: Resource = {
      resourceName: definition.name,
      nodeName: place.nodeName,
      nodeId,
      diskful: place.pool !== undefined,
      storagePool: place.pool?.name,
      protocol,
      peerSlots: definition.peerSlots,
      bitmapSlots: [],
      volumes: presentVolumes(draft, definition.name).map((entry, volume) => {
        return { volume: entry.volume, initialGeneration: generations[index]?.[volume], props: NO_PROPERTIES };
      }),
      props: NO_PROPERTIES,
      createdAtMs: context.clock.wallMs(),
    };
    all = connectByBitmap(all, made);
  }
  draft.put('definitions', { ...definition, usedNodeIds });
  for (const resource of all) if (!existing.includes(resource)) draft.put('resources', resource);
  const created = places.map((place) => place.nodeName);
  return {
    answers: places.flatMap((place) => placeAnswers(draft, definition, place)),
    targets: created.map((node) => ({ kind: 'resource', node, name: definition.name, goal: 'applied' }) as const),
    nodeNames: created,
  };
}

/** A diskless attachment becomes a replica, which is filled from the others. @throws OperationError PEER_SLOTS_EXHAUSTED. */
export function giveDisk(draft: Draft, resource: Resource, pool: StoragePool): void {
  const others = resourcesOf(draft, resource.resourceName).filter((entry) => entry !== resource);
  const { tieBreaker: _, ...rest } = resource;
  const made: Resource = { ...rest, diskful: true, storagePool: pool.name, bitmapSlots: [] };
  for (const changed of connectByBitmap(others, made)) if (!others.includes(changed)) draft.put('resources', changed);
}

/** Per place and volume. Only the first diskful replicas of a definition start with a generation. */
function firstGenerations(
  context: ServiceContext,
  view: ClusterView,
  definition: ResourceDefinition,
  existing: readonly Resource[],
  places: readonly Place[],
): (string | undefined)[][] {
  const isFirst = !existing.some((entry) => entry.diskful && entry.deletionRequestedAtMs === undefined);
  const kinds = places.flatMap((place) => (place.pool === undefined ? [] : [place.pool.providerKind]));
  if (!isFirst || kinds.length === 0) return [];
  assert(kinds.length === places.length, 'new replicas of one call are all diskful or all diskless');
  const perVolume = presentVolumes(view, definition.name).map(() =>
    initialGenerations(kinds, () => context.random.generation()),
  );
  return places.map((_, index) => perVolume.map((generations) => generations[index]));
}

function placeAnswers(view: ClusterView, definition: ResourceDefinition, place: Place): Answer[] {
  const refs = { resource: definition.name, node: place.nodeName };
  const where = place.pool === undefined ? 'diskless' : `storage pool "${place.pool.name}"`;
  const created = success('CREATED', `New resource "${definition.name}" on node "${place.nodeName}" (${where})`, refs);
  const early = presentVolumes(view, definition.name).length === 0;
  return early ? [created, info(`Resource "${definition.name}" has no volumes yet`, refs)] : [created];
}

/** Each diskful replica keeps a bitmap for each other diskful one, tombstones included. */
function connectByBitmap(present: readonly Resource[], made: Resource): Resource[] {
  if (!made.diskful) return [...present, made];
  let complete = made;
  const others = present.map((other) => {
    if (!other.diskful) return other;
    complete = withBitmapSlot(complete, other.nodeId);
    return withBitmapSlot(other, made.nodeId);
  });
  return [...others, complete];
}
