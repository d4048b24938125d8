/** What satellites report, as last heard. Never a reason to give up data: a stale report counts as "unknown". */
import type { Answer } from './answer.ts';
import { nameKey, sameName } from './node.ts';
import type { Resource } from './resource.ts';

/** The words of LINSTOR. */
export type ConnectionStatus =
  | 'UNKNOWN'
  | 'OFFLINE'
  | 'CONNECTED'
  | 'ONLINE'
  | 'VERSION_MISMATCH'
  | 'FULL_SYNC_FAILED'
  | 'HOSTNAME_MISMATCH'
  | 'OTHER_CONTROLLER';

export interface ObservedPool {
  readonly name: string;
  readonly providerKind: string;
  readonly totalKib: number;
  readonly freeKib: number;
  /** The largest volume that could be made; 0: any that fits `freeKib`. */
  readonly maxVolumeKib: number;
  readonly reports: readonly Answer[];
}

export interface ObservedPeerDevice {
  readonly volume: number;
  readonly replicationState: string;
  readonly peerDiskState: string;
  readonly donePercent: number | undefined;
  readonly outOfSyncKib: number;
}

export interface ObservedConnection {
  readonly peerName: string;
  readonly state: string;
  readonly peerRole: string;
  readonly protocol: string;
  readonly peerDevices: readonly ObservedPeerDevice[];
}

export interface ObservedVolume {
  readonly volume: number;
  readonly diskState: string;
  readonly sizeKib: number;
  readonly allocatedKib: number;
  readonly backingPath: string;
  readonly nbdExport: string;
  readonly open: boolean;
}

export interface ObservedResource {
  readonly name: string;
  /** Tells a replica from one that was there before: a report of that one may still be the last word heard. */
  readonly nodeId: number;
  readonly role: string;
  readonly inUse: boolean;
  readonly volumes: readonly ObservedVolume[];
  readonly connections: readonly ObservedConnection[];
  readonly problems: readonly Answer[];
}

/** Keys are `nameKey`s. */
export interface NodeStatus {
  readonly connection: ConnectionStatus;
  /** Why it is not ONLINE. */
  readonly problem: Answer | undefined;
  readonly version: string | undefined;
  readonly pools: ReadonlyMap<string, ObservedPool>;
  readonly resources: ReadonlyMap<string, ObservedResource>;
}

export interface ClusterStatus {
  node(name: string): NodeStatus;
}

export const NEVER_SEEN: NodeStatus = {
  connection: 'UNKNOWN',
  problem: undefined,
  version: undefined,
  pools: new Map(),
  resources: new Map(),
};

export const isOnline = (status: ClusterStatus, nodeName: string): boolean =>
  status.node(nodeName).connection === 'ONLINE';

/** Attempts have failed: nothing is to be expected soon. */
export function isAway(status: ClusterStatus, nodeName: string): boolean {
  const { connection } = status.node(nodeName);
  return connection !== 'ONLINE' && connection !== 'CONNECTED' && connection !== 'UNKNOWN';
}

export const observedResource = (
  status: ClusterStatus,
  nodeName: string,
  resourceName: string,
): ObservedResource | undefined => status.node(nodeName).resources.get(nameKey(resourceName));

/** A client has it open there, by the node's own (possibly old) word or by what one of its peers sees. */
export function inUseOn(
  status: ClusterStatus,
  resourceName: string,
  nodeName: string,
  peerNames: readonly string[],
): boolean {
  const own = observedResource(status, nodeName, resourceName);
  if (own?.inUse === true || own?.volumes.some((volume) => volume.open) === true) return true;
  if (isOnline(status, nodeName)) return false;
  return peerNames.some((peer) => {
    if (!isOnline(status, peer)) return false;
    const link = observedResource(status, peer, resourceName)?.connections.find((entry) =>
      sameName(entry.peerName, nodeName),
    );
    return link?.state === 'Connected' && link.peerRole === 'Primary';
  });
}

/** States that hold no complete copy. Outdated or Consistent is old but whole, Attaching or Negotiating not yet known. */
const INCOMPLETE = ['Inconsistent', 'Diskless', 'Failed'];

/** By a current report of the node itself, about this very replica. */
export function copyQuality(
  status: ClusterStatus,
  { resourceName, nodeName, nodeId }: Pick<Resource, 'resourceName' | 'nodeName' | 'nodeId'>,
  volumes: readonly number[],
): 'up-to-date' | 'incomplete' | 'unknown' {
  if (!isOnline(status, nodeName)) return 'unknown';
  const own = observedResource(status, nodeName, resourceName);
  if (own === undefined || own.nodeId !== nodeId) return 'unknown';
  const states = volumes.map(
    (number) => own.volumes.find((volume) => volume.volume === number)?.diskState ?? 'DUnknown',
  );
  if (states.every((state) => state === 'UpToDate')) return 'up-to-date';
  return states.some((state) => INCOMPLETE.includes(state)) ? 'incomplete' : 'unknown';
}
