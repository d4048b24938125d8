/** What administrators and the controller ask of a resource: volumes and peers come and go, links and disks too, and the clean end. */
import { unreachable } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import {
  abandonRequests,
  cancelDisconnect,
  isLeaving,
  requestAttach,
  requestDetach,
  requestDisconnect,
} from './cluster-change/requests.ts';
import type { VolumeConfig } from './config.ts';
import type { ReplicationInput } from './events.ts';
import { loseLink, rehandshake, renewLink, startConnecting, stopConnecting } from './link/link.ts';
import type { ClientRequestId, TimerId } from './payload.ts';
import { outdateByCommand } from './disk/outdate.ts';
import { isLogEmpty, isReferenced } from './disk/persistence.ts';
import { quiesceVolume } from './disk/quiesce.ts';
import { settleUnlogged } from './disk/unlogged.ts';
import { failStalled, resumeIo, suspendIo } from './quorum/thaw.ts';
import { requestDemotion } from './roles/roles.ts';
import { changeOptions } from './options/change-options.ts';
import { wantedProtocol } from './options/protocol.ts';
import type { OptionChange } from '../../common/options/option-table.ts';
import { newPeerDevice, newVolume } from './new-state.ts';
import { takeSuspension } from './resync/suspension.ts';
import { noteBackingGrown, requestResize, setBlockSize } from './sizes/requests.ts';
import { requestSync } from './resync/on-demand.ts';
import { startFirstGeneration } from './generation/initial.ts';
import { intendDisk, retireDisk } from './membership/disk-intent.ts';
import { addPeer, forgetPeer, removePeer } from './membership/peers.ts';
import { requestVerify } from './verify/start.ts';
import type { Connection, Resource, Volume } from './state.ts';

const OK = { ok: true } as const;

export const noVolume = (r: Resource, volume: number): OperationError =>
  new OperationError('VOLUME_NOT_FOUND', `"${r.config.name}" has no volume ${volume}`);

type AdminInput = Extract<
  ReplicationInput,
  {
    kind:
      | 'connect'
      | 'disconnect'
      | 'attach'
      | 'detach'
      | 'verify'
      | 'invalidate'
      | 'invalidate-remote'
      | 'add-volume'
      | 'remove-volume'
      | 'add-peer'
      | 'remove-peer'
      | 'forget-peer'
      | 'retire-disk'
      | 'intend-disk'
      | 'pause-sync'
      | 'resume-sync'
      | 'resync-turn'
      | 'set-options'
      | 'rename'
      | 'suspend-io'
      | 'resume-io'
      | 'outdate'
      | 'new-current-uuid'
      | 'resize'
      | 'set-bitmap-block-size'
      | 'backing-grown'
      | 'shutdown';
  }
>;

export function takeAdmin(r: Resource, input: AdminInput): void {
  switch (input.kind) {
    case 'connect':
    case 'disconnect': {
      const connection = r.connections.get(input.peer);
      if (connection === undefined) {
        r.ports.completeClient(input.id, {
          ok: false,
          error: new OperationError('INVALID_ARGUMENT', `"${r.config.name}" has no peer with node id ${input.peer}`),
        });
        return;
      }
      const problem = input.kind === 'connect' && input.discardMyData === true ? discard(r, connection) : undefined;
      if (problem !== undefined) {
        r.ports.completeClient(input.id, { ok: false, error: problem });
        return;
      }
      if (input.kind === 'disconnect') return requestDisconnect(r, input.id, connection);
      cancelDisconnect(r, connection);
      startConnecting(r, connection);
      r.ports.completeClient(input.id, OK);
      return;
    }
    case 'attach':
    case 'detach':
    case 'verify':
    case 'invalidate':
    case 'invalidate-remote':
    case 'new-current-uuid':
    case 'retire-disk':
    case 'intend-disk':
    case 'resize':
    case 'set-bitmap-block-size':
    case 'backing-grown':
    case 'remove-volume':
      return takeVolumeAdmin(r, input);
    case 'add-volume':
      return addVolume(r, input.volume);
    case 'add-peer':
      return addPeer(r, input.id, input.peer);
    case 'remove-peer':
      return removePeer(r, input.id, input.peer);
    case 'forget-peer':
      return forgetPeer(r, input.id, input.peer);
    case 'pause-sync':
    case 'resume-sync':
    case 'resync-turn':
      return takeSuspension(r, input);
    case 'suspend-io':
      return suspendIo(r, input.id);
    case 'resume-io':
      return resumeIo(r, input.id);
    case 'outdate':
      return outdateByCommand(r, input.id);
    case 'set-options':
      return setOptions(r, input.id, input.change);
    case 'rename':
      r.config = { ...r.config, name: input.name, knownAs: r.config.knownAs ?? r.config.name };
      return r.ports.completeClient(input.id, OK);
    case 'shutdown':
      return shutdown(r, input.id);
    default:
      return unreachable(input);
  }
}

type OfOneVolume = Exclude<
  Extract<AdminInput, { readonly volume: unknown }>,
  { readonly kind: 'add-volume' | 'resync-turn' | 'pause-sync' | 'resume-sync' }
>;

function takeVolumeAdmin(r: Resource, input: OfOneVolume): void {
  const volume = r.volumes.get(input.volume);
  if (volume === undefined) {
    r.ports.completeClient(input.id, { ok: false, error: noVolume(r, input.volume) });
    return;
  }
  switch (input.kind) {
    case 'attach':
      return requestAttach(r, input.id, volume, input);
    case 'detach':
      return requestDetach(r, input.id, volume, input.force);
    case 'retire-disk':
      return retireDisk(r, input.id, volume);
    case 'intend-disk':
      return intendDisk(r, input.id, volume);
    case 'resize':
      return requestResize(r, volume, input);
    case 'set-bitmap-block-size':
      return setBlockSize(r, volume, input);
    case 'backing-grown':
      return noteBackingGrown(r, volume, input);
    case 'verify':
      return requestVerify(r, volume, input);
    case 'remove-volume':
      return removeVolume(r, input.id, volume);
    case 'new-current-uuid':
      return beginGeneration(r, input, volume);
    case 'invalidate':
    case 'invalidate-remote':
      return requestSync(r, volume, input);
    default:
      return unreachable(input);
  }
}

function setOptions(r: Resource, client: ClientRequestId, change: OptionChange): void {
  const wanted = [...r.connections.values()].map((connection) => ({ connection, before: wantedProtocol(connection) }));
  const error = changeOptions(r, change);
  for (const { connection, before } of wanted)
    if (wantedProtocol(connection) !== before) renewLink(r, connection, 'another protocol');
  // What hangs on quorum and on missing data may be decided otherwise from here on, also for what is frozen.
  r.work.push({ kind: 'reconsider-roles' });
  for (const volume of r.volumes.values()) settleUnlogged(r, volume);
  r.ports.completeClient(client, error === undefined ? OK : { ok: false, error });
}

function addVolume(r: Resource, config: VolumeConfig): void {
  if (r.volumes.has(config.volume)) return;
  const volume = newVolume(config, r.options);
  r.volumes.set(config.volume, volume);
  for (const connection of r.connections.values()) {
    connection.devices.set(config.volume, newPeerDevice(connection, volume));
  }
  if (r.role === 'Primary') volume.generationDue = true;
  // A diskful volume shakes hands when its disk is attached; a diskless one now.
  if (!config.diskful)
    for (const connection of r.connections.values()) rehandshake(r, connection, 'a volume was added');
}

function removeVolume(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (volume.openReadWrite > 0 || volume.openReadOnly > 0 || volume.upperPending > 0) {
    r.ports.completeClient(client, {
      ok: false,
      error: new OperationError('DEVICE_OPEN', `volume ${volume.number} is in use`, {
        correction: 'Stop its client first.',
      }),
    });
    return;
  }
  for (const connection of r.connections.values()) rehandshake(r, connection, 'a volume was removed');
  r.volumes.delete(volume.number);
  for (const connection of r.connections.values()) connection.devices.delete(volume.number);
  for (const [id, io] of [...r.ios]) if (io.volume === volume) r.ios.delete(id);
  r.ports.completeClient(client, OK);
}

/** The data here give way should there be a conflict. @returns why not. */
function discard(r: Resource, connection: Connection): OperationError | undefined {
  if (r.role === 'Primary' || connection.state === 'Connected') {
    const cause = r.role === 'Primary' ? 'this node is Primary' : 'the nodes are connected: they have no conflict';
    return new OperationError('INVALID_ARGUMENT', 'the data of this node cannot be discarded', {
      cause,
      correction: 'Stop the client of this node, or name the node that lost, then try again.',
    });
  }
  connection.discardMyData = true;
  // An attempt that is under way has told the peer otherwise.
  if (connection.handshake !== undefined)
    loseLink(r, connection, 'NetworkFailure', 'the data here are to be discarded');
  return undefined;
}

function beginGeneration(r: Resource, input: Extract<AdminInput, { kind: 'new-current-uuid' }>, volume: Volume): void {
  const error = startFirstGeneration(r, volume, input.how);
  r.ports.completeClient(input.id, error === undefined ? OK : { ok: false, error });
}

function shutdown(r: Resource, client: ClientRequestId): void {
  r.shutdown = client;
  for (const volume of r.volumes.values()) {
    volume.openReadOnly = 0;
    volume.openReadWrite = 0;
  }
  if (r.role === 'Primary') requestDemotion(r, undefined);
  r.work.push({ kind: 'reconsider-roles' });
}

/** After the demotion: links end, then each log is emptied; answered when nothing is under way any more. */
export function advanceShutdown(r: Resource): void {
  if (r.shutdown === undefined) return;
  if (r.suspended.includes('user')) failStalled(r);
  if (r.role === 'Primary' || r.roleRequest !== undefined) return;
  if (!r.down && isLeaving(r)) return;
  for (const connection of r.connections.values()) stopConnecting(r, connection, 'shutdown');
  if (!r.down) {
    r.down = true;
    abandonRequests(r);
    for (const volume of r.volumes.values()) quiesceVolume(r, volume);
  }
  for (const volume of r.volumes.values()) {
    if (volume.quiescing || volume.lowerPending > 0) return;
    const md = volume.md;
    if (md !== undefined && !isLogEmpty(md) && !isReferenced(md)) {
      quiesceVolume(r, volume);
      return;
    }
  }
  const client = r.shutdown;
  r.shutdown = undefined;
  r.ports.cancelTimer('self-check' as TimerId);
  r.ports.completeClient(client, OK);
}
