// Original file: lockstep/v1/migration.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AbortMigrationRequest as _lockstep_v1_AbortMigrationRequest, AbortMigrationRequest__Output as _lockstep_v1_AbortMigrationRequest__Output } from '../../lockstep/v1/AbortMigrationRequest.ts';
import type { AbortMigrationResponse as _lockstep_v1_AbortMigrationResponse, AbortMigrationResponse__Output as _lockstep_v1_AbortMigrationResponse__Output } from '../../lockstep/v1/AbortMigrationResponse.ts';
import type { BeginMigrationRequest as _lockstep_v1_BeginMigrationRequest, BeginMigrationRequest__Output as _lockstep_v1_BeginMigrationRequest__Output } from '../../lockstep/v1/BeginMigrationRequest.ts';
import type { BeginMigrationResponse as _lockstep_v1_BeginMigrationResponse, BeginMigrationResponse__Output as _lockstep_v1_BeginMigrationResponse__Output } from '../../lockstep/v1/BeginMigrationResponse.ts';
import type { FinishMigrationRequest as _lockstep_v1_FinishMigrationRequest, FinishMigrationRequest__Output as _lockstep_v1_FinishMigrationRequest__Output } from '../../lockstep/v1/FinishMigrationRequest.ts';
import type { FinishMigrationResponse as _lockstep_v1_FinishMigrationResponse, FinishMigrationResponse__Output as _lockstep_v1_FinishMigrationResponse__Output } from '../../lockstep/v1/FinishMigrationResponse.ts';
import type { ListMigrationsRequest as _lockstep_v1_ListMigrationsRequest, ListMigrationsRequest__Output as _lockstep_v1_ListMigrationsRequest__Output } from '../../lockstep/v1/ListMigrationsRequest.ts';
import type { ListMigrationsResponse as _lockstep_v1_ListMigrationsResponse, ListMigrationsResponse__Output as _lockstep_v1_ListMigrationsResponse__Output } from '../../lockstep/v1/ListMigrationsResponse.ts';

export interface MigrationServiceClient extends grpc.Client {
  /**
   * Calls it off: one Primary at most is allowed again as soon as only one is left.
   */
  Abort(argument: _lockstep_v1_AbortMigrationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  Abort(argument: _lockstep_v1_AbortMigrationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  Abort(argument: _lockstep_v1_AbortMigrationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  Abort(argument: _lockstep_v1_AbortMigrationRequest, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Calls it off: one Primary at most is allowed again as soon as only one is left.
   */
  abort(argument: _lockstep_v1_AbortMigrationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  abort(argument: _lockstep_v1_AbortMigrationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  abort(argument: _lockstep_v1_AbortMigrationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  abort(argument: _lockstep_v1_AbortMigrationRequest, callback: grpc.requestCallback<_lockstep_v1_AbortMigrationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lets the target open the resource while the source has it. Refused unless the source is Primary, both are connected and
   * UpToDate (or diskless) and replicate with protocol C, and no other migration of the resource is under way.
   */
  Begin(argument: _lockstep_v1_BeginMigrationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _lockstep_v1_BeginMigrationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _lockstep_v1_BeginMigrationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _lockstep_v1_BeginMigrationRequest, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lets the target open the resource while the source has it. Refused unless the source is Primary, both are connected and
   * UpToDate (or diskless) and replicate with protocol C, and no other migration of the resource is under way.
   */
  begin(argument: _lockstep_v1_BeginMigrationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _lockstep_v1_BeginMigrationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _lockstep_v1_BeginMigrationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _lockstep_v1_BeginMigrationRequest, callback: grpc.requestCallback<_lockstep_v1_BeginMigrationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The machine has moved. Refused (TWO_PRIMARIES) while both have it open.
   */
  Finish(argument: _lockstep_v1_FinishMigrationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _lockstep_v1_FinishMigrationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _lockstep_v1_FinishMigrationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _lockstep_v1_FinishMigrationRequest, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The machine has moved. Refused (TWO_PRIMARIES) while both have it open.
   */
  finish(argument: _lockstep_v1_FinishMigrationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _lockstep_v1_FinishMigrationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _lockstep_v1_FinishMigrationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _lockstep_v1_FinishMigrationRequest, callback: grpc.requestCallback<_lockstep_v1_FinishMigrationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Those under way.
   */
  List(argument: _lockstep_v1_ListMigrationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListMigrationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListMigrationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListMigrationsRequest, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Those under way.
   */
  list(argument: _lockstep_v1_ListMigrationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListMigrationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListMigrationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListMigrationsRequest, callback: grpc.requestCallback<_lockstep_v1_ListMigrationsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface MigrationServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Calls it off: one Primary at most is allowed again as soon as only one is left.
   */
  Abort: grpc.handleUnaryCall<_lockstep_v1_AbortMigrationRequest__Output, _lockstep_v1_AbortMigrationResponse>;
  
  /**
   * Lets the target open the resource while the source has it. Refused unless the source is Primary, both are connected and
   * UpToDate (or diskless) and replicate with protocol C, and no other migration of the resource is under way.
   */
  Begin: grpc.handleUnaryCall<_lockstep_v1_BeginMigrationRequest__Output, _lockstep_v1_BeginMigrationResponse>;
  
  /**
   * The machine has moved. Refused (TWO_PRIMARIES) while both have it open.
   */
  Finish: grpc.handleUnaryCall<_lockstep_v1_FinishMigrationRequest__Output, _lockstep_v1_FinishMigrationResponse>;
  
  /**
   * Those under way.
   */
  List: grpc.handleUnaryCall<_lockstep_v1_ListMigrationsRequest__Output, _lockstep_v1_ListMigrationsResponse>;
  
}

export interface MigrationServiceDefinition extends grpc.ServiceDefinition {
  Abort: MethodDefinition<_lockstep_v1_AbortMigrationRequest, _lockstep_v1_AbortMigrationResponse, _lockstep_v1_AbortMigrationRequest__Output, _lockstep_v1_AbortMigrationResponse__Output>
  Begin: MethodDefinition<_lockstep_v1_BeginMigrationRequest, _lockstep_v1_BeginMigrationResponse, _lockstep_v1_BeginMigrationRequest__Output, _lockstep_v1_BeginMigrationResponse__Output>
  Finish: MethodDefinition<_lockstep_v1_FinishMigrationRequest, _lockstep_v1_FinishMigrationResponse, _lockstep_v1_FinishMigrationRequest__Output, _lockstep_v1_FinishMigrationResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListMigrationsRequest, _lockstep_v1_ListMigrationsResponse, _lockstep_v1_ListMigrationsRequest__Output, _lockstep_v1_ListMigrationsResponse__Output>
}
