/**
 * What two nodes do about a decision of the table: the kind of resync, or why there is no link. Both ends come to mirrored
 * verdicts, so everything that counts here is in what they have told each other.
 */
import { unreachable } from '../../../common/assert.ts';
import type { HandlerName } from '../handlers/handler-calls.ts';
import { UUID_FLAGS, type VerdictKind } from '../wire/frames.ts';
import { fitOf, type SizeToTake } from './fit.ts';
import type { Decision } from './outcome.ts';
import type { HandshakeSide } from './view.ts';

export interface Judgement {
  readonly decision: Decision;
  readonly verdict: VerdictKind;
  /** Only with `refuse`: for people, the same on both ends. */
  readonly refusal: string;
  /** Only with `refuse`: tried again after a while; otherwise both ends stay StandAlone (decision 0015). */
  readonly retry: boolean;
  /** The Primary that would have to become target (rr-conflict). */
  readonly conflict: HandshakeSide | undefined;
  /** Only with `refuse`: a node has to take on another size first. */
  readonly fit?: SizeToTake;
}

export const MIRROR: Readonly<Record<VerdictKind, VerdictKind>> = {
  'no-sync': 'no-sync',
  'source-bitmap': 'target-bitmap',
  'target-bitmap': 'source-bitmap',
  'source-full': 'target-full',
  'target-full': 'source-full',
  refuse: 'refuse',
};

export function judgeDecision(decision: Decision, self: HandshakeSide, peer: HandshakeSide): Judgement {
  const conflict = conflictOf(decision, self, peer);
  const refused = (refusal: string, retry = false): Judgement => ({
    decision,
    verdict: 'refuse',
    refusal,
    retry,
    conflict,
  });
  const { givesUp, outcome, full, reason } = decision;
  if (outcome === 'split-brain' || outcome === 'unrelated') return refused(reason);
  if (self.role === 'Primary' && peer.role === 'Primary' && givesUp === undefined && !allowTwo(self, peer)) {
    return refused('both nodes are Primary, and two Primaries are not allowed');
  }
  const fit = fitOf(self, peer);
  // Once that node has the size of the other, they try again.
  if (fit.kind === 'adjust') return { ...refused(fit.reason, true), fit };
  if (fit.kind === 'misfit') return refused(fit.reason);
  const misfit = bitmapMisfit(self, peer);
  if (misfit !== undefined) return refused(misfit);
  const because = `${reason}, but the target is Primary and its data are in use (rr-conflict`;
  switch (conflict?.policies.rrConflict) {
    case undefined:
    case 'violently':
      break;
    case 'retry-connect':
      return refused(`${because} retry-connect)`, true);
    // auto-discard reverses row 8 only; between equal generations a Primary is never target here.
    case 'disconnect':
    case 'call-pri-lost':
    case 'auto-discard':
      return refused(`${because} ${conflict?.policies.rrConflict})`);
    default:
      return unreachable(conflict?.policies.rrConflict as never);
  }
  const verdict = outcome === 'no-sync' ? 'no-sync' : (`${outcome}-${full ? 'full' : 'bitmap'}` as const);
  return { decision, verdict, refusal: '', retry: false, conflict };
}

const allowTwo = (self: HandshakeSide, peer: HandshakeSide): boolean =>
  (self.handshake.flags & peer.handshake.flags & UUID_FLAGS.ALLOWS_TWO_PRIMARIES) !== 0;

/** A Primary with data of its own never becomes a target under its application, unless it is told to. */
function conflictOf(decision: Decision, self: HandshakeSide, peer: HandshakeSide): HandshakeSide | undefined {
  const target = decision.outcome === 'target' ? self : decision.outcome === 'source' ? peer : undefined;
  return target?.role === 'Primary' && target.handshake.diskState === 'UpToDate' ? target : undefined;
}

export const NO_BITMAP = 'one of the two nodes keeps no bitmap for the other';

/** Without a bitmap nobody would know what the other one lacks. */
function bitmapMisfit({ handshake: own }: HandshakeSide, { handshake: theirs }: HandshakeSide): string | undefined {
  if (own.sizeBytes === 0 || theirs.sizeBytes === 0) return undefined;
  return ((own.flags | theirs.flags) & UUID_FLAGS.NO_BITMAP) === 0 ? undefined : NO_BITMAP;
}

/** Handlers that the administrator of `self` has for this; running them is the business of the satellite. */
export function handlersOf({ decision, conflict }: Judgement, self: HandshakeSide['node']): HandlerName[] {
  if (decision.deferred === true) return [];
  const names: HandlerName[] = [];
  if (decision.splitBrain === true) names.push('initial-split-brain');
  if (decision.outcome === 'split-brain' && decision.givesUp === undefined) names.push('split-brain');
  if (conflict?.node === self && conflict.policies.rrConflict === 'call-pri-lost') names.push('pri-lost');
  return names;
}
