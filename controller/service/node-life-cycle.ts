/**
 * Use cases of nodes that go and come back: evacuate, restore, lost. They only leave a wish on the node: the keeper of
 * the replicas works it off, one resource at a time, and goes on after a restart.
 */
import { OperationError } from '../../common/errors.ts';
import { type Answer, info, problem, success } from '../domain/answer.ts';
import { type ClusterView, findNode, requireNode, resourcesOn } from '../domain/cluster-view.ts';
import type { Node } from '../domain/node.ts';
import { isAway, isOnline } from '../domain/observed.ts';
import { pause } from '../pause.ts';
import type { Draft } from '../state/tables.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

/** How long `lost` waits to tell that nothing of the node is left. */
const GONE_MS = 5_000;

export interface EvacuateNode {
  readonly name: string;
  readonly targets: readonly string[];
  readonly notTargets: readonly string[];
}

export class NodeLifeCycle {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** Every replica gets a successor elsewhere and goes once that one is UpToDate; what is in use stays until it is not. */
  evacuate(input: EvacuateNode, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node evacuate ${input.name}`, call, (draft) => {
      const node = requireNode(draft, input.name);
      refuseGivenUp(node);
      const targets = input.targets.map((name) => requireOther(draft, node, name));
      const notTargets = input.notTargets.map((name) => requireOther(draft, node, name));
      const both = targets.find((name) => notTargets.includes(name));
      if (both !== undefined) {
        throw new OperationError('INVALID_ARGUMENT', `Node "${both}" is named as a target and as none`);
      }
      draft.put('nodes', { ...node, evacuation: { requestedAtMs: this.context.clock.wallMs(), targets, notTargets } });
      const count = resourcesOn(draft, node.name).filter((entry) => entry.diskful).length;
      const answers = [success('MODIFIED', `Node "${node.name}" is being evacuated`, { node: node.name })];
      answers.push(
        info(`${count} replicas move to other nodes. Watch them with: lockstep resource list -n ${node.name}`),
      );
      return { answers, targets: [] };
    });
  }

  /** Back to normal. What has moved away stays where it is. */
  restore(name: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node restore ${name}`, call, (draft) => {
      const node = requireNode(draft, name);
      refuseGivenUp(node);
      const refs = { node: node.name };
      if (node.evacuation === undefined && node.evictedAtMs === undefined) {
        return { answers: [success('UNCHANGED', `Node "${node.name}" is not being left`, refs)], targets: [] };
      }
      draft.put('nodes', { ...node, evacuation: undefined, evictedAtMs: undefined });
      stopReplacing(draft, node);
      return { answers: [success('MODIFIED', `Node "${node.name}" takes part again`, refs)], targets: [] };
    });
  }

  /** Gives up a node that will not return, with everything on it. */
  async lost(name: string, call: CallOptions): Promise<Reply> {
    const { status, clock } = this.context;
    const reply = await runUseCase(this.context, `node lost ${name}`, call, (draft) => {
      const node = requireNode(draft, name);
      if (!isAway(status, node.name)) throw stillThere(node, isOnline(status, node.name));
      const replicas = resourcesOn(draft, node.name);
      draft.put('nodes', { ...node, deletionRequestedAtMs: node.deletionRequestedAtMs ?? clock.wallMs() });
      const answers: Answer[] = [success('DELETED', `Node "${node.name}" is given up`, { node: node.name })];
      const diskful = replicas.filter((entry) => entry.diskful && entry.deletionRequestedAtMs === undefined).length;
      if (diskful > 0) answers.push(info(`${diskful} replicas were on it; they are made anew where there is room.`));
      return { answers, targets: [] };
    });
    if (call.async || reply.answers.some(({ severity }) => severity === 'ERROR')) return reply;
    if (await this.isGone(name, call.signal)) return reply;
    const slow = problem('WARN', 'TIMED_OUT', `Node "${name}" is still being removed from the records`, {
      correction: 'Nothing to do: it goes on. See: lockstep node list',
      refs: { node: name },
    });
    return { ...reply, answers: [...reply.answers, slow] };
  }

  private async isGone(name: string, signal: AbortSignal): Promise<boolean> {
    const { state, clock } = this.context;
    const deadline = clock.nowMs() + GONE_MS;
    while (findNode(state.view, name) !== undefined) {
      const leftMs = deadline - clock.nowMs();
      if (leftMs <= 0 || signal.aborted) return false;
      await pause(clock, leftMs, signal, (wake) => state.onChange(wake));
    }
    return true;
  }
}

/** Successors that are under way become ordinary replicas: what is too much goes by hand. */
function stopReplacing(draft: Draft, node: Node): void {
  for (const { resourceName } of resourcesOn(draft, node.name)) {
    for (const entry of draft.resources.in('resource', resourceName.toUpperCase())) {
      if (entry.replaces?.toUpperCase() === node.name.toUpperCase()) {
        draft.put('resources', { ...entry, replaces: undefined });
      }
    }
  }
}

function requireOther(view: ClusterView, node: Node, name: string): string {
  const other = requireNode(view, name);
  if (other !== node) return other.name;
  throw new OperationError('INVALID_ARGUMENT', `Node "${node.name}" cannot be its own target`);
}

function refuseGivenUp(node: Node): void {
  if (node.deletionRequestedAtMs === undefined) return;
  throw new OperationError('NODE_NOT_FOUND', `Node "${node.name}" is given up`, {
    cause: 'It was declared lost.',
    correction: 'Wait until it is gone from the list, then register it anew.',
    refs: { node: node.name },
  });
}

function stillThere(node: Node, online: boolean): OperationError {
  return new OperationError('NODE_IN_USE', `Node "${node.name}" is not lost`, {
    cause: online ? 'Its satellite is connected.' : 'The controller has not found out yet whether it is there.',
    correction: 'Empty it with: lockstep node evacuate; or stop its satellite first.',
    refs: { node: node.name },
  });
}
