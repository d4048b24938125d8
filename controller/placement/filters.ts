/**
 * The filters that look at one node or one pool at a time. Each has a name and says in words why it turns a place down;
 * the first that does is recorded.
 */
import { type ClusterView, leftoversOn, resourcesOf } from '../domain/cluster-view.ts';
import { type Node, nameKey, sameName } from '../domain/node.ts';
import type { Resource } from '../domain/resource.ts';
import type { SelectFilter } from '../domain/resource-group.ts';
import { isThin, type StoragePool } from '../domain/storage-pool.ts';
import { type Capacity, type NeededKib, offline, type PlacementWorld, shortage } from './capacity.ts';
import { booleanProp, controllerProps, numberProp } from './placement-props.ts';
import { parseWish, type SpreadRules } from './spread-rules.ts';

/** What is to be placed. */
export interface PlacementTask {
  /** Absent: nothing yet, a resource to be made from a group. */
  readonly resourceName: string | undefined;
  readonly groupName: string;
  readonly filter: SelectFilter;
  /** How many more replicas. */
  readonly count: number;
  readonly needed: NeededKib;
  /** Replicas that count: diskful ones that stay. */
  readonly existing: readonly Resource[];
  /** Attachments without a disk: no pool is looked at. */
  readonly diskless?: boolean;
}

/** A task with all that the filters need of it, computed once. */
export interface FilterContext {
  readonly world: PlacementWorld;
  readonly task: PlacementTask;
  /** By `nameKey` of the node. */
  readonly present: ReadonlyMap<string, Resource>;
  readonly avoided: ReadonlyMap<string, string>;
  readonly rules: SpreadRules;
}

interface NodeFilter {
  readonly name: string;
  /** What it decides holds for long: it does not depend on states, space, or on this resource. */
  readonly lasting: boolean;
  readonly objection: (node: Node, context: FilterContext) => string | undefined;
}

const RUNS_SATELLITE: readonly string[] = ['SATELLITE', 'COMBINED'];

const present = (node: Node, context: FilterContext): string | undefined => {
  const found = context.present.get(nameKey(node.name));
  if (found === undefined || found.tieBreaker === true) return undefined;
  if (found.deletionRequestedAtMs !== undefined) return 'the resource is being deleted there';
  return `it has the resource already${found.diskful ? '' : ' (diskless)'}`;
};

const leftover = (node: Node, { world, task }: FilterContext): string | undefined => {
  const found = leftoversOn(world.view, node.name).some(({ resourceName }) =>
    sameName(resourceName, task.resourceName ?? ''),
  );
  return found ? 'what an earlier replica has left there is not deleted yet' : undefined;
};

const nodeState = (node: Node): string | undefined => {
  if (node.deletionRequestedAtMs !== undefined) return 'the node is being deleted';
  if (node.evictedAtMs !== undefined) return 'the node is EVICTED';
  return node.evacuation === undefined ? undefined : 'the node is being evacuated';
};

const online = (node: Node, { world }: FilterContext): string | undefined => {
  const { connection } = world.status.node(node.name);
  return connection === 'ONLINE' ? undefined : offline(connection).reason;
};

const nodeList = (node: Node, { task }: FilterContext): string | undefined => {
  const { nodeNames } = task.filter;
  if (nodeNames.length === 0 || nodeNames.some((name) => sameName(name, node.name))) return undefined;
  return `it is none of the named nodes (${nodeNames.join(', ')})`;
};

const TARGET = 'AutoplaceTarget';

const nodeTarget = (node: Node, { world }: FilterContext): string | undefined => {
  const wanted = booleanProp(TARGET, [node.props, controllerProps(world.view)]) ?? true;
  return wanted ? undefined : `${TARGET} is false for the node`;
};

const layers = (node: Node): string | undefined =>
  RUNS_SATELLITE.includes(node.type) ? undefined : `a node of type ${node.type} has no layer for replicas`;

const doNotPlaceWith = (node: Node, { avoided }: FilterContext): string | undefined => {
  const other = avoided.get(nameKey(node.name));
  return other === undefined ? undefined : `it has resource "${other}", which is to be avoided`;
};

const sameValue = (node: Node, { task }: FilterContext): string | undefined => {
  for (const { key, value } of task.filter.replicasOnSame.map(parseWish)) {
    if (value !== undefined && node.props[key] !== value) return `${key} is not "${value}" there`;
  }
  return undefined;
};

const otherValue = (node: Node, { task }: FilterContext): string | undefined => {
  for (const { key, value } of task.filter.replicasOnDifferent.map(parseWish)) {
    if (value !== undefined && node.props[key] === value) return `${key} is "${value}" there`;
  }
  return undefined;
};

const NODE_FILTERS: readonly NodeFilter[] = [
  { name: 'present', lasting: false, objection: present },
  { name: 'leftover', lasting: false, objection: leftover },
  { name: 'node-state', lasting: true, objection: nodeState },
  { name: 'online', lasting: false, objection: online },
  { name: 'node-list', lasting: true, objection: nodeList },
  { name: 'autoplace-target', lasting: true, objection: nodeTarget },
  { name: 'layers', lasting: true, objection: layers },
  { name: 'do-not-place-with', lasting: false, objection: doNotPlaceWith },
  { name: 'replicas-on-same', lasting: true, objection: sameValue },
  { name: 'replicas-on-different', lasting: true, objection: otherValue },
];

export interface Objection {
  readonly filter: string;
  readonly reason: string;
}

export function nodeObjection(node: Node, context: FilterContext): Objection | undefined {
  for (const { name, objection } of NODE_FILTERS) {
    const reason = objection(node, context);
    if (reason !== undefined) return { filter: name, reason };
  }
  return context.rules.objection(node);
}

/** The node belongs to those that replicas of this kind are spread over, whatever its state is today. */
export const isLastingPlace = (node: Node, pools: readonly StoragePool[], context: FilterContext): boolean =>
  NODE_FILTERS.every(({ lasting, objection }) => !lasting || objection(node, context) === undefined) &&
  pools.some((pool) => poolObjection(pool, context) === undefined);

const MIN_FREE_PERCENT = 10;

/** Before its capacity is looked at. */
export function poolObjection(pool: StoragePool, { task }: FilterContext): Objection | undefined {
  const { storagePools, providers } = task.filter;
  if (pool.deletionRequestedAtMs !== undefined) {
    return { filter: 'pool-state', reason: `pool "${pool.name}" is being deleted` };
  }
  if (storagePools.length > 0 && !storagePools.some((name) => sameName(name, pool.name))) {
    return { filter: 'storage-pool', reason: `it is not named ${storagePools.join(' or ')}` };
  }
  if (providers.length > 0 && !providers.includes(pool.providerKind)) {
    return { filter: 'provider', reason: `it is ${pool.providerKind}, wanted is ${providers.join(' or ')}` };
  }
  if (booleanProp(TARGET, [pool.props]) === false) {
    return { filter: 'autoplace-target', reason: `${TARGET} is false for the pool` };
  }
  return undefined;
}

export function capacityObjection(
  pool: StoragePool,
  capacity: Capacity,
  { task, world }: FilterContext,
): Objection | undefined {
  const { observed } = capacity;
  const short = shortage(pool, capacity, task.needed);
  if (short !== undefined) return short;
  if (!isThin(pool.providerKind)) return undefined;
  const levels = [pool.props, controllerProps(world.view)];
  const percent = numberProp('Autoplacer/MinThinFreeSpace', levels) ?? MIN_FREE_PERCENT;
  if (observed.freeKib * 100 >= observed.totalKib * percent) return undefined;
  const free = `${observed.freeKib} of ${observed.totalKib} KiB`;
  return { filter: 'thin-free-space', reason: `${free} are really free, less than ${percent} %` };
}

/** Nodes (`nameKey`) with a resource that is to be avoided, and its name. */
export function avoidedNodes(view: ClusterView, task: PlacementTask): ReadonlyMap<string, string> {
  const { doNotPlaceWith: names, doNotPlaceWithRegex: pattern } = task.filter;
  const avoided = new Map<string, string>();
  const avoid = (resourceName: string): void => {
    if (task.resourceName !== undefined && sameName(resourceName, task.resourceName)) return;
    for (const resource of resourcesOf(view, resourceName))
      avoided.set(nameKey(resource.nodeName), resource.resourceName);
  };
  for (const name of names) avoid(name);
  if (pattern !== undefined && pattern !== '') {
    const expression = new RegExp(pattern, 'i');
    for (const { name } of view.definitions.all()) if (expression.test(name)) avoid(name);
  }
  return avoided;
}
