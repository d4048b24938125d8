/** What a node has against a change that another node prepares: the one place where objections are collected. */
import type { NodeId } from '../../../common/ids.ts';
import { dirtyBits } from '../disk/marks.ts';
import { isBeingMet } from '../handshake/progress.ts';
import { NO_GENERATION } from '../metadata/generation-id.ts';
import { hasDisk } from '../../../common/states.ts';
import { votesFor } from '../quorum/election.ts';
import { isTowardsNewer } from '../resync/source-choice.ts';
import { objectionToResize } from '../sizes/objection.ts';
import { followedPrimaries } from '../roles/primaries.ts';
import { type Connection, deviceOf, type Resource, type Volume } from '../state.ts';
import { mayHaveTwo, mayJoinPrimary, mayServeBoth } from '../two-primaries/allowed.ts';
import type { ClusterChange, Objection } from '../wire/two-phase-frames.ts';

/** Judged on the state as it would be after the change. @returns undefined: no objection. */
export function objectionTo(r: Resource, change: ClusterChange, initiator: NodeId): Objection | undefined {
  switch (change.kind) {
    case 'promote':
      return isOtherPrimary(r, initiator) ? 'other-primary' : objectionToCandidate(r, initiator);
    case 'detach':
      return objectionToDetach(r, change.volume, initiator);
    case 'resize':
      return objectionToResize(r, change);
    // What ends something, or only tells, needs no permission.
    case 'demote':
    case 'disconnect':
    case 'attach':
    case 'empty':
    case 'connect':
      return undefined;
  }
}

/** This node is it, or serves one that the candidate may not stand beside. */
function isOtherPrimary(r: Resource, candidate: NodeId): boolean {
  if (r.role === 'Primary') return !mayJoinPrimary(r, candidate);
  const isNeighbour = r.connections.get(candidate)?.state === 'Connected';
  return (
    isNeighbour && mayHaveTwo(r) && followedPrimaries(r, candidate).some((each) => !mayServeBoth(r, each, candidate))
  );
}

/** A candidate beyond the neighbours does not count on this node's vote. */
function objectionToCandidate(r: Resource, initiator: NodeId): Objection | undefined {
  // This node may have what the candidate lacks, and is about to find out.
  if (r.hold !== undefined || isComparedAfterCrash(r)) return 'reconciling';
  const candidate = r.connections.get(initiator);
  if (candidate?.state !== 'Connected') return undefined;
  if (isOvertaken(r, candidate)) return 'reconciling';
  return votesFor(r, candidate) ? undefined : 'no-quorum';
}

/**
 * This disk is being brought beyond the data of the candidate by a node that the candidate has not met yet. Promoted now it would
 * begin a generation beside that node's, and this disk, half brought over, would follow its Primary back to older data.
 */
const isOvertaken = (r: Resource, candidate: Connection): boolean =>
  [...r.volumes.values()].some((volume) => {
    const { peerDisk, peerCurrent } = deviceOf(candidate, volume);
    return hasDisk(peerDisk) && isTowardsNewer(r, volume, peerCurrent);
  });

/**
 * What a crashed Primary had answered may be on its disk alone (protocol A), and the handshake is about to make it the source.
 * A candidate sees two UpToDate copies of one generation; the next one, which it would start on both, ends what is known of
 * the crash, and the other copy might become the source. The same of any two copies of one generation with marks between them:
 * after a power cut they differ, and a Primary without a disk would read now from the one, now from the other. The flag of the
 * crash does not tell: it is gone once the first of several peers has been brought over.
 */
function isComparedAfterCrash(r: Resource): boolean {
  const volumes = [...r.volumes.values()];
  const hasCrashed = volumes.some(({ md }) => md?.crashedPrimary === true);
  return [...r.connections.values()].some(
    (each) =>
      each.config.diskful &&
      ((hasCrashed && each.handshake !== undefined) ||
        (isBeingMet(each) && volumes.some((volume) => maySilentlyDiffer(volume, each)))),
  );
}

/** Marks of a crash or of a lost Primary: the slot has not begun to track, so the peer was in sync when they were set. */
const maySilentlyDiffer = (volume: Volume, { peer }: Connection): boolean =>
  volume.disk === 'UpToDate' && volume.md?.slots.get(peer)?.generation === NO_GENERATION && dirtyBits(volume, peer) > 0;

/** A Primary does not let its last UpToDate copy go. One that has none already has nothing to lose by it. */
function objectionToDetach(r: Resource, number: number, initiator: NodeId): Objection | undefined {
  if (r.role !== 'Primary') return undefined;
  for (const volume of r.volumes.values()) {
    if (volume.number !== number || volume.disk === 'UpToDate') continue;
    const holders = [...r.connections.values()].filter((each) => isUpToDate(each, volume));
    if (holders.length > 0 && holders.every((each) => each.peer === initiator)) return 'last-data';
  }
  return undefined;
}

const isUpToDate = (connection: Connection, volume: Volume): boolean =>
  connection.state === 'Connected' && deviceOf(connection, volume).peerDisk === 'UpToDate';
