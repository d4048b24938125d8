import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { CreateVolumeDefinitionRequest as _lockstep_v1_CreateVolumeDefinitionRequest, CreateVolumeDefinitionRequest__Output as _lockstep_v1_CreateVolumeDefinitionRequest__Output } from './lockstep/v1/CreateVolumeDefinitionRequest.ts';
import type { CreateVolumeDefinitionResponse as _lockstep_v1_CreateVolumeDefinitionResponse, CreateVolumeDefinitionResponse__Output as _lockstep_v1_CreateVolumeDefinitionResponse__Output } from './lockstep/v1/CreateVolumeDefinitionResponse.ts';
import type { DeleteVolumeDefinitionRequest as _lockstep_v1_DeleteVolumeDefinitionRequest, DeleteVolumeDefinitionRequest__Output as _lockstep_v1_DeleteVolumeDefinitionRequest__Output } from './lockstep/v1/DeleteVolumeDefinitionRequest.ts';
import type { DeleteVolumeDefinitionResponse as _lockstep_v1_DeleteVolumeDefinitionResponse, DeleteVolumeDefinitionResponse__Output as _lockstep_v1_DeleteVolumeDefinitionResponse__Output } from './lockstep/v1/DeleteVolumeDefinitionResponse.ts';
import type { ListVolumeDefinitionsRequest as _lockstep_v1_ListVolumeDefinitionsRequest, ListVolumeDefinitionsRequest__Output as _lockstep_v1_ListVolumeDefinitionsRequest__Output } from './lockstep/v1/ListVolumeDefinitionsRequest.ts';
import type { ListVolumeDefinitionsResponse as _lockstep_v1_ListVolumeDefinitionsResponse, ListVolumeDefinitionsResponse__Output as _lockstep_v1_ListVolumeDefinitionsResponse__Output } from './lockstep/v1/ListVolumeDefinitionsResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { SetVolumeDefinitionSizeRequest as _lockstep_v1_SetVolumeDefinitionSizeRequest, SetVolumeDefinitionSizeRequest__Output as _lockstep_v1_SetVolumeDefinitionSizeRequest__Output } from './lockstep/v1/SetVolumeDefinitionSizeRequest.ts';
import type { SetVolumeDefinitionSizeResponse as _lockstep_v1_SetVolumeDefinitionSizeResponse, SetVolumeDefinitionSizeResponse__Output as _lockstep_v1_SetVolumeDefinitionSizeResponse__Output } from './lockstep/v1/SetVolumeDefinitionSizeResponse.ts';
import type { VolumeDefinition as _lockstep_v1_VolumeDefinition, VolumeDefinition__Output as _lockstep_v1_VolumeDefinition__Output } from './lockstep/v1/VolumeDefinition.ts';
import type { VolumeDefinitionServiceClient as _lockstep_v1_VolumeDefinitionServiceClient, VolumeDefinitionServiceDefinition as _lockstep_v1_VolumeDefinitionServiceDefinition } from './lockstep/v1/VolumeDefinitionService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      CreateVolumeDefinitionRequest: MessageTypeDefinition<_lockstep_v1_CreateVolumeDefinitionRequest, _lockstep_v1_CreateVolumeDefinitionRequest__Output>
      CreateVolumeDefinitionResponse: MessageTypeDefinition<_lockstep_v1_CreateVolumeDefinitionResponse, _lockstep_v1_CreateVolumeDefinitionResponse__Output>
      DeleteVolumeDefinitionRequest: MessageTypeDefinition<_lockstep_v1_DeleteVolumeDefinitionRequest, _lockstep_v1_DeleteVolumeDefinitionRequest__Output>
      DeleteVolumeDefinitionResponse: MessageTypeDefinition<_lockstep_v1_DeleteVolumeDefinitionResponse, _lockstep_v1_DeleteVolumeDefinitionResponse__Output>
      ListVolumeDefinitionsRequest: MessageTypeDefinition<_lockstep_v1_ListVolumeDefinitionsRequest, _lockstep_v1_ListVolumeDefinitionsRequest__Output>
      ListVolumeDefinitionsResponse: MessageTypeDefinition<_lockstep_v1_ListVolumeDefinitionsResponse, _lockstep_v1_ListVolumeDefinitionsResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      SetVolumeDefinitionSizeRequest: MessageTypeDefinition<_lockstep_v1_SetVolumeDefinitionSizeRequest, _lockstep_v1_SetVolumeDefinitionSizeRequest__Output>
      SetVolumeDefinitionSizeResponse: MessageTypeDefinition<_lockstep_v1_SetVolumeDefinitionSizeResponse, _lockstep_v1_SetVolumeDefinitionSizeResponse__Output>
      Severity: EnumTypeDefinition
      VolumeDefinition: MessageTypeDefinition<_lockstep_v1_VolumeDefinition, _lockstep_v1_VolumeDefinition__Output>
      VolumeDefinitionService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_VolumeDefinitionServiceClient> & { service: _lockstep_v1_VolumeDefinitionServiceDefinition }
    }
  }
}

