/**
 * A node that is asked: it checks the change, passes it on to those that the initiator does not reach itself, and answers for
 * all of them. From then on no other change gets in here, until COMMIT, ABORT, twopc-timeout or the loss of every path.
 *
 *   free ──PREPARE, no objection──→ joined (asking neighbours) ──all YES──→ joined (answered YES) ──COMMIT──→ free, applied
 *     ↑                                 │ NO or RETRY of one, its link lost: the same upwards         │
 *     └──── ABORT, passed on ───────────┴──────── ABORT, timeout, last parent lost ───────────────────┘
 *
 *  | PREPARE while …                        | answer                                                |
 *  |----------------------------------------|-------------------------------------------------------|
 *  | the same change was joined             | YES, finding nothing: the first one answers for us    |
 *  | another one was joined                 | RETRY                                                 |
 *  | preparing an own one, lower initiator  | the own one is aborted and queued again; as if free   |
 *  | preparing an own one, higher initiator | RETRY                                                 |
 */
import { unreachable } from '../../../common/assert.ts';
import { EMPTY_MASK, maskHas, maskOf, maskWith, maskWithout, type PeerMask } from '../../../common/ids.ts';
import { millis } from '../../../common/units.ts';
import { type Connection, defer, type Resource } from '../state.ts';
import type { Objection, TwoPhaseControlFrame, TwoPhaseDataFrame } from '../wire/two-phase-frames.ts';
import {
  armChangeTimer,
  current,
  expireOwn,
  onOwnAnswer,
  onOwnNeighbourLost,
  requeue,
  sendAbort,
  sendCommit,
  sendPrepare,
} from './coordinator.ts';
import { takeAgreedSize } from '../sizes/agreed.ts';
import { releaseReceivers } from '../sizes/relayout.ts';
import { setPeerDisk } from '../transitions.ts';
import { learnOutcome, reliesOnOutdated, report } from './outcome.ts';
import type { ChangeOutcome, Joined } from './progress.ts';
import { objectionTo } from './soft-check.ts';
import { carriesChanges, merge, neighbours, NOTHING, ownTally, union, without } from './tally.ts';
import { mayServeBoth } from '../two-primaries/allowed.ts';

type Prepare = Extract<TwoPhaseDataFrame, { type: 'TWOPC_PREPARE' }>;
type Commit = Extract<TwoPhaseDataFrame, { type: 'TWOPC_COMMIT' }>;

/** A frame that comes down to whoever is asked. */
export function onChangeFrame(r: Resource, connection: Connection, frame: TwoPhaseDataFrame): void {
  switch (frame.type) {
    case 'TWOPC_PREPARE':
      return onPrepare(r, connection, frame);
    case 'TWOPC_COMMIT':
      return onCommit(r, connection, frame);
    case 'TWOPC_ABORT':
      return onAbort(r, connection, frame);
  }
}

function onPrepare(r: Resource, connection: Connection, frame: Prepare): void {
  const { joined } = r.changes;
  const { initiator, transaction } = frame;
  if (initiator === r.node || (joined?.initiator === initiator && joined.transaction === transaction)) {
    if (joined !== undefined && initiator !== r.node) joined.parents = maskWith(joined.parents, connection.peer);
    answer(r, connection, { type: 'TWOPC_YES', initiator, transaction, tally: NOTHING });
    return;
  }
  const own = current(r);
  const givesWay = own?.state === 'preparing' && initiator < r.node;
  if (joined !== undefined || (own !== undefined && !givesWay)) {
    answer(r, connection, { type: 'TWOPC_RETRY', initiator, transaction });
    return;
  }
  const objection = objectionTo(r, frame.change, initiator);
  if (objection !== undefined) {
    answer(r, connection, { type: 'TWOPC_NO', initiator, transaction, objection });
    return;
  }
  if (own !== undefined) requeue(r, own);
  join(r, connection, frame);
}

function join(r: Resource, connection: Connection, frame: Prepare): void {
  const { initiator, transaction, change } = frame;
  const not = union(union(maskOf(r.node), maskOf(initiator)), maskOf(connection.peer));
  const next = without((neighbours(r) & frame.nodesToReach) as PeerMask, not);
  const joined: Joined = {
    initiator,
    transaction,
    change,
    parents: maskOf(connection.peer),
    answersTo: connection.peer,
    asked: next,
    waiting: next,
    tally: ownTally(r, change, initiator),
    expires: millis(r.ports.now() + r.options.twopcTimeoutMs),
  };
  r.changes.joined = joined;
  report(r, joined, { ...joined, ...joined.tally }, 'joined');
  const beyond = without(frame.nodesToReach, union(next, not));
  for (const each of r.connections.values()) if (maskHas(next, each.peer)) sendPrepare(r, each, joined, beyond, change);
  armChangeTimer(r);
  maybeAgree(r, joined);
}

function maybeAgree(r: Resource, joined: Joined): void {
  if (joined.waiting !== EMPTY_MASK) return;
  const { initiator, transaction, tally } = joined;
  upwards(r, joined, { type: 'TWOPC_YES', initiator, transaction, tally });
}

/** An answer of a neighbour that was asked, by this node itself or for somebody else. */
export function onAnswer(r: Resource, connection: Connection, frame: TwoPhaseControlFrame): void {
  if (frame.initiator === r.node) return onOwnAnswer(r, connection, frame);
  const { joined } = r.changes;
  if (joined === undefined || !isOf(joined, frame) || !maskHas(joined.waiting, connection.peer)) return;
  switch (frame.type) {
    case 'TWOPC_YES':
      joined.waiting = maskWithout(joined.waiting, connection.peer);
      joined.tally = merge(joined.tally, frame.tally);
      return maybeAgree(r, joined);
    case 'TWOPC_NO':
      return decline(r, joined, frame.objection);
    case 'TWOPC_RETRY':
      return decline(r, joined, undefined);
    default:
      return unreachable(frame);
  }
}

/** Not with us: the initiator will abort; nobody behind this node has to wait for that. */
function decline(r: Resource, joined: Joined, objection: Objection | undefined): void {
  const { initiator, transaction } = joined;
  if (objection === undefined) upwards(r, joined, { type: 'TWOPC_RETRY', initiator, transaction });
  else upwards(r, joined, { type: 'TWOPC_NO', initiator, transaction, objection });
  leave(r, joined);
}

/** A neighbour turns out to be Primary while somebody else asks to be: as long as our answer is owed, it becomes no. */
export function onPrimaryFound(r: Resource, primary: Connection): void {
  const { joined } = r.changes;
  const { peer } = primary;
  if (joined?.change.kind !== 'promote' || joined.initiator === peer || joined.waiting === EMPTY_MASK) return;
  if (mayServeBoth(r, primary, joined.initiator)) return;
  decline(r, joined, 'other-primary');
}

/** The change counts as aborted here and behind this node. */
function leave(r: Resource, joined: Joined): void {
  sendAbort(r, joined.asked, joined);
  r.changes.joined = undefined;
  if (joined.change.kind === 'resize') releaseReceivers(r);
  report(r, joined, { ...joined, ...joined.tally }, 'aborted');
  defer(r, { kind: 'reconsider-changes' });
  defer(r, { kind: 'reconsider-roles' });
}

function onAbort(r: Resource, connection: Connection, frame: TwoPhaseDataFrame): void {
  const { joined } = r.changes;
  if (joined === undefined || !isOf(joined, frame) || !maskHas(joined.parents, connection.peer)) return;
  leave(r, joined);
}

/** Passed on before anything else happens here: those behind this node learn it in stream order. */
function onCommit(r: Resource, connection: Connection, frame: Commit): void {
  const { joined } = r.changes;
  if (joined === undefined || !isOf(joined, frame) || !maskHas(joined.parents, connection.peer)) return;
  const outcome: ChangeOutcome = { ...frame, change: joined.change };
  sendCommit(r, joined.asked, outcome);
  r.changes.joined = undefined;
  report(r, joined, outcome, 'committed');
  if (joined.change.kind === 'resize') takeAgreedSize(r, joined.change, outcome.sizeBytes, undefined);
  applyOnPeer(r, outcome);
  const end = outcome.change.kind === 'connect' && outcome.change.peer === r.node ? outcome.initiator : undefined;
  const beside = end === undefined ? undefined : r.connections.get(end);
  if (beside === undefined) learnOutcome(r, outcome);
  else defer(r, { kind: 'connect-agreed', connection: beside, outcome });
  defer(r, { kind: 'reconsider-changes' });
  defer(r, { kind: 'reconsider-roles' });
}

/** What the initiator becomes is known here from now on, not only with its next STATE. */
function applyOnPeer(r: Resource, { change, initiator }: ChangeOutcome): void {
  const connection = r.connections.get(initiator);
  if (connection?.state !== 'Connected') return;
  // The leaver says so itself: quorum and fencing may count on it when the link is gone.
  if (change.kind === 'disconnect' && change.peer === r.node && r.role === 'Primary' && reliesOnOutdated(r, initiator))
    for (const device of connection.devices.values()) if (connection.config.diskful) setPeerDisk(r, device, 'Outdated');
  if (change.kind !== 'promote' && change.kind !== 'demote') return;
  const role = change.kind === 'promote' ? 'Primary' : 'Secondary';
  if (connection.peerRole === role) return;
  connection.peerRole = role;
  r.ports.notify({ kind: 'peer-role', peer: initiator, role });
  defer(r, { kind: 'announce' });
}

/** Called with every link that ends: what it carried of a change will not come any more. */
export function onNeighbourLost(r: Resource, connection: Connection): void {
  onOwnNeighbourLost(r, connection.peer);
  const { joined } = r.changes;
  if (joined === undefined) return;
  joined.parents = maskWithout(joined.parents, connection.peer);
  joined.asked = maskWithout(joined.asked, connection.peer);
  if (joined.parents === EMPTY_MASK) leave(r, joined);
  else if (maskHas(joined.waiting, connection.peer)) decline(r, joined, undefined);
}

export function onChangeTimer(r: Resource): void {
  const { joined } = r.changes;
  if (joined !== undefined && r.ports.now() >= joined.expires) leave(r, joined);
  expireOwn(r);
  defer(r, { kind: 'reconsider-changes' });
}

const isOf = (joined: Joined, frame: { readonly initiator: number; readonly transaction: number }): boolean =>
  joined.initiator === frame.initiator && joined.transaction === frame.transaction;

function upwards(r: Resource, joined: Joined, frame: TwoPhaseControlFrame): void {
  const connection = r.connections.get(joined.answersTo);
  if (connection !== undefined) answer(r, connection, frame);
}

function answer(r: Resource, connection: Connection, frame: TwoPhaseControlFrame): void {
  if (connection.link === undefined || !carriesChanges(connection)) return;
  r.ports.send(connection.peer, connection.link, 'control', frame);
}
