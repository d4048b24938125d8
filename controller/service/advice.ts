/** Pure: what could go wrong with resources, now or when a node is taken down, and what to do about it. */
import { OperationError } from '../../common/errors.ts';
import { type ClusterView, requireDefinition, requireNode, resourcesOn, volumesOf } from '../domain/cluster-view.ts';
import { nameKey, sameName } from '../domain/node.ts';
import { type ClusterStatus, copyQuality, inUseOn, isOnline } from '../domain/observed.ts';
import type { Resource } from '../domain/resource.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import { quorumByReplicas } from '../properties/auto-quorum.ts';
import { effectiveValue } from '../properties/inheritance.ts';
import { levelsOfDefinition } from '../properties/levels-of.ts';
import { lasting, wantedReplicas } from '../replica-set/wishes.ts';

const ADVICE_KINDS = [
  'single-replica',
  'pot-split-brain',
  'diskless-in-use',
  'too-few-replicas',
  'too-many-replicas',
  'no-tiebreaker',
  'in-use',
  'waiting',
] as const;
type AdviceKind = (typeof ADVICE_KINDS)[number];

export interface Advice {
  readonly resourceName: string;
  readonly kind: AdviceKind;
  readonly issue: string;
  readonly possibleFix: string;
}

export interface AdviceQuestion {
  /** Empty: all. */
  readonly resourceNames: readonly string[];
  /** Empty: how things are now. */
  readonly maintenanceNodeName: string;
  /** Empty: all. */
  readonly kinds: readonly string[];
}

interface World {
  readonly view: ClusterView;
  readonly status: ClusterStatus;
  /** What a resource waits for before it is as it is wanted. */
  readonly waitingOf: (resourceName: string) => readonly string[];
}

/** @throws OperationError NODE_NOT_FOUND, RESOURCE_DEFINITION_NOT_FOUND, INVALID_ARGUMENT. */
export function advise(world: World, question: AdviceQuestion): readonly Advice[] {
  const { resourceNames, maintenanceNodeName, kinds } = question;
  const unknown = kinds.find((kind) => !ADVICE_KINDS.some((known) => known === kind));
  if (unknown !== undefined) {
    throw new OperationError('INVALID_ARGUMENT', `"${unknown.slice(0, 64)}" is not a kind of issue`, {
      correction: `Use ${ADVICE_KINDS.join(', ')}.`,
    });
  }
  const node = maintenanceNodeName === '' ? undefined : requireNode(world.view, maintenanceNodeName).name;
  return definitionsFor(world.view, resourceNames, node)
    .flatMap((definition) => (node === undefined ? nowOf(world, definition) : withoutNode(world, definition, node)))
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
}

function definitionsFor(view: ClusterView, names: readonly string[], node: string | undefined): ResourceDefinition[] {
  const wanted = new Set(names.map((name) => nameKey(requireDefinition(view, name).name)));
  const here =
    node === undefined ? undefined : new Set(resourcesOn(view, node).map(({ resourceName }) => nameKey(resourceName)));
  return view.definitions.all().filter(({ name, deletionRequestedAtMs }) => {
    if (deletionRequestedAtMs !== undefined || here?.has(nameKey(name)) === false) return false;
    return wanted.size === 0 || wanted.has(nameKey(name));
  });
}

function nowOf(world: World, definition: ResourceDefinition): Advice[] {
  const { name } = definition;
  const voters = lasting(world.view, name);
  if (voters.length === 0) return waitingFor(world, name);
  return [
    ...numberOfReplicas(world.view, definition, voters),
    ...voting(world.view, definition, voters),
    ...voters
      .filter(({ diskful, nodeName }) => !diskful && isUsed(world.status, voters, nodeName))
      .map(({ nodeName }) => ({
        resourceName: name,
        kind: 'diskless-in-use' as const,
        issue: `It is in use on ${nodeName}, where it has no disk: every read goes over the network.`,
        possibleFix: `lockstep resource toggle-disk ${nodeName} ${name}`,
      })),
    ...waitingFor(world, name),
  ];
}

function numberOfReplicas(view: ClusterView, definition: ResourceDefinition, voters: readonly Resource[]): Advice[] {
  const { name: resourceName, groupName } = definition;
  const count = voters.filter(({ diskful }) => diskful).length;
  const wanted = wantedReplicas(view, definition);
  const more = `lockstep resource-definition auto-place ${resourceName} --place-count ${Math.max(2, wanted ?? 2)}`;
  const found: Advice[] = [];
  if (count <= 1) {
    found.push({
      resourceName,
      kind: 'single-replica',
      issue: 'There is only one copy of the data.',
      possibleFix: more,
    });
  }
  if (wanted === undefined || wanted === count) return found;
  const issue = `It has ${count} replicas with a disk, its group ${groupName} wants ${wanted}.`;
  if (count < wanted) found.push({ resourceName, kind: 'too-few-replicas', issue, possibleFix: more });
  else
    found.push({
      resourceName,
      kind: 'too-many-replicas',
      issue,
      possibleFix: `lockstep resource delete NODE ${resourceName}`,
    });
  return found;
}

function voting(view: ClusterView, definition: ResourceDefinition, voters: readonly Resource[]): Advice[] {
  const { name: resourceName } = definition;
  const diskful = voters.filter((voter) => voter.diskful).length;
  const diskless = voters.length - diskful;
  if (diskful < 2) return [];
  const possibleFix = `lockstep resource create NODE ${resourceName} --diskless`;
  if (quorumOf(view, definition, voters) === 'off') {
    const issue = `It has ${diskful} replicas and no quorum: after a cut of the network both sides may write.`;
    return [{ resourceName, kind: 'pot-split-brain', issue, possibleFix }];
  }
  if (diskful % 2 !== 0 || diskless > 0) return [];
  const issue = `It has ${diskful} replicas and no tie-breaker: after a cut in the middle no side may write.`;
  return [{ resourceName, kind: 'no-tiebreaker', issue, possibleFix }];
}

/** As it counts: by hand, or by the number of replicas. */
function quorumOf(view: ClusterView, definition: ResourceDefinition, voters: readonly Resource[]): string {
  const levels = levelsOfDefinition(view, definition);
  const diskful = voters.filter((voter) => voter.diskful).length;
  const automatic = quorumByReplicas(levels, { diskful, diskless: voters.length - diskful })['quorum'];
  return effectiveValue(levels, 'DrbdOptions/Resource/quorum') ?? automatic ?? 'off';
}

function withoutNode({ view, status }: World, definition: ResourceDefinition, nodeName: string): Advice[] {
  const { name: resourceName } = definition;
  const voters = lasting(view, resourceName);
  const own = voters.find((voter) => sameName(voter.nodeName, nodeName));
  if (own === undefined) return [];
  const others = voters.filter((voter) => voter !== own);
  const found: Advice[] = [];
  const add = (kind: AdviceKind, issue: string, possibleFix: string): void =>
    void found.push({ resourceName, kind, issue, possibleFix });
  if (isUsed(status, voters, nodeName)) {
    const kind = own.diskful ? 'in-use' : 'diskless-in-use';
    add(
      kind,
      `It is in use on ${nodeName}.`,
      'Move what uses it (the virtual machine, the mount) to another node first.',
    );
  }
  const numbers = volumesOf(view, resourceName).map(({ volume }) => volume);
  const good = others.filter((voter) => voter.diskful && copyQuality(status, voter, numbers) === 'up-to-date');
  const more = `lockstep resource-definition auto-place ${resourceName} --place-count ${Math.max(2, good.length + 2)}`;
  if (own.diskful && good.length === 0) {
    add('single-replica', `No other node has an up-to-date copy: without ${nodeName} the data are away.`, more);
  }
  const online = others.filter((voter) => isOnline(status, voter.nodeName)).length;
  if (quorumOf(view, definition, voters) !== 'off' && online * 2 <= voters.length) {
    const issue = `Without ${nodeName} ${online} of ${voters.length} voters are left: no majority, writing stops.`;
    add('no-tiebreaker', issue, `lockstep resource create NODE ${resourceName} --diskless, or bring absent nodes back`);
  } else if (own.diskful && good.length === 1) {
    add('too-few-replicas', `Without ${nodeName} one up-to-date copy is left, on ${good[0]?.nodeName ?? ''}.`, more);
  }
  return found;
}

const waitingFor = ({ waitingOf }: World, resourceName: string): Advice[] =>
  waitingOf(resourceName).map((issue) => ({ resourceName, kind: 'waiting', issue, possibleFix: '' }));

function isUsed(status: ClusterStatus, all: readonly Resource[], nodeName: string): boolean {
  const peers = all.map((each) => each.nodeName).filter((name) => !sameName(name, nodeName));
  return all.some((each) => inUseOn(status, each.resourceName, nodeName, peers));
}
