/** Roles and states of DRBD 9, spelled as `drbdsetup status` prints them. Order is data: worst or earliest first. */

export type Role = 'Primary' | 'Secondary' | 'Unknown';

/** Worst to best. Only UpToDate serves application I/O unconditionally. */
export const DISK_STATES = [
  'Diskless',
  'Attaching',
  'Detaching',
  'Failed',
  'Negotiating',
  'Inconsistent',
  'Outdated',
  'DUnknown',
  'Consistent',
  'UpToDate',
] as const;
export type DiskState = (typeof DISK_STATES)[number];

/** Ordered; below Connected there is no usable link. Legal successors: see LEGAL_CONNECTION_STEPS. */
export const CONNECTION_STATES = [
  'StandAlone',
  'Disconnecting',
  'Unconnected',
  'Timeout',
  'BrokenPipe',
  'NetworkFailure',
  'ProtocolError',
  'TearDown',
  'Connecting',
  'Connected',
] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** Replication state of a peer device (volume × connection). */
export const REPLICATION_STATES = [
  'Off',
  'Established',
  'StartingSyncS',
  'StartingSyncT',
  'WFBitMapS',
  'WFBitMapT',
  'WFSyncUUID',
  'SyncSource',
  'SyncTarget',
  'VerifyS',
  'VerifyT',
  'PausedSyncS',
  'PausedSyncT',
  'Ahead',
  'Behind',
] as const;
export type ReplicationState = (typeof REPLICATION_STATES)[number];

/** In sync, mirroring: Established, or that with a verify looking on. */
export const isEstablished = (state: ReplicationState): boolean =>
  state === 'Established' || state === 'VerifyS' || state === 'VerifyT';

const LOST = ['Unconnected', 'Disconnecting'] as const;
export const LEGAL_CONNECTION_STEPS: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  StandAlone: ['Unconnected'],
  Disconnecting: ['StandAlone'],
  Unconnected: ['Connecting', 'Disconnecting'],
  Timeout: LOST,
  BrokenPipe: LOST,
  NetworkFailure: LOST,
  ProtocolError: LOST,
  TearDown: LOST,
  Connecting: ['Connected', 'Unconnected', 'Disconnecting'],
  Connected: ['Unconnected', 'Disconnecting', 'Timeout', 'BrokenPipe', 'NetworkFailure', 'ProtocolError', 'TearDown'],
};

const DISK_RANK = new Map<DiskState, number>(DISK_STATES.map((state, rank) => [state, rank]));

export function diskRank(state: DiskState): number {
  return DISK_RANK.get(state) ?? 0;
}

export const diskAtLeast = (state: DiskState, floor: DiskState): boolean => diskRank(state) >= diskRank(floor);

/** A disk is attached and readable in some form: it takes part in replication. */
export const hasDisk = (state: DiskState): boolean => diskAtLeast(state, 'Inconsistent') && state !== 'DUnknown';
