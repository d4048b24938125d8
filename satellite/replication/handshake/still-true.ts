/** What this node has told in a handshake: does it hold still? Judged before the link is connected, and for as long as a refusal lasts. */
import { dirtyBits, logDerivedBits } from '../disk/marks.ts';
import { exposedGeneration } from '../generation/generations.ts';
import { startConnecting } from '../link/link.ts';
import { NO_GENERATION } from '../metadata/generation-id.ts';
import { isFrozen } from '../quorum/suspension.ts';
import { coveredNodes } from '../resync/loss-cover.ts';
import { isSizeAsTold } from '../sizes/told.ts';
import type { Connection, Resource } from '../state.ts';
import { UUID_FLAGS } from '../wire/frames.ts';
import type { Handshaking } from './progress.ts';
import { noBitmapFlag, quorateFlag, STABILITY_FLAGS, stabilityFlags, stableFlag } from './snapshot.ts';

/** A refusal is about what both ends had then. Whoever has something else tries again, and the other end answers (`onKnock`). */
export function retryRefused(r: Resource): void {
  for (const connection of r.connections.values()) {
    const { refused } = connection;
    if (refused === undefined) continue;
    if (!isStillTrue(r, connection, refused) || hasSettled(r, connection, refused)) startConnecting(r, connection);
  }
}

/** Split brain is not resolved while a side follows a Primary or is a sync target; this side is or does so no more. Or it is quorate now, or not. */
function hasSettled(r: Resource, connection: Connection, { sent, judgements }: Handshaking): boolean {
  return (sent ?? []).some((each) => {
    const decision = judgements.get(each.volume)?.decision;
    const volume = r.volumes.get(each.volume);
    if (decision?.splitBrain !== true || volume === undefined) return false;
    if (quorateFlag(r, volume) !== (each.flags & UUID_FLAGS.QUORATE)) return true;
    return decision.deferred === true && stabilityFlags(r, connection, volume) !== (each.flags & STABILITY_FLAGS);
  });
}

/** Nothing that the peer relied on may have changed since our snapshot left. */
export function isStillTrue(r: Resource, connection: Connection, handshake: Handshaking): boolean {
  if (handshake.sentRole !== r.role || handshake.sent === undefined) return false;
  // Frozen, it waits for peers: for this one, perhaps.
  if (r.roleRequest?.kind === 'demote' && !isFrozen(r)) return false;
  if ((handshake.sentCovered & ~coveredNodes(r, connection)) !== 0) return false;
  for (const sent of handshake.sent) {
    const volume = r.volumes.get(sent.volume);
    if (volume === undefined || volume.generationBusy || volume.adopting) return false;
    if (volume.disk !== sent.diskState || !isSizeAsTold(r, volume, sent)) return false;
    // What a diskless Secondary exposes is only what its peers told it last.
    if ((sent.flags & UUID_FLAGS.NO_BITMAP) !== noBitmapFlag(connection, volume)) return false;
    if (volume.current !== sent.current && (volume.md !== undefined || r.role === 'Primary')) return false;
    if (exposedGeneration(r, connection, volume) !== sent.exposed) return false;
    if (dirtyBits(volume, connection.peer) > 0 !== sent.dirtyBits > 0) return false;
    if (logDerivedBits(volume, connection.peer) !== sent.logDerivedBits) return false;
    if (sent.logDerivedBits > 0 && (sent.flags & UUID_FLAGS.STABLE) !== stableFlag(r)) return false;
    const slot = volume.md?.slots.get(connection.peer)?.generation ?? NO_GENERATION;
    if (slot !== (sent.bitmap.find((each) => each.node === connection.peer)?.generation ?? NO_GENERATION)) return false;
  }
  return true;
}
