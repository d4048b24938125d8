/** Tells the administrator what a handshake has found (split brain, a Primary that would have to give way). */
import { tellHandler } from '../handlers/call.ts';
import type { Connection, Resource } from '../state.ts';
import type { Handshaking } from './progress.ts';
import { handlersOf } from './verdict.ts';

export function callHandlers(r: Resource, { peer }: Connection, { judgements }: Handshaking): void {
  for (const [volume, judgement] of judgements)
    for (const name of handlersOf(judgement, r.node)) tellHandler(r, { name, peer, volume });
}
