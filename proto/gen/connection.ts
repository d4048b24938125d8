import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { Connection as _lockstep_v1_Connection, Connection__Output as _lockstep_v1_Connection__Output } from './lockstep/v1/Connection.ts';
import type { ConnectionPath as _lockstep_v1_ConnectionPath, ConnectionPath__Output as _lockstep_v1_ConnectionPath__Output } from './lockstep/v1/ConnectionPath.ts';
import type { ConnectionServiceClient as _lockstep_v1_ConnectionServiceClient, ConnectionServiceDefinition as _lockstep_v1_ConnectionServiceDefinition } from './lockstep/v1/ConnectionService.ts';
import type { CreatePathRequest as _lockstep_v1_CreatePathRequest, CreatePathRequest__Output as _lockstep_v1_CreatePathRequest__Output } from './lockstep/v1/CreatePathRequest.ts';
import type { CreatePathResponse as _lockstep_v1_CreatePathResponse, CreatePathResponse__Output as _lockstep_v1_CreatePathResponse__Output } from './lockstep/v1/CreatePathResponse.ts';
import type { DeletePathRequest as _lockstep_v1_DeletePathRequest, DeletePathRequest__Output as _lockstep_v1_DeletePathRequest__Output } from './lockstep/v1/DeletePathRequest.ts';
import type { DeletePathResponse as _lockstep_v1_DeletePathResponse, DeletePathResponse__Output as _lockstep_v1_DeletePathResponse__Output } from './lockstep/v1/DeletePathResponse.ts';
import type { ListConnectionsRequest as _lockstep_v1_ListConnectionsRequest, ListConnectionsRequest__Output as _lockstep_v1_ListConnectionsRequest__Output } from './lockstep/v1/ListConnectionsRequest.ts';
import type { ListConnectionsResponse as _lockstep_v1_ListConnectionsResponse, ListConnectionsResponse__Output as _lockstep_v1_ListConnectionsResponse__Output } from './lockstep/v1/ListConnectionsResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      Connection: MessageTypeDefinition<_lockstep_v1_Connection, _lockstep_v1_Connection__Output>
      ConnectionPath: MessageTypeDefinition<_lockstep_v1_ConnectionPath, _lockstep_v1_ConnectionPath__Output>
      ConnectionService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ConnectionServiceClient> & { service: _lockstep_v1_ConnectionServiceDefinition }
      CreatePathRequest: MessageTypeDefinition<_lockstep_v1_CreatePathRequest, _lockstep_v1_CreatePathRequest__Output>
      CreatePathResponse: MessageTypeDefinition<_lockstep_v1_CreatePathResponse, _lockstep_v1_CreatePathResponse__Output>
      DeletePathRequest: MessageTypeDefinition<_lockstep_v1_DeletePathRequest, _lockstep_v1_DeletePathRequest__Output>
      DeletePathResponse: MessageTypeDefinition<_lockstep_v1_DeletePathResponse, _lockstep_v1_DeletePathResponse__Output>
      ListConnectionsRequest: MessageTypeDefinition<_lockstep_v1_ListConnectionsRequest, _lockstep_v1_ListConnectionsRequest__Output>
      ListConnectionsResponse: MessageTypeDefinition<_lockstep_v1_ListConnectionsResponse, _lockstep_v1_ListConnectionsResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

