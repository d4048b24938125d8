/**
 * Which nodes may become Primary next, from ground truth: the stand-in for quorum and for an operator who knows. A node may
 * take over only when the old Primary is dead or demoted, and only when promises made to clients are kept there:
 *
 *  - a volume's current set is what the last Primary saw as UpToDate and mirrored to on that volume (itself included) when
 *    it died or demoted. Data is in reach or not per volume (DRBD 9 §2.1): a Primary that has lost one volume goes on
 *    acknowledging writes to the others, so no set can speak for all of them, and a node must be fit on every volume;
 *  - a member that has run ever since holds every write acknowledged to protocol B and C; one whose process was restarted
 *    holds those of C; one that lost power may lack what was not flushed;
 *  - protocol A members may lag: opening one while all better members are down rebases history on its image (RPO);
 *  - when every member has died, the last Primary by power loss (or is gone), unflushed writes to that volume are in doubt
 *    everywhere (protocol A and B peers do not protect them: a crashed Primary that returns is their source);
 *  - a node in sync with an eligible running member is as good as that member.
 */
import type { NodeId } from '../common/ids.ts';
import { hasDisk } from '../common/states.ts';
import type { WatchedNode } from './convergence.ts';
import { isActive } from './node-view.ts';
import type { DeathKind, SimNode } from './sim-node.ts';

export type Eligibility = 'no' | 'yes' | 'rebase';

interface Member {
  /** By its link to the last Primary; `self` is that Primary. */
  readonly link: 'self' | 'A' | 'B' | 'C';
  died: 'no' | 'process' | 'power';
}

/** The current copies of one volume. */
interface CurrentSet {
  readonly volume: number;
  members: Map<NodeId, Member>;
  /** The session of the present Primary has not yet defined this set. */
  fresh: boolean;
  /** All copies lost power: excused once per current set. */
  excused: boolean;
  /** The disk of the Primary that defined this set was made anew since. */
  ownGone: boolean;
}

/** Of the simulator's nodes, or of real processes. */
export class Fencing<Node extends WatchedNode = SimNode> {
  private readonly sets: readonly CurrentSet[];
  /** Fenced by a handler, and not called back yet: as a cluster manager would not start anything there. */
  readonly out = new Set<NodeId>();
  private authority: Node | undefined;
  /** Cut off, and promoted all the same: what it says concerns nobody else. */
  private apart: Node | undefined;
  /** Whose data do not count since a split brain is over, until they have stepped down. */
  private leaving: readonly Node[] = [];
  /** The Primary of a live migration that has no application: what it says concerns nobody else. */
  private beside: Node | undefined;
  private besideLost: DeathKind | undefined;
  private readonly nodes: readonly Node[];
  private readonly protocolOf: (a: number, b: number) => 'A' | 'B' | 'C';
  /** The cluster fences by itself: no advice from here. */
  private readonly open: boolean;
  private readonly onExcuse: (volume: number) => void;

  constructor(
    nodes: readonly Node[],
    volumes: number,
    protocolOf: (a: number, b: number) => 'A' | 'B' | 'C',
    onExcuse: (volume: number) => void,
    open: boolean,
  ) {
    this.open = open;
    this.nodes = nodes;
    this.sets = Array.from({ length: volumes }, (_, volume) => ({
      volume,
      members: new Map<NodeId, Member>(),
      fresh: true,
      excused: false,
      ownGone: false,
    }));
    this.protocolOf = protocolOf;
    this.onExcuse = onExcuse;
  }

  /** Before anybody was Primary: the replicas that were created in sync. */
  begin(initial: readonly NodeId[]): void {
    for (const { members } of this.sets) for (const node of initial) members.set(node, { link: 'C', died: 'no' });
  }

  primary(): Node | undefined {
    if (this.open)
      return this.nodes.find(isActive) ?? this.nodes.find((node) => node.alive && node.view.role === 'Primary');
    return this.nodes.find((node) => !this.isAside(node) && node.alive && node.view.role === 'Primary');
  }

  setBeside(node: Node | undefined): void {
    this.beside = node;
    if (node !== undefined) this.besideLost = undefined;
  }

  isBeside(node: Node): boolean {
    return node === this.beside;
  }

  /** The application has gone from one of the two to the other. */
  handOver(from: Node, to: Node): void {
    this.beside = from;
    this.promoted(to);
  }

  private isAside(node: Node): boolean {
    return node === this.apart || node === this.beside || this.leaving.includes(node);
  }

  lastPrimary(): Node | undefined {
    return this.authority;
  }

  /** A new session of a Primary begins: what died before it does not count against its sets. */
  promoted(node: Node): void {
    if (this.isAside(node)) return;
    if (this.beside === undefined) this.besideLost = undefined;
    for (const set of this.sets) set.fresh = true;
    this.viewChanged(node);
  }

  /** To be called whenever a node's view changed. Only a running Primary redefines the current sets. */
  viewChanged(node: Node): void {
    if (!node.alive || node.view.role !== 'Primary') this.leaving = this.leaving.filter((each) => each !== node);
    if (!node.alive || node.view.role !== 'Primary' || this.isAside(node)) return;
    if (this.open && !isActive(node)) return;
    for (const set of this.sets) this.redefine(set, node);
    // What is left of them may have died before this Primary noticed.
    this.excuseIfAllLost();
  }

  private redefine(set: CurrentSet, primary: Node): void {
    const seen = new Map<NodeId, Member>();
    const keep = (id: NodeId, link: Member['link']): void => {
      const before = set.fresh ? undefined : set.members.get(id);
      seen.set(id, before ?? { link, died: 'no' });
    };
    if (primary.diskful && primary.view.disk[set.volume] === 'UpToDate') keep(primary.id, 'self');
    for (const { node: peer } of primary.config.peers) {
      if (primary.view.countsOnVolume(peer, set.volume)) keep(peer, this.protocolOf(primary.id, peer));
    }
    // A Primary that has lost all data of a volume acknowledges nothing there: the last known copies stay the current ones.
    if (seen.size === 0) return;
    if (set.fresh || seen.size !== set.members.size) set.excused = false;
    set.fresh = false;
    set.ownGone = false;
    set.members = seen;
    this.authority = primary;
  }

  /** A Primary goes on, and some disk has what it writes: it brings over again what was in flight. */
  willBeRepaired(volume: number): boolean {
    if (this.primary() === undefined) return false;
    return this.nodes.some((node) => node.alive && node.view.disk[volume] === 'UpToDate');
  }

  setApart(node: Node): void {
    this.apart = node;
  }

  /** Split brain is over. @param winner the node that was apart, if its data are the ones that count now */
  setTogether(winner: Node | undefined): void {
    this.apart = undefined;
    if (winner === undefined) return;
    this.leaving = this.nodes.filter((node) => node !== winner && node.view.role === 'Primary');
    this.authority = winner;
    for (const set of this.sets) {
      set.members = new Map([[winner.id, { link: 'self', died: 'no' }]]);
      set.fresh = false;
      set.excused = false;
    }
    this.viewChanged(winner);
  }

  /** Its disks are new and empty. */
  emptied(node: Node): void {
    for (const set of this.sets) this.loseDisk(set, node);
  }

  private loseDisk(set: CurrentSet, node: Node): void {
    if (set.members.get(node.id)?.link === 'self') set.ownGone = true;
    set.members.delete(node.id);
  }

  /** @param only the volume whose disk alone has failed; undefined: the whole node is gone */
  died(node: Node, kind: DeathKind, only?: number): void {
    if (node === this.beside) this.besideLost = kind;
    for (const { members, volume } of this.sets) {
      if (only !== undefined && only !== volume) continue;
      const member = members.get(node.id);
      if (member === undefined) continue;
      if (kind === 'power') member.died = 'power';
      else if (member.died === 'no') member.died = 'process';
    }
    this.excuseIfAllLost();
  }

  /** The node has another disk: what the old one held is gone. */
  replaced(node: Node, volume: number): void {
    for (const set of this.sets) if (set.volume === volume) this.loseDisk(set, node);
  }

  /** May data that only unflushed caches held be gone everywhere? */
  excuseIfAllLost(): void {
    for (const set of this.sets) {
      if (set.excused || !this.isAllLost(set)) continue;
      set.excused = true;
      this.onExcuse(set.volume);
    }
  }

  private isAllLost({ members, ownGone }: CurrentSet): boolean {
    let power = false;
    const selfReturns = ([id, { link }]: [NodeId, Member]): boolean =>
      link === 'self' && this.nodes[id]?.state !== 'lost';
    const isLeftToStrong = ownGone || [...members].some(selfReturns);
    for (const [id, member] of members) {
      const gone = this.nodes[id]?.state === 'lost';
      // Under A and B a crashed Primary that returns is the source (DRBD 9 rule 8): its peers' copies do not count. Nor do they
      // where that disk is gone and a synchronous copy is left.
      if (isLeftToStrong && (member.link === 'A' || member.link === 'B')) continue;
      if (member.died === 'no' && !gone) return false;
      if (member.died === 'power') power = true;
      // Of two Primaries that have crashed, the one that returns as source may be the one that lost power.
      if (member.link === 'self' && !gone && member.died !== 'power' && this.besideLost !== 'power') return false;
    }
    return power;
  }

  /** The worst of what holds on each volume. */
  eligibility(node: Node): Eligibility {
    if (node.state !== 'up' || node.paused || node === this.apart) return 'no';
    if (this.beside?.alive === true && this.beside.view.role === 'Primary') return 'no';
    if (this.open) return this.out.has(node.id) ? 'no' : 'yes';
    const primary = this.primary();
    if (primary !== undefined && primary !== node) return 'no';
    let worst: Eligibility = 'yes';
    for (const set of this.sets) {
      if (node.config.volumes[set.volume] === undefined) continue;
      const here = this.eligibilityOn(set, node);
      if (here === 'no') return 'no';
      if (here === 'rebase') worst = 'rebase';
    }
    return worst;
  }

  private eligibilityOn(set: CurrentSet, node: Node): Eligibility {
    let best = this.direct(set, node);
    for (const id of set.members.keys()) {
      const member = this.nodes[id];
      if (best === 'yes' || member === undefined || member === node || !member.alive) continue;
      const through = this.direct(set, member);
      if (through !== 'no' && this.inSync(set.volume, node, member)) best = through;
    }
    return best;
  }

  /** Would the current data survive without this node's disk, from now on? The envelope of disk errors and losses. */
  isSpare(node: Node): boolean {
    const held = this.sets.filter((set) => set.members.has(node.id));
    if (held.length === 0) return true;
    return this.nodes.some((other) => other !== node && held.every((set) => this.isSound(set, other)));
  }

  /** Is everything that was promised on these nodes alone, on one of them as a whole? They may be down just now. */
  couldServe(nodes: readonly Node[]): boolean {
    return nodes.some((node) => node.diskful && this.sets.every((set) => this.holdsAll(set, node)));
  }

  private holdsAll(set: CurrentSet, node: Node): boolean {
    const member = set.members.get(node.id);
    if (member === undefined || (member.link !== 'C' && member.link !== 'self')) return false;
    return member.died !== 'power' || set.excused;
  }

  private isSound({ volume, members }: CurrentSet, node: Node): boolean {
    const member = members.get(node.id);
    if (member === undefined || member.died !== 'no' || !node.alive || node.paused) return false;
    return (member.link === 'C' || member.link === 'self') && node.view.disk[volume] === 'UpToDate';
  }

  private direct(set: CurrentSet, node: Node): Eligibility {
    // A disk that is away vouches for nothing, whatever is on it.
    if (!hasDisk(node.view.disk[set.volume] ?? 'Diskless')) return this.throughPeers(set, node);
    const member = set.members.get(node.id);
    if (member === undefined) return 'no';
    if (this.isStrong(set, member)) return member.died !== 'power' || set.excused ? 'yes' : 'no';
    // A half filled one would be opened on the image of another node.
    const isWhole = node.view.disk[set.volume] === 'UpToDate';
    return isWhole && this.strongMembersDown(set) ? 'rebase' : 'no';
  }

  /** Holds all that was acknowledged, as far as its own deaths allow. B vouches for memory, which a restart empties. */
  private isStrong(set: CurrentSet, member: Member): boolean {
    if (member.link === 'B') return member.died === 'no' || set.excused;
    return member.link !== 'A';
  }

  /** A diskless node is as good as the eligible members that it is connected to. */
  private throughPeers(set: CurrentSet, node: Node): Eligibility {
    const eligible = [...set.members.keys()].filter((id) => {
      const member = this.nodes[id];
      return member?.diskful === true && member.alive && node.view.countsOnVolume(id, set.volume);
    });
    if (eligible.length === 0) return 'no';
    const all = eligible.every((id) => {
      const member = this.nodes[id];
      return member !== undefined && this.direct(set, member) === 'yes';
    });
    return all ? 'yes' : 'no';
  }

  private strongMembersDown(set: CurrentSet): boolean {
    for (const [id, member] of set.members) {
      if (this.isStrong(set, member) && this.nodes[id]?.alive === true) return false;
    }
    return true;
  }

  /** Both say so, nothing is marked between them, and neither still talks to the last Primary. */
  private inSync(volume: number, a: Node, b: Node): boolean {
    if (!a.diskful || a.view.disk[volume] !== 'UpToDate') return false;
    if (!a.view.countsOnVolume(b.id, volume) || !b.view.countsOnVolume(a.id, volume)) return false;
    const last = this.authority;
    if (last !== undefined && last !== a && last !== b && !last.alive) {
      if (a.view.connection[last.id] === 'Connected' || b.view.connection[last.id] === 'Connected') return false;
    }
    for (const { volume: number, sizeBytes } of a.config.volumes) {
      if (number !== volume) continue;
      if (a.core?.outOfSync(number, b.id, 0, sizeBytes) !== false) return false;
      if (b.core?.outOfSync(number, a.id, 0, sizeBytes) !== false) return false;
    }
    return true;
  }
}
