/**
 * STATE frames: what a node tells its peers about itself whenever it changes, and what it learns from theirs. They are
 * numbered; a Primary answers one that changes who gets its writes, so that the peer knows from which position of the
 * Primary's stream on it is served (`seen`, `dagtag`).
 */
import { hasDisk } from '../../../common/states.ts';
import { EMPTY_MASK, type Generation, maskWithout } from '../../../common/ids.ts';
import { heardOfPrimaries, isPrimaryInSight, isWeak, primaryNeighbours } from '../roles/primaries.ts';
import { proposeEmpty } from '../cluster-change/coordinator.ts';
import { seesBeyond } from '../cluster-change/tally.ts';
import { onPrimaryFound } from '../cluster-change/participant.ts';
import { rehandshake } from './link.ts';
import { dirtyBits, reconsiderResync } from '../disk/marks.ts';
import { generationBecomesDue } from '../generation/generations.ts';
import { noteClaim } from '../quorum/election.ts';
import { checkConfirmation, enforcesQuorum } from '../quorum/suspension.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { isReceiveIdle } from '../write/peer-writes.ts';
import { isOwed } from '../reconciliation/hold.ts';
import { retryPeersInSync, tellAllInSync } from '../resync/peers-in-sync.ts';
import { cancelDagtagWaiters, onPeerUpToDate } from '../resync/source.ts';
import { isSuspended } from '../resync/suspension.ts';
import { isTarget } from '../resync/other-sources.ts';
import { isBehind, mayServe } from '../resync/source-choice.ts';
import { cancelVerifyWaiters } from '../verify/driver.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setDisk, setPeerDisk } from '../transitions.ts';
import { allowsTwo, sharesPrimary } from '../two-primaries/allowed.ts';
import { endDeadlocks } from '../two-primaries/deadlock.ts';
import type { DataFrame, VolumeState } from '../wire/frames.ts';
import type { TimerId } from '../payload.ts';

type StateFrame = Extract<DataFrame, { type: 'STATE' }>;

export function announce(r: Resource): void {
  r.stateSequence += 1;
  for (const connection of r.connections.values()) sendState(r, connection);
}

function sendState(r: Resource, connection: Connection): void {
  if (connection.state !== 'Connected' || connection.link === undefined) return;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'STATE',
    sequence: r.stateSequence,
    seen: connection.stateSeen,
    dagtag: r.dagtag,
    role: r.role,
    primaryNeighbours: primaryNeighbours(r, connection.peer),
    // What a Negotiating disk becomes is told when it is known.
    volumes: settledVolumes(r).map((volume) => ({
      volume: volume.number,
      diskState: volume.disk,
      current: volume.current,
    })),
  });
}

const settledVolumes = (r: Resource): Volume[] =>
  [...r.volumes.values()].filter((volume) => volume.disk !== 'Negotiating');

export function onState(r: Resource, connection: Connection, frame: StateFrame): void {
  const isNew = frame.sequence > connection.stateSeen;
  const isFirst = connection.stateSeen === 0;
  connection.stateSeen = frame.sequence;
  if (frame.seen > connection.peerSeen) {
    connection.peerSeen = frame.seen;
    connection.peerDagtag = frame.dagtag;
    checkConfirmation(r);
  }
  // Everything that was sent to us before this frame has arrived before it, and the rest is marked or resynced.
  connection.receivedDagtag = Math.max(connection.receivedDagtag, frame.dagtag);
  if (r.dagtagWaiters > 0) defer(r, { kind: 'dagtag-advanced' });
  retryPeersInSync(r);
  if (frame.role === 'Primary') notePosition(r, connection, frame);
  noteServed(r, connection, frame);
  if (connection.peerRole !== frame.role) {
    connection.peerRole = frame.role;
    r.ports.notify({ kind: 'peer-role', peer: connection.peer, role: frame.role });
    if (frame.role === 'Primary') onPrimaryFound(r, connection);
    // Others learn through us that a Primary is near, or gone.
    defer(r, { kind: 'announce' });
    defer(r, { kind: 'reconsider-roles' });
  }
  const neighbours = maskWithout(frame.primaryNeighbours, r.node);
  // The handshake has named Primaries at second hand, too (`primariesHere`), and STATE those alone that the peer has a link to. So
  // the first one takes none back: a pair that waits would shake hands for that without end.
  const moved = isFirst
    ? (neighbours & ~connection.peerPrimaryNeighbours) !== 0
    : neighbours !== connection.peerPrimaryNeighbours;
  connection.peerPrimaryNeighbours = neighbours;
  if (heardOfPrimaries(r) !== EMPTY_MASK) defer(r, { kind: 'reconsider-roles' });
  let answer = false;
  let news = false;
  for (const device of connection.devices.values()) {
    const state = frame.volumes.find((each) => each.volume === device.volume.number);
    if (device.target !== undefined) device.target.cancelled = false;
    if (state === undefined) continue;
    if (device.replication === 'Off') {
      // The peer has got a volume that it did not have when the link came up.
      rehandshake(r, connection, 'the peer has a new volume');
      return;
    }
    const decided = device.peerCurrent;
    const changed = onVolumeState(r, device, state, frame.sequence);
    if (changed) news = true;
    if (state.diskState === 'Inconsistent' || device.source !== undefined) answer = true;
    if (device.waiting && (moved || changed || !sameGeneration(decided, state.current))) {
      rehandshake(r, connection, 'the state of the peer has changed: a resync may be possible now');
      return;
    }
  }
  if (r.role === 'Primary' && frame.role !== 'Primary') {
    tellAllInSync(r);
    // Sources of that node have to know our position, too.
    if (news) defer(r, { kind: 'announce' });
    else if (answer) sendState(r, connection);
  }
  // It waits for this before it answers its clients.
  if (isNew && frame.role === 'Primary' && (r.role === 'Primary' ? allowsTwo(connection) : enforcesQuorum(r)))
    sendState(r, connection);
  reconsiderResync(r);
}

/** Does the sender send us all that it writes? It does so once it takes each volume for UpToDate, or for Inconsistent. */
function noteServed(r: Resource, connection: Connection, frame: StateFrame): void {
  const isServed =
    [...r.volumes.values()].every(
      (volume) => volume.md === undefined || volume.disk === 'UpToDate' || isDeclared(r, volume, frame.seen),
    ) && ![...connection.devices.values()].some(({ target }) => target?.unreplicated === true);
  if (!isServed) connection.servedFrom = Number.POSITIVE_INFINITY;
  else if (connection.servedFrom === Number.POSITIVE_INFINITY) connection.servedFrom = frame.dagtag;
}

/** A resync has announced this disk as Inconsistent in one of the STATE frames that were seen. */
function isDeclared(r: Resource, volume: Volume, seen: number): boolean {
  if (volume.disk !== 'Inconsistent') return false;
  return [...r.connections.values()].some((connection) => {
    const { target } = deviceOf(connection, volume);
    return target !== undefined && target.announced > 0 && target.announced <= seen;
  });
}

/** A node that is UpToDate with a Primary holds everything of its stream up to here, mirrored or by resync. */
function notePosition(r: Resource, connection: Connection, frame: StateFrame): void {
  for (const volume of r.volumes.values()) {
    const state = frame.volumes.find((each) => each.volume === volume.number);
    if (volume.md === undefined) continue;
    if (state === undefined || volume.disk !== 'UpToDate' || !sameGeneration(state.current, volume.current)) return;
  }
  if (r.lastPrimary !== connection.peer || frame.dagtag > r.lastDagtag) r.lastDagtag = frame.dagtag;
  r.lastPrimary = connection.peer;
}

/** @returns true when it changed who gets our writes. */
function onVolumeState(r: Resource, device: PeerDevice, state: VolumeState, sequence: number): boolean {
  const { volume, connection } = device;
  if (sequence <= device.failedAt) return false;
  const before = device.peerDisk;
  // A promotion may wait until all copies are of one generation.
  if (!sameGeneration(device.peerCurrent, state.current)) defer(r, { kind: 'reconsider-roles' });
  if (state.diskState === 'UpToDate' || !hasDisk(state.diskState)) noteClaim(r, connection, volume, state.current);
  device.peerCurrent = state.current;
  // A generation in the memory of a node without its disk is not what that disk has.
  // One that is only held at Consistent answers the step that was issued to it, not what our own disk still is.
  const issued = state.diskState === 'Consistent' ? volume.issued.at(-1)?.current : undefined;
  if (sameGeneration(state.current, issued ?? volume.current) && hasDisk(state.diskState))
    device.unconfirmed = undefined;
  setPeerDisk(r, device, trusted(r, device, state));
  // A neighbour that another Primary cannot reach gives up its standing (allow-two-primaries), and gets no more of ours.
  if (before === 'UpToDate' && device.peerDisk === 'Outdated') generationBecomesDue(r, volume);
  if (hasDisk(before) && !hasDisk(device.peerDisk)) defer(r, { kind: 'peer-data-lost', connection, volume });
  if (device.peerDisk === 'UpToDate') onPeerUpToDate(r, device);
  if (volume.md === undefined && r.role === 'Secondary' && device.peerDisk === 'UpToDate')
    volume.current = state.current;
  return before !== device.peerDisk;
}

/** See `trustedPeerDisk` of the handshake; on a running link the peer may also be some steps behind our last change. */
function trusted(r: Resource, device: PeerDevice, state: VolumeState): VolumeState['diskState'] {
  const { volume } = device;
  // From before it learned that we have pulled ahead.
  if (state.diskState === 'UpToDate' && device.replication === 'Ahead') return 'Consistent';
  if (state.diskState !== 'UpToDate' || r.role !== 'Primary' || volume.md !== undefined) return state.diskState;
  if (sameGeneration(state.current, volume.current)) return 'UpToDate';
  return isCatchingUp(device, state.current) ? 'UpToDate' : 'Consistent';
}

/** On its way, in stream order, from the last generation that it confirmed to ours: there may be several in between. */
function isCatchingUp({ volume, unconfirmed }: PeerDevice, current: Generation): boolean {
  if (unconfirmed === undefined) return false;
  if (sameGeneration(current, unconfirmed)) return true;
  const position = (g: Generation): number => volume.history.findIndex((old) => sameGeneration(old, g));
  const reached = position(current);
  return reached >= 0 && reached < position(unconfirmed);
}

/**
 * Heals what a lost last message may have left behind (D1): marks on an Established pair of UpToDate disks with
 * nothing in flight, or a bitmap exchange that does not move. Seen over two rounds, the pair shakes hands again.
 */
export function selfCheck(r: Resource): void {
  endDeadlocks(r);
  cancelDagtagWaiters(r);
  cancelVerifyWaiters(r);
  if (r.role === 'Primary') defer(r, { kind: 'announce' });
  for (const connection of r.connections.values()) {
    for (const { target } of connection.devices.values()) {
      if (target === undefined) continue;
      target.cancelled = false;
      target.doneSent = false;
    }
  }
  reconsiderResync(r);
  tellAllInSync(r);
  checkHold(r);
  // What was heard of a Primary out of reach may have ended without this node.
  if (isWeak(r) || heardOfPrimaries(r) !== EMPTY_MASK) proposeEmpty(r);
  returnToUpToDate(r);
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    for (const device of connection.devices.values()) {
      const finding = suspicion(r, device);
      if (finding === undefined) {
        device.suspectSince = -1;
      } else if (device.suspectSince < 0) {
        device.suspectSince = r.ports.now();
      } else if (r.ports.now() - device.suspectSince >= 2 * r.options.selfCheckMs - 1) {
        r.ports.notify({ kind: 'self-check', peer: connection.peer, volume: device.volume.number, finding });
        rehandshake(r, connection, finding);
        break;
      }
    }
  }
  armSelfCheck(r);
}

/** Survivors that cannot be compared on the link that stands are compared on a fresh one. */
function checkHold(r: Resource): void {
  if (r.hold === undefined) return;
  if (r.hold.owed === EMPTY_MASK) return proposeEmpty(r);
  for (const connection of r.connections.values())
    if (isOwed(r, connection)) rehandshake(r, connection, 'the survivors of a lost Primary have not been compared');
}

/**
 * A disk became Consistent because a diskless Primary had shown its clients a generation that nobody here has. Once no
 * Primary is in sight any more, and no peer has anything newer, what is here is what there is.
 */
function returnToUpToDate(r: Resource): void {
  if (r.role === 'Primary' || r.hold !== undefined || isPrimaryInSight(r) || isWeak(r)) return;
  for (const volume of r.volumes.values()) {
    if (isTarget(r, volume) || volume.heldByFencing) continue;
    if (!(volume.disk === 'Consistent' ? isNewestInSight(r, volume) : isBestOfAll(r, volume))) continue;
    setDisk(r, volume, 'UpToDate', 'no Primary is in sight and no peer has newer data');
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
}

function isNewestInSight(r: Resource, volume: Volume): boolean {
  return ![...r.connections.values()].some((each) => each.state === 'Connected' && deviceOf(each, volume).waiting);
}

/**
 * Several handshakes at once may have closed a circle: each node gives way to the next one, and none is left UpToDate. An
 * Outdated disk ends that if every other replica is here, of the same generation, and waits for this one or equals it. In a
 * row of nodes the links of one never show that: a neighbour that equals it may just have lost the link to somebody newer. Where
 * no neighbour has a disk, one that lives on the data beyond it shows of which generation those are.
 */
function isBestOfAll(r: Resource, volume: Volume): boolean {
  if (volume.disk !== 'Outdated' || (seesBeyond(r) && !isShownBeyond(r, volume))) return false;
  for (const connection of r.connections.values()) {
    if (!connection.config.diskful) continue;
    const device = deviceOf(connection, volume);
    const isWorse = device.peerDisk === 'Outdated' || device.peerDisk === 'Inconsistent';
    const follows = device.source !== undefined || (!device.waiting && dirtyBits(volume, connection.peer) === 0);
    if (connection.state !== 'Connected' || !isWorse || !follows) return false;
    // One that takes our data has another generation until it has them.
    if (device.source === undefined && !sameGeneration(device.peerCurrent, volume.current)) return false;
  }
  return true;
}

/** All neighbours are without a disk, and what they live on is of this generation: one that has just started shows none. */
function isShownBeyond(r: Resource, volume: Volume): boolean {
  const near = [...r.connections.values()];
  if (near.some(({ config }) => config.diskful)) return false;
  const shown = near.filter(({ state }) => state === 'Connected').map((each) => deviceOf(each, volume).peerCurrent);
  const some = shown.filter((each) => each !== NO_GENERATION);
  return some.length > 0 && some.every((each) => sameGeneration(each, volume.current));
}

export function armSelfCheck(r: Resource): void {
  r.ports.setTimer('self-check' as TimerId, r.options.selfCheckMs);
}

function suspicion(r: Resource, device: PeerDevice): string | undefined {
  const { volume, connection } = device;
  if (device.waiting) return 'a resync waits for a fit source';
  // A handler, here or at the other end, takes its time before the exchange goes on.
  if ((device.replication === 'WFBitMapS' || device.replication === 'WFBitMapT') && !isSuspended(device))
    return 'a bitmap exchange does not move';
  if (device.replication !== 'Established' || device.peerDisk !== 'UpToDate' || volume.md === undefined)
    return undefined;
  if (volume.disk !== 'UpToDate')
    return isServed(r, volume) || isBehind(r, volume) || isWeak(r)
      ? undefined
      : 'this disk is not UpToDate beside one that is';
  // Whoever could say that they are settled does not, see `ownPosition`.
  if (sharesPrimary(r)) return undefined;
  if (!isReceiveIdle(r) || connection.unackedWrites > 0 || device.verify.found) return undefined;
  return dirtyBits(volume, connection.peer) > 0 ? 'marks are left on an Established pair' : undefined;
}

/** A resync is on its way or will be: a source that may not serve (it is Outdated, say) brings this disk nowhere. */
function isServed(r: Resource, volume: Volume): boolean {
  return [...r.connections.values()].some((connection) => {
    const device = deviceOf(connection, volume);
    if (device.target === undefined) return false;
    return device.replication === 'WFBitMapT' || isSuspended(device) || mayServe(r, device);
  });
}
