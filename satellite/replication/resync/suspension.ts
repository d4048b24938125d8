/**
 * Why a resync does not run (DRBD §1.4, §5.4). Each reason stands for itself; the resync runs when none is left.
 *
 * | reason | whose | ends |
 * |---|---|---|
 * | user | pause-sync on this node | resume-sync; an administrator's disconnect; detach |
 * | dependency, max-parallel | the order of resyncs on this node (engine/resync-order.ts) | its word; any loss of the link; detach |
 * | handler | before-resync-target or -source of this node | its exit code; the end of the resync or of the link |
 * | peer | the peer has reasons of its own | its word; any loss of the link |
 * | other-connection | the target asks another source, or this one has nothing fit to give | the choice, made anew at each change |
 *
 * RESYNC_PAUSED tells the peer whether the sender has reasons. `idle` is no reason, only what a target does for now: it asks
 * another source, or yields to a pause of this one. It tells the source that it can drop what it was asked.
 */
import { OperationError } from '../../../common/errors.ts';
import type { ReplicationInput } from '../events.ts';
import { reconsiderResync } from '../disk/marks.ts';
import type { PeerDevice, Resource } from '../state.ts';
import { setReplication } from '../transitions.ts';
import type { SuspensionReason, Told } from './suspension-flags.ts';

type OwnReason = 'user' | 'dependency' | 'max-parallel';

const hasOwnReason = ({ suspension }: PeerDevice): boolean =>
  suspension.user || suspension.dependency || suspension.maxParallel || suspension.handler;

export const isSuspended = (device: PeerDevice): boolean => hasOwnReason(device) || device.suspension.peer;

/** For people, in the order in which they look for it. */
export function suspensionReasons(device: PeerDevice): SuspensionReason[] {
  const { user, peer, dependency, maxParallel } = device.suspension;
  const reasons: SuspensionReason[] = [];
  if (user) reasons.push('user');
  if (peer) reasons.push('peer');
  if (dependency) reasons.push('dependency');
  if (maxParallel) reasons.push('max-parallel');
  if (reasons.length > 0) return reasons;
  if (device.replication === 'PausedSyncT') return ['other-connection'];
  return device.replication === 'PausedSyncS' ? ['peer'] : [];
}

/** Sets or clears one reason of this node. */
function suspend(r: Resource, device: PeerDevice, reason: OwnReason, on: boolean): void {
  const { suspension } = device;
  if (reason === 'user') suspension.user = on;
  else if (reason === 'dependency') suspension.dependency = on;
  else suspension.maxParallel = on;
  showSourceState(r, device);
  reconsiderResync(r);
}

/** The peer hears of it before anything else about this resync: nothing is copied, and nobody takes the silence for a fault. */
export function holdForHandler(r: Resource, device: PeerDevice, on: boolean): void {
  device.suspension.handler = on;
  tellSuspension(r, device);
  showSourceState(r, device);
  reconsiderResync(r);
}

type SuspensionInput = Extract<ReplicationInput, { kind: 'pause-sync' | 'resume-sync' | 'resync-turn' }>;

export function takeSuspension(r: Resource, input: SuspensionInput): void {
  const volume = r.volumes.get(input.volume);
  const device = volume === undefined ? undefined : r.connections.get(input.peer)?.devices.get(volume.number);
  if (input.kind === 'resync-turn') {
    if (device !== undefined) suspend(r, device, input.reason, input.waits);
    return;
  }
  if (device === undefined) {
    const error = new OperationError(
      'INVALID_ARGUMENT',
      `"${r.config.name}" has no volume ${input.volume} with a peer of node id ${input.peer}`,
    );
    r.ports.completeClient(input.id, { ok: false, error });
    return;
  }
  suspend(r, device, 'user', input.kind === 'pause-sync');
  r.ports.completeClient(input.id, { ok: true });
}

/** The target is gone: that it asked for nothing went with it, and the source knows. */
export function onTargetGone({ suspension }: PeerDevice): void {
  suspension.handler = false;
  if (suspension.told === 'idle') suspension.told = 'running';
}

/** The link is gone: what the peer said is void, and the order of resyncs is decided anew when one begins. */
export function onLinkLostSuspension({ suspension }: PeerDevice): void {
  suspension.peer = false;
  suspension.dependency = false;
  suspension.maxParallel = false;
  suspension.handler = false;
  suspension.told = 'running';
}

/** An administrator ends the connection, or the disk goes: a pause does not outlive what it was about. */
export function releaseUserPause(r: Resource, device: PeerDevice): void {
  if (device.suspension.user) suspend(r, device, 'user', false);
}

/** A source that is suspended, here or there, says so in its state. */
export function showSourceState(r: Resource, device: PeerDevice): void {
  const { source, replication } = device;
  if (source === undefined || (replication !== 'SyncSource' && replication !== 'PausedSyncS')) return;
  const isPaused = source.peerPaused || isSuspended(device);
  setReplication(r, device, isPaused ? 'PausedSyncS' : 'SyncSource');
}

/** Lets the peer know whether we have reasons, whenever that changes. Both ends of a resync, and those of none. */
export function tellSuspension(r: Resource, device: PeerDevice): void {
  const { connection, suspension, target } = device;
  if (connection.state !== 'Connected' || connection.link === undefined) return;
  const told = toTell(device, target?.active !== false);
  if (suspension.told === told) return;
  suspension.told = told;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'RESYNC_PAUSED',
    volume: device.volume.number,
    paused: told !== 'running',
    idle: told === 'idle',
  });
}

function toTell(device: PeerDevice, runs: boolean): Told {
  if (hasOwnReason(device)) return 'own';
  return runs || device.replication === 'WFBitMapT' ? 'running' : 'idle';
}
