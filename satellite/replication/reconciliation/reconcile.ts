/**
 * Who got how far in the stream of a lost Primary (DRBD 9, §4.6: PEER_DAGTAG). Each survivor has marked what it cannot know
 * that the others have, and tells its own picture to each of them on the link that stands; a pair decides from its two pictures
 * as in a handshake: the further one is source, equally far = the marks of the loss are void.
 *
 *   loses the Primary → tells (answers: 0) ─→ the peer has lost it, too: tells (answers: that one); both conclude
 *                                          ─→ the peer still follows it: keeps the report until it does no more
 *   two that tell at once have answered each other
 *
 * A picture is worth nothing once something it says has changed: then, and whenever the two ends may have paired different
 * pictures, the link ends and a full handshake decides.
 */
import type { NodeId } from '../../../common/ids.ts';
import { isEstablished } from '../../../common/states.ts';
import { dirtyBits, logDerivedBits, reconsiderResync } from '../disk/marks.ts';
import { decide } from '../handshake/decision.ts';
import { applyVerdict } from '../handshake/handshaking.ts';
import { policiesOf, snapshot } from '../handshake/snapshot.ts';
import { asThePeerHasThem } from '../handshake/split-brain.ts';
import { type Judgement, judgeDecision } from '../handshake/verdict.ts';
import type { HandshakeSide } from '../handshake/view.ts';
import { rehandshake } from '../link/link.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { type Connection, connectedWith, defer, type PeerDevice, type Resource } from '../state.ts';
import { setPeerDisk } from '../transitions.ts';
import { mayHaveTwo } from '../two-primaries/allowed.ts';
import { UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';
import { isOwed, settleOwed } from './hold.ts';
import type { PeerDagtag } from './progress.ts';

/** A hold has begun. */
export function tellSurvivors(r: Resource, lost: NodeId): void {
  for (const connection of r.connections.values()) {
    if (!isOwed(r, connection) || connection.state !== 'Connected') continue;
    const { report, told } = connection;
    if (report?.lost === lost) answer(r, connection, report);
    else if (told?.lost !== lost) connection.told = tell(r, connection, lost, 0);
  }
}

function tell(r: Resource, connection: Connection, lost: NodeId, answers: number): PeerDagtag | undefined {
  if (connection.link === undefined) return undefined;
  connection.toldCount += 1;
  const isKnown = r.lastPrimary === lost;
  const frame: PeerDagtag = {
    type: 'PEER_DAGTAG',
    lost,
    sequence: connection.toldCount,
    answers,
    lastPrimary: isKnown ? lost : undefined,
    lastDagtag: isKnown ? r.lastDagtag : 0,
    volumes: [...connection.devices.values()].filter(isComparable).map((device) => picture(r, device, lost)),
  };
  r.ports.send(connection.peer, connection.link, 'data', frame);
  return frame;
}

/** A resync that is running takes new marks along as they come. */
const isComparable = ({ replication, source, target, volume }: PeerDevice): boolean =>
  isEstablished(replication) && source === undefined && target === undefined && volume.md !== undefined;

function picture(r: Resource, device: PeerDevice, lost: NodeId): VolumeHandshake {
  const { connection, volume } = device;
  const told = snapshot(r, connection, volume);
  const bits = told.dirtyBits;
  const isOfLoss = r.hold?.lost === lost && (bits === 0 || bits === device.lossMarks);
  const tracks = (volume.md?.slots.get(connection.peer)?.generation ?? NO_GENERATION) !== NO_GENERATION;
  // Of two writers only the one that was heard last is remembered: how far the other one had come says nobody.
  const reconciles = isOfLoss && !tracks && !mayHaveTwo(r) ? UUID_FLAGS.MARKS_OF_LOSS : 0;
  // Both have lived since they followed that Primary: how far each had come is known, and a hold does not wait for anybody else.
  const flags = told.flags & ~UUID_FLAGS.AWAITS_WITNESSES;
  return { ...told, flags: flags | UUID_FLAGS.RECONNECT | reconciles };
}

export function onPeerDagtag(r: Resource, connection: Connection, frame: PeerDagtag): void {
  for (const told of frame.volumes) {
    const device = connection.devices.get(told.volume);
    if (device !== undefined) setPeerDisk(r, device, told.diskState);
  }
  const own = connection.told;
  connection.told = undefined;
  if (frame.answers !== 0 || own !== undefined) {
    const isPair = own?.lost === frame.lost && (frame.answers === 0 || frame.answers === own.sequence);
    if (own === undefined || !isPair) rehandshake(r, connection, 'the two ends compare what does not belong together');
    else conclude(r, connection, own, frame);
    return;
  }
  connection.report = frame;
  answerReports(r);
}

/** Whoever has told us of a loss waits until we follow that Primary no more: lost, demoted, or never known here. */
export function answerReports(r: Resource): void {
  for (const connection of r.connections.values()) {
    const { report } = connection;
    if (report === undefined || connection.state !== 'Connected') continue;
    if (connectedWith(r, report.lost)?.peerRole !== 'Primary') answer(r, connection, report);
  }
}

function answer(r: Resource, connection: Connection, report: PeerDagtag): void {
  connection.report = undefined;
  const own = tell(r, connection, report.lost, report.sequence);
  if (own !== undefined) conclude(r, connection, own, report);
}

function conclude(r: Resource, connection: Connection, own: PeerDagtag, theirs: PeerDagtag): void {
  if (r.role === 'Primary' || !own.volumes.every((each) => isStillTrue(connection, each))) {
    rehandshake(r, connection, 'own state changed since the Primary was lost');
    return;
  }
  const judgements: [PeerDevice, Judgement, VolumeHandshake][] = [];
  for (const each of own.volumes) {
    const other = theirs.volumes.find(({ volume }) => volume === each.volume);
    const device = connection.devices.get(each.volume);
    if (other === undefined || device === undefined) continue;
    const judgement = judge(r, connection, { ...own, handshake: each }, { ...theirs, handshake: other });
    if (judgement.verdict === 'refuse') {
      rehandshake(r, connection, judgement.refusal);
      return;
    }
    judgements.push([device, judgement, other]);
  }
  for (const [device, { verdict, decision }, other] of judgements) {
    device.gaveWay = verdict === 'target-bitmap' && sameGeneration(other.current, device.volume.current);
    applyVerdict(r, device, verdict, decision, { ...other, diskState: device.peerDisk });
  }
  settleOwed(r, connection);
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reconsider-roles' });
  reconsiderResync(r);
}

/** A disk that has become the target of another survivor meanwhile is compared all the same: nothing was written there yet. */
function isStillTrue(connection: Connection, told: VolumeHandshake): boolean {
  const device = connection.devices.get(told.volume);
  if (device === undefined || !isComparable(device)) return false;
  const { volume } = device;
  const gaveWay = told.diskState === 'Consistent' && volume.disk === 'Outdated';
  if (volume.disk !== told.diskState && !gaveWay) return false;
  if (volume.current !== told.current || volume.generationBusy || volume.adopting) return false;
  if (logDerivedBits(volume, connection.peer) !== told.logDerivedBits) return false;
  return dirtyBits(volume, connection.peer) === told.dirtyBits;
}

type Picture = Pick<PeerDagtag, 'lastPrimary' | 'lastDagtag'> & { readonly handshake: VolumeHandshake };

function judge(r: Resource, connection: Connection, own: Picture, theirs: Picture): Judgement {
  const { protocol } = connection.config;
  const policies = policiesOf(connection);
  const common = { role: 'Secondary', protocol } as const;
  const self: HandshakeSide = { ...own, ...common, node: r.node, policies };
  const peer: HandshakeSide = { ...theirs, ...common, node: connection.peer, policies: asThePeerHasThem(policies) };
  const judgement = judgeDecision(decide(self, peer), self, peer);
  r.ports.notify({
    kind: 'handshake',
    peer: connection.peer,
    volume: own.handshake.volume,
    verdict: judgement.verdict === 'refuse' ? `refuse: ${judgement.refusal}` : judgement.verdict,
    rule: judgement.decision.rule,
    ownBits: own.handshake.dirtyBits,
    peerBits: theirs.handshake.dirtyBits,
  });
  return judgement;
}
