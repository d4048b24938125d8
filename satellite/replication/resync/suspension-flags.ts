/** Why the resync of one peer device does not run; see suspension.ts. */

export type SuspensionReason = 'user' | 'peer' | 'dependency' | 'max-parallel' | 'other-connection';

/** What the peer has been told last: nothing holds us; reasons of our own; as target we ask for nothing, for no such reason. */
export type Told = 'running' | 'own' | 'idle';

export interface Suspension {
  user: boolean;
  /** The peer has told us that it has reasons. */
  peer: boolean;
  dependency: boolean;
  maxParallel: boolean;
  /** A before-resync handler of this node is under way. */
  handler: boolean;
  told: Told;
}

export const newSuspension = (): Suspension => ({
  user: false,
  peer: false,
  dependency: false,
  maxParallel: false,
  handler: false,
  told: 'running',
});
