/**
 * Comparing replicas: O5 (in sync means identical), O6 (equal generations mean equal data), O7 (differences are marked) while
 * nodes run and whenever one crashes, and O5, O8, O1 when the cluster has converged.
 *
 * While nodes run, a difference is only suspicious: data is in flight. It is a violation when it stays, with the same two
 * versions and unmarked, longer than any link can be silent without being dropped (the grace time). At a crash the pair is
 * exact: persisted bits, hot extents and the other side's memory must cover every difference.
 */
import type { SimNode } from '../sim-node.ts';
import { ROT_VERSION } from '../sim-payload.ts';
import { type Coverage, coverageOf, covers } from './coverage.ts';
import type { History } from './history.ts';
import { checkIdentical, checkLegal, describe, firstDifference, type Image } from './images.ts';
import { comparableSectors } from './sizes.ts';
import { type OracleId, Violation } from './violation.ts';

interface Suspicion {
  readonly a: number;
  readonly b: number;
  /** Microseconds. */
  readonly since: number;
  round: number;
}

export class ReplicaOracle {
  private readonly nodes: readonly SimNode[];
  private readonly history: History;
  private readonly graceUs: number;
  private readonly suspicions = new Map<string, Suspicion>();
  private round = 0;

  constructor(nodes: readonly SimNode[], history: History, graceUs: number) {
    this.nodes = nodes;
    this.history = history;
    this.graceUs = graceUs;
  }

  /** Looks at every pair of running replicas. Cheap enough for a few times per virtual second. */
  checkRunning(now: number): void {
    this.round += 1;
    this.forEachPair((a, b) => {
      if (!isRunning(a) || !isRunning(b)) return;
      for (let volume = 0; volume < a.disks.length; volume += 1) this.checkPair(a, b, volume, now);
    });
    for (const [key, suspicion] of this.suspicions) if (suspicion.round !== this.round) this.suspicions.delete(key);
  }

  /** `dead` has just crashed or lost power: everything that differs from it must be found again. */
  checkCrash(dead: SimNode): void {
    for (const other of this.nodes) {
      if (!areLinked(dead, other) || other.state === 'lost') continue;
      for (let volume = 0; volume < dead.disks.length; volume += 1) {
        if (isMidAttach(other, volume)) continue;
        const sector = this.firstUncovered(dead, other, volume);
        if (sector === undefined) continue;
        throw new Violation('O7', `after the crash of n${dead.id}, ${this.unmarked(dead, other, volume, sector)}`);
      }
    }
  }

  /** Everything healed: identical, unmarked, and legal. `alive`: the nodes that have to agree. */
  checkConverged(alive: readonly SimNode[]): void {
    const diskful = alive.filter((node) => node.diskful);
    const reference = diskful[0];
    if (reference === undefined) return;
    for (const node of diskful) {
      for (const { volume } of node.config.volumes) {
        const [view, expected] = [node.disks[volume]?.view, reference.disks[volume]?.view];
        if (view === undefined || expected === undefined) continue;
        const sectors = comparableSectors(node, reference, volume);
        checkIdentical(volume, { node: reference.id, view: expected }, { node: node.id, view }, sectors);
        for (const peer of diskful) {
          const { sizeBytes } = node.config.volumes[volume] ?? { sizeBytes: 0 };
          if (peer !== node && node.core?.outOfSync(volume, peer.id, 0, sizeBytes) === true) {
            throw new Violation(
              'O8',
              `after convergence n${node.id} still has marks towards n${peer.id} on volume ${volume}`,
            );
          }
        }
      }
    }
    checkLegal(
      this.history,
      reference.disks.map((disk) => disk?.view),
    );
  }

  private checkPair(a: SimNode, b: SimNode, volume: number, now: number): void {
    const viewA = a.disks[volume]?.view;
    const viewB = b.disks[volume]?.view;
    if (viewA === undefined || viewB === undefined) return;
    if (!isUsable(a, volume) || !isUsable(b, volume)) return;
    const end = comparableSectors(a, b, volume);
    const next = (from: number): number => firstDifference(viewA, viewB, from, end);
    for (let sector = next(0); sector >= 0; sector = next(sector + 1)) {
      if (a.marked(volume, b.id, sector) || b.marked(volume, a.id, sector)) continue;
      if (isRotten(viewA, viewB, sector) || this.isUnderWay(a, b, volume, sector)) continue;
      this.suspect(a, b, volume, sector, now);
    }
  }

  /**
   * A write takes longer than any link may be silent when a disk that has to answer hangs, or its Primary waits for its
   * quorum. Whoever holds it marks it only at the Primary's word (PEER_ACK), or when the link to it is lost: so this excuses
   * nobody but those who still have that link, and nothing once the write has left the transfer log.
   */
  private isUnderWay(a: SimNode, b: SimNode, volume: number, sector: number): boolean {
    const hears = (node: SimNode, writer: SimNode): boolean =>
      node !== writer && node.view.connection[writer.id] === 'Connected';
    return this.nodes.some(
      (writer) => isRunning(writer) && (hears(a, writer) || hears(b, writer)) && writer.isUnsettled(volume, sector),
    );
  }

  private suspect(a: SimNode, b: SimNode, volume: number, sector: number, now: number): void {
    const key = `${a.id}.${a.incarnation}/${b.id}.${b.incarnation}/${volume}/${sector}`;
    const versionA = a.disks[volume]?.view[sector] ?? 0;
    const versionB = b.disks[volume]?.view[sector] ?? 0;
    const known = this.suspicions.get(key);
    if (known === undefined || known.a !== versionA || known.b !== versionB) {
      this.suspicions.set(key, { a: versionA, b: versionB, since: now, round: this.round });
      return;
    }
    known.round = this.round;
    if (now - known.since < this.graceUs) return;
    const [coverA, coverB] = [coverageOf(a, volume), coverageOf(b, volume)];
    if (coverA === undefined || coverB === undefined) return;
    const byte = sector * (a.disks[volume]?.sectorBytes ?? 0);
    if (covers(coverA, a.id, coverB, b.id, byte)) return;
    const inSync = a.view.countsOnVolume(b.id, volume) && b.view.countsOnVolume(a.id, volume);
    const oracle: OracleId = inSync ? 'O5' : coverA.current === coverB.current ? 'O6' : 'O7';
    throw new Violation(
      oracle,
      `for ${Math.round((now - known.since) / 1e6)} s now, ${this.unmarked(a, b, volume, sector)}`,
    );
  }

  private firstUncovered(dead: SimNode, other: SimNode, volume: number): number | undefined {
    const [viewA, viewB] = [dead.disks[volume]?.view, other.disks[volume]?.view];
    if (viewA === undefined || viewB === undefined) return undefined;
    const end = comparableSectors(dead, other, volume);
    let sector = firstDifference(viewA, viewB, 0, end);
    if (sector < 0) return undefined;
    const [coverA, coverB] = [coverageOf(dead, volume), coverageOf(other, volume)];
    if (coverA === undefined || coverB === undefined) return undefined;
    const unit = dead.disks[volume]?.sectorBytes ?? 0;
    const hot = (each: Coverage, byte: number): boolean => each.isHot(byte);
    for (; sector >= 0; sector = firstDifference(viewA, viewB, sector + 1, end)) {
      const byte = sector * unit;
      if (hot(coverA, byte) || hot(coverB, byte) || isRotten(viewA, viewB, sector)) continue;
      if (!covers(coverA, dead.id, coverB, other.id, byte)) return sector;
    }
    return undefined;
  }

  private forEachPair(visit: (a: SimNode, b: SimNode) => void): void {
    for (let i = 0; i < this.nodes.length; i += 1) {
      for (let j = i + 1; j < this.nodes.length; j += 1) {
        const [a, b] = [this.nodes[i], this.nodes[j]];
        if (a !== undefined && b !== undefined && areLinked(a, b)) visit(a, b);
      }
    }
  }

  private unmarked(a: SimNode, b: SimNode, volume: number, sector: number): string {
    return `${describe(volume, sector, imageOf(a, volume), imageOf(b, volume))}, and neither node has it marked towards the other`;
  }
}

const imageOf = (node: SimNode, volume: number): Image => ({ node: node.id, view: node.disks[volume]?.view });

/** Changed by the medium itself: nobody can have marked that; what finds it is a verify (O19). */
const isRotten = (a: Uint32Array, b: Uint32Array, sector: number): boolean =>
  a[sector] === ROT_VERSION || b[sector] === ROT_VERSION;
/** Nodes without a link mark nothing towards each other: what differs between them is settled through others. */
const areLinked = (a: SimNode, b: SimNode): boolean => a.config.peers.some((peer) => peer.node === b.id);

const isRunning = (node: SimNode): boolean => node.state === 'up' && !node.paused;

/** Its bits are in memory: the disk is attached. */
function isUsable(node: SimNode, volume: number): boolean {
  const state = node.view.disk[volume];
  return state === 'UpToDate' || state === 'Consistent' || state === 'Outdated' || state === 'Inconsistent';
}

function isMidAttach(node: SimNode, volume: number): boolean {
  return node.alive && !isUsable(node, volume);
}
