/** What a node says about itself and its peers, followed from its notifications: the ground truth's idea of its view. */
import type { NodeId } from '../common/ids.ts';
import type { DiskState, ConnectionState, ReplicationState, Role } from '../common/states.ts';
import type { ReplicationEvent } from '../satellite/replication/events.ts';

export class NodeView {
  role: Role = 'Secondary';
  readonly disk: DiskState[];
  /** As told; always while no quorum is configured. */
  readonly quorum: boolean[];
  suspended: readonly string[] = [];
  readonly connection: ConnectionState[];
  readonly peerRole: Role[];
  /** By peer, then volume. */
  readonly peerDisk: DiskState[][];
  readonly replication: ReplicationState[][];

  /** @param quorate nothing depends on quorum */
  constructor(nodes: number, volumes: number, quorate = false) {
    this.quorum = new Array<boolean>(volumes).fill(quorate);
    this.disk = new Array<DiskState>(volumes).fill('Diskless');
    this.connection = new Array<ConnectionState>(nodes).fill('StandAlone');
    this.peerRole = new Array<Role>(nodes).fill('Unknown');
    this.peerDisk = Array.from({ length: nodes }, () => new Array<DiskState>(volumes).fill('DUnknown'));
    this.replication = Array.from({ length: nodes }, () => new Array<ReplicationState>(volumes).fill('Off'));
  }

  apply(event: ReplicationEvent): void {
    switch (event.kind) {
      case 'role':
        this.role = event.role;
        break;
      case 'disk':
        this.disk[event.volume] = event.to;
        break;
      case 'connection':
        this.connection[event.peer] = event.to;
        break;
      case 'peer-disk': {
        const row = this.peerDisk[event.peer];
        if (row !== undefined) row[event.volume] = event.to;
        break;
      }
      case 'replication': {
        const row = this.replication[event.peer];
        if (row !== undefined) row[event.volume] = event.to;
        break;
      }
      case 'quorum':
        this.quorum[event.volume] = event.have;
        break;
      case 'suspended':
        this.suspended = event.reasons;
        break;
      case 'peer-role':
        this.peerRole[event.peer] = event.role;
        break;
      case 'handshake':
      case 'generation':
      case 'resync-end':
      case 'activity-log-applied':
      case 'metadata-damaged':
      case 'cluster-change':
      case 'bits-set':
      case 'self-check':
      case 'concurrent-write':
      case 'out-of-sync':
      case 'verify-end':
      case 'handler':
        break;
    }
  }

  ownUpToDate(): boolean {
    return this.disk.every((state) => state === 'UpToDate');
  }

  /** The peer is connected, UpToDate and mirrored to, on every volume. */
  counts(peer: number): boolean {
    return this.disk.every((_, volume) => this.countsOnVolume(peer, volume));
  }

  countsOnVolume(peer: number, volume: number): boolean {
    return (
      this.connection[peer] === 'Connected' &&
      this.peerDisk[peer]?.[volume] === 'UpToDate' &&
      isMirroring(this.replication[peer]?.[volume])
    );
  }

  syncs(side: 'SyncSource' | 'SyncTarget'): boolean {
    return this.replication.some((row) => row.includes(side));
  }
}

/** Writes go to an UpToDate peer in every state but these (DRBD §2.1); a Primary that is a sync target writes to its source too. */
function isMirroring(state: ReplicationState | undefined): boolean {
  return state !== undefined && state !== 'Off' && state !== 'WFBitMapS' && state !== 'Ahead';
}

/** Primary, and as far as it knows itself entitled to write: nothing is suspended, every volume has quorum. */
export function isActive(node: {
  readonly alive: boolean;
  readonly paused: boolean;
  readonly view: NodeView;
}): boolean {
  const { role, suspended, quorum } = node.view;
  return node.alive && !node.paused && role === 'Primary' && suspended.length === 0 && quorum.every((have) => have);
}

/** A suspended Primary that has ended a link for good. */
export function waitsForReset({ alive, view }: { readonly alive: boolean; readonly view: NodeView }): boolean {
  // Its own entry stays StandAlone.
  const alone = view.connection.filter((state) => state === 'StandAlone').length;
  return alive && view.role === 'Primary' && view.suspended.length > 0 && alone > 1;
}

/** An UpToDate copy of every volume is here, or connected. */
export const hasData = ({ view }: { readonly view: NodeView }): boolean =>
  view.disk.every(
    (state, volume) =>
      state === 'UpToDate' ||
      view.peerDisk.some((row, peer) => row[volume] === 'UpToDate' && view.connection[peer] === 'Connected'),
  );

interface Copy {
  readonly id: NodeId;
  readonly diskful: boolean;
  readonly view: NodeView;
}

/**
 * Since `opened` was asked to become Primary it may have become the target of another survivor: what it serves then are the data of
 * that one.
 */
export function whoseData<Node extends Copy>(opened: Node, nodes: readonly Node[]): Node {
  if (opened.view.ownUpToDate()) return opened;
  const serves = ({ id, diskful, view }: Node): boolean => diskful && opened.view.counts(id) && view.ownUpToDate();
  return nodes.find(serves) ?? opened;
}
