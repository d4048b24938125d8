import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ListVolumesRequest as _lockstep_v1_ListVolumesRequest, ListVolumesRequest__Output as _lockstep_v1_ListVolumesRequest__Output } from './lockstep/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse as _lockstep_v1_ListVolumesResponse, ListVolumesResponse__Output as _lockstep_v1_ListVolumesResponse__Output } from './lockstep/v1/ListVolumesResponse.ts';
import type { PeerVolume as _lockstep_v1_PeerVolume, PeerVolume__Output as _lockstep_v1_PeerVolume__Output } from './lockstep/v1/PeerVolume.ts';
import type { Volume as _lockstep_v1_Volume, Volume__Output as _lockstep_v1_Volume__Output } from './lockstep/v1/Volume.ts';
import type { VolumeServiceClient as _lockstep_v1_VolumeServiceClient, VolumeServiceDefinition as _lockstep_v1_VolumeServiceDefinition } from './lockstep/v1/VolumeService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ListVolumesRequest: MessageTypeDefinition<_lockstep_v1_ListVolumesRequest, _lockstep_v1_ListVolumesRequest__Output>
      ListVolumesResponse: MessageTypeDefinition<_lockstep_v1_ListVolumesResponse, _lockstep_v1_ListVolumesResponse__Output>
      PeerVolume: MessageTypeDefinition<_lockstep_v1_PeerVolume, _lockstep_v1_PeerVolume__Output>
      Volume: MessageTypeDefinition<_lockstep_v1_Volume, _lockstep_v1_Volume__Output>
      VolumeService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_VolumeServiceClient> & { service: _lockstep_v1_VolumeServiceDefinition }
    }
  }
}

