import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { CreateNodeRequest as _lockstep_v1_CreateNodeRequest, CreateNodeRequest__Output as _lockstep_v1_CreateNodeRequest__Output } from './lockstep/v1/CreateNodeRequest.ts';
import type { CreateNodeResponse as _lockstep_v1_CreateNodeResponse, CreateNodeResponse__Output as _lockstep_v1_CreateNodeResponse__Output } from './lockstep/v1/CreateNodeResponse.ts';
import type { DeleteNodeRequest as _lockstep_v1_DeleteNodeRequest, DeleteNodeRequest__Output as _lockstep_v1_DeleteNodeRequest__Output } from './lockstep/v1/DeleteNodeRequest.ts';
import type { DeleteNodeResponse as _lockstep_v1_DeleteNodeResponse, DeleteNodeResponse__Output as _lockstep_v1_DeleteNodeResponse__Output } from './lockstep/v1/DeleteNodeResponse.ts';
import type { ListNodesRequest as _lockstep_v1_ListNodesRequest, ListNodesRequest__Output as _lockstep_v1_ListNodesRequest__Output } from './lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _lockstep_v1_ListNodesResponse, ListNodesResponse__Output as _lockstep_v1_ListNodesResponse__Output } from './lockstep/v1/ListNodesResponse.ts';
import type { Node as _lockstep_v1_Node, Node__Output as _lockstep_v1_Node__Output } from './lockstep/v1/Node.ts';
import type { NodeServiceClient as _lockstep_v1_NodeServiceClient, NodeServiceDefinition as _lockstep_v1_NodeServiceDefinition } from './lockstep/v1/NodeService.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      CreateNodeRequest: MessageTypeDefinition<_lockstep_v1_CreateNodeRequest, _lockstep_v1_CreateNodeRequest__Output>
      CreateNodeResponse: MessageTypeDefinition<_lockstep_v1_CreateNodeResponse, _lockstep_v1_CreateNodeResponse__Output>
      DeleteNodeRequest: MessageTypeDefinition<_lockstep_v1_DeleteNodeRequest, _lockstep_v1_DeleteNodeRequest__Output>
      DeleteNodeResponse: MessageTypeDefinition<_lockstep_v1_DeleteNodeResponse, _lockstep_v1_DeleteNodeResponse__Output>
      ListNodesRequest: MessageTypeDefinition<_lockstep_v1_ListNodesRequest, _lockstep_v1_ListNodesRequest__Output>
      ListNodesResponse: MessageTypeDefinition<_lockstep_v1_ListNodesResponse, _lockstep_v1_ListNodesResponse__Output>
      Node: MessageTypeDefinition<_lockstep_v1_Node, _lockstep_v1_Node__Output>
      NodeService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_NodeServiceClient> & { service: _lockstep_v1_NodeServiceDefinition }
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

