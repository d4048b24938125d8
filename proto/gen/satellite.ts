import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApplyRequest as _lockstep_satellite_v1_ApplyRequest, ApplyRequest__Output as _lockstep_satellite_v1_ApplyRequest__Output } from './lockstep/satellite/v1/ApplyRequest.ts';
import type { ApplyResponse as _lockstep_satellite_v1_ApplyResponse, ApplyResponse__Output as _lockstep_satellite_v1_ApplyResponse__Output } from './lockstep/satellite/v1/ApplyResponse.ts';
import type { ConnectionState as _lockstep_satellite_v1_ConnectionState, ConnectionState__Output as _lockstep_satellite_v1_ConnectionState__Output } from './lockstep/satellite/v1/ConnectionState.ts';
import type { DesiredPeer as _lockstep_satellite_v1_DesiredPeer, DesiredPeer__Output as _lockstep_satellite_v1_DesiredPeer__Output } from './lockstep/satellite/v1/DesiredPeer.ts';
import type { DesiredResource as _lockstep_satellite_v1_DesiredResource, DesiredResource__Output as _lockstep_satellite_v1_DesiredResource__Output } from './lockstep/satellite/v1/DesiredResource.ts';
import type { DesiredStoragePool as _lockstep_satellite_v1_DesiredStoragePool, DesiredStoragePool__Output as _lockstep_satellite_v1_DesiredStoragePool__Output } from './lockstep/satellite/v1/DesiredStoragePool.ts';
import type { DesiredVolume as _lockstep_satellite_v1_DesiredVolume, DesiredVolume__Output as _lockstep_satellite_v1_DesiredVolume__Output } from './lockstep/satellite/v1/DesiredVolume.ts';
import type { HelloRequest as _lockstep_satellite_v1_HelloRequest, HelloRequest__Output as _lockstep_satellite_v1_HelloRequest__Output } from './lockstep/satellite/v1/HelloRequest.ts';
import type { HelloResponse as _lockstep_satellite_v1_HelloResponse, HelloResponse__Output as _lockstep_satellite_v1_HelloResponse__Output } from './lockstep/satellite/v1/HelloResponse.ts';
import type { ObjectResult as _lockstep_satellite_v1_ObjectResult, ObjectResult__Output as _lockstep_satellite_v1_ObjectResult__Output } from './lockstep/satellite/v1/ObjectResult.ts';
import type { PeerDeviceState as _lockstep_satellite_v1_PeerDeviceState, PeerDeviceState__Output as _lockstep_satellite_v1_PeerDeviceState__Output } from './lockstep/satellite/v1/PeerDeviceState.ts';
import type { ResourceState as _lockstep_satellite_v1_ResourceState, ResourceState__Output as _lockstep_satellite_v1_ResourceState__Output } from './lockstep/satellite/v1/ResourceState.ts';
import type { SatelliteServiceClient as _lockstep_satellite_v1_SatelliteServiceClient, SatelliteServiceDefinition as _lockstep_satellite_v1_SatelliteServiceDefinition } from './lockstep/satellite/v1/SatelliteService.ts';
import type { SatelliteStatus as _lockstep_satellite_v1_SatelliteStatus, SatelliteStatus__Output as _lockstep_satellite_v1_SatelliteStatus__Output } from './lockstep/satellite/v1/SatelliteStatus.ts';
import type { StoragePoolState as _lockstep_satellite_v1_StoragePoolState, StoragePoolState__Output as _lockstep_satellite_v1_StoragePoolState__Output } from './lockstep/satellite/v1/StoragePoolState.ts';
import type { VolumeState as _lockstep_satellite_v1_VolumeState, VolumeState__Output as _lockstep_satellite_v1_VolumeState__Output } from './lockstep/satellite/v1/VolumeState.ts';
import type { WatchRequest as _lockstep_satellite_v1_WatchRequest, WatchRequest__Output as _lockstep_satellite_v1_WatchRequest__Output } from './lockstep/satellite/v1/WatchRequest.ts';
import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    satellite: {
      v1: {
        ApplyRequest: MessageTypeDefinition<_lockstep_satellite_v1_ApplyRequest, _lockstep_satellite_v1_ApplyRequest__Output>
        ApplyResponse: MessageTypeDefinition<_lockstep_satellite_v1_ApplyResponse, _lockstep_satellite_v1_ApplyResponse__Output>
        ConnectionState: MessageTypeDefinition<_lockstep_satellite_v1_ConnectionState, _lockstep_satellite_v1_ConnectionState__Output>
        DesiredPeer: MessageTypeDefinition<_lockstep_satellite_v1_DesiredPeer, _lockstep_satellite_v1_DesiredPeer__Output>
        DesiredResource: MessageTypeDefinition<_lockstep_satellite_v1_DesiredResource, _lockstep_satellite_v1_DesiredResource__Output>
        DesiredStoragePool: MessageTypeDefinition<_lockstep_satellite_v1_DesiredStoragePool, _lockstep_satellite_v1_DesiredStoragePool__Output>
        DesiredVolume: MessageTypeDefinition<_lockstep_satellite_v1_DesiredVolume, _lockstep_satellite_v1_DesiredVolume__Output>
        HelloRequest: MessageTypeDefinition<_lockstep_satellite_v1_HelloRequest, _lockstep_satellite_v1_HelloRequest__Output>
        HelloResponse: MessageTypeDefinition<_lockstep_satellite_v1_HelloResponse, _lockstep_satellite_v1_HelloResponse__Output>
        ObjectResult: MessageTypeDefinition<_lockstep_satellite_v1_ObjectResult, _lockstep_satellite_v1_ObjectResult__Output>
        PeerDeviceState: MessageTypeDefinition<_lockstep_satellite_v1_PeerDeviceState, _lockstep_satellite_v1_PeerDeviceState__Output>
        ResourceState: MessageTypeDefinition<_lockstep_satellite_v1_ResourceState, _lockstep_satellite_v1_ResourceState__Output>
        SatelliteService: SubtypeConstructor<typeof grpc.Client, _lockstep_satellite_v1_SatelliteServiceClient> & { service: _lockstep_satellite_v1_SatelliteServiceDefinition }
        SatelliteStatus: MessageTypeDefinition<_lockstep_satellite_v1_SatelliteStatus, _lockstep_satellite_v1_SatelliteStatus__Output>
        StoragePoolState: MessageTypeDefinition<_lockstep_satellite_v1_StoragePoolState, _lockstep_satellite_v1_StoragePoolState__Output>
        VolumeState: MessageTypeDefinition<_lockstep_satellite_v1_VolumeState, _lockstep_satellite_v1_VolumeState__Output>
        WatchRequest: MessageTypeDefinition<_lockstep_satellite_v1_WatchRequest, _lockstep_satellite_v1_WatchRequest__Output>
      }
    }
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

