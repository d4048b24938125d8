/** Is the other end still there? Pings on the control stream, and the names of a link's timers. */
import type { Millis } from '../../../common/units.ts';
import { millis } from '../../../common/units.ts';
import type { TimerId } from '../payload.ts';
import type { Connection, Resource } from '../state.ts';

export const timer = (purpose: string, connection: Connection): TimerId => `${purpose}:${connection.peer}` as TimerId;

export function armPing(r: Resource, connection: Connection): void {
  // A write that waits is looked after more often than an idle link.
  const period: Millis =
    connection.unackedWrites > 0
      ? millis(Math.min(connection.options.pingIntMs, connection.options.timeoutMs))
      : connection.options.pingIntMs;
  r.ports.setTimer(timer('ping', connection), period);
}

/** Asks for a sign of life now: silence for ping-timeout ends the link. */
export function probe(r: Resource, connection: Connection): void {
  if (connection.link === undefined || connection.pingOutstanding) return;
  connection.pingOutstanding = true;
  r.ports.send(connection.peer, connection.link, 'control', { type: 'PING' });
  r.ports.setTimer(timer('ping-timeout', connection), connection.options.pingTimeoutMs);
}

export function onPingAck(r: Resource, connection: Connection): void {
  connection.pingOutstanding = false;
  r.ports.cancelTimer(timer('ping-timeout', connection));
}
