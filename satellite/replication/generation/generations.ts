/**
 * When the current generation of a volume changes, and who learns of it (DRBD §3.3).
 *
 * A change is due on a Primary when a write would make its data differ from a node that carries the same generation:
 * at the first write after promotion, and at the first write after losing a peer's data. The order is: rotate in
 * memory → superblock durable → CURRENT_UUID to the connected peers, in stream order before the writes → the writes.
 */
import {
  EMPTY_MASK,
  type Generation,
  maskHas,
  maskOf,
  maskWith,
  type NodeId,
  type PeerMask,
} from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { noteStep, stepsBeyond } from './noted-steps.ts';
import { beginSpare, restartSpare } from './spare-slot.ts';
import { persistSuperblock, rememberGeneration, rememberRoot } from '../disk/persistence.ts';
import {
  type Attached,
  type Connection,
  connectedWith,
  deviceOf,
  type PeerDevice,
  type Resource,
  type Volume,
  type WriteRequest,
} from '../state.ts';
import { setDisk } from '../transitions.ts';
import { allowsTwo } from '../two-primaries/allowed.ts';
import { crossing, followStep, hearsOfSteps, makerOf, noteMaker, passOn } from '../two-primaries/crossing.ts';
import type { DataFrame } from '../wire/frames.ts';

export const hex = (generation: Generation): string => generation.toString(16).toUpperCase().padStart(16, '0');

export function generationNeeded(r: Resource, volume: Volume): boolean {
  return volume.generationDue && r.role === 'Primary' && !isOptimistic(r, volume);
}

/** A diskless Primary keeps its generation nowhere: until its peers have confirmed one, it makes no other (DRBD §2.8, rule 2). */
export const isOptimistic = (r: Resource, volume: Volume): boolean => volume.md === undefined && r.unconfirmed > 0;

/** The peer follows our writes (or is being brought there): its slot needs no new starting point. */
function isFollowing(device: PeerDevice): boolean {
  return (
    device.connection.state === 'Connected' &&
    device.replication !== 'Off' &&
    hasDisk(device.peerDisk) &&
    device.peerDisk !== 'Outdated'
  );
}

/** Diskful members that do not get the next write. A Primary whose own disk failed is one of them. */
function weakNodes(r: Resource, volume: Volume): PeerMask {
  let weak = EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (connection.config.diskful && !isFollowing(deviceOf(connection, volume))) weak = maskWith(weak, connection.peer);
  }
  // Removed and not forgotten: it may come back.
  for (const [node, { diskful }] of r.formerPeers) if (diskful) weak = maskWith(weak, node);
  if (volume.config.diskful && !hasDisk(volume.disk)) weak = maskWith(weak, r.node);
  return weak;
}

/** A node that does not follow us may have the very generation that we have: its slot tracks nothing. */
export function isSharedWithAbsent(r: Resource, volume: Volume): boolean {
  const weak = weakNodes(r, volume);
  return [...(volume.md?.slots.values() ?? [])].some(
    (slot) => maskHas(weak, slot.node) && slot.generation === NO_GENERATION,
  );
}

/** Starts a change: writes wait in `heldForGeneration` until `generation-persisted`. */
export function startGeneration(r: Resource, volume: Volume): void {
  volume.generationDue = false;
  if (volume.md !== undefined && volume.disk !== 'UpToDate' && !volume.adopting) {
    advancePeers(r, volume, volume.md);
    return;
  }
  const previous = volume.current;
  volume.generationBusy = true;
  const weak = weakNodes(r, volume);
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (!maskHas(weak, connection.peer) && connection.config.diskful) device.unconfirmed ??= previous;
  }
  beginTracking(volume, weak, ofPrimary(previous, volume.md?.crashedPrimary === true));
  rememberGeneration(volume, previous);
  volume.current = (r.ports.newGeneration() | 1n) as Generation;
  volume.unusedPrevious = previous;
  noteMaker(volume, r.node, weak);
  if (volume.md !== undefined) volume.md.crashedPrimary = true;
  r.ports.notify({ kind: 'generation', volume: volume.number, current: hex(volume.current) });
  persistSuperblock(r, volume, { kind: 'generation-persisted', volume, previous, current: volume.current });
}

/**
 * The Primary's own disk is behind (a sync target, say): the data that moves on is that of its UpToDate peers. Its own
 * generation stays what it is until the resync ends (DRBD §4.1: a sync target speaks for its source).
 */
function advancePeers(r: Resource, volume: Volume, md: Attached): void {
  const current = (r.ports.newGeneration() | 1n) as Generation;
  let previous = volume.current;
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (connection.state !== 'Connected' || device.peerDisk !== 'UpToDate') continue;
    device.unconfirmed ??= device.peerCurrent;
    previous = latestIssued(volume, device.peerCurrent);
  }
  // This very step makes a disk UpToDate that is only held at Consistent: it gets the writes that follow.
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (connection.state !== 'Connected' || device.peerDisk !== 'Consistent') continue;
    if (sameGeneration(device.peerCurrent, previous)) device.unconfirmed ??= device.peerCurrent;
  }
  volume.generationBusy = true;
  volume.issued.push({ previous, current });
  volume.unusedPrevious = previous;
  md.crashedPrimary = true;
  r.ports.notify({ kind: 'generation', volume: volume.number, current: hex(current) });
  persistSuperblock(r, volume, { kind: 'generation-persisted', volume, previous, current });
}

/** The Primary's own disk is gone (`volume.md` is unset): it moves on at once, so that what that disk holds is a generation of before. */
export function rotateForLostDisk(r: Resource, volume: Volume): void {
  generationBecomesDue(r, volume);
  if (!volume.generationBusy) startGeneration(r, volume);
}

/** A Primary whose disk was behind loses it: what it shows its clients from here on is what its peers have. */
export function exposePeers(r: Resource, volume: Volume): void {
  const last = volume.issued.at(-1);
  for (const step of volume.issued) rememberGeneration(volume, step.previous);
  volume.issued = [];
  if (last !== undefined) volume.current = last.current;
  else takePeersGeneration(r, volume);
}

/** Of the UpToDate peers; unchanged without any. */
export function takePeersGeneration(r: Resource, volume: Volume): void {
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (connection.state === 'Connected' && device.peerDisk === 'UpToDate') volume.current = device.peerCurrent;
  }
}

/** Slots that tracked nothing begin to track what their node lacks since `generation`. */
function beginTracking(volume: Volume, nodes: PeerMask, generation: Generation): void {
  if (volume.md === undefined) return;
  for (const slot of volume.md.slots.values()) {
    if (maskHas(nodes, slot.node) && slot.generation === NO_GENERATION) slot.generation = generation;
  }
  beginSpare(volume.md, generation);
}

/**
 * The low bit of what a slot begins with says whether this node was Primary already when it lost the other one: then it had
 * made that generation itself, in this session (`crashedPrimary` is set with the first, and goes with the demotion).
 */
const ofPrimary = (generation: Generation, wasPrimary: boolean): Generation =>
  (wasPrimary ? generation | 1n : generation & ~1n) as Generation;

/** Durable here: the peers may learn of it, and the held writes follow on the same streams. */
export function onGenerationPersisted(r: Resource, volume: Volume, previous: Generation, current: Generation): void {
  volume.generationBusy = false;
  const weak = weakNodes(r, volume);
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected' || connection.link === undefined || !hearsOfSteps(connection)) continue;
    if (deviceOf(connection, volume).replication === 'Off') continue;
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'CURRENT_UUID',
      volume: volume.number,
      current,
      previous,
      weak,
    });
  }
}

/** A peer that was away while a diskless Primary moved on, with nothing written since, is told now. */
export function tellGeneration(r: Resource, device: PeerDevice): void {
  const { volume, connection } = device;
  const previous = volume.unusedPrevious;
  if (previous === undefined || connection.link === undefined) return;
  device.unconfirmed ??= previous;
  const weak = weakNodes(r, volume);
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'CURRENT_UUID',
    volume: volume.number,
    current: volume.current,
    previous,
    weak,
  });
}

/**
 * The peer was lost before it confirmed our latest generation: its disk may still be on the one before. Only a disk that has
 * gone on from there itself can track that: while steps are only issued, ours is behind the peer (see `takeIssued`).
 */
export function settleUnconfirmed(r: Resource, device: PeerDevice): void {
  const { volume, unconfirmed } = device;
  const slot = volume.md?.slots.get(device.connection.peer);
  const isBehind = volume.disk !== 'UpToDate' && volume.issued.length > 0;
  if (!isBehind && unconfirmed !== undefined && slot?.generation === NO_GENERATION) {
    slot.generation = ofPrimary(unconfirmed, r.role === 'Primary');
    // Nothing may complete without the peer before the disk says what the peer has: else a crash right now would hide it.
    if (r.role === 'Primary') {
      volume.slotBusy += 1;
      persistSuperblock(r, volume, { kind: 'slot-persisted', volume });
    }
  }
  device.unconfirmed = undefined;
}

export type ReceivedGeneration = 'adopted' | 'noted' | 'mismatch';

/** A Primary tells its new generation. `adopted`: writes of that stream wait until it is durable here. */
export function receiveGeneration(
  r: Resource,
  connection: Connection,
  volume: Volume,
  frame: Extract<DataFrame, { type: 'CURRENT_UUID' }>,
): ReceivedGeneration {
  const device = deviceOf(connection, volume);
  device.peerCurrent = frame.current;
  device.peerWeak = maskHas(frame.weak, connection.peer);
  r.lastPrimary = connection.peer;
  r.lastDagtag = connection.receivedDagtag;
  if (volume.md === undefined) {
    if (r.role === 'Primary' && allowsTwo(connection)) followStep(r, volume, connection, frame);
    else volume.current = frame.current;
    return 'noted';
  }
  // A sync target takes over its source's generation when it has finished, not before. One whose end is being written
  // has taken it over already, and nobody tells it this step again.
  if (volume.disk !== 'UpToDate' && volume.disk !== 'Consistent' && !volume.adopting) {
    noteStep(connection, volume, { ...frame, maker: makerOf(r, connection) ?? connection.peer });
    return 'noted';
  }
  if (sameGeneration(volume.current, frame.current)) return 'noted';
  // What made this disk UpToDate has not reached the Primary yet: it marks what it writes from here on, and sends none of it.
  if (maskHas(frame.weak, r.node)) return 'mismatch';
  const way = sameGeneration(volume.current, frame.previous) ? 'take' : crossing(r, volume, connection, frame);
  if (way === 'none') return 'mismatch';
  if (way === 'keep') {
    rememberGeneration(volume, frame.current);
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
  if (way !== 'take') return 'noted';
  adoptNext(r, volume, frame.current, frame.weak);
  noteMaker(volume, makerOf(r, connection) ?? connection.peer, frame.weak);
  passOn(r, volume, connection, frame);
  // A newer Primary writes now: what our crash may have left is settled with its peers.
  if (r.role !== 'Primary') volume.md.crashedPrimary = false;
  if (volume.disk === 'Consistent') setDisk(r, volume, 'UpToDate', 'the Primary goes on from the data of this disk');
  persistSuperblock(r, volume, {
    kind: 'received-generation',
    connection,
    link: connection.link ?? (0 as never),
    volume,
    weak: frame.weak,
  });
  return 'adopted';
}

function adoptNext(r: Resource, volume: Volume, current: Generation, weak: PeerMask): void {
  for (const { peer, devices } of r.connections.values()) {
    // A node that was lost before it could follow the last change is still where it said it was.
    const said = devices.get(volume.number)?.peerCurrent ?? NO_GENERATION;
    const isBehind = volume.history.some((old) => sameGeneration(old, said));
    if (isBehind && maskHas(weak, peer)) beginTracking(volume, maskOf(peer), said);
  }
  beginTracking(volume, weak, ofPrimary(volume.current, false));
  rememberGeneration(volume, volume.current);
  volume.current = current;
  r.ports.notify({ kind: 'generation', volume: volume.number, current: hex(current) });
}

/** Takes over the generations of a sync source; slots that track nothing yet start where the source's do. */
export function adoptFromSource(
  r: Resource,
  volume: Volume,
  source: NodeId,
  frame: Extract<DataFrame, { type: 'RS_FINISHED' }>,
): void {
  const own = volume.current;
  const root = frame.history.at(-1);
  const hasMovedOn = !sameGeneration(own, frame.current) && !sameGeneration(own, JUST_CREATED);
  for (const old of [...frame.history].reverse()) rememberGeneration(volume, old);
  if (!sameGeneration(own, frame.current)) rememberGeneration(volume, own);
  // What both descend from stays last, where it is never pushed out.
  if (root !== undefined) rememberRoot(volume, root);
  volume.history = volume.history.filter((old) => !sameGeneration(old, frame.current));
  volume.current = frame.current;
  if (volume.md !== undefined) {
    // The blocks that came are marked there. A disk that was just created has no past that anybody could share.
    if (sameGeneration(own, JUST_CREATED)) restartSpare(volume.md);
    else if (!sameGeneration(own, frame.current)) beginSpare(volume.md, ofPrimary(own, false));
    for (const slot of volume.md.slots.values()) {
      if (slot.node === source) slot.generation = NO_GENERATION;
      else if (slot.generation === NO_GENERATION) {
        const told = frame.bitmap.find((entry) => entry.node === slot.node)?.generation;
        slot.generation = told ?? NO_GENERATION;
        // In sync with us until now, and unknown to the source: it is where we were. One that is about to follow the source's
        // last change is not: should that change die on its way, this node must not seem to have been written without it.
        // Nor is one that is our own target: what it lacks is marked, and the marks are as of where it is.
        const device = r.connections.get(slot.node)?.devices.get(volume.number);
        if (hasMovedOn && told === undefined && !maskHas(frame.inSync, slot.node))
          slot.generation = ofPrimary(own, false);
        else if (hasMovedOn && device?.source !== undefined && sameGeneration(device.peerCurrent, own))
          slot.generation = ofPrimary(own, false);
      }
    }
  }
  takeIssued(r, volume);
  r.ports.notify({ kind: 'generation', volume: volume.number, current: hex(volume.current) });
  for (const step of stepsBeyond(r, volume)) {
    adoptNext(r, volume, step.current, step.weak);
    noteMaker(volume, step.maker, step.weak);
  }
}

/**
 * The generation that this Primary's clients have seen through its peers while its own disk is behind. A step in which no
 * write has completed, nor is under way, shows nobody anything: a peer that missed it has missed nothing.
 * @param peer who is told
 */
export function exposedGeneration(r: Resource, peer: Connection, volume: Volume): Generation {
  if (r.role !== 'Primary') return NO_GENERATION;
  return volume.issued.at(isLastStepUnused(r, volume, peer) ? -2 : -1)?.current ?? NO_GENERATION;
}

/** @param returning a peer that will be told the step if nothing was written in it */
function isLastStepUnused(r: Resource, volume: Volume, returning?: Connection): boolean {
  const last = volume.issued.at(-1);
  if (last === undefined || volume.unusedPrevious === undefined) return false;
  if (!sameGeneration(volume.unusedPrevious, last.previous)) return false;
  // What this peer is owed since its link was lost it gets again, after the step (`resendOwed`): it has not missed that. Without
  // this it would be behind for a write that waits for nobody else.
  const isOwed = ({ unstable }: WriteRequest): boolean => returning?.owed === true && maskHas(unstable, returning.peer);
  // A write that no other node holds or is about to cannot complete any more: this disk is behind itself.
  return !r.log.some((each) => each.volume === volume && !isOwed(each) && (each.held | each.awaiting) !== EMPTY_MASK);
}

/** A source that missed the last step, with nothing written since, is told now, so that all go on from the same one. */
export function tellIssued(r: Resource, device: PeerDevice): void {
  const { volume, connection } = device;
  const last = volume.issued.at(-1);
  if (r.role !== 'Primary' || last === undefined || connection.link === undefined || volume.generationBusy) return;
  if (!sameGeneration(device.peerCurrent, last.previous)) return;
  device.unconfirmed ??= last.previous;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'CURRENT_UUID',
    volume: volume.number,
    ...last,
    weak: weakNodes(r, volume),
  });
}

/** A Primary steps down: a last step that nobody in sight has got, and that nothing was written in, never was. */
export function forgetUnusedStep(r: Resource, volume: Volume): void {
  const last = volume.issued.at(-1);
  if (last === undefined || !isLastStepUnused(r, volume)) return;
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (connection.state !== 'Connected' || device.peerDisk !== 'UpToDate') continue;
    if (device.unconfirmed !== undefined || sameGeneration(device.peerCurrent, last.current)) return;
  }
  volume.issued.pop();
}

/** Where a peer gets to that was at `generation` and follows everything that we told it since. */
function latestIssued(volume: Volume, generation: Generation): Generation {
  let latest = generation;
  for (const step of volume.issued) if (sameGeneration(step.previous, latest)) latest = step.current;
  return latest;
}

/**
 * This Primary told its peers to move on while its own disk was behind; now it has caught up with what they had then.
 * @returns true when the volume has moved on with this.
 */
export function takeIssued(r: Resource, volume: Volume): boolean {
  const previous = volume.current;
  const current = latestIssued(volume, previous);
  if (sameGeneration(current, previous)) {
    volume.issued = [];
    return false;
  }
  for (const step of volume.issued) rememberGeneration(volume, step.previous);
  volume.issued = [];
  volume.current = current;
  for (const slot of volume.md?.slots.values() ?? []) {
    const connection = connectedWith(r, slot.node);
    const device = connection === undefined ? undefined : deviceOf(connection, volume);
    const follows =
      device !== undefined && (device.unconfirmed !== undefined || sameGeneration(device.peerCurrent, current));
    if (!follows && slot.generation === NO_GENERATION) slot.generation = previous;
  }
  if (volume.md !== undefined) beginSpare(volume.md, previous);
  return true;
}

/** A new generation becomes due with the next write. */
export function generationBecomesDue(r: Resource, volume: Volume | undefined): void {
  if (r.role !== 'Primary') return;
  for (const each of volume === undefined ? r.volumes.values() : [volume]) each.generationDue = true;
}
