// Original file: lockstep/v1/node.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateNodeRequest as _lockstep_v1_CreateNodeRequest, CreateNodeRequest__Output as _lockstep_v1_CreateNodeRequest__Output } from '../../lockstep/v1/CreateNodeRequest.ts';
import type { CreateNodeResponse as _lockstep_v1_CreateNodeResponse, CreateNodeResponse__Output as _lockstep_v1_CreateNodeResponse__Output } from '../../lockstep/v1/CreateNodeResponse.ts';
import type { DeleteNodeRequest as _lockstep_v1_DeleteNodeRequest, DeleteNodeRequest__Output as _lockstep_v1_DeleteNodeRequest__Output } from '../../lockstep/v1/DeleteNodeRequest.ts';
import type { DeleteNodeResponse as _lockstep_v1_DeleteNodeResponse, DeleteNodeResponse__Output as _lockstep_v1_DeleteNodeResponse__Output } from '../../lockstep/v1/DeleteNodeResponse.ts';
import type { EvacuateNodeRequest as _lockstep_v1_EvacuateNodeRequest, EvacuateNodeRequest__Output as _lockstep_v1_EvacuateNodeRequest__Output } from '../../lockstep/v1/EvacuateNodeRequest.ts';
import type { EvacuateNodeResponse as _lockstep_v1_EvacuateNodeResponse, EvacuateNodeResponse__Output as _lockstep_v1_EvacuateNodeResponse__Output } from '../../lockstep/v1/EvacuateNodeResponse.ts';
import type { ListNodesRequest as _lockstep_v1_ListNodesRequest, ListNodesRequest__Output as _lockstep_v1_ListNodesRequest__Output } from '../../lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _lockstep_v1_ListNodesResponse, ListNodesResponse__Output as _lockstep_v1_ListNodesResponse__Output } from '../../lockstep/v1/ListNodesResponse.ts';
import type { LostNodeRequest as _lockstep_v1_LostNodeRequest, LostNodeRequest__Output as _lockstep_v1_LostNodeRequest__Output } from '../../lockstep/v1/LostNodeRequest.ts';
import type { LostNodeResponse as _lockstep_v1_LostNodeResponse, LostNodeResponse__Output as _lockstep_v1_LostNodeResponse__Output } from '../../lockstep/v1/LostNodeResponse.ts';
import type { RestoreNodeRequest as _lockstep_v1_RestoreNodeRequest, RestoreNodeRequest__Output as _lockstep_v1_RestoreNodeRequest__Output } from '../../lockstep/v1/RestoreNodeRequest.ts';
import type { RestoreNodeResponse as _lockstep_v1_RestoreNodeResponse, RestoreNodeResponse__Output as _lockstep_v1_RestoreNodeResponse__Output } from '../../lockstep/v1/RestoreNodeResponse.ts';

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
  
  /**
   * Empties a node: each of its replicas gets a successor elsewhere and goes once that one is UpToDate.
   */
  Evacuate(argument: _lockstep_v1_EvacuateNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  Evacuate(argument: _lockstep_v1_EvacuateNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  Evacuate(argument: _lockstep_v1_EvacuateNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  Evacuate(argument: _lockstep_v1_EvacuateNodeRequest, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Empties a node: each of its replicas gets a successor elsewhere and goes once that one is UpToDate.
   */
  evacuate(argument: _lockstep_v1_EvacuateNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  evacuate(argument: _lockstep_v1_EvacuateNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  evacuate(argument: _lockstep_v1_EvacuateNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  evacuate(argument: _lockstep_v1_EvacuateNodeRequest, callback: grpc.requestCallback<_lockstep_v1_EvacuateNodeResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListNodesRequest, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListNodesRequest, callback: grpc.requestCallback<_lockstep_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gives up a node that will not return, with everything on it. Refused (NODE_IN_USE) while it is connected.
   */
  Lost(argument: _lockstep_v1_LostNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  Lost(argument: _lockstep_v1_LostNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  Lost(argument: _lockstep_v1_LostNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  Lost(argument: _lockstep_v1_LostNodeRequest, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gives up a node that will not return, with everything on it. Refused (NODE_IN_USE) while it is connected.
   */
  lost(argument: _lockstep_v1_LostNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  lost(argument: _lockstep_v1_LostNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  lost(argument: _lockstep_v1_LostNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  lost(argument: _lockstep_v1_LostNodeRequest, callback: grpc.requestCallback<_lockstep_v1_LostNodeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes back an evacuation or an eviction. What has moved stays where it is.
   */
  Restore(argument: _lockstep_v1_RestoreNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  Restore(argument: _lockstep_v1_RestoreNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  Restore(argument: _lockstep_v1_RestoreNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  Restore(argument: _lockstep_v1_RestoreNodeRequest, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes back an evacuation or an eviction. What has moved stays where it is.
   */
  restore(argument: _lockstep_v1_RestoreNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  restore(argument: _lockstep_v1_RestoreNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  restore(argument: _lockstep_v1_RestoreNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  restore(argument: _lockstep_v1_RestoreNodeRequest, callback: grpc.requestCallback<_lockstep_v1_RestoreNodeResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  /**
   * Empties a node: each of its replicas gets a successor elsewhere and goes once that one is UpToDate.
   */
  Evacuate: grpc.handleUnaryCall<_lockstep_v1_EvacuateNodeRequest__Output, _lockstep_v1_EvacuateNodeResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListNodesRequest__Output, _lockstep_v1_ListNodesResponse>;
  
  /**
   * Gives up a node that will not return, with everything on it. Refused (NODE_IN_USE) while it is connected.
   */
  Lost: grpc.handleUnaryCall<_lockstep_v1_LostNodeRequest__Output, _lockstep_v1_LostNodeResponse>;
  
  /**
   * Takes back an evacuation or an eviction. What has moved stays where it is.
   */
  Restore: grpc.handleUnaryCall<_lockstep_v1_RestoreNodeRequest__Output, _lockstep_v1_RestoreNodeResponse>;
  
}

export interface NodeServiceDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_lockstep_v1_CreateNodeRequest, _lockstep_v1_CreateNodeResponse, _lockstep_v1_CreateNodeRequest__Output, _lockstep_v1_CreateNodeResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteNodeRequest, _lockstep_v1_DeleteNodeResponse, _lockstep_v1_DeleteNodeRequest__Output, _lockstep_v1_DeleteNodeResponse__Output>
  Evacuate: MethodDefinition<_lockstep_v1_EvacuateNodeRequest, _lockstep_v1_EvacuateNodeResponse, _lockstep_v1_EvacuateNodeRequest__Output, _lockstep_v1_EvacuateNodeResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListNodesRequest, _lockstep_v1_ListNodesResponse, _lockstep_v1_ListNodesRequest__Output, _lockstep_v1_ListNodesResponse__Output>
  Lost: MethodDefinition<_lockstep_v1_LostNodeRequest, _lockstep_v1_LostNodeResponse, _lockstep_v1_LostNodeRequest__Output, _lockstep_v1_LostNodeResponse__Output>
  Restore: MethodDefinition<_lockstep_v1_RestoreNodeRequest, _lockstep_v1_RestoreNodeResponse, _lockstep_v1_RestoreNodeRequest__Output, _lockstep_v1_RestoreNodeResponse__Output>
}
