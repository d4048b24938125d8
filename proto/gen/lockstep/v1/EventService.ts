// Original file: lockstep/v1/event.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { WatchEventsRequest as _lockstep_v1_WatchEventsRequest, WatchEventsRequest__Output as _lockstep_v1_WatchEventsRequest__Output } from '../../lockstep/v1/WatchEventsRequest.ts';
import type { WatchEventsResponse as _lockstep_v1_WatchEventsResponse, WatchEventsResponse__Output as _lockstep_v1_WatchEventsResponse__Output } from '../../lockstep/v1/WatchEventsResponse.ts';

export interface EventServiceClient extends grpc.Client {
  /**
   * First the present state ("exists" for each object, then one event of kind "sync"), then every change.
   * A client too slow to follow is cut off with RESOURCE_EXHAUSTED: it watches again.
   */
  Watch(argument: _lockstep_v1_WatchEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_WatchEventsResponse__Output>;
  Watch(argument: _lockstep_v1_WatchEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_WatchEventsResponse__Output>;
  /**
   * First the present state ("exists" for each object, then one event of kind "sync"), then every change.
   * A client too slow to follow is cut off with RESOURCE_EXHAUSTED: it watches again.
   */
  watch(argument: _lockstep_v1_WatchEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_WatchEventsResponse__Output>;
  watch(argument: _lockstep_v1_WatchEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_lockstep_v1_WatchEventsResponse__Output>;
  
}

export interface EventServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * First the present state ("exists" for each object, then one event of kind "sync"), then every change.
   * A client too slow to follow is cut off with RESOURCE_EXHAUSTED: it watches again.
   */
  Watch: grpc.handleServerStreamingCall<_lockstep_v1_WatchEventsRequest__Output, _lockstep_v1_WatchEventsResponse>;
  
}

export interface EventServiceDefinition extends grpc.ServiceDefinition {
  Watch: MethodDefinition<_lockstep_v1_WatchEventsRequest, _lockstep_v1_WatchEventsResponse, _lockstep_v1_WatchEventsRequest__Output, _lockstep_v1_WatchEventsResponse__Output>
}
