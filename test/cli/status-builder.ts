/** A resource as a satellite reports it, with usual values: tests name only what they are about. */
import type {
  ConnectionStatus,
  PeerDeviceStatus,
  ResourceStatus,
  VolumeStatus,
} from '../../cli/admin/status-schema.ts';

export const aPeerDevice = (fields: Partial<PeerDeviceStatus> = {}): PeerDeviceStatus => ({
  volume: 0,
  replication: 'Established',
  peerDisk: 'UpToDate',
  peerClient: false,
  resyncSuspended: 'no',
  outOfSyncBytes: 0,
  resyncDoneBlocks: 0,
  resyncTotalBlocks: 0,
  resyncRates: [],
  receivedBytes: 0,
  sentBytes: 0,
  pending: 0,
  unacked: 0,
  bitmapGeneration: '0000000000000000',
  ...fields,
});

export const aConnection = (fields: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  peer: 1,
  name: 'sat2',
  protocol: 'C',
  state: 'Connected',
  reason: '',
  peerRole: 'Secondary',
  congested: false,
  paths: [{ local: '10.0.0.1:7000', peer: '10.0.0.2:7000', established: true }],
  apInFlightBytes: 0,
  damagedFrames: 0,
  rsInFlightBytes: 0,
  peerDevices: [aPeerDevice()],
  ...fields,
});

export const aVolume = (fields: Partial<VolumeStatus> = {}): VolumeStatus => ({
  volume: 0,
  disk: 'UpToDate',
  client: false,
  open: false,
  quorum: true,
  sizeBytes: 268_435_456,
  blockBytes: 4096,
  readBytes: 0,
  writtenBytes: 0,
  alWrites: 0,
  bmWrites: 0,
  upperPending: 0,
  lowerPending: 0,
  alSuspended: false,
  blocked: 'no',
  currentGeneration: '00000000DEADBEEF',
  history: [],
  flags: [],
  ...fields,
});

export const aResource = (fields: Partial<ResourceStatus> = {}): ResourceStatus => ({
  name: 'r0',
  node: 0,
  role: 'Secondary',
  mayPromote: true,
  promotionScore: 10_102,
  suspended: [],
  forceIoFailures: false,
  writeOrdering: 'flush',
  primaryNeighbours: 0,
  volumes: [aVolume()],
  connections: [aConnection()],
  ...fields,
});
