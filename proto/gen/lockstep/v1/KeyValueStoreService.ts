// Original file: lockstep/v1/key_value_store.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeleteKeyValueStoreRequest as _lockstep_v1_DeleteKeyValueStoreRequest, DeleteKeyValueStoreRequest__Output as _lockstep_v1_DeleteKeyValueStoreRequest__Output } from '../../lockstep/v1/DeleteKeyValueStoreRequest.ts';
import type { DeleteKeyValueStoreResponse as _lockstep_v1_DeleteKeyValueStoreResponse, DeleteKeyValueStoreResponse__Output as _lockstep_v1_DeleteKeyValueStoreResponse__Output } from '../../lockstep/v1/DeleteKeyValueStoreResponse.ts';
import type { ListKeyValueStoresRequest as _lockstep_v1_ListKeyValueStoresRequest, ListKeyValueStoresRequest__Output as _lockstep_v1_ListKeyValueStoresRequest__Output } from '../../lockstep/v1/ListKeyValueStoresRequest.ts';
import type { ListKeyValueStoresResponse as _lockstep_v1_ListKeyValueStoresResponse, ListKeyValueStoresResponse__Output as _lockstep_v1_ListKeyValueStoresResponse__Output } from '../../lockstep/v1/ListKeyValueStoresResponse.ts';
import type { ModifyKeyValueStoreRequest as _lockstep_v1_ModifyKeyValueStoreRequest, ModifyKeyValueStoreRequest__Output as _lockstep_v1_ModifyKeyValueStoreRequest__Output } from '../../lockstep/v1/ModifyKeyValueStoreRequest.ts';
import type { ModifyKeyValueStoreResponse as _lockstep_v1_ModifyKeyValueStoreResponse, ModifyKeyValueStoreResponse__Output as _lockstep_v1_ModifyKeyValueStoreResponse__Output } from '../../lockstep/v1/ModifyKeyValueStoreResponse.ts';

export interface KeyValueStoreServiceClient extends grpc.Client {
  Delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteKeyValueStoreRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListKeyValueStoresRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListKeyValueStoresRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListKeyValueStoresRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListKeyValueStoresRequest, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListKeyValueStoresRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListKeyValueStoresRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListKeyValueStoresRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListKeyValueStoresRequest, callback: grpc.requestCallback<_lockstep_v1_ListKeyValueStoresResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The first key makes the store, the last one that is deleted ends it.
   */
  Modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The first key makes the store, the last one that is deleted ends it.
   */
  modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyKeyValueStoreRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyKeyValueStoreResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface KeyValueStoreServiceHandlers extends grpc.UntypedServiceImplementation {
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteKeyValueStoreRequest__Output, _lockstep_v1_DeleteKeyValueStoreResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListKeyValueStoresRequest__Output, _lockstep_v1_ListKeyValueStoresResponse>;
  
  /**
   * The first key makes the store, the last one that is deleted ends it.
   */
  Modify: grpc.handleUnaryCall<_lockstep_v1_ModifyKeyValueStoreRequest__Output, _lockstep_v1_ModifyKeyValueStoreResponse>;
  
}

export interface KeyValueStoreServiceDefinition extends grpc.ServiceDefinition {
  Delete: MethodDefinition<_lockstep_v1_DeleteKeyValueStoreRequest, _lockstep_v1_DeleteKeyValueStoreResponse, _lockstep_v1_DeleteKeyValueStoreRequest__Output, _lockstep_v1_DeleteKeyValueStoreResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListKeyValueStoresRequest, _lockstep_v1_ListKeyValueStoresResponse, _lockstep_v1_ListKeyValueStoresRequest__Output, _lockstep_v1_ListKeyValueStoresResponse__Output>
  Modify: MethodDefinition<_lockstep_v1_ModifyKeyValueStoreRequest, _lockstep_v1_ModifyKeyValueStoreResponse, _lockstep_v1_ModifyKeyValueStoreRequest__Output, _lockstep_v1_ModifyKeyValueStoreResponse__Output>
}
