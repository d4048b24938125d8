/**
 * Handlers around a resync (DRBD 9 §5.1). `before-resync-target` runs while the target's disk is still consistent, and before
 * the source mirrors anything to it: a snapshot taken by it is one of the old data. `before-resync-source` runs before
 * the source says what is to be copied. An exit code other than 0 drops the link, and the administrator has to connect again.
 *
 * Meanwhile the other end is told that this one holds the resync (reason `handler` of suspension.ts).
 */
import { callHandler } from '../handlers/call.ts';
import type { HandlerName, HandlerPurpose, HandlerRunId } from '../handlers/handler-calls.ts';
import { defer, deviceOf, type PeerDevice, type Resource } from '../state.ts';
import { holdForHandler } from './suspension.ts';

type Purpose = Extract<HandlerPurpose, { kind: 'before-resync' }>;

/** @returns true while the handler is under way; it is called once per resync */
export function callBeforeResync(r: Resource, device: PeerDevice, side: 'source' | 'target'): boolean {
  const { connection, volume } = device;
  const sync = device[side];
  if (sync === undefined || connection.link === undefined) return false;
  if (sync.handler !== 'due') return sync.handler !== 'done';
  const name: HandlerName = side === 'source' ? 'before-resync-source' : 'before-resync-target';
  const call = { name, peer: connection.peer, volume: volume.number };
  const run = callHandler(r, call, { kind: 'before-resync', ...call, link: connection.link });
  sync.handler = run ?? 'done';
  if (run !== undefined) holdForHandler(r, device, true);
  return run !== undefined;
}

/** Void if that link, or that resync, is gone. */
export function onBeforeResyncDone(r: Resource, run: HandlerRunId, purpose: Purpose, exitCode: number): void {
  const connection = r.connections.get(purpose.peer);
  const volume = r.volumes.get(purpose.volume);
  if (connection === undefined || volume === undefined || connection.link !== purpose.link) return;
  const device = deviceOf(connection, volume);
  const sync = [device.source, device.target].find((each) => each?.handler === run);
  if (sync === undefined) return;
  sync.handler = 'done';
  if (exitCode !== 0) {
    const reason = `the handler ${purpose.name} ended with exit code ${exitCode}`;
    defer(r, { kind: 'stop-link', connection, reason });
    return;
  }
  holdForHandler(r, device, false);
  defer(r, { kind: 'sync-handler-passed', device, link: purpose.link });
}
