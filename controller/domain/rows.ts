/** Objects of one kind, by key and by the groups that questions are asked about (replicas of a node, of a resource …). */
export interface Rows<T, Index extends string = never> {
  readonly size: number;
  get(key: string): T | undefined;
  /** Ordered by key. To be read at once: the next commit may change it. */
  all(): readonly T[];
  /** Those of one group, ordered by key; to be read at once, too. */
  in(index: Index, group: string): readonly T[];
}
