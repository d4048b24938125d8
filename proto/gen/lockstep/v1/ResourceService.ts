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
import type { MigrateResourceRequest as _lockstep_v1_MigrateResourceRequest, MigrateResourceRequest__Output as _lockstep_v1_MigrateResourceRequest__Output } from '../../lockstep/v1/MigrateResourceRequest.ts';
import type { MigrateResourceResponse as _lockstep_v1_MigrateResourceResponse, MigrateResourceResponse__Output as _lockstep_v1_MigrateResourceResponse__Output } from '../../lockstep/v1/MigrateResourceResponse.ts';
import type { RetryResourceRequest as _lockstep_v1_RetryResourceRequest, RetryResourceRequest__Output as _lockstep_v1_RetryResourceRequest__Output } from '../../lockstep/v1/RetryResourceRequest.ts';
import type { RetryResourceResponse as _lockstep_v1_RetryResourceResponse, RetryResourceResponse__Output as _lockstep_v1_RetryResourceResponse__Output } from '../../lockstep/v1/RetryResourceResponse.ts';
import type { ToggleDiskRequest as _lockstep_v1_ToggleDiskRequest, ToggleDiskRequest__Output as _lockstep_v1_ToggleDiskRequest__Output } from '../../lockstep/v1/ToggleDiskRequest.ts';
import type { ToggleDiskResponse as _lockstep_v1_ToggleDiskResponse, ToggleDiskResponse__Output as _lockstep_v1_ToggleDiskResponse__Output } from '../../lockstep/v1/ToggleDiskResponse.ts';

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
  
  /**
   * Moves a replica: the new one is made, and the old one goes once the new one is UpToDate and the old one is not in use.
   */
  Migrate(argument: _lockstep_v1_MigrateResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  Migrate(argument: _lockstep_v1_MigrateResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  Migrate(argument: _lockstep_v1_MigrateResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  Migrate(argument: _lockstep_v1_MigrateResourceRequest, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Moves a replica: the new one is made, and the old one goes once the new one is UpToDate and the old one is not in use.
   */
  migrate(argument: _lockstep_v1_MigrateResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  migrate(argument: _lockstep_v1_MigrateResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  migrate(argument: _lockstep_v1_MigrateResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  migrate(argument: _lockstep_v1_MigrateResourceRequest, callback: grpc.requestCallback<_lockstep_v1_MigrateResourceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Tries at once what has failed on the satellites, instead of at the next step of the ladder of attempts.
   */
  Retry(argument: _lockstep_v1_RetryResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  Retry(argument: _lockstep_v1_RetryResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  Retry(argument: _lockstep_v1_RetryResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  Retry(argument: _lockstep_v1_RetryResourceRequest, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Tries at once what has failed on the satellites, instead of at the next step of the ladder of attempts.
   */
  retry(argument: _lockstep_v1_RetryResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  retry(argument: _lockstep_v1_RetryResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  retry(argument: _lockstep_v1_RetryResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  retry(argument: _lockstep_v1_RetryResourceRequest, callback: grpc.requestCallback<_lockstep_v1_RetryResourceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gives a diskless replica a disk, or takes the disk of one. The same call again is a retry, the opposite one takes it back.
   */
  ToggleDisk(argument: _lockstep_v1_ToggleDiskRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  ToggleDisk(argument: _lockstep_v1_ToggleDiskRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  ToggleDisk(argument: _lockstep_v1_ToggleDiskRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  ToggleDisk(argument: _lockstep_v1_ToggleDiskRequest, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gives a diskless replica a disk, or takes the disk of one. The same call again is a retry, the opposite one takes it back.
   */
  toggleDisk(argument: _lockstep_v1_ToggleDiskRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  toggleDisk(argument: _lockstep_v1_ToggleDiskRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  toggleDisk(argument: _lockstep_v1_ToggleDiskRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  toggleDisk(argument: _lockstep_v1_ToggleDiskRequest, callback: grpc.requestCallback<_lockstep_v1_ToggleDiskResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  /**
   * Moves a replica: the new one is made, and the old one goes once the new one is UpToDate and the old one is not in use.
   */
  Migrate: grpc.handleUnaryCall<_lockstep_v1_MigrateResourceRequest__Output, _lockstep_v1_MigrateResourceResponse>;
  
  /**
   * Tries at once what has failed on the satellites, instead of at the next step of the ladder of attempts.
   */
  Retry: grpc.handleUnaryCall<_lockstep_v1_RetryResourceRequest__Output, _lockstep_v1_RetryResourceResponse>;
  
  /**
   * Gives a diskless replica a disk, or takes the disk of one. The same call again is a retry, the opposite one takes it back.
   */
  ToggleDisk: grpc.handleUnaryCall<_lockstep_v1_ToggleDiskRequest__Output, _lockstep_v1_ToggleDiskResponse>;
  
}

export interface ResourceServiceDefinition extends grpc.ServiceDefinition {
  AutoPlace: MethodDefinition<_lockstep_v1_AutoPlaceResourceRequest, _lockstep_v1_AutoPlaceResourceResponse, _lockstep_v1_AutoPlaceResourceRequest__Output, _lockstep_v1_AutoPlaceResourceResponse__Output>
  Create: MethodDefinition<_lockstep_v1_CreateResourceRequest, _lockstep_v1_CreateResourceResponse, _lockstep_v1_CreateResourceRequest__Output, _lockstep_v1_CreateResourceResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteResourceRequest, _lockstep_v1_DeleteResourceResponse, _lockstep_v1_DeleteResourceRequest__Output, _lockstep_v1_DeleteResourceResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListResourcesRequest, _lockstep_v1_ListResourcesResponse, _lockstep_v1_ListResourcesRequest__Output, _lockstep_v1_ListResourcesResponse__Output>
  MakeAvailable: MethodDefinition<_lockstep_v1_MakeResourceAvailableRequest, _lockstep_v1_MakeResourceAvailableResponse, _lockstep_v1_MakeResourceAvailableRequest__Output, _lockstep_v1_MakeResourceAvailableResponse__Output>
  Migrate: MethodDefinition<_lockstep_v1_MigrateResourceRequest, _lockstep_v1_MigrateResourceResponse, _lockstep_v1_MigrateResourceRequest__Output, _lockstep_v1_MigrateResourceResponse__Output>
  Retry: MethodDefinition<_lockstep_v1_RetryResourceRequest, _lockstep_v1_RetryResourceResponse, _lockstep_v1_RetryResourceRequest__Output, _lockstep_v1_RetryResourceResponse__Output>
  ToggleDisk: MethodDefinition<_lockstep_v1_ToggleDiskRequest, _lockstep_v1_ToggleDiskResponse, _lockstep_v1_ToggleDiskRequest__Output, _lockstep_v1_ToggleDiskResponse__Output>
}
