/**
 * *Sometimes* marks: situations that the simulator has to meet. A run says what broke; the marks say what was never tried.
 * Each is a condition on what a node tells or sends. `open`: why nobody reaches it today; it is listed, and does not fail.
 */
import { DISK_STATES, REPLICATION_STATES } from '../../common/states.ts';
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { Frame, FrameType } from '../../satellite/replication/wire/frames.ts';
import type { DeathKind, SimNode } from '../sim-node.ts';

export interface Mark {
  readonly id: string;
  /** Ends the sentence "at least once …". */
  readonly about: string;
  readonly open?: string;
  notified?(node: SimNode, event: ReplicationEvent): boolean;
  sent?(node: SimNode, frame: Frame): boolean;
  died?(node: SimNode, kind: DeathKind): boolean;
}

/** Rows of the handshake table that a pair of plain replicas can meet. */
const RULES = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22] as const;
const OPEN_RULES: ReadonlyMap<number, string> = new Map([
  [1, 'both replicas fresh: the generator always makes one that has data'],
]);

const FRAMES: readonly FrameType[] = [
  'TRIM',
  'ZEROES',
  'DATA_REQUEST',
  'OUT_OF_SYNC',
  'RESYNC_PAUSED',
  'PEERS_IN_SYNC',
  'PEER_ACK',
  'TWOPC_ABORT',
  'TWOPC_NO',
  'DISCONNECT',
  'NEG_DREPLY',
  'RS_CANCEL',
  'NEG_RS_DREPLY',
  'NEG_ACK',
];
const NO_VERIFY = 'only the profile checksums verifies';
const NEVER_SET = 'the core of today never sets this state';
const OPEN_STATES: ReadonlyMap<string, string> = new Map([
  ['VerifyS', NO_VERIFY],
  ['VerifyT', NO_VERIFY],
  ['StartingSyncS', NEVER_SET],
  ['StartingSyncT', NEVER_SET],
  ['WFSyncUUID', NEVER_SET],
  ['DUnknown', 'said of a peer, never of the own disk'],
]);

const opened = (reason: string | undefined): { readonly open?: string } =>
  reason === undefined ? {} : { open: reason };

const TABLES: readonly Mark[] = [
  ...RULES.map(
    (rule): Mark => ({
      id: `rule-${rule}`,
      about: `two nodes meet under rule ${rule}`,
      ...opened(OPEN_RULES.get(rule)),
      notified: (_, event) => event.kind === 'handshake' && event.rule === rule,
    }),
  ),
  ...FRAMES.map(
    (type): Mark => ({
      id: `frame-${type}`,
      about: `${type} is sent`,
      sent: (_, frame) => frame.type === type,
    }),
  ),
  ...REPLICATION_STATES.map(
    (state): Mark => ({
      id: `replication-${state}`,
      about: `a volume is ${state} towards a peer`,
      ...opened(OPEN_STATES.get(state)),
      notified: (_, event) => event.kind === 'replication' && event.to === state,
    }),
  ),
  ...DISK_STATES.map(
    (state): Mark => ({
      id: `disk-${state}`,
      about: `a disk is ${state}`,
      ...opened(OPEN_STATES.get(state)),
      notified: (_, event) => event.kind === 'disk' && event.to === state,
    }),
  ),
];

const SITUATIONS: readonly Mark[] = [
  {
    id: 'target-dies-in-resync',
    about: 'a sync target is killed',
    died: (node, kind) => kind === 'process' && node.view.syncs('SyncTarget'),
  },
  {
    id: 'source-loses-power-in-resync',
    about: 'a sync source loses power',
    died: (node, kind) => kind === 'power' && node.view.syncs('SyncSource'),
  },
  {
    id: 'stops-in-resync',
    about: 'a node is stopped cleanly that has just been told to resync',
    open: 'links are closed before the node stops: the resync has ended by then',
    died: (node, kind) => kind === 'stop' && (node.view.syncs('SyncTarget') || node.view.syncs('SyncSource')),
  },
  {
    id: 'source-lost-with-requests',
    about: 'the source of a resync goes while requests to it are outstanding',
    notified: (node, event) => {
      if (event.kind !== 'replication' || event.from !== 'SyncTarget' || event.to === 'Established') return false;
      const link = node.core?.status().connections.find(({ peer }) => peer === event.peer);
      return (link?.rsInFlightBytes ?? 0) > 0;
    },
  },
  {
    id: 'second-source',
    about: 'a target has one source and waits with another',
    notified: (node, event) =>
      event.kind === 'replication' && event.to === 'SyncTarget' && isWaitingWithAnother(node, event),
  },
  {
    id: 'primary-is-target',
    about: 'a Primary is brought up to date itself',
    notified: (node, event) =>
      event.kind === 'replication' && event.to === 'SyncTarget' && node.view.role === 'Primary',
  },
  {
    id: 'primary-loses-its-disk',
    about: 'the disk of a Primary fails',
    notified: (node, event) =>
      event.kind === 'disk' &&
      event.from === 'UpToDate' &&
      (event.to === 'Diskless' || event.to === 'Failed') &&
      node.view.role === 'Primary',
  },
  {
    id: 'diskless-primary-moves-on',
    about: 'a Primary without a disk begins a generation',
    notified: (node, event) => event.kind === 'generation' && node.view.role === 'Primary' && !node.diskful,
  },
  {
    id: 'primary-behind-moves-peers-on',
    about: 'a Primary whose own disk is behind begins a generation',
    notified: (node, event) =>
      event.kind === 'generation' &&
      node.view.role === 'Primary' &&
      node.diskful &&
      node.view.disk[event.volume] !== 'UpToDate',
  },
  {
    id: 'hot-extents-become-marks',
    about: 'a crashed node marks what its activity log names',
    notified: (_, event) => event.kind === 'activity-log-applied' && event.bits > 0,
  },
  {
    id: 'torn-superblock',
    about: 'only one superblock is whole',
    notified: (_, event) => event.kind === 'metadata-damaged' && event.superblock,
  },
  {
    id: 'torn-bitmap',
    about: 'a sector of the bitmap is unreadable',
    notified: (_, event) => event.kind === 'metadata-damaged' && event.bitmapSectors > 0,
  },
  {
    id: 'full-sync',
    about: 'a node takes a full sync',
    notified: (_, event) => event.kind === 'handshake' && event.verdict === 'target-full',
  },
  {
    id: 'refusal',
    about: 'two nodes refuse each other',
    notified: (_, event) => event.kind === 'handshake' && event.verdict.startsWith('refuse'),
  },
  {
    id: 'empty-resync',
    about: 'a resync has nothing to copy',
    notified: (_, event) => event.kind === 'resync-end' && event.side === 'target' && event.blocks === 0,
  },
  {
    id: 'self-check',
    about: 'the self-check finds marks that nobody works on',
    open: 'it guards against defects that are fixed; a finding would be news',
    notified: (_, event) => event.kind === 'self-check',
  },
  {
    id: 'volumes-apart',
    about: 'one volume of a node is UpToDate while another is being synced',
    notified: ({ view }, event) =>
      event.kind === 'disk' && view.disk.includes('UpToDate') && view.disk.includes('Inconsistent'),
  },
  {
    id: 'remote-read-beside-a-disk',
    about: 'a node with a disk reads from a peer',
    sent: (node, frame) => frame.type === 'DATA_REQUEST' && node.diskful,
  },
  ...(['Timeout', 'NetworkFailure', 'ProtocolError'] as const).map(
    (state): Mark => ({
      id: `link-${state}`,
      about: `a link ends as ${state}`,
      notified: (_, event) => event.kind === 'connection' && event.to === state,
    }),
  ),
];

/** Not met in the runs of the test, nor in 50 of each profile. */
const UNMET: ReadonlySet<string> = new Set(['frame-NEG_DREPLY', 'frame-NEG_RS_DREPLY']);
const NEEDS_SEEDS = 'not met in 50 seeds of each profile: needs more, or a profile that goes there';

export const MARKS: readonly Mark[] = [...SITUATIONS, ...TABLES].map((mark) =>
  UNMET.has(mark.id) ? { ...mark, open: NEEDS_SEEDS } : mark,
);

function isWaitingWithAnother(
  node: SimNode,
  { peer, volume }: { readonly peer: number; readonly volume: number },
): boolean {
  return node.view.replication.some((row, other) => other !== peer && row[volume] === 'PausedSyncT');
}
