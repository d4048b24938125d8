/**
 * Which copy serves a read (DRBD §2.7, `read-balancing`). All that are offered are equally good: this is about load.
 *
 * A peer may serve beside our own UpToDate disk only what we have not marked towards it. It is asked on the data stream, behind
 * every write that it has been sent, and reads behind them: it shows nothing older than we would. The answer waits here for
 * the overlapping writes that are under way (`read-reply` lock), whoever has read.
 */
import { maskHas, type NodeId } from '../../../common/ids.ts';
import { isEstablished } from '../../../common/states.ts';
import type { DiskOptions } from '../../../common/options/options.ts';
import { type ClientRead, type Connection, deviceOf, type Resource, type Volume } from '../state.ts';

const PROTOCOL_PREFERENCE = ['C', 'B', 'A'] as const;

const STRIPE_BYTES: Partial<Record<DiskOptions['readBalancing'], number>> = {
  '32K-striping': 32_768,
  '64K-striping': 65_536,
  '128K-striping': 131_072,
  '256K-striping': 262_144,
  '512K-striping': 524_288,
  '1M-striping': 1_048_576,
};

/** The node to read from next; `undefined`: nobody is left. */
export function chooseCopy(r: Resource, read: ClientRead, isLocalFit: boolean): NodeId | undefined {
  const { volume } = read;
  const remotes = bestRemotes(r, read, isLocalFit);
  if (!isLocalFit) return turn(volume, remotes)?.peer;
  // Only a Primary's own stream keeps a peer's copy as new as its own.
  if (remotes.length === 0 || r.role !== 'Primary') return r.node;
  const policy = volume.options.readBalancing;
  switch (policy) {
    case 'prefer-local':
      return r.node;
    case 'prefer-remote':
      return turn(volume, remotes)?.peer;
    case 'round-robin':
      return turn(volume, [undefined, ...remotes])?.peer ?? r.node;
    case 'least-pending':
      return leastPending(r, volume, remotes);
    default: {
      const stripe = Math.floor(read.offset / (STRIPE_BYTES[policy] ?? 1));
      return [undefined, ...remotes][stripe % (remotes.length + 1)]?.peer ?? r.node;
    }
  }
}

/**
 * Peers that may serve the read, of the protocol that keeps them closest to us. What this disk is being brought over from, first:
 * another disk of that generation may lack it and not know that yet, and what it shows would be gone again with the next read.
 */
function bestRemotes(r: Resource, read: ClientRead, isLocalFit: boolean): Connection[] {
  const fit = [...r.connections.values()].filter((connection) => maySkipOwnDisk(connection, read, isLocalFit));
  const sources = fit.filter((connection) => deviceOf(connection, read.volume).target !== undefined);
  const remotes = isLocalFit || sources.length === 0 ? fit : sources;
  const best = PROTOCOL_PREFERENCE.find((protocol) => remotes.some((each) => each.protocol === protocol));
  return remotes.filter(({ protocol }) => protocol === best);
}

function maySkipOwnDisk(connection: Connection, read: ClientRead, isLocalFit: boolean): boolean {
  const { volume, offset, length, tried } = read;
  if (connection.state !== 'Connected' || maskHas(tried, connection.peer)) return false;
  if (!connection.options.allowRemoteRead) return false;
  const { peerDisk, replication } = deviceOf(connection, volume);
  if (peerDisk !== 'UpToDate' || replication === 'Off') return false;
  if (!isLocalFit) return true;
  return isEstablished(replication) && !isMarked(volume, connection.peer, offset, length);
}

function isMarked(volume: Volume, peer: NodeId, offset: number, length: number): boolean {
  const { md } = volume;
  const slot = md?.slots.get(peer);
  if (md === undefined || slot === undefined) return false;
  const { blockBytes } = md.layout;
  return md.bitmap.anySet(slot.slot, Math.floor(offset / blockBytes), Math.floor((offset + length - 1) / blockBytes));
}

/** In turns, counted per volume. */
function turn<Copy>(volume: Volume, copies: readonly Copy[]): Copy | undefined {
  if (copies.length === 0) return undefined;
  volume.readTurn += 1;
  return copies[volume.readTurn % copies.length];
}

function leastPending(r: Resource, volume: Volume, remotes: readonly Connection[]): NodeId {
  let best = r.node;
  let least = volume.lowerPending;
  for (const { peer, unackedWrites } of remotes) {
    let pending = unackedWrites;
    for (const { from } of r.reads.values()) if (from === peer) pending += 1;
    if (pending >= least) continue;
    least = pending;
    best = peer;
  }
  return best;
}
