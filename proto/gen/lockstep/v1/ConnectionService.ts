// Original file: lockstep/v1/connection.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreatePathRequest as _lockstep_v1_CreatePathRequest, CreatePathRequest__Output as _lockstep_v1_CreatePathRequest__Output } from '../../lockstep/v1/CreatePathRequest.ts';
import type { CreatePathResponse as _lockstep_v1_CreatePathResponse, CreatePathResponse__Output as _lockstep_v1_CreatePathResponse__Output } from '../../lockstep/v1/CreatePathResponse.ts';
import type { DeletePathRequest as _lockstep_v1_DeletePathRequest, DeletePathRequest__Output as _lockstep_v1_DeletePathRequest__Output } from '../../lockstep/v1/DeletePathRequest.ts';
import type { DeletePathResponse as _lockstep_v1_DeletePathResponse, DeletePathResponse__Output as _lockstep_v1_DeletePathResponse__Output } from '../../lockstep/v1/DeletePathResponse.ts';
import type { ListConnectionsRequest as _lockstep_v1_ListConnectionsRequest, ListConnectionsRequest__Output as _lockstep_v1_ListConnectionsRequest__Output } from '../../lockstep/v1/ListConnectionsRequest.ts';
import type { ListConnectionsResponse as _lockstep_v1_ListConnectionsResponse, ListConnectionsResponse__Output as _lockstep_v1_ListConnectionsResponse__Output } from '../../lockstep/v1/ListConnectionsResponse.ts';

export interface ConnectionServiceClient extends grpc.Client {
  /**
   * A path names the interface of each node through which replication goes. There is one link to each peer: of several paths
   * the first by name counts.
   */
  CreatePath(argument: _lockstep_v1_CreatePathRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  CreatePath(argument: _lockstep_v1_CreatePathRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  CreatePath(argument: _lockstep_v1_CreatePathRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  CreatePath(argument: _lockstep_v1_CreatePathRequest, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A path names the interface of each node through which replication goes. There is one link to each peer: of several paths
   * the first by name counts.
   */
  createPath(argument: _lockstep_v1_CreatePathRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  createPath(argument: _lockstep_v1_CreatePathRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  createPath(argument: _lockstep_v1_CreatePathRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  createPath(argument: _lockstep_v1_CreatePathRequest, callback: grpc.requestCallback<_lockstep_v1_CreatePathResponse__Output>): grpc.ClientUnaryCall;
  
  DeletePath(argument: _lockstep_v1_DeletePathRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  DeletePath(argument: _lockstep_v1_DeletePathRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  DeletePath(argument: _lockstep_v1_DeletePathRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  DeletePath(argument: _lockstep_v1_DeletePathRequest, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  deletePath(argument: _lockstep_v1_DeletePathRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  deletePath(argument: _lockstep_v1_DeletePathRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  deletePath(argument: _lockstep_v1_DeletePathRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  deletePath(argument: _lockstep_v1_DeletePathRequest, callback: grpc.requestCallback<_lockstep_v1_DeletePathResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListConnectionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListConnectionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListConnectionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListConnectionsRequest, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListConnectionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListConnectionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListConnectionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListConnectionsRequest, callback: grpc.requestCallback<_lockstep_v1_ListConnectionsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ConnectionServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A path names the interface of each node through which replication goes. There is one link to each peer: of several paths
   * the first by name counts.
   */
  CreatePath: grpc.handleUnaryCall<_lockstep_v1_CreatePathRequest__Output, _lockstep_v1_CreatePathResponse>;
  
  DeletePath: grpc.handleUnaryCall<_lockstep_v1_DeletePathRequest__Output, _lockstep_v1_DeletePathResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListConnectionsRequest__Output, _lockstep_v1_ListConnectionsResponse>;
  
}

export interface ConnectionServiceDefinition extends grpc.ServiceDefinition {
  CreatePath: MethodDefinition<_lockstep_v1_CreatePathRequest, _lockstep_v1_CreatePathResponse, _lockstep_v1_CreatePathRequest__Output, _lockstep_v1_CreatePathResponse__Output>
  DeletePath: MethodDefinition<_lockstep_v1_DeletePathRequest, _lockstep_v1_DeletePathResponse, _lockstep_v1_DeletePathRequest__Output, _lockstep_v1_DeletePathResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListConnectionsRequest, _lockstep_v1_ListConnectionsResponse, _lockstep_v1_ListConnectionsRequest__Output, _lockstep_v1_ListConnectionsResponse__Output>
}
