/** From the two snapshots that the ends of a link have exchanged to a verdict on each volume. */
import type { VolumeNumber } from '../../../common/ids.ts';
import { hasLost, OVERTAKEN } from '../quorum/overtaken.ts';
import { enforcesQuorum } from '../quorum/suspension.ts';
import type { Connection, Resource } from '../state.ts';
import type { DataFrame, VolumeHandshake, VolumeVerdict } from '../wire/frames.ts';
import type { Decision } from './outcome.ts';
import type { Handshaking } from './progress.ts';
import { policiesOf } from './snapshot.ts';
import { decideTogether } from './together.ts';
import { type Judgement, judgeDecision } from './verdict.ts';
import type { HandshakeSide } from './view.ts';

export function judge(
  r: Resource,
  connection: Connection,
  sent: readonly VolumeHandshake[],
  handshake: Handshaking,
  received: Extract<DataFrame, { type: 'PROTOCOL' }>,
): { verdicts: VolumeVerdict[]; judgements: Map<VolumeNumber, Judgement> } {
  const verdicts: VolumeVerdict[] = [];
  const judgements = new Map<VolumeNumber, Judgement>();
  const { protocol } = connection;
  const { node: lastPrimary, dagtag: lastDagtag } = handshake.sentLast;
  const ownSide = { node: r.node, role: handshake.sentRole, protocol, policies: policiesOf(connection) };
  const { role, policies } = received;
  const peerLast = { lastPrimary: received.lastPrimary, lastDagtag: received.lastDagtag };
  const peerSide = { node: connection.peer, role, protocol, policies, ...peerLast };
  const pairs: [HandshakeSide, HandshakeSide][] = [];
  for (const own of sent) {
    const theirs = received.volumes.find((each) => each.volume === own.volume);
    // A volume that the peer does not know yet stays Off.
    if (theirs === undefined) continue;
    pairs.push([
      { ...ownSide, handshake: own, lastPrimary, lastDagtag },
      { ...peerSide, handshake: theirs },
    ]);
  }
  const decisions = decideTogether(pairs);
  for (const [index, [self, peer]] of pairs.entries()) {
    const [own, theirs] = [self.handshake, peer.handshake];
    const judged = judgeDecision(decisions[index] as Decision, self, peer);
    const isApart = enforcesQuorum(r) && (hasLost(own, theirs) || hasLost(theirs, own));
    const judgement: Judgement = isApart ? { ...judged, verdict: 'refuse', refusal: OVERTAKEN, retry: false } : judged;
    const { decision, verdict } = judgement;
    judgements.set(own.volume, judgement);
    verdicts.push({ volume: own.volume, verdict, rule: decision.rule });
    r.ports.notify({
      kind: 'handshake',
      peer: connection.peer,
      volume: own.volume,
      verdict: verdict === 'refuse' ? `refuse: ${judgement.refusal}` : verdict,
      rule: decision.rule,
      ownBits: own.dirtyBits,
      peerBits: theirs.dirtyBits,
    });
  }
  return { verdicts, judgements };
}
