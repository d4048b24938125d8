/** The cluster is asked whether a link may stand (handshake/joining.ts): what the two ends do about the answer. */
import { EMPTY_MASK } from '../../../common/ids.ts';
import { establish, mayStillConnect } from '../handshake/handshaking.ts';
import { loseLink } from '../link/link.ts';
import type { Connection, Resource } from '../state.ts';
import type { TwoPhaseDataFrame } from '../wire/two-phase-frames.ts';
import { commitChange, proposeEmpty, withdraw } from './coordinator.ts';
import { learnOutcome } from './outcome.ts';
import { onChangeFrame } from './participant.ts';
import type { ChangeOutcome, Proposal } from './progress.ts';
import { without } from './tally.ts';

export const NOT_YET = 'not before the handshake is complete';

/** A frame on a link that does not stand yet. @returns a protocol error, or undefined. */
export function onChangeOfLink(r: Resource, connection: Connection, frame: TwoPhaseDataFrame): string | undefined {
  if (connection.handshake?.ready !== true) return NOT_YET;
  if (frame.type === 'TWOPC_PREPARE') {
    const { change, initiator } = frame;
    if (change.kind !== 'connect' || change.peer !== r.node || initiator !== connection.peer) return NOT_YET;
    if (!mayStillConnect(r, connection)) {
      loseLink(r, connection, 'NetworkFailure', 'own state changed during the handshake');
      return undefined;
    }
  }
  onChangeFrame(r, connection, frame);
  return undefined;
}

/** On the end that has asked. */
export function advanceConnect(r: Resource, proposal: Proposal, connection: Connection | undefined): void {
  if (connection?.handshake?.ready !== true) return withdraw(r, proposal);
  if (proposal.state === 'refused') return loseLink(r, connection, 'NetworkFailure', 'the cluster objects to the link');
  if (proposal.state !== 'agreed') return;
  if (joinsPrimaries(proposal) && !connection.options.allowTwoPrimaries)
    return loseLink(r, connection, 'NetworkFailure', 'there is another Primary');
  if (!mayStillConnect(r, connection))
    return loseLink(r, connection, 'NetworkFailure', 'own state changed while the cluster was asked');
  // Told first: everything else on this link comes behind it.
  const outcome = commitChange(r, proposal);
  if (establish(r, connection)) learnOutcome(r, outcome);
}

/** Each Primary answers once, by the way on which it was asked first: the two sets have nobody in common. */
const joinsPrimaries = ({ tally, across }: Proposal): boolean =>
  across !== EMPTY_MASK && without(tally.primaries, across) !== EMPTY_MASK;

/** On the other end. If it cannot, the others have been told of a link that there is not: they look around. */
export function onConnectAgreed(r: Resource, connection: Connection, outcome: ChangeOutcome): void {
  if (establish(r, connection)) learnOutcome(r, outcome);
  else proposeEmpty(r);
}
