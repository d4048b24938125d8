/** What follows from concurrent writes of two Primaries: see concurrent.ts. */
import { maskHas } from '../../../common/ids.ts';
import { loseLink, onLinkBroken } from '../link/link.ts';
import type { Connection, Resource } from '../state.ts';
import { CONCURRENT, heldBack, writersBefore } from './concurrent.ts';

/** The link that brought the later of the two. Its other end learns why. */
function onConcurrentWrite(r: Resource, connection: Connection): void {
  r.ports.notify({ kind: 'concurrent-write', peer: connection.peer });
  if (connection.link !== undefined)
    r.ports.send(connection.peer, connection.link, 'data', { type: 'DISCONNECT', reason: 'concurrent-write' });
  onLinkBroken(r, connection, 'ProtocolError', CONCURRENT);
}

/** The other end has found it. */
export function onConcurrentWriteThere(r: Resource, connection: Connection): void {
  r.ports.notify({ kind: 'concurrent-write', peer: connection.peer });
  onLinkBroken(r, connection, 'ProtocolError', CONCURRENT);
}

/** What a frame says makes no sense here, or must not happen. */
export function endLink(r: Resource, connection: Connection, frame: string, problem: string): void {
  if (problem === CONCURRENT) onConcurrentWrite(r, connection);
  else loseLink(r, connection, 'ProtocolError', `${frame}: ${problem}`);
}

/**
 * Longer than a silent death of the other Primary takes to be noticed, a write has waited for that one: two servers have got the
 * two in different order. Every server gives up the link to the same of the two, the one with the higher id.
 */
export function endDeadlocks(r: Resource): void {
  const now = r.ports.now();
  for (const write of heldBack(r)) {
    const { timeoutMs } = write.connection.options;
    if (write.heldSince === undefined || now - write.heldSince < 2 * timeoutMs) continue;
    const before = writersBefore(r, write);
    const highest = [...r.connections.values()]
      .filter((each) => each === write.connection || maskHas(before, each.peer))
      .reduce((a, b) => (a.peer > b.peer ? a : b));
    onConcurrentWrite(r, highest);
    return;
  }
}
