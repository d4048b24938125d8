/** When the cluster is at rest: everything that was wanted has come true, on every satellite (O22), and all copies are good (O21). */
import {
  type ClusterView,
  findNode,
  leftoversOn,
  resourcesOf,
  resourcesOn,
} from '../../controller/domain/cluster-view.ts';
import type { DesiredResource } from '../../controller/domain/desired.ts';
import { isGone, nameKey } from '../../controller/domain/node.ts';
import { isOnline } from '../../controller/domain/observed.ts';
import { planNode } from '../../controller/reconcile/plan-node.ts';
import type { ServiceContext } from '../../controller/service/use-case.ts';
import type { Copies } from './copies.ts';
import type { SimSatellite } from './sim-satellite.ts';

/** @returns what is missing; empty: it is at rest. */
export function unrest(
  context: ServiceContext,
  satellites: ReadonlyMap<string, SimSatellite>,
  copies: Copies,
  givenUp: ReadonlySet<string>,
): string[] {
  const { view } = context.state;
  return [
    ...view.nodes.all().flatMap(({ name }) => {
      // Registered once more, without a machine behind the name.
      if (givenUp.has(name)) return [];
      const satellite = satellites.get(name);
      if (satellite === undefined || !isOnline(context.status, name)) return [`${name} is not ONLINE`];
      return [...unfinishedNode(view, name), ...differences(view, satellite), ...badDisks(satellite, copies)];
    }),
    ...view.definitions
      .all()
      .flatMap(({ name, deletionRequestedAtMs, owedReplicas }) => [
        ...(deletionRequestedAtMs === undefined ? [] : [`${name} is being deleted still`]),
        ...(owedReplicas === undefined || !hasRoom(view, name) ? [] : [`${name} is owed replicas`]),
        ...unfinishedResource(view, name, copies.hasSource(nameKey(name))),
        ...wrongNumbers(view, name),
        ...tieBreakers(view, name),
      ]),
    ...[...view.volumeDefinitions.all(), ...view.pools.all()]
      .filter(({ deletionRequestedAtMs }) => deletionRequestedAtMs !== undefined)
      .map((each) => `${JSON.stringify(each).slice(0, 60)} is being deleted still`),
  ];
}

function unfinishedNode(view: ClusterView, name: string): string[] {
  const node = findNode(view, name);
  const leaving = node !== undefined && isGone(node);
  return [
    ...(node?.deletionRequestedAtMs === undefined ? [] : [`${name} is given up and there still`]),
    ...leftoversOn(view, name).map(({ resourceName }) => `something of ${resourceName} lies on ${name} still`),
    ...resourcesOn(view, name)
      .filter(({ resourceName }) => leaving && hasRoom(view, resourceName))
      .map(({ resourceName }) => `${resourceName} is on ${name} still, which is being left`),
  ];
}

/** Some node could take a replica; with rules of placement nobody here knows. */
function hasRoom(view: ClusterView, resourceName: string): boolean {
  const definition = view.definitions.get(nameKey(resourceName));
  const rules = view.groups.get(nameKey(definition?.groupName ?? ''))?.filter.replicasOnDifferent ?? [];
  if (rules.length > 0) return false;
  return freeNodes(view, resourceName).some(
    (name) =>
      view.pools.in('node', nameKey(name)).filter((pool) => pool.deletionRequestedAtMs === undefined).length > 0,
  );
}

const freeNodes = (view: ClusterView, resourceName: string): string[] =>
  view.nodes
    .all()
    .filter((node) => !isGone(node) && !resourcesOf(view, resourceName).some(({ nodeName }) => nodeName === node.name))
    .map(({ name }) => name);

function unfinishedResource(view: ClusterView, name: string, hasSource: boolean): string[] {
  return resourcesOf(view, name).flatMap(({ nodeName, deletionRequestedAtMs, replaces, diskChange, volumes }) => [
    ...(deletionRequestedAtMs === undefined ? [] : [`${name} is being deleted on ${nodeName} still`]),
    ...(replaces === undefined || !hasSource ? [] : [`${name} on ${nodeName} is to replace ${replaces} still`]),
    ...(diskChange === undefined || !hasSource ? [] : [`${name} on ${nodeName} is ${diskChange.kind} its disk still`]),
    ...(volumes.some(({ initialGeneration }) => initialGeneration !== undefined)
      ? [`${name} on ${nodeName} has a generation that nobody has used`]
      : []),
  ]);
}

/** Ids are unique; each diskful replica has one slot for each other diskful one, and none for anybody else. */
function wrongNumbers(view: ClusterView, name: string): string[] {
  const all = resourcesOf(view, name);
  const found: string[] = [];
  if (new Set(all.map(({ nodeId }) => nodeId)).size < all.length) found.push(`${name} has two replicas of one id`);
  for (const resource of all.filter(({ diskful }) => diskful)) {
    const peers = all.filter((other) => other !== resource && other.diskful).map(({ nodeId }) => nodeId);
    const slots = resource.bitmapSlots.map(({ peer }) => peer);
    const exact = peers.length === slots.length && peers.every((peer) => slots.includes(peer));
    if (!exact)
      found.push(`${name} on ${resource.nodeName} has slots for ids ${slots.join(' ')}, not ${peers.join(' ')}`);
  }
  return found;
}

function tieBreakers(view: ClusterView, name: string): string[] {
  const all = resourcesOf(view, name);
  const props = view.definitions.get(nameKey(name))?.props ?? {};
  const staying = all.filter(({ nodeName }) => {
    const node = findNode(view, nodeName);
    return node !== undefined && !isGone(node);
  });
  const diskful = staying.filter((each) => each.diskful).length;
  const voters = staying.filter((each) => !each.diskful && each.tieBreaker !== true).length;
  const present = staying.filter((each) => each.tieBreaker === true).length;
  const unwanted = props['DrbdOptions/auto-add-quorum-tiebreaker'] === 'False';
  const wanted = !unwanted && diskful >= 2 && diskful % 2 === 0 && voters === 0;
  if (present > (wanted ? 1 : 0)) return [`${name} has ${present} tie-breakers`];
  return wanted && present === 0 && freeNodes(view, name).length > 0 ? [`${name} has no tie-breaker`] : [];
}

function differences(view: ClusterView, satellite: SimSatellite): string[] {
  const wanted = planNode(view, satellite.name);
  const found = wanted.resources.flatMap((each) => {
    const held = satellite.resources.get(nameKey(each.name))?.desired;
    return held !== undefined && told(held) === told(each) ? [] : [`${satellite.name} has ${each.name} otherwise`];
  });
  const names = new Set(wanted.resources.map(({ name }) => nameKey(name)));
  const orphans = [...satellite.resources.keys()].filter((key) => !names.has(key));
  const pools = wanted.pools.filter(({ name }) => !satellite.pools.has(nameKey(name)));
  return [
    ...found,
    ...orphans.map((key) => `${satellite.name} has ${key}, which nobody wants`),
    ...pools.map(({ name }) => `${satellite.name} has no pool ${name}`),
  ];
}

const told = (resource: DesiredResource): string =>
  JSON.stringify(resource, (key, value: unknown) => (key === 'initialGeneration' ? undefined : value));

function badDisks(satellite: SimSatellite, copies: Copies): string[] {
  return [...satellite.resources].flatMap(([key, { disks }]) =>
    [...disks]
      .filter(([, disk]) => !copies.isGood(disk) && !(disk.state === 'Inconsistent' && !copies.hasSource(key)))
      .map(([volume, disk]) => `${key}/${volume} is ${disk.state} on ${satellite.name}`),
  );
}
