import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { AutoPlaceResourceRequest as _lockstep_v1_AutoPlaceResourceRequest, AutoPlaceResourceRequest__Output as _lockstep_v1_AutoPlaceResourceRequest__Output } from './lockstep/v1/AutoPlaceResourceRequest.ts';
import type { AutoPlaceResourceResponse as _lockstep_v1_AutoPlaceResourceResponse, AutoPlaceResourceResponse__Output as _lockstep_v1_AutoPlaceResourceResponse__Output } from './lockstep/v1/AutoPlaceResourceResponse.ts';
import type { CreateNetInterfaceRequest as _lockstep_v1_CreateNetInterfaceRequest, CreateNetInterfaceRequest__Output as _lockstep_v1_CreateNetInterfaceRequest__Output } from './lockstep/v1/CreateNetInterfaceRequest.ts';
import type { CreateNetInterfaceResponse as _lockstep_v1_CreateNetInterfaceResponse, CreateNetInterfaceResponse__Output as _lockstep_v1_CreateNetInterfaceResponse__Output } from './lockstep/v1/CreateNetInterfaceResponse.ts';
import type { CreateNodeRequest as _lockstep_v1_CreateNodeRequest, CreateNodeRequest__Output as _lockstep_v1_CreateNodeRequest__Output } from './lockstep/v1/CreateNodeRequest.ts';
import type { CreateNodeResponse as _lockstep_v1_CreateNodeResponse, CreateNodeResponse__Output as _lockstep_v1_CreateNodeResponse__Output } from './lockstep/v1/CreateNodeResponse.ts';
import type { CreateResourceDefinitionRequest as _lockstep_v1_CreateResourceDefinitionRequest, CreateResourceDefinitionRequest__Output as _lockstep_v1_CreateResourceDefinitionRequest__Output } from './lockstep/v1/CreateResourceDefinitionRequest.ts';
import type { CreateResourceDefinitionResponse as _lockstep_v1_CreateResourceDefinitionResponse, CreateResourceDefinitionResponse__Output as _lockstep_v1_CreateResourceDefinitionResponse__Output } from './lockstep/v1/CreateResourceDefinitionResponse.ts';
import type { CreateResourceRequest as _lockstep_v1_CreateResourceRequest, CreateResourceRequest__Output as _lockstep_v1_CreateResourceRequest__Output } from './lockstep/v1/CreateResourceRequest.ts';
import type { CreateResourceResponse as _lockstep_v1_CreateResourceResponse, CreateResourceResponse__Output as _lockstep_v1_CreateResourceResponse__Output } from './lockstep/v1/CreateResourceResponse.ts';
import type { CreateStoragePoolRequest as _lockstep_v1_CreateStoragePoolRequest, CreateStoragePoolRequest__Output as _lockstep_v1_CreateStoragePoolRequest__Output } from './lockstep/v1/CreateStoragePoolRequest.ts';
import type { CreateStoragePoolResponse as _lockstep_v1_CreateStoragePoolResponse, CreateStoragePoolResponse__Output as _lockstep_v1_CreateStoragePoolResponse__Output } from './lockstep/v1/CreateStoragePoolResponse.ts';
import type { CreateVolumeDefinitionRequest as _lockstep_v1_CreateVolumeDefinitionRequest, CreateVolumeDefinitionRequest__Output as _lockstep_v1_CreateVolumeDefinitionRequest__Output } from './lockstep/v1/CreateVolumeDefinitionRequest.ts';
import type { CreateVolumeDefinitionResponse as _lockstep_v1_CreateVolumeDefinitionResponse, CreateVolumeDefinitionResponse__Output as _lockstep_v1_CreateVolumeDefinitionResponse__Output } from './lockstep/v1/CreateVolumeDefinitionResponse.ts';
import type { DeleteNetInterfaceRequest as _lockstep_v1_DeleteNetInterfaceRequest, DeleteNetInterfaceRequest__Output as _lockstep_v1_DeleteNetInterfaceRequest__Output } from './lockstep/v1/DeleteNetInterfaceRequest.ts';
import type { DeleteNetInterfaceResponse as _lockstep_v1_DeleteNetInterfaceResponse, DeleteNetInterfaceResponse__Output as _lockstep_v1_DeleteNetInterfaceResponse__Output } from './lockstep/v1/DeleteNetInterfaceResponse.ts';
import type { DeleteNodeRequest as _lockstep_v1_DeleteNodeRequest, DeleteNodeRequest__Output as _lockstep_v1_DeleteNodeRequest__Output } from './lockstep/v1/DeleteNodeRequest.ts';
import type { DeleteNodeResponse as _lockstep_v1_DeleteNodeResponse, DeleteNodeResponse__Output as _lockstep_v1_DeleteNodeResponse__Output } from './lockstep/v1/DeleteNodeResponse.ts';
import type { DeleteResourceDefinitionRequest as _lockstep_v1_DeleteResourceDefinitionRequest, DeleteResourceDefinitionRequest__Output as _lockstep_v1_DeleteResourceDefinitionRequest__Output } from './lockstep/v1/DeleteResourceDefinitionRequest.ts';
import type { DeleteResourceDefinitionResponse as _lockstep_v1_DeleteResourceDefinitionResponse, DeleteResourceDefinitionResponse__Output as _lockstep_v1_DeleteResourceDefinitionResponse__Output } from './lockstep/v1/DeleteResourceDefinitionResponse.ts';
import type { DeleteResourceRequest as _lockstep_v1_DeleteResourceRequest, DeleteResourceRequest__Output as _lockstep_v1_DeleteResourceRequest__Output } from './lockstep/v1/DeleteResourceRequest.ts';
import type { DeleteResourceResponse as _lockstep_v1_DeleteResourceResponse, DeleteResourceResponse__Output as _lockstep_v1_DeleteResourceResponse__Output } from './lockstep/v1/DeleteResourceResponse.ts';
import type { DeleteStoragePoolRequest as _lockstep_v1_DeleteStoragePoolRequest, DeleteStoragePoolRequest__Output as _lockstep_v1_DeleteStoragePoolRequest__Output } from './lockstep/v1/DeleteStoragePoolRequest.ts';
import type { DeleteStoragePoolResponse as _lockstep_v1_DeleteStoragePoolResponse, DeleteStoragePoolResponse__Output as _lockstep_v1_DeleteStoragePoolResponse__Output } from './lockstep/v1/DeleteStoragePoolResponse.ts';
import type { DeleteVolumeDefinitionRequest as _lockstep_v1_DeleteVolumeDefinitionRequest, DeleteVolumeDefinitionRequest__Output as _lockstep_v1_DeleteVolumeDefinitionRequest__Output } from './lockstep/v1/DeleteVolumeDefinitionRequest.ts';
import type { DeleteVolumeDefinitionResponse as _lockstep_v1_DeleteVolumeDefinitionResponse, DeleteVolumeDefinitionResponse__Output as _lockstep_v1_DeleteVolumeDefinitionResponse__Output } from './lockstep/v1/DeleteVolumeDefinitionResponse.ts';
import type { EffectiveProperty as _lockstep_v1_EffectiveProperty, EffectiveProperty__Output as _lockstep_v1_EffectiveProperty__Output } from './lockstep/v1/EffectiveProperty.ts';
import type { EvacuateNodeRequest as _lockstep_v1_EvacuateNodeRequest, EvacuateNodeRequest__Output as _lockstep_v1_EvacuateNodeRequest__Output } from './lockstep/v1/EvacuateNodeRequest.ts';
import type { EvacuateNodeResponse as _lockstep_v1_EvacuateNodeResponse, EvacuateNodeResponse__Output as _lockstep_v1_EvacuateNodeResponse__Output } from './lockstep/v1/EvacuateNodeResponse.ts';
import type { EventServiceClient as _lockstep_v1_EventServiceClient, EventServiceDefinition as _lockstep_v1_EventServiceDefinition } from './lockstep/v1/EventService.ts';
import type { ListNodesRequest as _lockstep_v1_ListNodesRequest, ListNodesRequest__Output as _lockstep_v1_ListNodesRequest__Output } from './lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _lockstep_v1_ListNodesResponse, ListNodesResponse__Output as _lockstep_v1_ListNodesResponse__Output } from './lockstep/v1/ListNodesResponse.ts';
import type { ListPropertiesRequest as _lockstep_v1_ListPropertiesRequest, ListPropertiesRequest__Output as _lockstep_v1_ListPropertiesRequest__Output } from './lockstep/v1/ListPropertiesRequest.ts';
import type { ListPropertiesResponse as _lockstep_v1_ListPropertiesResponse, ListPropertiesResponse__Output as _lockstep_v1_ListPropertiesResponse__Output } from './lockstep/v1/ListPropertiesResponse.ts';
import type { ListResourceDefinitionsRequest as _lockstep_v1_ListResourceDefinitionsRequest, ListResourceDefinitionsRequest__Output as _lockstep_v1_ListResourceDefinitionsRequest__Output } from './lockstep/v1/ListResourceDefinitionsRequest.ts';
import type { ListResourceDefinitionsResponse as _lockstep_v1_ListResourceDefinitionsResponse, ListResourceDefinitionsResponse__Output as _lockstep_v1_ListResourceDefinitionsResponse__Output } from './lockstep/v1/ListResourceDefinitionsResponse.ts';
import type { ListResourcesRequest as _lockstep_v1_ListResourcesRequest, ListResourcesRequest__Output as _lockstep_v1_ListResourcesRequest__Output } from './lockstep/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse as _lockstep_v1_ListResourcesResponse, ListResourcesResponse__Output as _lockstep_v1_ListResourcesResponse__Output } from './lockstep/v1/ListResourcesResponse.ts';
import type { ListStoragePoolsRequest as _lockstep_v1_ListStoragePoolsRequest, ListStoragePoolsRequest__Output as _lockstep_v1_ListStoragePoolsRequest__Output } from './lockstep/v1/ListStoragePoolsRequest.ts';
import type { ListStoragePoolsResponse as _lockstep_v1_ListStoragePoolsResponse, ListStoragePoolsResponse__Output as _lockstep_v1_ListStoragePoolsResponse__Output } from './lockstep/v1/ListStoragePoolsResponse.ts';
import type { ListVolumeDefinitionsRequest as _lockstep_v1_ListVolumeDefinitionsRequest, ListVolumeDefinitionsRequest__Output as _lockstep_v1_ListVolumeDefinitionsRequest__Output } from './lockstep/v1/ListVolumeDefinitionsRequest.ts';
import type { ListVolumeDefinitionsResponse as _lockstep_v1_ListVolumeDefinitionsResponse, ListVolumeDefinitionsResponse__Output as _lockstep_v1_ListVolumeDefinitionsResponse__Output } from './lockstep/v1/ListVolumeDefinitionsResponse.ts';
import type { ListVolumesRequest as _lockstep_v1_ListVolumesRequest, ListVolumesRequest__Output as _lockstep_v1_ListVolumesRequest__Output } from './lockstep/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse as _lockstep_v1_ListVolumesResponse, ListVolumesResponse__Output as _lockstep_v1_ListVolumesResponse__Output } from './lockstep/v1/ListVolumesResponse.ts';
import type { LostNodeRequest as _lockstep_v1_LostNodeRequest, LostNodeRequest__Output as _lockstep_v1_LostNodeRequest__Output } from './lockstep/v1/LostNodeRequest.ts';
import type { LostNodeResponse as _lockstep_v1_LostNodeResponse, LostNodeResponse__Output as _lockstep_v1_LostNodeResponse__Output } from './lockstep/v1/LostNodeResponse.ts';
import type { MakeResourceAvailableRequest as _lockstep_v1_MakeResourceAvailableRequest, MakeResourceAvailableRequest__Output as _lockstep_v1_MakeResourceAvailableRequest__Output } from './lockstep/v1/MakeResourceAvailableRequest.ts';
import type { MakeResourceAvailableResponse as _lockstep_v1_MakeResourceAvailableResponse, MakeResourceAvailableResponse__Output as _lockstep_v1_MakeResourceAvailableResponse__Output } from './lockstep/v1/MakeResourceAvailableResponse.ts';
import type { MigrateResourceRequest as _lockstep_v1_MigrateResourceRequest, MigrateResourceRequest__Output as _lockstep_v1_MigrateResourceRequest__Output } from './lockstep/v1/MigrateResourceRequest.ts';
import type { MigrateResourceResponse as _lockstep_v1_MigrateResourceResponse, MigrateResourceResponse__Output as _lockstep_v1_MigrateResourceResponse__Output } from './lockstep/v1/MigrateResourceResponse.ts';
import type { ModifyNetInterfaceRequest as _lockstep_v1_ModifyNetInterfaceRequest, ModifyNetInterfaceRequest__Output as _lockstep_v1_ModifyNetInterfaceRequest__Output } from './lockstep/v1/ModifyNetInterfaceRequest.ts';
import type { ModifyNetInterfaceResponse as _lockstep_v1_ModifyNetInterfaceResponse, ModifyNetInterfaceResponse__Output as _lockstep_v1_ModifyNetInterfaceResponse__Output } from './lockstep/v1/ModifyNetInterfaceResponse.ts';
import type { ModifyNodeRequest as _lockstep_v1_ModifyNodeRequest, ModifyNodeRequest__Output as _lockstep_v1_ModifyNodeRequest__Output } from './lockstep/v1/ModifyNodeRequest.ts';
import type { ModifyNodeResponse as _lockstep_v1_ModifyNodeResponse, ModifyNodeResponse__Output as _lockstep_v1_ModifyNodeResponse__Output } from './lockstep/v1/ModifyNodeResponse.ts';
import type { ModifyResourceDefinitionRequest as _lockstep_v1_ModifyResourceDefinitionRequest, ModifyResourceDefinitionRequest__Output as _lockstep_v1_ModifyResourceDefinitionRequest__Output } from './lockstep/v1/ModifyResourceDefinitionRequest.ts';
import type { ModifyResourceDefinitionResponse as _lockstep_v1_ModifyResourceDefinitionResponse, ModifyResourceDefinitionResponse__Output as _lockstep_v1_ModifyResourceDefinitionResponse__Output } from './lockstep/v1/ModifyResourceDefinitionResponse.ts';
import type { NetInterface as _lockstep_v1_NetInterface, NetInterface__Output as _lockstep_v1_NetInterface__Output } from './lockstep/v1/NetInterface.ts';
import type { Node as _lockstep_v1_Node, Node__Output as _lockstep_v1_Node__Output } from './lockstep/v1/Node.ts';
import type { NodeServiceClient as _lockstep_v1_NodeServiceClient, NodeServiceDefinition as _lockstep_v1_NodeServiceDefinition } from './lockstep/v1/NodeService.ts';
import type { PeerVolume as _lockstep_v1_PeerVolume, PeerVolume__Output as _lockstep_v1_PeerVolume__Output } from './lockstep/v1/PeerVolume.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { PropertiesInfoRequest as _lockstep_v1_PropertiesInfoRequest, PropertiesInfoRequest__Output as _lockstep_v1_PropertiesInfoRequest__Output } from './lockstep/v1/PropertiesInfoRequest.ts';
import type { PropertiesInfoResponse as _lockstep_v1_PropertiesInfoResponse, PropertiesInfoResponse__Output as _lockstep_v1_PropertiesInfoResponse__Output } from './lockstep/v1/PropertiesInfoResponse.ts';
import type { PropertyInfo as _lockstep_v1_PropertyInfo, PropertyInfo__Output as _lockstep_v1_PropertyInfo__Output } from './lockstep/v1/PropertyInfo.ts';
import type { PropertyOrigin as _lockstep_v1_PropertyOrigin, PropertyOrigin__Output as _lockstep_v1_PropertyOrigin__Output } from './lockstep/v1/PropertyOrigin.ts';
import type { PropertyOwner as _lockstep_v1_PropertyOwner, PropertyOwner__Output as _lockstep_v1_PropertyOwner__Output } from './lockstep/v1/PropertyOwner.ts';
import type { PropertyServiceClient as _lockstep_v1_PropertyServiceClient, PropertyServiceDefinition as _lockstep_v1_PropertyServiceDefinition } from './lockstep/v1/PropertyService.ts';
import type { ReconnectNodesRequest as _lockstep_v1_ReconnectNodesRequest, ReconnectNodesRequest__Output as _lockstep_v1_ReconnectNodesRequest__Output } from './lockstep/v1/ReconnectNodesRequest.ts';
import type { ReconnectNodesResponse as _lockstep_v1_ReconnectNodesResponse, ReconnectNodesResponse__Output as _lockstep_v1_ReconnectNodesResponse__Output } from './lockstep/v1/ReconnectNodesResponse.ts';
import type { Resource as _lockstep_v1_Resource, Resource__Output as _lockstep_v1_Resource__Output } from './lockstep/v1/Resource.ts';
import type { ResourceConnection as _lockstep_v1_ResourceConnection, ResourceConnection__Output as _lockstep_v1_ResourceConnection__Output } from './lockstep/v1/ResourceConnection.ts';
import type { ResourceDefinition as _lockstep_v1_ResourceDefinition, ResourceDefinition__Output as _lockstep_v1_ResourceDefinition__Output } from './lockstep/v1/ResourceDefinition.ts';
import type { ResourceDefinitionServiceClient as _lockstep_v1_ResourceDefinitionServiceClient, ResourceDefinitionServiceDefinition as _lockstep_v1_ResourceDefinitionServiceDefinition } from './lockstep/v1/ResourceDefinitionService.ts';
import type { ResourceServiceClient as _lockstep_v1_ResourceServiceClient, ResourceServiceDefinition as _lockstep_v1_ResourceServiceDefinition } from './lockstep/v1/ResourceService.ts';
import type { RestoreNodeRequest as _lockstep_v1_RestoreNodeRequest, RestoreNodeRequest__Output as _lockstep_v1_RestoreNodeRequest__Output } from './lockstep/v1/RestoreNodeRequest.ts';
import type { RestoreNodeResponse as _lockstep_v1_RestoreNodeResponse, RestoreNodeResponse__Output as _lockstep_v1_RestoreNodeResponse__Output } from './lockstep/v1/RestoreNodeResponse.ts';
import type { RetryResourceRequest as _lockstep_v1_RetryResourceRequest, RetryResourceRequest__Output as _lockstep_v1_RetryResourceRequest__Output } from './lockstep/v1/RetryResourceRequest.ts';
import type { RetryResourceResponse as _lockstep_v1_RetryResourceResponse, RetryResourceResponse__Output as _lockstep_v1_RetryResourceResponse__Output } from './lockstep/v1/RetryResourceResponse.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { SetPropertiesRequest as _lockstep_v1_SetPropertiesRequest, SetPropertiesRequest__Output as _lockstep_v1_SetPropertiesRequest__Output } from './lockstep/v1/SetPropertiesRequest.ts';
import type { SetPropertiesResponse as _lockstep_v1_SetPropertiesResponse, SetPropertiesResponse__Output as _lockstep_v1_SetPropertiesResponse__Output } from './lockstep/v1/SetPropertiesResponse.ts';
import type { SetVolumeDefinitionSizeRequest as _lockstep_v1_SetVolumeDefinitionSizeRequest, SetVolumeDefinitionSizeRequest__Output as _lockstep_v1_SetVolumeDefinitionSizeRequest__Output } from './lockstep/v1/SetVolumeDefinitionSizeRequest.ts';
import type { SetVolumeDefinitionSizeResponse as _lockstep_v1_SetVolumeDefinitionSizeResponse, SetVolumeDefinitionSizeResponse__Output as _lockstep_v1_SetVolumeDefinitionSizeResponse__Output } from './lockstep/v1/SetVolumeDefinitionSizeResponse.ts';
import type { StoragePool as _lockstep_v1_StoragePool, StoragePool__Output as _lockstep_v1_StoragePool__Output } from './lockstep/v1/StoragePool.ts';
import type { StoragePoolServiceClient as _lockstep_v1_StoragePoolServiceClient, StoragePoolServiceDefinition as _lockstep_v1_StoragePoolServiceDefinition } from './lockstep/v1/StoragePoolService.ts';
import type { ToggleDiskRequest as _lockstep_v1_ToggleDiskRequest, ToggleDiskRequest__Output as _lockstep_v1_ToggleDiskRequest__Output } from './lockstep/v1/ToggleDiskRequest.ts';
import type { ToggleDiskResponse as _lockstep_v1_ToggleDiskResponse, ToggleDiskResponse__Output as _lockstep_v1_ToggleDiskResponse__Output } from './lockstep/v1/ToggleDiskResponse.ts';
import type { Volume as _lockstep_v1_Volume, Volume__Output as _lockstep_v1_Volume__Output } from './lockstep/v1/Volume.ts';
import type { VolumeDefinition as _lockstep_v1_VolumeDefinition, VolumeDefinition__Output as _lockstep_v1_VolumeDefinition__Output } from './lockstep/v1/VolumeDefinition.ts';
import type { VolumeDefinitionServiceClient as _lockstep_v1_VolumeDefinitionServiceClient, VolumeDefinitionServiceDefinition as _lockstep_v1_VolumeDefinitionServiceDefinition } from './lockstep/v1/VolumeDefinitionService.ts';
import type { VolumeServiceClient as _lockstep_v1_VolumeServiceClient, VolumeServiceDefinition as _lockstep_v1_VolumeServiceDefinition } from './lockstep/v1/VolumeService.ts';
import type { WaitSyncRequest as _lockstep_v1_WaitSyncRequest, WaitSyncRequest__Output as _lockstep_v1_WaitSyncRequest__Output } from './lockstep/v1/WaitSyncRequest.ts';
import type { WaitSyncResponse as _lockstep_v1_WaitSyncResponse, WaitSyncResponse__Output as _lockstep_v1_WaitSyncResponse__Output } from './lockstep/v1/WaitSyncResponse.ts';
import type { WatchEventsRequest as _lockstep_v1_WatchEventsRequest, WatchEventsRequest__Output as _lockstep_v1_WatchEventsRequest__Output } from './lockstep/v1/WatchEventsRequest.ts';
import type { WatchEventsResponse as _lockstep_v1_WatchEventsResponse, WatchEventsResponse__Output as _lockstep_v1_WatchEventsResponse__Output } from './lockstep/v1/WatchEventsResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      AutoPlaceResourceRequest: MessageTypeDefinition<_lockstep_v1_AutoPlaceResourceRequest, _lockstep_v1_AutoPlaceResourceRequest__Output>
      AutoPlaceResourceResponse: MessageTypeDefinition<_lockstep_v1_AutoPlaceResourceResponse, _lockstep_v1_AutoPlaceResourceResponse__Output>
      CreateNetInterfaceRequest: MessageTypeDefinition<_lockstep_v1_CreateNetInterfaceRequest, _lockstep_v1_CreateNetInterfaceRequest__Output>
      CreateNetInterfaceResponse: MessageTypeDefinition<_lockstep_v1_CreateNetInterfaceResponse, _lockstep_v1_CreateNetInterfaceResponse__Output>
      CreateNodeRequest: MessageTypeDefinition<_lockstep_v1_CreateNodeRequest, _lockstep_v1_CreateNodeRequest__Output>
      CreateNodeResponse: MessageTypeDefinition<_lockstep_v1_CreateNodeResponse, _lockstep_v1_CreateNodeResponse__Output>
      CreateResourceDefinitionRequest: MessageTypeDefinition<_lockstep_v1_CreateResourceDefinitionRequest, _lockstep_v1_CreateResourceDefinitionRequest__Output>
      CreateResourceDefinitionResponse: MessageTypeDefinition<_lockstep_v1_CreateResourceDefinitionResponse, _lockstep_v1_CreateResourceDefinitionResponse__Output>
      CreateResourceRequest: MessageTypeDefinition<_lockstep_v1_CreateResourceRequest, _lockstep_v1_CreateResourceRequest__Output>
      CreateResourceResponse: MessageTypeDefinition<_lockstep_v1_CreateResourceResponse, _lockstep_v1_CreateResourceResponse__Output>
      CreateStoragePoolRequest: MessageTypeDefinition<_lockstep_v1_CreateStoragePoolRequest, _lockstep_v1_CreateStoragePoolRequest__Output>
      CreateStoragePoolResponse: MessageTypeDefinition<_lockstep_v1_CreateStoragePoolResponse, _lockstep_v1_CreateStoragePoolResponse__Output>
      CreateVolumeDefinitionRequest: MessageTypeDefinition<_lockstep_v1_CreateVolumeDefinitionRequest, _lockstep_v1_CreateVolumeDefinitionRequest__Output>
      CreateVolumeDefinitionResponse: MessageTypeDefinition<_lockstep_v1_CreateVolumeDefinitionResponse, _lockstep_v1_CreateVolumeDefinitionResponse__Output>
      DeleteNetInterfaceRequest: MessageTypeDefinition<_lockstep_v1_DeleteNetInterfaceRequest, _lockstep_v1_DeleteNetInterfaceRequest__Output>
      DeleteNetInterfaceResponse: MessageTypeDefinition<_lockstep_v1_DeleteNetInterfaceResponse, _lockstep_v1_DeleteNetInterfaceResponse__Output>
      DeleteNodeRequest: MessageTypeDefinition<_lockstep_v1_DeleteNodeRequest, _lockstep_v1_DeleteNodeRequest__Output>
      DeleteNodeResponse: MessageTypeDefinition<_lockstep_v1_DeleteNodeResponse, _lockstep_v1_DeleteNodeResponse__Output>
      DeleteResourceDefinitionRequest: MessageTypeDefinition<_lockstep_v1_DeleteResourceDefinitionRequest, _lockstep_v1_DeleteResourceDefinitionRequest__Output>
      DeleteResourceDefinitionResponse: MessageTypeDefinition<_lockstep_v1_DeleteResourceDefinitionResponse, _lockstep_v1_DeleteResourceDefinitionResponse__Output>
      DeleteResourceRequest: MessageTypeDefinition<_lockstep_v1_DeleteResourceRequest, _lockstep_v1_DeleteResourceRequest__Output>
      DeleteResourceResponse: MessageTypeDefinition<_lockstep_v1_DeleteResourceResponse, _lockstep_v1_DeleteResourceResponse__Output>
      DeleteStoragePoolRequest: MessageTypeDefinition<_lockstep_v1_DeleteStoragePoolRequest, _lockstep_v1_DeleteStoragePoolRequest__Output>
      DeleteStoragePoolResponse: MessageTypeDefinition<_lockstep_v1_DeleteStoragePoolResponse, _lockstep_v1_DeleteStoragePoolResponse__Output>
      DeleteVolumeDefinitionRequest: MessageTypeDefinition<_lockstep_v1_DeleteVolumeDefinitionRequest, _lockstep_v1_DeleteVolumeDefinitionRequest__Output>
      DeleteVolumeDefinitionResponse: MessageTypeDefinition<_lockstep_v1_DeleteVolumeDefinitionResponse, _lockstep_v1_DeleteVolumeDefinitionResponse__Output>
      EffectiveProperty: MessageTypeDefinition<_lockstep_v1_EffectiveProperty, _lockstep_v1_EffectiveProperty__Output>
      EvacuateNodeRequest: MessageTypeDefinition<_lockstep_v1_EvacuateNodeRequest, _lockstep_v1_EvacuateNodeRequest__Output>
      EvacuateNodeResponse: MessageTypeDefinition<_lockstep_v1_EvacuateNodeResponse, _lockstep_v1_EvacuateNodeResponse__Output>
      EventService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_EventServiceClient> & { service: _lockstep_v1_EventServiceDefinition }
      ListNodesRequest: MessageTypeDefinition<_lockstep_v1_ListNodesRequest, _lockstep_v1_ListNodesRequest__Output>
      ListNodesResponse: MessageTypeDefinition<_lockstep_v1_ListNodesResponse, _lockstep_v1_ListNodesResponse__Output>
      ListPropertiesRequest: MessageTypeDefinition<_lockstep_v1_ListPropertiesRequest, _lockstep_v1_ListPropertiesRequest__Output>
      ListPropertiesResponse: MessageTypeDefinition<_lockstep_v1_ListPropertiesResponse, _lockstep_v1_ListPropertiesResponse__Output>
      ListResourceDefinitionsRequest: MessageTypeDefinition<_lockstep_v1_ListResourceDefinitionsRequest, _lockstep_v1_ListResourceDefinitionsRequest__Output>
      ListResourceDefinitionsResponse: MessageTypeDefinition<_lockstep_v1_ListResourceDefinitionsResponse, _lockstep_v1_ListResourceDefinitionsResponse__Output>
      ListResourcesRequest: MessageTypeDefinition<_lockstep_v1_ListResourcesRequest, _lockstep_v1_ListResourcesRequest__Output>
      ListResourcesResponse: MessageTypeDefinition<_lockstep_v1_ListResourcesResponse, _lockstep_v1_ListResourcesResponse__Output>
      ListStoragePoolsRequest: MessageTypeDefinition<_lockstep_v1_ListStoragePoolsRequest, _lockstep_v1_ListStoragePoolsRequest__Output>
      ListStoragePoolsResponse: MessageTypeDefinition<_lockstep_v1_ListStoragePoolsResponse, _lockstep_v1_ListStoragePoolsResponse__Output>
      ListVolumeDefinitionsRequest: MessageTypeDefinition<_lockstep_v1_ListVolumeDefinitionsRequest, _lockstep_v1_ListVolumeDefinitionsRequest__Output>
      ListVolumeDefinitionsResponse: MessageTypeDefinition<_lockstep_v1_ListVolumeDefinitionsResponse, _lockstep_v1_ListVolumeDefinitionsResponse__Output>
      ListVolumesRequest: MessageTypeDefinition<_lockstep_v1_ListVolumesRequest, _lockstep_v1_ListVolumesRequest__Output>
      ListVolumesResponse: MessageTypeDefinition<_lockstep_v1_ListVolumesResponse, _lockstep_v1_ListVolumesResponse__Output>
      LostNodeRequest: MessageTypeDefinition<_lockstep_v1_LostNodeRequest, _lockstep_v1_LostNodeRequest__Output>
      LostNodeResponse: MessageTypeDefinition<_lockstep_v1_LostNodeResponse, _lockstep_v1_LostNodeResponse__Output>
      MakeResourceAvailableRequest: MessageTypeDefinition<_lockstep_v1_MakeResourceAvailableRequest, _lockstep_v1_MakeResourceAvailableRequest__Output>
      MakeResourceAvailableResponse: MessageTypeDefinition<_lockstep_v1_MakeResourceAvailableResponse, _lockstep_v1_MakeResourceAvailableResponse__Output>
      MigrateResourceRequest: MessageTypeDefinition<_lockstep_v1_MigrateResourceRequest, _lockstep_v1_MigrateResourceRequest__Output>
      MigrateResourceResponse: MessageTypeDefinition<_lockstep_v1_MigrateResourceResponse, _lockstep_v1_MigrateResourceResponse__Output>
      ModifyNetInterfaceRequest: MessageTypeDefinition<_lockstep_v1_ModifyNetInterfaceRequest, _lockstep_v1_ModifyNetInterfaceRequest__Output>
      ModifyNetInterfaceResponse: MessageTypeDefinition<_lockstep_v1_ModifyNetInterfaceResponse, _lockstep_v1_ModifyNetInterfaceResponse__Output>
      ModifyNodeRequest: MessageTypeDefinition<_lockstep_v1_ModifyNodeRequest, _lockstep_v1_ModifyNodeRequest__Output>
      ModifyNodeResponse: MessageTypeDefinition<_lockstep_v1_ModifyNodeResponse, _lockstep_v1_ModifyNodeResponse__Output>
      ModifyResourceDefinitionRequest: MessageTypeDefinition<_lockstep_v1_ModifyResourceDefinitionRequest, _lockstep_v1_ModifyResourceDefinitionRequest__Output>
      ModifyResourceDefinitionResponse: MessageTypeDefinition<_lockstep_v1_ModifyResourceDefinitionResponse, _lockstep_v1_ModifyResourceDefinitionResponse__Output>
      NetInterface: MessageTypeDefinition<_lockstep_v1_NetInterface, _lockstep_v1_NetInterface__Output>
      Node: MessageTypeDefinition<_lockstep_v1_Node, _lockstep_v1_Node__Output>
      NodeService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_NodeServiceClient> & { service: _lockstep_v1_NodeServiceDefinition }
      PeerVolume: MessageTypeDefinition<_lockstep_v1_PeerVolume, _lockstep_v1_PeerVolume__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      PropertiesInfoRequest: MessageTypeDefinition<_lockstep_v1_PropertiesInfoRequest, _lockstep_v1_PropertiesInfoRequest__Output>
      PropertiesInfoResponse: MessageTypeDefinition<_lockstep_v1_PropertiesInfoResponse, _lockstep_v1_PropertiesInfoResponse__Output>
      PropertyInfo: MessageTypeDefinition<_lockstep_v1_PropertyInfo, _lockstep_v1_PropertyInfo__Output>
      PropertyOrigin: MessageTypeDefinition<_lockstep_v1_PropertyOrigin, _lockstep_v1_PropertyOrigin__Output>
      PropertyOwner: MessageTypeDefinition<_lockstep_v1_PropertyOwner, _lockstep_v1_PropertyOwner__Output>
      PropertyService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_PropertyServiceClient> & { service: _lockstep_v1_PropertyServiceDefinition }
      ReconnectNodesRequest: MessageTypeDefinition<_lockstep_v1_ReconnectNodesRequest, _lockstep_v1_ReconnectNodesRequest__Output>
      ReconnectNodesResponse: MessageTypeDefinition<_lockstep_v1_ReconnectNodesResponse, _lockstep_v1_ReconnectNodesResponse__Output>
      Resource: MessageTypeDefinition<_lockstep_v1_Resource, _lockstep_v1_Resource__Output>
      ResourceConnection: MessageTypeDefinition<_lockstep_v1_ResourceConnection, _lockstep_v1_ResourceConnection__Output>
      ResourceDefinition: MessageTypeDefinition<_lockstep_v1_ResourceDefinition, _lockstep_v1_ResourceDefinition__Output>
      ResourceDefinitionService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ResourceDefinitionServiceClient> & { service: _lockstep_v1_ResourceDefinitionServiceDefinition }
      ResourceService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ResourceServiceClient> & { service: _lockstep_v1_ResourceServiceDefinition }
      RestoreNodeRequest: MessageTypeDefinition<_lockstep_v1_RestoreNodeRequest, _lockstep_v1_RestoreNodeRequest__Output>
      RestoreNodeResponse: MessageTypeDefinition<_lockstep_v1_RestoreNodeResponse, _lockstep_v1_RestoreNodeResponse__Output>
      RetryResourceRequest: MessageTypeDefinition<_lockstep_v1_RetryResourceRequest, _lockstep_v1_RetryResourceRequest__Output>
      RetryResourceResponse: MessageTypeDefinition<_lockstep_v1_RetryResourceResponse, _lockstep_v1_RetryResourceResponse__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      SetPropertiesRequest: MessageTypeDefinition<_lockstep_v1_SetPropertiesRequest, _lockstep_v1_SetPropertiesRequest__Output>
      SetPropertiesResponse: MessageTypeDefinition<_lockstep_v1_SetPropertiesResponse, _lockstep_v1_SetPropertiesResponse__Output>
      SetVolumeDefinitionSizeRequest: MessageTypeDefinition<_lockstep_v1_SetVolumeDefinitionSizeRequest, _lockstep_v1_SetVolumeDefinitionSizeRequest__Output>
      SetVolumeDefinitionSizeResponse: MessageTypeDefinition<_lockstep_v1_SetVolumeDefinitionSizeResponse, _lockstep_v1_SetVolumeDefinitionSizeResponse__Output>
      Severity: EnumTypeDefinition
      StoragePool: MessageTypeDefinition<_lockstep_v1_StoragePool, _lockstep_v1_StoragePool__Output>
      StoragePoolService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_StoragePoolServiceClient> & { service: _lockstep_v1_StoragePoolServiceDefinition }
      ToggleDiskRequest: MessageTypeDefinition<_lockstep_v1_ToggleDiskRequest, _lockstep_v1_ToggleDiskRequest__Output>
      ToggleDiskResponse: MessageTypeDefinition<_lockstep_v1_ToggleDiskResponse, _lockstep_v1_ToggleDiskResponse__Output>
      Volume: MessageTypeDefinition<_lockstep_v1_Volume, _lockstep_v1_Volume__Output>
      VolumeDefinition: MessageTypeDefinition<_lockstep_v1_VolumeDefinition, _lockstep_v1_VolumeDefinition__Output>
      VolumeDefinitionService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_VolumeDefinitionServiceClient> & { service: _lockstep_v1_VolumeDefinitionServiceDefinition }
      VolumeService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_VolumeServiceClient> & { service: _lockstep_v1_VolumeServiceDefinition }
      WaitSyncRequest: MessageTypeDefinition<_lockstep_v1_WaitSyncRequest, _lockstep_v1_WaitSyncRequest__Output>
      WaitSyncResponse: MessageTypeDefinition<_lockstep_v1_WaitSyncResponse, _lockstep_v1_WaitSyncResponse__Output>
      WatchEventsRequest: MessageTypeDefinition<_lockstep_v1_WatchEventsRequest, _lockstep_v1_WatchEventsRequest__Output>
      WatchEventsResponse: MessageTypeDefinition<_lockstep_v1_WatchEventsResponse, _lockstep_v1_WatchEventsResponse__Output>
    }
  }
}

