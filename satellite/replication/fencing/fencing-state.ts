/** What is remembered of fencing per connection. Plain data. */
import type { HandlerRunId } from '../handlers/handler-calls.ts';
import type { ClientRequestId } from '../payload.ts';

export interface FencingState {
  /** For this loss of the link, fence-peer was not asked yet, is under way, or did not say that the peer is out. */
  fence: 'idle' | 'running' | 'failed';
  fenceRun: HandlerRunId | undefined;
  /** An administrator lets I/O go on although nobody knows about the peer (resume-io). Until the peer is here again. */
  waived: boolean;
  /** One of the ends has ended the link only to make a new one at once: no reason to fence before that has failed. */
  reconnecting: boolean;
  /** unfence-peer is called when all volumes are in sync: the peer was not brought up to date by ourselves as its target. */
  unfenceOwed: boolean;
  /** Disconnected by an administrator here, agreed on: the link ends when the peer has said that it is Outdated. */
  parting: { readonly client: ClientRequestId | undefined } | undefined;
}

export const newFencing = (): FencingState => ({
  fence: 'idle',
  fenceRun: undefined,
  waived: false,
  reconnecting: false,
  unfenceOwed: false,
  parting: undefined,
});
