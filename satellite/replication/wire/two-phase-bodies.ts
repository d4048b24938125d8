/** Bodies of the two-phase changes: all of fixed length. Tables: docs/protocol.md. */
import type { Bytes } from '../../../common/units.ts';
import type { WireReader, WireWriter } from './big-endian.ts';
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';
import type { ChangeId, ClusterChange, ResizeChange, Tally } from './two-phase-frames.ts';
import { WireError } from './wire-error.ts';
import { CHANGE_CODES, OBJECTION_CODES } from './wire-names.ts';

const ID_BYTES = 5;
/** Kind, node, volume, size, flags: fields that a kind has no use for are zero (node: none). */
const CHANGE_BYTES = 13;
const RESIZE_FLAGS = { assumeClean: 1, assumePeerHasSpace: 2, shrink: 4, exact: 8 } as const;
const TALLY_BYTES = 24;

function writeId(id: ChangeId, out: WireWriter): void {
  out.u8(id.initiator);
  out.u32(id.transaction);
}

function readId(from: WireReader): ChangeId {
  const initiator = from.node();
  const transaction = from.u32();
  if (transaction === 0) throw new WireError('PROTOCOL_ERROR', 'a two-phase change without a number');
  return { initiator, transaction };
}

function writeChange(change: ClusterChange, out: WireWriter): void {
  out.u8(CHANGE_CODES.toByte(change.kind));
  out.optionalNode('peer' in change ? change.peer : undefined);
  out.u16('volume' in change ? change.volume : 0);
  out.u53(change.kind === 'resize' ? change.sizeBytes : 0);
  out.u8(change.kind === 'resize' ? resizeFlags(change) : 0);
}

function resizeFlags(change: ResizeChange): number {
  let flags = change.assumeClean ? RESIZE_FLAGS.assumeClean : 0;
  if (change.assumePeerHasSpace) flags |= RESIZE_FLAGS.assumePeerHasSpace;
  if (change.shrink) flags |= RESIZE_FLAGS.shrink;
  return change.exact ? flags | RESIZE_FLAGS.exact : flags;
}

function readChange(from: WireReader): ClusterChange {
  const kind = CHANGE_CODES.fromByte(from.u8());
  const peer = from.optionalNode();
  const volume = from.volumeField();
  const sizeBytes = from.u53() as Bytes;
  const flags = from.u8();
  switch (kind) {
    case 'connect':
    case 'disconnect':
      if (peer === undefined) throw new WireError('PROTOCOL_ERROR', `a change "${kind}" names no node`);
      return { kind, peer };
    case 'attach':
    case 'detach':
      return { kind, volume };
    case 'resize':
      return {
        kind,
        volume,
        sizeBytes,
        assumeClean: (flags & RESIZE_FLAGS.assumeClean) !== 0,
        assumePeerHasSpace: (flags & RESIZE_FLAGS.assumePeerHasSpace) !== 0,
        shrink: (flags & RESIZE_FLAGS.shrink) !== 0,
        exact: (flags & RESIZE_FLAGS.exact) !== 0,
      };
    default:
      return { kind };
  }
}

function writeTally(tally: Tally, out: WireWriter): void {
  out.u32(tally.reachable);
  out.u32(tally.primaries);
  out.u32(tally.diskfulPrimaries);
  out.u32(tally.weak);
  out.u53(tally.maxSizeBytes);
}

const readTally = (from: WireReader): Tally => ({
  reachable: from.mask(),
  primaries: from.mask(),
  diskfulPrimaries: from.mask(),
  weak: from.mask(),
  maxSizeBytes: from.u53() as Bytes,
});

export const TWOPC_PREPARE_BODY = fixedBody<FrameOf<'TWOPC_PREPARE'>>({
  number: 19,
  stream: 'data',
  bytes: ID_BYTES + 4 + CHANGE_BYTES,
  write(frame, out) {
    writeId(frame, out);
    out.u32(frame.nodesToReach);
    writeChange(frame.change, out);
  },
  read: (from) => ({
    type: 'TWOPC_PREPARE',
    ...readId(from),
    nodesToReach: from.mask(),
    change: readChange(from),
  }),
});

export const TWOPC_COMMIT_BODY = fixedBody<FrameOf<'TWOPC_COMMIT'>>({
  number: 20,
  stream: 'data',
  bytes: ID_BYTES + 20,
  write(frame, out) {
    writeId(frame, out);
    out.u32(frame.reachable);
    out.u32(frame.primaries);
    out.u32(frame.weak);
    out.u53(frame.sizeBytes);
  },
  read: (from) => ({
    type: 'TWOPC_COMMIT',
    ...readId(from),
    reachable: from.mask(),
    primaries: from.mask(),
    weak: from.mask(),
    sizeBytes: from.u53() as Bytes,
  }),
});

export const TWOPC_ABORT_BODY: BodyCodec<FrameOf<'TWOPC_ABORT'>> = fixedBody<FrameOf<'TWOPC_ABORT'>>({
  number: 21,
  stream: 'data',
  bytes: ID_BYTES,
  write: writeId,
  read: (from) => ({ type: 'TWOPC_ABORT', ...readId(from) }),
});

export const TWOPC_YES_BODY = fixedBody<FrameOf<'TWOPC_YES'>>({
  number: 75,
  stream: 'control',
  bytes: ID_BYTES + TALLY_BYTES,
  write(frame, out) {
    writeId(frame, out);
    writeTally(frame.tally, out);
  },
  read: (from) => ({ type: 'TWOPC_YES', ...readId(from), tally: readTally(from) }),
});

export const TWOPC_NO_BODY = fixedBody<FrameOf<'TWOPC_NO'>>({
  number: 76,
  stream: 'control',
  bytes: ID_BYTES + 1,
  write(frame, out) {
    writeId(frame, out);
    out.u8(OBJECTION_CODES.toByte(frame.objection));
  },
  read: (from) => ({ type: 'TWOPC_NO', ...readId(from), objection: OBJECTION_CODES.fromByte(from.u8()) }),
});

export const TWOPC_RETRY_BODY = fixedBody<FrameOf<'TWOPC_RETRY'>>({
  number: 77,
  stream: 'control',
  bytes: ID_BYTES,
  write: writeId,
  read: (from) => ({ type: 'TWOPC_RETRY', ...readId(from) }),
});
