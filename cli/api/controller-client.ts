/**
 * The one door to the controllers: finds one of the given list that answers, follows it to the leader, makes typed calls
 * with a deadline and cancellation, repeats them when the connection breaks, and turns gRPC failures into
 * OperationErrors. Knows nothing about rendering.
 */
import { randomUUID } from 'node:crypto';
import {
  type ChannelCredentials,
  type Client,
  type ClientOptions as GrpcClientOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  type requestCallback,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { OperationError } from '../../common/errors.ts';
import { loadApi } from '../../proto/load.ts';
import { ControllerLine, interrupted } from './controller-line.ts';

/**
 * So long a call looks for a leader when it finds none, or cannot reach anybody: longer than another controller takes to
 * take over, shorter than a person's patience.
 */
const LEADERLESS_MS = 20_000;
const PAUSE_MS = 200;
/** An attempt that lasted so long had found a leader: its loss begins a new search. */
const SERVED_MS = 2_000;
const LEADER_METADATA = 'lockstep-leader';
const ANSWER_METADATA = 'lockstep-answer-bin';

interface ClientOptions {
  /** `host`, `host:port`, `[v6]:port`; tried in this order. */
  readonly controllers: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly observer?: CallObserver;
}

/** Is told of each call. What `onCall` throws takes the place of the call. */
export interface CallObserver {
  /** `path` is `/lockstep.v1.NodeService/List`. */
  onCall(path: string, request: unknown): void;
  onAnswer(path: string, address: string, elapsedMs: number): void;
}

/** Request and response of a generated unary method, read off its shortest overload. */
type RequestOf<Method> = Method extends (argument: infer Request, callback: infer _Callback) => ClientUnaryCall
  ? Request
  : never;
type ResponseOf<Method> = Method extends (
  argument: infer _Request,
  callback: requestCallback<infer Response>,
) => ClientUnaryCall
  ? Response
  : never;
type UnaryMethod<Request, Response> = (
  request: Request,
  options: { readonly deadline: number },
  done: requestCallback<Response>,
) => ClientUnaryCall;
type ServiceClass<Kind> = new (address: string, channel: ChannelCredentials, options: GrpcClientOptions) => Kind;

export class ControllerClient {
  private readonly options: ClientOptions;
  private readonly line: ControllerLine;
  readonly nodes;
  readonly properties;
  readonly connections;
  readonly keyValueStores;
  readonly storagePools;
  readonly resourceDefinitions;
  readonly volumeDefinitions;
  readonly resourceGroups;
  readonly resources;
  readonly migrations;
  readonly volumes;
  readonly advice;
  readonly errorReports;
  readonly controller;
  private readonly eventService;

  private constructor(options: ClientOptions) {
    this.options = options;
    this.line = new ControllerLine(options.controllers, options.signal);
    const { v1 } = loadApi();
    this.nodes = this.on(v1.NodeService);
    this.properties = this.on(v1.PropertyService);
    this.connections = this.on(v1.ConnectionService);
    this.keyValueStores = this.on(v1.KeyValueStoreService);
    this.storagePools = this.on(v1.StoragePoolService);
    this.resourceDefinitions = this.on(v1.ResourceDefinitionService);
    this.volumeDefinitions = this.on(v1.VolumeDefinitionService);
    this.resourceGroups = this.on(v1.ResourceGroupService);
    this.resources = this.on(v1.ResourceService);
    this.migrations = this.on(v1.MigrationService);
    this.volumes = this.on(v1.VolumeService);
    this.advice = this.on(v1.AdviceService);
    this.errorReports = this.on(v1.ErrorReportService);
    this.controller = this.on(v1.ControllerService);
    this.eventService = this.on(v1.EventService);
  }

  /** For calls that its observer keeps from being made. @throws OperationError INVALID_ARGUMENT. */
  static unconnected(options: ClientOptions & { readonly observer: CallObserver }): ControllerClient {
    return new ControllerClient(options);
  }

  /** @throws OperationError CONTROLLER_UNREACHABLE when none of them answers; TIMED_OUT when interrupted meanwhile. */
  static async connect(options: ClientOptions): Promise<ControllerClient> {
    const client = new ControllerClient(options);
    await client.line.find(options.timeoutMs);
    return client;
  }

  /** Of the controller that is spoken to at the moment. */
  get address(): string {
    return this.line.address;
  }

  /**
   * A request that takes an id is given one if it has none: so every call can be repeated, and is when its connection
   * breaks or the leader changes meanwhile. @throws OperationError when the call itself did not work. What the controller
   * refused is in the response's answers.
   */
  async call<Service extends Client, Name extends keyof Service & string>(
    service: Service,
    name: Name,
    request: RequestOf<Service[Name]>,
  ): Promise<ResponseOf<Service[Name]>> {
    const search = new Search(this.line, this.options);
    const { path, complete } = described(service, name, request);
    const { observer } = this.options;
    observer?.onCall(path, complete);
    const startedMs = Date.now();
    for (;;) {
      const outcome = await this.attempt<Service, Name>(service, name, complete, search.deadline);
      if ('response' in outcome) {
        observer?.onAnswer(path, this.address, Date.now() - startedMs);
        return outcome.response;
      }
      await search.afterFailure(outcome.failure);
    }
  }

  /** Turns to the leader if it is not spoken to yet. @returns its address. @throws OperationError NOT_LEADER. */
  async findLeader(): Promise<string> {
    const search = new Search(this.line, this.options);
    for (;;) {
      const health = await this.call(this.controller, 'health', {});
      if (health.role !== 'standby') return this.address;
      await search.follow(health.leader === '' ? undefined : health.leader);
    }
  }

  /** Ends quietly when interrupted. @throws OperationError when the stream breaks. */
  async *watch(kinds: readonly string[]) {
    const request = { kinds: [...kinds] };
    this.options.observer?.onCall(described(this.eventService, 'watch', request).path, request);
    await this.findLeader();
    const stream = this.eventService.watch(request);
    yield* this.read<EventOf<typeof stream>>(stream);
  }

  /** The pieces of a backup file. @throws OperationError when the stream breaks: what has come is no backup then. */
  async *backup() {
    this.options.observer?.onCall(described(this.controller, 'backup', {}).path, {});
    await this.findLeader();
    const stream = this.controller.backup({});
    for await (const { data } of this.read<EventOf<typeof stream>>(stream)) yield data;
    if (this.options.signal.aborted) throw interrupted();
  }

  close(): void {
    this.line.close();
  }

  private on<Kind extends Client>(service: ServiceClass<Kind>): Kind {
    return new service('controller', credentials.createInsecure(), { channelOverride: this.line });
  }

  private attempt<Service extends Client, Name extends keyof Service>(
    service: Service,
    name: Name,
    request: RequestOf<Service[Name]>,
    deadline: number,
  ): Promise<{ readonly response: ResponseOf<Service[Name]> } | { readonly failure: ServiceError | null }> {
    const { signal } = this.options;
    if (signal.aborted) return Promise.reject(interrupted());
    // The overload with options exists for every unary method; the two type functions above only see the shortest.
    const method = service[name] as unknown as UnaryMethod<RequestOf<Service[Name]>, ResponseOf<Service[Name]>>;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => call.cancel();
      const call = method.call(service, request, { deadline }, (failure, response) => {
        signal.removeEventListener('abort', onAbort);
        if (failure === null && response !== undefined) resolve({ response });
        else if (signal.aborted) reject(interrupted());
        else resolve({ failure });
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  private async *read<Message>(stream: { cancel(): void }): AsyncGenerator<Message, void, undefined> {
    const onAbort = (): void => stream.cancel();
    this.options.signal.addEventListener('abort', onAbort, { once: true });
    try {
      for await (const message of stream as unknown as AsyncIterable<Message>) yield message;
    } catch (error) {
      if (this.options.signal.aborted) return;
      throw callFailure(error as ServiceError, this.address, this.options.timeoutMs);
    } finally {
      this.options.signal.removeEventListener('abort', onAbort);
      stream.cancel();
    }
  }
}

/** The way of one call to the controller that can do it. */
class Search {
  readonly deadline: number;
  private readonly line: ControllerLine;
  private readonly options: ClientOptions;
  private attemptAt = Date.now();
  private lost: ServiceError | undefined;
  private lostAt: number | undefined;

  constructor(line: ControllerLine, options: ClientOptions) {
    this.line = line;
    this.options = options;
    this.deadline = Date.now() + options.timeoutMs;
  }

  /** Resolves when there is somebody to try. @throws OperationError when trying again makes no sense. */
  async afterFailure(failure: ServiceError | null): Promise<void> {
    if (Date.now() - this.attemptAt > SERVED_MS) this.lost = this.lostAt = undefined;
    // The time was used up by the search: what made it necessary says more.
    if (failure?.code === status.DEADLINE_EXCEEDED && this.lost !== undefined) throw this.error(this.lost);
    const moved = failure?.code === status.FAILED_PRECONDITION && failure.metadata.get(ANSWER_METADATA).length > 0;
    if (!moved && failure?.code !== status.UNAVAILABLE) throw this.error(failure);
    const first = this.lostAt === undefined;
    this.lost = failure;
    this.lostAt ??= Date.now();
    if (Date.now() > Math.min(this.deadline, this.lostAt + LEADERLESS_MS)) throw this.error(failure);
    if (!first) await this.pause();
    const named = moved ? failure.metadata.get(LEADER_METADATA)[0]?.toString() : undefined;
    if (named === undefined || !(await this.reach(named))) await this.lookAround(failure);
    this.attemptAt = Date.now();
  }

  /** @throws OperationError NOT_LEADER when nobody leads for too long. */
  async follow(leader: string | undefined): Promise<void> {
    this.lostAt ??= Date.now();
    if (leader !== undefined && (await this.reach(leader))) return;
    if (Date.now() > Math.min(this.deadline, this.lostAt + LEADERLESS_MS)) {
      throw new OperationError('NOT_LEADER', 'no controller leads', {
        cause: leader === undefined ? `${this.line.address} knows no leader` : `the leader ${leader} does not answer`,
        correction: 'Look at the logs of the controllers and at their store.',
      });
    }
    await this.pause();
  }

  private async reach(address: string): Promise<boolean> {
    if (address === this.line.address) return true;
    return (await this.line.turnTo(address, this.leftMs)) === undefined;
  }

  /** The next of the list that answers, until somebody does. */
  private async lookAround(failure: ServiceError | null): Promise<void> {
    for (;;) {
      try {
        return await this.line.find(this.leftMs);
      } catch (error) {
        if (this.options.signal.aborted) throw error;
        if (this.leftMs <= 1) throw this.error(failure);
      }
      await this.pause();
    }
  }

  private get leftMs(): number {
    const end = Math.min(this.deadline, (this.lostAt ?? Date.now()) + LEADERLESS_MS);
    return Math.max(1, end - Date.now());
  }

  private pause(): Promise<void> {
    const { signal } = this.options;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(interrupted());
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, PAUSE_MS);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }

  private error(failure: ServiceError | null): OperationError {
    return callFailure(failure, this.line.address, this.options.timeoutMs);
  }
}

type EventOf<Stream> = Stream extends ClientReadableStream<infer Event> ? Event : never;

/** What the loaded .proto files tell of a method. */
interface Method {
  readonly originalName?: string;
  readonly path: string;
  readonly requestType: { readonly type: { readonly field: readonly { readonly name: string }[] } };
}

/** By the convention of the API every call that changes something takes a request id. */
function described<Request>(service: Client, name: string, request: Request) {
  const { service: methods } = service.constructor as unknown as { readonly service: Readonly<Record<string, Method>> };
  const method = Object.values(methods).find((each) => each.originalName === name);
  const path = method?.path ?? name;
  if (method?.requestType.type.field.some((field) => field.name === 'requestId') !== true) {
    return { path, complete: request };
  }
  const given = (request as { readonly requestId?: string }).requestId;
  return { path, complete: given === undefined || given === '' ? { ...request, requestId: randomUUID() } : request };
}

function callFailure(error: ServiceError | null, address: string, timeoutMs: number): OperationError {
  const detail = error === null ? 'no answer' : error.details || error.message;
  switch (error?.code) {
    case status.DEADLINE_EXCEEDED:
      return new OperationError('TIMED_OUT', `no answer within ${Math.round(timeoutMs / 1000)} s`, {
        cause: `the controller at ${address} has not answered in time; it may still be working on the request`,
        correction: 'Look at the present state with a list command; repeating the same command is harmless.',
      });
    case status.UNAVAILABLE:
      return new OperationError('CONTROLLER_UNREACHABLE', `lost the connection to the controller at ${address}`, {
        cause: detail,
        correction: 'Look whether it runs; repeating the same command is harmless.',
      });
    case status.FAILED_PRECONDITION:
      return new OperationError('NOT_LEADER', `the controller at ${address} does not lead`, {
        cause: detail,
        correction: 'Name all controllers with --controllers or LS_CONTROLLERS; look at their logs and at their store.',
      });
    case status.UNIMPLEMENTED:
      return new OperationError('VERSION_MISMATCH', `the controller at ${address} does not know this call`, {
        cause: detail,
        correction: 'Use a CLI and a controller of the same version.',
      });
    default:
      return new OperationError('INTERNAL', `the call to ${address} failed`, {
        cause: detail,
        correction: 'Look at the log of the controller.',
      });
  }
}
