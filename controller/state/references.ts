/**
 * Which objects an object rests on, and what is wrong with a cluster in which some are missing or do not fit. Used when
 * the state is read: what cannot be understood is left alone.
 */
import type { ClusterView, Objects } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { Resource } from '../domain/resource.ts';
import { KIND_NAMES, KINDS, type Kind } from './kinds.ts';

/** A record of the store, and what is wrong with it. */
export interface BadRecord {
  /** With its prefix. */
  readonly key: string;
  readonly reason: string;
}

interface Reference {
  readonly kind: Kind;
  readonly key: string;
}

const to = (kind: Kind, ...names: readonly string[]): Reference => ({ kind, key: names.map(nameKey).join('/') });
const volumeNumber = (volume: number): string => String(volume).padStart(5, '0');

/** Without one of these an object makes no sense. (A definition without its group does: it inherits nothing.) */
const NEEDS: { readonly [K in Kind]: (value: Objects[K]) => readonly Reference[] } = {
  settings: () => [],
  nodes: () => [],
  pools: ({ nodeName }) => [to('nodes', nodeName)],
  definitions: () => [],
  volumeDefinitions: ({ resourceName }) => [to('definitions', resourceName)],
  resources: ({ resourceName, nodeName, diskful, storagePool, volumes }) => [
    to('definitions', resourceName),
    to('nodes', nodeName),
    ...(storagePool === undefined || !diskful ? [] : [to('pools', nodeName, storagePool)]),
    ...volumes.map(({ volume }) => to('volumeDefinitions', resourceName, volumeNumber(volume))),
  ],
  leftovers: ({ nodeName }) => [to('nodes', nodeName)],
  groups: () => [],
  volumeGroups: ({ groupName }) => [to('groups', groupName)],
  nodeConnections: ({ nodeA, nodeB }) => [to('nodes', nodeA), to('nodes', nodeB)],
  resourceConnections: ({ resourceName, nodeA, nodeB }) => [
    to('definitions', resourceName),
    to('nodes', nodeA),
    to('nodes', nodeB),
  ],
  errorReports: () => [],
  keyValues: () => [],
  requests: () => [],
};

/** Records that rest on something that is not there. */
export function dangling(view: ClusterView): BadRecord[] {
  return KIND_NAMES.flatMap((kind) => danglingOf(kind, view));
}

function danglingOf<K extends Kind>(kind: K, view: ClusterView): BadRecord[] {
  const { prefix, keyOf } = KINDS[kind];
  const values = view[kind].all() as readonly Objects[K][];
  return values.flatMap((value) => {
    const missing = NEEDS[kind](value).find((each) => view[each.kind].get(each.key) === undefined);
    if (missing === undefined) return [];
    return [
      { key: prefix + keyOf(value), reason: `it needs ${KINDS[missing.kind].prefix}${missing.key}, which is missing` },
    ];
  });
}

/** Replicas of one resource whose node ids or bitmap slots contradict each other. */
export function misfits(view: ClusterView): BadRecord[] {
  return view.definitions.all().flatMap((definition) => {
    const replicas = view.resources.in('resource', nameKey(definition.name));
    return replicas.flatMap((replica) => {
      const reason = misfit(replica, replicas);
      return reason === undefined ? [] : [{ key: KINDS.resources.prefix + KINDS.resources.keyOf(replica), reason }];
    });
  });
}

function misfit(replica: Resource, replicas: readonly Resource[]): string | undefined {
  const twin = replicas.find((other) => other !== replica && other.nodeId === replica.nodeId);
  if (twin !== undefined) return `it has the node id ${replica.nodeId} of the replica on "${twin.nodeName}"`;
  const slots = replica.bitmapSlots.map(({ slot }) => slot);
  const twice = slots.find((slot, at) => slots.indexOf(slot) !== at);
  if (twice !== undefined) return `two peers share its bitmap slot ${twice}`;
  const beyond = slots.find((slot) => slot >= replica.peerSlots);
  if (beyond !== undefined) return `it uses bitmap slot ${beyond}, and its disk has ${replica.peerSlots}`;
  if (!replica.diskful) return undefined;
  const without = replicas.find(
    (other) => other !== replica && other.diskful && !replica.bitmapSlots.some(({ peer }) => peer === other.nodeId),
  );
  return without === undefined ? undefined : `it has no bitmap slot for the replica on "${without.nodeName}"`;
}
