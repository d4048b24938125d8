/** From a wish to the call of the service that fulfils it. */
import { unreachable } from '../../common/assert.ts';
import { volumeNumber } from '../../common/ids.ts';
import type { PropertyAddress } from '../../controller/service/property-owner.ts';
import type { FilterChange, FilterInput } from '../../controller/placement/filter-input.ts';
import { DiskService } from '../../controller/service/disk-service.ts';
import { NodeLifeCycle } from '../../controller/service/node-life-cycle.ts';
import { NodeService } from '../../controller/service/node-service.ts';
import { PropertyService } from '../../controller/service/property-service.ts';
import { ResourceDefinitionService } from '../../controller/service/resource-definition-service.ts';
import { ResourceGroupService } from '../../controller/service/resource-group-service.ts';
import { ResourceService } from '../../controller/service/resource-service.ts';
import { SpawnService } from '../../controller/service/spawn-service.ts';
import { StoragePoolService } from '../../controller/service/storage-pool-service.ts';
import type { CallOptions, Reply, ServiceContext } from '../../controller/service/use-case.ts';
import { VolumeDefinitionService } from '../../controller/service/volume-definition-service.ts';
import type { Wish } from './plan.ts';

const SIZE_KIB = 65_536;

const NO_FILTER: FilterInput = {
  nodeNames: [],
  storagePools: [],
  disklessStoragePools: [],
  doNotPlaceWith: [],
  replicasOnSame: [],
  replicasOnDifferent: [],
  xReplicasOnDifferent: {},
  layers: [],
  providers: [],
};
const NO_FILTER_CHANGE: FilterChange = { filter: NO_FILTER, clear: [] };

const ADDRESS: PropertyAddress = {
  kind: '',
  nodeName: '',
  otherNodeName: '',
  storagePoolName: '',
  resourceGroupName: '',
  resourceName: '',
  volumeNumber: 0,
};

export function fulfil(context: ServiceContext, wish: Wish, call: CallOptions): Promise<Reply> {
  switch (wish.kind) {
    case 'node-create': {
      const ports = { satellitePort: undefined, replicationPort: undefined, nbdPort: undefined };
      return new NodeService(context).create({ name: wish.node, address: '127.0.0.1', ...ports }, call);
    }
    case 'node-delete':
      return new NodeService(context).delete(wish.node, call);
    case 'evacuate':
      return new NodeLifeCycle(context).evacuate({ name: wish.node, targets: [], notTargets: [] }, call);
    case 'restore':
      return new NodeLifeCycle(context).restore(wish.node, call);
    case 'lost':
      return new NodeLifeCycle(context).lost(wish.node, call);
    case 'pool-create': {
      const backing = { providerKind: 'FILE', directory: `/d/${wish.pool}`, devices: [] };
      return new StoragePoolService(context).create({ nodeName: wish.node, name: wish.pool, ...backing }, call);
    }
    case 'pool-delete':
      return new StoragePoolService(context).delete([wish.node], wish.pool, call);
    case 'property':
    case 'node-property':
    case 'setting':
    case 'group-create':
      return describeObjects(context, wish, call);
    default:
      return fulfilForResource(context, wish, call);
  }
}

type Describing = Extract<Wish, { kind: 'property' | 'node-property' | 'setting' | 'group-create' }>;

function describeObjects(context: ServiceContext, wish: Describing, call: CallOptions): Promise<Reply> {
  if (wish.kind === 'group-create') {
    const input = {
      name: wish.group,
      description: undefined,
      peerSlots: undefined,
      filter: { ...NO_FILTER, placeCount: wish.places, replicasOnDifferent: wish.different },
      clear: [],
    };
    return new ResourceGroupService(context).create(input, call);
  }
  const change = { overrideProps: { [wish.key]: wish.value }, deleteProps: [], deleteNamespaces: [] };
  return new PropertyService(context).set(addressOf(wish), change, call);
}

function addressOf(wish: Exclude<Describing, { kind: 'group-create' }>): PropertyAddress {
  switch (wish.kind) {
    case 'property':
      return { ...ADDRESS, kind: 'resource-definition', resourceName: wish.resource };
    case 'node-property':
      return { ...ADDRESS, kind: 'node', nodeName: wish.node };
    case 'setting':
      return { ...ADDRESS, kind: 'controller' };
    default:
      return unreachable(wish);
  }
}

type AboutResource = Exclude<
  Wish,
  Describing | { kind: 'node-create' | 'node-delete' | 'evacuate' | 'restore' | 'lost' | 'pool-create' | 'pool-delete' }
>;

function fulfilForResource(context: ServiceContext, wish: AboutResource, call: CallOptions): Promise<Reply> {
  const { resource: resourceName } = wish;
  switch (wish.kind) {
    case 'define': {
      const definition = { name: resourceName, peerSlots: undefined, protocol: '', groupName: wish.group };
      return new ResourceDefinitionService(context).create(definition, call);
    }
    case 'definition-delete':
      return new ResourceDefinitionService(context).delete(resourceName, call);
    case 'volume-create': {
      const input = { resourceName, volumeNumber: volumeNumber(wish.volume), sizeKib: SIZE_KIB, blockBytes: undefined };
      return new VolumeDefinitionService(context).create(input, call);
    }
    case 'volume-delete':
      return new VolumeDefinitionService(context).delete(resourceName, wish.volume, call);
    case 'spawn': {
      const extent = { externalName: '', sizesKib: [SIZE_KIB], partial: false, definitionsOnly: false };
      const input = { ...NO_FILTER_CHANGE, ...extent, groupName: wish.group, resourceName, peerSlots: undefined };
      return new SpawnService(context).spawn(input, call);
    }
    case 'place':
      return new ResourceService(context).autoPlace(
        { ...NO_FILTER_CHANGE, resourceName, protocol: '', diskless: false },
        call,
      );
    case 'create': {
      const input = {
        resourceName,
        nodeNames: [wish.node],
        storagePoolName: '',
        diskless: wish.diskless,
        protocol: '',
      };
      return new ResourceService(context).create(input, call);
    }
    case 'delete':
      return new ResourceService(context).delete({ resourceName, nodeNames: [wish.node], keepTiebreaker: false }, call);
    case 'toggle': {
      const input = {
        resourceName,
        nodeName: wish.node,
        storagePoolName: '',
        diskless: wish.diskless,
        migrateFrom: '',
      };
      return new DiskService(context).toggle(input, call);
    }
    case 'migrate':
      return new DiskService(context).migrate(
        { resourceName, from: wish.from, to: wish.to, storagePoolName: '' },
        call,
      );
    default:
      return unreachable(wish);
  }
}
