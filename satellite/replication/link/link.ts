/**
 * The life of a link to a peer: attempts, loss, pings. The handshake on a fresh link is in handshaking.ts.
 *
 *   StandAlone → Unconnected → Connecting ──(both verdicts agree)──→ Connected
 *        ↑            ↑            │                                     │
 *        └─ Disconnecting ←────────┴──── loss: Timeout | BrokenPipe | NetworkFailure | ProtocolError | TearDown
 */
import { EMPTY_MASK, maskHas, type PeerMask } from '../../../common/ids.ts';
import { millis } from '../../../common/units.ts';
import { hasDisk, isEstablished } from '../../../common/states.ts';
import { generationBecomesDue, settleUnconfirmed } from '../generation/generations.ts';
import { moveOnWithout } from './data-loss.ts';
import { noteLoss } from '../resync/loss-cover.ts';
import { reconsiderResync } from '../disk/marks.ts';
import { proposeEmpty } from '../cluster-change/coordinator.ts';
import { onNeighbourLost } from '../cluster-change/participant.ts';
import { endAgreement } from '../handshake/joining.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { assessQuorum } from '../quorum/assess.ts';
import { enforcesQuorum, isFrozen, requireConfirmation } from '../quorum/suspension.ts';
import { beginHold, cleanPairs, holdAgain, noteLossMarks, settleOwed } from '../reconciliation/hold.ts';
import { newReconciliation } from '../reconciliation/progress.ts';
import { keepOwed } from '../quorum/thaw.ts';
import { onWriterLost } from '../write/peer-writes.ts';
import { armPing, probe, timer } from './ping.ts';
import { abandonSource, retryDagtagWaiters } from '../resync/source.ts';
import { onLinkLostSuspension, releaseUserPause } from '../resync/suspension.ts';
import { abandonTarget } from '../resync/target.ts';
import { type Connection, type PeerDevice, type Resource, type Volume, defer, deviceOf } from '../state.ts';
import { tellHandler } from '../handlers/call.ts';
import { setConnection, setPeerDisk, setReplication } from '../transitions.ts';
import { onPeerLost } from '../write/write-path.ts';
import type { ConnectionState } from '../../../common/states.ts';

const FIRST_RETRY_MS = 100;

/** Starts (or keeps) trying to reach the peer. */
export function startConnecting(r: Resource, connection: Connection): void {
  connection.wanted = true;
  connection.refused = undefined;
  if (connection.state === 'StandAlone') setConnection(r, connection, 'Unconnected', 'connect');
  if (connection.state !== 'Unconnected') return;
  setConnection(r, connection, 'Connecting', 'connect');
  r.ports.connect(connection.peer);
}

/** Administrative end: no further attempts. */
export function stopConnecting(r: Resource, connection: Connection, reason: string): void {
  connection.wanted = false;
  connection.refused = undefined;
  connection.discardMyData = false;
  connection.reconnecting = false;
  r.ports.cancelTimer(timer('connect', connection));
  if (connection.state === 'StandAlone') return;
  if (connection.link !== undefined) {
    r.ports.send(connection.peer, connection.link, 'data', { type: 'DISCONNECT', reason: 'admin' });
  }
  for (const device of connection.devices.values()) releaseUserPause(r, device);
  loseLink(r, connection, 'Disconnecting', reason);
  settleOwed(r, connection);
  if (connection.state !== 'Disconnecting') setConnection(r, connection, 'Disconnecting', reason);
  setConnection(r, connection, 'StandAlone', reason);
}

export function onLinkFailed(r: Resource, connection: Connection): void {
  if (connection.reconnecting) giveUpReconnecting(r, connection);
  settleOwed(r, connection);
  tryLater(r, connection);
}

function tryLater(r: Resource, connection: Connection): void {
  if (connection.state !== 'Connecting' || connection.link !== undefined) return;
  connection.attempts += 1;
  if (connection.renewing) defer(r, { kind: 'reconsider-roles' });
  connection.renewing = false;
  const backoff = Math.min(FIRST_RETRY_MS * 2 ** Math.min(connection.attempts, 16), connection.options.connectIntMs);
  r.ports.setTimer(timer('connect', connection), millis(Math.ceil(backoff * (0.5 + r.ports.jitter() / 2))));
}

/** The new link did not come at once: the peer counts as lost (fencing). */
function giveUpReconnecting(r: Resource, connection: Connection): void {
  connection.reconnecting = false;
  defer(r, { kind: 'reconsider-roles' });
}

export function onConnectTimer(r: Resource, connection: Connection): void {
  if (!connection.wanted || connection.link !== undefined) return;
  if (connection.state === 'Connecting') r.ports.connect(connection.peer);
  else startConnecting(r, connection);
}

/**
 * The peer says it is up: no need to sit out the back-off. One that was refused for its data tries again only when it has
 * other data than it told then; so the refusal is void on this end, too.
 */
export function onKnock(r: Resource, connection: Connection): void {
  if (connection.refused !== undefined) {
    startConnecting(r, connection);
    return;
  }
  if (connection.state !== 'Connecting' || connection.link !== undefined) return;
  connection.attempts = 0;
  r.ports.cancelTimer(timer('connect', connection));
  r.ports.connect(connection.peer);
}

/**
 * Ends the current link for this reason and, if the connection is wanted, begins to connect anew. Everything that the
 * link carried is settled first: blocks marked, waits ended, locks released.
 */
export function loseLink(r: Resource, connection: Connection, state: ConnectionState, reason: string): void {
  const wasConnected = connection.state === 'Connected';
  const wasPrimary = connection.peerRole === 'Primary';
  const link = connection.link;
  endAgreement(r, connection);
  connection.handshake = undefined;
  connection.renewing = false;
  connection.pingOutstanding = false;
  for (const purpose of ['ping', 'ping-timeout', 'handshake', 'connect'])
    r.ports.cancelTimer(timer(purpose, connection));
  r.ports.disconnect(connection.peer);
  if (wasConnected) {
    setConnection(r, connection, state, reason);
    Object.assign(connection, newReconciliation());
    // Before quorum is counted: a peer that has what we have is not left behind yet, and a tie-breaker may decide for it next.
    for (const { peerDisk, volume } of connection.devices.values())
      if (hasDisk(peerDisk)) generationBecomesDue(r, volume);
    // Whether anything may complete without the peer is known before anything does.
    assessQuorum(r);
    settleLoss(r, connection);
    connection.link = undefined;
    settleReceived(r, connection, wasPrimary);
    onNeighbourLost(r, connection);
    connection.peerRole = 'Unknown';
    connection.peerPrimaryNeighbours = 0 as Connection['peerPrimaryNeighbours'];
    if (wasPrimary) r.ports.notify({ kind: 'peer-role', peer: connection.peer, role: 'Unknown' });
    tellHandler(r, { name: 'disconnected', peer: connection.peer, volume: undefined, state });
    defer(r, { kind: 'announce' });
    defer(r, { kind: 'reissue-reads' });
    defer(r, { kind: 'resume-handshakes' });
    defer(r, { kind: 'reconsider-roles' });
    reconsiderResync(r);
    if (r.dagtagWaiters > 0) retryDagtagWaiters(r);
  } else if (connection.state === 'Connecting') {
    connection.link = undefined;
    setConnection(r, connection, state === 'Disconnecting' ? state : 'Unconnected', reason);
  }
  if (state === 'Disconnecting') return;
  setUnconnected(r, connection, reason);
  if (!connection.wanted) return;
  if (link !== undefined && wasConnected) {
    startConnecting(r, connection);
  } else {
    // A link that broke during the handshake: wait a little, or two ends that disagree would spin.
    setConnection(r, connection, 'Connecting', reason);
    tryLater(r, connection);
  }
}

function setUnconnected(r: Resource, connection: Connection, reason: string): void {
  if (connection.state !== 'Unconnected' && connection.state !== 'StandAlone')
    setConnection(r, connection, 'Unconnected', reason);
}

const UNFINISHED = /^(?:WFBitMap|Sync|PausedSync)[ST]/;

/**
 * A pair that has waited is no nearer to each other than before, nor is one that has not come to the end of its resync (at the
 * other end the link may not have come up at all). It is judged by what each of them was then, or a crashed Primary would be a
 * survivor. Each volume for itself: one that was in sync outlives that Primary, whatever was being brought over on another.
 */
const haveMet = ({ waiting, replication }: PeerDevice): boolean => !waiting && !UNFINISHED.test(replication);

/** What we sent and the peer has not confirmed as stable: marked, then completed without it. */
function settleLoss(r: Resource, connection: Connection): void {
  for (const device of connection.devices.values()) device.wasConnected ||= haveMet(device);
  noteLoss(r, connection);
  for (const device of connection.devices.values()) settleUnconfirmed(r, device);
  for (const device of connection.devices.values()) {
    const hadData = hasDisk(device.peerDisk);
    holdAgain(r, device);
    abandonTarget(r, device);
    abandonSource(r, device);
    device.asked = undefined;
    device.peerZeroes = undefined;
    onLinkLostSuspension(device);
    setReplication(r, device, 'Off');
    setPeerDisk(r, device, 'DUnknown');
    if (!hadData) continue;
    // With quorum it waits for the word of the others (thaw.ts).
    if (!enforcesQuorum(r)) moveOnWithout(r, device);
  }
  // First of all: do the others still hold with us? A generation that nobody else ever gets would part us from them.
  if (enforcesQuorum(r) && r.role === 'Primary' && connection.config.diskful) {
    keepOwed(r, connection);
    requireConfirmation(r);
  } else if (isFrozen(r)) keepOwed(r, connection);
  else onPeerLost(r, connection, undefined);
}

/** What we received and the writer has not peer-acknowledged: marked towards everybody who may lack it. */
function settleReceived(r: Resource, connection: Connection, wasPrimary: boolean): void {
  if (r.lastPrimary === connection.peer) {
    r.lastPrimarySeen = r.ports.now();
    for (const { volume, peerCurrent } of connection.devices.values()) volume.lostStream = peerCurrent;
  }
  const clean = cleanPairs(r, connection);
  const marked = onWriterLost(r, connection);
  noteLossMarks(clean);
  if (wasPrimary && marked) defer(r, { kind: 'primary-lost', connection });
}

export function onPingTimer(r: Resource, connection: Connection): void {
  if (connection.state !== 'Connected' || connection.link === undefined) return;
  if (isOverdue(r, connection)) {
    onLinkBroken(r, connection, 'Timeout', 'the peer owes an acknowledgement for longer than timeout × ko-count');
    return;
  }
  probe(r, connection);
  armPing(r, connection);
}

/**
 * What was acknowledged and only waits for the end of its epoch is not owed: that barrier has not been sent, perhaps because
 * another peer is slow.
 */
function isOverdue(r: Resource, connection: Connection): boolean {
  const { timeoutMs, koCount } = connection.options;
  const owes =
    connection.barriers.length > 0 ||
    (connection.unackedWrites > 0 && r.log.some(({ awaiting }) => maskHas(awaiting, connection.peer)));
  if (!owes) connection.owesSince = -1;
  else if (connection.owesSince < 0) connection.owesSince = r.ports.now();
  if (!owes || koCount === 0) return false;
  return r.ports.now() - Math.max(connection.owesSince, connection.lastProgress) > timeoutMs * koCount;
}

/** A link that broke by itself. The survivors look around: is there still a Primary, and who has no link to it? */
export function onLinkBroken(r: Resource, connection: Connection, state: ConnectionState, reason: string): void {
  const concerns =
    connection.state === 'Connected' &&
    (r.role === 'Primary' || connection.peerRole === 'Primary' || r.changes.farPrimaries !== EMPTY_MASK);
  const wasPrimary = connection.peerRole === 'Primary';
  loseLink(r, connection, state, reason);
  // One whose link was reset may be back in a moment, to shake hands anew; one that falls silent has left.
  if (state === 'NetworkFailure' || state === 'Timeout') settleOwed(r, connection);
  if (wasPrimary && beginHold(r, connection.peer)) defer(r, { kind: 'primary-lost', connection });
  if (concerns) proposeEmpty(r);
}

export function onPingTimeout(r: Resource, connection: Connection): void {
  if (!connection.pingOutstanding || connection.link === undefined) return;
  onLinkBroken(r, connection, 'NetworkFailure', 'no answer to a ping within ping-timeout');
}

/** Ends the link and connects again at once: both ends take a new look at their generations and marks. */
export function rehandshake(r: Resource, connection: Connection, reason: string): void {
  if (connection.state !== 'Connected' || connection.link === undefined) return;
  r.ports.send(connection.peer, connection.link, 'data', { type: 'DISCONNECT', reason: 'rehandshake' });
  connection.reconnecting = true;
  loseLink(r, connection, 'NetworkFailure', reason);
  connection.renewing = true;
}

/** What was told in a handshake, done or under way, is not so any more. */
export function renewLink(r: Resource, connection: Connection, reason: string): void {
  if (connection.state === 'Connected') rehandshake(r, connection, reason);
  else if (connection.link !== undefined) loseLink(r, connection, 'NetworkFailure', reason);
}

/**
 * The Primary has moved on without these nodes (DRBD outdates weak nodes): one that still passes for UpToDate on a
 * link of ours has to learn it, or it would be taken for a good copy once that Primary is gone.
 */
export function leaveBehind(r: Resource, volume: Volume, weak: PeerMask): void {
  for (const connection of r.connections.values()) {
    if (!maskHas(weak, connection.peer)) continue;
    const { replication, peerDisk, peerCurrent } = deviceOf(connection, volume);
    if (!isEstablished(replication) || peerDisk !== 'UpToDate' || sameGeneration(peerCurrent, volume.current)) continue;
    rehandshake(r, connection, 'the Primary has moved on without the peer');
  }
}
