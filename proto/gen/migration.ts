import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AbortMigrationRequest as _lockstep_v1_AbortMigrationRequest, AbortMigrationRequest__Output as _lockstep_v1_AbortMigrationRequest__Output } from './lockstep/v1/AbortMigrationRequest.ts';
import type { AbortMigrationResponse as _lockstep_v1_AbortMigrationResponse, AbortMigrationResponse__Output as _lockstep_v1_AbortMigrationResponse__Output } from './lockstep/v1/AbortMigrationResponse.ts';
import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { BeginMigrationRequest as _lockstep_v1_BeginMigrationRequest, BeginMigrationRequest__Output as _lockstep_v1_BeginMigrationRequest__Output } from './lockstep/v1/BeginMigrationRequest.ts';
import type { BeginMigrationResponse as _lockstep_v1_BeginMigrationResponse, BeginMigrationResponse__Output as _lockstep_v1_BeginMigrationResponse__Output } from './lockstep/v1/BeginMigrationResponse.ts';
import type { FinishMigrationRequest as _lockstep_v1_FinishMigrationRequest, FinishMigrationRequest__Output as _lockstep_v1_FinishMigrationRequest__Output } from './lockstep/v1/FinishMigrationRequest.ts';
import type { FinishMigrationResponse as _lockstep_v1_FinishMigrationResponse, FinishMigrationResponse__Output as _lockstep_v1_FinishMigrationResponse__Output } from './lockstep/v1/FinishMigrationResponse.ts';
import type { ListMigrationsRequest as _lockstep_v1_ListMigrationsRequest, ListMigrationsRequest__Output as _lockstep_v1_ListMigrationsRequest__Output } from './lockstep/v1/ListMigrationsRequest.ts';
import type { ListMigrationsResponse as _lockstep_v1_ListMigrationsResponse, ListMigrationsResponse__Output as _lockstep_v1_ListMigrationsResponse__Output } from './lockstep/v1/ListMigrationsResponse.ts';
import type { Migration as _lockstep_v1_Migration, Migration__Output as _lockstep_v1_Migration__Output } from './lockstep/v1/Migration.ts';
import type { MigrationServiceClient as _lockstep_v1_MigrationServiceClient, MigrationServiceDefinition as _lockstep_v1_MigrationServiceDefinition } from './lockstep/v1/MigrationService.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      AbortMigrationRequest: MessageTypeDefinition<_lockstep_v1_AbortMigrationRequest, _lockstep_v1_AbortMigrationRequest__Output>
      AbortMigrationResponse: MessageTypeDefinition<_lockstep_v1_AbortMigrationResponse, _lockstep_v1_AbortMigrationResponse__Output>
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      BeginMigrationRequest: MessageTypeDefinition<_lockstep_v1_BeginMigrationRequest, _lockstep_v1_BeginMigrationRequest__Output>
      BeginMigrationResponse: MessageTypeDefinition<_lockstep_v1_BeginMigrationResponse, _lockstep_v1_BeginMigrationResponse__Output>
      FinishMigrationRequest: MessageTypeDefinition<_lockstep_v1_FinishMigrationRequest, _lockstep_v1_FinishMigrationRequest__Output>
      FinishMigrationResponse: MessageTypeDefinition<_lockstep_v1_FinishMigrationResponse, _lockstep_v1_FinishMigrationResponse__Output>
      ListMigrationsRequest: MessageTypeDefinition<_lockstep_v1_ListMigrationsRequest, _lockstep_v1_ListMigrationsRequest__Output>
      ListMigrationsResponse: MessageTypeDefinition<_lockstep_v1_ListMigrationsResponse, _lockstep_v1_ListMigrationsResponse__Output>
      Migration: MessageTypeDefinition<_lockstep_v1_Migration, _lockstep_v1_Migration__Output>
      MigrationService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_MigrationServiceClient> & { service: _lockstep_v1_MigrationServiceDefinition }
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

