/**
 * Which nodes may become Primary next, from ground truth: the stand-in for quorum and for an operator who knows. A node may
 * take over only when the old Primary is dead or demoted, and only when promises made to clients are kept there:
 *
 *  - the current set is what the last Primary saw as UpToDate and mirrored to (itself included) when it died or demoted;
 *  - a member that has run ever since holds every write acknowledged to protocol B and C; one whose process was restarted
 *    holds those of C; one that lost power may lack what was not flushed;
 *  - protocol A members may lag: opening one while all better members are down rebases history on its image (RPO);
 *  - when every member has died, the last Primary by power loss (or is gone), unflushed writes are in doubt everywhere
 *    (protocol A and B peers do not protect them: a crashed Primary that returns is their source);
 *  - a node in sync with an eligible running member is as good as that member.
 */
import type { NodeId } from '../common/ids.ts';
import type { DeathKind, SimNode } from './sim-node.ts';

export type Eligibility = 'no' | 'yes' | 'rebase';

interface Member {
  /** By its link to the last Primary; `self` is that Primary. */
  readonly link: 'self' | 'A' | 'B' | 'C';
  died: 'no' | 'process' | 'power';
}

export class Fencing {
  private members = new Map<NodeId, Member>();
  private authority: SimNode | undefined;
  /** The session of the present Primary has not yet defined its set. */
  private fresh = true;
  /** All copies lost power: excused once per current set. */
  private excused = false;
  private readonly nodes: readonly SimNode[];
  private readonly protocolOf: (a: number, b: number) => 'A' | 'B' | 'C';
  private readonly onExcuse: () => void;

  constructor(nodes: readonly SimNode[], protocolOf: (a: number, b: number) => 'A' | 'B' | 'C', onExcuse: () => void) {
    this.nodes = nodes;
    this.protocolOf = protocolOf;
    this.onExcuse = onExcuse;
  }

  /** Before anybody was Primary: the replicas that were created in sync. */
  begin(initial: readonly NodeId[]): void {
    for (const node of initial) this.members.set(node, { link: 'C', died: 'no' });
  }

  primary(): SimNode | undefined {
    return this.nodes.find((node) => node.alive && node.view.role === 'Primary');
  }

  lastPrimary(): SimNode | undefined {
    return this.authority;
  }

  /** A new session of a Primary begins: what died before it does not count against its set. */
  promoted(node: SimNode): void {
    this.fresh = true;
    this.viewChanged(node);
  }

  /** To be called whenever a node's view changed. Only a running Primary redefines the current set. */
  viewChanged(node: SimNode): void {
    if (!node.alive || node.view.role !== 'Primary') return;
    const seen = new Map<NodeId, Member>();
    const keep = (id: NodeId, link: Member['link']): void => {
      const before = this.fresh ? undefined : this.members.get(id);
      seen.set(id, before ?? { link, died: 'no' });
    };
    if (node.diskful && node.view.ownUpToDate()) keep(node.id, 'self');
    for (const { node: peer } of node.config.peers) {
      if (node.view.counts(peer)) keep(peer, this.protocolOf(node.id, peer));
    }
    // A Primary that has lost all its data acknowledges nothing: the last known copies stay the current ones.
    if (seen.size === 0) return;
    if (this.fresh || seen.size !== this.members.size) this.excused = false;
    this.fresh = false;
    this.authority = node;
    this.members = seen;
    // What is left of it may have died before this Primary noticed.
    this.excuseIfAllLost();
  }

  died(node: SimNode, kind: DeathKind): void {
    const member = this.members.get(node.id);
    if (member === undefined) return;
    if (kind === 'power') member.died = 'power';
    else if (member.died === 'no') member.died = 'process';
    this.excuseIfAllLost();
  }

  /** May data that only unflushed caches held be gone everywhere? */
  excuseIfAllLost(): void {
    if (this.excused || this.members.size === 0) return;
    let power = false;
    const selfReturns = [...this.members].some(([id, { link }]) => link === 'self' && this.nodes[id]?.state !== 'lost');
    for (const [id, member] of this.members) {
      const gone = this.nodes[id]?.state === 'lost';
      // Under A and B a crashed Primary that returns is the source (drbd.md rule 8): its peers' copies do not count.
      if (selfReturns && (member.link === 'A' || member.link === 'B')) continue;
      if (member.died === 'no' && !gone) return;
      if (member.died === 'power') power = true;
      if (member.link === 'self' && !gone && member.died !== 'power') return;
    }
    if (!power) return;
    this.excused = true;
    this.onExcuse();
  }

  eligibility(node: SimNode): Eligibility {
    if (node.state !== 'up' || node.paused) return 'no';
    const primary = this.primary();
    if (primary !== undefined && primary !== node) return 'no';
    const direct = this.direct(node);
    if (direct === 'yes') return 'yes';
    for (const id of this.members.keys()) {
      const member = this.nodes[id];
      if (
        member !== undefined &&
        member !== node &&
        member.alive &&
        this.direct(member) === 'yes' &&
        this.inSync(node, member)
      ) {
        return 'yes';
      }
    }
    return direct;
  }

  /** Would the current data survive without this node's disk, from now on? The envelope of disk errors and losses. */
  isSpare(node: SimNode): boolean {
    for (const [id, member] of this.members) {
      const other = this.nodes[id];
      if (other === undefined || other === node || !other.alive || other.paused) continue;
      if (member.died === 'no' && (member.link === 'C' || member.link === 'self') && other.view.ownUpToDate())
        return true;
    }
    return !this.members.has(node.id);
  }

  private direct(node: SimNode): Eligibility {
    if (!node.diskful) return this.throughPeers(node);
    const member = this.members.get(node.id);
    if (member === undefined) return 'no';
    if (this.isStrong(member)) return member.died !== 'power' || this.excused ? 'yes' : 'no';
    return this.strongMembersDown() ? 'rebase' : 'no';
  }

  /** Holds all that was acknowledged, as far as its own deaths allow. B vouches for memory, which a restart empties. */
  private isStrong(member: Member): boolean {
    if (member.link === 'B') return member.died === 'no' || this.excused;
    return member.link !== 'A';
  }

  /** A diskless node is as good as the eligible members that it is connected to. */
  private throughPeers(node: SimNode): Eligibility {
    const eligible = [...this.members.keys()].filter((id) => {
      const member = this.nodes[id];
      return member?.diskful === true && member.alive && node.view.counts(id);
    });
    if (eligible.length === 0) return 'no';
    const all = eligible.every((id) => {
      const member = this.nodes[id];
      return member !== undefined && this.direct(member) === 'yes';
    });
    return all ? 'yes' : 'no';
  }

  private strongMembersDown(): boolean {
    for (const [id, member] of this.members) {
      if (this.isStrong(member) && this.nodes[id]?.alive === true) return false;
    }
    return true;
  }

  /** Both say so, nothing is marked between them, and neither still talks to the last Primary. */
  private inSync(a: SimNode, b: SimNode): boolean {
    if (!a.diskful || !a.view.ownUpToDate() || !a.view.counts(b.id) || !b.view.counts(a.id)) return false;
    const last = this.authority;
    if (last !== undefined && last !== a && last !== b && !last.alive) {
      if (a.view.connection[last.id] === 'Connected' || b.view.connection[last.id] === 'Connected') return false;
    }
    for (const { volume, sizeBytes } of a.config.volumes) {
      if (a.core?.outOfSync(volume, b.id, 0, sizeBytes) !== false) return false;
      if (b.core?.outOfSync(volume, a.id, 0, sizeBytes) !== false) return false;
    }
    return true;
  }
}
