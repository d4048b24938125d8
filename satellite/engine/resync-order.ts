/**
 * Which resyncs of this node run now (DRBD: resync-after, max_parallel_resyncs), over all its resources. Pure: from what the
 * resources report follows whose turn has changed. Nothing is remembered, so that no reason can outlive its cause: a
 * resync that ended, a link that broke, a disk that went or an option that changed simply asks again.
 */
import { OperationError } from '../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { ReplicationState } from '../../common/states.ts';

export interface ResyncSide {
  readonly resource: string;
  readonly volume: VolumeNumber;
  readonly node: NodeId;
  readonly peer: NodeId;
  readonly replication: ReplicationState;
  /** As the status names them. */
  readonly suspended: readonly string[];
  /** `resource/volume` whose resync goes first; '' = none. */
  readonly resyncAfter: string;
}

export interface TurnChange {
  readonly side: ResyncSide;
  readonly reason: 'dependency' | 'max-parallel';
  readonly waits: boolean;
}

const RESYNC_STATES: readonly ReplicationState[] = [
  'WFBitMapS',
  'WFBitMapT',
  'SyncSource',
  'SyncTarget',
  'PausedSyncS',
  'PausedSyncT',
];

const nameOf = ({ resource, volume }: Pick<ResyncSide, 'resource' | 'volume'>): string => `${resource}/${volume}`;
const isResync = ({ replication }: ResyncSide): boolean => RESYNC_STATES.includes(replication);

/** @param maxParallel 0: as many as there are */
export function orderResyncs(sides: readonly ResyncSide[], maxParallel: number): TurnChange[] {
  const active = sides.filter(isResync);
  const after = new Map(sides.map((side) => [nameOf(side), side.resyncAfter]));
  const syncing = new Set(active.map(nameOf));
  const dependent = new Set(active.filter((side) => waitsForEarlier(nameOf(side), after, syncing)));
  const excess = overLimit(active, dependent, maxParallel);
  const changes: TurnChange[] = [];
  for (const side of sides) {
    for (const [reason, waiting] of [
      ['dependency', dependent],
      ['max-parallel', excess],
    ] as const) {
      const waits = waiting.has(side);
      if (side.suspended.includes(reason) !== waits) changes.push({ side, reason, waits });
    }
  }
  // Who makes room goes first.
  return changes.sort((a, b) => Number(b.waits) - Number(a.waits));
}

/** A paused predecessor holds up its successors as well: order is what resync-after is for. */
function waitsForEarlier(name: string, after: ReadonlyMap<string, string>, syncing: ReadonlySet<string>): boolean {
  const seen = new Set([name]);
  for (let next = after.get(name) ?? ''; next !== '' && !seen.has(next); next = after.get(next) ?? '') {
    if (syncing.has(next)) return true;
    seen.add(next);
  }
  return false;
}

/**
 * Whoever waits for another reason takes no place. Whoever runs keeps its place; the rest is ordered the same way on every
 * node, so that both ends of a link come to prefer the same resync.
 */
function overLimit(
  active: readonly ResyncSide[],
  dependent: ReadonlySet<ResyncSide>,
  maxParallel: number,
): Set<ResyncSide> {
  if (maxParallel === 0) return new Set();
  const candidates = active.filter(
    (side) =>
      !dependent.has(side) && side.suspended.every((reason) => reason === 'max-parallel' || reason === 'dependency'),
  );
  const runs = (side: ResyncSide): number => (side.suspended.includes('max-parallel') ? 1 : 0);
  candidates.sort((a, b) => runs(a) - runs(b) || compare(rank(a), rank(b)));
  return new Set(candidates.slice(maxParallel));
}

const rank = ({ resource, volume, node, peer }: ResyncSide): readonly (string | number)[] => [
  resource,
  volume,
  Math.min(node, peer),
  Math.max(node, peer),
];

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, mine] of a.entries()) {
    const theirs = b[index];
    if (theirs === undefined || mine === theirs) continue;
    return mine < theirs ? -1 : 1;
  }
  return 0;
}

/** @throws OperationError OPTION_CONFLICT when a volume would, over others, wait for itself */
export function refuseCycle(after: ReadonlyMap<string, string>): void {
  for (const start of after.keys()) {
    const path = [start];
    for (let next = after.get(start) ?? ''; next !== ''; next = after.get(next) ?? '') {
      path.push(next);
      if (next === start)
        throw new OperationError('OPTION_CONFLICT', `resync-after goes round in a circle: ${path.join(' after ')}`, {
          correction: 'Take resync-after away from one of them.',
        });
      if (path.length > after.size + 1) break; // a circle further down; its own members name it
    }
  }
}
