/**
 * The gRPC face of the satellite for the controller (proto satellite.v1): parse, check the fence, one call into
 * provisioning or the status watch, answer. It holds no rule of its own. A call that is refused is answered with entries;
 * a gRPC error status means that the call itself did not work.
 */
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  status as grpcStatus,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { asOperationError, OperationError } from '../../common/errors.ts';
import type { ApplyRequest__Output } from '../../proto/gen/lockstep/satellite/v1/ApplyRequest.ts';
import type { ApplyResponse } from '../../proto/gen/lockstep/satellite/v1/ApplyResponse.ts';
import type { HelloRequest__Output } from '../../proto/gen/lockstep/satellite/v1/HelloRequest.ts';
import type { HelloResponse } from '../../proto/gen/lockstep/satellite/v1/HelloResponse.ts';
import type { ObjectResult } from '../../proto/gen/lockstep/satellite/v1/ObjectResult.ts';
import type { SatelliteServiceHandlers } from '../../proto/gen/lockstep/satellite/v1/SatelliteService.ts';
import type { SatelliteStatus } from '../../proto/gen/lockstep/satellite/v1/SatelliteStatus.ts';
import type { WatchRequest__Output } from '../../proto/gen/lockstep/satellite/v1/WatchRequest.ts';
import { loadApi } from '../../proto/load.ts';
import { atOnce } from '../provision/at-once.ts';
import type { ControllerFence } from '../provision/controller-fence.ts';
import { PROVIDER_KINDS } from '../provision/desired-state.ts';
import { type Provisioner, RESOURCES_AT_ONCE } from '../provision/provisioner.ts';
import type { StoragePools } from '../provision/storage-pools.ts';
import { WIRE_VERSION_MAX, WIRE_VERSION_MIN } from '../replication/wire/frames.ts';
import { errorAnswer, wantedPool, wantedResource } from './desired.codec.ts';
import { type StatusReader, watchStatus } from './status-watch.ts';

const API_VERSION = 1;
/** A full state of some ten thousand resources fits; a garbage length does not get further. */
const MESSAGE_BYTES_MAX = 64 * 1_048_576;

export interface SatelliteIdentity {
  readonly nodeName: string;
  readonly version: string;
  /** Differs after each start. */
  readonly instanceId: string;
  readonly replicationPort: number;
  readonly nbdPort: number;
}

export interface SatelliteServiceOptions {
  readonly identity: SatelliteIdentity;
  readonly fence: ControllerFence;
  readonly provisioner: Provisioner;
  readonly pools: StoragePools;
  readonly status: StatusReader;
  readonly log: Logger;
}

export class SatelliteService {
  readonly #options: SatelliteServiceOptions;
  readonly #server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX });
  readonly #ended = new AbortController();
  /** Applies run one after the other. */
  #applying: Promise<unknown> = Promise.resolve();

  constructor(options: SatelliteServiceOptions) {
    this.#options = options;
    const handlers: SatelliteServiceHandlers = {
      Hello: (call, callback) => this.#unary(call, callback, (request) => this.#hello(request)),
      Apply: (call, callback) => this.#unary(call, callback, (request) => this.#applyInTurn(request)),
      Watch: (call) => void this.#watch(call),
    };
    this.#server.addService(loadApi().satellite.SatelliteService.service, handlers);
  }

  /** @returns the bound port. @throws OperationError when the address cannot be bound. */
  async listen(address: string, port: number): Promise<number> {
    const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(where, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else
          reject(
            new OperationError('INVALID_ARGUMENT', `cannot listen on ${where}`, {
              cause: error.message,
              correction: 'Stop the program that uses the port, or choose another --address or --port.',
            }),
          );
      });
    });
  }

  /** Ends the streams; an Apply under way finishes first, within the limit. */
  async close(limitMs: number): Promise<void> {
    this.#ended.abort();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([this.#applying.catch(() => undefined), limit]);
    clearTimeout(timer);
    this.#server.forceShutdown();
  }

  #unary<Request, Response>(
    call: ServerUnaryCall<Request, Response>,
    callback: sendUnaryData<Response>,
    work: (request: Request) => Promise<Response>,
  ): void {
    work(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        this.#options.log.error({ err: error }, 'a call of the controller failed unexpectedly');
        callback({ code: grpcStatus.INTERNAL, details: asOperationError(error).message });
      },
    );
  }

  async #hello(request: HelloRequest__Output): Promise<HelloResponse> {
    const { identity, fence, log } = this.#options;
    let refusal: OperationError | undefined;
    try {
      this.#checkVersion(request);
      this.#checkNode(request.nodeName);
      await fence.admit(request);
    } catch (error) {
      refusal = asOperationError(error);
      log.warn({ code: refusal.code, controller: request.controllerId, epoch: request.epoch }, refusal.message);
    }
    return {
      answers: refusal === undefined ? [] : [errorAnswer(refusal, { node: identity.nodeName })],
      nodeName: identity.nodeName,
      satelliteVersion: identity.version,
      apiVersion: API_VERSION,
      wireVersionMin: WIRE_VERSION_MIN,
      wireVersionMax: WIRE_VERSION_MAX,
      epoch: fence.epoch,
      instanceId: identity.instanceId,
      replicationPort: identity.replicationPort,
      nbdPort: identity.nbdPort,
      providerKinds: [...PROVIDER_KINDS],
    };
  }

  #checkVersion({ apiVersionMin, apiVersionMax }: HelloRequest__Output): void {
    if (apiVersionMin <= API_VERSION && API_VERSION <= apiVersionMax) return;
    throw new OperationError('VERSION_MISMATCH', 'controller and satellite have no API version in common', {
      cause: `the controller speaks ${apiVersionMin} to ${apiVersionMax}, this satellite ${API_VERSION}`,
      correction: 'Install the same release on both.',
    });
  }

  #checkNode(name: string): void {
    const { nodeName } = this.#options.identity;
    if (name.toLowerCase() === nodeName.toLowerCase()) return;
    throw new OperationError('WRONG_NODE', `this is node ${nodeName}, not ${name}`, {
      cause: 'the address of the node in the controller leads here, or the satellite was started with another --name',
      correction: `Correct the address of node ${name}, or start the satellite with --name ${name}.`,
    });
  }

  /** Resources of one call do not depend on each other, but a later call may depend on an earlier one. */
  #applyInTurn(request: ApplyRequest__Output): Promise<ApplyResponse> {
    const turn = this.#applying.then(() => this.#apply(request));
    this.#applying = turn.catch(() => undefined);
    return turn;
  }

  async #apply(request: ApplyRequest__Output): Promise<ApplyResponse> {
    const { fence, log, pools, provisioner, status } = this.#options;
    if (this.#ended.signal.aborted) throw new Error('the satellite is stopping');
    try {
      await fence.admit(request);
      fence.advance(request.revision);
    } catch (error) {
      const refusal = asOperationError(error);
      log.warn(
        { code: refusal.code, controller: request.controllerId, epoch: request.epoch, revision: request.revision },
        refusal.message,
      );
      return { answers: [errorAnswer(refusal, { node: this.#options.identity.nodeName })] };
    }
    const results: ObjectResult[] = [];
    // Pools come before what is stored in them, and go after it.
    for (const pool of request.storagePools.filter((candidate) => !candidate.delete))
      results.push(await this.#applyPool(pool));
    results.push(...(await atOnce(request.resources, RESOURCES_AT_ONCE, (resource) => this.#applyResource(resource))));
    for (const pool of request.storagePools.filter((candidate) => candidate.delete))
      results.push(await this.#applyPool(pool));
    status.provisioned();
    if (!request.full) return { results };
    const named = new Set(request.resources.map(({ name }) => name));
    const namedPools = new Set(request.storagePools.map(({ name }) => name));
    return {
      results,
      unmanagedResources: provisioner.resourceNames().filter((name) => !named.has(name)),
      unmanagedStoragePools: pools
        .list()
        .map(({ name }) => name)
        .filter((name) => !namedPools.has(name)),
    };
  }

  async #applyPool(message: ApplyRequest__Output['storagePools'][number]): Promise<ObjectResult> {
    const result = { kind: 'storage-pool', name: message.name };
    try {
      await this.#options.provisioner.applyPool(wantedPool(message));
      return result;
    } catch (error) {
      return { ...result, answers: [errorAnswer(asOperationError(error), { 'storage-pool': message.name })] };
    }
  }

  async #applyResource(message: ApplyRequest__Output['resources'][number]): Promise<ObjectResult> {
    const result = { kind: 'resource', name: message.name };
    const refs = { resource: message.name, node: this.#options.identity.nodeName };
    try {
      const errors = await this.#options.provisioner.applyResource(wantedResource(message));
      return { ...result, answers: errors.map((error) => errorAnswer(error, refs)) };
    } catch (error) {
      return { ...result, answers: [errorAnswer(asOperationError(error), refs)] };
    }
  }

  async #watch(call: ServerWritableStream<WatchRequest__Output, SatelliteStatus>): Promise<void> {
    const { fence, log, status } = this.#options;
    const over = new AbortController();
    const end = (): void => over.abort();
    call.on('cancelled', end);
    call.on('error', end);
    call.on('close', end);
    this.#ended.signal.addEventListener('abort', end, { once: true });
    try {
      await fence.admit(call.request);
      await watchStatus(status, over.signal, (message) => call.write(message));
      call.end();
    } catch (error) {
      const failure = asOperationError(error);
      log.warn({ code: failure.code }, failure.message);
      call.emit('error', { code: grpcStatus.FAILED_PRECONDITION, details: `${failure.code}: ${failure.message}` });
    } finally {
      this.#ended.signal.removeEventListener('abort', end);
    }
  }
}
