/**
 * The one door to the controller: finds the first of the given controllers that answers, makes typed calls with a
 * deadline and cancellation, and turns gRPC failures into OperationErrors. Knows nothing about rendering.
 */
import {
  credentials,
  type Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  connectivityState,
  type requestCallback,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { OperationError } from '../../common/errors.ts';
import { loadApi } from '../../proto/load.ts';

const DEFAULT_CONTROLLER_PORT = 3372;

/** How long one controller may take to accept the connection before the next one is tried. */
const CONNECT_TIMEOUT_MS = 3_000;

interface ClientOptions {
  /** `host`, `host:port`, `[v6]:port`; tried in this order. */
  readonly controllers: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
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

export class ControllerClient {
  readonly address: string;
  private readonly options: ClientOptions;
  private readonly clients: Client[] = [];
  readonly nodes;
  readonly properties;
  readonly connections;
  readonly keyValueStores;
  readonly storagePools;
  readonly resourceDefinitions;
  readonly volumeDefinitions;
  readonly resourceGroups;
  readonly resources;
  readonly volumes;
  readonly controller;
  private readonly eventService;

  private constructor(address: string, options: ClientOptions) {
    this.address = address;
    this.options = options;
    const { v1 } = loadApi();
    const plain = credentials.createInsecure();
    this.nodes = this.keep(new v1.NodeService(address, plain));
    this.properties = this.keep(new v1.PropertyService(address, plain));
    this.connections = this.keep(new v1.ConnectionService(address, plain));
    this.keyValueStores = this.keep(new v1.KeyValueStoreService(address, plain));
    this.storagePools = this.keep(new v1.StoragePoolService(address, plain));
    this.resourceDefinitions = this.keep(new v1.ResourceDefinitionService(address, plain));
    this.volumeDefinitions = this.keep(new v1.VolumeDefinitionService(address, plain));
    this.resourceGroups = this.keep(new v1.ResourceGroupService(address, plain));
    this.resources = this.keep(new v1.ResourceService(address, plain));
    this.volumes = this.keep(new v1.VolumeService(address, plain));
    this.controller = this.keep(new v1.ControllerService(address, plain));
    this.eventService = this.keep(new v1.EventService(address, plain));
  }

  /** @throws OperationError CONTROLLER_UNREACHABLE when none of them answers; TIMED_OUT when interrupted meanwhile. */
  static async connect(options: ClientOptions): Promise<ControllerClient> {
    const failures: string[] = [];
    for (const given of options.controllers) {
      const address = controllerAddress(given);
      const client = new ControllerClient(address, options);
      try {
        await client.ready();
        return client;
      } catch (error) {
        client.close();
        if (options.signal.aborted) throw interrupted();
        failures.push(`${address}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new OperationError('CONTROLLER_UNREACHABLE', 'cannot connect to any controller', {
      cause: failures.join('\n'),
      correction:
        'Start it (lockstep-controller, or lockstep dev up), or name it with --controllers HOST[:PORT] or LS_CONTROLLERS.',
    });
  }

  /** @throws OperationError when the call itself did not work. What the controller refused is in the response's answers. */
  call<Service extends Client, Name extends keyof Service>(
    service: Service,
    name: Name,
    request: RequestOf<Service[Name]>,
  ): Promise<ResponseOf<Service[Name]>> {
    const { signal, timeoutMs } = this.options;
    if (signal.aborted) return Promise.reject(interrupted());
    // The overload with options exists for every unary method; the two type functions above only see the shortest.
    const method = service[name] as unknown as UnaryMethod<RequestOf<Service[Name]>, ResponseOf<Service[Name]>>;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => call.cancel();
      const call = method.call(service, request, { deadline: Date.now() + timeoutMs }, (error, response) => {
        signal.removeEventListener('abort', onAbort);
        if (error === null && response !== undefined) resolve(response);
        else if (signal.aborted) reject(interrupted());
        else reject(callFailure(error, this.address, timeoutMs));
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Ends quietly when interrupted. @throws OperationError when the stream breaks. */
  async *watch(kinds: readonly string[]) {
    const stream = this.eventService.watch({ kinds: [...kinds] });
    const onAbort = (): void => cancelStream(stream);
    this.options.signal.addEventListener('abort', onAbort, { once: true });
    try {
      for await (const event of stream as AsyncIterable<EventOf<typeof stream>>) yield event;
    } catch (error) {
      if (this.options.signal.aborted) return;
      throw callFailure(error as ServiceError, this.address, this.options.timeoutMs);
    } finally {
      this.options.signal.removeEventListener('abort', onAbort);
      stream.cancel();
    }
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  private keep<Kind extends Client>(client: Kind): Kind {
    this.clients.push(client);
    return client;
  }

  /** Unlike waitForReady this gives up at the first refused connection: the next controller may be alive. */
  private ready(): Promise<void> {
    const { signal, timeoutMs } = this.options;
    const channel = this.nodes.getChannel();
    const deadline = Date.now() + Math.min(CONNECT_TIMEOUT_MS, timeoutMs);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => settle(interrupted());
      const settle = (failure?: Error): void => {
        signal.removeEventListener('abort', onAbort);
        if (failure === undefined) resolve();
        else reject(failure);
      };
      const look = (failure?: Error): void => {
        const state = channel.getConnectivityState(true);
        if (failure !== undefined) settle(new Error('no answer in time'));
        else if (state === connectivityState.READY) settle();
        else if (state === connectivityState.TRANSIENT_FAILURE) settle(new Error('nobody answers there'));
        else if (!signal.aborted) channel.watchConnectivityState(state, deadline, look);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      else look();
    });
  }
}

type EventOf<Stream> = Stream extends ClientReadableStream<infer Event> ? Event : never;

const cancelStream = (stream: { cancel(): void }): void => stream.cancel();

/** `linstor://h`, `h`, `h:1`, `[::1]:1`, `::1` → what gRPC wants. @throws OperationError INVALID_ARGUMENT. */
export function controllerAddress(given: string): string {
  const bare = given
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/\/+$/, '');
  const match = /^(\[[0-9A-Fa-f:.%a-z]+\]|[^:[\]/\s]+)(?::(\d{1,5}))?$/.exec(bare);
  if (match !== null) {
    const port = Number(match[2] ?? DEFAULT_CONTROLLER_PORT);
    if (port >= 1 && port <= 65_535) return `${match[1]}:${port}`;
  } else if (/^[0-9A-Fa-f:.]+$/.test(bare) && bare.includes(':')) {
    return `[${bare}]:${DEFAULT_CONTROLLER_PORT}`;
  }
  throw new OperationError('INVALID_ARGUMENT', `"${given}" is not a controller address`, {
    correction: 'Write HOST, HOST:PORT or [IPV6]:PORT; several separated by commas.',
  });
}

function interrupted(): OperationError {
  return new OperationError('TIMED_OUT', 'interrupted');
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
