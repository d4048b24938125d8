import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { BackupRequest as _lockstep_v1_BackupRequest, BackupRequest__Output as _lockstep_v1_BackupRequest__Output } from './lockstep/v1/BackupRequest.ts';
import type { BackupResponse as _lockstep_v1_BackupResponse, BackupResponse__Output as _lockstep_v1_BackupResponse__Output } from './lockstep/v1/BackupResponse.ts';
import type { ControllerServiceClient as _lockstep_v1_ControllerServiceClient, ControllerServiceDefinition as _lockstep_v1_ControllerServiceDefinition } from './lockstep/v1/ControllerService.ts';
import type { HealthRequest as _lockstep_v1_HealthRequest, HealthRequest__Output as _lockstep_v1_HealthRequest__Output } from './lockstep/v1/HealthRequest.ts';
import type { HealthResponse as _lockstep_v1_HealthResponse, HealthResponse__Output as _lockstep_v1_HealthResponse__Output } from './lockstep/v1/HealthResponse.ts';
import type { VersionRequest as _lockstep_v1_VersionRequest, VersionRequest__Output as _lockstep_v1_VersionRequest__Output } from './lockstep/v1/VersionRequest.ts';
import type { VersionResponse as _lockstep_v1_VersionResponse, VersionResponse__Output as _lockstep_v1_VersionResponse__Output } from './lockstep/v1/VersionResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      BackupRequest: MessageTypeDefinition<_lockstep_v1_BackupRequest, _lockstep_v1_BackupRequest__Output>
      BackupResponse: MessageTypeDefinition<_lockstep_v1_BackupResponse, _lockstep_v1_BackupResponse__Output>
      ControllerService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ControllerServiceClient> & { service: _lockstep_v1_ControllerServiceDefinition }
      HealthRequest: MessageTypeDefinition<_lockstep_v1_HealthRequest, _lockstep_v1_HealthRequest__Output>
      HealthResponse: MessageTypeDefinition<_lockstep_v1_HealthResponse, _lockstep_v1_HealthResponse__Output>
      VersionRequest: MessageTypeDefinition<_lockstep_v1_VersionRequest, _lockstep_v1_VersionRequest__Output>
      VersionResponse: MessageTypeDefinition<_lockstep_v1_VersionResponse, _lockstep_v1_VersionResponse__Output>
    }
  }
}

