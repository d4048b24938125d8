import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { DeleteKeyValueStoreRequest as _lockstep_v1_DeleteKeyValueStoreRequest, DeleteKeyValueStoreRequest__Output as _lockstep_v1_DeleteKeyValueStoreRequest__Output } from './lockstep/v1/DeleteKeyValueStoreRequest.ts';
import type { DeleteKeyValueStoreResponse as _lockstep_v1_DeleteKeyValueStoreResponse, DeleteKeyValueStoreResponse__Output as _lockstep_v1_DeleteKeyValueStoreResponse__Output } from './lockstep/v1/DeleteKeyValueStoreResponse.ts';
import type { KeyValueStore as _lockstep_v1_KeyValueStore, KeyValueStore__Output as _lockstep_v1_KeyValueStore__Output } from './lockstep/v1/KeyValueStore.ts';
import type { KeyValueStoreServiceClient as _lockstep_v1_KeyValueStoreServiceClient, KeyValueStoreServiceDefinition as _lockstep_v1_KeyValueStoreServiceDefinition } from './lockstep/v1/KeyValueStoreService.ts';
import type { ListKeyValueStoresRequest as _lockstep_v1_ListKeyValueStoresRequest, ListKeyValueStoresRequest__Output as _lockstep_v1_ListKeyValueStoresRequest__Output } from './lockstep/v1/ListKeyValueStoresRequest.ts';
import type { ListKeyValueStoresResponse as _lockstep_v1_ListKeyValueStoresResponse, ListKeyValueStoresResponse__Output as _lockstep_v1_ListKeyValueStoresResponse__Output } from './lockstep/v1/ListKeyValueStoresResponse.ts';
import type { ModifyKeyValueStoreRequest as _lockstep_v1_ModifyKeyValueStoreRequest, ModifyKeyValueStoreRequest__Output as _lockstep_v1_ModifyKeyValueStoreRequest__Output } from './lockstep/v1/ModifyKeyValueStoreRequest.ts';
import type { ModifyKeyValueStoreResponse as _lockstep_v1_ModifyKeyValueStoreResponse, ModifyKeyValueStoreResponse__Output as _lockstep_v1_ModifyKeyValueStoreResponse__Output } from './lockstep/v1/ModifyKeyValueStoreResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      DeleteKeyValueStoreRequest: MessageTypeDefinition<_lockstep_v1_DeleteKeyValueStoreRequest, _lockstep_v1_DeleteKeyValueStoreRequest__Output>
      DeleteKeyValueStoreResponse: MessageTypeDefinition<_lockstep_v1_DeleteKeyValueStoreResponse, _lockstep_v1_DeleteKeyValueStoreResponse__Output>
      KeyValueStore: MessageTypeDefinition<_lockstep_v1_KeyValueStore, _lockstep_v1_KeyValueStore__Output>
      KeyValueStoreService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_KeyValueStoreServiceClient> & { service: _lockstep_v1_KeyValueStoreServiceDefinition }
      ListKeyValueStoresRequest: MessageTypeDefinition<_lockstep_v1_ListKeyValueStoresRequest, _lockstep_v1_ListKeyValueStoresRequest__Output>
      ListKeyValueStoresResponse: MessageTypeDefinition<_lockstep_v1_ListKeyValueStoresResponse, _lockstep_v1_ListKeyValueStoresResponse__Output>
      ModifyKeyValueStoreRequest: MessageTypeDefinition<_lockstep_v1_ModifyKeyValueStoreRequest, _lockstep_v1_ModifyKeyValueStoreRequest__Output>
      ModifyKeyValueStoreResponse: MessageTypeDefinition<_lockstep_v1_ModifyKeyValueStoreResponse, _lockstep_v1_ModifyKeyValueStoreResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

