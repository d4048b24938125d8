/**
 * The node that wants a change: one of its proposals at a time is prepared in the whole reachable cluster (DRBD 9, §1.6).
 *
 *   queued ──its turn, nobody else's change is known here──→ preparing ──all YES──→ agreed ──owner──→ done  (COMMIT)
 *     ↑                                                        │  │                    └─────owner──→ withdrawn (ABORT)
 *     ├── RETRY, a link broke, twopc-timeout: back off ────────┤  └── NO ──→ refused (ABORT)
 *     └── PREPARE of a lower initiator: give way at once ──────┘
 *
 *  | event in `preparing`           | does                                                              |
 *  |--------------------------------|-------------------------------------------------------------------|
 *  | YES of a neighbour             | adds up what it has found; the last one makes it `agreed`         |
 *  | NO                             | ABORT to all that were asked, `refused` with the reason           |
 *  | RETRY                          | ABORT, again after a random part of retry-timeout × links × 2^try |
 *  | link of an unanswered neighbour| as RETRY                                                          |
 *  | a neighbour connects           | it is asked as well                                               |
 *  | PREPARE, lower initiator       | ABORT, takes part there, and is queued again                      |
 *  | PREPARE, higher initiator      | answers RETRY                                                     |
 *  | twopc-timeout                  | as RETRY; every participant counts it as aborted by itself        |
 *
 * `agreed` lasts only until the owner of the proposal has had its turn (`change-decided`), within the same input.
 */
import { EMPTY_MASK, maskHas, maskOf, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { bytes, millis } from '../../../common/units.ts';
import { probe } from '../link/ping.ts';
import type { ClientRequestId, TimerId } from '../payload.ts';
import { type Connection, defer, type Resource } from '../state.ts';
import type { ChangeId, ClusterChange, TwoPhaseControlFrame } from '../wire/two-phase-frames.ts';
import { learnOutcome, report } from './outcome.ts';
import type { ChangeOutcome, Proposal } from './progress.ts';
import { asksItself, carriesChanges, merge, NOTHING, ownTally, union, without } from './tally.ts';

const TIMER = 'twopc' as TimerId;
const TRIES_MAX = 5;

export function propose(r: Resource, change: ClusterChange, client?: ClientRequestId): Proposal {
  const now = r.ports.now();
  const proposal: Proposal = {
    change,
    client,
    state: 'queued',
    tries: 0,
    notBefore: now,
    since: now,
    transaction: 0,
    expires: now,
    asked: EMPTY_MASK,
    waiting: EMPTY_MASK,
    tally: NOTHING,
    across: EMPTY_MASK,
    objection: undefined,
  };
  // A node that gives something up comes first: nothing holds a demotion back.
  if (change.kind === 'demote') r.changes.proposals.unshift(proposal);
  else r.changes.proposals.push(proposal);
  if (change.kind === 'demote') interrupt(r);
  defer(r, { kind: 'reconsider-changes' });
  return proposal;
}

/** Whatever else this node prepares starts again after the demotion. */
function interrupt(r: Resource): void {
  const own = current(r);
  if (own?.state === 'preparing') requeue(r, own);
}

/** The survivors of a loss look around; one look is enough for several losses. */
export function proposeEmpty(r: Resource): void {
  const waits = r.changes.proposals.some((each) => each.change.kind === 'empty' && each.state === 'queued');
  if (!waits && !r.down) propose(r, { kind: 'empty' });
}

/** Nothing new has happened; somebody wants to know what is true now. */
export function lookAround(r: Resource): void {
  if (!r.changes.proposals.some((each) => each.change.kind === 'empty')) proposeEmpty(r);
}

/** The proposal that is being prepared or has just been agreed on. */
export function current(r: Resource): Proposal | undefined {
  return r.changes.proposals.find((each) => each.state === 'preparing' || each.state === 'agreed');
}

const idOf = (r: Resource, proposal: Proposal): ChangeId => ({ initiator: r.node, transaction: proposal.transaction });

/** Takes everything as far as it gets now. */
export function advanceChanges(r: Resource): void {
  const own = current(r);
  if (own !== undefined) advancePreparing(r, own);
  else if (r.changes.joined === undefined) {
    const now = r.ports.now();
    const next = r.changes.proposals.find((each) => each.state === 'queued' && each.notBefore <= now);
    if (next !== undefined) begin(r, next);
  }
  armChangeTimer(r);
}

function begin(r: Resource, proposal: Proposal): void {
  proposal.state = 'preparing';
  proposal.transaction = drawTransaction(r);
  proposal.expires = millis(r.ports.now() + r.options.twopcTimeoutMs);
  proposal.asked = EMPTY_MASK;
  proposal.waiting = EMPTY_MASK;
  proposal.tally = ownTally(r, proposal.change, r.node);
  proposal.across = EMPTY_MASK;
  advancePreparing(r, proposal);
}

/** Random at the start of an incarnation, so that no number of an earlier one is met again; then counting. Never 0. */
function drawTransaction(r: Resource): number {
  const { changes } = r;
  if (changes.nextTransaction === 0) changes.nextTransaction = 1 + Math.floor(r.ports.jitter() * 0xffff_fffe);
  const drawn = changes.nextTransaction;
  changes.nextTransaction = drawn === 0xffff_ffff ? 1 : drawn + 1;
  return drawn;
}

function advancePreparing(r: Resource, proposal: Proposal): void {
  if (proposal.state !== 'preparing') return;
  const around = asksItself(r, proposal.change);
  for (const connection of r.connections.values()) {
    // A peer that connected after we began has not been asked.
    if (maskHas(around, connection.peer) && !maskHas(proposal.asked, connection.peer)) {
      proposal.asked = maskWith(proposal.asked, connection.peer);
      proposal.waiting = maskWith(proposal.waiting, connection.peer);
      const beyond = without((0xffff_ffff >>> 0) as PeerMask, union(around, maskOf(r.node)));
      sendPrepare(r, connection, idOf(r, proposal), beyond, proposal.change);
    }
  }
  if (proposal.waiting !== EMPTY_MASK) return;
  proposal.state = 'agreed';
  defer(r, { kind: 'change-decided', proposal });
}

export function sendPrepare(
  r: Resource,
  connection: Connection,
  id: ChangeId,
  nodesToReach: PeerMask,
  change: ClusterChange,
): void {
  if (connection.link === undefined) return;
  const { initiator, transaction } = id;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'TWOPC_PREPARE',
    initiator,
    transaction,
    nodesToReach,
    change,
  });
  // A peer that died silently must not hold the change up for longer than ping-timeout.
  probe(r, connection);
}

export function sendAbort(r: Resource, asked: PeerMask, { initiator, transaction }: ChangeId): void {
  for (const connection of r.connections.values()) {
    if (connection.link === undefined || !carriesChanges(connection) || !maskHas(asked, connection.peer)) continue;
    r.ports.send(connection.peer, connection.link, 'data', { type: 'TWOPC_ABORT', initiator, transaction });
  }
}

/** An answer to this node's own proposal. */
export function onOwnAnswer(r: Resource, connection: Connection, frame: TwoPhaseControlFrame): void {
  const own = current(r);
  if (own?.state !== 'preparing' || own.transaction !== frame.transaction) return;
  if (!maskHas(own.waiting, connection.peer)) return;
  switch (frame.type) {
    case 'TWOPC_YES':
      own.waiting = maskWithout(own.waiting, connection.peer);
      own.tally = merge(own.tally, frame.tally);
      if (own.change.kind === 'connect' && own.change.peer === connection.peer) own.across = frame.tally.primaries;
      break;
    case 'TWOPC_NO':
      abort(r, own);
      own.objection = frame.objection;
      own.state = 'refused';
      defer(r, { kind: 'change-decided', proposal: own });
      break;
    case 'TWOPC_RETRY':
      backOff(r, own);
      break;
  }
  defer(r, { kind: 'reconsider-changes' });
}

/** Ends this attempt; the next one comes after a random while that grows with the number of attempts. */
function backOff(r: Resource, own: Proposal): void {
  requeue(r, own);
  own.tries += 1;
  let links = 0;
  for (const connection of r.connections.values()) if (connection.state === 'Connected') links += 1;
  const span = r.options.twopcRetryTimeoutMs * Math.max(1, links) * 2 ** Math.min(own.tries, TRIES_MAX);
  own.notBefore = millis(r.ports.now() + Math.floor(r.ports.jitter() * span));
  defer(r, { kind: 'change-decided', proposal: own });
}

function abort(r: Resource, own: Proposal): void {
  sendAbort(r, own.asked, idOf(r, own));
  report(r, idOf(r, own), { change: own.change, ...own.tally }, 'aborted');
}

/** Ends this attempt everywhere; the proposal stays. */
export function requeue(r: Resource, own: Proposal): void {
  abort(r, own);
  own.state = 'queued';
  own.asked = EMPTY_MASK;
  own.waiting = EMPTY_MASK;
  defer(r, { kind: 'reconsider-changes' });
}

/** The owner has lost interest, or found at the last moment that it must not be. */
export function withdraw(r: Resource, proposal: Proposal): void {
  if (proposal.state === 'preparing' || proposal.state === 'agreed') abort(r, proposal);
  forget(r, proposal, 'withdrawn');
}

function forget(r: Resource, proposal: Proposal, state: 'withdrawn' | 'done'): void {
  proposal.state = state;
  const at = r.changes.proposals.indexOf(proposal);
  if (at >= 0) r.changes.proposals.splice(at, 1);
  defer(r, { kind: 'reconsider-changes' });
}

/** All have agreed: the peers learn it first, in stream order before everything that rests on it; the owner acts next. */
export function commitChange(r: Resource, proposal: Proposal): ChangeOutcome {
  const { change, tally } = proposal;
  // The links may have moved since the start: what this node adds is judged now.
  const own = ownTally(r, change, r.node);
  const self = maskOf(r.node);
  const others = { primaries: without(tally.primaries, self), weak: tally.weak };
  const weak = isLastPrimaryLeaving(change, others.primaries) ? EMPTY_MASK : weakOf(proposal, own.weak);
  const outcome: ChangeOutcome = {
    initiator: r.node,
    transaction: proposal.transaction,
    change,
    reachable: tally.reachable,
    primaries: union(others.primaries, own.primaries),
    weak,
    sizeBytes: change.kind === 'resize' ? bytes(Math.min(change.sizeBytes, tally.maxSizeBytes)) : bytes(0),
  };
  sendCommit(r, proposal.asked, outcome);
  forget(r, proposal, 'done');
  // Of a link that is to be, its ends learn when it is there.
  if (change.kind !== 'connect') learnOutcome(r, outcome);
  report(r, outcome, outcome, 'committed');
  return outcome;
}

const isLastPrimaryLeaving = (change: ClusterChange, others: PeerMask): boolean =>
  change.kind === 'demote' && others === EMPTY_MASK;

function weakOf({ tally }: Proposal, own: PeerMask): PeerMask {
  return ((union(tally.weak, own) & tally.reachable & ~tally.primaries) >>> 0) as PeerMask;
}

export function sendCommit(r: Resource, asked: PeerMask, outcome: ChangeOutcome): void {
  const { initiator, transaction, reachable, primaries, weak, sizeBytes } = outcome;
  for (const connection of r.connections.values()) {
    if (connection.link === undefined || !carriesChanges(connection) || !maskHas(asked, connection.peer)) continue;
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'TWOPC_COMMIT',
      initiator,
      transaction,
      reachable,
      primaries,
      weak,
      sizeBytes,
    });
  }
}

/** The link to a neighbour is gone: an answer that it owed will not come. */
export function onOwnNeighbourLost(r: Resource, peer: NodeId): void {
  const own = current(r);
  if (own?.state === 'preparing' && maskHas(own.waiting, peer)) backOff(r, own);
}

/** twopc-timeout of this node's own attempt. */
export function expireOwn(r: Resource): void {
  const own = current(r);
  if (own?.state === 'preparing' && r.ports.now() >= own.expires) backOff(r, own);
}

/** One timer for whatever is due first: the end of an attempt, of a participation, or of a back-off. */
export function armChangeTimer(r: Resource): void {
  const { proposals, joined } = r.changes;
  const own = current(r);
  let due = Number.POSITIVE_INFINITY;
  if (joined !== undefined) due = joined.expires;
  else if (own !== undefined) due = own.expires;
  else for (const each of proposals) due = Math.min(due, each.state === 'queued' ? each.notBefore : due);
  if (due === Number.POSITIVE_INFINITY) r.ports.cancelTimer(TIMER);
  else r.ports.setTimer(TIMER, millis(Math.max(1, due - r.ports.now())));
}
