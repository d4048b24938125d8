/** The exit code of a handler has come, perhaps late: whoever waited for it decides whether it still counts. */
import { unreachable } from '../../../common/assert.ts';
import { onFenced } from '../fencing/fence.ts';
import { onBeforeResyncDone } from '../resync/before-resync.ts';
import type { Resource } from '../state.ts';
import type { HandlerRunId } from './handler-calls.ts';

export function onHandlerDone(r: Resource, id: HandlerRunId, exitCode: number): void {
  const run = r.handlers.get(id);
  if (run === undefined) return;
  r.handlers.delete(id);
  const { name, peer, volume } = run.call;
  r.ports.notify({ kind: 'handler', name, peer, volume, phase: 'response', exitCode });
  const { purpose } = run;
  switch (purpose.kind) {
    case 'tell':
      return;
    case 'fence':
      return onFenced(r, id, purpose.peer, exitCode);
    case 'before-resync':
      return onBeforeResyncDone(r, id, purpose, exitCode);
    default:
      return unreachable(purpose);
  }
}
