// Original file: lockstep/v1/advice.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListAdviceRequest as _lockstep_v1_ListAdviceRequest, ListAdviceRequest__Output as _lockstep_v1_ListAdviceRequest__Output } from '../../lockstep/v1/ListAdviceRequest.ts';
import type { ListAdviceResponse as _lockstep_v1_ListAdviceResponse, ListAdviceResponse__Output as _lockstep_v1_ListAdviceResponse__Output } from '../../lockstep/v1/ListAdviceResponse.ts';

export interface AdviceServiceClient extends grpc.Client {
  /**
   * What is wrong with resources now, or what would be if a node were taken down.
   */
  List(argument: _lockstep_v1_ListAdviceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListAdviceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListAdviceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListAdviceRequest, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * What is wrong with resources now, or what would be if a node were taken down.
   */
  list(argument: _lockstep_v1_ListAdviceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListAdviceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListAdviceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListAdviceRequest, callback: grpc.requestCallback<_lockstep_v1_ListAdviceResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AdviceServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * What is wrong with resources now, or what would be if a node were taken down.
   */
  List: grpc.handleUnaryCall<_lockstep_v1_ListAdviceRequest__Output, _lockstep_v1_ListAdviceResponse>;
  
}

export interface AdviceServiceDefinition extends grpc.ServiceDefinition {
  List: MethodDefinition<_lockstep_v1_ListAdviceRequest, _lockstep_v1_ListAdviceResponse, _lockstep_v1_ListAdviceRequest__Output, _lockstep_v1_ListAdviceResponse__Output>
}
