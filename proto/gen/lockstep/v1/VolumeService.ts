// Original file: lockstep/v1/volume.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListVolumesRequest as _lockstep_v1_ListVolumesRequest, ListVolumesRequest__Output as _lockstep_v1_ListVolumesRequest__Output } from '../../lockstep/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse as _lockstep_v1_ListVolumesResponse, ListVolumesResponse__Output as _lockstep_v1_ListVolumesResponse__Output } from '../../lockstep/v1/ListVolumesResponse.ts';

export interface VolumeServiceClient extends grpc.Client {
  List(argument: _lockstep_v1_ListVolumesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListVolumesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListVolumesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListVolumesRequest, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumesRequest, callback: grpc.requestCallback<_lockstep_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface VolumeServiceHandlers extends grpc.UntypedServiceImplementation {
  List: grpc.handleUnaryCall<_lockstep_v1_ListVolumesRequest__Output, _lockstep_v1_ListVolumesResponse>;
  
}

export interface VolumeServiceDefinition extends grpc.ServiceDefinition {
  List: MethodDefinition<_lockstep_v1_ListVolumesRequest, _lockstep_v1_ListVolumesResponse, _lockstep_v1_ListVolumesRequest__Output, _lockstep_v1_ListVolumesResponse__Output>
}
