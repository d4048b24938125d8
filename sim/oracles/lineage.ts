/**
 * O12 and O13. Generations form a graph: whoever makes one makes it as the child of the one that it had. Writes are
 * acknowledged along one chain of it (a fork among acknowledged writes is a split brain), and what a node has never goes
 * back to an ancestor. The graph is built from what nodes announce; nobody reads it from their metadata.
 */
import type { Generation, NodeId, VolumeNumber } from '../../common/ids.ts';
import type { DiskState } from '../../common/states.ts';
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import { NO_GENERATION } from '../../satellite/replication/metadata/generation-id.ts';
import type { Frame } from '../../satellite/replication/wire/frames.ts';
import type { DeathKind, SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import type { History, WriteRecord } from './history.ts';
import { Violation } from './violation.ts';

/** The lowest bit of a generation tells a Primary's apart: not part of its identity. */
const identity = (generation: bigint): bigint => generation & ~1n;

/** Parents by generation. */
export class GenerationGraph {
  private readonly parents = new Map<bigint, bigint>();
  /** As long as nobody has told. */
  private readonly assumed = new Map<bigint, bigint>();
  /** Generations that two Primaries made at the same time: the one that is kept has the writes of the other, too. */
  private readonly crossed = new Map<bigint, bigint>();

  /** A node has gone over from one to the other without being a target. */
  cross(kept: bigint, past: bigint): void {
    const parent = this.parentOf(kept);
    if (identity(kept) === identity(past) || parent === identity(past)) return;
    if (parent !== undefined && !this.isAncestor(kept, past) && this.isAncestor(parent, past))
      this.crossed.set(identity(kept), identity(past));
  }

  /** @param parent the generation whose data the child began with */
  add(child: bigint, parent: bigint): void {
    const [own, before] = [identity(child), identity(parent)];
    if (own !== before && !this.parents.has(own) && before !== NO_GENERATION) this.parents.set(own, before);
  }

  assume(child: bigint, parent: bigint): void {
    if (identity(child) !== identity(parent)) this.assumed.set(identity(child), identity(parent));
  }

  knows(generation: bigint): boolean {
    return this.parentOf(generation) !== undefined;
  }

  private parentOf(generation: bigint): bigint | undefined {
    return this.parents.get(identity(generation)) ?? this.assumed.get(identity(generation));
  }

  /** Is `older` on the way from `newer` to the first generation? A generation is no ancestor of itself. */
  isAncestor(older: bigint, newer: bigint): boolean {
    const wanted = identity(older);
    const seen = new Set<bigint>([identity(newer)]);
    for (const at of seen) {
      for (const next of [this.parentOf(at), this.crossed.get(at)]) {
        if (next === wanted) return true;
        if (next !== undefined) seen.add(next);
      }
    }
    return false;
  }
}

/** From this tick of the history on. */
interface Since {
  readonly tick: number;
  readonly generation: bigint;
}

export class LineageOracle implements Watcher {
  private readonly history: Pick<History, 'tick'>;
  /** Two nodes may be Primary at the same time. */
  private readonly mayCross: boolean;
  private readonly graph = new GenerationGraph();
  /** What each node has, by node, then volume: its own generation, and on a Primary what its writes belong to. */
  private readonly own: (bigint | undefined)[][] = [];
  private readonly writing: Since[][][] = [];
  private readonly detached = new Set<string>();
  /** The generation of the newest acknowledged write and when that was acknowledged, by volume. */
  private readonly tip: (Since | undefined)[] = [];
  /** There are two lines from here on; what becomes of them is judged by the fork itself (fork.ts). */
  private isForked = false;

  constructor(history: Pick<History, 'tick'>, mayCross = false) {
    this.history = history;
    this.mayCross = mayCross;
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    if (event.kind === 'generation') this.onGeneration(node, event.volume, BigInt(`0x${event.current}`));
    // An attach, or a promotion: what the disk says, or what the peers of a diskless node have.
    else if (event.kind === 'disk') {
      this.onDisk(node.id, event.volume, event.to);
      this.look(node, event.volume, false);
    } else if (event.kind === 'role')
      for (const { volume } of node.config.volumes) this.look(node, volume, node.view.role === 'Primary');
  }

  sent(_node: SimNode, _peer: NodeId, frame: Frame): void {
    if (frame.type === 'CURRENT_UUID') this.graph.add(frame.current, frame.previous);
  }

  /** A node's writes belong to `current` from now on, which began with the data of `previous`. */
  moved(node: NodeId, volume: VolumeNumber, current: Generation, previous: Generation): void {
    this.graph.add(current, previous);
    this.writes(node, volume, current);
  }

  /** What it had in memory need not have reached its disk. */
  died(node: SimNode, kind: DeathKind): void {
    if (kind !== 'stop') this.own[node.id] = [];
  }

  /** What counts is the generation in which the write was asked for: it may have been on its way when the next one began. */
  acknowledged(node: Pick<SimNode, 'id'>, { volume, id, invoked }: WriteRecord): void {
    const current = this.writing[node.id]?.[volume]?.findLast(({ tick }) => tick < invoked)?.generation;
    if (current === undefined || current === NO_GENERATION || this.isForked) return;
    const tip = this.tip[volume];
    // Asked for before the newest was acknowledged: it may well belong to the generation before.
    if (tip !== undefined && invoked < tip.tick && this.graph.isAncestor(current, tip.generation)) return;
    this.tip[volume] = { generation: current, tick: this.history.tick };
    if (tip === undefined || identity(tip.generation) === identity(current)) return;
    if (this.graph.isAncestor(tip.generation, current)) return;
    // Nobody has told its parent yet: nothing to judge.
    if (!this.graph.knows(current) && !this.graph.isAncestor(current, tip.generation)) return;
    throw new Violation(
      'O12',
      `n${node.id} acknowledged write ${id} on volume ${volume} in generation ${short(current)}, ` +
        `which does not descend from ${short(tip.generation)}, in which writes had been acknowledged`,
    );
  }

  forked(): void {
    this.isForked = true;
  }

  doubted(volume: number): void {
    this.tip[volume] = undefined;
  }

  private onGeneration(node: SimNode, volume: number, announced: bigint): void {
    const before = this.own[node.id]?.[volume];
    const now = this.generationOf(node, volume);
    this.writes(node.id, volume, announced);
    if (now === undefined) return;
    // A Primary that is behind itself moves only its peers on; their parent stands in the frame that tells them.
    const isOwn = identity(now) === identity(announced);
    if (isOwn && before !== undefined && !this.graph.knows(announced)) this.graph.assume(announced, before);
    if (this.mayCross && isOwn && before !== undefined) this.graph.cross(announced, before);
    this.becomes(node, volume, now);
  }

  /** A disk brings its own generation: whatever the node had without it was about its peers. A clean stop takes no disk away. */
  private onDisk(node: NodeId, volume: number, disk: DiskState): void {
    const place = `${node}/${volume}`;
    if (disk === 'Diskless') this.detached.add(place);
    if (disk === 'Attaching' && this.detached.delete(place)) set(this.own, node, volume, undefined);
  }

  private look(node: SimNode, volume: number, promoted: boolean): void {
    const now = this.generationOf(node, volume);
    if (now === undefined) return;
    // A disk that is behind says nothing of what its Primary writes: the peers move on, and that is announced with the first write.
    const isBehind = node.diskful && node.view.disk[volume] !== 'UpToDate';
    if (!isBehind) this.writes(node.id, volume, now);
    else if (promoted || node.view.role !== 'Primary') this.writes(node.id, volume, NO_GENERATION);
    this.becomes(node, volume, now);
  }

  private becomes(node: SimNode, volume: number, now: bigint): void {
    const before = this.own[node.id]?.[volume];
    set(this.own, node.id, volume, now);
    if (before === undefined || !node.diskful || this.isForked || !this.graph.isAncestor(now, before)) return;
    throw new Violation(
      'O13',
      `volume ${volume} of n${node.id} goes back from generation ${short(before)} to ${short(now)}, an ancestor of it`,
    );
  }

  private writes(node: NodeId, volume: number, generation: bigint): void {
    const row = this.writing[node] ?? [];
    this.writing[node] = row;
    const list = row[volume] ?? [];
    row[volume] = list;
    if (list.at(-1)?.generation !== generation) list.push({ tick: this.history.tick, generation });
  }

  private generationOf(node: SimNode, volume: number): bigint | undefined {
    const value = node.core?.currentGeneration(volume as VolumeNumber);
    return value === NO_GENERATION ? undefined : value;
  }
}

function set(table: (bigint | undefined)[][], node: number, volume: number, value: bigint | undefined): void {
  const row = table[node] ?? [];
  row[volume] = value;
  table[node] = row;
}

const short = (generation: bigint): string => identity(generation).toString(16).padStart(16, '0').slice(0, 8);
