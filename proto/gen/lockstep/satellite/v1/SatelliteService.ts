// Original file: lockstep/satellite/v1/satellite.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyRequest as _lockstep_satellite_v1_ApplyRequest, ApplyRequest__Output as _lockstep_satellite_v1_ApplyRequest__Output } from '../../../lockstep/satellite/v1/ApplyRequest.ts';
import type { ApplyResponse as _lockstep_satellite_v1_ApplyResponse, ApplyResponse__Output as _lockstep_satellite_v1_ApplyResponse__Output } from '../../../lockstep/satellite/v1/ApplyResponse.ts';
import type { HelloRequest as _lockstep_satellite_v1_HelloRequest, HelloRequest__Output as _lockstep_satellite_v1_HelloRequest__Output } from '../../../lockstep/satellite/v1/HelloRequest.ts';
import type { HelloResponse as _lockstep_satellite_v1_HelloResponse, HelloResponse__Output as _lockstep_satellite_v1_HelloResponse__Output } from '../../../lockstep/satellite/v1/HelloResponse.ts';
import type { SatelliteStatus as _lockstep_satellite_v1_SatelliteStatus, SatelliteStatus__Output as _lockstep_satellite_v1_SatelliteStatus__Output } from '../../../lockstep/satellite/v1/SatelliteStatus.ts';
import type { WatchRequest as _lockstep_satellite_v1_WatchRequest, WatchRequest__Output as _lockstep_satellite_v1_WatchRequest__Output } from '../../../lockstep/satellite/v1/WatchRequest.ts';

export interface SatelliteServiceClient extends grpc.Client {
  /**
   * Makes the named objects as described and answers when that is done or has failed, one result per object.
   * One call at a time; a repeated one is harmless. A lower epoch than the highest known: STALE_CONTROLLER.
   */
  Apply(argument: _lockstep_satellite_v1_ApplyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  Apply(argument: _lockstep_satellite_v1_ApplyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  Apply(argument: _lockstep_satellite_v1_ApplyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  Apply(argument: _lockstep_satellite_v1_ApplyRequest, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Makes the named objects as described and answers when that is done or has failed, one result per object.
   * One call at a time; a repeated one is harmless. A lower epoch than the highest known: STALE_CONTROLLER.
   */
  apply(argument: _lockstep_satellite_v1_ApplyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _lockstep_satellite_v1_ApplyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _lockstep_satellite_v1_ApplyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _lockstep_satellite_v1_ApplyRequest, callback: grpc.requestCallback<_lockstep_satellite_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Who are you, may I command you? Records the epoch durably when it is higher than the one known.
   * Refusals come as answers: WRONG_NODE, STALE_CONTROLLER (lower epoch, or another controller_id), VERSION_MISMATCH.
   */
  Hello(argument: _lockstep_satellite_v1_HelloRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  Hello(argument: _lockstep_satellite_v1_HelloRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  Hello(argument: _lockstep_satellite_v1_HelloRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  Hello(argument: _lockstep_satellite_v1_HelloRequest, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Who are you, may I command you? Records the epoch durably when it is higher than the one known.
   * Refusals come as answers: WRONG_NODE, STALE_CONTROLLER (lower epoch, or another controller_id), VERSION_MISMATCH.
   */
  hello(argument: _lockstep_satellite_v1_HelloRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  hello(argument: _lockstep_satellite_v1_HelloRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  hello(argument: _lockstep_satellite_v1_HelloRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  hello(argument: _lockstep_satellite_v1_HelloRequest, callback: grpc.requestCallback<_lockstep_satellite_v1_HelloResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * First a message with full = true, then changes, at most one message per 200 ms.
   */
  Watch(argument: _lockstep_satellite_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_satellite_v1_SatelliteStatus__Output>;
  Watch(argument: _lockstep_satellite_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_satellite_v1_SatelliteStatus__Output>;
  /**
   * First a message with full = true, then changes, at most one message per 200 ms.
   */
  watch(argument: _lockstep_satellite_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_satellite_v1_SatelliteStatus__Output>;
  watch(argument: _lockstep_satellite_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_satellite_v1_SatelliteStatus__Output>;
  
}

export interface SatelliteServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Makes the named objects as described and answers when that is done or has failed, one result per object.
   * One call at a time; a repeated one is harmless. A lower epoch than the highest known: STALE_CONTROLLER.
   */
  Apply: grpc.handleUnaryCall<_lockstep_satellite_v1_ApplyRequest__Output, _lockstep_satellite_v1_ApplyResponse>;
  
  /**
   * Who are you, may I command you? Records the epoch durably when it is higher than the one known.
   * Refusals come as answers: WRONG_NODE, STALE_CONTROLLER (lower epoch, or another controller_id), VERSION_MISMATCH.
   */
  Hello: grpc.handleUnaryCall<_lockstep_satellite_v1_HelloRequest__Output, _lockstep_satellite_v1_HelloResponse>;
  
  /**
   * First a message with full = true, then changes, at most one message per 200 ms.
   */
  Watch: grpc.handleServerStreamingCall<_lockstep_satellite_v1_WatchRequest__Output, _lockstep_satellite_v1_SatelliteStatus>;
  
}

export interface SatelliteServiceDefinition extends grpc.ServiceDefinition {
  Apply: MethodDefinition<_lockstep_satellite_v1_ApplyRequest, _lockstep_satellite_v1_ApplyResponse, _lockstep_satellite_v1_ApplyRequest__Output, _lockstep_satellite_v1_ApplyResponse__Output>
  Hello: MethodDefinition<_lockstep_satellite_v1_HelloRequest, _lockstep_satellite_v1_HelloResponse, _lockstep_satellite_v1_HelloRequest__Output, _lockstep_satellite_v1_HelloResponse__Output>
  Watch: MethodDefinition<_lockstep_satellite_v1_WatchRequest, _lockstep_satellite_v1_SatelliteStatus, _lockstep_satellite_v1_WatchRequest__Output, _lockstep_satellite_v1_SatelliteStatus__Output>
}
