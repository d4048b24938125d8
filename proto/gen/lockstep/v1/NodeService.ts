// Original file: lockstep/v1/node.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateNodeRequest as _lockstep_v1_CreateNodeRequest, CreateNodeRequest__Output as _lockstep_v1_CreateNodeRequest__Output } from '../../lockstep/v1/CreateNodeRequest.ts';
import type { CreateNodeResponse as _lockstep_v1_CreateNodeResponse, CreateNodeResponse__Output as _lockstep_v1_CreateNodeResponse__Output } from '../../lockstep/v1/CreateNodeResponse.ts';
import type { DeleteNodeRequest as _lockstep_v1_DeleteNodeRequest, DeleteNodeRequest__Output as _lockstep_v1_DeleteNodeRequest__Output } from '../../lockstep/v1/DeleteNodeRequest.ts';
import type { DeleteNodeResponse as _lockstep_v1_DeleteNodeResponse, DeleteNodeResponse__Output as _lockstep_v1_DeleteNodeResponse__Output } from '../../lockstep/v1/DeleteNodeResponse.ts';
import type { ListNodesRequest as _lockstep_v1_ListNodesRequest, ListNodesRequest__Output as _lockstep_v1_ListNodesRequest__Output } from '../../lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _lockstep_v1_ListNodesResponse, ListNodesResponse__Output as _lockstep_v1_ListNodesResponse__Output } from '../../lockstep/v1/ListNodesResponse.ts';

export interface NodeServiceClient extends grpc.Client {
  /**
   * Registers a node and starts to connect to its satellite. Waits at most 3 s for the outcome of the first attempt;
   * a satellite that cannot be reached is a WARN entry, the node is registered all the same.
   */
  Create(argument: _lockstep_v1_CreateNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateNodeRequest, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Registers a node and starts to connect to its satellite. Waits at most 3 s for the outcome of the first attempt;
   * a satellite that cannot be reached is a WARN entry, the node is registered all the same.
   */
  create(argument: _lockstep_v1_CreateNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateNodeRequest, callback: grpc.requestCallback<_lockstep_v1_CreateNodeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Forgets a node. Refused (NODE_IN_USE) while it holds storage pools or resources.
   */
  Delete(argument: _lockstep_v1_DeleteNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteNodeRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Forgets a node. Refused (NODE_IN_USE) while it holds storage pools or resources.
   */
  delete(argument: _lockstep_v1_DeleteNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteNodeRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteNodeResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListNodesRequest, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface NodeServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Registers a node and starts to connect to its satellite. Waits at most 3 s for the outcome of the first attempt;
   * a satellite that cannot be reached is a WARN entry, the node is registered all the same.
   */
  Create: grpc.handleUnaryCall<_lockstep_v1_CreateNodeRequest__Output, _lockstep_v1_CreateNodeResponse>;
  
  /**
   * Forgets a node. Refused (NODE_IN_USE) while it holds storage pools or resources.
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteNodeRequest__Output, _lockstep_v1_DeleteNodeResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListNodesRequest__Output, _lockstep_v1_ListNodesResponse>;
  
}

export interface NodeServiceDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_lockstep_v1_CreateNodeRequest, _lockstep_v1_CreateNodeResponse, _lockstep_v1_CreateNodeRequest__Output, _lockstep_v1_CreateNodeResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteNodeRequest, _lockstep_v1_DeleteNodeResponse, _lockstep_v1_DeleteNodeRequest__Output, _lockstep_v1_DeleteNodeResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListNodesRequest, _lockstep_v1_ListNodesResponse, _lockstep_v1_ListNodesRequest__Output, _lockstep_v1_ListNodesResponse__Output>
}
