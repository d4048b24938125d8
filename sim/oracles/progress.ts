/**
 * O25 and O27, judged only after a calm: for longer than any timeout nothing of the plan has happened, and nobody has died,
 * started or lost a disk. Then a resync gets on (the blocks that are left fall below what they were, whatever is written
 * meanwhile), a client's request is answered, and a client that wants to open a node may.
 */
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { Client } from '../clients.ts';
import type { Fencing } from '../fencing.ts';
import type { PlanAction } from '../plan.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

/** On top of the longest silence of a link. Microseconds. */
const PATIENCE_US = 10_000_000;
/** A crashed Primary may wait this long for its peers before it may be opened (degr-wfc-timeout), and then some. */
const OPEN_PATIENCE_US = 60_000_000;

interface Sync {
  /** The fewest bytes that were left, and when. */
  least: number;
  since: number;
  round: number;
}

export class ProgressOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  private readonly client: Client;
  private readonly fencing: Fencing;
  private readonly limitUs: number;
  private readonly now: () => number;
  private calmSince = 0;
  /** A link was cut until somebody mends it: that long nothing is claimed. */
  private isCut = false;
  private shutSince = -1;
  private round = 0;
  private readonly syncs = new Map<string, Sync>();

  constructor(world: {
    readonly nodes: readonly SimNode[];
    readonly client: Client;
    readonly fencing: Fencing;
    /** How long a link may be silent before somebody notices. Microseconds. */
    readonly graceUs: number;
    readonly now: () => number;
  }) {
    this.nodes = world.nodes;
    this.client = world.client;
    this.fencing = world.fencing;
    this.limitUs = world.graceUs + PATIENCE_US;
    this.now = world.now;
  }

  faulted(action: PlanAction['do'], _nodes: readonly SimNode[], forMs: number | undefined): void {
    if ((action === 'cut' || action === 'isolate') && forMs === undefined) this.isCut = true;
    if (action === 'mend') this.isCut = false;
    this.disturb((forMs ?? 0) * 1_000);
  }
  started(): void {
    this.disturb(0);
  }
  died(): void {
    this.disturb(0);
  }
  healed(): void {
    this.isCut = false;
    this.calmSince = this.now();
  }
  notified(node: SimNode, event: ReplicationEvent): void {
    // A new exchange of bitmaps: what is left is counted anew. One that begins again and again does not converge (O26).
    if (event.kind === 'replication' && event.to === 'WFBitMapT')
      this.syncs.delete(`${node.id}/${event.peer}/${event.volume}`);
    if (event.kind === 'disk' && (event.to === 'Failed' || event.to === 'Diskless')) this.disturb(0);
  }

  looked(now: number): void {
    this.round += 1;
    for (const node of this.nodes) if (node.state === 'up' && !node.paused) this.lookAtSyncs(node, now);
    for (const [key, sync] of this.syncs) if (sync.round !== this.round) this.syncs.delete(key);
    this.lookAtClient(now);
  }

  private disturb(forUs: number): void {
    this.calmSince = Math.max(this.calmSince, this.now() + forUs);
  }

  private isLong(since: number, now: number, limitUs: number): boolean {
    return !this.isCut && now - Math.max(since, this.calmSince) > limitUs;
  }

  private lookAtSyncs(node: SimNode, now: number): void {
    if (!node.view.syncs('SyncTarget')) return;
    for (const { peer, peerDevices } of node.core?.status().connections ?? []) {
      for (const { volume, replication, outOfSyncBytes } of peerDevices) {
        if (replication !== 'SyncTarget') continue;
        const key = `${node.id}/${peer}/${volume}`;
        const sync = this.syncs.get(key) ?? { least: Number.POSITIVE_INFINITY, since: now, round: 0 };
        this.syncs.set(key, sync);
        sync.round = this.round;
        if (outOfSyncBytes < sync.least) {
          sync.least = outOfSyncBytes;
          sync.since = now;
        } else if (this.isLong(sync.since, now, this.limitUs)) {
          const seconds = Math.round((now - sync.since) / 1e6);
          throw new Violation(
            'O25',
            `the resync of n${node.id} volume ${volume} from n${peer} has not got below ${sync.least} bytes for ${seconds} s`,
          );
        }
      }
    }
  }

  private lookAtClient(now: number): void {
    const { openOn, waitingSince, phase, finishing } = this.client;
    if (openOn !== undefined && waitingSince !== undefined && this.isLong(waitingSince, now, this.limitUs)) {
      const seconds = Math.round((now - waitingSince) / 1e6);
      if (reachesData(openOn)) {
        throw new Violation(
          'O27',
          `n${openOn.id} reaches UpToDate data and has not answered a request for ${seconds} s`,
        );
      }
    }
    const isShut = (phase === 'idle' || phase === 'opening') && !finishing && this.someMayOpen();
    if (!isShut) this.shutSince = -1;
    else if (this.shutSince < 0) this.shutSince = now;
    else if (this.isLong(this.shutSince, now, OPEN_PATIENCE_US)) {
      const seconds = Math.round((now - this.shutSince) / 1e6);
      throw new Violation('O27', `no client could open a node for ${seconds} s, although one holds all data`);
    }
  }

  private someMayOpen(): boolean {
    return this.nodes.some((node) => this.fencing.eligibility(node) === 'yes');
  }
}

function reachesData(node: SimNode): boolean {
  const { view, paused, stopping } = node;
  if (paused || stopping) return false;
  return view.ownUpToDate() || node.config.peers.some(({ node: peer }) => view.counts(peer));
}
