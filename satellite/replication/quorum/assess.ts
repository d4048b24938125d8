/**
 * Quorum of each volume as this node sees it, recomputed whenever a state changes, and what follows at once: the reasons of
 * suspension and the record on disk. Before anything completes because a peer is gone, this must have run.
 */
import { EMPTY_MASK, maskHas, maskOf, maskWith, type PeerMask } from '../../../common/ids.ts';
import { proposeEmpty } from '../cluster-change/coordinator.ts';
import { diskAtLeast, hasDisk } from '../../../common/states.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import type { Superblock } from '../metadata/superblock.ts';
import { type Connection, defer, deviceOf, type Resource, type Volume } from '../state.ts';
import { dataReachable } from '../write/data-access.ts';
import type { SuspensionReason } from './reasons.ts';
import { checkConfirmation, enforcesQuorum, isQuorate, requireConfirmation, setSuspended } from './suspension.ts';
import { tellHandler } from '../handlers/call.ts';
import { isFencing, isFrozenByFencing } from '../fencing/policy.ts';
import { formerVoters } from '../membership/former-peers.ts';
import { decideQuorum, type QuorumPolicy, type Votes } from './votes.ts';

export function assessQuorum(r: Resource): void {
  checkConfirmation(r);
  for (const connection of r.connections.values()) noteOutdated(connection);
  for (const volume of r.volumes.values()) assessVolume(r, volume);
  setSuspended(r, reasonsOf(r));
}

function noteOutdated(connection: Connection): void {
  for (const device of connection.devices.values()) {
    const { peerDisk } = device;
    if (peerDisk === 'Outdated' || peerDisk === 'Inconsistent') device.peerOutdated = true;
    else if (connection.state === 'Connected' && diskAtLeast(peerDisk, 'Consistent')) device.peerOutdated = false;
  }
}

function assessVolume(r: Resource, volume: Volume): void {
  const { quorum } = volume;
  const had = quorum.have;
  const verdict = decideQuorum(countVotes(r, volume), policyOf(r), had);
  quorum.have = verdict.quorate;
  quorum.byTieBreaker = verdict.byTieBreaker;
  if (!enforcesQuorum(r)) return keepsRecord(r) ? writeRecord(r, volume) : forgetRecord(r, volume);
  if (had !== verdict.quorate) {
    r.ports.notify({ kind: 'quorum', volume: volume.number, have: verdict.quorate });
    if (had && r.role === 'Primary') tellHandler(r, { name: 'quorum-lost', peer: undefined, volume: volume.number });
    defer(r, { kind: 'reconsider-roles' });
    // Back in a quorate partition: is it still ours? The peers may have gone on with somebody else a moment ago.
    if (verdict.quorate) requireConfirmation(r);
    // Without quorum it has left nobody behind (`isCapable` in cluster-change/tally.ts).
    if (verdict.quorate && r.role === 'Primary') proposeEmpty(r);
  }
  // Over when this node is in the quorate partition again, whoever is Primary there.
  if (r.role === 'Primary' || verdict.quorate) quorum.lost = !verdict.quorate;
  moveMembers(r, volume);
  writeRecord(r, volume);
}

const policyOf = (r: Resource): QuorumPolicy => ({
  // Counted by majority also where nothing depends on it: so the memory is true when the option is switched on (rule 6).
  threshold: r.options.quorum === 'off' ? 'majority' : r.options.quorum,
  minimumRedundancy: r.options.quorumMinimumRedundancy,
  dynamicVoters: r.options.quorumDynamicVoters,
});

/** Rules of DRBD 9 §6.1: who is a voter, and what is known of it. */
function countVotes(r: Resource, volume: Volume): Votes {
  const votes = { upToDate: 0, present: 0, outdated: 0, quorumless: 0, unknown: 0, diskless: 0, missingDiskless: 0 };
  if (!volume.config.diskful) votes.diskless += 1;
  else votes[hasDisk(volume.disk) ? (volume.disk === 'UpToDate' ? 'upToDate' : 'present') : 'unknown'] += 1;
  for (const connection of r.connections.values()) {
    if (!connection.options.allowRemoteRead) continue;
    if (!connection.config.diskful && !connection.options.peerTiebreaker) continue;
    votes[voteOf(connection, volume)] += 1;
  }
  votes.unknown += formerVoters(r);
  return votes;
}

function voteOf(connection: Connection, volume: Volume): keyof Votes {
  const { peerDisk, peerOutdated, replication } = deviceOf(connection, volume);
  const isHere = connection.state === 'Connected' && replication !== 'Off';
  if (!connection.config.diskful) return isHere ? 'diskless' : 'missingDiskless';
  if (isHere) return hasDisk(peerDisk) ? (peerDisk === 'UpToDate' ? 'upToDate' : 'present') : 'diskless';
  if (peerOutdated) return 'outdated';
  const { have, members } = volume.quorum;
  return have && members !== EMPTY_MASK && !maskHas(members, connection.peer) ? 'quorumless' : 'unknown';
}

/**
 * Whoever is here belongs to the quorate partition from now on; whoever has gone is out of it once quorum has been decided
 * without it. A tie-breaker decides for two sides at the same time, as long as none of them has a Primary whose newer
 * generation it has seen: until then nobody may be taken for out of it.
 */
function moveMembers(r: Resource, volume: Volume): void {
  const { quorum } = volume;
  let here = EMPTY_MASK;
  if (hasDisk(volume.disk)) here = maskWith(here, r.node);
  for (const connection of r.connections.values()) {
    const { replication, peerDisk } = deviceOf(connection, volume);
    if (connection.state === 'Connected' && replication !== 'Off' && hasDisk(peerDisk))
      here = maskWith(here, connection.peer);
  }
  const hasMovedOn =
    r.role === 'Primary' && !volume.generationDue && !volume.generationBusy && r.unconfirmed === 0 && isFollowed(r);
  const decided = quorum.have && (!quorum.byTieBreaker || hasMovedOn);
  quorum.members = decided ? here : (((quorum.members | here) >>> 0) as PeerMask);
}

/** Nothing of the past is still to be settled with a peer that was lost. */
const isFollowed = (r: Resource): boolean =>
  r.owedToRemoved.size === 0 && ![...r.connections.values()].some((connection) => connection.owed);

// ---- the record on disk

/** Who is known to be outdated: quorum and fencing count on it. */
const keepsRecord = (r: Resource): boolean => enforcesQuorum(r) || [...r.connections.values()].some(isFencing);

/** Not kept while nothing depends on it: it would be old when it is asked for. */
function forgetRecord(r: Resource, volume: Volume): void {
  const { quorum } = volume;
  if (!quorum.written.haveQuorum || volume.md === undefined || !hasDisk(volume.disk)) return;
  quorum.written = { ...quorum.written, haveQuorum: false };
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/** Peers that shake hands count as members on disk: once they are connected, this node alone may not decide any more. */
function recordOf(r: Resource, volume: Volume): Volume['quorum']['written'] {
  const { quorum } = volume;
  const enforced = enforcesQuorum(r);
  let members = enforced ? quorum.members : EMPTY_MASK;
  let outdated = EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (!connection.config.diskful) continue;
    const isHere = connection.state === 'Connected' && !enforced;
    if (connection.handshake !== undefined || isHere) members = maskWith(members, connection.peer);
    if (deviceOf(connection, volume).peerOutdated && !maskHas(members, connection.peer))
      outdated = maskWith(outdated, connection.peer);
  }
  const { have, lost } = quorum;
  return { haveQuorum: enforced && have, primaryLostQuorum: enforced && lost, members, outdated };
}

function writeRecord(r: Resource, volume: Volume): void {
  if (volume.md === undefined || !hasDisk(volume.disk)) return;
  const record = recordOf(r, volume);
  const { written } = volume.quorum;
  const isSame =
    record.haveQuorum === written.haveQuorum &&
    record.primaryLostQuorum === written.primaryLostQuorum &&
    record.members === written.members &&
    record.outdated === written.outdated;
  if (isSame) return;
  volume.quorum.written = record;
  volume.quorum.writing += 1;
  persistSuperblock(r, volume, { kind: 'quorum-recorded', volume });
}

/** @returns false while the disk does not say yet that this peer may be a member: the handshake goes on when it does */
export function isRecorded(r: Resource, connection: Connection): boolean {
  if (!keepsRecord(r) || !connection.config.diskful) return true;
  let settled = true;
  for (const volume of r.volumes.values()) {
    writeRecord(r, volume);
    if (volume.md !== undefined && volume.quorum.writing > 0) settled = false;
  }
  return settled;
}

export function onQuorumRecorded(volume: Volume): void {
  volume.quorum.writing = Math.max(0, volume.quorum.writing - 1);
}

/**
 * Attach: the memory of the last life, and who is connected already. That is on disk before these peers hear of the disk:
 * from then on this node alone may not decide any more.
 */
export function recallQuorum(r: Resource, volume: Volume, superblock: Superblock): void {
  const { quorum, peers } = superblock;
  let { members } = quorum;
  let outdated = EMPTY_MASK;
  for (const connection of r.connections.values())
    if (connection.config.diskful && connection.state === 'Connected') members = maskWith(members, connection.peer);
  for (const record of peers) {
    const connection = r.connections.get(record.node);
    if (!record.outdated || connection === undefined || maskHas(quorum.members, record.node)) continue;
    outdated = maskWith(outdated, record.node);
    if (connection.state !== 'Connected') deviceOf(connection, volume).peerOutdated = true;
  }
  volume.quorum.writing = 0;
  volume.quorum.written = { ...quorum, members, outdated };
}

/** The disk takes part from here on. Only the last one of its partition needs no peers to go on (rule 7). */
export function restoreQuorum(r: Resource, volume: Volume, { quorum: before, wasUpToDate }: Superblock): void {
  const { quorum } = volume;
  // A node that has been at work without this disk knows better than the disk.
  if (quorum.have) return;
  const { members } = quorum.written;
  quorum.have = before.haveQuorum && wasUpToDate && members === maskOf(r.node);
  quorum.members = members;
  quorum.lost = before.primaryLostQuorum;
}

// ---- suspension

function reasonsOf(r: Resource): SuspensionReason[] {
  const reasons: SuspensionReason[] = [];
  const was = (reason: SuspensionReason): boolean => r.suspended.includes(reason);
  const { onNoDataAccessible, onNoQuorum } = r.options;
  const primary = r.role === 'Primary';
  const volumes = [...r.volumes.values()];
  if (was('user')) reasons.push('user');
  if (primary && onNoDataAccessible === 'suspend-io' && volumes.some((volume) => !dataReachable(r, volume)))
    reasons.push('no-data');
  if (isFrozenByFencing(r)) reasons.push('fencing');
  if (primary && onNoQuorum === 'suspend-io' && !isQuorate(r)) reasons.push('quorum');
  const thaws = was('quorum') || was('no-data') || was('fencing') || was('uuid');
  const moves = r.unconfirmed > 0 || volumes.some((volume) => volume.generationBusy);
  if (primary && thaws && moves) reasons.push('uuid');
  return reasons;
}
