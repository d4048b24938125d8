/** Asking for a handler. Whoever has no program for it says so at once; its exit code comes back as an input (`done.ts`). */
import type { Resource } from '../state.ts';
import type { HandlerCall, HandlerPurpose, HandlerRunId } from './handler-calls.ts';

/** @returns undefined when there is no program: for DRBD that is the exit code 0 */
export function callHandler(r: Resource, call: HandlerCall, purpose: HandlerPurpose): HandlerRunId | undefined {
  const id = r.nextHandler as HandlerRunId;
  const runs = r.ports.runHandler(id, call);
  const { name, peer, volume } = call;
  r.ports.notify({ kind: 'handler', name, peer, volume, phase: runs ? 'call' : 'none' });
  if (!runs) return undefined;
  r.nextHandler += 1;
  r.handlers.set(id, { call, purpose });
  return id;
}

/** Somebody is told; what comes of it makes no difference here. */
export function tellHandler(r: Resource, call: HandlerCall): void {
  callHandler(r, call, { kind: 'tell' });
}
