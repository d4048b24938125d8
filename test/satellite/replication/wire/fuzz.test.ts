/**
 * Random and mutated bytes for the parsers of the replication socket. Checksums are repaired after a change, so that the
 * input gets beyond them to lengths, flags and fields. Each run has new input; a failure prints its seed.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { crc32c } from '../../../../common/crc32c.ts';
import { ByteChunks } from '../../../../satellite/replication/wire/byte-chunks.ts';
import { encodeFrame, HEADER_BYTES } from '../../../../satellite/replication/wire/codec.ts';
import { FrameDecoder } from '../../../../satellite/replication/wire/decoder.ts';
import type { Frame } from '../../../../satellite/replication/wire/frames.ts';
import { decodeHello, decodeHelloReply, encodeHello } from '../../../../satellite/replication/wire/hello.ts';
import { REQUEST_BYTES_MAX } from '../../../../satellite/replication/wire/limits.ts';
import { WireError } from '../../../../satellite/replication/wire/wire-error.ts';
import { anyFrame, anyHello, comparable } from './frame-arbitraries.ts';

type Change = readonly [at: number, value: number];
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
/** Values at which lengths and offsets break. */
const edges = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff);
const edgeChanges = fc.array(fc.tuple(fc.nat(), edges), { minLength: 1, maxLength: 8 });

function apply(bytes: Buffer, list: readonly Change[]): void {
  for (const [at, value] of list) bytes[at % bytes.length] = value;
}

function bytesOf(frame: Frame): { head: Buffer; payload: Buffer } {
  const { header, payload } = encodeFrame(frame);
  return {
    head: Buffer.from(header),
    payload: payload instanceof ByteChunks ? Buffer.concat(payload.chunks) : Buffer.alloc(0),
  };
}

function repairChecksums(head: Buffer): void {
  const bodyEnd = Math.min(head.length, HEADER_BYTES + head.readUInt32BE(12));
  const body = head.subarray(HEADER_BYTES, bodyEnd);
  head.writeUInt32BE(body.length === 0 ? 0 : crc32c(body), 20);
  head.writeUInt32BE(crc32c(head.subarray(0, 24)), 24);
}

/** What came out, up to the first error. Fails when anything is thrown or more waits than one frame may hold. */
function decodeAll(stream: Buffer, cut: number): { frames: Frame[]; error: WireError | undefined } {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  for (let at = 0; at < stream.length; at += cut) {
    decoder.push(stream.subarray(at, at + cut));
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      if (frame instanceof WireError) return { frames, error: frame };
      frames.push(frame);
    }
  }
  expect(decoder.bufferedBytes)
    .to.be.at.most(stream.length)
    .and.below(2 * REQUEST_BYTES_MAX);
  return { frames, error: undefined };
}

describe('Parsers of the replication socket under random input', function () {
  this.timeout(60_000);
  const cuts = fc.integer({ min: 1, max: 5_000 });

  it('give frames or one final error for frames that were changed anywhere, their checksums right', () => {
    fc.assert(
      fc.property(anyFrame, anyFrame, fc.oneof(changes, edgeChanges), cuts, (changed, behind, list, cut) => {
        const { head, payload } = bytesOf(changed);
        apply(head, list);
        head.writeUInt32BE(0x4c53_4631, 0);
        repairChecksums(head);
        const next = bytesOf(behind);
        const { frames, error } = decodeAll(Buffer.concat([head, payload, next.head, next.payload]), cut);
        for (const frame of frames) {
          const again = bytesOf(frame);
          const twice = decodeAll(Buffer.concat([again.head, again.payload]), cut);
          expect(twice.frames.map(comparable), 'what was accepted can be said again').to.deep.equal([
            comparable(frame),
          ]);
        }
        if (error !== undefined)
          expect(error.code).to.be.oneOf(['PROTOCOL_ERROR', 'FRAME_TOO_LARGE', 'CHECKSUM_MISMATCH']);
      }),
      { numRuns: 3_000 },
    );
  });

  it('never take damaged frames for others when the checksums are not repaired', () => {
    fc.assert(
      fc.property(anyFrame, changes, cuts, (frame, list, cut) => {
        const { head, payload } = bytesOf(frame);
        const before = Buffer.from(head);
        apply(head, list);
        const { frames, error } = decodeAll(Buffer.concat([head, payload]), cut);
        if (head.equals(before)) expect(frames.map(comparable)).to.deep.equal([comparable(frame)]);
        else expect(frames.length === 0 && error !== undefined, 'refused').to.equal(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('give an error for headers of any content under a right checksum, or wait for no more than they may', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), fc.nat(80), fc.boolean(), (noise, type, small) => {
        const head = Buffer.alloc(HEADER_BYTES);
        head.set(noise);
        head.writeUInt32BE(0x4c53_4631, 0);
        head.writeUInt16BE(type, 4);
        if (small) head.fill(0, 6, 8).fill(0, 10, 14).fill(0, 16, 18);
        head.writeUInt32BE(crc32c(head.subarray(0, 24)), 24);
        const decoder = new FrameDecoder();
        decoder.push(head);
        const frame = decoder.next();
        if (frame instanceof WireError) expect(decoder.bufferedBytes).to.equal(0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('read hellos and their answers from any bytes', () => {
    fc.assert(
      fc.property(anyHello, fc.oneof(changes, edgeChanges), fc.boolean(), (hello, list, reply) => {
        const bytes = Buffer.from(encodeHello(hello));
        apply(bytes, list);
        bytes.writeUInt32BE(reply ? 0x4c53_5231 : 0x4c53_4831, 0);
        bytes.writeUInt32BE(crc32c(bytes.subarray(0, bytes.length - 4)), bytes.length - 4);
        const read = reply ? decodeHelloReply(bytes) : decodeHello(bytes);
        if (read === undefined || read instanceof WireError) return;
        expect(read.length).to.be.at.most(bytes.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
