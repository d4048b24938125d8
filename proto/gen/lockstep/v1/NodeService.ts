// Original file: lockstep/v1/node.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateNetInterfaceRequest as _lockstep_v1_CreateNetInterfaceRequest, CreateNetInterfaceRequest__Output as _lockstep_v1_CreateNetInterfaceRequest__Output } from '../../lockstep/v1/CreateNetInterfaceRequest.ts';
import type { CreateNetInterfaceResponse as _lockstep_v1_CreateNetInterfaceResponse, CreateNetInterfaceResponse__Output as _lockstep_v1_CreateNetInterfaceResponse__Output } from '../../lockstep/v1/CreateNetInterfaceResponse.ts';
import type { CreateNodeRequest as _lockstep_v1_CreateNodeRequest, CreateNodeRequest__Output as _lockstep_v1_CreateNodeRequest__Output } from '../../lockstep/v1/CreateNodeRequest.ts';
import type { CreateNodeResponse as _lockstep_v1_CreateNodeResponse, CreateNodeResponse__Output as _lockstep_v1_CreateNodeResponse__Output } from '../../lockstep/v1/CreateNodeResponse.ts';
import type { DeleteNetInterfaceRequest as _lockstep_v1_DeleteNetInterfaceRequest, DeleteNetInterfaceRequest__Output as _lockstep_v1_DeleteNetInterfaceRequest__Output } from '../../lockstep/v1/DeleteNetInterfaceRequest.ts';
import type { DeleteNetInterfaceResponse as _lockstep_v1_DeleteNetInterfaceResponse, DeleteNetInterfaceResponse__Output as _lockstep_v1_DeleteNetInterfaceResponse__Output } from '../../lockstep/v1/DeleteNetInterfaceResponse.ts';
import type { DeleteNodeRequest as _lockstep_v1_DeleteNodeRequest, DeleteNodeRequest__Output as _lockstep_v1_DeleteNodeRequest__Output } from '../../lockstep/v1/DeleteNodeRequest.ts';
import type { DeleteNodeResponse as _lockstep_v1_DeleteNodeResponse, DeleteNodeResponse__Output as _lockstep_v1_DeleteNodeResponse__Output } from '../../lockstep/v1/DeleteNodeResponse.ts';
import type { EvacuateNodeRequest as _lockstep_v1_EvacuateNodeRequest, EvacuateNodeRequest__Output as _lockstep_v1_EvacuateNodeRequest__Output } from '../../lockstep/v1/EvacuateNodeRequest.ts';
import type { EvacuateNodeResponse as _lockstep_v1_EvacuateNodeResponse, EvacuateNodeResponse__Output as _lockstep_v1_EvacuateNodeResponse__Output } from '../../lockstep/v1/EvacuateNodeResponse.ts';
import type { ListNodesRequest as _lockstep_v1_ListNodesRequest, ListNodesRequest__Output as _lockstep_v1_ListNodesRequest__Output } from '../../lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _lockstep_v1_ListNodesResponse, ListNodesResponse__Output as _lockstep_v1_ListNodesResponse__Output } from '../../lockstep/v1/ListNodesResponse.ts';
import type { LostNodeRequest as _lockstep_v1_LostNodeRequest, LostNodeRequest__Output as _lockstep_v1_LostNodeRequest__Output } from '../../lockstep/v1/LostNodeRequest.ts';
import type { LostNodeResponse as _lockstep_v1_LostNodeResponse, LostNodeResponse__Output as _lockstep_v1_LostNodeResponse__Output } from '../../lockstep/v1/LostNodeResponse.ts';
import type { ModifyNetInterfaceRequest as _lockstep_v1_ModifyNetInterfaceRequest, ModifyNetInterfaceRequest__Output as _lockstep_v1_ModifyNetInterfaceRequest__Output } from '../../lockstep/v1/ModifyNetInterfaceRequest.ts';
import type { ModifyNetInterfaceResponse as _lockstep_v1_ModifyNetInterfaceResponse, ModifyNetInterfaceResponse__Output as _lockstep_v1_ModifyNetInterfaceResponse__Output } from '../../lockstep/v1/ModifyNetInterfaceResponse.ts';
import type { ModifyNodeRequest as _lockstep_v1_ModifyNodeRequest, ModifyNodeRequest__Output as _lockstep_v1_ModifyNodeRequest__Output } from '../../lockstep/v1/ModifyNodeRequest.ts';
import type { ModifyNodeResponse as _lockstep_v1_ModifyNodeResponse, ModifyNodeResponse__Output as _lockstep_v1_ModifyNodeResponse__Output } from '../../lockstep/v1/ModifyNodeResponse.ts';
import type { ReconnectNodesRequest as _lockstep_v1_ReconnectNodesRequest, ReconnectNodesRequest__Output as _lockstep_v1_ReconnectNodesRequest__Output } from '../../lockstep/v1/ReconnectNodesRequest.ts';
import type { ReconnectNodesResponse as _lockstep_v1_ReconnectNodesResponse, ReconnectNodesResponse__Output as _lockstep_v1_ReconnectNodesResponse__Output } from '../../lockstep/v1/ReconnectNodesResponse.ts';
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
   * Network interfaces. The active one is how the controller reaches the satellite; another one can be used for replication.
   */
  CreateInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  CreateInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  CreateInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  CreateInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Network interfaces. The active one is how the controller reaches the satellite; another one can be used for replication.
   */
  createInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  createInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  createInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  createInterface(argument: _lockstep_v1_CreateNetInterfaceRequest, callback: grpc.requestCallback<_lockstep_v1_CreateNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  
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
   * Refused (NET_INTERFACE_IN_USE) for the active one, and while a path goes through it.
   */
  DeleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  DeleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  DeleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  DeleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Refused (NET_INTERFACE_IN_USE) for the active one, and while a path goes through it.
   */
  deleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  deleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  deleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  deleteInterface(argument: _lockstep_v1_DeleteNetInterfaceRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  Modify(argument: _lockstep_v1_ModifyNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyNodeRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyNodeRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyNodeResponse__Output>): grpc.ClientUnaryCall;
  
  ModifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  ModifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  ModifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  ModifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  modifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  modifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  modifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  modifyInterface(argument: _lockstep_v1_ModifyNetInterfaceRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyNetInterfaceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ends the connections to these satellites and makes them anew: what has failed there is tried again at once.
   */
  Reconnect(argument: _lockstep_v1_ReconnectNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  Reconnect(argument: _lockstep_v1_ReconnectNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  Reconnect(argument: _lockstep_v1_ReconnectNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  Reconnect(argument: _lockstep_v1_ReconnectNodesRequest, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends the connections to these satellites and makes them anew: what has failed there is tried again at once.
   */
  reconnect(argument: _lockstep_v1_ReconnectNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  reconnect(argument: _lockstep_v1_ReconnectNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  reconnect(argument: _lockstep_v1_ReconnectNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  reconnect(argument: _lockstep_v1_ReconnectNodesRequest, callback: grpc.requestCallback<_lockstep_v1_ReconnectNodesResponse__Output>): grpc.ClientUnaryCall;
  
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
   * Network interfaces. The active one is how the controller reaches the satellite; another one can be used for replication.
   */
  CreateInterface: grpc.handleUnaryCall<_lockstep_v1_CreateNetInterfaceRequest__Output, _lockstep_v1_CreateNetInterfaceResponse>;
  
  /**
   * Forgets a node. Refused (NODE_IN_USE) while it holds storage pools or resources.
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteNodeRequest__Output, _lockstep_v1_DeleteNodeResponse>;
  
  /**
   * Refused (NET_INTERFACE_IN_USE) for the active one, and while a path goes through it.
   */
  DeleteInterface: grpc.handleUnaryCall<_lockstep_v1_DeleteNetInterfaceRequest__Output, _lockstep_v1_DeleteNetInterfaceResponse>;
  
  /**
   * Empties a node: each of its replicas gets a successor elsewhere and goes once that one is UpToDate.
   */
  Evacuate: grpc.handleUnaryCall<_lockstep_v1_EvacuateNodeRequest__Output, _lockstep_v1_EvacuateNodeResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListNodesRequest__Output, _lockstep_v1_ListNodesResponse>;
  
  /**
   * Gives up a node that will not return, with everything on it. Refused (NODE_IN_USE) while it is connected.
   */
  Lost: grpc.handleUnaryCall<_lockstep_v1_LostNodeRequest__Output, _lockstep_v1_LostNodeResponse>;
  
  Modify: grpc.handleUnaryCall<_lockstep_v1_ModifyNodeRequest__Output, _lockstep_v1_ModifyNodeResponse>;
  
  ModifyInterface: grpc.handleUnaryCall<_lockstep_v1_ModifyNetInterfaceRequest__Output, _lockstep_v1_ModifyNetInterfaceResponse>;
  
  /**
   * Ends the connections to these satellites and makes them anew: what has failed there is tried again at once.
   */
  Reconnect: grpc.handleUnaryCall<_lockstep_v1_ReconnectNodesRequest__Output, _lockstep_v1_ReconnectNodesResponse>;
  
  /**
   * Takes back an evacuation or an eviction. What has moved stays where it is.
   */
  Restore: grpc.handleUnaryCall<_lockstep_v1_RestoreNodeRequest__Output, _lockstep_v1_RestoreNodeResponse>;
  
}

export interface NodeServiceDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_lockstep_v1_CreateNodeRequest, _lockstep_v1_CreateNodeResponse, _lockstep_v1_CreateNodeRequest__Output, _lockstep_v1_CreateNodeResponse__Output>
  CreateInterface: MethodDefinition<_lockstep_v1_CreateNetInterfaceRequest, _lockstep_v1_CreateNetInterfaceResponse, _lockstep_v1_CreateNetInterfaceRequest__Output, _lockstep_v1_CreateNetInterfaceResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteNodeRequest, _lockstep_v1_DeleteNodeResponse, _lockstep_v1_DeleteNodeRequest__Output, _lockstep_v1_DeleteNodeResponse__Output>
  DeleteInterface: MethodDefinition<_lockstep_v1_DeleteNetInterfaceRequest, _lockstep_v1_DeleteNetInterfaceResponse, _lockstep_v1_DeleteNetInterfaceRequest__Output, _lockstep_v1_DeleteNetInterfaceResponse__Output>
  Evacuate: MethodDefinition<_lockstep_v1_EvacuateNodeRequest, _lockstep_v1_EvacuateNodeResponse, _lockstep_v1_EvacuateNodeRequest__Output, _lockstep_v1_EvacuateNodeResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListNodesRequest, _lockstep_v1_ListNodesResponse, _lockstep_v1_ListNodesRequest__Output, _lockstep_v1_ListNodesResponse__Output>
  Lost: MethodDefinition<_lockstep_v1_LostNodeRequest, _lockstep_v1_LostNodeResponse, _lockstep_v1_LostNodeRequest__Output, _lockstep_v1_LostNodeResponse__Output>
  Modify: MethodDefinition<_lockstep_v1_ModifyNodeRequest, _lockstep_v1_ModifyNodeResponse, _lockstep_v1_ModifyNodeRequest__Output, _lockstep_v1_ModifyNodeResponse__Output>
  ModifyInterface: MethodDefinition<_lockstep_v1_ModifyNetInterfaceRequest, _lockstep_v1_ModifyNetInterfaceResponse, _lockstep_v1_ModifyNetInterfaceRequest__Output, _lockstep_v1_ModifyNetInterfaceResponse__Output>
  Reconnect: MethodDefinition<_lockstep_v1_ReconnectNodesRequest, _lockstep_v1_ReconnectNodesResponse, _lockstep_v1_ReconnectNodesRequest__Output, _lockstep_v1_ReconnectNodesResponse__Output>
  Restore: MethodDefinition<_lockstep_v1_RestoreNodeRequest, _lockstep_v1_RestoreNodeResponse, _lockstep_v1_RestoreNodeRequest__Output, _lockstep_v1_RestoreNodeResponse__Output>
}
