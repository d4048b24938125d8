/**
 * The link between the store and the satellites: plans what a node is told, and records in the store what a satellite
 * has finished (tombstones go away, initial generations are used up). It never trusts what it planned earlier: each
 * plan is computed from the store at the moment of sending.
 */
import { unreachable } from '../../common/assert.ts';
import { failed } from '../domain/answer.ts';
import {
  type ClusterView,
  findDefinition,
  findPool,
  findResource,
  resourcesOf,
  volumesOf,
} from '../domain/cluster-view.ts';
import type { DesiredNode, DesiredPool, DesiredResource } from '../domain/desired.ts';
import { sameName } from '../domain/node.ts';
import { withoutBitmapSlot } from '../domain/resource.ts';
import type { ObjectOutcome } from '../satellites/satellite-client.ts';
import type { KvStore, KvTransaction } from '../store/kv-store.ts';
import type { ClusterRepository } from '../store/repositories/cluster-repository.ts';
import { planNode } from './plan-node.ts';
import type { Settlement } from './settlement.ts';

export interface NodePlan {
  readonly revision: number;
  readonly desired: DesiredNode;
}

/** What a session needs to know about the rest of the controller. */
export interface NodePlanner {
  plan(nodeName: string): Promise<NodePlan>;
  settle(nodeName: string, plan: NodePlan, outcomes: readonly ObjectOutcome[]): Promise<void>;
}

export class Reconciler implements NodePlanner {
  private readonly store: KvStore;
  private readonly repository: ClusterRepository;
  private readonly settlement: Settlement;

  constructor(store: KvStore, repository: ClusterRepository, settlement: Settlement) {
    this.store = store;
    this.repository = repository;
    this.settlement = settlement;
  }

  async plan(nodeName: string): Promise<NodePlan> {
    const { result: view, revision } = await this.repository.consistentView(this.store);
    return { revision, desired: planNode(view, nodeName) };
  }

  /** `outcomes` of what was sent (or needed no sending) for `plan`. */
  async settle(nodeName: string, plan: NodePlan, outcomes: readonly ObjectOutcome[]): Promise<void> {
    const finished = outcomes.filter((outcome) => !failed(outcome.answers) && leavesTrace(plan.desired, outcome));
    let goneAt = plan.revision;
    if (finished.length > 0) {
      const committed = await this.store.transaction(async (transaction) => {
        for (const outcome of finished) await this.finish(transaction, nodeName, plan.desired, outcome);
      });
      goneAt = committed.revision;
    }
    for (const outcome of outcomes) this.record(nodeName, plan, outcome, goneAt);
  }

  private record(nodeName: string, plan: NodePlan, outcome: ObjectOutcome, goneAt: number): void {
    const target = { kind: outcome.kind, node: nodeName, name: outcome.name };
    const { answers } = outcome;
    if (failed(answers)) {
      this.settlement.record(target, { revision: plan.revision, state: 'failed', answers });
    } else if (desiredOf(plan.desired, outcome)?.delete === true) {
      this.settlement.record(target, { revision: goneAt, state: 'gone', answers });
    } else {
      this.settlement.record(target, { revision: plan.revision, state: 'applied', answers });
    }
  }

  private async finish(
    transaction: KvTransaction,
    nodeName: string,
    desired: DesiredNode,
    outcome: ObjectOutcome,
  ): Promise<void> {
    // Read anew for each: an earlier one of the same transaction may have removed what this one looks at.
    const view = await this.repository.view(transaction);
    switch (outcome.kind) {
      case 'storage-pool': {
        const pool = findPool(view, nodeName, outcome.name);
        if (pool?.deletionRequestedAtMs !== undefined) this.repository.pools.delete(transaction, pool);
        return;
      }
      case 'resource': {
        const sent = desired.resources.find((entry) => sameName(entry.name, outcome.name));
        if (sent === undefined) return;
        if (sent.delete) this.finishDeletion(transaction, view, nodeName, sent.name);
        else this.finishVolumes(transaction, view, nodeName, sent);
        return;
      }
      default:
        return unreachable(outcome.kind);
    }
  }

  /** The replica is gone; its peers learn that through the change of the store. The last one takes a dying definition along. */
  private finishDeletion(transaction: KvTransaction, view: ClusterView, nodeName: string, resourceName: string): void {
    const resource = findResource(view, resourceName, nodeName);
    if (resource?.deletionRequestedAtMs === undefined) return;
    this.repository.resources.delete(transaction, resource);
    const others = resourcesOf(view, resourceName).filter((entry) => entry !== resource);
    for (const other of others) {
      const freed = withoutBitmapSlot(other, resource.nodeId);
      if (freed.bitmapSlots.length !== other.bitmapSlots.length) this.repository.resources.put(transaction, freed);
    }
    const definition = findDefinition(view, resourceName);
    const dying = definition?.deletionRequestedAtMs !== undefined;
    for (const volume of volumesOf(view, resourceName)) {
      const wanted = others.some((other) => other.volumes.some((entry) => entry.volume === volume.volume));
      const volumeDying = dying || volume.deletionRequestedAtMs !== undefined;
      if (volumeDying && !wanted) this.repository.volumeDefinitions.delete(transaction, volume);
    }
    if (dying && others.length === 0) this.repository.definitions.delete(transaction, definition);
  }

  private finishVolumes(transaction: KvTransaction, view: ClusterView, nodeName: string, sent: DesiredResource): void {
    const resource = findResource(view, sent.name, nodeName);
    if (resource === undefined) return;
    const definitions = volumesOf(view, sent.name);
    const sentOf = (number: number) => sent.volumes.find((entry) => entry.volume === number);
    const removed = resource.volumes.filter((entry) => {
      const definition = definitions.find((candidate) => candidate.volume === entry.volume);
      return sentOf(entry.volume)?.delete === true && definition?.deletionRequestedAtMs !== undefined;
    });
    const volumes = resource.volumes
      .filter((entry) => !removed.includes(entry))
      .map((entry) => {
        const made = entry.initialGeneration !== undefined;
        return made && sentOf(entry.volume)?.initialGeneration === entry.initialGeneration
          ? { volume: entry.volume }
          : entry;
      });
    this.repository.resources.put(transaction, { ...resource, volumes });
    const others = resourcesOf(view, sent.name).filter((entry) => entry !== resource);
    for (const entry of removed) {
      const stillThere = others.some((other) => other.volumes.some((volume) => volume.volume === entry.volume));
      const definition = definitions.find((candidate) => candidate.volume === entry.volume);
      if (!stillThere && definition !== undefined) this.repository.volumeDefinitions.delete(transaction, definition);
    }
  }
}

function desiredOf(desired: DesiredNode, outcome: ObjectOutcome): DesiredPool | DesiredResource | undefined {
  const list: readonly (DesiredPool | DesiredResource)[] =
    outcome.kind === 'resource' ? desired.resources : desired.pools;
  return list.find((entry) => sameName(entry.name, outcome.name));
}

/** Its success changes something in the store. */
function leavesTrace(desired: DesiredNode, outcome: ObjectOutcome): boolean {
  const sent = desiredOf(desired, outcome);
  if (sent === undefined) return false;
  if (sent.delete) return true;
  return 'volumes' in sent && sent.volumes.some((volume) => volume.delete || volume.initialGeneration !== undefined);
}
