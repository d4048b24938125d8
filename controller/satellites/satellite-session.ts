/**
 * The controller's side of one satellite: connect, handshake, full state, then only what changed; after a loss all over
 * again. One command at a time, each computed from the store at the moment of sending.
 */
import { asOperationError, type ErrorCode, OperationError } from '../../common/errors.ts';
import { type Answer, failed, fromError, problem } from '../domain/answer.ts';
import type { DesiredNode, DesiredPool, DesiredResource } from '../domain/desired.ts';
import { activeInterface, SATELLITE_PORT, type Node, nameKey } from '../domain/node.ts';
import type { ConnectionStatus } from '../domain/observed.ts';
import { pause } from '../pause.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { DirtyKeys } from '../reconcile/dirty-keys.ts';
import type { NodePlan, NodePlanner } from '../reconcile/reconciler.ts';
import type { Commander, ConnectSatellite, ObjectOutcome, SatelliteClient } from './satellite-client.ts';
import type { StatusCache } from './status-cache.ts';

const RECONNECT_FIRST_MS = 200;
const RECONNECT_MOST_MS = 3_000;
const FIRST_REPORT_MS = 10_000;

export interface SessionContext {
  readonly planner: NodePlanner;
  readonly status: StatusCache;
  readonly connect: ConnectSatellite;
  readonly commander: Commander;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const objectKey = (kind: ObjectOutcome['kind'], name: string): string => `${kind}/${nameKey(name)}`;

export class SatelliteSession {
  readonly node: Node;
  private readonly context: SessionContext;
  private readonly dirty: DirtyKeys;
  /** What the satellite has confirmed on this connection: nothing is sent twice. */
  private readonly confirmed = new Map<string, string>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private failures = 0;
  /** Ends the connection, or the pause before the next one. */
  private hurry = new AbortController();

  constructor(node: Node, context: SessionContext) {
    this.node = node;
    this.context = context;
    this.dirty = new DirtyKeys(context.clock);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Look at this object again. */
  mark(kind: ObjectOutcome['kind'], name: string): void {
    this.dirty.mark(objectKey(kind, name));
  }

  /** As after a loss, but without a pause: full state, and everything that has failed is tried again. */
  reconnect(): void {
    this.failures = 0;
    this.context.status.setConnection(this.node.name, 'UNKNOWN');
    this.hurry.abort(new OperationError('SATELLITE_UNREACHABLE', 'The connection is made anew, as asked'));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.hurry.abort(new OperationError('SATELLITE_UNREACHABLE', 'The controller stops'));
    await this.running;
    this.dirty.clear();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const hurry = new AbortController();
      this.hurry = hurry;
      const wasOnline = await this.connection(hurry.signal);
      if (hurry.signal.aborted) continue;
      this.failures = wasOnline ? 1 : this.failures + 1;
      const delayMs = Math.min(RECONNECT_MOST_MS, RECONNECT_FIRST_MS * 2 ** Math.min(10, this.failures - 1));
      const { clock, random } = this.context;
      await pause(clock, delayMs * (0.75 + random.jitter() / 2), hurry.signal);
    }
  }

  /** One connection from hello to its end. @returns whether it had come to ONLINE. */
  private async connection(hurry: AbortSignal): Promise<boolean> {
    const { connect, commander, status, log } = this.context;
    const { name } = this.node;
    const { address, satellitePort = SATELLITE_PORT } = activeInterface(this.node);
    const ending = new AbortController();
    const stop = (): void => ending.abort(hurry.reason);
    hurry.addEventListener('abort', stop, { once: true });
    const client = connect({ name, address, port: satellitePort }, commander);
    let online = false;
    try {
      if (hurry.aborted || this.stopping.signal.aborted) return false;
      await this.handshake(client);
      await this.serve(client, ending, () => {
        online = true;
      });
    } catch (error) {
      // Whoever ended it knows, and a new one has begun to count.
      if (hurry.aborted) return online;
      const reason = asOperationError(error);
      const word = reason instanceof Refused ? reason.status : 'OFFLINE';
      if (status.node(name).connection !== word)
        log.warn({ node: name, reason: reason.message, cause: reason.because }, 'satellite lost');
      status.setConnection(name, word, { ...fromError(reason), severity: 'WARN' });
    } finally {
      ending.abort();
      hurry.removeEventListener('abort', stop);
      client.close();
    }
    return online;
  }

  private async handshake(client: SatelliteClient): Promise<void> {
    const { status } = this.context;
    const { name } = this.node;
    const hello = await client.hello(name);
    if (failed(hello.answers)) throw refusal(name, hello.answers);
    if (nameKey(hello.nodeName) !== nameKey(name)) {
      throw new Refused(
        'HOSTNAME_MISMATCH',
        'WRONG_NODE',
        `The satellite of node "${name}" calls itself "${hello.nodeName}"`,
        {
          cause: 'The address belongs to another node.',
          correction: 'Delete the node and create it with the right name or address.',
        },
      );
    }
    status.setConnection(name, 'CONNECTED', undefined, hello.version);
  }

  private async serve(client: SatelliteClient, ending: AbortController, onOnline: () => void): Promise<void> {
    const { status, log } = this.context;
    const { name } = this.node;
    const { signal } = ending;
    this.confirmed.clear();
    this.dirty.clear();
    const [fullState, firstReport] = await Promise.allSettled([
      this.sendFullState(client, ending),
      this.firstReport(client, ending),
    ]);
    if (fullState.status === 'rejected') throw fullState.reason;
    if (firstReport.status === 'rejected') throw firstReport.reason;
    status.setConnection(name, 'ONLINE');
    log.info({ node: name }, 'satellite online');
    onOnline();
    for (;;) {
      const keys = await this.dirty.take(signal);
      if (signal.aborted) throw signal.reason;
      await this.sendChanges(client, new Set(keys), signal);
    }
  }

  /** Reports go to the status cache from now on; resolves with the first full one. */
  private firstReport(client: SatelliteClient, ending: AbortController): Promise<void> {
    const { status, clock } = this.context;
    const { name } = this.node;
    const end = (cause: string): void =>
      ending.abort(new OperationError('SATELLITE_UNREACHABLE', `The connection to node "${name}" ended`, { cause }));
    return new Promise((resolve, reject) => {
      const cancel = clock.after(FIRST_REPORT_MS, () => end('The satellite sent no status.'));
      const onAbort = (): void => {
        cancel();
        reject(ending.signal.reason);
      };
      ending.signal.addEventListener('abort', onAbort, { once: true });
      client.watch(
        (report) => {
          if (ending.signal.aborted) return;
          status.report(name, report);
          if (!report.full) return;
          cancel();
          ending.signal.removeEventListener('abort', onAbort);
          resolve();
        },
        end,
        ending.signal,
      );
    });
  }

  /** Ends the connection when it fails, so that nobody waits for a first report that will not come. */
  private async sendFullState(client: SatelliteClient, ending: AbortController): Promise<void> {
    try {
      const plan = this.context.planner.plan(this.node.name);
      await this.send(client, plan, plan.desired, true, ending.signal);
    } catch (error) {
      ending.abort(error);
      throw error;
    }
  }

  private async sendChanges(client: SatelliteClient, keys: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const plan = this.context.planner.plan(this.node.name, (kind, name) => keys.has(objectKey(kind, name)));
    const { pools, resources } = plan.desired;
    const known = (kind: ObjectOutcome['kind'], entry: DesiredPool | DesiredResource): boolean =>
      this.confirmed.get(objectKey(kind, entry.name)) === fingerprint(entry);
    const unchanged: ObjectOutcome[] = [
      ...pools.filter((pool) => known('storage-pool', pool)).map((pool) => done('storage-pool', pool.name)),
      ...resources.filter((entry) => known('resource', entry)).map((entry) => done('resource', entry.name)),
    ];
    if (unchanged.length > 0) await this.context.planner.settle(this.node.name, plan, unchanged);
    const changed: DesiredNode = {
      pools: pools.filter((pool) => !known('storage-pool', pool)),
      resources: resources.filter((entry) => !known('resource', entry)),
    };
    if (changed.pools.length + changed.resources.length > 0) await this.send(client, plan, changed, false, signal);
  }

  private async send(
    client: SatelliteClient,
    plan: NodePlan,
    part: DesiredNode,
    full: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { planner, log } = this.context;
    const { name } = this.node;
    const reply = await client.apply({ revision: plan.revision, full, ...part }, signal);
    if (failed(reply.answers)) throw refusal(name, reply.answers);
    if (reply.unmanagedResources.length > 0) {
      log.warn({ node: name, resources: reply.unmanagedResources }, 'the satellite holds resources that are not ours');
    }
    const outcomes = [
      ...part.pools.map((pool) => outcomeOf(reply.outcomes, 'storage-pool', pool.name)),
      ...part.resources.map((resource) => outcomeOf(reply.outcomes, 'resource', resource.name)),
    ];
    for (const outcome of outcomes) this.note(part, outcome);
    await planner.settle(name, plan, outcomes);
  }

  private note(part: DesiredNode, outcome: ObjectOutcome): void {
    const key = objectKey(outcome.kind, outcome.name);
    if (failed(outcome.answers)) {
      this.confirmed.delete(key);
      this.dirty.failed(key);
      this.context.log.warn({ node: this.node.name, object: key, answers: outcome.answers }, 'satellite failed');
      return;
    }
    this.dirty.succeeded(key);
    const list: readonly (DesiredPool | DesiredResource)[] = outcome.kind === 'resource' ? part.resources : part.pools;
    const sent = list.find((entry) => nameKey(entry.name) === nameKey(outcome.name));
    if (sent === undefined || sent.delete) this.confirmed.delete(key);
    else this.confirmed.set(key, fingerprint(sent));
  }
}

/** An initial generation is used up by its success, so it makes no difference to a satellite that has succeeded. */
function fingerprint(entry: DesiredPool | DesiredResource): string {
  return JSON.stringify(entry, (key, value: unknown) => (key === 'initialGeneration' ? undefined : value));
}

const done = (kind: ObjectOutcome['kind'], name: string): ObjectOutcome => ({ kind, name, answers: [] });

function outcomeOf(outcomes: readonly ObjectOutcome[], kind: ObjectOutcome['kind'], name: string): ObjectOutcome {
  const found = outcomes.find((outcome) => outcome.kind === kind && nameKey(outcome.name) === nameKey(name));
  if (found !== undefined) return { ...found, name };
  const missing = problem('ERROR', 'SATELLITE_FAILED', `The satellite said nothing about ${kind} "${name}"`);
  return { kind, name, answers: [missing] };
}

/** The satellite answers, but does not accept this controller or this node. */
class Refused extends OperationError {
  readonly status: ConnectionStatus;
  constructor(
    status: ConnectionStatus,
    code: ErrorCode,
    message: string,
    options: { cause?: string; correction?: string },
  ) {
    super(code, message, options);
    this.status = status;
  }
}

function refusal(node: string, answers: readonly Answer[]): Refused {
  const reason = answers.find((answer) => answer.severity === 'ERROR');
  const options = {
    cause: [reason?.message, reason?.cause].filter((text) => text !== undefined && text !== '').join(': '),
    ...(reason?.correction === undefined ? {} : { correction: reason.correction }),
  };
  const message = `The satellite of node "${node}" refuses this controller`;
  switch (reason?.codeName) {
    case 'WRONG_NODE':
      return new Refused('HOSTNAME_MISMATCH', 'WRONG_NODE', message, options);
    case 'VERSION_MISMATCH':
      return new Refused('VERSION_MISMATCH', 'VERSION_MISMATCH', message, options);
    case 'STALE_CONTROLLER':
      return new Refused('OTHER_CONTROLLER', 'STALE_CONTROLLER', message, options);
    default:
      return new Refused('FULL_SYNC_FAILED', 'SATELLITE_FAILED', message, options);
  }
}
