// Original file: lockstep/v1/resource_definition.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateResourceDefinitionRequest as _lockstep_v1_CreateResourceDefinitionRequest, CreateResourceDefinitionRequest__Output as _lockstep_v1_CreateResourceDefinitionRequest__Output } from '../../lockstep/v1/CreateResourceDefinitionRequest.ts';
import type { CreateResourceDefinitionResponse as _lockstep_v1_CreateResourceDefinitionResponse, CreateResourceDefinitionResponse__Output as _lockstep_v1_CreateResourceDefinitionResponse__Output } from '../../lockstep/v1/CreateResourceDefinitionResponse.ts';
import type { DeleteResourceDefinitionRequest as _lockstep_v1_DeleteResourceDefinitionRequest, DeleteResourceDefinitionRequest__Output as _lockstep_v1_DeleteResourceDefinitionRequest__Output } from '../../lockstep/v1/DeleteResourceDefinitionRequest.ts';
import type { DeleteResourceDefinitionResponse as _lockstep_v1_DeleteResourceDefinitionResponse, DeleteResourceDefinitionResponse__Output as _lockstep_v1_DeleteResourceDefinitionResponse__Output } from '../../lockstep/v1/DeleteResourceDefinitionResponse.ts';
import type { ListResourceDefinitionsRequest as _lockstep_v1_ListResourceDefinitionsRequest, ListResourceDefinitionsRequest__Output as _lockstep_v1_ListResourceDefinitionsRequest__Output } from '../../lockstep/v1/ListResourceDefinitionsRequest.ts';
import type { ListResourceDefinitionsResponse as _lockstep_v1_ListResourceDefinitionsResponse, ListResourceDefinitionsResponse__Output as _lockstep_v1_ListResourceDefinitionsResponse__Output } from '../../lockstep/v1/ListResourceDefinitionsResponse.ts';
import type { ModifyResourceDefinitionRequest as _lockstep_v1_ModifyResourceDefinitionRequest, ModifyResourceDefinitionRequest__Output as _lockstep_v1_ModifyResourceDefinitionRequest__Output } from '../../lockstep/v1/ModifyResourceDefinitionRequest.ts';
import type { ModifyResourceDefinitionResponse as _lockstep_v1_ModifyResourceDefinitionResponse, ModifyResourceDefinitionResponse__Output as _lockstep_v1_ModifyResourceDefinitionResponse__Output } from '../../lockstep/v1/ModifyResourceDefinitionResponse.ts';
import type { WaitSyncRequest as _lockstep_v1_WaitSyncRequest, WaitSyncRequest__Output as _lockstep_v1_WaitSyncRequest__Output } from '../../lockstep/v1/WaitSyncRequest.ts';
import type { WaitSyncResponse as _lockstep_v1_WaitSyncResponse, WaitSyncResponse__Output as _lockstep_v1_WaitSyncResponse__Output } from '../../lockstep/v1/WaitSyncResponse.ts';

export interface ResourceDefinitionServiceClient extends grpc.Client {
  Create(argument: _lockstep_v1_CreateResourceDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_CreateResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deletes the definition, its volumes and all its replicas. Refused (RESOURCE_IN_USE) while a node has it open.
   */
  Delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Deletes the definition, its volumes and all its replicas. Refused (RESOURCE_IN_USE) while a node has it open.
   */
  delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListResourceDefinitionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourceDefinitionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourceDefinitionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourceDefinitionsRequest, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceDefinitionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceDefinitionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceDefinitionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceDefinitionsRequest, callback: grpc.requestCallback<_lockstep_v1_ListResourceDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  
  Modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceDefinitionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Waits until all replicas are UpToDate, or TIMED_OUT.
   */
  WaitSync(argument: _lockstep_v1_WaitSyncRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  WaitSync(argument: _lockstep_v1_WaitSyncRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  WaitSync(argument: _lockstep_v1_WaitSyncRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  WaitSync(argument: _lockstep_v1_WaitSyncRequest, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Waits until all replicas are UpToDate, or TIMED_OUT.
   */
  waitSync(argument: _lockstep_v1_WaitSyncRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  waitSync(argument: _lockstep_v1_WaitSyncRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  waitSync(argument: _lockstep_v1_WaitSyncRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  waitSync(argument: _lockstep_v1_WaitSyncRequest, callback: grpc.requestCallback<_lockstep_v1_WaitSyncResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ResourceDefinitionServiceHandlers extends grpc.UntypedServiceImplementation {
  Create: grpc.handleUnaryCall<_lockstep_v1_CreateResourceDefinitionRequest__Output, _lockstep_v1_CreateResourceDefinitionResponse>;
  
  /**
   * Deletes the definition, its volumes and all its replicas. Refused (RESOURCE_IN_USE) while a node has it open.
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteResourceDefinitionRequest__Output, _lockstep_v1_DeleteResourceDefinitionResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListResourceDefinitionsRequest__Output, _lockstep_v1_ListResourceDefinitionsResponse>;
  
  Modify: grpc.handleUnaryCall<_lockstep_v1_ModifyResourceDefinitionRequest__Output, _lockstep_v1_ModifyResourceDefinitionResponse>;
  
  /**
   * Waits until all replicas are UpToDate, or TIMED_OUT.
   */
  WaitSync: grpc.handleUnaryCall<_lockstep_v1_WaitSyncRequest__Output, _lockstep_v1_WaitSyncResponse>;
  
}

export interface ResourceDefinitionServiceDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_lockstep_v1_CreateResourceDefinitionRequest, _lockstep_v1_CreateResourceDefinitionResponse, _lockstep_v1_CreateResourceDefinitionRequest__Output, _lockstep_v1_CreateResourceDefinitionResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteResourceDefinitionRequest, _lockstep_v1_DeleteResourceDefinitionResponse, _lockstep_v1_DeleteResourceDefinitionRequest__Output, _lockstep_v1_DeleteResourceDefinitionResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListResourceDefinitionsRequest, _lockstep_v1_ListResourceDefinitionsResponse, _lockstep_v1_ListResourceDefinitionsRequest__Output, _lockstep_v1_ListResourceDefinitionsResponse__Output>
  Modify: MethodDefinition<_lockstep_v1_ModifyResourceDefinitionRequest, _lockstep_v1_ModifyResourceDefinitionResponse, _lockstep_v1_ModifyResourceDefinitionRequest__Output, _lockstep_v1_ModifyResourceDefinitionResponse__Output>
  WaitSync: MethodDefinition<_lockstep_v1_WaitSyncRequest, _lockstep_v1_WaitSyncResponse, _lockstep_v1_WaitSyncRequest__Output, _lockstep_v1_WaitSyncResponse__Output>
}
