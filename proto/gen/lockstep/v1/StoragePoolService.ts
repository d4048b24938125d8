// Original file: lockstep/v1/storage_pool.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateStoragePoolRequest as _lockstep_v1_CreateStoragePoolRequest, CreateStoragePoolRequest__Output as _lockstep_v1_CreateStoragePoolRequest__Output } from '../../lockstep/v1/CreateStoragePoolRequest.ts';
import type { CreateStoragePoolResponse as _lockstep_v1_CreateStoragePoolResponse, CreateStoragePoolResponse__Output as _lockstep_v1_CreateStoragePoolResponse__Output } from '../../lockstep/v1/CreateStoragePoolResponse.ts';
import type { DeleteStoragePoolRequest as _lockstep_v1_DeleteStoragePoolRequest, DeleteStoragePoolRequest__Output as _lockstep_v1_DeleteStoragePoolRequest__Output } from '../../lockstep/v1/DeleteStoragePoolRequest.ts';
import type { DeleteStoragePoolResponse as _lockstep_v1_DeleteStoragePoolResponse, DeleteStoragePoolResponse__Output as _lockstep_v1_DeleteStoragePoolResponse__Output } from '../../lockstep/v1/DeleteStoragePoolResponse.ts';
import type { ListStoragePoolsRequest as _lockstep_v1_ListStoragePoolsRequest, ListStoragePoolsRequest__Output as _lockstep_v1_ListStoragePoolsRequest__Output } from '../../lockstep/v1/ListStoragePoolsRequest.ts';
import type { ListStoragePoolsResponse as _lockstep_v1_ListStoragePoolsResponse, ListStoragePoolsResponse__Output as _lockstep_v1_ListStoragePoolsResponse__Output } from '../../lockstep/v1/ListStoragePoolsResponse.ts';

export interface StoragePoolServiceClient extends grpc.Client {
  Create(argument: _lockstep_v1_CreateStoragePoolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateStoragePoolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateStoragePoolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateStoragePoolRequest, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateStoragePoolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateStoragePoolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateStoragePoolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateStoragePoolRequest, callback: grpc.requestCallback<_lockstep_v1_CreateStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Refused (STORAGE_POOL_IN_USE) while volumes live in it. Never removes data. On a node that is away the pool is
   * dropped at once.
   */
  Delete(argument: _lockstep_v1_DeleteStoragePoolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteStoragePoolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteStoragePoolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteStoragePoolRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Refused (STORAGE_POOL_IN_USE) while volumes live in it. Never removes data. On a node that is away the pool is
   * dropped at once.
   */
  delete(argument: _lockstep_v1_DeleteStoragePoolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteStoragePoolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteStoragePoolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteStoragePoolRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteStoragePoolResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListStoragePoolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListStoragePoolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListStoragePoolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListStoragePoolsRequest, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListStoragePoolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListStoragePoolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListStoragePoolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListStoragePoolsRequest, callback: grpc.requestCallback<_lockstep_v1_ListStoragePoolsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface StoragePoolServiceHandlers extends grpc.UntypedServiceImplementation {
  Create: grpc.handleUnaryCall<_lockstep_v1_CreateStoragePoolRequest__Output, _lockstep_v1_CreateStoragePoolResponse>;
  
  /**
   * Refused (STORAGE_POOL_IN_USE) while volumes live in it. Never removes data. On a node that is away the pool is
   * dropped at once.
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteStoragePoolRequest__Output, _lockstep_v1_DeleteStoragePoolResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListStoragePoolsRequest__Output, _lockstep_v1_ListStoragePoolsResponse>;
  
}

export interface StoragePoolServiceDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_lockstep_v1_CreateStoragePoolRequest, _lockstep_v1_CreateStoragePoolResponse, _lockstep_v1_CreateStoragePoolRequest__Output, _lockstep_v1_CreateStoragePoolResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteStoragePoolRequest, _lockstep_v1_DeleteStoragePoolResponse, _lockstep_v1_DeleteStoragePoolRequest__Output, _lockstep_v1_DeleteStoragePoolResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListStoragePoolsRequest, _lockstep_v1_ListStoragePoolsResponse, _lockstep_v1_ListStoragePoolsRequest__Output, _lockstep_v1_ListStoragePoolsResponse__Output>
}
