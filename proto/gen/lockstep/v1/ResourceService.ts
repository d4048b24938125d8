// Original file: lockstep/v1/resource.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AutoPlaceResourceRequest as _lockstep_v1_AutoPlaceResourceRequest, AutoPlaceResourceRequest__Output as _lockstep_v1_AutoPlaceResourceRequest__Output } from '../../lockstep/v1/AutoPlaceResourceRequest.ts';
import type { AutoPlaceResourceResponse as _lockstep_v1_AutoPlaceResourceResponse, AutoPlaceResourceResponse__Output as _lockstep_v1_AutoPlaceResourceResponse__Output } from '../../lockstep/v1/AutoPlaceResourceResponse.ts';
import type { CreateResourceRequest as _lockstep_v1_CreateResourceRequest, CreateResourceRequest__Output as _lockstep_v1_CreateResourceRequest__Output } from '../../lockstep/v1/CreateResourceRequest.ts';
import type { CreateResourceResponse as _lockstep_v1_CreateResourceResponse, CreateResourceResponse__Output as _lockstep_v1_CreateResourceResponse__Output } from '../../lockstep/v1/CreateResourceResponse.ts';
import type { DeleteResourceRequest as _lockstep_v1_DeleteResourceRequest, DeleteResourceRequest__Output as _lockstep_v1_DeleteResourceRequest__Output } from '../../lockstep/v1/DeleteResourceRequest.ts';
import type { DeleteResourceResponse as _lockstep_v1_DeleteResourceResponse, DeleteResourceResponse__Output as _lockstep_v1_DeleteResourceResponse__Output } from '../../lockstep/v1/DeleteResourceResponse.ts';
import type { ListResourcesRequest as _lockstep_v1_ListResourcesRequest, ListResourcesRequest__Output as _lockstep_v1_ListResourcesRequest__Output } from '../../lockstep/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse as _lockstep_v1_ListResourcesResponse, ListResourcesResponse__Output as _lockstep_v1_ListResourcesResponse__Output } from '../../lockstep/v1/ListResourcesResponse.ts';
import type { MakeResourceAvailableRequest as _lockstep_v1_MakeResourceAvailableRequest, MakeResourceAvailableRequest__Output as _lockstep_v1_MakeResourceAvailableRequest__Output } from '../../lockstep/v1/MakeResourceAvailableRequest.ts';
import type { MakeResourceAvailableResponse as _lockstep_v1_MakeResourceAvailableResponse, MakeResourceAvailableResponse__Output as _lockstep_v1_MakeResourceAvailableResponse__Output } from '../../lockstep/v1/MakeResourceAvailableResponse.ts';

export interface ResourceServiceClient extends grpc.Client {
  /**
   * Lets the controller choose the nodes. All or nothing; a failure explains each rejected node.
   */
  AutoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  AutoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  AutoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  AutoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lets the controller choose the nodes. All or nothing; a failure explains each rejected node.
   */
  autoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  autoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  autoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  autoPlace(argument: _lockstep_v1_AutoPlaceResourceRequest, callback: grpc.requestCallback<_lockstep_v1_AutoPlaceResourceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * On all named nodes or on none: one transaction.
   */
  Create(argument: _lockstep_v1_CreateResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceRequest, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * On all named nodes or on none: one transaction.
   */
  create(argument: _lockstep_v1_CreateResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceRequest, callback: grpc.requestCallback<_lockstep_v1_CreateResourceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deletes replicas. A node that is offline deletes its data when it returns (the answer warns).
   */
  Delete(argument: _lockstep_v1_DeleteResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Deletes replicas. A node that is offline deletes its data when it returns (the answer warns).
   */
  delete(argument: _lockstep_v1_DeleteResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourcesRequest, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourcesRequest, callback: grpc.requestCallback<_lockstep_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * "It is needed there": nothing to do where it is, a diskless attachment where there is data elsewhere, else a replica.
   */
  MakeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  MakeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  MakeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  MakeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  /**
   * "It is needed there": nothing to do where it is, a diskless attachment where there is data elsewhere, else a replica.
   */
  makeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  makeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  makeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  makeAvailable(argument: _lockstep_v1_MakeResourceAvailableRequest, callback: grpc.requestCallback<_lockstep_v1_MakeResourceAvailableResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ResourceServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Lets the controller choose the nodes. All or nothing; a failure explains each rejected node.
   */
  AutoPlace: grpc.handleUnaryCall<_lockstep_v1_AutoPlaceResourceRequest__Output, _lockstep_v1_AutoPlaceResourceResponse>;
  
  /**
   * On all named nodes or on none: one transaction.
   */
  Create: grpc.handleUnaryCall<_lockstep_v1_CreateResourceRequest__Output, _lockstep_v1_CreateResourceResponse>;
  
  /**
   * Deletes replicas. A node that is offline deletes its data when it returns (the answer warns).
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteResourceRequest__Output, _lockstep_v1_DeleteResourceResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListResourcesRequest__Output, _lockstep_v1_ListResourcesResponse>;
  
  /**
   * "It is needed there": nothing to do where it is, a diskless attachment where there is data elsewhere, else a replica.
   */
  MakeAvailable: grpc.handleUnaryCall<_lockstep_v1_MakeResourceAvailableRequest__Output, _lockstep_v1_MakeResourceAvailableResponse>;
  
}

export interface ResourceServiceDefinition extends grpc.ServiceDefinition {
  AutoPlace: MethodDefinition<_lockstep_v1_AutoPlaceResourceRequest, _lockstep_v1_AutoPlaceResourceResponse, _lockstep_v1_AutoPlaceResourceRequest__Output, _lockstep_v1_AutoPlaceResourceResponse__Output>
  Create: MethodDefinition<_lockstep_v1_CreateResourceRequest, _lockstep_v1_CreateResourceResponse, _lockstep_v1_CreateResourceRequest__Output, _lockstep_v1_CreateResourceResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteResourceRequest, _lockstep_v1_DeleteResourceResponse, _lockstep_v1_DeleteResourceRequest__Output, _lockstep_v1_DeleteResourceResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListResourcesRequest, _lockstep_v1_ListResourcesResponse, _lockstep_v1_ListResourcesRequest__Output, _lockstep_v1_ListResourcesResponse__Output>
  MakeAvailable: MethodDefinition<_lockstep_v1_MakeResourceAvailableRequest, _lockstep_v1_MakeResourceAvailableResponse, _lockstep_v1_MakeResourceAvailableRequest__Output, _lockstep_v1_MakeResourceAvailableResponse__Output>
}
