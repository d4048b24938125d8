/** Resource groups and volume groups: templates for resources, and the wishes that their placement follows. */
import type { VolumeNumber } from '../../common/ids.ts';
import type { Properties } from './properties.ts';
import type { ProviderKind } from './storage-pool.ts';

/** Always there. */
export const DEFAULT_GROUP = 'DfltRscGrp';
export const DEFAULT_GROUP_PLACE_COUNT = 2;

/** Where replicas are wanted. An empty list or an absent value wishes nothing. */
export interface SelectFilter {
  /** Diskful replicas in all. */
  readonly placeCount?: number | undefined;
  /** Diskful replicas beyond those that there are; wins over `placeCount`. */
  readonly additionalPlaceCount?: number | undefined;
  readonly nodeNames: readonly string[];
  readonly storagePools: readonly string[];
  readonly disklessStoragePools: readonly string[];
  /** Names of resources whose nodes are avoided. */
  readonly doNotPlaceWith: readonly string[];
  /** Found anywhere in the name, without case. */
  readonly doNotPlaceWithRegex?: string | undefined;
  /** Keys of properties of nodes (`Aux/zone`), or `key=value`. */
  readonly replicasOnSame: readonly string[];
  readonly replicasOnDifferent: readonly string[];
  /** At most so many replicas per value of the property. */
  readonly xReplicasOnDifferent: Readonly<Record<string, number>>;
  readonly disklessOnRemaining?: boolean | undefined;
  readonly layers: readonly string[];
  readonly providers: readonly ProviderKind[];
  /** Copysets: how many other nodes the replicas of one node are spread over; absent: any. */
  readonly scatterWidth?: number | undefined;
}

export const NO_FILTER: SelectFilter = {
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

export interface ResourceGroup {
  readonly name: string;
  readonly description: string;
  readonly filter: SelectFilter;
  /** Of the resource definitions made from it. */
  readonly peerSlots?: number | undefined;
  readonly props: Properties;
  readonly createdAtMs: number;
}

export interface VolumeGroup {
  readonly groupName: string;
  readonly volume: VolumeNumber;
  readonly flags: readonly 'GROSS_SIZE'[];
  readonly props: Properties;
}
