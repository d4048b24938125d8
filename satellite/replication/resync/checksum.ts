/**
 * Checksum-based resync (DRBD §5.4): the target sends the digest of what it has, and an equal block is not copied.
 *
 *   lock → read our own block → RS_CSUM_REQUEST → RS_IS_IN_SYNC → group flush → both bits go
 *
 * The range stays locked from before the read until the bits are cleared, so that what was compared is what is there. The
 * group flush comes before the bits as for a copied block: what the target compared may still be in a volatile cache.
 */
import type { Bytes } from '../../../common/units.ts';
import { STRONG_DIGEST } from '../digest.ts';
import type { Digest } from '../../../common/options/options.ts';
import type { Payload } from '../payload.ts';
import { type Connection, type Resource, startIo, type TargetRequest } from '../state.ts';
import { FEATURES } from '../wire/frames.ts';
import { streamPosition } from './source-choice.ts';

export interface DigestChoice {
  /** The decision asks for it whatever the options say: bits are left on equal generations, most of them for nothing. */
  readonly forced: boolean;
  /** One of the two crashed as Primary. */
  readonly afterCrash: boolean;
}

/** `csums-alg` and `csums-after-crash-only`; `none`: blocks are copied without a comparison. */
export function resyncDigest({ options, features }: Connection, { forced, afterCrash }: DigestChoice): Digest {
  if ((features & FEATURES.checksumResync) === 0) return 'none';
  if (forced) return options.csumsAlg === 'none' ? STRONG_DIGEST : options.csumsAlg;
  return options.csumsAfterCrashOnly && !afterCrash ? 'none' : options.csumsAlg;
}

/** The range is locked. */
export function readOwnBlock(r: Resource, request: TargetRequest): void {
  const { volume } = request;
  request.stage = 'reading';
  const io = startIo(r, { kind: 'rs-own-read', volume, attachment: volume.attachment, owner: request });
  r.ports.readData(io, volume.number, request.offset as Bytes, request.length as Bytes);
}

export function onOwnBlockRead(r: Resource, request: TargetRequest, payload: Payload | undefined): void {
  const { connection, device } = request;
  const digest = device.target?.digest ?? 'none';
  // Given up meanwhile: its lock has gone with it.
  if (request.stage !== 'reading' || connection.link !== request.link || payload === undefined || digest === 'none')
    return;
  request.stage = 'sent';
  r.ports.send(connection.peer, request.link, 'data', {
    type: 'RS_CSUM_REQUEST',
    volume: request.volume.number,
    request: request.request,
    offset: request.offset as Bytes,
    length: request.length as Bytes,
    ...streamPosition(r, device),
    algorithm: digest,
    digest: r.ports.digests(payload, digest, request.length as Bytes),
  });
}
