/**
 * The status of resources in the words and layout of `drbdsetup status` (DRBD 9 reference §8.2). What DRBD has and
 * Lockstep has not (minor numbers, TLS of links, paths) is left out rather than invented.
 */
import { REPLICATION_STATES, type ReplicationState } from '../../common/states.ts';
import type { ConnectionStatus, PeerDeviceStatus, ResourceStatus, VolumeStatus } from '../admin/status-schema.ts';
import { type Colour, paint, printable, type Style } from '../terminal.ts';

interface StatusView {
  readonly verbose: boolean;
  readonly statistics: boolean;
}

/** One block per resource, a blank line after each, as drbdsetup. */
export function renderStatus(resources: readonly ResourceStatus[], view: StatusView, style: Style): string {
  if (resources.length === 0) return '# No currently configured resources.\n';
  return resources.map((resource) => `${resourceLines(resource, view, style).join('\n')}\n\n`).join('');
}

function resourceLines(resource: ResourceStatus, view: StatusView, style: Style): string[] {
  const head = [resource.name];
  if (view.verbose) head.push(`node-id:${resource.node}`);
  head.push(`role:${paint(style, roleColour(resource.role), resource.role)}`);
  if (view.verbose || resource.suspended.length > 0) head.push(`suspended:${resource.suspended.join(',') || 'no'}`);
  if (view.verbose || resource.forceIoFailures) head.push(`force-io-failures:${yesNo(resource.forceIoFailures)}`);
  const lines = [head.join(' ')];
  if (view.verbose || view.statistics) lines.push(`    write-ordering:${resource.writeOrdering}`);
  for (const problem of resource.problems ?? []) {
    lines.push(
      `  ${paint(style, 'red', `problem: ${printable(problem.message)} (${problem.code}, ${problem.number})`)}`,
    );
    if (problem.cause !== undefined) lines.push(`      cause: ${oneLine(problem.cause)}`);
    if (problem.correction !== undefined) lines.push(`      correction: ${oneLine(problem.correction)}`);
  }
  const single = resource.volumes.length === 1 && resource.volumes[0]?.volume === 0;
  for (const volume of resource.volumes) lines.push(...volumeLines(volume, view, single, style));
  for (const connection of resource.connections) lines.push(...connectionLines(connection, view, single, style));
  return lines;
}

function volumeLines(volume: VolumeStatus, view: StatusView, single: boolean, style: Style): string[] {
  const words: string[] = [];
  if (!single || view.verbose || view.statistics) words.push(`volume:${volume.volume}`);
  words.push(`disk:${paint(style, diskColour(volume.disk, volume.client), volume.disk)}`);
  if (view.verbose || volume.client) words.push(`client:${yesNo(volume.client)}`);
  if (view.verbose) words.push(`backing_dev:${volume.backingPath ?? 'none'}`);
  if (view.verbose || !volume.quorum) words.push(`quorum:${yesNo(volume.quorum)}`);
  words.push(`open:${yesNo(volume.open)}`);
  const lines = [`  ${words.join(' ')}`];
  if (view.statistics) {
    lines.push(
      `      size:${inKib(volume.sizeBytes)} read:${inKib(volume.readBytes)} written:${inKib(volume.writtenBytes)}` +
        ` al-writes:${volume.alWrites} bm-writes:${volume.bmWrites} upper-pending:${volume.upperPending}` +
        ` lower-pending:${volume.lowerPending}${restOfStatistics(volume, view)}`,
    );
  }
  return lines;
}

function restOfStatistics({ alSuspended, blocked }: VolumeStatus, { verbose }: StatusView): string {
  const log = verbose || alSuspended ? ` al-suspended:${yesNo(alSuspended)}` : '';
  return verbose || blocked !== 'no' ? `${log} blocked:${blocked}` : log;
}

function connectionLines(connection: ConnectionStatus, view: StatusView, single: boolean, style: Style): string[] {
  const connected = connection.state === 'Connected';
  const words = [connection.name];
  if (view.verbose) words.push(`node-id:${connection.peer}`);
  if (view.verbose || !connected)
    words.push(`connection:${paint(style, connected ? 'green' : 'red', connection.state)}`);
  if (view.verbose || connected)
    words.push(`role:${paint(style, roleColour(connection.peerRole), connection.peerRole)}`);
  if (view.verbose || connection.congested) words.push(`congested:${yesNo(connection.congested)}`);
  const lines = [`  ${words.join(' ')}`];
  if (view.statistics) {
    const damaged = connection.damagedFrames === 0 ? '' : ` damaged:${connection.damagedFrames}`;
    lines.push(
      `      ap-in-flight:${inSectors(connection.apInFlightBytes)} rs-in-flight:${inSectors(connection.rsInFlightBytes)}${damaged}`,
    );
  }
  if (!connected && !view.verbose && !view.statistics) return lines;
  for (const device of connection.peerDevices) lines.push(...peerDeviceLines(device, view, single, style));
  return lines;
}

function peerDeviceLines(device: PeerDeviceStatus, view: StatusView, single: boolean, style: Style): string[] {
  const words: string[] = [];
  if (!single || view.verbose || view.statistics) words.push(`volume:${device.volume}`);
  if (view.verbose || isBeyondEstablished(device.replication)) {
    words.push(`replication:${paint(style, replicationColour(device.replication), device.replication)}`);
  }
  words.push(`peer-disk:${paint(style, diskColour(device.peerDisk, false), device.peerDisk)}`);
  if (view.verbose || device.peerClient) words.push(`peer-client:${yesNo(device.peerClient)}`);
  const done = donePercent(device);
  if (done !== undefined) words.push(`done:${done.toFixed(2)}`);
  if (view.verbose || device.resyncSuspended !== 'no') words.push(`resync-suspended:${device.resyncSuspended}`);
  const lines = [`    ${words.join(' ')}`];
  if (view.statistics) {
    lines.push(
      `        received:${inKib(device.receivedBytes)} sent:${inKib(device.sentBytes)} out-of-sync:${inKib(device.outOfSyncBytes)}` +
        ` pending:${device.pending} unacked:${device.unacked}${view.verbose ? syncText(device) : ''}`,
    );
  }
  return lines;
}

/** `drbdsetup status --json`: DRBD's keys, sizes in KiB; `generation` keys are ours. */
export function statusJson(resources: readonly ResourceStatus[]): unknown {
  return resources.map((resource) => ({
    name: resource.name,
    'node-id': resource.node,
    role: resource.role,
    suspended: resource.suspended.length > 0,
    'suspended-user': resource.suspended.includes('user'),
    'suspended-no-data': resource.suspended.includes('no-data'),
    'suspended-fencing': resource.suspended.includes('fencing'),
    'suspended-quorum': resource.suspended.includes('quorum'),
    'force-io-failures': resource.forceIoFailures,
    'write-ordering': resource.writeOrdering,
    'may-promote': resource.mayPromote,
    'promotion-score': resource.promotionScore,
    devices: resource.volumes.map((volume) => ({
      volume: volume.volume,
      'disk-state': volume.disk,
      client: volume.client,
      open: volume.open,
      quorum: volume.quorum,
      size: inKib(volume.sizeBytes),
      read: inKib(volume.readBytes),
      written: inKib(volume.writtenBytes),
      'al-writes': volume.alWrites,
      'bm-writes': volume.bmWrites,
      'upper-pending': volume.upperPending,
      'lower-pending': volume.lowerPending,
      'bitmap-block-size': volume.blockBytes,
      'current-generation': volume.currentGeneration,
      'history-generations': volume.history,
      flags: volume.flags,
      ...(volume.backingPath === undefined ? {} : { 'backing-dev': volume.backingPath }),
    })),
    connections: resource.connections.map((connection) => ({
      'peer-node-id': connection.peer,
      name: connection.name,
      'connection-state': connection.state,
      'peer-role': connection.peerRole,
      congested: connection.congested,
      protocol: connection.protocol,
      'ap-in-flight': inSectors(connection.apInFlightBytes),
      'rs-in-flight': inSectors(connection.rsInFlightBytes),
      paths: connection.paths.map(({ local, peer, established }) => ({
        this_host: local,
        remote_host: peer,
        established,
      })),
      ...(connection.damagedFrames === 0 ? {} : { damaged: connection.damagedFrames }),
      peer_devices: connection.peerDevices.map((device) => ({
        volume: device.volume,
        'replication-state': device.replication,
        'peer-disk-state': device.peerDisk,
        'peer-client': device.peerClient,
        'resync-suspended': device.resyncSuspended,
        received: inKib(device.receivedBytes),
        sent: inKib(device.sentBytes),
        'out-of-sync': inKib(device.outOfSyncBytes),
        pending: device.pending,
        unacked: device.unacked,
        'has-sync-details': donePercent(device) !== undefined && !isVerifying(device.replication),
        'has-online-verify-details': isVerifying(device.replication),
        'percent-in-sync': donePercent(device) ?? 100,
        'bitmap-generation': device.bitmapGeneration,
        ...syncRates(device),
      })),
    })),
  }));
}

interface SyncRates {
  /** MiB per second. */
  readonly dbdt0: number;
  readonly dbdt1: number;
  /** Seconds; undefined while nothing moves. */
  readonly eta: number | undefined;
}

/** How fast the resync of this node runs now and over some seconds, and when it will be done at that. */
function syncRates({ resyncRates, outOfSyncBytes }: PeerDeviceStatus): SyncRates | undefined {
  const [latest, longer = latest] = resyncRates;
  if (latest === undefined || longer === undefined) return undefined;
  return {
    dbdt0: inMib(latest),
    dbdt1: inMib(longer),
    eta: longer > 0 ? Math.ceil(outOfSyncBytes / longer) : undefined,
  };
}

function syncText(device: PeerDeviceStatus): string {
  const rates = syncRates(device);
  if (rates === undefined) return '';
  const end = rates.eta === undefined ? 'unknown' : String(rates.eta);
  return ` dbdt0:${rates.dbdt0.toFixed(2)} dbdt1:${rates.dbdt1.toFixed(2)} eta:${end}`;
}

const RESYNCING: ReadonlySet<ReplicationState> = new Set([
  'SyncSource',
  'SyncTarget',
  'PausedSyncS',
  'PausedSyncT',
  'VerifyS',
  'VerifyT',
]);

const isVerifying = (state: ReplicationState): boolean => state === 'VerifyS' || state === 'VerifyT';

/** Part of the running resync that is done, 0..100; undefined when none runs. */
export function donePercent(device: PeerDeviceStatus): number | undefined {
  if (!RESYNCING.has(device.replication)) return undefined;
  if (device.resyncTotalBlocks === 0) return 100;
  // Two digits, rounded down: 100.00 appears only at the end.
  return Math.min(100, Math.floor((10_000 * device.resyncDoneBlocks) / device.resyncTotalBlocks) / 100);
}

const isBeyondEstablished = (state: ReplicationState): boolean =>
  REPLICATION_STATES.indexOf(state) > REPLICATION_STATES.indexOf('Established');

const oneLine = (text: string): string => printable(text).replaceAll('\n', ' ');
const inKib = (bytes: number): number => Math.floor(bytes / 1024);
const inMib = (bytes: number): number => Math.floor((bytes * 100) / 1_048_576) / 100;
const inSectors = (bytes: number): number => Math.floor(bytes / 512);
const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const roleColour = (role: ResourceStatus['role']): Colour | undefined => (role === 'Primary' ? 'green' : undefined);
const replicationColour = (state: ReplicationState): Colour | undefined =>
  state === 'Established' ? 'green' : state === 'Off' ? undefined : 'yellow';

function diskColour(disk: VolumeStatus['disk'], intended: boolean): Colour | undefined {
  if (disk === 'UpToDate') return 'green';
  if (disk === 'Diskless') return intended ? 'green' : 'red';
  return disk === 'Inconsistent' || disk === 'Failed' ? 'red' : 'yellow';
}
