/**
 * The frame of every mutating operation: one transaction in which all rules are checked, then (unless the caller does not
 * want to) waiting until the satellites have applied it. A caller that goes away while waiting changes nothing: the
 * transaction has happened whole or not at all, and the work goes on. A retry with the same request id is answered alike.
 */
import { unreachable } from '../../common/assert.ts';
import { asOperationError, ERROR_CODES, type ErrorCode, OperationError } from '../../common/errors.ts';
import { type Answer, failed, fromError, info, problem, success } from '../domain/answer.ts';
import { resourcesOf } from '../domain/cluster-view.ts';
import type { RequestRecord, RequestTarget } from '../domain/request.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { Settled, Settlement } from '../reconcile/settlement.ts';
import type { StatusCache } from '../satellites/status-cache.ts';
import type { ErrorReports } from './error-reports.ts';
import type { PlacementWorlds } from './placement-worlds.ts';
import type { ClusterState, Committed } from '../state/cluster-state.ts';
import type { Draft } from '../state/tables.ts';

export const WAIT_DEFAULT_MS = 30_000;
const WAIT_MOST_MS = 3_600_000;
const REQUEST_ID_LENGTH_MAX = 128;
const REQUESTS_KEPT_MS = 3_600_000;
const FORGOTTEN_AT_ONCE = 100;

/** What people may ask of the sessions. */
export interface SatelliteAttempts {
  retry(nodeName: string, resourceName: string): void;
  reconnect(nodeName: string): void;
}

export interface ServiceContext {
  readonly state: ClusterState;
  readonly status: StatusCache;
  readonly settlement: Settlement;
  readonly satellites: SatelliteAttempts;
  readonly worlds: PlacementWorlds;
  readonly reports: ErrorReports;
  /** What keeps a resource from being as it is wanted. */
  readonly waitingOf: (resourceName: string) => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** How the caller wants to be answered. */
export interface CallOptions {
  /** Empty: a retry is a new request. */
  readonly requestId: string;
  /** Answer after the transaction. */
  readonly async: boolean;
  readonly waitMs: number | undefined;
  /** Only tell what would happen: everything is checked and decided, nothing is stored. */
  readonly whatIf?: boolean | undefined;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly answers: readonly Answer[];
  readonly targets: readonly RequestTarget[];
  readonly nodeNames?: readonly string[];
  readonly volumeNumber?: number;
}

export interface Reply {
  readonly answers: readonly Answer[];
  readonly nodeNames: readonly string[];
  readonly volumeNumber: number | undefined;
}

/** Never rejects for operational reasons: those are answers with severity ERROR. */
export async function runUseCase(
  context: ServiceContext,
  operation: string,
  call: CallOptions,
  body: (draft: Draft) => Outcome,
): Promise<Reply> {
  try {
    if (call.whatIf === true) return await tryOut(context, body);
    const reply = await carryOut(context, operation, call, body);
    context.reports.refused(operation, reply.answers);
    return reply;
  } catch (error) {
    return { answers: [failure(context, operation, call, error)], nodeNames: [], volumeNumber: undefined };
  }
}

function failure(context: ServiceContext, operation: string, call: CallOptions, error: unknown): Answer {
  const answer = fromError(asOperationError(error));
  if (error instanceof OperationError) {
    // A trial is there to be told why not.
    if (call.whatIf !== true) context.reports.refused(operation, [answer]);
    return answer;
  }
  context.log.error({ operation, error: String(error) }, 'operation failed');
  return { ...answer, refs: { ...answer.refs, error_report: context.reports.failed(operation, error) } };
}

async function carryOut(
  context: ServiceContext,
  operation: string,
  call: CallOptions,
  body: (draft: Draft) => Outcome,
): Promise<Reply> {
  const { result: record, revision } = await transact(context, operation, call, body);
  const reply = { answers: record.answers, nodeNames: record.nodeNames, volumeNumber: record.volumeNumber };
  try {
    return {
      ...reply,
      answers: [...record.answers, ...(await awaitSatellites(context, call, record.targets, revision))],
    };
  } catch (error) {
    // Nobody listens any more; what was decided stays decided.
    if (call.signal.aborted) return reply;
    throw error;
  }
}

/** Carries the outcome of a trial out of its transaction, which it ends without a change. */
class Trial extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('a trial');
    this.outcome = outcome;
  }
}

async function tryOut(context: ServiceContext, body: (draft: Draft) => Outcome): Promise<Reply> {
  try {
    await context.state.transaction((draft) => {
      throw new Trial(body(draft));
    });
  } catch (error) {
    if (!(error instanceof Trial)) throw error;
    const { answers, nodeNames = [], volumeNumber } = error.outcome;
    return {
      answers: [...answers, info('This was a trial (--what-if): nothing has been changed.')],
      nodeNames,
      volumeNumber,
    };
  }
  throw new OperationError('INTERNAL', 'a trial has been committed');
}

/** Drops what a retry can no longer be about, a few at a time. */
export async function forgetOldRequests(context: ServiceContext): Promise<void> {
  const before = context.clock.wallMs() - REQUESTS_KEPT_MS;
  for (;;) {
    const { result: more } = await context.state.transaction((draft) => {
      const old = draft.requests.all().filter((record) => record.atMs < before);
      for (const record of old.slice(0, FORGOTTEN_AT_ONCE)) draft.delete('requests', record);
      return old.length > FORGOTTEN_AT_ONCE;
    });
    if (!more) return;
  }
}

async function transact(
  context: ServiceContext,
  operation: string,
  call: CallOptions,
  body: (draft: Draft) => Outcome,
): Promise<Committed<RequestRecord>> {
  if (call.requestId.length > REQUEST_ID_LENGTH_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `A request id has at most ${REQUEST_ID_LENGTH_MAX} characters`);
  }
  return await context.state.transaction((draft) => {
    const earlier = call.requestId === '' ? undefined : draft.requests.get(call.requestId);
    if (earlier !== undefined && earlier.operation === operation) return earlier;
    if (earlier !== undefined) {
      throw new OperationError('INVALID_ARGUMENT', `Request id "${call.requestId}" was used for ${earlier.operation}`, {
        correction: 'Use a new id for each operation.',
      });
    }
    const outcome = body(draft);
    const record: RequestRecord = {
      id: call.requestId,
      operation,
      answers: outcome.answers,
      nodeNames: outcome.nodeNames ?? [],
      volumeNumber: outcome.volumeNumber,
      targets: outcome.targets,
      atMs: context.clock.wallMs(),
    };
    if (call.requestId !== '' && !failed(outcome.answers)) draft.put('requests', record);
    return record;
  });
}

/** @returns what went otherwise than wanted. */
export async function awaitSatellites(
  context: ServiceContext,
  call: CallOptions,
  targets: readonly RequestTarget[],
  revision: number,
): Promise<Answer[]> {
  if (targets.length === 0) return [];
  if (call.async) return [info('The satellites do the rest in the background.')];
  const waitMs = Math.min(call.waitMs ?? WAIT_DEFAULT_MS, WAIT_MOST_MS);
  const deadline = context.clock.nowMs() + waitMs;
  const settled = await context.settlement.wait(targets, revision, waitMs, call.signal);
  const answers = targets.map((target, index) => answerFor(target, settled[index] ?? { kind: 'timed-out' }, waitMs));
  await waitForPeers(context, call, targets, settled, deadline);
  return answers.filter((answer) => answer !== undefined);
}

/** After a deletion the remaining replicas forget the peer: a list right after the answer shows it so. */
async function waitForPeers(
  context: ServiceContext,
  call: CallOptions,
  targets: readonly RequestTarget[],
  settled: readonly Settled[],
  deadline: number,
): Promise<void> {
  const gone = targets.filter((target, index) => {
    return target.kind === 'resource' && target.goal === 'gone' && settled[index]?.kind === 'done';
  });
  if (gone.length === 0) return;
  const { view, revision } = context.state;
  const names = [...new Set(gone.map((target) => target.name))];
  const peers = names
    .flatMap((name) => resourcesOf(view, name))
    .filter((resource) => resource.deletionRequestedAtMs === undefined)
    .map(
      ({ nodeName, resourceName }) =>
        ({ kind: 'resource', node: nodeName, name: resourceName, goal: 'applied' }) as const,
    );
  const goneAt = settled.reduce((most, entry) => (entry.kind === 'done' ? Math.max(most, entry.revision) : most), 0);
  await context.settlement.wait(
    peers,
    Math.min(revision, goneAt),
    Math.max(0, deadline - context.clock.nowMs()),
    call.signal,
  );
}

function answerFor(target: RequestTarget, settled: Settled, waitMs: number): Answer | undefined {
  const what = `${target.kind === 'resource' ? 'Resource' : 'Storage pool'} "${target.name}"`;
  const refs = { node: target.node, [target.kind === 'resource' ? 'resource' : 'storage_pool']: target.name };
  const deleting = target.goal === 'gone';
  switch (settled.kind) {
    case 'done':
      return deleting ? success('DELETED', `${what} deleted from node "${target.node}"`, refs) : undefined;
    case 'failed':
      return satelliteFailure(target, what, settled.answers, refs);
    case 'away':
      return problem('WARN', 'SATELLITE_UNREACHABLE', `Node "${target.node}" is not connected`, {
        cause: deleting ? `${what} is still there, marked for deletion.` : `${what} could not be set up there yet.`,
        correction: 'Nothing to do if it returns: it is told then. See: lockstep node list',
        refs,
      });
    case 'timed-out':
      return problem('ERROR', 'TIMED_OUT', `Node "${target.node}" has not finished within ${waitMs / 1000} s`, {
        cause: `${what} is ${deleting ? 'being deleted' : 'being set up'}; the work goes on.`,
        correction: 'Look at it with: lockstep resource list',
        refs,
      });
    default:
      return unreachable(settled);
  }
}

function satelliteFailure(
  target: RequestTarget,
  what: string,
  answers: readonly Answer[],
  refs: Readonly<Record<string, string>>,
): Answer {
  const first = answers.find((answer) => answer.severity === 'ERROR');
  const known =
    first !== undefined && first.codeName in ERROR_CODES ? (first.codeName as ErrorCode) : 'SATELLITE_FAILED';
  const correction = first?.correction ?? 'Look at the log of the satellite.';
  return problem('ERROR', known, `${what}: node "${target.node}" reports: ${first?.message ?? 'a failure'}`, {
    ...(first?.cause === undefined ? {} : { cause: first.cause }),
    correction: `${correction} The controller tries again by itself.`,
    ...(first?.details === undefined ? {} : { details: first.details }),
    refs,
  });
}
