import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { CreateResourceDefinitionRequest as _lockstep_v1_CreateResourceDefinitionRequest, CreateResourceDefinitionRequest__Output as _lockstep_v1_CreateResourceDefinitionRequest__Output } from './lockstep/v1/CreateResourceDefinitionRequest.ts';
import type { CreateResourceDefinitionResponse as _lockstep_v1_CreateResourceDefinitionResponse, CreateResourceDefinitionResponse__Output as _lockstep_v1_CreateResourceDefinitionResponse__Output } from './lockstep/v1/CreateResourceDefinitionResponse.ts';
import type { CreateVolumeDefinitionRequest as _lockstep_v1_CreateVolumeDefinitionRequest, CreateVolumeDefinitionRequest__Output as _lockstep_v1_CreateVolumeDefinitionRequest__Output } from './lockstep/v1/CreateVolumeDefinitionRequest.ts';
import type { CreateVolumeDefinitionResponse as _lockstep_v1_CreateVolumeDefinitionResponse, CreateVolumeDefinitionResponse__Output as _lockstep_v1_CreateVolumeDefinitionResponse__Output } from './lockstep/v1/CreateVolumeDefinitionResponse.ts';
import type { DeleteResourceDefinitionRequest as _lockstep_v1_DeleteResourceDefinitionRequest, DeleteResourceDefinitionRequest__Output as _lockstep_v1_DeleteResourceDefinitionRequest__Output } from './lockstep/v1/DeleteResourceDefinitionRequest.ts';
import type { DeleteResourceDefinitionResponse as _lockstep_v1_DeleteResourceDefinitionResponse, DeleteResourceDefinitionResponse__Output as _lockstep_v1_DeleteResourceDefinitionResponse__Output } from './lockstep/v1/DeleteResourceDefinitionResponse.ts';
import type { DeleteVolumeDefinitionRequest as _lockstep_v1_DeleteVolumeDefinitionRequest, DeleteVolumeDefinitionRequest__Output as _lockstep_v1_DeleteVolumeDefinitionRequest__Output } from './lockstep/v1/DeleteVolumeDefinitionRequest.ts';
import type { DeleteVolumeDefinitionResponse as _lockstep_v1_DeleteVolumeDefinitionResponse, DeleteVolumeDefinitionResponse__Output as _lockstep_v1_DeleteVolumeDefinitionResponse__Output } from './lockstep/v1/DeleteVolumeDefinitionResponse.ts';
import type { ListResourceDefinitionsRequest as _lockstep_v1_ListResourceDefinitionsRequest, ListResourceDefinitionsRequest__Output as _lockstep_v1_ListResourceDefinitionsRequest__Output } from './lockstep/v1/ListResourceDefinitionsRequest.ts';
import type { ListResourceDefinitionsResponse as _lockstep_v1_ListResourceDefinitionsResponse, ListResourceDefinitionsResponse__Output as _lockstep_v1_ListResourceDefinitionsResponse__Output } from './lockstep/v1/ListResourceDefinitionsResponse.ts';
import type { ListVolumeDefinitionsRequest as _lockstep_v1_ListVolumeDefinitionsRequest, ListVolumeDefinitionsRequest__Output as _lockstep_v1_ListVolumeDefinitionsRequest__Output } from './lockstep/v1/ListVolumeDefinitionsRequest.ts';
import type { ListVolumeDefinitionsResponse as _lockstep_v1_ListVolumeDefinitionsResponse, ListVolumeDefinitionsResponse__Output as _lockstep_v1_ListVolumeDefinitionsResponse__Output } from './lockstep/v1/ListVolumeDefinitionsResponse.ts';
import type { ModifyResourceDefinitionRequest as _lockstep_v1_ModifyResourceDefinitionRequest, ModifyResourceDefinitionRequest__Output as _lockstep_v1_ModifyResourceDefinitionRequest__Output } from './lockstep/v1/ModifyResourceDefinitionRequest.ts';
import type { ModifyResourceDefinitionResponse as _lockstep_v1_ModifyResourceDefinitionResponse, ModifyResourceDefinitionResponse__Output as _lockstep_v1_ModifyResourceDefinitionResponse__Output } from './lockstep/v1/ModifyResourceDefinitionResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { ResourceDefinition as _lockstep_v1_ResourceDefinition, ResourceDefinition__Output as _lockstep_v1_ResourceDefinition__Output } from './lockstep/v1/ResourceDefinition.ts';
import type { ResourceDefinitionServiceClient as _lockstep_v1_ResourceDefinitionServiceClient, ResourceDefinitionServiceDefinition as _lockstep_v1_ResourceDefinitionServiceDefinition } from './lockstep/v1/ResourceDefinitionService.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { SetVolumeDefinitionSizeRequest as _lockstep_v1_SetVolumeDefinitionSizeRequest, SetVolumeDefinitionSizeRequest__Output as _lockstep_v1_SetVolumeDefinitionSizeRequest__Output } from './lockstep/v1/SetVolumeDefinitionSizeRequest.ts';
import type { SetVolumeDefinitionSizeResponse as _lockstep_v1_SetVolumeDefinitionSizeResponse, SetVolumeDefinitionSizeResponse__Output as _lockstep_v1_SetVolumeDefinitionSizeResponse__Output } from './lockstep/v1/SetVolumeDefinitionSizeResponse.ts';
import type { VolumeDefinition as _lockstep_v1_VolumeDefinition, VolumeDefinition__Output as _lockstep_v1_VolumeDefinition__Output } from './lockstep/v1/VolumeDefinition.ts';
import type { VolumeDefinitionServiceClient as _lockstep_v1_VolumeDefinitionServiceClient, VolumeDefinitionServiceDefinition as _lockstep_v1_VolumeDefinitionServiceDefinition } from './lockstep/v1/VolumeDefinitionService.ts';
import type { WaitSyncRequest as _lockstep_v1_WaitSyncRequest, WaitSyncRequest__Output as _lockstep_v1_WaitSyncRequest__Output } from './lockstep/v1/WaitSyncRequest.ts';
import type { WaitSyncResponse as _lockstep_v1_WaitSyncResponse, WaitSyncResponse__Output as _lockstep_v1_WaitSyncResponse__Output } from './lockstep/v1/WaitSyncResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      CreateResourceDefinitionRequest: MessageTypeDefinition<_lockstep_v1_CreateResourceDefinitionRequest, _lockstep_v1_CreateResourceDefinitionRequest__Output>
      CreateResourceDefinitionResponse: MessageTypeDefinition<_lockstep_v1_CreateResourceDefinitionResponse, _lockstep_v1_CreateResourceDefinitionResponse__Output>
      CreateVolumeDefinitionRequest: MessageTypeDefinition<_lockstep_v1_CreateVolumeDefinitionRequest, _lockstep_v1_CreateVolumeDefinitionRequest__Output>
      CreateVolumeDefinitionResponse: MessageTypeDefinition<_lockstep_v1_CreateVolumeDefinitionResponse, _lockstep_v1_CreateVolumeDefinitionResponse__Output>
      DeleteResourceDefinitionRequest: MessageTypeDefinition<_lockstep_v1_DeleteResourceDefinitionRequest, _lockstep_v1_DeleteResourceDefinitionRequest__Output>
      DeleteResourceDefinitionResponse: MessageTypeDefinition<_lockstep_v1_DeleteResourceDefinitionResponse, _lockstep_v1_DeleteResourceDefinitionResponse__Output>
      DeleteVolumeDefinitionRequest: MessageTypeDefinition<_lockstep_v1_DeleteVolumeDefinitionRequest, _lockstep_v1_DeleteVolumeDefinitionRequest__Output>
      DeleteVolumeDefinitionResponse: MessageTypeDefinition<_lockstep_v1_DeleteVolumeDefinitionResponse, _lockstep_v1_DeleteVolumeDefinitionResponse__Output>
      ListResourceDefinitionsRequest: MessageTypeDefinition<_lockstep_v1_ListResourceDefinitionsRequest, _lockstep_v1_ListResourceDefinitionsRequest__Output>
      ListResourceDefinitionsResponse: MessageTypeDefinition<_lockstep_v1_ListResourceDefinitionsResponse, _lockstep_v1_ListResourceDefinitionsResponse__Output>
      ListVolumeDefinitionsRequest: MessageTypeDefinition<_lockstep_v1_ListVolumeDefinitionsRequest, _lockstep_v1_ListVolumeDefinitionsRequest__Output>
      ListVolumeDefinitionsResponse: MessageTypeDefinition<_lockstep_v1_ListVolumeDefinitionsResponse, _lockstep_v1_ListVolumeDefinitionsResponse__Output>
      ModifyResourceDefinitionRequest: MessageTypeDefinition<_lockstep_v1_ModifyResourceDefinitionRequest, _lockstep_v1_ModifyResourceDefinitionRequest__Output>
      ModifyResourceDefinitionResponse: MessageTypeDefinition<_lockstep_v1_ModifyResourceDefinitionResponse, _lockstep_v1_ModifyResourceDefinitionResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      ResourceDefinition: MessageTypeDefinition<_lockstep_v1_ResourceDefinition, _lockstep_v1_ResourceDefinition__Output>
      ResourceDefinitionService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ResourceDefinitionServiceClient> & { service: _lockstep_v1_ResourceDefinitionServiceDefinition }
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      SetVolumeDefinitionSizeRequest: MessageTypeDefinition<_lockstep_v1_SetVolumeDefinitionSizeRequest, _lockstep_v1_SetVolumeDefinitionSizeRequest__Output>
      SetVolumeDefinitionSizeResponse: MessageTypeDefinition<_lockstep_v1_SetVolumeDefinitionSizeResponse, _lockstep_v1_SetVolumeDefinitionSizeResponse__Output>
      Severity: EnumTypeDefinition
      VolumeDefinition: MessageTypeDefinition<_lockstep_v1_VolumeDefinition, _lockstep_v1_VolumeDefinition__Output>
      VolumeDefinitionService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_VolumeDefinitionServiceClient> & { service: _lockstep_v1_VolumeDefinitionServiceDefinition }
      WaitSyncRequest: MessageTypeDefinition<_lockstep_v1_WaitSyncRequest, _lockstep_v1_WaitSyncRequest__Output>
      WaitSyncResponse: MessageTypeDefinition<_lockstep_v1_WaitSyncResponse, _lockstep_v1_WaitSyncResponse__Output>
    }
  }
}

