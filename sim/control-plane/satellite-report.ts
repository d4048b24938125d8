/** What a simulated satellite reports of itself: all of it, each time. */
import type { ObservedPool, ObservedResource } from '../../controller/domain/observed.ts';
import type { StatusReport } from '../../controller/satellites/satellite-client.ts';
import type { HeldResource, Holder } from './held.ts';
import type { Links } from './links.ts';

const POOL_KIB = 10_485_760;

export function reportOf(satellite: Holder, links: Links): StatusReport {
  const volumes = [...satellite.resources.values()].flatMap(({ desired }) => desired.volumes);
  const pools = [...satellite.pools.values()].map((pool): ObservedPool => {
    const used = volumes.filter((each) => each.storagePool === pool.name).reduce((sum, each) => sum + each.sizeKib, 0);
    return {
      name: pool.name,
      providerKind: pool.providerKind,
      totalKib: POOL_KIB,
      freeKib: POOL_KIB - used,
      maxVolumeKib: 0,
      reports: [],
    };
  });
  const resources = [...satellite.resources.values()].map((held) => observe(satellite, held, links));
  return { full: true, resources, removedResources: [], pools, removedPools: [] };
}

function observe(satellite: Holder, held: HeldResource, links: Links): ObservedResource {
  const { desired, disks, open } = held;
  return {
    name: desired.name,
    nodeId: desired.nodeId,
    role: open ? 'Primary' : 'Secondary',
    inUse: open,
    volumes: desired.volumes.map(({ volume, sizeKib }) => ({
      volume,
      diskState: disks.get(volume)?.state ?? 'Diskless',
      sizeKib,
      allocatedKib: disks.has(volume) ? sizeKib : 0,
      backingPath: '',
      nbdExport: `${desired.name}/${volume}`,
      open,
    })),
    connections: desired.peers.map(({ name, protocol }) => ({
      peerName: name,
      state: links.reach(satellite.name, name) ? 'Connected' : 'Connecting',
      peerRole: satellite.isOpenOn(name, desired.name) ? 'Primary' : 'Secondary',
      protocol,
      peerDevices: [],
    })),
    problems: [],
  };
}
