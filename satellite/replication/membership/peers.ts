/**
 * Peers come and go while the resource is in use (DRBD: new-peer, del-peer, forget-peer).
 *
 *   unknown ──add-peer──→ configured ──remove-peer──→ former ──forget-peer──→ unknown
 *                              ↑                         │
 *                              └───────add-peer──────────┘  the same node: by what its slot has marked meanwhile
 *
 * A former peer keeps its bitmap slot, so what it lacks goes on being marked, and counts as a voter that is away. Only
 * `forget-peer` frees the slot; until then its node id is taken, for that is what the slot, the generations and the votes go by.
 */
import { OperationError } from '../../../common/errors.ts';
import { maskWithout, type NodeId } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import type { PeerConfig } from '../config.ts';
import { freeSlot, takeSlot } from '../generation/spare-slot.ts';
import { renewLink, startConnecting, stopConnecting } from '../link/link.ts';
import { objectionToPeer } from '../options/change-options.ts';
import { wantedProtocol } from '../options/protocol.ts';
import { addConnection, useOptions } from '../new-state.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Connection, defer, type Resource } from '../state.ts';
import { isLastCopy } from './last-copy.ts';

const OK = { ok: true } as const;

/** Also of a peer that is known: another protocol, other options, a disk that it is meant to have or to have no more. */
export function addPeer(r: Resource, client: ClientRequestId, config: PeerConfig): void {
  const error = whyNot(r, config);
  if (error === undefined) take(r, config);
  r.ports.completeClient(client, error === undefined ? OK : { ok: false, error });
}

function take(r: Resource, config: PeerConfig): void {
  const known = r.connections.get(config.node);
  r.formerPeers.delete(config.node);
  if (known === undefined) {
    const connection = addConnection(r, config);
    // Its bits are still on those writes: a barrier of the new link would pass for the answer to what it was never sent.
    connection.owed = r.owedToRemoved.delete(config.node);
    takeSlots(r, config);
    startConnecting(r, connection);
    return;
  }
  const isOther = known.config.slot !== config.slot;
  const before = wantedProtocol(known);
  known.config = config;
  useOptions(r, r.options);
  if (wantedProtocol(known) !== before) renewLink(r, known, 'another protocol');
  if (isOther) freeSlots(r, config.node);
  takeSlots(r, config);
  // The link stays: without its disk the peer has nothing that the slot would be about. One that was refused for want of a bitmap is tried again.
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reconsider-roles' });
}

/** What is in the way. Nothing has changed then. */
function whyNot(r: Resource, config: PeerConfig): OperationError | undefined {
  const subject = `node "${config.name}" cannot be a peer of "${r.config.name}"`;
  if (config.node === r.node)
    return new OperationError('INVALID_ARGUMENT', subject, { cause: `${config.node} is the node id of this node` });
  const known = r.connections.get(config.node);
  const before = known?.config ?? r.formerPeers.get(config.node);
  if (before !== undefined && before.name !== config.name) {
    return new OperationError('NODE_ID_IN_USE', subject, {
      cause: `node id ${config.node} belongs to "${before.name}"`,
      correction: `Use another node id, or remove "${before.name}" and forget it on every node first.`,
    });
  }
  if (known !== undefined && known.config.slot !== config.slot && isTracking(r) && hasDiskInSight(known)) {
    return new OperationError('IN_TRANSITION', subject, {
      cause: 'it is connected with its disk, which is tracked in its bitmap slot',
      correction: 'Detach that disk first.',
    });
  }
  return objectionToPeer(r, config) ?? slotProblem(r, config, subject);
}

/** Without a disk of its own this node tracks nobody: which slots the peers are to have may change until it gets one. */
const isTracking = (r: Resource): boolean => [...r.volumes.values()].some(({ md }) => md !== undefined);

const hasDiskInSight = (connection: Connection): boolean =>
  [...connection.devices.values()].some((device) => hasDisk(device.peerDisk));

function slotProblem(r: Resource, config: PeerConfig, subject: string): OperationError | undefined {
  for (const { number, md } of r.volumes.values()) {
    if (md === undefined || !config.diskful) continue;
    const { slot } = config;
    const owner = [...md.slots.values()].find((each) => each.slot === slot && each.node !== config.node);
    if (slot !== undefined && slot < md.layout.slots && owner === undefined) continue;
    const former = owner === undefined ? undefined : r.formerPeers.get(owner.node);
    return new OperationError('PEER_SLOTS_EXHAUSTED', subject, {
      cause:
        owner === undefined
          ? `volume ${number} has ${md.layout.slots} bitmap slots, and ${slot === undefined ? 'none is given to it' : `no slot ${slot}`}`
          : `slot ${owner.slot} of volume ${number} is that of node id ${owner.node}`,
      correction:
        former === undefined
          ? 'Give it a free slot; if there is none, create this replica anew with more slots.'
          : `Forget "${former.name}" first, if it does not come back.`,
    });
  }
  return undefined;
}

function takeSlots(r: Resource, { node, slot }: PeerConfig): void {
  for (const volume of r.volumes.values()) {
    const { md } = volume;
    if (md === undefined || slot === undefined || slot >= md.layout.slots || md.slots.has(node)) continue;
    if ([...md.slots.values()].some((each) => each.slot === slot)) continue;
    takeSlot(r, volume, md, node, slot);
  }
}

function freeSlots(r: Resource, node: NodeId): void {
  for (const volume of r.volumes.values()) if (volume.md !== undefined) freeSlot(r, volume, volume.md, node);
}

/** The link ends; the slot stays until `forget-peer`. */
export function removePeer(r: Resource, client: ClientRequestId, peer: NodeId): void {
  const connection = r.connections.get(peer);
  if (connection === undefined) return r.ports.completeClient(client, OK);
  const { name, diskful, slot } = connection.config;
  const holder = [...r.volumes.values()].find((volume) => isLastCopy(r, volume, peer));
  if (holder !== undefined) {
    const error = new OperationError('LAST_UP_TO_DATE_COPY', `node "${name}" cannot be removed`, {
      cause: `it has the last UpToDate copy of volume ${holder.number} that this node can reach`,
      correction: 'Wait until another replica is UpToDate, or disconnect it first.',
    });
    return r.ports.completeClient(client, { ok: false, error });
  }
  stopConnecting(r, connection, 'the peer was removed');
  r.connections.delete(peer);
  if (connection.owed) r.owedToRemoved.set(peer, connection);
  r.formerPeers.set(peer, { name, diskful, slot });
  defer(r, { kind: 'reconsider-roles' });
  r.ports.completeClient(client, OK);
}

/** It does not come back: its slot is free for another node, and it is no voter any more. */
export function forgetPeer(r: Resource, client: ClientRequestId, peer: NodeId): void {
  const configured = r.connections.get(peer);
  if (configured !== undefined) {
    const error = new OperationError('PEER_CONFIGURED', `node "${configured.config.name}" cannot be forgotten`, {
      cause: `it is a peer of "${r.config.name}"`,
      correction: 'Remove it first (del-peer).',
    });
    return r.ports.completeClient(client, { ok: false, error });
  }
  r.formerPeers.delete(peer);
  freeSlots(r, peer);
  for (const { quorum } of r.volumes.values()) {
    quorum.members = maskWithout(quorum.members, peer);
    quorum.written = { ...quorum.written, members: maskWithout(quorum.written.members, peer) };
  }
  defer(r, { kind: 'reconsider-roles' });
  r.ports.completeClient(client, OK);
}
