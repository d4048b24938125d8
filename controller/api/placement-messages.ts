/** Wishes, verdicts and groups between the messages of proto/lockstep/v1 and the controller's own types. */
import type { PlacementVerdict as VerdictMessage } from '../../proto/gen/lockstep/v1/PlacementVerdict.ts';
import type { MaxVolumeCandidate } from '../../proto/gen/lockstep/v1/MaxVolumeCandidate.ts';
import type { QuerySizeInfoResponse } from '../../proto/gen/lockstep/v1/QuerySizeInfoResponse.ts';
import type { ResourceGroup as GroupMessage } from '../../proto/gen/lockstep/v1/ResourceGroup.ts';
import type { SelectFilter as FilterMessage, SelectFilter__Output } from '../../proto/gen/lockstep/v1/SelectFilter.ts';
import { type ClusterView, volumeGroupsOf } from '../domain/cluster-view.ts';
import type { PlacementVerdict } from '../domain/placement-verdict.ts';
import type { ResourceGroup, SelectFilter } from '../domain/resource-group.ts';
import type { FilterChange, FilterInput } from '../placement/filter-input.ts';
import type { PoolCandidate } from '../placement/max-volume.ts';
import type { SizeInfo } from '../service/capacity-queries.ts';

export const renderVerdict = ({ score, ...verdict }: PlacementVerdict): VerdictMessage =>
  score === undefined ? verdict : { ...verdict, score };

export function renderGroup(view: ClusterView, group: ResourceGroup): GroupMessage {
  return {
    name: group.name,
    description: group.description,
    selectFilter: renderFilter(group.filter),
    ...(group.peerSlots === undefined ? {} : { peerSlots: group.peerSlots }),
    volumeGroups: volumeGroupsOf(view, group.name).map(({ volume, flags, props }) => {
      return { volumeNumber: volume, flags: [...flags], props: { ...props } };
    }),
    props: { ...group.props },
  };
}

function renderFilter(filter: SelectFilter): FilterMessage {
  return {
    ...(filter.placeCount === undefined ? {} : { placeCount: filter.placeCount }),
    nodeNames: [...filter.nodeNames],
    storagePools: [...filter.storagePools],
    disklessStoragePools: [...filter.disklessStoragePools],
    doNotPlaceWith: [...filter.doNotPlaceWith],
    ...(filter.doNotPlaceWithRegex === undefined ? {} : { doNotPlaceWithRegex: filter.doNotPlaceWithRegex }),
    replicasOnSame: [...filter.replicasOnSame],
    replicasOnDifferent: [...filter.replicasOnDifferent],
    xReplicasOnDifferent: { ...filter.xReplicasOnDifferent },
    ...(filter.disklessOnRemaining === undefined ? {} : { disklessOnRemaining: filter.disklessOnRemaining }),
    layers: [...filter.layers],
    providers: [...filter.providers],
    ...(filter.scatterWidth === undefined ? {} : { scatterWidth: filter.scatterWidth }),
  };
}

interface WithFilter {
  readonly filter?: SelectFilter__Output | null;
  readonly clearFilter?: readonly string[];
}

export function filterChangeOf({ filter, clearFilter }: WithFilter): FilterChange {
  return { filter: filter ?? undefined, clear: clearFilter ?? [] };
}

interface ShortFilter extends WithFilter {
  readonly placeCount?: number;
  readonly additionalPlaceCount?: number;
  readonly storagePoolNames: readonly string[];
}

const NOTHING: FilterInput = {
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

/** Of a request that has short forms for a few fields. */
export function shortFilterChangeOf(request: ShortFilter): FilterChange {
  const { placeCount, additionalPlaceCount, storagePoolNames } = request;
  const { filter = NOTHING, clear } = filterChangeOf(request);
  return {
    filter: {
      ...filter,
      ...(placeCount === undefined ? {} : { placeCount }),
      ...(additionalPlaceCount === undefined ? {} : { additionalPlaceCount }),
      storagePools: [...filter.storagePools, ...storagePoolNames],
    },
    clear,
  };
}

export const renderSizeInfo = ({
  maxVolumeKib,
  availableKib,
  capacityKib,
  nextSpawn,
}: SizeInfo): QuerySizeInfoResponse => ({
  maxVolumeSizeKib: maxVolumeKib,
  availableSizeKib: availableKib,
  capacityKib,
  nextSpawnResult: nextSpawn.map(({ nodeName, storagePool, freeRatio, totalRatio }) => ({
    nodeName,
    storagePoolName: storagePool,
    freeCapacityOversubscriptionRatio: freeRatio,
    totalCapacityOversubscriptionRatio: totalRatio,
  })),
});

export const renderPoolCandidate = (candidate: PoolCandidate): MaxVolumeCandidate => ({
  storagePoolName: candidate.storagePool,
  maxVolumeSizeKib: candidate.sizeKib,
  nodeNames: [...candidate.nodeNames],
  allThin: candidate.allThin,
});
