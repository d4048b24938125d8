import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AdjustResourceGroupRequest as _lockstep_v1_AdjustResourceGroupRequest, AdjustResourceGroupRequest__Output as _lockstep_v1_AdjustResourceGroupRequest__Output } from './lockstep/v1/AdjustResourceGroupRequest.ts';
import type { AdjustResourceGroupResponse as _lockstep_v1_AdjustResourceGroupResponse, AdjustResourceGroupResponse__Output as _lockstep_v1_AdjustResourceGroupResponse__Output } from './lockstep/v1/AdjustResourceGroupResponse.ts';
import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { CreateResourceGroupRequest as _lockstep_v1_CreateResourceGroupRequest, CreateResourceGroupRequest__Output as _lockstep_v1_CreateResourceGroupRequest__Output } from './lockstep/v1/CreateResourceGroupRequest.ts';
import type { CreateResourceGroupResponse as _lockstep_v1_CreateResourceGroupResponse, CreateResourceGroupResponse__Output as _lockstep_v1_CreateResourceGroupResponse__Output } from './lockstep/v1/CreateResourceGroupResponse.ts';
import type { CreateVolumeGroupRequest as _lockstep_v1_CreateVolumeGroupRequest, CreateVolumeGroupRequest__Output as _lockstep_v1_CreateVolumeGroupRequest__Output } from './lockstep/v1/CreateVolumeGroupRequest.ts';
import type { CreateVolumeGroupResponse as _lockstep_v1_CreateVolumeGroupResponse, CreateVolumeGroupResponse__Output as _lockstep_v1_CreateVolumeGroupResponse__Output } from './lockstep/v1/CreateVolumeGroupResponse.ts';
import type { DeleteResourceGroupRequest as _lockstep_v1_DeleteResourceGroupRequest, DeleteResourceGroupRequest__Output as _lockstep_v1_DeleteResourceGroupRequest__Output } from './lockstep/v1/DeleteResourceGroupRequest.ts';
import type { DeleteResourceGroupResponse as _lockstep_v1_DeleteResourceGroupResponse, DeleteResourceGroupResponse__Output as _lockstep_v1_DeleteResourceGroupResponse__Output } from './lockstep/v1/DeleteResourceGroupResponse.ts';
import type { DeleteVolumeGroupRequest as _lockstep_v1_DeleteVolumeGroupRequest, DeleteVolumeGroupRequest__Output as _lockstep_v1_DeleteVolumeGroupRequest__Output } from './lockstep/v1/DeleteVolumeGroupRequest.ts';
import type { DeleteVolumeGroupResponse as _lockstep_v1_DeleteVolumeGroupResponse, DeleteVolumeGroupResponse__Output as _lockstep_v1_DeleteVolumeGroupResponse__Output } from './lockstep/v1/DeleteVolumeGroupResponse.ts';
import type { ListResourceGroupsRequest as _lockstep_v1_ListResourceGroupsRequest, ListResourceGroupsRequest__Output as _lockstep_v1_ListResourceGroupsRequest__Output } from './lockstep/v1/ListResourceGroupsRequest.ts';
import type { ListResourceGroupsResponse as _lockstep_v1_ListResourceGroupsResponse, ListResourceGroupsResponse__Output as _lockstep_v1_ListResourceGroupsResponse__Output } from './lockstep/v1/ListResourceGroupsResponse.ts';
import type { MaxVolumeCandidate as _lockstep_v1_MaxVolumeCandidate, MaxVolumeCandidate__Output as _lockstep_v1_MaxVolumeCandidate__Output } from './lockstep/v1/MaxVolumeCandidate.ts';
import type { ModifyResourceGroupRequest as _lockstep_v1_ModifyResourceGroupRequest, ModifyResourceGroupRequest__Output as _lockstep_v1_ModifyResourceGroupRequest__Output } from './lockstep/v1/ModifyResourceGroupRequest.ts';
import type { ModifyResourceGroupResponse as _lockstep_v1_ModifyResourceGroupResponse, ModifyResourceGroupResponse__Output as _lockstep_v1_ModifyResourceGroupResponse__Output } from './lockstep/v1/ModifyResourceGroupResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { QueryMaxVolumeSizeRequest as _lockstep_v1_QueryMaxVolumeSizeRequest, QueryMaxVolumeSizeRequest__Output as _lockstep_v1_QueryMaxVolumeSizeRequest__Output } from './lockstep/v1/QueryMaxVolumeSizeRequest.ts';
import type { QueryMaxVolumeSizeResponse as _lockstep_v1_QueryMaxVolumeSizeResponse, QueryMaxVolumeSizeResponse__Output as _lockstep_v1_QueryMaxVolumeSizeResponse__Output } from './lockstep/v1/QueryMaxVolumeSizeResponse.ts';
import type { QuerySizeInfoRequest as _lockstep_v1_QuerySizeInfoRequest, QuerySizeInfoRequest__Output as _lockstep_v1_QuerySizeInfoRequest__Output } from './lockstep/v1/QuerySizeInfoRequest.ts';
import type { QuerySizeInfoResponse as _lockstep_v1_QuerySizeInfoResponse, QuerySizeInfoResponse__Output as _lockstep_v1_QuerySizeInfoResponse__Output } from './lockstep/v1/QuerySizeInfoResponse.ts';
import type { ResourceGroup as _lockstep_v1_ResourceGroup, ResourceGroup__Output as _lockstep_v1_ResourceGroup__Output } from './lockstep/v1/ResourceGroup.ts';
import type { ResourceGroupServiceClient as _lockstep_v1_ResourceGroupServiceClient, ResourceGroupServiceDefinition as _lockstep_v1_ResourceGroupServiceDefinition } from './lockstep/v1/ResourceGroupService.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { SpawnPlace as _lockstep_v1_SpawnPlace, SpawnPlace__Output as _lockstep_v1_SpawnPlace__Output } from './lockstep/v1/SpawnPlace.ts';
import type { SpawnResourceRequest as _lockstep_v1_SpawnResourceRequest, SpawnResourceRequest__Output as _lockstep_v1_SpawnResourceRequest__Output } from './lockstep/v1/SpawnResourceRequest.ts';
import type { SpawnResourceResponse as _lockstep_v1_SpawnResourceResponse, SpawnResourceResponse__Output as _lockstep_v1_SpawnResourceResponse__Output } from './lockstep/v1/SpawnResourceResponse.ts';
import type { VolumeGroup as _lockstep_v1_VolumeGroup, VolumeGroup__Output as _lockstep_v1_VolumeGroup__Output } from './lockstep/v1/VolumeGroup.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      AdjustResourceGroupRequest: MessageTypeDefinition<_lockstep_v1_AdjustResourceGroupRequest, _lockstep_v1_AdjustResourceGroupRequest__Output>
      AdjustResourceGroupResponse: MessageTypeDefinition<_lockstep_v1_AdjustResourceGroupResponse, _lockstep_v1_AdjustResourceGroupResponse__Output>
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      CreateResourceGroupRequest: MessageTypeDefinition<_lockstep_v1_CreateResourceGroupRequest, _lockstep_v1_CreateResourceGroupRequest__Output>
      CreateResourceGroupResponse: MessageTypeDefinition<_lockstep_v1_CreateResourceGroupResponse, _lockstep_v1_CreateResourceGroupResponse__Output>
      CreateVolumeGroupRequest: MessageTypeDefinition<_lockstep_v1_CreateVolumeGroupRequest, _lockstep_v1_CreateVolumeGroupRequest__Output>
      CreateVolumeGroupResponse: MessageTypeDefinition<_lockstep_v1_CreateVolumeGroupResponse, _lockstep_v1_CreateVolumeGroupResponse__Output>
      DeleteResourceGroupRequest: MessageTypeDefinition<_lockstep_v1_DeleteResourceGroupRequest, _lockstep_v1_DeleteResourceGroupRequest__Output>
      DeleteResourceGroupResponse: MessageTypeDefinition<_lockstep_v1_DeleteResourceGroupResponse, _lockstep_v1_DeleteResourceGroupResponse__Output>
      DeleteVolumeGroupRequest: MessageTypeDefinition<_lockstep_v1_DeleteVolumeGroupRequest, _lockstep_v1_DeleteVolumeGroupRequest__Output>
      DeleteVolumeGroupResponse: MessageTypeDefinition<_lockstep_v1_DeleteVolumeGroupResponse, _lockstep_v1_DeleteVolumeGroupResponse__Output>
      ListResourceGroupsRequest: MessageTypeDefinition<_lockstep_v1_ListResourceGroupsRequest, _lockstep_v1_ListResourceGroupsRequest__Output>
      ListResourceGroupsResponse: MessageTypeDefinition<_lockstep_v1_ListResourceGroupsResponse, _lockstep_v1_ListResourceGroupsResponse__Output>
      MaxVolumeCandidate: MessageTypeDefinition<_lockstep_v1_MaxVolumeCandidate, _lockstep_v1_MaxVolumeCandidate__Output>
      ModifyResourceGroupRequest: MessageTypeDefinition<_lockstep_v1_ModifyResourceGroupRequest, _lockstep_v1_ModifyResourceGroupRequest__Output>
      ModifyResourceGroupResponse: MessageTypeDefinition<_lockstep_v1_ModifyResourceGroupResponse, _lockstep_v1_ModifyResourceGroupResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      QueryMaxVolumeSizeRequest: MessageTypeDefinition<_lockstep_v1_QueryMaxVolumeSizeRequest, _lockstep_v1_QueryMaxVolumeSizeRequest__Output>
      QueryMaxVolumeSizeResponse: MessageTypeDefinition<_lockstep_v1_QueryMaxVolumeSizeResponse, _lockstep_v1_QueryMaxVolumeSizeResponse__Output>
      QuerySizeInfoRequest: MessageTypeDefinition<_lockstep_v1_QuerySizeInfoRequest, _lockstep_v1_QuerySizeInfoRequest__Output>
      QuerySizeInfoResponse: MessageTypeDefinition<_lockstep_v1_QuerySizeInfoResponse, _lockstep_v1_QuerySizeInfoResponse__Output>
      ResourceGroup: MessageTypeDefinition<_lockstep_v1_ResourceGroup, _lockstep_v1_ResourceGroup__Output>
      ResourceGroupService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ResourceGroupServiceClient> & { service: _lockstep_v1_ResourceGroupServiceDefinition }
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
      SpawnPlace: MessageTypeDefinition<_lockstep_v1_SpawnPlace, _lockstep_v1_SpawnPlace__Output>
      SpawnResourceRequest: MessageTypeDefinition<_lockstep_v1_SpawnResourceRequest, _lockstep_v1_SpawnResourceRequest__Output>
      SpawnResourceResponse: MessageTypeDefinition<_lockstep_v1_SpawnResourceResponse, _lockstep_v1_SpawnResourceResponse__Output>
      VolumeGroup: MessageTypeDefinition<_lockstep_v1_VolumeGroup, _lockstep_v1_VolumeGroup__Output>
    }
  }
}

