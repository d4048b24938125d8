/** Stages exact situations (staging-schema.ts): waits for states, lets the client ask for so much and no more, looks. */
import type { VolumeNumber } from '../common/ids.ts';
import type { Administrator } from './admin-actions.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Client } from './clients.ts';
import { stuckReason } from './convergence.ts';
import type { Fencing } from './fencing.ts';
import type { LinkFaults } from './link-faults.ts';
import { Violation } from './oracles/violation.ts';
import type { NodeSelector, Plan, PlanAction } from './plan.ts';
import { addVolume } from './replica-changes.ts';
import type { SimNode } from './sim-node.ts';
import { Snapshots } from './snapshots.ts';
import type { Condition, NodeCondition } from './staging-schema.ts';
import { PLAN_BLOCK_BYTES } from './topology.ts';

const LOOK_AGAIN_US = 3_000;

export interface StagingWorld {
  readonly agenda: Agenda;
  readonly nodes: readonly SimNode[];
  readonly client: Client;
  readonly administrator: Administrator;
  readonly plan: Plan;
  readonly fencing: Fencing;
}

type WithNode = (selector: NodeSelector, subject: SimNode | undefined, act: (node: SimNode) => void) => void;

/** Calls `then` as soon as everything holds; never, if `isOver` comes first. */
export function onceAllHold(
  world: StagingWorld,
  that: readonly Condition[],
  isOver: () => boolean,
  then: () => void,
): void {
  const look = (): void => {
    if (isOver()) return;
    if (whatDoesNotHold(world, that) === undefined) return then();
    world.agenda.after(LOOK_AGAIN_US, EVENT_CLASS.check, look);
  };
  world.agenda.after(0, EVENT_CLASS.check, look);
}

/** Does on request what a plan says step by step. */
export class Stage {
  private readonly world: StagingWorld;
  private readonly links: LinkFaults;
  private readonly withNode: WithNode;
  private readonly snapshots = new Snapshots();

  constructor(world: StagingWorld, links: LinkFaults, withNode: WithNode) {
    this.world = world;
    this.links = links;
    this.withNode = withNode;
  }

  /** @returns false: it is none of these actions. @throws Violation EXPECT when what is checked does not hold */
  act(action: PlanAction, subject: SimNode | undefined): boolean {
    const { plan, client, administrator, fencing } = this.world;
    switch (action.do) {
      case 'burst':
        this.burst(action);
        return true;
      case 'close':
        client.holdOff(true);
        return true;
      case 'check':
        this.check(action.that);
        return true;
      case 'mend':
        this.mend(action, subject);
        return true;
      case 'add-volume':
        this.withNode(action.node, subject, (node) => {
          if (addVolume(plan, node, action.volume)) administrator.attach(node, action.volume);
        });
        return true;
      case 'keep-snapshot':
        this.withNode(action.node, subject, (node) => this.snapshots.keep(node));
        return true;
      case 'roll-back':
        this.withNode(action.node, subject, (node) => this.snapshots.rollBack(node, fencing));
        return true;
      case 'attach':
        this.withNode(action.node, subject, (node) => administrator.attach(node, action.volume));
        return true;
      default:
        return false;
    }
  }

  private burst(action: Extract<PlanAction, { do: 'burst' }>): void {
    const { world } = this;
    if (action.abandons === true) abandon(world);
    world.client.demand(action.operations, action.node === undefined ? undefined : world.nodes[action.node]);
  }

  private check(that: readonly Condition[]): void {
    const failure = whatDoesNotHold(this.world, that);
    if (failure !== undefined) throw new Violation('EXPECT', failure);
  }

  private mend({ a, b }: Extract<PlanAction, { do: 'mend' }>, subject: SimNode | undefined): void {
    this.withNode(a, subject, (node) => {
      if (b !== undefined) this.withNode(b, subject, (end) => this.links.mend(node, end));
      else for (const end of this.world.nodes) if (end !== node) this.links.mend(node, end);
    });
  }
}

/** The old machine hangs in its requests until its node steps down; then its devices are closed. */
function abandon(world: StagingWorld): void {
  const old = world.client.openOn;
  world.client.abandonAll();
  if (old === undefined) return;
  const { incarnation } = old;
  const isGone = (): boolean => !old.alive || old.incarnation !== incarnation;
  onceAllHold(world, [{ node: old.id, volume: 0, role: 'Secondary' }], isGone, () => {
    for (const { volume } of old.config.volumes) old.input({ kind: 'close', volume, mode: 'read-write' });
  });
}

function whatDoesNotHold(world: StagingWorld, that: readonly Condition[]): string | undefined {
  for (const condition of that) {
    const failure = whatFails(world, condition);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function whatFails({ nodes, client }: StagingWorld, condition: Condition): string | undefined {
  if (condition === 'in-sync') return stuckReason(nodes);
  if (condition === 'client-idle') return client.isThrough ? undefined : 'the client has not got all its answers';
  if ('synced' in condition) return whatKeepsApart(nodes, condition.synced);
  const node = nodes[condition.node];
  if (node === undefined) return `there is no n${condition.node}`;
  for (const [what, found, wanted] of comparisons(nodes, node, condition))
    if (wanted !== undefined && found !== wanted) return `n${node.id}: ${what} is ${found}, not ${wanted}`;
  return undefined;
}

function whatKeepsApart(nodes: readonly SimNode[], [a, b]: readonly [number, number]): string | undefined {
  for (const [id, peer] of [[a, b] as const, [b, a] as const]) {
    const node = nodes[id];
    if (node === undefined) return `there is no n${id}`;
    const wanted = {
      node: id,
      peer,
      volume: 0,
      disk: 'UpToDate',
      peerDisk: 'UpToDate',
      connection: 'Connected',
    } as const;
    for (const [what, found, like] of comparisons(nodes, node, { ...wanted, replication: 'Established', marked: 0 }))
      if (like !== undefined && found !== like) return `n${id}: ${what} is ${found}, not ${like}`;
  }
  return undefined;
}

type Seen = string | number | boolean | undefined;

function comparisons(
  nodes: readonly SimNode[],
  node: SimNode,
  condition: NodeCondition,
): (readonly [string, Seen, Seen])[] {
  const { view } = node;
  const { volume, peer, generationOf, otherGenerationThan } = condition;
  const rows: (readonly [string, Seen, Seen])[] = [
    ['up', node.state === 'up', condition.up ?? true],
    ['role', view.role, condition.role],
    ['disk', view.disk[volume], condition.disk],
    ['quorum', view.quorum[volume], condition.quorum],
    ['the size', sizeOf(node, volume), condition.blocks],
    ['suspended', view.suspended.length > 0, condition.suspended],
  ];
  const alike = (other: number): boolean => generation(node, volume) === generation(nodes[other], volume);
  if (generationOf !== undefined) rows.push([`having the generation of n${generationOf}`, alike(generationOf), true]);
  if (otherGenerationThan !== undefined)
    rows.push([`having the generation of n${otherGenerationThan}`, alike(otherGenerationThan), false]);
  if (peer === undefined) return rows;
  rows.push(
    [`connection to n${peer}`, view.connection[peer], condition.connection],
    [`the disk of n${peer} in its eyes`, view.peerDisk[peer]?.[volume], condition.peerDisk],
    [`replication to n${peer}`, view.replication[peer]?.[volume], condition.replication],
  );
  if (condition.marked !== undefined)
    rows.push([`the number of blocks marked towards n${peer}`, markedBlocks(node, volume, peer), condition.marked]);
  return rows;
}

function sizeOf(node: SimNode, volume: number): number | undefined {
  const status = node.core?.status().volumes.find((each) => each.volume === volume);
  return status === undefined ? undefined : status.sizeBytes / PLAN_BLOCK_BYTES;
}

/** Without the bit that says who wrote it. */
function generation(node: SimNode | undefined, volume: number): string | undefined {
  const current = node?.core?.status().volumes.find((each) => each.volume === volume)?.currentGeneration;
  return current === undefined ? undefined : String(BigInt(`0x${current}`) | 1n);
}

function markedBlocks(node: SimNode, volume: number, peer: number): number {
  const disk = node.disks[volume];
  if (disk === undefined) return 0;
  const perBlock = PLAN_BLOCK_BYTES / disk.sectorBytes;
  let marked = 0;
  for (let sector = 0; sector < disk.sectors; sector += perBlock)
    if (node.marked(volume as VolumeNumber, peer, sector)) marked += 1;
  return marked;
}
