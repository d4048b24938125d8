/**
 * Persistence points: the places between two effects of a node, at which a power cut leaves another world behind than at the
 * place before. A run numbers them from 1; a plan's entry may wait for one (`when: {event: persistence-point, nth}`).
 */
export type PointKind = 'write-issued' | 'write-done' | 'flush-done' | 'frame-sent' | 'client-answered';

export interface PersistencePoint {
  readonly index: number;
  /** The acting node. */
  readonly node: number;
  /** What it has just done. */
  readonly what: PointKind;
  /** Virtual microseconds. */
  readonly at: number;
}
