/**
 * Pure: what is to be done next about the replicas of one resource, so that they are what everybody has asked for. The only
 * one that decides it: users and automatisms leave wishes (on nodes, resources, groups), this planner makes one move at a
 * time towards them, from the present state alone, so that a crash between two moves changes nothing. A replica is added
 * before another one goes, and what goes is not needed (`removal.ts`).
 *
 * The first rule that has something to do makes the move:
 *
 * | Rule | Wish | Move |
 * |---|---|---|
 * | givenUp | `node lost` | the record goes, a diskful replica is owed |
 * | stranded | a deletion, and its node has gone away | nobody waits for it: the record goes |
 * | diskDone | a disk was asked for, and is UpToDate | the wish is fulfilled |
 * | replaced | the successor is UpToDate | the predecessor goes; once it is gone, the wish is fulfilled |
 * | leaving | evacuation, eviction | a successor; or away with it where there are enough without it |
 * | owed | replicas that were given up | a new one |
 * | autoDiskful | a client has used it without a disk for so long (`auto-diskful`) | a disk there; and when it is whole, a replica that is too many goes |
 * | balance | the place count of the group, looked at from time to time | a replica more, or one less |
 * | tieBreaker | an even number of voters | a diskless voter more, or one less |
 */
import { type ClusterView, findNode, findResource, resourcesOf } from '../domain/cluster-view.ts';
import { isGone, type Node, sameName } from '../domain/node.ts';
import { type ClusterStatus, isAway, isOnline } from '../domain/observed.ts';
import type { Resource } from '../domain/resource.ts';
import { DEFAULT_GROUP } from '../domain/resource-group.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import type { StoragePool } from '../domain/storage-pool.ts';
import { isGood, removalObjection } from './removal.ts';
import { tieBreakerMove } from './tie-breaker.ts';
import { autoDiskfulAfterMs, isBalanced, lasting, mayCleanUp, present, wantedReplicas } from './wishes.ts';

export type Move =
  | { readonly kind: 'forget'; readonly resource: Resource; readonly owed: boolean }
  | { readonly kind: 'fulfil'; readonly resource: Resource; readonly wish: 'diskChange' | 'replaces' | 'autoDiskful' }
  /** Its node deletes it, now or when it returns. */
  | { readonly kind: 'remove'; readonly resource: Resource; readonly reason: string }
  | { readonly kind: 'add'; readonly pool: StoragePool; readonly replaces: string | undefined }
  | { readonly kind: 'give-disk'; readonly resource: Resource; readonly pool: StoragePool }
  | { readonly kind: 'settle-owed' }
  | { readonly kind: 'add-tie-breaker'; readonly nodeName: string };

export interface ReplicaPlan {
  readonly move: Move | undefined;
  /** What cannot be done now, and why. */
  readonly waiting: readonly string[];
}

export interface PlaceLimits {
  readonly targets: readonly string[];
  readonly without: readonly string[];
  /** The replica is there already, and gets a disk. */
  readonly isThere?: boolean;
}

/** Where a new diskful replica may go: by the filters of its group, on none of `without`, only on `targets` if there are any. */
export type ChoosePlace = (
  view: ClusterView,
  definition: ResourceDefinition,
  limits: PlaceLimits,
) => StoragePool | { readonly reason: string };

/** What depends on time; all in milliseconds. */
export interface Moment {
  /** How long the replica of this node has been Primary, as far as this controller has seen it. */
  primaryForMs(resource: Resource): number;
  /** Since 1970. */
  readonly wallMs: number;
  /** The place counts are looked at, too. */
  readonly balancing: boolean;
}

interface Scene {
  readonly view: ClusterView;
  readonly status: ClusterStatus;
  readonly definition: ResourceDefinition;
  readonly choosePlace: ChoosePlace;
  readonly moment: Moment;
  readonly waiting: string[];
}

const RULES: readonly ((scene: Scene) => Move | undefined)[] = [
  givenUp,
  stranded,
  diskDone,
  replaced,
  leaving,
  owed,
  autoDiskful,
  balance,
  tieBreaker,
];

export function planReplicas(
  view: ClusterView,
  status: ClusterStatus,
  definition: ResourceDefinition,
  choosePlace: ChoosePlace,
  moment: Moment,
): ReplicaPlan {
  const waiting: string[] = [];
  const scene: Scene = { view, status, definition, choosePlace, moment, waiting };
  // A resource that is being deleted has no other wish, but nobody waits for nodes that were given up.
  const rules = definition.deletionRequestedAtMs === undefined ? RULES : [givenUp, stranded];
  for (const rule of rules) {
    const move = rule(scene);
    if (move !== undefined) return { move, waiting };
  }
  return { move: undefined, waiting };
}

function givenUp({ view, definition }: Scene): Move | undefined {
  const resource = resourcesOf(view, definition.name).find(
    ({ nodeName }) => nodeOf(view, nodeName)?.deletionRequestedAtMs !== undefined,
  );
  if (resource === undefined) return undefined;
  const owedNow = resource.diskful && resource.deletionRequestedAtMs === undefined;
  return { kind: 'forget', resource, owed: owedNow };
}

function stranded({ view, status, definition }: Scene): Move | undefined {
  const resource = resourcesOf(view, definition.name).find(
    ({ nodeName, deletionRequestedAtMs }) => deletionRequestedAtMs !== undefined && isAway(status, nodeName),
  );
  return resource === undefined ? undefined : { kind: 'remove', resource, reason: 'its node has gone away' };
}

function diskDone({ view, status, definition, waiting }: Scene): Move | undefined {
  for (const resource of present(view, definition.name)) {
    const { diskChange, nodeName } = resource;
    if (diskChange === undefined) continue;
    const done =
      diskChange.kind === 'adding' ? isGood(view, status, resource) : isDiskless(status, definition.name, nodeName);
    if (done) return { kind: 'fulfil', resource, wish: 'diskChange' };
    waiting.push(`${nodeName}: its disk is being ${diskChange.kind === 'adding' ? 'added' : 'removed'}`);
  }
  return undefined;
}

function isDiskless(status: ClusterStatus, resourceName: string, nodeName: string): boolean {
  if (!isOnline(status, nodeName)) return false;
  const volumes = status.node(nodeName).resources.get(resourceName.toUpperCase())?.volumes ?? [];
  return volumes.every(({ diskState }) => diskState === 'Diskless');
}

/** A successor that is whole: its predecessor goes, as soon as nobody uses it. */
function replaced({ view, status, definition, waiting }: Scene): Move | undefined {
  const all = present(view, definition.name);
  for (const successor of all) {
    if (successor.replaces === undefined) continue;
    const predecessor = findResource(view, definition.name, successor.replaces);
    if (predecessor === undefined) return { kind: 'fulfil', resource: successor, wish: 'replaces' };
    if (predecessor.deletionRequestedAtMs !== undefined) continue;
    if (!isGood(view, status, successor)) {
      waiting.push(`${successor.nodeName}: not UpToDate yet, it takes the place of ${predecessor.nodeName}`);
      continue;
    }
    const objection = removalObjection(view, status, predecessor, all, 1);
    if (objection === undefined) {
      return { kind: 'remove', resource: predecessor, reason: `${successor.nodeName} has taken its place` };
    }
    waiting.push(`${predecessor.nodeName}: ${objection}`);
  }
  return undefined;
}

/** Nodes that are evacuated or evicted: each of their replicas is replaced, or goes where there are enough without it. */
function leaving(scene: Scene): Move | undefined {
  const { view, definition } = scene;
  for (const resource of present(view, definition.name)) {
    const node = nodeOf(view, resource.nodeName);
    if (node === undefined || !isGone(node)) continue;
    const move = leave(scene, node, resource);
    if (move !== undefined) return move;
  }
  return undefined;
}

function leave(
  { view, status, definition, choosePlace, waiting }: Scene,
  node: Node,
  resource: Resource,
): Move | undefined {
  const all = present(view, definition.name);
  const staying = lasting(view, definition.name).filter((entry) => entry.diskful);
  const wanted = wantedReplicas(view, definition);
  const isReplaced = all.some(({ replaces }) => replaces !== undefined && sameName(replaces, resource.nodeName));
  if (isReplaced) return undefined;
  // The default group is nobody's choice: what was made by hand in it is replaced, whatever its place count says.
  const counts = wanted !== undefined && !sameName(definition.groupName, DEFAULT_GROUP);
  const enough = !resource.diskful || (counts && staying.length >= wanted);
  if (enough) {
    const objection = removalObjection(view, status, resource, staying, Math.max(1, wanted ?? 1));
    if (objection === undefined) return { kind: 'remove', resource, reason: `node ${node.name} is being left` };
    waiting.push(`${node.name}: ${objection}`);
    return undefined;
  }
  const place = choosePlace(view, definition, {
    targets: node.evacuation?.targets ?? [],
    without: node.evacuation?.notTargets ?? [],
  });
  if ('reason' in place) {
    waiting.push(`${node.name}: no place for a successor: ${place.reason}`);
    return undefined;
  }
  return { kind: 'add', pool: place, replaces: resource.nodeName };
}

/** Replicas that went with their nodes are made anew, whenever there is a place for one. */
function owed({ view, definition, choosePlace, waiting }: Scene): Move | undefined {
  if (definition.owedReplicas === undefined) return undefined;
  const staying = lasting(view, definition.name).filter((entry) => entry.diskful).length;
  const wanted = wantedReplicas(view, definition);
  // Without any copy there is nothing to copy from: that is for an administrator to decide.
  if (staying === 0 || (wanted !== undefined && staying >= wanted)) return { kind: 'settle-owed' };
  const place = choosePlace(view, definition, { targets: [], without: [] });
  if (!('reason' in place)) return { kind: 'add', pool: place, replaces: undefined };
  waiting.push(`${definition.owedReplicas} replicas are missing: ${place.reason}`);
  return undefined;
}

/** A client that stays where it has no disk gets one; then a replica elsewhere is too many, unless it is in use. */
function autoDiskful({ view, status, definition, choosePlace, moment, waiting }: Scene): Move | undefined {
  for (const resource of lasting(view, definition.name)) {
    if (resource.diskful || resource.diskChange !== undefined) continue;
    const afterMs = autoDiskfulAfterMs(view, definition, resource);
    if (afterMs === undefined || moment.primaryForMs(resource) < afterMs) continue;
    const place = choosePlace(view, definition, { targets: [resource.nodeName], without: [], isThere: true });
    if (!('reason' in place)) return { kind: 'give-disk', resource, pool: place };
    waiting.push(`${resource.nodeName}: no disk for its client: ${place.reason}`);
  }
  const given = lasting(view, definition.name).find(
    (entry) => entry.autoDiskful === true && entry.diskChange === undefined,
  );
  if (given === undefined) return undefined;
  const wanted = wantedReplicas(view, definition);
  const staying = lasting(view, definition.name).filter((entry) => entry.diskful);
  const isTooMany = wanted !== undefined && staying.length > wanted && mayCleanUp(view, definition);
  const surplus = isTooMany ? leastNeeded(view, status, staying, given, wanted) : undefined;
  if (surplus === undefined) return { kind: 'fulfil', resource: given, wish: 'autoDiskful' };
  return { kind: 'remove', resource: surplus, reason: `node ${given.nodeName} has got a disk for its client` };
}

/** From time to time only: what users do by hand is left alone for a while, and what is under way is waited for. */
function balance({ view, status, definition, choosePlace, moment, waiting }: Scene): Move | undefined {
  const wanted = wantedReplicas(view, definition);
  if (!moment.balancing || wanted === undefined || wanted === 0 || !isBalanced(view, definition, moment.wallMs))
    return undefined;
  const all = present(view, definition.name);
  if (all.some(({ diskChange, replaces }) => diskChange !== undefined || replaces !== undefined)) return undefined;
  const staying = lasting(view, definition.name).filter((entry) => entry.diskful);
  if (!staying.some((entry) => isGood(view, status, entry))) return undefined;
  if (staying.length < wanted) {
    const place = choosePlace(view, definition, { targets: [], without: [] });
    if (!('reason' in place)) return { kind: 'add', pool: place, replaces: undefined };
    waiting.push(`${staying.length} of ${wanted} replicas: ${place.reason}`);
  }
  // The default group is nobody's choice: replicas that were made by hand in it are not too many.
  if (staying.length <= wanted || sameName(definition.groupName, DEFAULT_GROUP)) return undefined;
  const surplus = leastNeeded(view, status, staying, undefined, wanted);
  return surplus === undefined
    ? undefined
    : { kind: 'remove', resource: surplus, reason: `${wanted} replicas are wanted` };
}

/** One that may go: rather one that is not whole, then the youngest. */
function leastNeeded(
  view: ClusterView,
  status: ClusterStatus,
  staying: readonly Resource[],
  spared: Resource | undefined,
  keep: number,
): Resource | undefined {
  const order = (a: Resource, b: Resource): number =>
    Number(isGood(view, status, a)) - Number(isGood(view, status, b)) || b.createdAtMs - a.createdAtMs;
  return [...staying]
    .sort(order)
    .find((entry) => entry !== spared && removalObjection(view, status, entry, staying, keep) === undefined);
}

function tieBreaker({ view, status, definition, waiting }: Scene): Move | undefined {
  const move = tieBreakerMove(view, status, definition);
  if (move === undefined) return undefined;
  switch (move.kind) {
    case 'add':
      return { kind: 'add-tie-breaker', nodeName: move.nodeName };
    case 'remove':
      return { kind: 'remove', resource: move.resource, reason: 'no tie-breaker is needed any more' };
    default:
      waiting.push(move.reason);
      return undefined;
  }
}

const nodeOf = (view: ClusterView, name: string): Node | undefined => findNode(view, name);
