/** Objects of the control plane for tests: whole, with what a test does not care about filled in. */
import { nodeId, volumeNumber } from '../../common/ids.ts';
import { DEFAULT_INTERFACE, type Node } from '../../controller/domain/node.ts';
import { NO_PROPERTIES } from '../../controller/domain/properties.ts';
import type { Resource } from '../../controller/domain/resource.ts';
import type { ResourceDefinition, VolumeDefinition } from '../../controller/domain/resource-definition.ts';
import { DEFAULT_GROUP } from '../../controller/domain/resource-group.ts';
import type { StoragePool } from '../../controller/domain/storage-pool.ts';

export const aNode = (name: string, extra: Partial<Node> & { readonly address?: string } = {}): Node => {
  const { address = '127.0.0.1', ...rest } = extra;
  return {
    name,
    type: 'SATELLITE',
    interfaces: [{ name: DEFAULT_INTERFACE, address, satellitePort: 3366 }],
    activeInterface: DEFAULT_INTERFACE,
    replicationPort: 7000,
    nbdPort: 10809,
    props: NO_PROPERTIES,
    createdAtMs: 0,
    ...rest,
  };
};

export const aPool = (nodeName: string, name = 'DfltStorPool', extra: Partial<StoragePool> = {}): StoragePool => ({
  name,
  nodeName,
  providerKind: 'FILE',
  directory: `/d/${name}`,
  devices: [],
  props: NO_PROPERTIES,
  createdAtMs: 0,
  ...extra,
});

export const aDefinition = (name = 'db', extra: Partial<ResourceDefinition> = {}): ResourceDefinition => ({
  name,
  groupName: DEFAULT_GROUP,
  peerSlots: 7,
  protocol: 'C',
  usedNodeIds: 0,
  props: NO_PROPERTIES,
  createdAtMs: 0,
  ...extra,
});

export const aVolumeDefinition = (resourceName = 'db', extra: Partial<VolumeDefinition> = {}): VolumeDefinition => ({
  resourceName,
  volume: volumeNumber(0),
  sizeKib: 4096,
  blockBytes: 4096,
  props: NO_PROPERTIES,
  createdAtMs: 0,
  ...extra,
});

/** Diskful in DfltStorPool, with volume 0. */
export const aResource = (nodeName: string, id: number, extra: Partial<Resource> = {}): Resource => ({
  resourceName: 'db',
  nodeName,
  nodeId: nodeId(id),
  diskful: true,
  storagePool: 'DfltStorPool',
  peerSlots: 7,
  bitmapSlots: [],
  volumes: [{ volume: volumeNumber(0), props: NO_PROPERTIES }],
  props: NO_PROPERTIES,
  createdAtMs: 0,
  ...extra,
});
