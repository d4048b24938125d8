/**
 * Changes of the set of replicas of a resource, in the records: node ids, bitmap slots on both sides, first generations.
 * The only place that writes them, whoever wants the change.
 */
import { assert } from '../../common/assert.ts';
import { maskOf, type PeerMask } from '../../common/ids.ts';
import { type ClusterView, findDefinition, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import { type ClusterStatus, isAway } from '../domain/observed.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { allocateNodeId, type Resource, withBitmapSlot, withoutBitmapSlot } from '../domain/resource.ts';
import type { Protocol, ResourceDefinition } from '../domain/resource-definition.ts';
import { grossKib, type StoragePool } from '../domain/storage-pool.ts';
import type { Draft } from '../state/tables.ts';
import { initialGenerations } from './initial-generation.ts';

/** A place for one new replica: a pool, or just a node for a diskless one. */
export interface Place {
  readonly nodeName: string;
  readonly pool: StoragePool | undefined;
}

export interface NewReplicas {
  readonly places: readonly Place[];
  readonly protocol?: Protocol | undefined;
  readonly tieBreaker?: boolean;
  /** Name of the node whose replica the new one replaces. */
  readonly replaces?: string;
  readonly nowMs: number;
  readonly newGeneration: () => string;
}

/**
 * All of them or, by throwing, nothing: the caller's transaction is taken back. A tie-breaker that stands in the place,
 * or is going away from it, becomes the replica.
 * @throws OperationError PEER_SLOTS_EXHAUSTED.
 */
export function addReplicas(draft: Draft, definition: ResourceDefinition, wanted: NewReplicas): void {
  const existing = resourcesOf(draft, definition.name);
  const generations = firstGenerations(draft, definition, existing, wanted);
  const volumes = presentVolumes(draft, definition.name);
  let all: Resource[] = [...existing];
  let usedNodeIds = definition.usedNodeIds;
  for (const [index, place] of wanted.places.entries()) {
    const tieBreaker = all.find((entry) => sameName(entry.nodeName, place.nodeName));
    assert(tieBreaker === undefined || tieBreaker.tieBreaker === true, 'a node has one replica of a resource');
    all = all.filter((entry) => entry !== tieBreaker);
    const nodeId = tieBreaker?.nodeId ?? allocateNodeId({ ...definition, usedNodeIds }, all);
    usedNodeIds = ((usedNodeIds | maskOf(nodeId)) >>> 0) as PeerMask;
    all = connectByBitmap(all, {
      resourceName: definition.name,
      nodeName: place.nodeName,
      nodeId,
      diskful: place.pool !== undefined,
      storagePool: place.pool?.name,
      protocol: wanted.protocol,
      peerSlots: definition.peerSlots,
      bitmapSlots: [],
      volumes: volumes.map(({ volume }, number) => ({
        volume,
        initialGeneration: generations[index]?.[number],
        props: NO_PROPERTIES,
      })),
      props: NO_PROPERTIES,
      tieBreaker: wanted.tieBreaker === true ? true : undefined,
      replaces: wanted.replaces,
      createdAtMs: wanted.nowMs,
    });
  }
  draft.put('definitions', { ...definition, usedNodeIds });
  putChanged(draft, existing, all);
}

/** A diskless replica gets a disk; it takes part with its old node id. @throws OperationError PEER_SLOTS_EXHAUSTED. */
export function makeDiskful(draft: Draft, resource: Resource, pool: StoragePool, change: Partial<Resource>): void {
  assert(!resource.diskful, 'only a diskless replica gets a disk');
  const existing = resourcesOf(draft, resource.resourceName);
  const definition = findDefinition(draft, resource.resourceName);
  assert(definition !== undefined, 'a replica has a definition');
  const others = existing.filter((entry) => entry !== resource);
  const made: Resource = {
    ...resource,
    ...change,
    diskful: true,
    tieBreaker: undefined,
    storagePool: pool.name,
    peerSlots: definition.peerSlots,
    bitmapSlots: [],
  };
  putChanged(draft, existing, connectByBitmap(others, made));
}

/** Its data goes, it stays a diskless peer. The caller has made sure that nobody misses the data. */
export function makeDiskless(draft: Draft, resource: Resource, change: Partial<Resource>): void {
  const existing = resourcesOf(draft, resource.resourceName);
  const all = existing.map((entry) =>
    entry === resource
      ? { ...resource, diskful: false, storagePool: undefined, bitmapSlots: [], ...change }
      : freed(entry, resource),
  );
  putChanged(draft, existing, all);
}

/**
 * The record goes, with what others keep for it: its satellite has deleted it, or will do so when it returns, or is given
 * up. The last replica takes a dying definition along, the last one with a dying volume that volume.
 */
export function forgetReplica(draft: Draft, resource: Resource): void {
  const { resourceName } = resource;
  draft.delete('resources', resource);
  const others = resourcesOf(draft, resourceName);
  const definition = findDefinition(draft, resourceName);
  const dying = definition?.deletionRequestedAtMs !== undefined;
  for (const volume of volumesOf(draft, resourceName)) {
    const wanted = others.some((other) => other.volumes.some((entry) => entry.volume === volume.volume));
    const volumeDying = dying || volume.deletionRequestedAtMs !== undefined;
    if (volumeDying && !wanted) draft.delete('volumeDefinitions', volume);
  }
  if (dying && others.length === 0) draft.delete('definitions', definition);
  putChanged(
    draft,
    others,
    others.map((other) => freed(other, resource)),
  );
}

/**
 * Its satellite deletes it, and then the record goes. Nobody waits for a node that is away: the others forget the replica at
 * once, and the node deletes it when it returns. @returns whether it is forgotten already.
 */
export function removeReplica(draft: Draft, status: ClusterStatus, resource: Resource, nowMs: number): boolean {
  const { nodeName, resourceName } = resource;
  if (!isAway(status, nodeName)) {
    draft.put('resources', { ...resource, deletionRequestedAtMs: nowMs });
    return false;
  }
  forgetReplica(draft, resource);
  draft.put('leftovers', { nodeName, resourceName, sinceMs: nowMs });
  return true;
}

/** Volumes that are not on their way out. */
export const presentVolumes = (view: ClusterView, resourceName: string) =>
  volumesOf(view, resourceName).filter((entry) => entry.deletionRequestedAtMs === undefined);

/** What one more replica takes in a pool, per volume. */
export const neededKib = (view: ClusterView, definition: ResourceDefinition): number[] =>
  presentVolumes(view, definition.name).map((entry) => grossKib(entry, definition.peerSlots));

function putChanged(draft: Draft, before: readonly Resource[], after: readonly Resource[]): void {
  for (const resource of after) if (!before.includes(resource)) draft.put('resources', resource);
}

function freed(other: Resource, gone: Resource): Resource {
  const without = withoutBitmapSlot(other, gone.nodeId);
  return without.bitmapSlots.length === other.bitmapSlots.length ? other : without;
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

/** Per place and volume. Only the first diskful replicas of a definition start with a generation. */
function firstGenerations(
  draft: Draft,
  definition: ResourceDefinition,
  existing: readonly Resource[],
  { places, newGeneration }: NewReplicas,
): (string | undefined)[][] {
  const isFirst = !existing.some((entry) => entry.diskful && entry.deletionRequestedAtMs === undefined);
  const kinds = places.flatMap((place) => (place.pool === undefined ? [] : [place.pool.providerKind]));
  if (!isFirst || kinds.length === 0) return [];
  assert(kinds.length === places.length, 'new replicas of one call are all diskful or all diskless');
  const perVolume = presentVolumes(draft, definition.name).map(() => initialGenerations(kinds, newGeneration));
  return places.map((_, index) => perVolume.map((generations) => generations[index]));
}
