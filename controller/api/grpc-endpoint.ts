/**
 * The port that clients call. What is served on it changes when this controller becomes the leader or a standby; calls
 * that are under way then are told to ask the leader, which is harmless: a request id makes a repetition safe.
 */
import {
  type handleUnaryCall,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ERROR_CODES, OperationError } from '../../common/errors.ts';
import { Introspection } from './introspection.ts';
import { notLeader } from './not-leader.ts';

const SHUTDOWN_MS = 2_000;

export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

export class GrpcEndpoint {
  private readonly server = new Server({ 'grpc.keepalive_permit_without_calls': 1 });
  private readonly introspection = new Introspection(this.server);
  private readonly leader: () => string | undefined;
  private served: readonly ServedService[] = [];
  /** Ends what is under way on the services that are served now. */
  private under = new Set<() => void>();

  constructor(leader: () => string | undefined) {
    this.leader = leader;
  }

  /** From now on these services and no others; health and reflection stay. */
  serve(services: readonly ServedService[], as: 'leader' | 'standby'): void {
    this.introspection.leads(as === 'leader');
    for (const { definition } of this.served) this.server.removeService(definition);
    const old = this.under;
    this.under = new Set();
    for (const { definition, implementation } of services) {
      const wrapped = Object.entries(definition).flatMap(([name, method]) => {
        const handle = implementation[name] ?? (method.originalName && implementation[method.originalName]);
        return handle === undefined || handle === '' ? [] : [[name, this.followed(handle, method.responseStream)]];
      });
      this.server.addService(definition, Object.fromEntries(wrapped));
    }
    this.served = services;
    for (const end of [...old]) end();
  }

  /** @returns the port. @throws OperationError INVALID_ARGUMENT when the address cannot be bound. */
  listen(address: string, port: number): Promise<number> {
    const target = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    return new Promise((resolve, reject) => {
      this.server.bindAsync(target, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) return resolve(bound);
        reject(
          new OperationError('INVALID_ARGUMENT', `Cannot listen on ${target}`, {
            cause: error.message,
            correction: 'Another program (an old controller?) may use the port: stop it, or choose another --port.',
          }),
        );
      });
    });
  }

  /** What is under way may finish within a moment. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.server.forceShutdown();
        resolve();
      }, SHUTDOWN_MS);
      this.server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  private followed(handle: UntypedHandleCall, streams: boolean): UntypedHandleCall {
    return streams
      ? this.followedStream(handle as (call: ServerWritableStream<unknown, unknown>) => void)
      : this.followedCall(handle as handleUnaryCall<unknown, unknown>);
  }

  private followedCall(handle: handleUnaryCall<unknown, unknown>): handleUnaryCall<unknown, unknown> {
    const { under } = this;
    return (call: ServerUnaryCall<unknown, unknown>, respond: sendUnaryData<unknown>) => {
      const settle: sendUnaryData<unknown> = (...outcome) => {
        if (!under.delete(giveUp)) return;
        if (refusedByLoss(outcome[1])) respond(notLeader(this.leader()));
        else respond(...outcome);
      };
      const giveUp = (): void => settle(notLeader(this.leader()));
      under.add(giveUp);
      handle(call, settle);
    };
  }

  private followedStream(handle: (call: ServerWritableStream<unknown, unknown>) => void): UntypedHandleCall {
    const { under } = this;
    return (call: ServerWritableStream<unknown, unknown>) => {
      const end = (): void => {
        under.delete(end);
        call.emit('error', notLeader(this.leader()));
      };
      under.add(end);
      for (const event of ['finish', 'close', 'cancelled']) call.on(event, () => under.delete(end));
      handle(call);
    };
  }
}

/** The leadership was lost between the call and its commit: for the client the same as asking a standby. */
function refusedByLoss(response: unknown): boolean {
  const answers = (response as { readonly answers?: readonly { readonly code?: number }[] } | null | undefined)
    ?.answers;
  return answers?.some(({ code }) => code === ERROR_CODES.NOT_LEADER) ?? false;
}
