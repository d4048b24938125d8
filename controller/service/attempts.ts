/** Use cases of people who do not want to wait for the next attempt: `resource retry` and `node reconnect`. Nothing is stored. */
import { asOperationError, OperationError } from '../../common/errors.ts';
import { type Answer, fromError, info, success } from '../domain/answer.ts';
import { requireDefinition, requireNode, resourcesOf } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { RequestTarget } from '../domain/request.ts';
import { firstAttempt } from './first-attempt.ts';
import { awaitSatellites, type CallOptions, type Reply, type ServiceContext } from './use-case.ts';

export interface RetryResource {
  readonly resourceName: string;
  /** Empty: all. */
  readonly nodeNames: readonly string[];
}

export class Attempts {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** What has failed on its satellites is tried at once. */
  retry(input: RetryResource, call: CallOptions): Promise<Reply> {
    const { state, settlement, satellites } = this.context;
    return answered(async () => {
      const { view, revision } = state;
      const { name } = requireDefinition(view, input.resourceName);
      const wanted = input.nodeNames.map((node) => nameKey(requireNode(view, node).name));
      const replicas = resourcesOf(view, name).filter(
        ({ nodeName }) => wanted.length === 0 || wanted.includes(nameKey(nodeName)),
      );
      if (replicas.length === 0) {
        throw new OperationError('RESOURCE_NOT_FOUND', `Resource "${name}" is not there`, {
          correction: `See: lockstep resource list -r ${name}`,
          refs: { resource: name },
        });
      }
      const targets = replicas.map(
        ({ nodeName, deletionRequestedAtMs }): RequestTarget => ({
          kind: 'resource',
          node: nodeName,
          name,
          goal: deletionRequestedAtMs === undefined ? 'applied' : 'gone',
        }),
      );
      for (const target of targets) {
        settlement.forget(target);
        satellites.retry(target.node, target.name);
      }
      const nodes = targets.map(({ node }) => `"${node}"`).join(', ');
      const asked = info(`Resource "${name}" is tried again on ${nodes}`, { resource: name });
      return [asked, ...(await awaitSatellites(this.context, call, targets, revision))];
    });
  }

  /** Ends the connections to these satellites and makes them anew. */
  reconnect(nodeNames: readonly string[], call: CallOptions): Promise<Reply> {
    const { state, status, satellites } = this.context;
    return answered(async () => {
      const names = nodeNames.map((name) => requireNode(state.view, name).name);
      if (names.length === 0) throw new OperationError('INVALID_ARGUMENT', 'No node is named');
      for (const name of names) satellites.reconnect(name);
      if (call.async) return [info('The connections are made anew in the background.')];
      const outcomes = names.map(async (name) => {
        const problem = await firstAttempt(this.context, name, call.signal);
        if (problem !== undefined) return problem;
        const isThere = status.node(name).connection === 'ONLINE';
        const message = `Node "${name}" is ${isThere ? 'connected anew' : 'being connected anew'}`;
        return isThere ? success('MODIFIED', message, { node: name }) : info(message, { node: name });
      });
      return Promise.all(outcomes);
    });
  }
}

async function answered(work: () => Promise<readonly Answer[]>): Promise<Reply> {
  const nothing = { nodeNames: [], volumeNumber: undefined };
  try {
    return { answers: await work(), ...nothing };
  } catch (error) {
    return { answers: [fromError(asOperationError(error))], ...nothing };
  }
}
