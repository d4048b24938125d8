/**
 * A disk attached while peers are connected (Negotiating, DRBD §1.3): each connected peer is told what the disk says of
 * itself and answers with its own picture of the volume; both ends decide from these two as on a fresh link, but the link
 * stays up and other volumes are not disturbed.
 *
 *   asks:    Negotiating → UUIDS to each peer ... all answered → the verdicts are applied → the attach is answered
 *   answers: UUIDS arrives → (not while this volume is in motion here) own picture leaves and the verdict is applied at once
 *
 * Nothing changes on a Negotiating disk, so what was told stays true; what a peer sends behind its answer (writes that it
 * mirrors now, say) waits until the disk is there. So do writes of this node (`acquireActivity`): who has answered counts on
 * this disk to have them. A refusal by anybody refuses the attach.
 */
import { OperationError } from '../../../common/errors.ts';
import { maskHas, maskWith, maskWithout, type PeerMask } from '../../../common/ids.ts';
import { type DiskState, diskAtLeast } from '../../../common/states.ts';
import { lookAround } from '../cluster-change/coordinator.ts';
import { decide } from '../handshake/decision.ts';
import { applyVerdict, isInMotion } from '../handshake/handshaking.ts';
import { asThePeerHasThem } from '../handshake/split-brain.ts';
import { type Judgement, judgeDecision, NO_BITMAP } from '../handshake/verdict.ts';
import type { HandshakeSide } from '../handshake/view.ts';
import { isHeldByFencing } from '../fencing/policy.ts';
import { policiesOf, snapshot } from '../handshake/snapshot.ts';
import { rehandshake } from '../link/link.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import type { ClientRequestId } from '../payload.ts';
import { restoreQuorum } from '../quorum/assess.ts';
import { reconsiderResync } from './marks.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setDisk } from '../transitions.ts';
import { type DataFrame, UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';
import { flushPeerAck } from '../write/epochs.ts';
import { dropDisk, tellPeers } from './failure.ts';
import { persistSuperblock } from './persistence.ts';
import { forgetStoodStill } from './stood-still.ts';
import type { Negotiation } from './transit.ts';

type Uuids = Extract<DataFrame, { type: 'UUIDS' }>;

/** The log is applied and the superblock written: ask. */
export function onAttachDone(r: Resource, volume: Volume, client: ClientRequestId): void {
  const { md } = volume;
  if (md === undefined) return;
  forgetStoodStill(r, volume);
  const negotiation: Negotiation = {
    client,
    candidate: md.claims,
    role: r.role,
    lastPrimary: r.lastPrimary,
    lastDagtag: r.lastDagtag,
    told: new Map(),
    waiting: 0 as PeerMask,
    answers: [],
  };
  volume.negotiation = negotiation;
  setDisk(r, volume, 'Negotiating', 'attach');
  // What was written without it is marked before anybody answers: a PEER_ACK after the resync would mark it once more.
  flushPeerAck(r);
  for (const connection of r.connections.values()) {
    connection.servedFrom = Number.POSITIVE_INFINITY;
    if (connection.state !== 'Connected' || connection.link === undefined) continue;
    // The volume was not there when this link came up: it takes part with the next handshake.
    if (deviceOf(connection, volume).replication === 'Off') rehandshake(r, connection, 'a disk was attached');
    else ask(r, connection, volume, negotiation);
  }
  advanceNegotiation(r, volume);
}

function ask(r: Resource, connection: Connection, volume: Volume, negotiation: Negotiation): void {
  if (connection.link === undefined) return;
  const handshake = tell(r, connection, volume, negotiation.candidate);
  negotiation.told.set(connection.peer, handshake);
  negotiation.waiting = maskWith(negotiation.waiting, connection.peer);
  const { role, lastPrimary, lastDagtag } = negotiation;
  const frame = { type: 'UUIDS', answer: false, attachment: volume.attachment, role, lastPrimary, lastDagtag } as const;
  r.ports.send(connection.peer, connection.link, 'data', { ...frame, handshake });
  const device = deviceOf(connection, volume);
  const { asked } = device;
  if (asked === undefined) return;
  // It asked while this disk was being read: both ends have told what they are, and each takes the question for the answer.
  device.asked = undefined;
  takeAnswer(r, connection, negotiation, asked);
}

/**
 * A disk that joins a Primary which has served its clients without it never passes for newest: it is compared as Outdated,
 * and what the clients have been shown goes with it (`exposed`).
 */
function tell(r: Resource, connection: Connection, volume: Volume, candidate: DiskState): VolumeHandshake {
  const capped = r.role === 'Primary' && diskAtLeast(candidate, 'Outdated');
  const diskState = capped ? 'Outdated' : candidate;
  const told = snapshot(r, connection, volume);
  const flags = diskState === 'Inconsistent' ? told.flags | UUID_FLAGS.INCONSISTENT : told.flags;
  return { ...told, diskState, flags };
}

/** @returns a protocol error, or undefined. */
export function onUuids(r: Resource, connection: Connection, frame: Uuids): string | undefined {
  const volume = r.volumes.get(frame.handshake.volume);
  if (volume === undefined || connection.link === undefined) return 'generations of an unknown volume';
  const device = deviceOf(connection, volume);
  if (device.replication === 'Off') {
    rehandshake(r, connection, 'a volume was added');
    return undefined;
  }
  const negotiation = volume.negotiation;
  const isAwaited = negotiation !== undefined && maskHas(negotiation.waiting, connection.peer);
  if (!frame.answer && !isAwaited && negotiation !== undefined) return onCrossedAttach(r, connection);
  if (!frame.answer && !isAwaited) {
    device.asked = frame;
    answerAsked(r);
  } else if (isAwaited && (!frame.answer || frame.attachment === volume.attachment)) {
    takeAnswer(r, connection, negotiation, frame);
    advanceNegotiation(r, volume);
  } else if (frame.attachment === volume.attachment && volume.md !== undefined) {
    // It answers what was settled otherwise: the two ends may have decided differently.
    rehandshake(r, connection, 'an answer came twice');
  }
  return undefined;
}

/**
 * A peer that has answered for this attach attaches a disk itself. It would wait for us, we perhaps for a third node, and
 * that one for it: nobody waits. Both are judged on a fresh link, once neither of the two disks is in motion.
 */
export function onCrossedAttach(r: Resource, connection: Connection): undefined {
  rehandshake(r, connection, 'both ends attach a disk');
  return undefined;
}

function takeAnswer(r: Resource, connection: Connection, negotiation: Negotiation, frame: Uuids): void {
  const own = negotiation.told.get(connection.peer);
  if (own === undefined || connection.link === undefined) return;
  const { role, lastPrimary, lastDagtag } = negotiation;
  const judgement = judge(r, connection, { ...frame, role, lastPrimary, lastDagtag, handshake: own }, frame);
  negotiation.answers.push({
    peer: connection.peer,
    link: connection.link,
    judgement,
    theirs: frame.handshake,
  });
  negotiation.waiting = maskWithout(negotiation.waiting, connection.peer);
  connection.rxNegotiation = true;
}

function judge(r: Resource, connection: Connection, own: Uuids, theirs: Uuids): Judgement {
  const { protocol } = connection.config;
  // Both ends have the same ones, or they would not be connected.
  const policies = policiesOf(connection);
  const self: HandshakeSide = { ...own, node: r.node, protocol, policies };
  const peer: HandshakeSide = { ...theirs, node: connection.peer, protocol, policies: asThePeerHasThem(policies) };
  const judgement = judgeDecision(decide(self, peer), self, peer);
  const { verdict, decision, refusal } = judgement;
  r.ports.notify({
    kind: 'handshake',
    peer: connection.peer,
    volume: own.handshake.volume,
    verdict: verdict === 'refuse' ? `refuse: ${refusal}` : verdict,
    rule: decision.rule,
    ownBits: own.handshake.dirtyBits,
    peerBits: theirs.handshake.dirtyBits,
  });
  return judgement;
}

/** Answers that waited for this volume to come to rest. */
export function answerAsked(r: Resource): void {
  for (const connection of r.connections.values()) {
    for (const device of connection.devices.values()) {
      const { asked, volume } = device;
      if (asked === undefined || isInMotion(volume) || volume.generationBusy || r.hold !== undefined) continue;
      device.asked = undefined;
      answer(r, device, asked);
    }
  }
}

function answer(r: Resource, device: PeerDevice, asked: Uuids): void {
  const { connection, volume } = device;
  if (connection.link === undefined || connection.state !== 'Connected') return;
  const { lastPrimary, lastDagtag, role } = r;
  const handshake = snapshot(r, connection, volume);
  const own: Uuids = {
    type: 'UUIDS',
    answer: true,
    attachment: asked.attachment,
    role,
    lastPrimary,
    lastDagtag,
    handshake,
  };
  r.ports.send(connection.peer, connection.link, 'data', own);
  const { verdict, decision, fit } = judge(r, connection, own, asked);
  if (fit?.node === r.node) defer(r, { kind: 'fit-size', volume: volume.number, sizeBytes: fit.sizeBytes });
  if (verdict === 'refuse') return;
  applyVerdict(r, device, verdict, decision, asked.handshake);
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reissue-reads' });
  reconsiderResync(r);
}

/** Goes on when the last answer is in, or the last one that owed one is lost. */
export function advanceNegotiation(r: Resource, volume: Volume): void {
  const { negotiation, md } = volume;
  if (negotiation === undefined || md === undefined) return;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') negotiation.waiting = maskWithout(negotiation.waiting, connection.peer);
  }
  if (negotiation.waiting !== 0) return;
  const answers = negotiation.answers.filter(({ peer, link }) => r.connections.get(peer)?.link === link);
  const problem = refusal(r, volume, { ...negotiation, answers });
  volume.negotiation = undefined;
  if (problem !== undefined) {
    tellPeers(r, volume); // some have begun to count on it
    dropDisk(r, volume, 'the attach was refused');
    r.ports.completeClient(negotiation.client, { ok: false, error: problem });
    return;
  }
  const capped = negotiation.role === 'Primary' && answers.length > 0 && diskAtLeast(md.claims, 'Outdated');
  restoreQuorum(r, volume, md.identity);
  volume.heldByFencing = md.claims === 'UpToDate' && isHeldByFencing(r, volume);
  setDisk(r, volume, capped ? 'Outdated' : volume.heldByFencing ? 'Consistent' : md.claims, 'attach');
  for (const { peer, judgement, theirs } of answers) {
    const connection = r.connections.get(peer);
    if (connection !== undefined)
      applyVerdict(r, deviceOf(connection, volume), judgement.verdict, judgement.decision, theirs);
  }
  // Nobody is UpToDate, and nobody is ahead of it: it is what it says.
  if (capped && volume.disk === 'Outdated' && !mayBeOutdone(r, volume)) setDisk(r, volume, md.claims, 'attach');
  if (volume.disk !== md.claims) persistSuperblock(r, volume, { kind: 'nothing' });
  r.ports.completeClient(negotiation.client, { ok: true });
  // One that could name nobody without data may leave far nodes behind now.
  if (r.role === 'Primary') lookAround(r);
  defer(r, { kind: 'activity-ready', volume });
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'resume-handshakes' });
  reconsiderResync(r);
  releaseStreams(r);
}

/** Somebody has newer data, or may turn out to. */
function mayBeOutdone(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values()) {
    const { target, peerDisk, waiting } = deviceOf(connection, volume);
    if (connection.state === 'Connected' && (target !== undefined || waiting || peerDisk === 'UpToDate')) return true;
  }
  return false;
}

export function releaseStreams(r: Resource): void {
  if ([...r.volumes.values()].some((volume) => volume.negotiation !== undefined)) return;
  for (const connection of r.connections.values()) {
    if (!connection.rxNegotiation || connection.link === undefined) continue;
    connection.rxNegotiation = false;
    defer(r, { kind: 'rx-resume', connection, link: connection.link });
  }
}

/** Why the disk may not join. */
function refusal(r: Resource, volume: Volume, negotiation: Negotiation): OperationError | undefined {
  const subject = `the disk of volume ${volume.number} of "${r.config.name}"`;
  const refused = negotiation.answers.find(({ judgement }) => judgement.verdict === 'refuse');
  if (refused !== undefined) {
    const { name } = r.connections.get(refused.peer)?.config ?? { name: String(refused.peer) };
    if (refused.judgement.refusal === NO_BITMAP) {
      return new OperationError('PEER_SLOTS_EXHAUSTED', `${subject} cannot join node "${name}"`, {
        cause: `${NO_BITMAP}: one of them is configured as diskless there`,
        correction: 'Give it a bitmap slot on that node first.',
      });
    }
    return new OperationError('DATA_DIVERGED', `${subject} does not go together with that of node "${name}"`, {
      cause: `${refused.judgement.refusal} (rule ${refused.judgement.decision.rule})`,
      correction: 'Decide whose data is to be kept; then create this replica anew, or discard its data.',
    });
  }
  const shown = volume.issued.at(-1);
  if (r.role !== 'Primary' || shown === undefined || sameGeneration(shown.current, volume.current)) return undefined;
  const catchesUp = negotiation.answers.some(({ judgement }) => judgement.verdict.startsWith('target'));
  if (catchesUp) return undefined;
  return new OperationError('DISK_OUTDATED', `${subject} is older than what this Primary has shown its clients`, {
    cause: 'no connected node can bring it up to date',
    correction: 'Connect an UpToDate node first, then attach it again.',
  });
}
