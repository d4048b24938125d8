/**
 * A link that does not keep up under protocol A (DRBD §2.6, on-congestion). With pull-ahead this Primary stops mirroring to
 * that peer and only says what becomes out of sync there; once nothing is on its way any more, a resync brings it back.
 *
 *   Established / SyncSource → barrier → AHEAD → new generation → OUT_OF_SYNC notes … nothing in flight for a while
 *     → AHEAD (over) → bitmaps are exchanged → SyncSource → Established
 *
 * The peer is Outdated from the first AHEAD on, before the new generation reaches it on the same stream: it stays on the
 * one before, which is what our slot for it tracks from. All volumes of the connection go together, both ways.
 */
import { diskAtLeast } from '../../../common/states.ts';
import { millis } from '../../../common/units.ts';
import { reconsiderResync } from '../disk/marks.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { generationBecomesDue } from '../generation/generations.ts';
import type { TimerId } from '../payload.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource } from '../state.ts';
import { setDisk, setPeerDisk, setReplication } from '../transitions.ts';
import { closeEpoch } from '../write/epochs.ts';
import type { DataFrame } from '../wire/frames.ts';
import { beginSource, beginTarget } from './bitmap-exchange.ts';
import { forgetFollower } from './loss-cover.ts';
import { abandonSource } from './source.ts';
import { isSuspended } from './suspension.ts';
import { abandonTarget } from './target.ts';

type AheadFrame = Extract<DataFrame, { type: 'AHEAD' }>;

/** An idle link is looked at twice in a row, so that the return comes half a second to a second after the last answer. */
const IDLE_LOOK_MS = 500;

const timerOf = ({ peer }: Connection): TimerId => `ahead:${peer}` as TimerId;

/** Before a write is admitted: it shall not queue behind a link that is full. */
export function yieldToCongestion(r: Resource): void {
  for (const connection of r.connections.values()) {
    const { onCongestion } = connection.options;
    if (onCongestion === 'block' || connection.protocol !== 'A' || !isCongested(r, connection)) continue;
    if (!mayPullAhead(r, connection)) continue;
    if (onCongestion === 'pull-ahead') pullAhead(r, connection);
    else defer(r, { kind: 'stop-link', connection, reason: 'the link is congested (on-congestion disconnect)' });
  }
}

function isCongested(r: Resource, connection: Connection): boolean {
  const { congestionFillBytes, congestionExtents } = connection.options;
  if (connection.inFlightBytes === 0) return false;
  if (congestionFillBytes > 0 && connection.inFlightBytes + resyncInFlight(connection) >= congestionFillBytes)
    return true;
  // Each write counts its extents by itself: the exact number is only asked for where it may be enough.
  if (r.logExtents < congestionExtents) return false;
  return [...r.volumes.values()].some(({ md }) => (md?.log.referencedExtents().length ?? 0) >= congestionExtents);
}

function resyncInFlight(connection: Connection): number {
  let bytes = 0;
  for (const { source } of connection.devices.values())
    for (const request of source?.outstanding.values() ?? []) bytes += request.length;
  return bytes;
}

/** Our own disk takes over the marking, so it has to be there on every volume; and no volume may be between two states. */
function mayPullAhead(r: Resource, connection: Connection): boolean {
  if (r.role !== 'Primary' || connection.state !== 'Connected') return false;
  return [...connection.devices.values()].every(({ volume, replication, source, peerDisk }) => {
    if (volume.md === undefined || volume.disk !== 'UpToDate' || volume.adopting || volume.generationBusy) return false;
    if (replication === 'Established') return peerDisk === 'UpToDate' && source === undefined;
    return source?.bitsIn === true && !source.finishing;
  });
}

function pullAhead(r: Resource, connection: Connection): void {
  if (connection.epochWrites > 0) closeEpoch(r);
  for (const device of connection.devices.values()) {
    abandonSource(r, device);
    if (device.peerDisk === 'UpToDate') {
      setPeerDisk(r, device, 'Consistent');
      generationBecomesDue(r, device.volume);
    }
    setReplication(r, device, 'Ahead');
    tellAhead(r, device, true);
  }
  forgetFollower(r, connection.peer);
  connection.aheadIdle = false;
  r.ports.setTimer(timerOf(connection), millis(IDLE_LOOK_MS));
  defer(r, { kind: 'announce' });
}

function tellAhead(r: Resource, { connection, volume }: PeerDevice, ahead: boolean): void {
  if (connection.link === undefined) return;
  const { number, current, history } = volume;
  r.ports.send(connection.peer, connection.link, 'data', { type: 'AHEAD', volume: number, ahead, current, history });
}

/**
 * Back when the link is empty. Not while a resync with this peer is suspended: mirroring to a target that does not come
 * nearer would only fill the link again, and so on for ever.
 */
export function onAheadTimer(r: Resource, connection: Connection): void {
  const devices = [...connection.devices.values()].filter(({ replication }) => replication === 'Ahead');
  if (devices.length === 0 || connection.state !== 'Connected') return;
  const isIdle = connection.inFlightBytes === 0 && !devices.some(isSuspended);
  const wasIdle = connection.aheadIdle;
  connection.aheadIdle = isIdle;
  if (!isIdle || !wasIdle) {
    r.ports.setTimer(timerOf(connection), millis(IDLE_LOOK_MS));
    return;
  }
  for (const device of devices) {
    tellAhead(r, device, false);
    beginSource(r, device, {
      full: false,
      copySpare: false,
      restarts: false,
      peerCurrent: device.peerCurrent,
      wasInconsistent: false,
    });
  }
}

/** @returns a protocol error, or undefined. */
export function onAhead(r: Resource, connection: Connection, frame: AheadFrame): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume?.md === undefined) return 'ahead on a volume without a disk';
  const device = deviceOf(connection, volume);
  if (!frame.ahead) {
    if (device.replication === 'Behind')
      beginTarget(r, device, { full: false, checksum: false }, { ...frame, flags: 0 });
    return undefined;
  }
  abandonTarget(r, device);
  setReplication(r, device, 'Behind');
  connection.servedFrom = Number.POSITIVE_INFINITY;
  if (diskAtLeast(volume.disk, 'Consistent')) {
    setDisk(r, volume, 'Outdated', 'the Primary has pulled ahead');
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
  reconsiderResync(r);
  return undefined;
}
