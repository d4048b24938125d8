/**
 * What a crash of a Secondary may have cost. Its activity log names extents that may differ from any peer, but the Primary
 * that it followed knows better: it has marked, or will exclude by PEER_ACK, every write that was not stable there. So
 * the log counts for nothing towards the Primary itself (COVERS_LOSS), nor towards those nodes that have had the
 * Primary's whole stream all the time and hold everything that was written until then: their marks are complete (`covered`).
 *
 *   Primary loses B → remembers who is in sync with it (lostWith) → drops whoever it loses too, and all with the next write to B
 *   B returns → PROTOCOL names them, once every write that was under way then is stable → B drops what only its log suggests
 */
import { EMPTY_MASK, maskHas, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { hasAllOfOurs } from './in-sync.ts';
import { dropLogDerived } from '../disk/marks.ts';
import { settlePages } from '../disk/persistence.ts';
import { hasRival } from '../two-primaries/allowed.ts';
import { type Connection, defer, type Resource, type Volume } from '../state.ts';

/** Called while the peer devices still tell how things were. */
export function noteLoss(r: Resource, lost: Connection): void {
  forgetFollower(r, lost.peer);
  // Of two writers none can speak for what the other one wrote.
  const isWriter = r.role === 'Primary' && lost.peerRole !== 'Primary' && !hasRival(r);
  for (const device of lost.devices.values()) {
    // What it had suspected since an earlier crash has not come over yet: whoever covered that still does.
    if (device.waiting || device.source?.bitsIn === false) continue;
    device.coversLoss = isWriter && device.volume.md !== undefined;
  }
  // Otherwise this link got no write of ours, and what was remembered at the loss of an earlier one still holds.
  if (!hadEverything(lost)) return;
  lost.lostAt = r.dagtag;
  lost.lostWith = EMPTY_MASK;
  if (!isWriter) return;
  for (const connection of r.connections.values()) {
    if (connection.state === 'Connected' && hadEverything(connection))
      lost.lostWith = maskWith(lost.lostWith, connection.peer);
  }
}

const hadEverything = (connection: Connection): boolean => [...connection.devices.values()].every(hasAllOfOurs);

/** This node has missed something: it vouches for nobody any more. */
export function forgetFollower(r: Resource, node: NodeId): void {
  for (const connection of r.connections.values()) connection.lostWith = maskWithout(connection.lostWith, node);
}

/** No longer the writer: another Primary may write from here on. */
export function forgetFollowers(r: Resource): void {
  for (const connection of r.connections.values()) connection.lostWith = EMPTY_MASK;
}

/** Another Primary writes, too (allow-two-primaries): it may have written to those that this one has lost. */
export function ceaseToCover(r: Resource): void {
  forgetFollowers(r);
  for (const connection of r.connections.values())
    for (const device of connection.devices.values()) device.coversLoss = false;
}

/** For PROTOCOL. A write that is still under way may not have reached them yet: then nobody. */
export function coveredNodes(r: Resource, connection: Connection): PeerMask {
  const oldest = r.log[0];
  const settled = oldest === undefined || oldest.dagtag > connection.lostAt;
  return r.role === 'Primary' && settled ? connection.lostWith : EMPTY_MASK;
}

/** On disk as well: after another crash right now these bits could not be told from true ones any more. */
export function dropSuspicion(r: Resource, volume: Volume, node: NodeId): void {
  if (!dropLogDerived(volume, node)) return;
  settlePages(r, volume, 'all', false, { kind: 'nothing' });
}

/** The Primary has said who covers us. Pairs that waited for its word look at each other again. */
export function takeCover(r: Resource, primary: Connection, covered: PeerMask): void {
  for (const connection of r.connections.values()) {
    if (connection === primary) continue;
    if (maskHas(covered, connection.peer)) {
      for (const volume of r.volumes.values())
        if (volume.md?.crashedPrimary === false) dropSuspicion(r, volume, connection.peer);
    }
    const waits = [...connection.devices.values()].some((device) => device.waiting);
    if (connection.state === 'Connected' && waits)
      defer(r, { kind: 'drop-link', connection, state: 'NetworkFailure', reason: 'the Primary is in sight now' });
  }
}
