/**
 * Cluster-wide changes, from outside: nobody stays locked for one that has ended (O26), and nodes that have a link agree on
 * who is Primary (O16), but for the time that a message or the loss of a link may take.
 */
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import { hasData } from '../node-view.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

interface Locked {
  readonly incarnation: number;
  readonly since: number;
  readonly initiator: number;
  readonly transaction: number;
  readonly change: string;
}

/** A change that is in the way, and some attempts. */
const LOOK_AROUND_US = 2_500_000;

const isRunning = (node: SimNode): boolean => node.alive && !node.paused;

const areConnected = (a: SimNode, b: SimNode): boolean =>
  a.view.connection[b.id] === 'Connected' && b.view.connection[a.id] === 'Connected';

export class ClusterChangeOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  /** Fenced by a handler: nobody opens them, whatever they take themselves for. */
  private readonly out: ReadonlySet<number>;
  /** Microseconds. */
  private readonly lockLimit: number;
  private readonly graceUs: number;
  private readonly now: () => number;
  private readonly locked = new Map<number, Locked>();
  /** When its initiator ended a change, by commit or abort. */
  private readonly ended = new Map<string, number>();
  private readonly disagreeing = new Map<string, number>();
  private readonly leftBehind = new Map<number, number>();

  constructor(world: {
    readonly nodes: readonly SimNode[];
    readonly out: ReadonlySet<number>;
    readonly twopcTimeoutUs: number;
    readonly graceUs: number;
    readonly now: () => number;
  }) {
    const { nodes, out, twopcTimeoutUs, graceUs, now } = world;
    this.nodes = nodes;
    this.out = out;
    this.now = now;
    // Clocks may run slow by a twentieth.
    this.lockLimit = twopcTimeoutUs * 1.06 + 1_000_000;
    this.graceUs = graceUs;
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    if (event.kind !== 'cluster-change') return;
    const now = this.now();
    if (event.initiator === node.id) {
      this.ended.set(`${event.initiator}/${event.transaction}`, now);
      return;
    }
    if (event.phase !== 'joined') this.locked.delete(node.id);
    else {
      const { initiator, transaction, change } = event;
      this.locked.set(node.id, { incarnation: node.incarnation, since: now, initiator, transaction, change });
    }
  }

  looked(now: number): void {
    for (const [id, lock] of this.locked) {
      const node = this.nodes[id];
      if (node === undefined || node.incarnation !== lock.incarnation || node.paused) {
        this.locked.delete(id);
        continue;
      }
      // A PREPARE that took its time may come after the end: its ABORT is on the way behind it.
      const ended = Math.max(this.ended.get(`${lock.initiator}/${lock.transaction}`) ?? now, lock.since);
      if (now - lock.since > this.lockLimit || now - ended > this.graceUs) {
        throw new Violation(
          'O26',
          `n${id} has been locked for ${Math.round((now - lock.since) / 1e6)} s by a change "${lock.change}" of n${lock.initiator}`,
        );
      }
    }
    for (const a of this.nodes) for (const b of this.nodes) if (a !== b) this.checkPair(a, b, now);
    for (const node of this.nodes) this.checkLeftBehind(node, now);
  }

  /** A node that a Primary does not write to, but that can be told so by others, does not pass for UpToDate for long. */
  private checkLeftBehind(node: SimNode, now: number): void {
    const primary = this.nodes.find((each) => each.alive && each.view.role === 'Primary');
    const isLeftBehind =
      primary !== undefined &&
      isRunning(node) &&
      node !== primary &&
      node.view.disk.includes('UpToDate') &&
      primary.view.disk.every((disk) => disk === 'UpToDate') &&
      !areConnected(primary, node) &&
      this.reaches(primary, node);
    if (!isLeftBehind) {
      this.leftBehind.delete(node.id);
      return;
    }
    const since = this.leftBehind.get(node.id) ?? now;
    this.leftBehind.set(node.id, since);
    if (now - since > LOOK_AROUND_US)
      throw new Violation('O16', `n${node.id} is UpToDate, but n${primary.id} is Primary and has no link to it`);
  }

  /** Over links that both ends believe in and nodes that run. */
  private reaches(from: SimNode, to: SimNode): boolean {
    const reached = new Set([from]);
    for (const each of reached) {
      if (!isRunning(each)) continue;
      for (const next of this.nodes) if (areConnected(each, next)) reached.add(next);
    }
    return reached.has(to);
  }

  /** What a Primary claims of a node that it has no link to may let it go on alone: it has to be true. */
  private checkClaim(a: SimNode, b: SimNode): void {
    if (!a.alive || !b.alive || a.view.role !== 'Primary' || a.view.connection[b.id] === 'Connected') return;
    // Without any data it goes nowhere, and what it learned of others may be long ago.
    if (!hasData(a) || this.out.has(b.id)) return;
    b.view.disk.forEach((disk, volume) => {
      if (disk !== 'UpToDate' || a.view.peerDisk[b.id]?.[volume] !== 'Outdated') return;
      throw new Violation(
        'O16',
        `n${a.id} takes the disk of n${b.id} volume ${volume} for Outdated, but it is UpToDate`,
      );
    });
  }

  private checkPair(a: SimNode, b: SimNode, now: number): void {
    this.checkClaim(a, b);
    const agrees = !areConnected(a, b) || !isRunning(a) || !isRunning(b) || a.view.peerRole[b.id] === b.view.role;
    if (agrees && this.disagreeing.size === 0) return;
    const key = `${a.id}.${a.incarnation}/${b.id}.${b.incarnation}`;
    if (agrees) {
      this.disagreeing.delete(key);
      return;
    }
    const since = this.disagreeing.get(key) ?? now;
    this.disagreeing.set(key, since);
    if (now - since > this.graceUs) {
      throw new Violation(
        'O16',
        `n${a.id} takes n${b.id} for ${a.view.peerRole[b.id]}, but it has been ${b.view.role} for ${Math.round((now - since) / 1e6)} s`,
      );
    }
  }
}
