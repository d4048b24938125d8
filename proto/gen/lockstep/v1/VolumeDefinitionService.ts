// Original file: lockstep/v1/volume_definition.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateVolumeDefinitionRequest as _lockstep_v1_CreateVolumeDefinitionRequest, CreateVolumeDefinitionRequest__Output as _lockstep_v1_CreateVolumeDefinitionRequest__Output } from '../../lockstep/v1/CreateVolumeDefinitionRequest.ts';
import type { CreateVolumeDefinitionResponse as _lockstep_v1_CreateVolumeDefinitionResponse, CreateVolumeDefinitionResponse__Output as _lockstep_v1_CreateVolumeDefinitionResponse__Output } from '../../lockstep/v1/CreateVolumeDefinitionResponse.ts';
import type { DeleteVolumeDefinitionRequest as _lockstep_v1_DeleteVolumeDefinitionRequest, DeleteVolumeDefinitionRequest__Output as _lockstep_v1_DeleteVolumeDefinitionRequest__Output } from '../../lockstep/v1/DeleteVolumeDefinitionRequest.ts';
import type { DeleteVolumeDefinitionResponse as _lockstep_v1_DeleteVolumeDefinitionResponse, DeleteVolumeDefinitionResponse__Output as _lockstep_v1_DeleteVolumeDefinitionResponse__Output } from '../../lockstep/v1/DeleteVolumeDefinitionResponse.ts';
import type { ListVolumeDefinitionsRequest as _lockstep_v1_ListVolumeDefinitionsRequest, ListVolumeDefinitionsRequest__Output as _lockstep_v1_ListVolumeDefinitionsRequest__Output } from '../../lockstep/v1/ListVolumeDefinitionsRequest.ts';
import type { ListVolumeDefinitionsResponse as _lockstep_v1_ListVolumeDefinitionsResponse, ListVolumeDefinitionsResponse__Output as _lockstep_v1_ListVolumeDefinitionsResponse__Output } from '../../lockstep/v1/ListVolumeDefinitionsResponse.ts';
import type { SetVolumeDefinitionSizeRequest as _lockstep_v1_SetVolumeDefinitionSizeRequest, SetVolumeDefinitionSizeRequest__Output as _lockstep_v1_SetVolumeDefinitionSizeRequest__Output } from '../../lockstep/v1/SetVolumeDefinitionSizeRequest.ts';
import type { SetVolumeDefinitionSizeResponse as _lockstep_v1_SetVolumeDefinitionSizeResponse, SetVolumeDefinitionSizeResponse__Output as _lockstep_v1_SetVolumeDefinitionSizeResponse__Output } from '../../lockstep/v1/SetVolumeDefinitionSizeResponse.ts';

export interface VolumeDefinitionServiceClient extends grpc.Client {
  Create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateVolumeDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deletes the volume on all nodes. Refused (RESOURCE_IN_USE) while a node has the resource open.
   */
  Delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Deletes the volume on all nodes. Refused (RESOURCE_IN_USE) while a node has the resource open.
   */
  delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteVolumeDefinitionRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeDefinitionResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListVolumeDefinitionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListVolumeDefinitionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListVolumeDefinitionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListVolumeDefinitionsRequest, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumeDefinitionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumeDefinitionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumeDefinitionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListVolumeDefinitionsRequest, callback: grpc.requestCallback<_lockstep_v1_ListVolumeDefinitionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Makes the volume larger on all nodes, while it is in use. It has the new size once every replica has the room; a replica that is
   * away keeps it as it is until it is back (PEERS_NOT_CONNECTED). Never smaller (SHRINK_REFUSED).
   */
  SetSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  SetSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  SetSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  SetSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Makes the volume larger on all nodes, while it is in use. It has the new size once every replica has the room; a replica that is
   * away keeps it as it is until it is back (PEERS_NOT_CONNECTED). Never smaller (SHRINK_REFUSED).
   */
  setSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  setSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  setSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  setSize(argument: _lockstep_v1_SetVolumeDefinitionSizeRequest, callback: grpc.requestCallback<_lockstep_v1_SetVolumeDefinitionSizeResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface VolumeDefinitionServiceHandlers extends grpc.UntypedServiceImplementation {
  Create: grpc.handleUnaryCall<_lockstep_v1_CreateVolumeDefinitionRequest__Output, _lockstep_v1_CreateVolumeDefinitionResponse>;
  
  /**
   * Deletes the volume on all nodes. Refused (RESOURCE_IN_USE) while a node has the resource open.
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteVolumeDefinitionRequest__Output, _lockstep_v1_DeleteVolumeDefinitionResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListVolumeDefinitionsRequest__Output, _lockstep_v1_ListVolumeDefinitionsResponse>;
  
  /**
   * Makes the volume larger on all nodes, while it is in use. It has the new size once every replica has the room; a replica that is
   * away keeps it as it is until it is back (PEERS_NOT_CONNECTED). Never smaller (SHRINK_REFUSED).
   */
  SetSize: grpc.handleUnaryCall<_lockstep_v1_SetVolumeDefinitionSizeRequest__Output, _lockstep_v1_SetVolumeDefinitionSizeResponse>;
  
}

export interface VolumeDefinitionServiceDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_lockstep_v1_CreateVolumeDefinitionRequest, _lockstep_v1_CreateVolumeDefinitionResponse, _lockstep_v1_CreateVolumeDefinitionRequest__Output, _lockstep_v1_CreateVolumeDefinitionResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteVolumeDefinitionRequest, _lockstep_v1_DeleteVolumeDefinitionResponse, _lockstep_v1_DeleteVolumeDefinitionRequest__Output, _lockstep_v1_DeleteVolumeDefinitionResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListVolumeDefinitionsRequest, _lockstep_v1_ListVolumeDefinitionsResponse, _lockstep_v1_ListVolumeDefinitionsRequest__Output, _lockstep_v1_ListVolumeDefinitionsResponse__Output>
  SetSize: MethodDefinition<_lockstep_v1_SetVolumeDefinitionSizeRequest, _lockstep_v1_SetVolumeDefinitionSizeResponse, _lockstep_v1_SetVolumeDefinitionSizeRequest__Output, _lockstep_v1_SetVolumeDefinitionSizeResponse__Output>
}
