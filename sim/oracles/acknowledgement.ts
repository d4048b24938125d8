/**
 * O1 and O2 at the moment of the acknowledgement, O9 at the moment of a resync write. An answer to a client
 * is a statement about other nodes' disks, and the simulator can look:
 *  - a write acknowledged while a protocol C peer counts as UpToDate has been accepted by that peer's disk;
 *  - one acknowledged while a protocol B peer counts as UpToDate has been received there;
 *  - the local disk, if UpToDate, has it too; with FUA both have it on the medium;
 *  - after a flush no disk that counts lacks, on its medium, a write that was acknowledged before the flush was asked for.
 */
import type { NodeId } from '../../common/ids.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { SimNode } from '../sim-node.ts';
import { CORRUPT_VERSION, ROT_VERSION, type SimPayload, ZERO_VERSION } from '../sim-payload.ts';
import { type History, name, type WriteRecord } from './history.ts';
import { Violation } from './violation.ts';

/** Copies on UpToDate peers at the moments of acknowledgement: on the disk, only in memory, not yet arrived. */
export interface Copies {
  readonly onDisk: number;
  readonly inMemory: number;
  readonly underWay: number;
}

export class AckOracle {
  readonly copies = { onDisk: 0, inMemory: 0, underWay: 0 };
  private readonly history: History;
  private readonly nodes: readonly SimNode[];
  private readonly protocolOf: (a: number, b: number) => 'A' | 'B' | 'C';
  /** Tick of the last death or disk failure by node: acknowledgements across it say nothing about that node. */
  private readonly disturbed: number[];

  constructor(history: History, nodes: readonly SimNode[], protocolOf: (a: number, b: number) => 'A' | 'B' | 'C') {
    this.history = history;
    this.nodes = nodes;
    this.protocolOf = protocolOf;
    this.disturbed = nodes.map(() => 0);
  }

  nodeDisturbed(node: SimNode): void {
    this.history.tick += 1;
    this.disturbed[node.id] = this.history.tick;
  }

  /** A disk took application data: who wrote it is in the payload. */
  accepted(node: number, payload: SimPayload | undefined): void {
    const write = payload?.writtenBy === undefined ? undefined : this.history.writes[payload.writtenBy];
    if (write !== undefined) write.accepted |= 1 << node;
  }

  /** A node got application data from a Primary. */
  received(node: number, payload: SimPayload): void {
    const write = payload.writtenBy === undefined ? undefined : this.history.writes[payload.writtenBy];
    if (write !== undefined) write.received |= 1 << node;
  }

  writeAcknowledged(node: SimNode, write: WriteRecord, fua: boolean): void {
    this.countCopies(node, write);
    for (const holder of this.holders(node, write.volume, write.invoked)) {
      const disk = holder.disks[write.volume];
      if (disk === undefined) continue;
      const who = holder === node ? 'its own disk' : `n${holder.id} (protocol C, UpToDate)`;
      if ((write.accepted & (1 << holder.id)) === 0 && !this.onDisk(disk.view, write)) {
        throw new Violation('O1', `n${node.id} acknowledged write ${write.id} before ${who} had it`);
      }
      if (fua && !this.onDisk(disk.media, write)) {
        throw new Violation(
          'O2',
          `n${node.id} acknowledged FUA write ${write.id} before it was on the medium of ${who}`,
        );
      }
    }
  }

  private countCopies(node: SimNode, write: WriteRecord): void {
    for (const { node: id } of node.config.peers) {
      const peer = this.upToDatePeer(node, id, write.volume, write.invoked);
      if (peer === undefined) continue;
      const disk = peer.disks[write.volume];
      // By its own write, or by a resync; zeroes have no payload that would name their writer.
      const onDisk = (write.accepted & (1 << id)) !== 0 || (disk !== undefined && this.onDisk(disk.view, write));
      const received = (write.received & (1 << id)) !== 0;
      if (onDisk) this.copies.onDisk += 1;
      else if (received) this.copies.inMemory += 1;
      else this.copies.underWay += 1;
      if (!onDisk && !received && write.value !== ZERO_VERSION && this.protocolOf(node.id, id) === 'B')
        throw new Violation('O1', `n${node.id} acknowledged write ${write.id} before n${id} (protocol B) had it`);
    }
  }

  flushAcknowledged(node: SimNode, volume: number, invoked: number): void {
    for (const holder of this.holders(node, volume, invoked)) {
      const disk = holder.disks[volume];
      if (disk !== undefined) this.checkMedium(node, holder, disk, volume, invoked);
    }
  }

  /** A write that the core submits: corrupt bytes never get here, and resync data is never older than what it replaces. */
  submitted(node: SimNode, volume: number, first: number, payload: SimPayload): void {
    const disk = node.disks[volume];
    if (disk === undefined) return;
    for (let i = 0; i < payload.versions.length; i += 1) {
      const version = payload.versions[i] ?? 0;
      const sector = first + i;
      if (version === CORRUPT_VERSION) {
        throw new Violation(
          'O3',
          `n${node.id} writes data that was damaged on the wire to volume ${volume} sector ${sector}`,
        );
      }
      if (payload.writtenBy !== undefined) continue;
      const old = disk.view[sector] ?? 0;
      // Zeroes have no identity: a disk that lacks a discard may hold them since its birth.
      if (old === version || old === ZERO_VERSION || !this.history.mustSurvive(volume, sector, old)) continue;
      const problem = this.history.problemOf(volume, sector, version);
      if (problem === undefined) continue;
      throw new Violation(
        'O9',
        `a resync on n${node.id} overwrites ${name(old)}, acknowledged and newest, by ${name(version)} on volume ${volume} sector ${sector}`,
      );
    }
  }

  /** Disks that an acknowledgement on `node` vouches for: its own and those of protocol C peers, undisturbed since then. */
  private holders(node: SimNode, volume: number, since: number): SimNode[] {
    const list: SimNode[] = [];
    if (node.disks[volume] !== undefined && node.view.disk[volume] === 'UpToDate' && this.isUndisturbed(node, since))
      list.push(node);
    for (const { node: peer } of node.config.peers) {
      if (this.protocolOf(node.id, peer) !== 'C') continue;
      const other = this.upToDatePeer(node, peer, volume, since);
      if (other !== undefined) list.push(other);
    }
    return list;
  }

  private isUndisturbed(node: SimNode, since: number): boolean {
    return node.alive && (this.disturbed[node.id] ?? 0) < since;
  }

  /** @returns the peer if both count it as UpToDate */
  private upToDatePeer(node: SimNode, peer: NodeId, volume: number, since: number): SimNode | undefined {
    const other = this.nodes[peer];
    if (other?.disks[volume] === undefined) return undefined;
    // A peer that has left UpToDate or the link, and cannot be known to have, serves nobody: it knows better itself.
    if (other.view.connection[node.id] !== 'Connected' || other.view.disk[volume] !== 'UpToDate') return undefined;
    return node.view.countsOnVolume(peer, volume) && this.isUndisturbed(other, since) ? other : undefined;
  }

  private onDisk(image: Uint32Array, write: WriteRecord): boolean {
    for (let i = 0; i < write.count; i += 1) {
      const sector = write.first + i;
      if (image[sector] === ROT_VERSION) continue;
      if (!this.history.notOlder(write.volume, sector, image[sector] ?? 0, write)) return false;
    }
    return true;
  }

  private checkMedium(node: SimNode, holder: SimNode, disk: SimDisk, volume: number, invoked: number): void {
    this.history.forEachUnclear(volume, disk.media, (sector) => {
      const value = disk.media[sector] ?? 0;
      if (value === ROT_VERSION) return; // what the medium has changed itself is for O19
      const problem = this.history.problemOf(volume, sector, value, invoked);
      if (problem === undefined || problem.flipped) return;
      throw new Violation(
        'O2',
        `n${node.id} acknowledged a flush of volume ${volume}, but the medium of n${holder.id} still has ${name(value)} on sector ${sector}: ${problem.because}`,
      );
    });
  }
}
