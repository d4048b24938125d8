/**
 * Fencing: a peer with a disk is away, and this node is to go on without it. The handler fence-peer makes sure that the peer
 * does not, or learns what has become of it (DRBD 9 §6.3). With `resource-and-stonith` I/O is frozen meanwhile, by what
 * `isFrozenByFencing` says at each moment: a change of the option, the peer's return, or its being Outdated ends that at once.
 *
 *   idle ──link lost while Primary; promotion without the peer──→ running ──3, 4, 7 (5)──→ idle, the peer is Outdated
 *    ↑                                                               └──anything else──→ failed: stays as it is
 *    └────────── the peer is connected again: what the handler says now is void ─────────────┘
 */
import type { DiskState } from '../../../common/states.ts';
import type { NodeId } from '../../../common/ids.ts';
import { outdateSelf } from '../disk/outdate.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { takeIssued } from '../generation/generations.ts';
import { callHandler, tellHandler } from '../handlers/call.ts';
import type { HandlerRunId } from '../handlers/handler-calls.ts';
import { isPrimaryInSight, isWeak } from '../roles/primaries.ts';
import { type Connection, defer, type Resource, type Volume } from '../state.ts';
import { setDisk, setPeerDisk } from '../transitions.ts';
import { hasDataToProtect, isFencing, isHeldByFencing, needsFencing } from './policy.ts';

/** Exit codes of fence-peer. */
const EXIT = { inconsistent: 3, outdated: 4, unreachable: 5, primary: 6, stonith: 7 } as const;

/** Takes everything as far as it gets now; called whenever a state has changed, after quorum was looked at. */
export function advanceFencing(r: Resource): void {
  for (const connection of r.connections.values()) {
    if (r.role === 'Primary' && !connection.reconnecting) fence(r, connection);
    unfence(r, connection);
  }
  for (const volume of r.volumes.values()) if (volume.heldByFencing) letGo(r, volume);
}

/** A promotion that only absent peers stand in the way of. @returns true while a handler is under way, or a peer is just coming back */
export function fenceForPromotion(r: Resource): boolean {
  let runs = false;
  for (const connection of r.connections.values()) {
    if (!connection.reconnecting) fence(r, connection);
    const waits = connection.fence === 'running' || connection.reconnecting;
    runs ||= waits && needsFencing(connection);
  }
  return runs;
}

/** A new request to become Primary asks anew. */
export function forgetFailures(r: Resource): void {
  for (const connection of r.connections.values()) if (connection.fence === 'failed') connection.fence = 'idle';
}

function fence(r: Resource, connection: Connection): void {
  if (connection.fence !== 'idle' || !needsFencing(connection) || !hasDataToProtect(r)) return;
  const { peer } = connection;
  const run = callHandler(r, { name: 'fence-peer', peer, volume: undefined }, { kind: 'fence', peer });
  connection.fenceRun = run;
  // Nobody can confirm anything: as a handler that is broken (DRBD: exit code 0).
  connection.fence = run === undefined ? 'failed' : 'running';
}

/** The result counts for the loss that the handler was called for. */
export function onFenced(r: Resource, run: HandlerRunId, peer: NodeId, exitCode: number): void {
  const connection = r.connections.get(peer);
  if (connection === undefined || connection.fenceRun !== run) return;
  connection.fenceRun = undefined;
  takeResult(r, connection, exitCode);
  connection.fence = needsFencing(connection) ? 'failed' : 'idle';
  defer(r, { kind: 'reconsider-roles' });
}

function takeResult(r: Resource, connection: Connection, exitCode: number): void {
  switch (exitCode) {
    case EXIT.inconsistent:
      return declareOut(r, connection, 'Inconsistent', () => true);
    case EXIT.outdated:
    case EXIT.stonith:
      return declareOut(r, connection, 'Outdated', () => true);
    // It is taken for dead. What is here must be the newest there is, or the peer may have died with something newer.
    case EXIT.unreachable:
      return declareOut(r, connection, 'Outdated', (volume) => volume.disk === 'UpToDate');
    case EXIT.primary:
      return outdateSelf(r, 'the peer is Primary');
    default: // broken: nothing is known
  }
}

function declareOut(r: Resource, connection: Connection, state: DiskState, counts: (volume: Volume) => boolean): void {
  for (const device of connection.devices.values()) {
    if (!counts(device.volume)) continue;
    device.peerOutdated = true;
    setPeerDisk(r, device, state);
  }
}

/** Promotion by force, as its administrator says: whoever is away is not coming back with anything newer. */
export function declareFenced(r: Resource): void {
  for (const connection of r.connections.values())
    if (needsFencing(connection)) declareOut(r, connection, 'Outdated', () => true);
}

/** The peer is here again: what was asked about its absence is void. */
export function endFencing(connection: Connection): void {
  connection.fence = 'idle';
  connection.fenceRun = undefined;
  connection.waived = false;
  connection.reconnecting = false;
  connection.unfenceOwed = true;
}

/**
 * After a resync with the peer as target, and when none was needed: it is as good as before. Only the Primary can say so,
 * or, without one, a node that knows of every other: a third one may have fenced that peer, and gone on without both of us.
 */
function unfence(r: Resource, connection: Connection): void {
  const devices = [...connection.devices.values()];
  if (devices.some(({ target }) => target !== undefined)) connection.unfenceOwed = false;
  else if (devices.some(({ source }) => source !== undefined)) connection.unfenceOwed = true;
  if (!connection.unfenceOwed || !isFencing(connection) || connection.state !== 'Connected') return;
  const isInSync = devices.every(
    ({ volume, peerDisk, replication }) =>
      volume.disk === 'UpToDate' && peerDisk === 'UpToDate' && replication === 'Established',
  );
  if (!isInSync || (r.role !== 'Primary' && isPrimaryInSight(r))) return;
  if ([...r.connections.values()].some(needsFencing)) return;
  connection.unfenceOwed = false;
  tellHandler(r, { name: 'unfence-peer', peer: connection.peer, volume: undefined });
}

/** Every peer is here, or known to be out: nothing is newer than this disk, or the handshakes have found it. */
function letGo(r: Resource, volume: Volume): void {
  if (volume.disk !== 'Consistent') {
    volume.heldByFencing = false;
    return;
  }
  if (isHeldByFencing(r, volume) || isWeak(r)) return;
  for (const connection of r.connections.values()) {
    const device = connection.devices.get(volume.number);
    if (connection.handshake !== undefined || device?.waiting === true || device?.target !== undefined) return;
  }
  volume.heldByFencing = false;
  setDisk(r, volume, 'UpToDate', 'no peer can have newer data');
  // Promoted while it was held, it has told its peers to move on: it does so itself now. Left as it was, the step would stand for
  // what its clients have seen beyond this disk, and every peer that comes from it would be behind for ever.
  takeIssued(r, volume);
  persistSuperblock(r, volume, { kind: 'nothing' });
}
