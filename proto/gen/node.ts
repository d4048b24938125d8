import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { CreateNetInterfaceRequest as _lockstep_v1_CreateNetInterfaceRequest, CreateNetInterfaceRequest__Output as _lockstep_v1_CreateNetInterfaceRequest__Output } from './lockstep/v1/CreateNetInterfaceRequest.ts';
import type { CreateNetInterfaceResponse as _lockstep_v1_CreateNetInterfaceResponse, CreateNetInterfaceResponse__Output as _lockstep_v1_CreateNetInterfaceResponse__Output } from './lockstep/v1/CreateNetInterfaceResponse.ts';
import type { CreateNodeRequest as _lockstep_v1_CreateNodeRequest, CreateNodeRequest__Output as _lockstep_v1_CreateNodeRequest__Output } from './lockstep/v1/CreateNodeRequest.ts';
import type { CreateNodeResponse as _lockstep_v1_CreateNodeResponse, CreateNodeResponse__Output as _lockstep_v1_CreateNodeResponse__Output } from './lockstep/v1/CreateNodeResponse.ts';
import type { DeleteNetInterfaceRequest as _lockstep_v1_DeleteNetInterfaceRequest, DeleteNetInterfaceRequest__Output as _lockstep_v1_DeleteNetInterfaceRequest__Output } from './lockstep/v1/DeleteNetInterfaceRequest.ts';
import type { DeleteNetInterfaceResponse as _lockstep_v1_DeleteNetInterfaceResponse, DeleteNetInterfaceResponse__Output as _lockstep_v1_DeleteNetInterfaceResponse__Output } from './lockstep/v1/DeleteNetInterfaceResponse.ts';
import type { DeleteNodeRequest as _lockstep_v1_DeleteNodeRequest, DeleteNodeRequest__Output as _lockstep_v1_DeleteNodeRequest__Output } from './lockstep/v1/DeleteNodeRequest.ts';
import type { DeleteNodeResponse as _lockstep_v1_DeleteNodeResponse, DeleteNodeResponse__Output as _lockstep_v1_DeleteNodeResponse__Output } from './lockstep/v1/DeleteNodeResponse.ts';
import type { EvacuateNodeRequest as _lockstep_v1_EvacuateNodeRequest, EvacuateNodeRequest__Output as _lockstep_v1_EvacuateNodeRequest__Output } from './lockstep/v1/EvacuateNodeRequest.ts';
import type { EvacuateNodeResponse as _lockstep_v1_EvacuateNodeResponse, EvacuateNodeResponse__Output as _lockstep_v1_EvacuateNodeResponse__Output } from './lockstep/v1/EvacuateNodeResponse.ts';
import type { ListNodesRequest as _lockstep_v1_ListNodesRequest, ListNodesRequest__Output as _lockstep_v1_ListNodesRequest__Output } from './lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _lockstep_v1_ListNodesResponse, ListNodesResponse__Output as _lockstep_v1_ListNodesResponse__Output } from './lockstep/v1/ListNodesResponse.ts';
import type { LostNodeRequest as _lockstep_v1_LostNodeRequest, LostNodeRequest__Output as _lockstep_v1_LostNodeRequest__Output } from './lockstep/v1/LostNodeRequest.ts';
import type { LostNodeResponse as _lockstep_v1_LostNodeResponse, LostNodeResponse__Output as _lockstep_v1_LostNodeResponse__Output } from './lockstep/v1/LostNodeResponse.ts';
import type { ModifyNetInterfaceRequest as _lockstep_v1_ModifyNetInterfaceRequest, ModifyNetInterfaceRequest__Output as _lockstep_v1_ModifyNetInterfaceRequest__Output } from './lockstep/v1/ModifyNetInterfaceRequest.ts';
import type { ModifyNetInterfaceResponse as _lockstep_v1_ModifyNetInterfaceResponse, ModifyNetInterfaceResponse__Output as _lockstep_v1_ModifyNetInterfaceResponse__Output } from './lockstep/v1/ModifyNetInterfaceResponse.ts';
import type { ModifyNodeRequest as _lockstep_v1_ModifyNodeRequest, ModifyNodeRequest__Output as _lockstep_v1_ModifyNodeRequest__Output } from './lockstep/v1/ModifyNodeRequest.ts';
import type { ModifyNodeResponse as _lockstep_v1_ModifyNodeResponse, ModifyNodeResponse__Output as _lockstep_v1_ModifyNodeResponse__Output } from './lockstep/v1/ModifyNodeResponse.ts';
import type { NetInterface as _lockstep_v1_NetInterface, NetInterface__Output as _lockstep_v1_NetInterface__Output } from './lockstep/v1/NetInterface.ts';
import type { Node as _lockstep_v1_Node, Node__Output as _lockstep_v1_Node__Output } from './lockstep/v1/Node.ts';
import type { NodeServiceClient as _lockstep_v1_NodeServiceClient, NodeServiceDefinition as _lockstep_v1_NodeServiceDefinition } from './lockstep/v1/NodeService.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { ReconnectNodesRequest as _lockstep_v1_ReconnectNodesRequest, ReconnectNodesRequest__Output as _lockstep_v1_ReconnectNodesRequest__Output } from './lockstep/v1/ReconnectNodesRequest.ts';
import type { ReconnectNodesResponse as _lockstep_v1_ReconnectNodesResponse, ReconnectNodesResponse__Output as _lockstep_v1_ReconnectNodesResponse__Output } from './lockstep/v1/ReconnectNodesResponse.ts';
import type { RestoreNodeRequest as _lockstep_v1_RestoreNodeRequest, RestoreNodeRequest__Output as _lockstep_v1_RestoreNodeRequest__Output } from './lockstep/v1/RestoreNodeRequest.ts';
import type { RestoreNodeResponse as _lockstep_v1_RestoreNodeResponse, RestoreNodeResponse__Output as _lockstep_v1_RestoreNodeResponse__Output } from './lockstep/v1/RestoreNodeResponse.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      CreateNetInterfaceRequest: MessageTypeDefinition<_lockstep_v1_CreateNetInterfaceRequest, _lockstep_v1_CreateNetInterfaceRequest__Output>
      CreateNetInterfaceResponse: MessageTypeDefinition<_lockstep_v1_CreateNetInterfaceResponse, _lockstep_v1_CreateNetInterfaceResponse__Output>
      CreateNodeRequest: MessageTypeDefinition<_lockstep_v1_CreateNodeRequest, _lockstep_v1_CreateNodeRequest__Output>
      CreateNodeResponse: MessageTypeDefinition<_lockstep_v1_CreateNodeResponse, _lockstep_v1_CreateNodeResponse__Output>
      DeleteNetInterfaceRequest: MessageTypeDefinition<_lockstep_v1_DeleteNetInterfaceRequest, _lockstep_v1_DeleteNetInterfaceRequest__Output>
      DeleteNetInterfaceResponse: MessageTypeDefinition<_lockstep_v1_DeleteNetInterfaceResponse, _lockstep_v1_DeleteNetInterfaceResponse__Output>
      DeleteNodeRequest: MessageTypeDefinition<_lockstep_v1_DeleteNodeRequest, _lockstep_v1_DeleteNodeRequest__Output>
      DeleteNodeResponse: MessageTypeDefinition<_lockstep_v1_DeleteNodeResponse, _lockstep_v1_DeleteNodeResponse__Output>
      EvacuateNodeRequest: MessageTypeDefinition<_lockstep_v1_EvacuateNodeRequest, _lockstep_v1_EvacuateNodeRequest__Output>
      EvacuateNodeResponse: MessageTypeDefinition<_lockstep_v1_EvacuateNodeResponse, _lockstep_v1_EvacuateNodeResponse__Output>
      ListNodesRequest: MessageTypeDefinition<_lockstep_v1_ListNodesRequest, _lockstep_v1_ListNodesRequest__Output>
      ListNodesResponse: MessageTypeDefinition<_lockstep_v1_ListNodesResponse, _lockstep_v1_ListNodesResponse__Output>
      LostNodeRequest: MessageTypeDefinition<_lockstep_v1_LostNodeRequest, _lockstep_v1_LostNodeRequest__Output>
      LostNodeResponse: MessageTypeDefinition<_lockstep_v1_LostNodeResponse, _lockstep_v1_LostNodeResponse__Output>
      ModifyNetInterfaceRequest: MessageTypeDefinition<_lockstep_v1_ModifyNetInterfaceRequest, _lockstep_v1_ModifyNetInterfaceRequest__Output>
      ModifyNetInterfaceResponse: MessageTypeDefinition<_lockstep_v1_ModifyNetInterfaceResponse, _lockstep_v1_ModifyNetInterfaceResponse__Output>
      ModifyNodeRequest: MessageTypeDefinition<_lockstep_v1_ModifyNodeRequest, _lockstep_v1_ModifyNodeRequest__Output>
      ModifyNodeResponse: MessageTypeDefinition<_lockstep_v1_ModifyNodeResponse, _lockstep_v1_ModifyNodeResponse__Output>
      NetInterface: MessageTypeDefinition<_lockstep_v1_NetInterface, _lockstep_v1_NetInterface__Output>
      Node: MessageTypeDefinition<_lockstep_v1_Node, _lockstep_v1_Node__Output>
      NodeService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_NodeServiceClient> & { service: _lockstep_v1_NodeServiceDefinition }
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      ReconnectNodesRequest: MessageTypeDefinition<_lockstep_v1_ReconnectNodesRequest, _lockstep_v1_ReconnectNodesRequest__Output>
      ReconnectNodesResponse: MessageTypeDefinition<_lockstep_v1_ReconnectNodesResponse, _lockstep_v1_ReconnectNodesResponse__Output>
      RestoreNodeRequest: MessageTypeDefinition<_lockstep_v1_RestoreNodeRequest, _lockstep_v1_RestoreNodeRequest__Output>
      RestoreNodeResponse: MessageTypeDefinition<_lockstep_v1_RestoreNodeResponse, _lockstep_v1_RestoreNodeResponse__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

