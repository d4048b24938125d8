/** The port through which the controller commands one satellite. Over gRPC in production, in memory in tests. */
import type { Answer } from '../domain/answer.ts';
import type { DesiredPool, DesiredResource } from '../domain/desired.ts';
import type { ObservedPool, ObservedResource } from '../domain/observed.ts';

/** Who commands: every call carries it, and a satellite refuses an epoch lower than the highest it has seen. */
export interface Commander {
  readonly controllerId: string;
  readonly epoch: number;
}

export interface HelloReply {
  /** With an ERROR entry: refused. */
  readonly answers: readonly Answer[];
  readonly nodeName: string;
  readonly version: string;
}

export interface ApplyCommand {
  /** Revision of the store that this was computed from. */
  readonly revision: number;
  readonly full: boolean;
  readonly pools: readonly DesiredPool[];
  readonly resources: readonly DesiredResource[];
}

export interface ObjectOutcome {
  readonly kind: 'storage-pool' | 'resource';
  readonly name: string;
  readonly answers: readonly Answer[];
}

export interface ApplyReply {
  /** With an ERROR entry: nothing was done. */
  readonly answers: readonly Answer[];
  readonly outcomes: readonly ObjectOutcome[];
  readonly unmanagedResources: readonly string[];
  readonly unmanagedPools: readonly string[];
}

export interface StatusReport {
  /** Everything there is; otherwise only what has changed. */
  readonly full: boolean;
  readonly resources: readonly ObservedResource[];
  readonly removedResources: readonly string[];
  readonly pools: readonly ObservedPool[];
  readonly removedPools: readonly string[];
}

/** Every method rejects with an OperationError: SATELLITE_UNREACHABLE when the call itself did not work. */
export interface SatelliteClient {
  hello(nodeName: string): Promise<HelloReply>;
  apply(command: ApplyCommand, signal: AbortSignal): Promise<ApplyReply>;
  /** Until `signal` aborts or the connection ends; `onEnd` is called once in the second case. */
  watch(onReport: (report: StatusReport) => void, onEnd: (reason: string) => void, signal: AbortSignal): void;
  close(): void;
}

export interface SatelliteAddress {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export type ConnectSatellite = (satellite: SatelliteAddress, commander: Commander) => SatelliteClient;
