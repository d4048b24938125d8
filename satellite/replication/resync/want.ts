/** What the target of a resync asks of the source, besides the block itself. */
import type { NodeId } from '../../../common/ids.ts';
import type { DigestAlgorithm } from '../digest.ts';

export type SourceWant =
  | { readonly kind: 'data' }
  /** The target has this: if it is equal, say so instead of sending. */
  | { readonly kind: 'digest'; readonly algorithm: DigestAlgorithm; readonly digest: Uint8Array }
  /** Zeroes need not be sent. */
  | { readonly kind: 'thin' };

/** What a source was asked for. */
export interface SourceOrder {
  readonly request: number;
  readonly offset: number;
  readonly length: number;
  /** How far the source must have come in that Primary's stream before it reads. */
  readonly dagtagNode: NodeId | undefined;
  readonly dagtag: number;
  readonly want: SourceWant;
}
