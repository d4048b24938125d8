/**
 * What can be seen of a run from outside, by name: the vocabulary in which entries of a plan wait for something and in which a
 * plan says what has to be seen how often.
 */
import { CONNECTION_STATES, DISK_STATES, REPLICATION_STATES } from '../common/states.ts';
import type { ReplicationEvent } from '../satellite/replication/events.ts';

/** Rows of the decision table of the handshake (docs/handshake.md). */
const RULES = Array.from({ length: 25 }, (_, rule) => `rule:${rule}` as const);
const SUSPENSIONS = ['user', 'no-data', 'fencing', 'quorum', 'uuid'] as const;

export const STATE_EVENTS = [
  ...REPLICATION_STATES.map((state) => `replication:${state}` as const),
  ...DISK_STATES.map((state) => `disk:${state}` as const),
  ...DISK_STATES.map((state) => `peer-disk:${state}` as const),
  ...CONNECTION_STATES.map((state) => `connection:${state}` as const),
  ...RULES,
  ...SUSPENSIONS.map((reason) => `suspended:${reason}` as const),
  'resumed',
  'quorum:yes',
  'quorum:no',
  'role:Primary',
  'role:Secondary',
  'resync-end',
  'handshake',
  'verify-end',
  'out-of-sync',
  'self-check',
  'bits-set',
  /** A node announces a generation, of its own making or a peer's. */
  'generation',
  'handler:fence-peer',
  'handler:unfence-peer',
  'handler:before-resync-target',
  'handler:before-resync-source',
  'handler:split-brain',
  'handler:initial-split-brain',
  'handler:pri-lost-after-sb',
] as const;

/** Under which names this counts. */
export function namesOf(event: ReplicationEvent): readonly string[] {
  switch (event.kind) {
    case 'role':
      return [`role:${event.role}`];
    case 'disk':
    case 'peer-disk':
    case 'connection':
    case 'replication':
      return [`${event.kind}:${event.to}`];
    case 'handshake':
      return ['handshake', `rule:${event.rule}`];
    case 'suspended':
      return event.reasons.length === 0 ? ['resumed'] : event.reasons.map((reason) => `suspended:${reason}`);
    case 'quorum':
      return [`quorum:${event.have ? 'yes' : 'no'}`];
    case 'handler':
      return event.phase === 'response' ? [] : [`handler:${event.name}`];
    case 'generation':
    case 'resync-end':
    case 'verify-end':
    case 'out-of-sync':
    case 'bits-set':
    case 'self-check':
      return [event.kind];
    case 'peer-role':
    case 'cluster-change':
    case 'activity-log-applied':
    case 'metadata-damaged':
    case 'concurrent-write':
      return [];
  }
}

export const peerIn = (event: ReplicationEvent): number | undefined => ('peer' in event ? event.peer : undefined);
