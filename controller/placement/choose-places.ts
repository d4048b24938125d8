/**
 * Pure: where new replicas go. Candidates, filters, scores, and the set with the highest score that obeys all rules; of
 * every place that was passed over it is recorded why.
 */
import {
  type ClusterView,
  findNode,
  findDefinition,
  findPool,
  poolsOn,
  resourcesOf,
  resourcesOn,
} from '../domain/cluster-view.ts';
import { type Node, nameKey } from '../domain/node.ts';
import type { PlacementVerdict } from '../domain/placement-verdict.ts';
import type { Resource } from '../domain/resource.ts';
import type { ProviderKind, StoragePool } from '../domain/storage-pool.ts';
import { bestSet, byPreference, type Choice, sumOf } from './best-set.ts';
import { type Capacity, capacityOf, type PlacementWorld } from './capacity.ts';
import { bestCopyset, copysets } from './copysets.ts';
import {
  avoidedNodes,
  capacityObjection,
  type FilterContext,
  isLastingPlace,
  nodeObjection,
  type Objection,
  type PlacementTask,
  poolObjection,
} from './filters.ts';
import { booleanProp, definitionLevels } from './placement-props.ts';
import { scoring } from './scores.ts';
import { SpreadRules } from './spread-rules.ts';

export interface Candidate {
  readonly node: Node;
  readonly pool: StoragePool;
  readonly capacity: Capacity;
}

/** What the filters have left over. */
export interface Prepared {
  readonly context: FilterContext;
  readonly existingNodes: readonly Node[];
  /** Pools; several of one node are possible. */
  readonly candidates: readonly Candidate[];
  /** Of a task without disks. */
  readonly disklessNodes: readonly Node[];
  readonly rejections: readonly PlacementVerdict[];
}

export interface Placement {
  /** As many as asked for, best first; undefined: there are not so many. */
  readonly chosen: readonly Choice[] | undefined;
  readonly verdicts: readonly PlacementVerdict[];
  /** Nodes that fit one by one. */
  readonly fitting: number;
}

/** @throws OperationError UNDECIDABLE_PLACEMENT. */
export function choosePlaces(world: PlacementWorld, task: PlacementTask): Placement {
  const prepared = prepare(world, task);
  const choices = choicesOf(prepared, prepared.candidates);
  const chosen = pick(prepared, choices);
  return {
    chosen,
    // Thousands of placements that succeed need no words.
    get verdicts() {
      return [...choices.map((choice) => verdictOn(choice, chosen)), ...prepared.rejections];
    },
    get fitting() {
      return new Set(choices.map(({ node }) => node)).size;
    },
  };
}

export const verdictOn = (choice: Choice, chosen: readonly Choice[] | undefined): PlacementVerdict => ({
  node: choice.node.name,
  pool: choice.pool?.name ?? '',
  filter: '',
  reason: chosen?.includes(choice) === true ? 'chosen' : 'fits',
  score: choice.score,
});

/** Diskful replicas that stay: those that count where replicas are counted. */
export function countedReplicas(view: ClusterView, resourceName: string): Resource[] {
  return resourcesOf(view, resourceName).filter((resource) => {
    const node = findNode(view, resource.nodeName);
    const leaves = resource.deletionRequestedAtMs !== undefined || node?.deletionRequestedAtMs !== undefined;
    return resource.diskful && !leaves && node?.evictedAtMs === undefined && node?.evacuation === undefined;
  });
}

/** @throws OperationError UNDECIDABLE_PLACEMENT. */
export function prepare(world: PlacementWorld, task: PlacementTask): Prepared {
  const { view } = world;
  const existingNodes = task.existing.flatMap(({ nodeName }) => findNode(view, nodeName) ?? []);
  const own = task.resourceName === undefined ? [] : resourcesOf(view, task.resourceName);
  const context: FilterContext = {
    world,
    task,
    present: new Map(own.map((resource) => [nameKey(resource.nodeName), resource])),
    avoided: avoidedNodes(view, task),
    rules: new SpreadRules(task.filter, existingNodes),
  };
  const families = task.diskless === true ? undefined : requiredFamilies(context);
  const candidates: Candidate[] = [];
  const disklessNodes: Node[] = [];
  const rejections: PlacementVerdict[] = [];
  for (const node of view.nodes.all()) {
    const reject = (pool: string, { filter, reason }: Objection): void => {
      rejections.push({ node: node.name, pool, filter, reason });
    };
    const objection = nodeObjection(node, context);
    if (objection !== undefined) reject('', objection);
    else if (task.diskless === true) disklessNodes.push(node);
    else {
      const pools = poolsOn(view, node.name);
      if (pools.length === 0) reject('', { filter: 'storage-pool', reason: 'it has no storage pool' });
      for (const pool of pools) {
        const found = candidateOf(node, pool, context, families);
        if ('capacity' in found) candidates.push(found);
        else reject(pool.name, found);
      }
    }
  }
  return { context, existingNodes, candidates, disklessNodes, rejections };
}

function candidateOf(
  node: Node,
  pool: StoragePool,
  context: FilterContext,
  families: ReadonlySet<string> | undefined,
): Candidate | Objection {
  const objection = poolObjection(pool, context);
  if (objection !== undefined) return objection;
  if (families !== undefined && !families.has(familyOf(pool.providerKind))) {
    const reason = `the replicas there are keep to ${[...families].join(' and ')} (AllowMixingStoragePoolDriver)`;
    return { filter: 'provider-mixing', reason };
  }
  const capacity = capacityOf(context.world, pool);
  if ('code' in capacity) return capacity;
  return capacityObjection(pool, capacity, context) ?? { node, pool, capacity };
}

/** Raw devices differ from files in what they hold at first; kinds of one family mix freely. */
const familyOf = (kind: ProviderKind): string => (kind === 'DEVICE' ? 'DEVICE' : 'FILE and FILE_THIN');

/** Those of the replicas that exist. */
function familiesOf(view: ClusterView, { existing }: PlacementTask): ReadonlySet<string> {
  const pools = existing.flatMap(({ nodeName, storagePool }) => findPool(view, nodeName, storagePool ?? '') ?? []);
  return new Set(pools.map(({ providerKind }) => familyOf(providerKind)));
}

/** What new replicas must not differ from; undefined: nothing. */
function requiredFamilies({ world, task }: FilterContext): ReadonlySet<string> | undefined {
  const families = familiesOf(world.view, task);
  return families.size === 0 || mixes(world.view, task) ? undefined : families;
}

/** Allowed, or so already. */
function mixes(view: ClusterView, task: PlacementTask): boolean {
  const definition = task.resourceName === undefined ? undefined : findDefinition(view, task.resourceName);
  const allowed = booleanProp('AllowMixingStoragePoolDriver', definitionLevels(view, definition, task.groupName));
  return allowed === true || familiesOf(view, task).size > 1;
}

/** With scores, best first. */
export function choicesOf({ context, disklessNodes }: Prepared, candidates: readonly Candidate[]): Choice[] {
  const { view } = context.world;
  const scoreOf = scoring(view, candidates);
  const diskless = disklessNodes.map((node): Choice => {
    return { node, pool: undefined, score: -resourcesOn(view, node.name).length };
  });
  const diskful = candidates.map(
    ({ node, pool, capacity }): Choice => ({ node, pool, score: scoreOf(pool, capacity) }),
  );
  return [...diskless, ...diskful].sort(byPreference);
}

/** `choices`: best first. @returns the set of places with the highest score that obeys all rules. */
export function pick(prepared: Prepared, choices: readonly Choice[]): readonly Choice[] | undefined {
  const { context, existingNodes } = prepared;
  const { task, world, rules } = context;
  if (task.count === 0) return [];
  const sets = copysetsOf(prepared);
  let best: readonly Choice[] | undefined;
  for (const alternative of separated(choices, mixes(world.view, task))) {
    const candidates = onePerNode(alternative);
    const found =
      (sets === undefined ? undefined : bestCopyset(sets, candidates, existingNodes, task.count, rules)) ??
      (sets === undefined || existingNodes.length > 0 ? bestSet(candidates, task.count, rules) : undefined);
    if (found !== undefined && (best === undefined || sumOf(found) > sumOf(best))) best = found;
  }
  return best;
}

/** Kinds of pools that must not be mixed are alternatives. */
function separated(choices: readonly Choice[], mixing: boolean): readonly (readonly Choice[])[] {
  if (mixing) return [choices];
  const families = new Map<string, Choice[]>();
  for (const choice of choices) {
    const family = choice.pool === undefined ? '' : familyOf(choice.pool.providerKind);
    const list = families.get(family) ?? [];
    list.push(choice);
    families.set(family, list);
  }
  return [...families.values()];
}

function onePerNode(choices: readonly Choice[]): readonly Choice[] {
  const seen = new Set<Node>();
  return choices.filter(({ node }) => {
    if (seen.has(node)) return false;
    seen.add(node);
    return true;
  });
}

/** Undefined: any nodes will do. Where there are replicas already, their set is preferred, no more: they may stand outside. */
function copysetsOf({ context, existingNodes }: Prepared): readonly (readonly Node[])[] | undefined {
  const { task, world } = context;
  const { scatterWidth } = task.filter;
  const size = existingNodes.length + task.count;
  if (scatterWidth === undefined || size < 2 || task.diskless === true) return undefined;
  const members = world.view.nodes
    .all()
    .filter((node) => isLastingPlace(node, poolsOn(world.view, node.name), context));
  return copysets(members, size, scatterWidth, () => new SpreadRules(task.filter, []));
}
