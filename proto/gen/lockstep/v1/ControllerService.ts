// Original file: lockstep/v1/controller.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BackupRequest as _lockstep_v1_BackupRequest, BackupRequest__Output as _lockstep_v1_BackupRequest__Output } from '../../lockstep/v1/BackupRequest.ts';
import type { BackupResponse as _lockstep_v1_BackupResponse, BackupResponse__Output as _lockstep_v1_BackupResponse__Output } from '../../lockstep/v1/BackupResponse.ts';
import type { HealthRequest as _lockstep_v1_HealthRequest, HealthRequest__Output as _lockstep_v1_HealthRequest__Output } from '../../lockstep/v1/HealthRequest.ts';
import type { HealthResponse as _lockstep_v1_HealthResponse, HealthResponse__Output as _lockstep_v1_HealthResponse__Output } from '../../lockstep/v1/HealthResponse.ts';
import type { VersionRequest as _lockstep_v1_VersionRequest, VersionRequest__Output as _lockstep_v1_VersionRequest__Output } from '../../lockstep/v1/VersionRequest.ts';
import type { VersionResponse as _lockstep_v1_VersionResponse, VersionResponse__Output as _lockstep_v1_VersionResponse__Output } from '../../lockstep/v1/VersionResponse.ts';

export interface ControllerServiceClient extends grpc.Client {
  /**
   * All records of the store as of one moment, in the format of `lockstep-controller backup`: the pieces of one file.
   */
  Backup(argument: _lockstep_v1_BackupRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_BackupResponse__Output>;
  Backup(argument: _lockstep_v1_BackupRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_BackupResponse__Output>;
  /**
   * All records of the store as of one moment, in the format of `lockstep-controller backup`: the pieces of one file.
   */
  backup(argument: _lockstep_v1_BackupRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_BackupResponse__Output>;
  backup(argument: _lockstep_v1_BackupRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_BackupResponse__Output>;
  
  Health(argument: _lockstep_v1_HealthRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  Health(argument: _lockstep_v1_HealthRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  Health(argument: _lockstep_v1_HealthRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  Health(argument: _lockstep_v1_HealthRequest, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  health(argument: _lockstep_v1_HealthRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  health(argument: _lockstep_v1_HealthRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  health(argument: _lockstep_v1_HealthRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  health(argument: _lockstep_v1_HealthRequest, callback: grpc.requestCallback<_lockstep_v1_HealthResponse__Output>): grpc.ClientUnaryCall;
  
  Version(argument: _lockstep_v1_VersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  Version(argument: _lockstep_v1_VersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  Version(argument: _lockstep_v1_VersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  Version(argument: _lockstep_v1_VersionRequest, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  version(argument: _lockstep_v1_VersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  version(argument: _lockstep_v1_VersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  version(argument: _lockstep_v1_VersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  version(argument: _lockstep_v1_VersionRequest, callback: grpc.requestCallback<_lockstep_v1_VersionResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ControllerServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * All records of the store as of one moment, in the format of `lockstep-controller backup`: the pieces of one file.
   */
  Backup: grpc.handleServerStreamingCall<_lockstep_v1_BackupRequest__Output, _lockstep_v1_BackupResponse>;
  
  Health: grpc.handleUnaryCall<_lockstep_v1_HealthRequest__Output, _lockstep_v1_HealthResponse>;
  
  Version: grpc.handleUnaryCall<_lockstep_v1_VersionRequest__Output, _lockstep_v1_VersionResponse>;
  
}

export interface ControllerServiceDefinition extends grpc.ServiceDefinition {
  Backup: MethodDefinition<_lockstep_v1_BackupRequest, _lockstep_v1_BackupResponse, _lockstep_v1_BackupRequest__Output, _lockstep_v1_BackupResponse__Output>
  Health: MethodDefinition<_lockstep_v1_HealthRequest, _lockstep_v1_HealthResponse, _lockstep_v1_HealthRequest__Output, _lockstep_v1_HealthResponse__Output>
  Version: MethodDefinition<_lockstep_v1_VersionRequest, _lockstep_v1_VersionResponse, _lockstep_v1_VersionRequest__Output, _lockstep_v1_VersionResponse__Output>
}
