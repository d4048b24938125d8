// Original file: lockstep/v1/property.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListPropertiesRequest as _lockstep_v1_ListPropertiesRequest, ListPropertiesRequest__Output as _lockstep_v1_ListPropertiesRequest__Output } from '../../lockstep/v1/ListPropertiesRequest.ts';
import type { ListPropertiesResponse as _lockstep_v1_ListPropertiesResponse, ListPropertiesResponse__Output as _lockstep_v1_ListPropertiesResponse__Output } from '../../lockstep/v1/ListPropertiesResponse.ts';
import type { PropertiesInfoRequest as _lockstep_v1_PropertiesInfoRequest, PropertiesInfoRequest__Output as _lockstep_v1_PropertiesInfoRequest__Output } from '../../lockstep/v1/PropertiesInfoRequest.ts';
import type { PropertiesInfoResponse as _lockstep_v1_PropertiesInfoResponse, PropertiesInfoResponse__Output as _lockstep_v1_PropertiesInfoResponse__Output } from '../../lockstep/v1/PropertiesInfoResponse.ts';
import type { SetPropertiesRequest as _lockstep_v1_SetPropertiesRequest, SetPropertiesRequest__Output as _lockstep_v1_SetPropertiesRequest__Output } from '../../lockstep/v1/SetPropertiesRequest.ts';
import type { SetPropertiesResponse as _lockstep_v1_SetPropertiesResponse, SetPropertiesResponse__Output as _lockstep_v1_SetPropertiesResponse__Output } from '../../lockstep/v1/SetPropertiesResponse.ts';

export interface PropertyServiceClient extends grpc.Client {
  /**
   * Every key that can be set outside Aux/: where, with which values, and what it does.
   */
  Info(argument: _lockstep_v1_PropertiesInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  Info(argument: _lockstep_v1_PropertiesInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  Info(argument: _lockstep_v1_PropertiesInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  Info(argument: _lockstep_v1_PropertiesInfoRequest, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Every key that can be set outside Aux/: where, with which values, and what it does.
   */
  info(argument: _lockstep_v1_PropertiesInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  info(argument: _lockstep_v1_PropertiesInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  info(argument: _lockstep_v1_PropertiesInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  info(argument: _lockstep_v1_PropertiesInfoRequest, callback: grpc.requestCallback<_lockstep_v1_PropertiesInfoResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListPropertiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListPropertiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListPropertiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListPropertiesRequest, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListPropertiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListPropertiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListPropertiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListPropertiesRequest, callback: grpc.requestCallback<_lockstep_v1_ListPropertiesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Checked as a whole before anything is stored. Options of DRBD reach the satellites and count while volumes are in use.
   * Deletions come first, so that one request can fill a namespace anew.
   */
  Set(argument: _lockstep_v1_SetPropertiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  Set(argument: _lockstep_v1_SetPropertiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  Set(argument: _lockstep_v1_SetPropertiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  Set(argument: _lockstep_v1_SetPropertiesRequest, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Checked as a whole before anything is stored. Options of DRBD reach the satellites and count while volumes are in use.
   * Deletions come first, so that one request can fill a namespace anew.
   */
  set(argument: _lockstep_v1_SetPropertiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  set(argument: _lockstep_v1_SetPropertiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  set(argument: _lockstep_v1_SetPropertiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  set(argument: _lockstep_v1_SetPropertiesRequest, callback: grpc.requestCallback<_lockstep_v1_SetPropertiesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface PropertyServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Every key that can be set outside Aux/: where, with which values, and what it does.
   */
  Info: grpc.handleUnaryCall<_lockstep_v1_PropertiesInfoRequest__Output, _lockstep_v1_PropertiesInfoResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListPropertiesRequest__Output, _lockstep_v1_ListPropertiesResponse>;
  
  /**
   * Checked as a whole before anything is stored. Options of DRBD reach the satellites and count while volumes are in use.
   * Deletions come first, so that one request can fill a namespace anew.
   */
  Set: grpc.handleUnaryCall<_lockstep_v1_SetPropertiesRequest__Output, _lockstep_v1_SetPropertiesResponse>;
  
}

export interface PropertyServiceDefinition extends grpc.ServiceDefinition {
  Info: MethodDefinition<_lockstep_v1_PropertiesInfoRequest, _lockstep_v1_PropertiesInfoResponse, _lockstep_v1_PropertiesInfoRequest__Output, _lockstep_v1_PropertiesInfoResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListPropertiesRequest, _lockstep_v1_ListPropertiesResponse, _lockstep_v1_ListPropertiesRequest__Output, _lockstep_v1_ListPropertiesResponse__Output>
  Set: MethodDefinition<_lockstep_v1_SetPropertiesRequest, _lockstep_v1_SetPropertiesResponse, _lockstep_v1_SetPropertiesRequest__Output, _lockstep_v1_SetPropertiesResponse__Output>
}
