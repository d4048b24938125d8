/** Requests that carried an id and have been decided, so that a retry gets the same answer. */
import type { Answer } from './answer.ts';

export interface RequestRecord {
  readonly id: string;
  readonly operation: string;
  readonly answers: readonly Answer[];
  readonly nodeNames: readonly string[];
  readonly volumeNumber?: number | undefined;
  readonly targets: readonly RequestTarget[];
  readonly atMs: number;
}

/** What the caller waits for after the transaction. */
export interface RequestTarget {
  readonly kind: 'resource' | 'storage-pool';
  readonly node: string;
  readonly name: string;
  /** `gone`: deleted by the satellite and removed from the store. */
  readonly goal: 'applied' | 'gone';
}
