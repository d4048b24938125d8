/** SatelliteClient over gRPC: translates between proto/lockstep/satellite/v1 and the controller's own words. */
import { type Client, credentials, Metadata, type ServiceError, status as grpcStatus } from '@grpc/grpc-js';
import { OperationError } from '../../common/errors.ts';
import type { ApiAnswer__Output } from '../../proto/gen/lockstep/v1/ApiAnswer.ts';
import type { ApplyRequest } from '../../proto/gen/lockstep/satellite/v1/ApplyRequest.ts';
import type { ApplyResponse__Output } from '../../proto/gen/lockstep/satellite/v1/ApplyResponse.ts';
import type { HelloResponse__Output } from '../../proto/gen/lockstep/satellite/v1/HelloResponse.ts';
import type { ResourceState__Output } from '../../proto/gen/lockstep/satellite/v1/ResourceState.ts';
import type { SatelliteStatus__Output } from '../../proto/gen/lockstep/satellite/v1/SatelliteStatus.ts';
import type { StoragePoolState__Output } from '../../proto/gen/lockstep/satellite/v1/StoragePoolState.ts';
import { loadApi } from '../../proto/load.ts';
import { type Answer, failed, problem, type Severity } from '../domain/answer.ts';
import type { DesiredPool, DesiredResource } from '../domain/desired.ts';
import type { ObservedPool, ObservedResource } from '../domain/observed.ts';
import type {
  ApplyCommand,
  ApplyReply,
  Commander,
  HelloReply,
  SatelliteAddress,
  SatelliteClient,
  StatusReport,
} from './satellite-client.ts';

const API_VERSION = 1;
const HELLO_MS = 3_000;
/** Preallocating a large file takes its time. */
const APPLY_MS = 300_000;
/** A satellite that is silent for so long is gone. */
const KEEPALIVE_MS = 3_000;
const MESSAGE_BYTES_MAX = 64 * 1_048_576;

const CHANNEL_OPTIONS = {
  'grpc.keepalive_time_ms': KEEPALIVE_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_MS,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  // The default pool would share the back-off of an earlier failed attempt.
  'grpc.use_local_subchannel_pool': 1,
};

export class GrpcSatelliteClient implements SatelliteClient {
  private readonly client: InstanceType<ReturnType<typeof loadApi>['satellite']['SatelliteService']>;
  private readonly satellite: SatelliteAddress;
  private readonly commander: Commander;
  private readonly controllerVersion: string;

  constructor(satellite: SatelliteAddress, commander: Commander, controllerVersion: string) {
    const host = satellite.address.includes(':') ? `[${satellite.address}]` : satellite.address;
    const target = `${host}:${satellite.port}`;
    this.client = new (loadApi().satellite.SatelliteService)(target, credentials.createInsecure(), CHANNEL_OPTIONS);
    this.satellite = satellite;
    this.commander = commander;
    this.controllerVersion = controllerVersion;
  }

  hello(nodeName: string): Promise<HelloReply> {
    return new Promise((resolve, reject) => {
      const request = {
        ...this.commander,
        nodeName,
        apiVersionMin: API_VERSION,
        apiVersionMax: API_VERSION,
        controllerVersion: this.controllerVersion,
      };
      this.client.hello(request, new Metadata(), { deadline: Date.now() + HELLO_MS }, (error, reply) => {
        if (error !== null || reply === undefined) reject(this.unreachable(error));
        else resolve(helloReply(reply));
      });
    });
  }

  apply(command: ApplyCommand, signal: AbortSignal): Promise<ApplyReply> {
    return new Promise((resolve, reject) => {
      const request = applyRequest(command, this.commander);
      const call = this.client.apply(request, new Metadata(), { deadline: Date.now() + APPLY_MS }, (error, reply) => {
        signal.removeEventListener('abort', cancel);
        if (signal.aborted) reject(signal.reason);
        else if (error !== null || reply === undefined) reject(this.unreachable(error));
        else resolve(applyReply(reply));
      });
      const cancel = (): void => call.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) call.cancel();
    });
  }

  watch(onReport: (report: StatusReport) => void, onEnd: (reason: string) => void, signal: AbortSignal): void {
    const call = this.client.watch({ ...this.commander });
    let ended = false;
    const end = (reason: string): void => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', cancel);
      if (!signal.aborted) onEnd(reason);
    };
    const cancel = (): void => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    call.on('data', (message: SatelliteStatus__Output) => onReport(statusReport(message)));
    call.on('error', (error: ServiceError) => end(describe(error)));
    call.on('end', () => end('The satellite ended the status stream.'));
  }

  close(): void {
    (this.client as Client).close();
  }

  private unreachable(error: ServiceError | null): OperationError {
    const { name, address, port } = this.satellite;
    return new OperationError('SATELLITE_UNREACHABLE', `The satellite of node "${name}" does not answer`, {
      cause: `${address} port ${port}: ${error === null ? 'empty reply' : describe(error)}`,
      correction: 'Start the satellite there, or look at the network. The controller keeps trying.',
      refs: { node: name },
    });
  }
}

function describe(error: ServiceError): string {
  const text = error.details === '' ? error.message : error.details;
  return `${grpcStatus[error.code] ?? error.code}: ${text.replace(/\s*Resolution note:\s*$/, '')}`;
}

function helloReply(reply: HelloResponse__Output): HelloReply {
  const answers = reply.answers.map(answerFrom);
  // A satellite refuses by itself what it does not speak; one that chose something else is not understood either.
  if (!failed(answers) && reply.apiVersion !== API_VERSION) answers.push(unknownVersion(reply.apiVersion));
  return { answers, nodeName: reply.nodeName, version: reply.satelliteVersion };
}

const unknownVersion = (chosen: number): Answer =>
  problem('ERROR', 'VERSION_MISMATCH', 'controller and satellite have no API version in common', {
    cause: `the satellite chose version ${chosen}, this controller speaks ${API_VERSION}`,
    correction: 'Install the same release on both.',
  });

function applyRequest(command: ApplyCommand, commander: Commander): ApplyRequest {
  return {
    ...commander,
    revision: command.revision,
    full: command.full,
    storagePools: command.pools.map(poolTo),
    resources: command.resources.map(resourceTo),
  };
}

function poolTo(pool: DesiredPool): NonNullable<ApplyRequest['storagePools']>[number] {
  return { ...pool, devices: [...pool.devices] };
}

function resourceTo(resource: DesiredResource): NonNullable<ApplyRequest['resources']>[number] {
  return {
    name: resource.name,
    nodeId: resource.nodeId,
    delete: resource.delete,
    options: { ...resource.options },
    volumes: resource.volumes.map(({ volume, storagePool, initialGeneration, options, ...rest }) => ({
      ...rest,
      options: { ...options },
      volumeNumber: volume,
      storagePoolName: storagePool,
      initialGeneration: initialGeneration ?? '',
    })),
    peers: resource.peers.map(({ bitmapSlot, options, ...rest }) => ({
      ...rest,
      options: { ...options },
      ...(bitmapSlot === undefined ? {} : { bitmapSlot }),
    })),
  };
}

function applyReply(reply: ApplyResponse__Output): ApplyReply {
  return {
    answers: reply.answers.map(answerFrom),
    outcomes: reply.results.flatMap(({ kind, name, answers }) =>
      kind === 'resource' || kind === 'storage-pool' ? [{ kind, name, answers: answers.map(answerFrom) }] : [],
    ),
    unmanagedResources: reply.unmanagedResources,
    unmanagedPools: reply.unmanagedStoragePools,
  };
}

function statusReport(message: SatelliteStatus__Output): StatusReport {
  return {
    full: message.full,
    resources: message.resources.map(resourceFrom),
    removedResources: message.removedResources,
    pools: message.storagePools.map(poolFrom),
    removedPools: message.removedStoragePools,
  };
}

function poolFrom(state: StoragePoolState__Output): ObservedPool {
  return {
    name: state.name,
    providerKind: state.providerKind,
    totalKib: state.totalCapacityKib,
    freeKib: state.freeCapacityKib,
    maxVolumeKib: state.maxVolumeKib,
    reports: state.reports.map(answerFrom),
  };
}

function resourceFrom(state: ResourceState__Output): ObservedResource {
  return {
    name: state.name,
    nodeId: state.nodeId,
    role: state.role,
    inUse: state.inUse,
    volumes: state.volumes.map(({ volumeNumber, ...volume }) => ({ ...volume, volume: volumeNumber })),
    connections: state.connections.map((connection) => ({
      peerName: connection.peerName,
      state: connection.connectionState,
      peerRole: connection.peerRole,
      protocol: connection.protocol,
      peerDevices: connection.peerDevices.map(({ volumeNumber, donePercent, ...device }) => ({
        ...device,
        volume: volumeNumber,
        donePercent,
      })),
    })),
    problems: state.problems.map(answerFrom),
  };
}

function answerFrom(answer: ApiAnswer__Output): Answer {
  const text = (value: string): string | undefined => (value === '' ? undefined : value);
  return {
    severity: severityFrom(answer.severity),
    code: answer.code,
    codeName: answer.codeName,
    message: answer.message,
    cause: text(answer.cause),
    correction: text(answer.correction),
    details: text(answer.details),
    refs: answer.refs,
  };
}

/** A severity that this version does not know is taken as an error: nothing is called done by accident. */
function severityFrom(word: string): Severity {
  switch (word) {
    case 'SEVERITY_SUCCESS':
      return 'SUCCESS';
    case 'SEVERITY_INFO':
      return 'INFO';
    case 'SEVERITY_WARN':
      return 'WARN';
    default:
      return 'ERROR';
  }
}
