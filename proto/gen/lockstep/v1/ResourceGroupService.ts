// Original file: lockstep/v1/resource_group.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AdjustResourceGroupRequest as _lockstep_v1_AdjustResourceGroupRequest, AdjustResourceGroupRequest__Output as _lockstep_v1_AdjustResourceGroupRequest__Output } from '../../lockstep/v1/AdjustResourceGroupRequest.ts';
import type { AdjustResourceGroupResponse as _lockstep_v1_AdjustResourceGroupResponse, AdjustResourceGroupResponse__Output as _lockstep_v1_AdjustResourceGroupResponse__Output } from '../../lockstep/v1/AdjustResourceGroupResponse.ts';
import type { CreateResourceGroupRequest as _lockstep_v1_CreateResourceGroupRequest, CreateResourceGroupRequest__Output as _lockstep_v1_CreateResourceGroupRequest__Output } from '../../lockstep/v1/CreateResourceGroupRequest.ts';
import type { CreateResourceGroupResponse as _lockstep_v1_CreateResourceGroupResponse, CreateResourceGroupResponse__Output as _lockstep_v1_CreateResourceGroupResponse__Output } from '../../lockstep/v1/CreateResourceGroupResponse.ts';
import type { CreateVolumeGroupRequest as _lockstep_v1_CreateVolumeGroupRequest, CreateVolumeGroupRequest__Output as _lockstep_v1_CreateVolumeGroupRequest__Output } from '../../lockstep/v1/CreateVolumeGroupRequest.ts';
import type { CreateVolumeGroupResponse as _lockstep_v1_CreateVolumeGroupResponse, CreateVolumeGroupResponse__Output as _lockstep_v1_CreateVolumeGroupResponse__Output } from '../../lockstep/v1/CreateVolumeGroupResponse.ts';
import type { DeleteResourceGroupRequest as _lockstep_v1_DeleteResourceGroupRequest, DeleteResourceGroupRequest__Output as _lockstep_v1_DeleteResourceGroupRequest__Output } from '../../lockstep/v1/DeleteResourceGroupRequest.ts';
import type { DeleteResourceGroupResponse as _lockstep_v1_DeleteResourceGroupResponse, DeleteResourceGroupResponse__Output as _lockstep_v1_DeleteResourceGroupResponse__Output } from '../../lockstep/v1/DeleteResourceGroupResponse.ts';
import type { DeleteVolumeGroupRequest as _lockstep_v1_DeleteVolumeGroupRequest, DeleteVolumeGroupRequest__Output as _lockstep_v1_DeleteVolumeGroupRequest__Output } from '../../lockstep/v1/DeleteVolumeGroupRequest.ts';
import type { DeleteVolumeGroupResponse as _lockstep_v1_DeleteVolumeGroupResponse, DeleteVolumeGroupResponse__Output as _lockstep_v1_DeleteVolumeGroupResponse__Output } from '../../lockstep/v1/DeleteVolumeGroupResponse.ts';
import type { ListResourceGroupsRequest as _lockstep_v1_ListResourceGroupsRequest, ListResourceGroupsRequest__Output as _lockstep_v1_ListResourceGroupsRequest__Output } from '../../lockstep/v1/ListResourceGroupsRequest.ts';
import type { ListResourceGroupsResponse as _lockstep_v1_ListResourceGroupsResponse, ListResourceGroupsResponse__Output as _lockstep_v1_ListResourceGroupsResponse__Output } from '../../lockstep/v1/ListResourceGroupsResponse.ts';
import type { ModifyResourceGroupRequest as _lockstep_v1_ModifyResourceGroupRequest, ModifyResourceGroupRequest__Output as _lockstep_v1_ModifyResourceGroupRequest__Output } from '../../lockstep/v1/ModifyResourceGroupRequest.ts';
import type { ModifyResourceGroupResponse as _lockstep_v1_ModifyResourceGroupResponse, ModifyResourceGroupResponse__Output as _lockstep_v1_ModifyResourceGroupResponse__Output } from '../../lockstep/v1/ModifyResourceGroupResponse.ts';
import type { QueryMaxVolumeSizeRequest as _lockstep_v1_QueryMaxVolumeSizeRequest, QueryMaxVolumeSizeRequest__Output as _lockstep_v1_QueryMaxVolumeSizeRequest__Output } from '../../lockstep/v1/QueryMaxVolumeSizeRequest.ts';
import type { QueryMaxVolumeSizeResponse as _lockstep_v1_QueryMaxVolumeSizeResponse, QueryMaxVolumeSizeResponse__Output as _lockstep_v1_QueryMaxVolumeSizeResponse__Output } from '../../lockstep/v1/QueryMaxVolumeSizeResponse.ts';
import type { QuerySizeInfoRequest as _lockstep_v1_QuerySizeInfoRequest, QuerySizeInfoRequest__Output as _lockstep_v1_QuerySizeInfoRequest__Output } from '../../lockstep/v1/QuerySizeInfoRequest.ts';
import type { QuerySizeInfoResponse as _lockstep_v1_QuerySizeInfoResponse, QuerySizeInfoResponse__Output as _lockstep_v1_QuerySizeInfoResponse__Output } from '../../lockstep/v1/QuerySizeInfoResponse.ts';
import type { SpawnResourceRequest as _lockstep_v1_SpawnResourceRequest, SpawnResourceRequest__Output as _lockstep_v1_SpawnResourceRequest__Output } from '../../lockstep/v1/SpawnResourceRequest.ts';
import type { SpawnResourceResponse as _lockstep_v1_SpawnResourceResponse, SpawnResourceResponse__Output as _lockstep_v1_SpawnResourceResponse__Output } from '../../lockstep/v1/SpawnResourceResponse.ts';

export interface ResourceGroupServiceClient extends grpc.Client {
  /**
   * Places what is missing. One transaction per resource; does not wait for the satellites. Repeating it is harmless.
   */
  Adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Places what is missing. One transaction per resource; does not wait for the satellites. Repeating it is harmless.
   */
  adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  adjust(argument: _lockstep_v1_AdjustResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_AdjustResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Wishes that no node fulfils are accepted: placing tells.
   */
  Create(argument: _lockstep_v1_CreateResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Create(argument: _lockstep_v1_CreateResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Wishes that no node fulfils are accepted: placing tells.
   */
  create(argument: _lockstep_v1_CreateResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  create(argument: _lockstep_v1_CreateResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_CreateResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  
  CreateVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  CreateVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  CreateVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  CreateVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  createVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  createVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  createVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  createVolumeGroup(argument: _lockstep_v1_CreateVolumeGroupRequest, callback: grpc.requestCallback<_lockstep_v1_CreateVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Refused (RESOURCE_GROUP_IN_USE) while resource definitions belong to it, and for DfltRscGrp.
   */
  Delete(argument: _lockstep_v1_DeleteResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Refused (RESOURCE_GROUP_IN_USE) while resource definitions belong to it, and for DfltRscGrp.
   */
  delete(argument: _lockstep_v1_DeleteResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  DeleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  DeleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  DeleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  deleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  deleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  deleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  deleteVolumeGroup(argument: _lockstep_v1_DeleteVolumeGroupRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteVolumeGroupResponse__Output>): grpc.ClientUnaryCall;
  
  List(argument: _lockstep_v1_ListResourceGroupsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourceGroupsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourceGroupsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListResourceGroupsRequest, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceGroupsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceGroupsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceGroupsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListResourceGroupsRequest, callback: grpc.requestCallback<_lockstep_v1_ListResourceGroupsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Counts for what is placed from now on; Adjust applies it to what exists.
   */
  Modify(argument: _lockstep_v1_ModifyResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  Modify(argument: _lockstep_v1_ModifyResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Counts for what is placed from now on; Adjust applies it to what exists.
   */
  modify(argument: _lockstep_v1_ModifyResourceGroupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceGroupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceGroupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  modify(argument: _lockstep_v1_ModifyResourceGroupRequest, callback: grpc.requestCallback<_lockstep_v1_ModifyResourceGroupResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Per name of storage pools: the largest volume of which all replicas fit into pools of this name.
   */
  QueryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  QueryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  QueryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  QueryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Per name of storage pools: the largest volume of which all replicas fit into pools of this name.
   */
  queryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  queryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  queryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  queryMaxVolumeSize(argument: _lockstep_v1_QueryMaxVolumeSizeRequest, callback: grpc.requestCallback<_lockstep_v1_QueryMaxVolumeSizeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * What the next spawn could get, and where it would go.
   */
  QuerySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  QuerySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  QuerySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  QuerySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  /**
   * What the next spawn could get, and where it would go.
   */
  querySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  querySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  querySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  querySizeInfo(argument: _lockstep_v1_QuerySizeInfoRequest, callback: grpc.requestCallback<_lockstep_v1_QuerySizeInfoResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Definition, volumes and replicas in one transaction: all of it or nothing.
   */
  Spawn(argument: _lockstep_v1_SpawnResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  Spawn(argument: _lockstep_v1_SpawnResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  Spawn(argument: _lockstep_v1_SpawnResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  Spawn(argument: _lockstep_v1_SpawnResourceRequest, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Definition, volumes and replicas in one transaction: all of it or nothing.
   */
  spawn(argument: _lockstep_v1_SpawnResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  spawn(argument: _lockstep_v1_SpawnResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  spawn(argument: _lockstep_v1_SpawnResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  spawn(argument: _lockstep_v1_SpawnResourceRequest, callback: grpc.requestCallback<_lockstep_v1_SpawnResourceResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ResourceGroupServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Places what is missing. One transaction per resource; does not wait for the satellites. Repeating it is harmless.
   */
  Adjust: grpc.handleUnaryCall<_lockstep_v1_AdjustResourceGroupRequest__Output, _lockstep_v1_AdjustResourceGroupResponse>;
  
  /**
   * Wishes that no node fulfils are accepted: placing tells.
   */
  Create: grpc.handleUnaryCall<_lockstep_v1_CreateResourceGroupRequest__Output, _lockstep_v1_CreateResourceGroupResponse>;
  
  CreateVolumeGroup: grpc.handleUnaryCall<_lockstep_v1_CreateVolumeGroupRequest__Output, _lockstep_v1_CreateVolumeGroupResponse>;
  
  /**
   * Refused (RESOURCE_GROUP_IN_USE) while resource definitions belong to it, and for DfltRscGrp.
   */
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteResourceGroupRequest__Output, _lockstep_v1_DeleteResourceGroupResponse>;
  
  DeleteVolumeGroup: grpc.handleUnaryCall<_lockstep_v1_DeleteVolumeGroupRequest__Output, _lockstep_v1_DeleteVolumeGroupResponse>;
  
  List: grpc.handleUnaryCall<_lockstep_v1_ListResourceGroupsRequest__Output, _lockstep_v1_ListResourceGroupsResponse>;
  
  /**
   * Counts for what is placed from now on; Adjust applies it to what exists.
   */
  Modify: grpc.handleUnaryCall<_lockstep_v1_ModifyResourceGroupRequest__Output, _lockstep_v1_ModifyResourceGroupResponse>;
  
  /**
   * Per name of storage pools: the largest volume of which all replicas fit into pools of this name.
   */
  QueryMaxVolumeSize: grpc.handleUnaryCall<_lockstep_v1_QueryMaxVolumeSizeRequest__Output, _lockstep_v1_QueryMaxVolumeSizeResponse>;
  
  /**
   * What the next spawn could get, and where it would go.
   */
  QuerySizeInfo: grpc.handleUnaryCall<_lockstep_v1_QuerySizeInfoRequest__Output, _lockstep_v1_QuerySizeInfoResponse>;
  
  /**
   * Definition, volumes and replicas in one transaction: all of it or nothing.
   */
  Spawn: grpc.handleUnaryCall<_lockstep_v1_SpawnResourceRequest__Output, _lockstep_v1_SpawnResourceResponse>;
  
}

export interface ResourceGroupServiceDefinition extends grpc.ServiceDefinition {
  Adjust: MethodDefinition<_lockstep_v1_AdjustResourceGroupRequest, _lockstep_v1_AdjustResourceGroupResponse, _lockstep_v1_AdjustResourceGroupRequest__Output, _lockstep_v1_AdjustResourceGroupResponse__Output>
  Create: MethodDefinition<_lockstep_v1_CreateResourceGroupRequest, _lockstep_v1_CreateResourceGroupResponse, _lockstep_v1_CreateResourceGroupRequest__Output, _lockstep_v1_CreateResourceGroupResponse__Output>
  CreateVolumeGroup: MethodDefinition<_lockstep_v1_CreateVolumeGroupRequest, _lockstep_v1_CreateVolumeGroupResponse, _lockstep_v1_CreateVolumeGroupRequest__Output, _lockstep_v1_CreateVolumeGroupResponse__Output>
  Delete: MethodDefinition<_lockstep_v1_DeleteResourceGroupRequest, _lockstep_v1_DeleteResourceGroupResponse, _lockstep_v1_DeleteResourceGroupRequest__Output, _lockstep_v1_DeleteResourceGroupResponse__Output>
  DeleteVolumeGroup: MethodDefinition<_lockstep_v1_DeleteVolumeGroupRequest, _lockstep_v1_DeleteVolumeGroupResponse, _lockstep_v1_DeleteVolumeGroupRequest__Output, _lockstep_v1_DeleteVolumeGroupResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListResourceGroupsRequest, _lockstep_v1_ListResourceGroupsResponse, _lockstep_v1_ListResourceGroupsRequest__Output, _lockstep_v1_ListResourceGroupsResponse__Output>
  Modify: MethodDefinition<_lockstep_v1_ModifyResourceGroupRequest, _lockstep_v1_ModifyResourceGroupResponse, _lockstep_v1_ModifyResourceGroupRequest__Output, _lockstep_v1_ModifyResourceGroupResponse__Output>
  QueryMaxVolumeSize: MethodDefinition<_lockstep_v1_QueryMaxVolumeSizeRequest, _lockstep_v1_QueryMaxVolumeSizeResponse, _lockstep_v1_QueryMaxVolumeSizeRequest__Output, _lockstep_v1_QueryMaxVolumeSizeResponse__Output>
  QuerySizeInfo: MethodDefinition<_lockstep_v1_QuerySizeInfoRequest, _lockstep_v1_QuerySizeInfoResponse, _lockstep_v1_QuerySizeInfoRequest__Output, _lockstep_v1_QuerySizeInfoResponse__Output>
  Spawn: MethodDefinition<_lockstep_v1_SpawnResourceRequest, _lockstep_v1_SpawnResourceResponse, _lockstep_v1_SpawnResourceRequest__Output, _lockstep_v1_SpawnResourceResponse__Output>
}
