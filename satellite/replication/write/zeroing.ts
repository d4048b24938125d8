/**
 * Zeroing of long ranges, and what it may free. A client's discard or write-zeroes may span more extents than an activity log
 * holds, here or on a peer: it becomes several writes then, which are answered as one when the last is.
 */
import type { ClientOutcome } from '../ports.ts';
import type { ClientRequestId } from '../payload.ts';
import type { Resource, Volume } from '../state.ts';
import { INHERITED } from '../../../common/options/options.ts';
import type { CutRequest } from './cut.ts';
import { AL_EXTENT_BYTES } from '../metadata/layout.ts';

/** One write takes at most this share of the log, so that others go on beside it. */
const LOG_SHARE = 4;
/** Less would cut requests that merely cross the border of an extent. */
const EXTENTS_MIN = 2;

export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** Cut at the borders of extents; one piece for what fits. */
export function piecesOf(r: Resource, volume: Volume, offset: number, length: number): Piece[] {
  const extents = Math.min(r.options.alExtents, volume.md?.identity.alExtents ?? r.options.alExtents);
  const most = Math.max(EXTENTS_MIN, Math.floor(extents / LOG_SHARE));
  const end = offset + length;
  const pieces: Piece[] = [];
  for (let from = offset; from < end; ) {
    const until = Math.min(end, (Math.floor(from / AL_EXTENT_BYTES) + most) * AL_EXTENT_BYTES);
    pieces.push({ offset: from, length: until - from });
    from = until;
  }
  return pieces;
}

export interface Zeroing {
  readonly offset: number;
  readonly length: number;
  readonly operation: 'discard' | 'zeroes';
  readonly mayUnmap: boolean;
}

/**
 * What may be freed, by `discard-granularity` (DRBD 9 §2.10): whole blocks of that size. What is left at both ends is written as
 * zeroes, for a store that frees less than it was asked to could keep the old bytes there.
 */
export function zeroingsOf({ options }: Pick<Volume, 'options'>, wanted: Zeroing): Zeroing[] {
  const granularity = options.discardGranularityBytes;
  if (!wanted.mayUnmap || granularity === INHERITED) return [wanted];
  const end = wanted.offset + wanted.length;
  const first = granularity === 0 ? end : Math.ceil(wanted.offset / granularity) * granularity;
  const last = granularity === 0 ? end : Math.floor(end / granularity) * granularity;
  if (first >= last) return [{ ...wanted, operation: 'zeroes', mayUnmap: false }];
  const kept = { operation: 'zeroes', mayUnmap: false } as const;
  return [
    { ...kept, offset: wanted.offset, length: first - wanted.offset },
    { ...wanted, offset: first, length: last - first },
    { ...kept, offset: last, length: end - last },
  ].filter(({ length }) => length > 0);
}

/** `discard-zeroes-if-aligned no`: the store is not trusted to read zeroes after a discard, so it is made to write them. */
export const mayUnmap = (volume: Volume, wanted: boolean): boolean => wanted && volume.options.discardZeroesIfAligned;

/** Answers the client; one whose request was cut only with the last piece, and with the first error if there was one. */
export function answerClient(
  r: Resource,
  client: ClientRequestId,
  cut: CutRequest | undefined,
  outcome: ClientOutcome,
): void {
  if (cut === undefined) {
    r.ports.completeClient(client, outcome);
    return;
  }
  cut.remaining -= 1;
  if (!outcome.ok) cut.failure ??= outcome;
  if (cut.remaining === 0) r.ports.completeClient(client, cut.failure ?? outcome);
}
