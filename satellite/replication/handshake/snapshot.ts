/** What this node tells of itself in a handshake: one picture per volume, taken at one moment. */
import { exposedGeneration } from '../generation/generations.ts';
import { skipsInitialSync } from '../generation/initial.ts';
import { NO_GENERATION } from '../metadata/generation-id.ts';
import { enforcesQuorum } from '../quorum/suspension.ts';
import { dirtyBits, logDerivedBits } from '../disk/marks.ts';
import { followedPrimary, followsDiskfulPrimary } from '../roles/primaries.ts';
import { trackedGenerations } from '../resync/source.ts';
import { awaitsSynchronousPeer } from '../resync/source-choice.ts';
import { sizesToTell } from '../sizes/told.ts';
import { awaitsWitnesses } from './witnesses.ts';
import { allowsTwo } from '../two-primaries/allowed.ts';
import { type Connection, deviceOf, type Resource, type Volume } from '../state.ts';
import { type HandshakePolicies, UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';

export function snapshot(r: Resource, connection: Connection, volume: Volume): VolumeHandshake {
  const md = volume.md;
  let flags = 0;
  if (md?.crashedPrimary === true && r.role !== 'Primary') flags |= UUID_FLAGS.CRASHED_PRIMARY;
  if (deviceOf(connection, volume).wasConnected) flags |= UUID_FLAGS.RECONNECT;
  flags |= stabilityFlags(r, connection, volume);
  if (volume.quorum.lost && r.role !== 'Primary') flags |= UUID_FLAGS.PRIMARY_LOST_QUORUM;
  flags |= quorateFlag(r, volume);
  if (connection.discardMyData && r.role !== 'Primary') flags |= UUID_FLAGS.DISCARD_MY_DATA;
  if (skipsInitialSync(deviceOf(connection, volume))) flags |= UUID_FLAGS.SKIP_INITIAL_SYNC;
  if (allowsTwo(connection)) flags |= UUID_FLAGS.ALLOWS_TWO_PRIMARIES;
  if (deviceOf(connection, volume).coversLoss) flags |= UUID_FLAGS.COVERS_LOSS;
  if (r.role === 'Primary' && md === undefined) flags |= UUID_FLAGS.DISKLESS_PRIMARY;
  if (connection.protocol !== 'C' && awaitsSynchronousPeer(r, connection, volume))
    flags |= UUID_FLAGS.AWAITS_SYNCHRONOUS_PEER;
  if (awaitsWitnesses(r, connection, volume)) flags |= UUID_FLAGS.AWAITS_WITNESSES;
  if (connection.outlived) flags |= UUID_FLAGS.OUTLIVED_RECEIVER;
  if (followsDiskfulPrimary(r, volume)) flags |= UUID_FLAGS.FOLLOWS_DISKFUL_PRIMARY;
  if (volume.disk === 'Inconsistent') flags |= UUID_FLAGS.INCONSISTENT;
  flags |= noBitmapFlag(connection, volume);
  if (r.hold?.volumes.has(volume.number) === true) flags |= UUID_FLAGS.HELD;
  return {
    volume: volume.number,
    ...sizesToTell(r, volume),
    diskState: volume.disk,
    current: volume.current,
    exposed: exposedGeneration(r, connection, volume),
    bitmap: trackedGenerations(volume),
    spare: md?.spare?.generation ?? NO_GENERATION,
    history: volume.history,
    dirtyBits: dirtyBits(volume, connection.peer),
    logDerivedBits: logDerivedBits(volume, connection.peer),
    flags,
  };
}

export const noBitmapFlag = ({ peer }: Connection, { md }: Volume): number =>
  md === undefined || md.slots.has(peer) ? 0 : UUID_FLAGS.NO_BITMAP;

/** Between two that have diverged it decides, so it is claimed only where it is asked for. */
export const quorateFlag = (r: Resource, volume: Volume): number =>
  enforcesQuorum(r) && volume.quorum.have ? UUID_FLAGS.QUORATE : 0;

/** Flags that say whether the data here stay what they are for now. */
export const STABILITY_FLAGS = UUID_FLAGS.STABLE | UUID_FLAGS.SYNC_TARGET;

export const stabilityFlags = (r: Resource, connection: Connection, volume: Volume): number =>
  stableFlag(r) | (isTargetBesides(r, connection, volume) ? UUID_FLAGS.SYNC_TARGET : 0);

/** The data of this volume is being replaced by a third node's. */
const isTargetBesides = (r: Resource, connection: Connection, volume: Volume): boolean =>
  [...r.connections.values()].some((other) => other !== connection && deviceOf(other, volume).target !== undefined);

/** No Primary is near that this node could learn from: it is one itself, or there is none. */
export const stableFlag = (r: Resource): number =>
  r.role === 'Primary' || followedPrimary(r) === undefined ? UUID_FLAGS.STABLE : 0;

/** Of this end of the link, as both ends have to know them. */
export const policiesOf = ({ options }: Connection): HandshakePolicies => ({
  afterSb0pri: options.afterSb0pri,
  afterSb1pri: options.afterSb1pri,
  afterSb2pri: options.afterSb2pri,
  alwaysAsbp: options.alwaysAsbp,
  rrConflict: options.rrConflict,
});
