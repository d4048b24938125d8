/**
 * A fresh link: what are you, what have you got, who gives whom what (DRBD's connect; its cluster-wide part is in joining.ts).
 *
 *   FEATURES → PROTOCOL (states, sizes, generations, dirty bits: one snapshot) → VERDICT → (change `connect`) → Connected
 *
 * Both ends compute the verdict from the two snapshots that were exchanged, and compare the results: they must mirror
 * each other. Whatever changed locally since the snapshot left makes the attempt void; it starts again.
 */
import { assert } from '../../../common/assert.ts';
import { EMPTY_MASK, maskWithout, type VolumeNumber } from '../../../common/ids.ts';
import { diskAtLeast, hasDisk } from '../../../common/states.ts';
import { onPrimaryFound } from '../cluster-change/participant.ts';
import { neighbours, noteBeyond } from '../cluster-change/tally.ts';
import { beginSource, beginTarget, forgetMarks, forgetTracking, noteOffer } from '../resync/bitmap-exchange.ts';
import { skipInitialSync } from '../generation/initial.ts';
import { takeIssued, tellGeneration, tellIssued } from '../generation/generations.ts';
import { judge } from './judging.ts';
import type { Decision } from './outcome.ts';
import { policyMismatch } from './split-brain.ts';
import { endFencing } from '../fencing/fence.ts';
import { callHandlers } from './call-handlers.ts';
import { type Judgement, MIRROR } from './verdict.ts';
import { isWeak } from '../roles/primaries.ts';
import { primariesHere } from './partitions.ts';
import { policiesOf, snapshot } from './snapshot.ts';
import { awaitAgreement, endAgreement, isStillExempt, needsAgreement } from './joining.ts';
import { isStillTrue } from './still-true.ts';
import type { Handshaking } from './progress.ts';
import { hadNewer, settleWithLostDisk } from './lost-disk.ts';
import { hasGoneBeyond } from './gone-beyond.ts';
import { isOneBehind, trustedPeerDisk } from './trust.ts';
import { noteMet } from './witnesses.ts';
import { loseLink, stopConnecting } from '../link/link.ts';
import { armPing, timer } from '../link/ping.ts';
import { coveredNodes, dropSuspicion, takeCover } from '../resync/loss-cover.ts';
import { reconsiderResync } from '../disk/marks.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { isRecorded } from '../quorum/assess.ts';
import { noteDescent, servesAnother } from '../quorum/election.ts';
import { answerToNewerData } from '../quorum/overtaken.ts';
import { rejoinsAtOnce, resendOwed } from '../quorum/thaw.ts';
import { forgetHolder } from '../write/sending.ts';
import { isOwed, settleOwed } from '../reconciliation/hold.ts';
import { agreeOnProtocol, wantedProtocol } from '../options/protocol.ts';
import type { LinkId } from '../payload.ts';
import { isBehind } from '../resync/source-choice.ts';
import { takePeerSize } from '../sizes/told.ts';
import { hasSource, leaveOtherSyncs } from '../resync/other-sources.ts';
import { type Connection, defer, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setConnection, setDisk, setPeerDisk, setReplication } from '../transitions.ts';
import {
  ALL_FEATURES,
  type DataFrame,
  UUID_FLAGS,
  type VerdictKind,
  type VolumeHandshake,
  WIRE_VERSION_MAX,
  WIRE_VERSION_MIN,
} from '../wire/frames.ts';

export function onLinkUp(r: Resource, connection: Connection, link: LinkId): void {
  if (connection.state === 'Connected') loseLink(r, connection, 'NetworkFailure', 'replaced by a newer link');
  if (connection.state !== 'Connecting') {
    r.ports.disconnect(connection.peer);
    return;
  }
  r.ports.cancelTimer(timer('connect', connection));
  endAgreement(r, connection);
  connection.link = link;
  connection.stable = false;
  connection.owesSince = -1;
  connection.stateSeen = 0;
  connection.peerSeen = 0;
  connection.peerDagtag = 0;
  connection.servedFrom = Number.POSITIVE_INFINITY;
  connection.handshake = {
    peerFeaturesIn: false,
    sent: undefined,
    sentRole: r.role,
    sentCovered: EMPTY_MASK,
    sentPrimaries: EMPTY_MASK,
    sentNeighbours: EMPTY_MASK,
    sentLast: { node: undefined, dagtag: 0 },
    received: undefined,
    verdicts: undefined,
    judgements: new Map(),
    peerVerdicts: undefined,
    ready: false,
  };
  r.ports.setTimer(timer('handshake', connection), connection.options.timeoutMs);
  r.ports.send(connection.peer, link, 'data', {
    type: 'FEATURES',
    versionMin: WIRE_VERSION_MIN,
    versionMax: WIRE_VERSION_MAX,
    features: ALL_FEATURES,
    from: r.node,
    to: connection.peer,
  });
}

/** @returns a protocol error, or undefined. */
export function onFeatures(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'FEATURES' }>,
): string | undefined {
  const handshake = connection.handshake;
  if (handshake === undefined || handshake.peerFeaturesIn) return 'features outside of a handshake';
  if (frame.versionMin > WIRE_VERSION_MAX || frame.versionMax < WIRE_VERSION_MIN) return 'no common wire version';
  if (frame.from !== connection.peer || frame.to !== r.node) return 'the peer has another node id';
  handshake.peerFeaturesIn = true;
  connection.features = frame.features & ALL_FEATURES;
  sendProtocol(r, connection, handshake);
  return undefined;
}

/** Being attached, or just becoming UpToDate: a snapshot taken now would be void at once. */
export const isInMotion = (volume: Volume): boolean =>
  volume.disk === 'Attaching' ||
  volume.disk === 'Negotiating' ||
  volume.disk === 'Detaching' ||
  volume.adopting ||
  volume.relayout !== undefined;

/** Handshakes that waited for a volume in motion. */
export function resumeHandshakes(r: Resource): void {
  for (const connection of r.connections.values()) {
    const { handshake } = connection;
    if (handshake?.peerFeaturesIn === true && handshake.sent === undefined) sendProtocol(r, connection, handshake);
  }
}

function sendProtocol(r: Resource, connection: Connection, handshake: Handshaking): void {
  if (connection.link === undefined || [...r.volumes.values()].some(isInMotion)) return;
  if (!isRecorded(r, connection)) return;
  if (r.hold !== undefined && !isOwed(r, connection) && !isHolding(handshake)) return;
  const volumes = [...r.volumes.values()].map((volume) => snapshot(r, connection, volume));
  handshake.sent = volumes;
  handshake.sentRole = r.role;
  handshake.sentCovered = coveredNodes(r, connection);
  handshake.sentPrimaries = primariesHere(r, connection.peer);
  handshake.sentNeighbours = neighbours(r);
  handshake.sentLast = { node: r.lastPrimary, dagtag: r.lastDagtag };
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'PROTOCOL',
    protocol: wantedProtocol(connection),
    policies: policiesOf(connection),
    role: r.role,
    lastPrimary: r.lastPrimary,
    lastDagtag: r.lastDagtag,
    volumes,
    primaryNeighbours: maskWithout(handshake.sentPrimaries, r.node),
    neighbours: handshake.sentNeighbours,
    covered: handshake.sentCovered,
  });
  maybeJudge(r, connection, handshake);
}

/** Its hold waits for this pair, although ours may not: in a circle of such holds each would wait for the next one. */
const isHolding = ({ received }: Handshaking): boolean =>
  received?.volumes.some(({ flags }) => (flags & UUID_FLAGS.HELD) !== 0) === true;

/** @returns a protocol error, or undefined. */
export function onProtocol(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'PROTOCOL' }>,
): string | undefined {
  const handshake = connection.handshake;
  if (handshake === undefined || !handshake.peerFeaturesIn || handshake.received !== undefined)
    return 'protocol outside of a handshake';
  const conflict = agreeOnProtocol(r, connection, frame.protocol);
  if (conflict !== undefined) return conflict;
  const mismatch = policyMismatch(policiesOf(connection), frame.policies);
  if (mismatch !== undefined) return mismatch;
  handshake.received = frame;
  if (handshake.sent === undefined) sendProtocol(r, connection, handshake);
  else maybeJudge(r, connection, handshake);
  return undefined;
}

/** Both snapshots are there: the verdict follows from them alone. */
function maybeJudge(r: Resource, connection: Connection, handshake: Handshaking): void {
  const frame = handshake.received;
  if (frame === undefined || handshake.sent === undefined || connection.link === undefined) return;
  if (hasGoneBeyond(r, frame)) {
    loseLink(r, connection, 'NetworkFailure', 'others are known here who have gone on without this Primary');
    return;
  }
  const { verdicts, judgements } = judge(r, connection, handshake.sent, handshake, frame);
  handshake.verdicts = verdicts;
  handshake.judgements = judgements;
  r.ports.send(connection.peer, connection.link, 'data', { type: 'VERDICT', volumes: verdicts });
  maybeCommit(r, connection);
}

/** Rows of the decision table that say: self is behind the peer, and the mirrored ones. */
const OLDER_RULES = [2, 16, 17, 20];
const NEWER_RULES = [3, 18, 19, 21];

/** @returns a protocol error, or undefined. */
export function onVerdict(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'VERDICT' }>,
): string | undefined {
  const handshake = connection.handshake;
  if (handshake?.received === undefined || handshake.peerVerdicts !== undefined)
    return 'verdict outside of a handshake';
  handshake.peerVerdicts = frame.volumes;
  maybeCommit(r, connection);
  return undefined;
}

function maybeCommit(r: Resource, connection: Connection): void {
  const handshake = connection.handshake;
  if (handshake?.verdicts === undefined || handshake.peerVerdicts === undefined || handshake.received === undefined)
    return;
  for (const own of handshake.verdicts) {
    const theirs = handshake.peerVerdicts.find((each) => each.volume === own.volume);
    if (theirs === undefined || theirs.verdict !== MIRROR[own.verdict]) {
      loseLink(r, connection, 'ProtocolError', 'the two ends came to different verdicts');
      return;
    }
  }
  const refused = [...handshake.judgements].find(([, judgement]) => judgement.verdict === 'refuse');
  // Also while a demotion is under way: that waits for the very requests that are frozen.
  if (refused !== undefined && makesWay(r, connection, handshake)) return;
  // Before a refusal as well: it would last, although what it is about may have been settled by a third node meanwhile.
  if (!isStillTrue(r, connection, handshake)) {
    loseLink(r, connection, 'NetworkFailure', 'own state changed during the handshake');
    return;
  }
  callHandlers(r, connection, handshake);
  if (refused !== undefined) return refuse(r, connection, handshake, refused);
  if (servesAnother(r, connection, handshake.received)) {
    loseLink(r, connection, 'NetworkFailure', 'there is another Primary');
    return;
  }
  if (needsAgreement(r.node, connection.peer, handshake)) return awaitAgreement(r, connection, handshake);
  if (!isStillExempt(r, connection.peer, handshake)) {
    loseLink(r, connection, 'NetworkFailure', 'this part of the cluster has changed during the handshake');
    return;
  }
  commit(r, connection, handshake, handshake.received);
}

/** Has anything changed here while the cluster was asked? */
export function mayStillConnect(r: Resource, connection: Connection): boolean {
  const { handshake } = connection;
  if (handshake?.ready !== true || handshake.received === undefined) return false;
  if (servesAnother(r, connection, handshake.received) || hasGoneBeyond(r, handshake.received)) return false;
  return isStillTrue(r, connection, handshake);
}

/** The cluster has agreed to the link. @returns false if what this node has told holds no more: the link is ended */
export function establish(r: Resource, connection: Connection): boolean {
  const { handshake } = connection;
  if (handshake?.ready !== true || handshake.received === undefined) return false;
  if (!isStillTrue(r, connection, handshake)) {
    loseLink(r, connection, 'NetworkFailure', 'own state changed while the cluster agreed');
    return false;
  }
  commit(r, connection, handshake, handshake.received);
  return true;
}

/** Others have gone on without this Primary. @returns false if they have not */
function makesWay(r: Resource, connection: Connection, handshake: Handshaking): boolean {
  const answer = answerToNewerData(r, handshake);
  // Alone until somebody decides: no retry by itself.
  if (answer === 'disconnect') stopConnecting(r, connection, 'others have gone on without this Primary');
  else if (answer === 'stepped-down') loseLink(r, connection, 'NetworkFailure', 'this node has stepped down');
  return answer !== undefined;
}

function refuse(
  r: Resource,
  connection: Connection,
  handshake: Handshaking,
  [volume, { refusal, retry, decision, fit }]: readonly [VolumeNumber, Judgement],
): void {
  const reason = `volume ${volume}: ${refusal} (rule ${decision.rule})`;
  if (fit?.node === r.node) defer(r, { kind: 'fit-size', volume, sizeBytes: fit.sizeBytes });
  if (retry) {
    loseLink(r, connection, 'NetworkFailure', reason);
    return;
  }
  stopConnecting(r, connection, reason);
  connection.refused = handshake;
  // Once it has, the link is tried again: see `retryRefused`.
  if (decision.givesUp === r.node) defer(r, { kind: 'give-up-role', peer: connection.peer, volume });
}

function commit(
  r: Resource,
  connection: Connection,
  handshake: Handshaking,
  received: Extract<DataFrame, { type: 'PROTOCOL' }>,
): void {
  connection.handshake = undefined;
  connection.attempts = 0;
  settleOwed(r, connection);
  connection.peerRole = received.role;
  connection.peerPrimaryNeighbours = received.primaryNeighbours;
  // It is out of reach no more, and says itself whether it is Primary still.
  r.changes.farPrimaries = maskWithout(r.changes.farPrimaries, connection.peer);
  if (received.role === 'Primary') onPrimaryFound(r, connection);
  noteBeyond(r, received.neighbours);
  r.ports.cancelTimer(timer('handshake', connection));
  setConnection(r, connection, 'Connected', 'handshake complete');
  endFencing(connection);
  r.ports.notify({ kind: 'peer-role', peer: connection.peer, role: received.role });
  armPing(r, connection);
  connection.discardMyData &&= [...handshake.judgements.values()].some(({ decision }) => decision.outcome === 'target');
  for (const own of handshake.verdicts ?? []) {
    const volume = r.volumes.get(own.volume);
    const theirs = received.volumes.find((each) => each.volume === own.volume);
    const decision = handshake.judgements.get(own.volume)?.decision;
    assert(volume !== undefined && theirs !== undefined && decision !== undefined, 'a verdict has its inputs');
    applyVerdict(r, deviceOf(connection, volume), own.verdict, decision, theirs);
  }
  if (received.role === 'Primary') takeCover(r, connection, received.covered);
  noteMet(r, connection, handshake.sent ?? []);
  defer(r, { kind: 'announce' });
  resendOwed(r, connection);
  defer(r, { kind: 'reissue-reads' });
  reconsiderResync(r);
}

export function applyVerdict(
  r: Resource,
  device: PeerDevice,
  verdict: VerdictKind,
  decision: Decision,
  theirs: VolumeHandshake,
): void {
  const { volume, connection } = device;
  noteDescent(volume, theirs.current, theirs.history);
  if (isMadeAnew(device, theirs)) forgetHolder(r, connection, volume);
  device.peerCurrent = theirs.current;
  takePeerSize(r, device, theirs);
  device.peerWeak = false;
  device.failedAt = -1;
  device.asked = undefined;
  device.suspectSince = -1;
  const rejoins = verdict === 'no-sync' && decision.wait !== true && rejoinsAtOnce(r, device, theirs);
  setPeerDisk(r, device, trustedPeerDisk(r, volume, theirs, rejoins ? 'UpToDate' : theirs.diskState));
  device.waiting = decision.wait === true;
  // The peer was the writer when we died and knows every difference: what only our activity log suggests is void.
  if ((theirs.flags & UUID_FLAGS.COVERS_LOSS) !== 0 && volume.md?.crashedPrimary !== true)
    dropSuspicion(r, volume, connection.peer);
  switch (verdict) {
    case 'source-bitmap':
    case 'source-full':
      beginSource(r, device, {
        full: verdict === 'source-full',
        copySpare: decision.copyFrom === 'spare',
        restarts: decision.discards === true,
        peerCurrent: theirs.current,
        wasInconsistent: theirs.diskState === 'Inconsistent',
      });
      return;
    case 'target-bitmap':
    case 'target-full':
      beginTarget(r, device, { full: verdict === 'target-full', checksum: decision.checksum === true }, theirs);
      if (decision.discards === true) forgetTracking(device);
      tellIssued(r, device);
      return;
    default:
      setReplication(r, device, 'Established');
      if (r.role === 'Primary' && volume.md === undefined && isOneBehind(r, volume, theirs)) tellGeneration(r, device);
      settleNoSync(r, device, decision, theirs);
  }
}

/** A disk never goes back to a generation of before: this is not the one that we knew. */
function isMadeAnew({ peerCurrent }: PeerDevice, { current, history }: VolumeHandshake): boolean {
  if (peerCurrent === NO_GENERATION || sameGeneration(peerCurrent, current)) return false;
  return !history.some((old) => sameGeneration(old, peerCurrent));
}

function settleNoSync(r: Resource, device: PeerDevice, decision: Decision, theirs: VolumeHandshake): void {
  const { volume } = device;
  if (decision.clearOwn === true) forgetMarks(r, device);
  if (decision.adopt === true) skipInitialSync(r, volume, theirs);
  if (decision.wait === true) {
    if (OLDER_RULES.includes(decision.rule)) noteOffer(r, volume, theirs);
    // Whoever is older by generation is old, even while the newer side has nothing fit to give yet.
    if (OLDER_RULES.includes(decision.rule) && diskAtLeast(volume.disk, 'Consistent')) {
      setDisk(r, volume, 'Outdated', 'a peer has a newer generation');
      persistSuperblock(r, volume, { kind: 'nothing' });
    }
    if (NEWER_RULES.includes(decision.rule) && diskAtLeast(device.peerDisk, 'Consistent'))
      setPeerDisk(r, device, 'Outdated');
    return;
  }
  const same = sameGeneration(volume.current, theirs.current);
  settleWithLostDisk(r, device, theirs);
  if (volume.md === undefined) {
    adoptExposed(r, volume, theirs);
    return;
  }
  const isDisklessPrimary = (theirs.flags & UUID_FLAGS.DISKLESS_PRIMARY) !== 0;
  if (isDisklessPrimary && !same && volume.disk === 'UpToDate' && theirs.current !== NO_GENERATION) {
    setDisk(r, volume, 'Consistent', 'the diskless Primary has seen newer data');
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
  if (
    same &&
    (theirs.diskState === 'UpToDate' || (isDisklessPrimary && volume.heldByFencing)) &&
    (volume.disk === 'Outdated' || volume.disk === 'Consistent') &&
    volume.current !== JUST_CREATED &&
    !knowsBetter(r, volume) &&
    !hasSource(r, volume) &&
    !isBehind(r, volume) &&
    !isWeak(r)
  ) {
    volume.towards = undefined;
    setDisk(r, volume, 'UpToDate', 'same data as an UpToDate peer');
    if (takeIssued(r, volume))
      defer(r, {
        kind: 'drop-link',
        connection: device.connection,
        state: 'NetworkFailure',
        reason: 'moved on to the generation of the other peers',
      });
    leaveOtherSyncs(r, volume);
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
  if (device.peerDisk !== 'UpToDate' || volume.disk !== 'UpToDate') return;
  if (volume.md.crashedPrimary && r.role !== 'Primary') {
    volume.md.crashedPrimary = false; // the two agree again: nothing of the crash is left
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
  defer(r, { kind: 'tell-in-sync', volume });
}

/** A Primary in sight has shown its clients another generation: equality with some other peer proves nothing. */
function knowsBetter(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected' || connection.peerRole !== 'Primary') continue;
    const { peerCurrent, peerDisk, waiting } = deviceOf(connection, volume);
    if (waiting) return true;
    // What it shows its clients is not on its own disk, which is behind: the two were compared by the handshake with it.
    if (hasDisk(peerDisk) && peerDisk !== 'UpToDate') continue;
    if (peerCurrent !== NO_GENERATION && !sameGeneration(peerCurrent, volume.current)) return true;
  }
  return false;
}

/** A diskless node exposes the generation of its UpToDate peers until it makes one of its own. */
function adoptExposed(r: Resource, volume: Volume, theirs: VolumeHandshake): void {
  if (r.role === 'Primary' && volume.current !== NO_GENERATION) return;
  if (theirs.diskState === 'UpToDate' && !hadNewer(volume, theirs)) volume.current = theirs.current;
}
