/**
 * The link between the store and the satellites: plans what a node is told, and records in the store what a satellite
 * has finished (tombstones go away, initial generations are used up). It never trusts what it planned earlier: each
 * plan is computed from the store at the moment of sending.
 */
import { unreachable } from '../../common/assert.ts';
import { failed } from '../domain/answer.ts';
import { findPool, leftoversOn, findResource, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import type { DesiredNode, DesiredPool, DesiredResource } from '../domain/desired.ts';
import { sameName } from '../domain/node.ts';
import { forgetReplica } from '../replica-set/membership.ts';
import type { ObjectOutcome } from '../satellites/satellite-client.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Draft } from '../state/tables.ts';
import { planNode, type Selection } from './plan-node.ts';
import type { Settlement } from './settlement.ts';

export interface NodePlan {
  readonly revision: number;
  readonly desired: DesiredNode;
}

/** What a session needs to know about the rest of the controller. */
export interface NodePlanner {
  /** Of all objects of the node, or of those alone that are selected. */
  plan(nodeName: string, selected?: Selection): NodePlan;
  settle(nodeName: string, plan: NodePlan, outcomes: readonly ObjectOutcome[]): Promise<void>;
}

export class Reconciler implements NodePlanner {
  private readonly state: ClusterState;
  private readonly settlement: Settlement;

  constructor(state: ClusterState, settlement: Settlement) {
    this.state = state;
    this.settlement = settlement;
  }

  plan(nodeName: string, selected?: Selection): NodePlan {
    const { view, revision } = this.state;
    return { revision, desired: planNode(view, nodeName, selected) };
  }

  /** `outcomes` of what was sent (or needed no sending) for `plan`. */
  async settle(nodeName: string, plan: NodePlan, outcomes: readonly ObjectOutcome[]): Promise<void> {
    const finished = outcomes.filter((outcome) => !failed(outcome.answers) && leavesTrace(plan.desired, outcome));
    let goneAt = plan.revision;
    if (finished.length > 0) {
      // Each on its own: a commit has room for one, not for all that a node has.
      const committed = await Promise.all(
        finished.map((outcome) =>
          this.state.transaction((draft) => this.finish(draft, nodeName, plan.desired, outcome)),
        ),
      );
      goneAt = Math.max(...committed.map(({ revision }) => revision));
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

  private finish(draft: Draft, nodeName: string, desired: DesiredNode, outcome: ObjectOutcome): void {
    switch (outcome.kind) {
      case 'storage-pool': {
        const pool = findPool(draft, nodeName, outcome.name);
        if (pool?.deletionRequestedAtMs !== undefined) draft.delete('pools', pool);
        return;
      }
      case 'resource': {
        const sent = desired.resources.find((entry) => sameName(entry.name, outcome.name));
        if (sent === undefined) return;
        if (sent.delete) {
          finishLeftover(draft, nodeName, sent.name);
          const resource = findResource(draft, sent.name, nodeName);
          if (resource?.deletionRequestedAtMs !== undefined) forgetReplica(draft, resource);
        } else this.finishVolumes(draft, nodeName, sent);
        return;
      }
      default:
        return unreachable(outcome.kind);
    }
  }

  private finishVolumes(draft: Draft, nodeName: string, sent: DesiredResource): void {
    const resource = findResource(draft, sent.name, nodeName);
    if (resource === undefined) return;
    const definitions = volumesOf(draft, sent.name);
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
          ? { volume: entry.volume, props: entry.props }
          : entry;
      });
    draft.put('resources', { ...resource, volumes });
    const others = resourcesOf(draft, sent.name).filter((entry) => entry !== resource);
    for (const entry of removed) {
      const stillThere = others.some((other) => other.volumes.some((volume) => volume.volume === entry.volume));
      const definition = definitions.find((candidate) => candidate.volume === entry.volume);
      if (!stillThere && definition !== undefined) draft.delete('volumeDefinitions', definition);
    }
  }
}

function finishLeftover(draft: Draft, nodeName: string, resourceName: string): void {
  const leftover = leftoversOn(draft, nodeName).find((entry) => sameName(entry.resourceName, resourceName));
  if (leftover !== undefined) draft.delete('leftovers', leftover);
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
