/**
 * Do the sizes of two nodes go together (DRBD 9, §7.4)? Decided by both ends from the two snapshots of a handshake. A smaller
 * disk with room takes on the larger size first, a disk that was never used the smaller one; then the two meet again. No disk
 * shrinks because of a meeting, and none that is too small joins what is in use.
 */
import type { NodeId } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { JUST_CREATED, sameGeneration } from '../metadata/generation-id.ts';
import type { HandshakeSide } from './view.ts';

/** `node` takes on this size before the two go on. */
export interface SizeToTake {
  readonly node: NodeId;
  readonly sizeBytes: Bytes;
}

export type Fit =
  | { readonly kind: 'fits' }
  | (SizeToTake & { readonly kind: 'adjust'; readonly reason: string })
  | { readonly kind: 'misfit'; readonly reason: string };

const FITS: Fit = { kind: 'fits' };

/** The same on both ends. */
export function fitOf(self: HandshakeSide, peer: HandshakeSide): Fit {
  const [small, large] = self.handshake.sizeBytes <= peer.handshake.sizeBytes ? [self, peer] : [peer, self];
  const { sizeBytes } = large.handshake;
  if (small.handshake.sizeBytes === sizeBytes) return FITS;
  // A diskless node: what its clients use must fit on every disk.
  if (small.handshake.sizeBytes === 0) return mayServe(large, small);
  const isUsed = (side: HandshakeSide): boolean =>
    side.role === 'Primary' || !sameGeneration(side.handshake.current, JUST_CREATED);
  if (!isUsed(large) && (isUsed(small) || small.handshake.capacityBytes < sizeBytes))
    return adjust(large, small.handshake.sizeBytes, 'its new disk takes on the size of the volume');
  return growth(small, sizeBytes);
}

function mayServe(disk: HandshakeSide, { handshake: client }: HandshakeSide): Fit {
  return client.usedBytes <= disk.handshake.sizeBytes ? FITS : growth(disk, client.usedBytes);
}

function growth(small: HandshakeSide, sizeBytes: Bytes): Fit {
  const { capacityBytes } = small.handshake;
  if (capacityBytes >= sizeBytes) return adjust(small, sizeBytes, `it has to grow to ${sizeBytes} bytes first`);
  const reason = `the disk of node ${small.node} has room for ${capacityBytes} bytes, the volume has ${sizeBytes}`;
  return { kind: 'misfit', reason };
}

const adjust = ({ node }: HandshakeSide, sizeBytes: Bytes, what: string): Fit => ({
  kind: 'adjust',
  node,
  sizeBytes,
  reason: `the sizes of the two nodes differ; node ${node}: ${what}`,
});
