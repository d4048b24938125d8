/**
 * Programs of the administrator that the core asks for (DRBD's handlers), by their names, and which of them are under way.
 * Plain data. docs/handlers.md tells people when each is called and what its exit code means.
 */
import type { ConnectionState } from '../../../common/states.ts';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import type { LinkId } from '../payload.ts';

const HANDLER_NAMES = [
  'fence-peer',
  'unfence-peer',
  'before-resync-target',
  'after-resync-target',
  'before-resync-source',
  'initial-split-brain',
  'split-brain',
  'pri-lost-after-sb',
  'pri-lost',
  'pri-on-incon-degr',
  'local-io-error',
  'out-of-sync',
  'quorum-lost',
  'disconnected',
] as const;
export type HandlerName = (typeof HANDLER_NAMES)[number];

/** Names one run of a handler of this resource; comes back in `handler-done`. */
export type HandlerRunId = number & { readonly __brand: 'HandlerRunId' };

export interface HandlerCall {
  readonly name: HandlerName;
  readonly peer: NodeId | undefined;
  /** Undefined: it is about the whole connection, or the whole resource. */
  readonly volume: VolumeNumber | undefined;
  /** What the link has ended with (`disconnected`); the connection may be on its way up again when the program starts. */
  readonly state?: ConnectionState;
}

/** What waits for the exit code. */
export type HandlerPurpose =
  | { readonly kind: 'tell' }
  | { readonly kind: 'fence'; readonly peer: NodeId }
  | {
      readonly kind: 'before-resync';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly link: LinkId;
      readonly name: HandlerName;
    };

export interface HandlerCalls {
  nextHandler: number;
  readonly handlers: Map<HandlerRunId, { readonly call: HandlerCall; readonly purpose: HandlerPurpose }>;
}

export const newHandlerCalls = (): HandlerCalls => ({ nextHandler: 1, handlers: new Map() });
