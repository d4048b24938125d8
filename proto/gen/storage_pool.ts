import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { CreateStoragePoolRequest as _lockstep_v1_CreateStoragePoolRequest, CreateStoragePoolRequest__Output as _lockstep_v1_CreateStoragePoolRequest__Output } from './lockstep/v1/CreateStoragePoolRequest.ts';
import type { CreateStoragePoolResponse as _lockstep_v1_CreateStoragePoolResponse, CreateStoragePoolResponse__Output as _lockstep_v1_CreateStoragePoolResponse__Output } from './lockstep/v1/CreateStoragePoolResponse.ts';
import type { DeleteStoragePoolRequest as _lockstep_v1_DeleteStoragePoolRequest, DeleteStoragePoolRequest__Output as _lockstep_v1_DeleteStoragePoolRequest__Output } from './lockstep/v1/DeleteStoragePoolRequest.ts';
import type { DeleteStoragePoolResponse as _lockstep_v1_DeleteStoragePoolResponse, DeleteStoragePoolResponse__Output as _lockstep_v1_DeleteStoragePoolResponse__Output } from './lockstep/v1/DeleteStoragePoolResponse.ts';
import type { ListStoragePoolsRequest as _lockstep_v1_ListStoragePoolsRequest, ListStoragePoolsRequest__Output as _lockstep_v1_ListStoragePoolsRequest__Output } from './lockstep/v1/ListStoragePoolsRequest.ts';
import type { ListStoragePoolsResponse as _lockstep_v1_ListStoragePoolsResponse, ListStoragePoolsResponse__Output as _lockstep_v1_ListStoragePoolsResponse__Output } from './lockstep/v1/ListStoragePoolsResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { StoragePool as _lockstep_v1_StoragePool, StoragePool__Output as _lockstep_v1_StoragePool__Output } from './lockstep/v1/StoragePool.ts';
import type { StoragePoolServiceClient as _lockstep_v1_StoragePoolServiceClient, StoragePoolServiceDefinition as _lockstep_v1_StoragePoolServiceDefinition } from './lockstep/v1/StoragePoolService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      CreateStoragePoolRequest: MessageTypeDefinition<_lockstep_v1_CreateStoragePoolRequest, _lockstep_v1_CreateStoragePoolRequest__Output>
      CreateStoragePoolResponse: MessageTypeDefinition<_lockstep_v1_CreateStoragePoolResponse, _lockstep_v1_CreateStoragePoolResponse__Output>
      DeleteStoragePoolRequest: MessageTypeDefinition<_lockstep_v1_DeleteStoragePoolRequest, _lockstep_v1_DeleteStoragePoolRequest__Output>
      DeleteStoragePoolResponse: MessageTypeDefinition<_lockstep_v1_DeleteStoragePoolResponse, _lockstep_v1_DeleteStoragePoolResponse__Output>
      ListStoragePoolsRequest: MessageTypeDefinition<_lockstep_v1_ListStoragePoolsRequest, _lockstep_v1_ListStoragePoolsRequest__Output>
      ListStoragePoolsResponse: MessageTypeDefinition<_lockstep_v1_ListStoragePoolsResponse, _lockstep_v1_ListStoragePoolsResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
      StoragePool: MessageTypeDefinition<_lockstep_v1_StoragePool, _lockstep_v1_StoragePool__Output>
      StoragePoolService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_StoragePoolServiceClient> & { service: _lockstep_v1_StoragePoolServiceDefinition }
    }
  }
}

