/** A virtual machine that moves: for a while two nodes may be Primary at once. */
import { sameName } from './node.ts';

/** A wish on the resource definition. As long as it stands, the satellites are told to let the second Primary in. */
export interface Migration {
  /** Names of the nodes. */
  readonly from: string;
  readonly to: string;
  readonly requestedAtMs: number;
  /** Counted anew by a controller that takes over: the clocks of two machines say nothing to each other. */
  readonly limitMs: number;
  /** Ends as soon as one of the two at most is Primary: called off, or over its limit. */
  readonly ending?: 'aborted' | 'overdue' | undefined;
}

const isEnd = (migration: Migration, nodeName: string): boolean =>
  sameName(migration.from, nodeName) || sameName(migration.to, nodeName);

interface Replica {
  readonly nodeName: string;
  readonly diskful: boolean;
}

/**
 * The connections that need the option: the one of the two. Two without disks do not write through each other but through
 * the servers that both write to: these connections then need it as well.
 */
export function letsTwoPrimariesIn(
  migration: Migration,
  replicas: readonly Replica[],
  a: Replica,
  b: Replica,
): boolean {
  const [isA, isB] = [isEnd(migration, a.nodeName), isEnd(migration, b.nodeName)];
  if (isA && isB) return true;
  if (!isA && !isB) return false;
  const ends = replicas.filter(({ nodeName }) => isEnd(migration, nodeName));
  return ends.every(({ diskful }) => !diskful) && (isA ? b : a).diskful;
}
