/**
 * O29, errors have a reason: a request may fail only if no copy served all the time since it was asked for. A copy serves a
 * node while that node sees it as UpToDate and mirrored to (its own disk included), and an I/O error on the disk itself ends
 * that, whoever knows of it.
 */
import type { SimNode } from '../sim-node.ts';
import type { History } from './history.ts';
import { Violation } from './violation.ts';

const NOT = Number.POSITIVE_INFINITY;

export class AvailabilityOracle {
  private readonly history: History;
  private readonly nodes: readonly SimNode[];
  /** Tick since which a copy serves, by viewer, volume and holder. */
  private readonly since: number[][][];
  /** Tick of the last injected error, by node and volume. */
  private readonly errors: number[][];

  constructor(history: History, nodes: readonly SimNode[], volumes: number) {
    this.history = history;
    this.nodes = nodes;
    this.since = nodes.map(() => Array.from({ length: volumes }, () => nodes.map(() => NOT)));
    this.errors = nodes.map(() => new Array<number>(volumes).fill(0));
  }

  /** To be called with every notification of the node. */
  viewChanged(node: SimNode): void {
    this.since[node.id]?.forEach((row, volume) => {
      for (let holder = 0; holder < row.length; holder += 1) {
        if (!this.serves(node, holder, volume)) row[holder] = NOT;
        else if (row[holder] === NOT) row[holder] = this.history.tick;
      }
    });
  }

  died(node: SimNode): void {
    for (const row of this.since[node.id] ?? []) row.fill(NOT);
  }

  diskError(node: SimNode, volume: number): void {
    const row = this.errors[node.id];
    if (row !== undefined) row[volume] = this.history.tick;
  }

  errorSeen(node: SimNode, volume: number, message: string, invoked: number): void {
    if (node.stopping || !node.alive) return;
    const row = this.since[node.id]?.[volume] ?? [];
    const holder = row.findIndex(
      (since, id) => since < invoked && (this.errors[id]?.[volume] ?? 0) < invoked && this.serves(node, id, volume),
    );
    if (holder < 0) return;
    throw new Violation(
      'O29',
      `n${node.id} failed a request to volume ${volume} although n${holder} has served it all the time: ${message}`,
    );
  }

  private serves(node: SimNode, holder: number, volume: number): boolean {
    if (this.nodes[holder] === node) return node.view.disk[volume] === 'UpToDate';
    return node.view.countsOnVolume(holder, volume);
  }
}
