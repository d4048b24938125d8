/** Waits until all replicas of a resource are good copies. */
import { asOperationError, OperationError } from '../../common/errors.ts';
import { fromError, success } from '../domain/answer.ts';
import { type ClusterView, requireDefinition, resourcesOf } from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import { type ClusterStatus, copyQuality } from '../domain/observed.ts';
import { pause } from '../pause.ts';
import { presentVolumes } from '../replica-set/membership.ts';
import { type CallOptions, type Reply, type ServiceContext, WAIT_DEFAULT_MS } from './use-case.ts';

/** Rejects only with the reason of an aborted call. */
export async function waitForSync(context: ServiceContext, name: string, call: CallOptions): Promise<Reply> {
  const { state, status, clock } = context;
  const waitMs = call.waitMs ?? WAIT_DEFAULT_MS;
  const deadline = clock.nowMs() + waitMs;
  try {
    for (;;) {
      call.signal.throwIfAborted();
      const { name: resourceName } = requireDefinition(state.view, name);
      const behind = notInSync(state.view, status, resourceName);
      const refs = { resource: resourceName };
      if (behind.length === 0) {
        const answers = [success('UNCHANGED', `All replicas of resource "${resourceName}" are UpToDate`, refs)];
        return { answers, nodeNames: [], volumeNumber: undefined };
      }
      const leftMs = deadline - clock.nowMs();
      if (leftMs <= 0) {
        throw new OperationError('TIMED_OUT', `Resource "${resourceName}" is not in sync after ${waitMs / 1000} s`, {
          cause: `Not UpToDate on: ${behind.join(', ')}.`,
          correction: 'Look at it with: lockstep volume list',
          refs,
        });
      }
      await nextChange(context, resourceName, leftMs, call.signal);
    }
  } catch (error) {
    if (call.signal.aborted) throw error;
    return { answers: [fromError(asOperationError(error))], nodeNames: [], volumeNumber: undefined };
  }
}

function notInSync(view: ClusterView, status: ClusterStatus, resourceName: string): string[] {
  const volumes = presentVolumes(view, resourceName).map(({ volume }) => volume);
  return resourcesOf(view, resourceName)
    .filter((resource) => resource.diskful && resource.deletionRequestedAtMs === undefined)
    .filter((resource) => copyQuality(status, resource, volumes) !== 'up-to-date')
    .map(({ nodeName }) => nodeName);
}

function nextChange(
  { clock, status, state }: ServiceContext,
  resourceName: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  return pause(
    clock,
    withinMs,
    signal,
    (wake) => state.onChange(wake),
    (wake) =>
      status.onChange((change) => {
        if (change.kind !== 'resource' || sameName(change.name, resourceName)) wake();
      }),
  );
}
