/**
 * Two Primaries at once (`allow-two-primaries`), as a live migration needs them: the machine that takes over opens the device
 * while the other one still has it. Who may stand beside whom; questions only.
 *
 * Two Primaries with a link to each other need the option on that link. Without one, writes would not go both ways: that is
 * possible only if neither has a disk, and all the servers that both write to allow it (DRBD 9, §1.6).
 */
import { EMPTY_MASK, maskHas, maskOf, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import type { Tally } from '../wire/two-phase-frames.ts';
import { OperationError } from '../../../common/errors.ts';
import { isEstablished } from '../../../common/states.ts';
import { isPrimaryInSight } from '../roles/primaries.ts';
import { type Connection, deviceOf, type Resource } from '../state.ts';

/** This end of the link. */
export const allowsTwo = (connection: Connection): boolean => connection.options.allowTwoPrimaries;

export const mayHaveTwo = (r: Resource): boolean => [...r.connections.values()].some(allowsTwo);

/** This node knows of a Primary besides itself where two are allowed: what it concludes from one stream alone may be wrong. */
export const sharesPrimary = (r: Resource): boolean => mayHaveTwo(r) && primariesInSight(r) > 1;

/** How many Primaries this node knows of, itself included. */
function primariesInSight(r: Resource): number {
  let mask: number = r.role === 'Primary' ? maskOf(r.node) : EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    if (connection.peerRole === 'Primary') mask |= maskOf(connection.peer);
    mask |= connection.peerPrimaryNeighbours;
  }
  let count = 0;
  for (let rest = mask >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}

/** Where this node is a Primary or wants to be: its writes go to servers only, and each of them takes a second writer. */
export function writesToServersOnly(r: Resource): boolean {
  const servers = [...r.connections.values()].filter((each) => each.state === 'Connected' && each.config.diskful);
  return (
    [...r.volumes.values()].every(({ config }) => !config.diskful) && servers.length > 0 && servers.every(allowsTwo)
  );
}

/** Nothing has to be brought over between the two first: a second writer is no time for a resync of the first. */
function isReadyBeside(r: Resource, primary: Connection): boolean {
  return [...r.volumes.values()].every((volume) => {
    const { replication, peerDisk } = deviceOf(primary, volume);
    const isWhole = volume.config.diskful ? volume.disk === 'UpToDate' : true;
    const isPeerWhole = primary.config.diskful ? peerDisk === 'UpToDate' : true;
    return isWhole && isPeerWhole && isEstablished(replication);
  });
}

/** Seen from a third node: `other` has a link to `primary`, and the two judge that themselves; or this node serves both. */
export function mayServeBoth(r: Resource, primary: Connection, other: NodeId): boolean {
  const connection = r.connections.get(other);
  if (connection?.state !== 'Connected') return false;
  if (maskHas(connection.peerPrimaryNeighbours, primary.peer)) return true;
  const areDiskless = !primary.config.diskful && !connection.config.diskful;
  return areDiskless && allowsTwo(primary) && allowsTwo(connection);
}

/** Seen from a Primary: may `candidate` become one, too? */
export function mayJoinPrimary(r: Resource, candidate: NodeId): boolean {
  const connection = r.connections.get(candidate);
  if (connection?.state === 'Connected') return allowsTwo(connection) && isReadyBeside(r, connection);
  return writesToServersOnly(r) && connection?.config.diskful !== true;
}

/** The candidate itself, about the Primary at the other end of a link. */
export function obstacleBeside(r: Resource, primary: Connection): OperationError | undefined {
  const { name } = primary.config;
  if (!allowsTwo(primary))
    return new OperationError('OTHER_PRIMARY', `node "${name}" is Primary already`, {
      correction:
        'Stop its client or demote it first: only one node may write. For a live migration set allow-two-primaries on the connection.',
      refs: { node: name },
    });
  if (isReadyBeside(r, primary)) return undefined;
  return new OperationError('NOT_PROMOTABLE', `this node cannot be Primary beside node "${name}" yet`, {
    cause: 'a second Primary needs disks that are UpToDate on both nodes, or no disk by intention',
    correction: 'Wait for the resync to end, or demote the other node first.',
    refs: { node: name },
  });
}

/** All have agreed: is there a Primary without a link to this candidate that it may not stand beside? */
export function isFarPrimaryInTheWay(r: Resource, tally: Tally): boolean {
  let far = maskWithout(tally.primaries, r.node);
  for (const connection of r.connections.values())
    if (connection.state === 'Connected') far = maskWithout(far, connection.peer);
  if (far === EMPTY_MASK || !mayHaveTwo(r)) return false;
  return !writesToServersOnly(r) || ((far & tally.diskfulPrimaries) as PeerMask) !== EMPTY_MASK;
}

/** The option may not go from under two Primaries (DRBD: "need allow-two-primaries"). */
export function isInUse(r: Resource, connection: Connection): boolean {
  if (connection.state !== 'Connected' || connection.peerRole !== 'Primary') return false;
  return r.role === 'Primary' || primariesInSight(r) > 1;
}

/** A Primary that another one is near of: what it has settled is told without delay, for somebody may wait for it. */
export const hasRival = (r: Resource): boolean => mayHaveTwo(r) && isPrimaryInSight(r);
