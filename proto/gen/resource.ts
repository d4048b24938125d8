import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { AutoPlaceResourceRequest as _lockstep_v1_AutoPlaceResourceRequest, AutoPlaceResourceRequest__Output as _lockstep_v1_AutoPlaceResourceRequest__Output } from './lockstep/v1/AutoPlaceResourceRequest.ts';
import type { AutoPlaceResourceResponse as _lockstep_v1_AutoPlaceResourceResponse, AutoPlaceResourceResponse__Output as _lockstep_v1_AutoPlaceResourceResponse__Output } from './lockstep/v1/AutoPlaceResourceResponse.ts';
import type { CreateResourceRequest as _lockstep_v1_CreateResourceRequest, CreateResourceRequest__Output as _lockstep_v1_CreateResourceRequest__Output } from './lockstep/v1/CreateResourceRequest.ts';
import type { CreateResourceResponse as _lockstep_v1_CreateResourceResponse, CreateResourceResponse__Output as _lockstep_v1_CreateResourceResponse__Output } from './lockstep/v1/CreateResourceResponse.ts';
import type { DeleteResourceRequest as _lockstep_v1_DeleteResourceRequest, DeleteResourceRequest__Output as _lockstep_v1_DeleteResourceRequest__Output } from './lockstep/v1/DeleteResourceRequest.ts';
import type { DeleteResourceResponse as _lockstep_v1_DeleteResourceResponse, DeleteResourceResponse__Output as _lockstep_v1_DeleteResourceResponse__Output } from './lockstep/v1/DeleteResourceResponse.ts';
import type { EffectiveProperty as _lockstep_v1_EffectiveProperty, EffectiveProperty__Output as _lockstep_v1_EffectiveProperty__Output } from './lockstep/v1/EffectiveProperty.ts';
import type { ListPropertiesRequest as _lockstep_v1_ListPropertiesRequest, ListPropertiesRequest__Output as _lockstep_v1_ListPropertiesRequest__Output } from './lockstep/v1/ListPropertiesRequest.ts';
import type { ListPropertiesResponse as _lockstep_v1_ListPropertiesResponse, ListPropertiesResponse__Output as _lockstep_v1_ListPropertiesResponse__Output } from './lockstep/v1/ListPropertiesResponse.ts';
import type { ListResourcesRequest as _lockstep_v1_ListResourcesRequest, ListResourcesRequest__Output as _lockstep_v1_ListResourcesRequest__Output } from './lockstep/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse as _lockstep_v1_ListResourcesResponse, ListResourcesResponse__Output as _lockstep_v1_ListResourcesResponse__Output } from './lockstep/v1/ListResourcesResponse.ts';
import type { ListVolumesRequest as _lockstep_v1_ListVolumesRequest, ListVolumesRequest__Output as _lockstep_v1_ListVolumesRequest__Output } from './lockstep/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse as _lockstep_v1_ListVolumesResponse, ListVolumesResponse__Output as _lockstep_v1_ListVolumesResponse__Output } from './lockstep/v1/ListVolumesResponse.ts';
import type { MakeResourceAvailableRequest as _lockstep_v1_MakeResourceAvailableRequest, MakeResourceAvailableRequest__Output as _lockstep_v1_MakeResourceAvailableRequest__Output } from './lockstep/v1/MakeResourceAvailableRequest.ts';
import type { MakeResourceAvailableResponse as _lockstep_v1_MakeResourceAvailableResponse, MakeResourceAvailableResponse__Output as _lockstep_v1_MakeResourceAvailableResponse__Output } from './lockstep/v1/MakeResourceAvailableResponse.ts';
import type { MigrateResourceRequest as _lockstep_v1_MigrateResourceRequest, MigrateResourceRequest__Output as _lockstep_v1_MigrateResourceRequest__Output } from './lockstep/v1/MigrateResourceRequest.ts';
import type { MigrateResourceResponse as _lockstep_v1_MigrateResourceResponse, MigrateResourceResponse__Output as _lockstep_v1_MigrateResourceResponse__Output } from './lockstep/v1/MigrateResourceResponse.ts';
import type { PeerVolume as _lockstep_v1_PeerVolume, PeerVolume__Output as _lockstep_v1_PeerVolume__Output } from './lockstep/v1/PeerVolume.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { PropertiesInfoRequest as _lockstep_v1_PropertiesInfoRequest, PropertiesInfoRequest__Output as _lockstep_v1_PropertiesInfoRequest__Output } from './lockstep/v1/PropertiesInfoRequest.ts';
import type { PropertiesInfoResponse as _lockstep_v1_PropertiesInfoResponse, PropertiesInfoResponse__Output as _lockstep_v1_PropertiesInfoResponse__Output } from './lockstep/v1/PropertiesInfoResponse.ts';
import type { PropertyInfo as _lockstep_v1_PropertyInfo, PropertyInfo__Output as _lockstep_v1_PropertyInfo__Output } from './lockstep/v1/PropertyInfo.ts';
import type { PropertyOrigin as _lockstep_v1_PropertyOrigin, PropertyOrigin__Output as _lockstep_v1_PropertyOrigin__Output } from './lockstep/v1/PropertyOrigin.ts';
import type { PropertyOwner as _lockstep_v1_PropertyOwner, PropertyOwner__Output as _lockstep_v1_PropertyOwner__Output } from './lockstep/v1/PropertyOwner.ts';
import type { PropertyServiceClient as _lockstep_v1_PropertyServiceClient, PropertyServiceDefinition as _lockstep_v1_PropertyServiceDefinition } from './lockstep/v1/PropertyService.ts';
import type { Resource as _lockstep_v1_Resource, Resource__Output as _lockstep_v1_Resource__Output } from './lockstep/v1/Resource.ts';
import type { ResourceConnection as _lockstep_v1_ResourceConnection, ResourceConnection__Output as _lockstep_v1_ResourceConnection__Output } from './lockstep/v1/ResourceConnection.ts';
import type { ResourceServiceClient as _lockstep_v1_ResourceServiceClient, ResourceServiceDefinition as _lockstep_v1_ResourceServiceDefinition } from './lockstep/v1/ResourceService.ts';
import type { RetryResourceRequest as _lockstep_v1_RetryResourceRequest, RetryResourceRequest__Output as _lockstep_v1_RetryResourceRequest__Output } from './lockstep/v1/RetryResourceRequest.ts';
import type { RetryResourceResponse as _lockstep_v1_RetryResourceResponse, RetryResourceResponse__Output as _lockstep_v1_RetryResourceResponse__Output } from './lockstep/v1/RetryResourceResponse.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { SetPropertiesRequest as _lockstep_v1_SetPropertiesRequest, SetPropertiesRequest__Output as _lockstep_v1_SetPropertiesRequest__Output } from './lockstep/v1/SetPropertiesRequest.ts';
import type { SetPropertiesResponse as _lockstep_v1_SetPropertiesResponse, SetPropertiesResponse__Output as _lockstep_v1_SetPropertiesResponse__Output } from './lockstep/v1/SetPropertiesResponse.ts';
import type { ToggleDiskRequest as _lockstep_v1_ToggleDiskRequest, ToggleDiskRequest__Output as _lockstep_v1_ToggleDiskRequest__Output } from './lockstep/v1/ToggleDiskRequest.ts';
import type { ToggleDiskResponse as _lockstep_v1_ToggleDiskResponse, ToggleDiskResponse__Output as _lockstep_v1_ToggleDiskResponse__Output } from './lockstep/v1/ToggleDiskResponse.ts';
import type { Volume as _lockstep_v1_Volume, Volume__Output as _lockstep_v1_Volume__Output } from './lockstep/v1/Volume.ts';
import type { VolumeServiceClient as _lockstep_v1_VolumeServiceClient, VolumeServiceDefinition as _lockstep_v1_VolumeServiceDefinition } from './lockstep/v1/VolumeService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      AutoPlaceResourceRequest: MessageTypeDefinition<_lockstep_v1_AutoPlaceResourceRequest, _lockstep_v1_AutoPlaceResourceRequest__Output>
      AutoPlaceResourceResponse: MessageTypeDefinition<_lockstep_v1_AutoPlaceResourceResponse, _lockstep_v1_AutoPlaceResourceResponse__Output>
      CreateResourceRequest: MessageTypeDefinition<_lockstep_v1_CreateResourceRequest, _lockstep_v1_CreateResourceRequest__Output>
      CreateResourceResponse: MessageTypeDefinition<_lockstep_v1_CreateResourceResponse, _lockstep_v1_CreateResourceResponse__Output>
      DeleteResourceRequest: MessageTypeDefinition<_lockstep_v1_DeleteResourceRequest, _lockstep_v1_DeleteResourceRequest__Output>
      DeleteResourceResponse: MessageTypeDefinition<_lockstep_v1_DeleteResourceResponse, _lockstep_v1_DeleteResourceResponse__Output>
      EffectiveProperty: MessageTypeDefinition<_lockstep_v1_EffectiveProperty, _lockstep_v1_EffectiveProperty__Output>
      ListPropertiesRequest: MessageTypeDefinition<_lockstep_v1_ListPropertiesRequest, _lockstep_v1_ListPropertiesRequest__Output>
      ListPropertiesResponse: MessageTypeDefinition<_lockstep_v1_ListPropertiesResponse, _lockstep_v1_ListPropertiesResponse__Output>
      ListResourcesRequest: MessageTypeDefinition<_lockstep_v1_ListResourcesRequest, _lockstep_v1_ListResourcesRequest__Output>
      ListResourcesResponse: MessageTypeDefinition<_lockstep_v1_ListResourcesResponse, _lockstep_v1_ListResourcesResponse__Output>
      ListVolumesRequest: MessageTypeDefinition<_lockstep_v1_ListVolumesRequest, _lockstep_v1_ListVolumesRequest__Output>
      ListVolumesResponse: MessageTypeDefinition<_lockstep_v1_ListVolumesResponse, _lockstep_v1_ListVolumesResponse__Output>
      MakeResourceAvailableRequest: MessageTypeDefinition<_lockstep_v1_MakeResourceAvailableRequest, _lockstep_v1_MakeResourceAvailableRequest__Output>
      MakeResourceAvailableResponse: MessageTypeDefinition<_lockstep_v1_MakeResourceAvailableResponse, _lockstep_v1_MakeResourceAvailableResponse__Output>
      MigrateResourceRequest: MessageTypeDefinition<_lockstep_v1_MigrateResourceRequest, _lockstep_v1_MigrateResourceRequest__Output>
      MigrateResourceResponse: MessageTypeDefinition<_lockstep_v1_MigrateResourceResponse, _lockstep_v1_MigrateResourceResponse__Output>
      PeerVolume: MessageTypeDefinition<_lockstep_v1_PeerVolume, _lockstep_v1_PeerVolume__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      PropertiesInfoRequest: MessageTypeDefinition<_lockstep_v1_PropertiesInfoRequest, _lockstep_v1_PropertiesInfoRequest__Output>
      PropertiesInfoResponse: MessageTypeDefinition<_lockstep_v1_PropertiesInfoResponse, _lockstep_v1_PropertiesInfoResponse__Output>
      PropertyInfo: MessageTypeDefinition<_lockstep_v1_PropertyInfo, _lockstep_v1_PropertyInfo__Output>
      PropertyOrigin: MessageTypeDefinition<_lockstep_v1_PropertyOrigin, _lockstep_v1_PropertyOrigin__Output>
      PropertyOwner: MessageTypeDefinition<_lockstep_v1_PropertyOwner, _lockstep_v1_PropertyOwner__Output>
      PropertyService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_PropertyServiceClient> & { service: _lockstep_v1_PropertyServiceDefinition }
      Resource: MessageTypeDefinition<_lockstep_v1_Resource, _lockstep_v1_Resource__Output>
      ResourceConnection: MessageTypeDefinition<_lockstep_v1_ResourceConnection, _lockstep_v1_ResourceConnection__Output>
      ResourceService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ResourceServiceClient> & { service: _lockstep_v1_ResourceServiceDefinition }
      RetryResourceRequest: MessageTypeDefinition<_lockstep_v1_RetryResourceRequest, _lockstep_v1_RetryResourceRequest__Output>
      RetryResourceResponse: MessageTypeDefinition<_lockstep_v1_RetryResourceResponse, _lockstep_v1_RetryResourceResponse__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      SetPropertiesRequest: MessageTypeDefinition<_lockstep_v1_SetPropertiesRequest, _lockstep_v1_SetPropertiesRequest__Output>
      SetPropertiesResponse: MessageTypeDefinition<_lockstep_v1_SetPropertiesResponse, _lockstep_v1_SetPropertiesResponse__Output>
      Severity: EnumTypeDefinition
      ToggleDiskRequest: MessageTypeDefinition<_lockstep_v1_ToggleDiskRequest, _lockstep_v1_ToggleDiskRequest__Output>
      ToggleDiskResponse: MessageTypeDefinition<_lockstep_v1_ToggleDiskResponse, _lockstep_v1_ToggleDiskResponse__Output>
      Volume: MessageTypeDefinition<_lockstep_v1_Volume, _lockstep_v1_Volume__Output>
      VolumeService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_VolumeServiceClient> & { service: _lockstep_v1_VolumeServiceDefinition }
    }
  }
}

