/**
 * O16: a disk that calls itself UpToDate beside a Primary has what was acknowledged; nothing is served from a disk that is
 * not UpToDate, and no resync comes from one that is Inconsistent, nor makes UpToDate what its source was not.
 * O18: a node without a disk reads from a peer that is UpToDate, and asks only such.
 */
import type { NodeId } from '../../common/ids.ts';
import { diskAtLeast, diskRank } from '../../common/states.ts';
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { Frame } from '../../satellite/replication/wire/frames.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { type History, name } from './history.ts';
import { Violation } from './violation.ts';

interface Asked {
  readonly volume: number;
  /** Count of bad turns of the server's disks when it was asked. */
  readonly turns: number;
}

export class HonestyOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  private readonly history: History;
  private readonly protocolOf: (a: number, b: number) => 'A' | 'B' | 'C';
  /** Reads and resync requests asked of a peer: `reader>server:request`. */
  private readonly asked = new Map<string, Asked>();
  /** How often a disk of the node has become worse: what was begun before may still be answered. */
  private readonly turns: number[];

  constructor(nodes: readonly SimNode[], history: History, protocolOf: (a: number, b: number) => 'A' | 'B' | 'C') {
    this.nodes = nodes;
    this.history = history;
    this.protocolOf = protocolOf;
    this.turns = nodes.map(() => 0);
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    if (event.kind === 'disk') {
      if (diskRank(event.to) < diskRank(event.from)) this.turns[node.id] = (this.turns[node.id] ?? 0) + 1;
      if (event.to === 'UpToDate') this.mustHold(node, event.volume);
    }
  }

  sent(node: SimNode, peer: NodeId, frame: Frame): void {
    switch (frame.type) {
      case 'DATA_REQUEST':
        return this.asks(node, peer, frame.volume, frame.request);
      case 'DATA_REPLY':
        return this.serves(node, peer, frame.request);
      case 'RS_DATA_REQUEST':
        this.note(`rs ${key(node.id, peer, frame.request)}`, frame.volume, peer);
        return;
      case 'RS_DATA_REPLY':
        return this.copies(node, peer, frame.request);
      default:
        return;
    }
  }

  private note(request: string, volume: number, server: NodeId): void {
    this.asked.set(request, { volume, turns: this.turns[server] ?? 0 });
  }

  private asks(reader: SimNode, server: NodeId, volume: number, request: number): void {
    const seen = reader.view.peerDisk[server]?.[volume];
    if (seen !== 'UpToDate') {
      throw new Violation('O18', `n${reader.id} reads volume ${volume} from n${server}, which it sees as ${seen}`);
    }
    this.note(key(reader.id, server, request), volume, server);
  }

  private serves(server: SimNode, reader: NodeId, request: number): void {
    const asked = this.takeAsked(key(reader, server.id, request), server);
    const state = asked === undefined ? 'UpToDate' : server.view.disk[asked];
    if (state === 'UpToDate') return;
    throw new Violation(
      this.nodes[reader]?.diskful === true ? 'O16' : 'O18',
      `n${server.id} serves a read of n${reader} from volume ${asked}, which is ${state} there`,
    );
  }

  private copies(source: SimNode, target: NodeId, request: number): void {
    const asked = this.takeAsked(`rs ${key(target, source.id, request)}`, source);
    if (asked === undefined) return;
    const state = source.view.disk[asked] ?? 'Diskless';
    if (diskAtLeast(state, 'Outdated') && state !== 'DUnknown') return;
    throw new Violation('O16', `n${source.id} gives n${target} blocks of volume ${asked}, which is ${state} there`);
  }

  /** The volume that was asked for, if the disks of the server have not become worse since. */
  private takeAsked(request: string, server: SimNode): number | undefined {
    const asked = this.asked.get(request);
    this.asked.delete(request);
    return asked?.turns === this.turns[server.id] ? asked?.volume : undefined;
  }

  /** Connected to an UpToDate Primary under protocol C: nothing that was acknowledged can still be on its way. */
  private mustHold(node: SimNode, volume: number): void {
    const primary = this.nodes.find((each) => each.alive && !each.paused && each.view.role === 'Primary');
    const disk = node.disks[volume];
    if (primary === undefined || primary === node || disk === undefined) return;
    if (this.protocolOf(primary.id, node.id) !== 'C' || primary.view.disk[volume] !== 'UpToDate') return;
    if (!mirrors(primary, node, volume) || !mirrors(node, primary, volume)) return;
    const flying = new Set<number>();
    disk.forEachFlyingSector((sector) => flying.add(sector));
    this.history.forEachTouched(volume, (sector) => {
      if (flying.has(sector) || primary.marked(volume, node.id, sector)) return;
      const value = disk.view[sector] ?? 0;
      const problem = this.history.problemOf(volume, sector, value);
      if (problem === undefined || problem.flipped) return;
      throw new Violation(
        'O16',
        `n${node.id} calls volume ${volume} UpToDate with ${name(value)} on sector ${sector}, but ${problem.because}`,
      );
    });
  }
}

const mirrors = (node: SimNode, peer: SimNode, volume: number): boolean =>
  node.view.connection[peer.id] === 'Connected' && node.view.replication[peer.id]?.[volume] !== 'Off';

const key = (reader: number, server: number, request: number): string => `${reader}>${server}:${request}`;
