// Original file: lockstep/v1/event.proto

import type { Node as _lockstep_v1_Node, Node__Output as _lockstep_v1_Node__Output } from '../../lockstep/v1/Node.ts';
import type { StoragePool as _lockstep_v1_StoragePool, StoragePool__Output as _lockstep_v1_StoragePool__Output } from '../../lockstep/v1/StoragePool.ts';
import type { ResourceDefinition as _lockstep_v1_ResourceDefinition, ResourceDefinition__Output as _lockstep_v1_ResourceDefinition__Output } from '../../lockstep/v1/ResourceDefinition.ts';
import type { VolumeDefinition as _lockstep_v1_VolumeDefinition, VolumeDefinition__Output as _lockstep_v1_VolumeDefinition__Output } from '../../lockstep/v1/VolumeDefinition.ts';
import type { Resource as _lockstep_v1_Resource, Resource__Output as _lockstep_v1_Resource__Output } from '../../lockstep/v1/Resource.ts';
import type { Long } from '@grpc/proto-loader';

export interface WatchEventsResponse {
  /**
   * Grows by one per event of this stream.
   */
  'sequence'?: (number | string | Long);
  /**
   * exists, create, change, destroy; "sync" (no object): the present state is complete.
   */
  'action'?: (string);
  /**
   * node, storage-pool, resource-definition, volume-definition, resource.
   */
  'kind'?: (string);
  /**
   * alpha; alpha/pool; db; db/0; db/alpha.
   */
  'key'?: (string);
  'timestampMs'?: (number | string | Long);
  'node'?: (_lockstep_v1_Node | null);
  'storagePool'?: (_lockstep_v1_StoragePool | null);
  'resourceDefinition'?: (_lockstep_v1_ResourceDefinition | null);
  'volumeDefinition'?: (_lockstep_v1_VolumeDefinition | null);
  /**
   * Includes its volumes and connections.
   */
  'resource'?: (_lockstep_v1_Resource | null);
  /**
   * The object after the event; none for destroy and sync.
   */
  'object'?: "node"|"storagePool"|"resourceDefinition"|"volumeDefinition"|"resource";
}

export interface WatchEventsResponse__Output {
  /**
   * Grows by one per event of this stream.
   */
  'sequence': (number);
  /**
   * exists, create, change, destroy; "sync" (no object): the present state is complete.
   */
  'action': (string);
  /**
   * node, storage-pool, resource-definition, volume-definition, resource.
   */
  'kind': (string);
  /**
   * alpha; alpha/pool; db; db/0; db/alpha.
   */
  'key': (string);
  'timestampMs': (number);
  'node'?: (_lockstep_v1_Node__Output | null);
  'storagePool'?: (_lockstep_v1_StoragePool__Output | null);
  'resourceDefinition'?: (_lockstep_v1_ResourceDefinition__Output | null);
  'volumeDefinition'?: (_lockstep_v1_VolumeDefinition__Output | null);
  /**
   * Includes its volumes and connections.
   */
  'resource'?: (_lockstep_v1_Resource__Output | null);
  /**
   * The object after the event; none for destroy and sync.
   */
  'object'?: "node"|"storagePool"|"resourceDefinition"|"volumeDefinition"|"resource";
}
