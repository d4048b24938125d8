import { expect } from 'chai';
import fc from 'fast-check';
import { ByteChunks } from '../../../../satellite/replication/wire/byte-chunks.ts';
import { encodeFrame } from '../../../../satellite/replication/wire/codec.ts';
import { FrameDecoder } from '../../../../satellite/replication/wire/decoder.ts';
import type { Frame } from '../../../../satellite/replication/wire/frames.ts';
import { WireError } from '../../../../satellite/replication/wire/wire-error.ts';
import { anyFrame, comparable } from './frame-arbitraries.ts';

function bytesOf(frames: readonly Frame[]): Buffer {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const { header, payload } = encodeFrame(frame);
      return payload instanceof ByteChunks ? [header, ...payload.chunks] : [header];
    }),
  );
}

function drain(decoder: FrameDecoder): (Frame | WireError)[] {
  const frames: (Frame | WireError)[] = [];
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
    frames.push(frame);
    if (frame instanceof WireError) break;
  }
  return frames;
}

function reply(bytes: number): Frame {
  const chunk = Uint8Array.from({ length: bytes }, (_, i) => i % 251);
  return { type: 'DATA_REPLY', request: 1, payloadChecksum: 0, integrity: undefined, payload: new ByteChunks([chunk]) };
}

describe('FrameDecoder', () => {
  it('finds the frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
        (frames, cuts) => {
          const stream = bytesOf(frames);
          const decoder = new FrameDecoder();
          const found: (Frame | WireError)[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const end = at + (cuts[i % cuts.length] ?? 1);
            decoder.push(stream.subarray(at, end));
            found.push(...drain(decoder));
            at = end;
          }
          expect(found.map((frame) => (frame instanceof WireError ? frame : comparable(frame)))).to.deep.equal(
            frames.map(comparable),
          );
          expect(decoder.bufferedBytes).to.equal(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes single bytes, and joins them instead of keeping each', () => {
    const frames: Frame[] = [reply(5000), { type: 'PING' }, reply(300)];
    const decoder = new FrameDecoder();
    const found: (Frame | WireError)[] = [];
    for (const byte of bytesOf(frames)) {
      decoder.push(Uint8Array.of(byte));
      found.push(...drain(decoder));
    }
    expect(found.map((frame) => (frame instanceof WireError ? frame : comparable(frame)))).to.deep.equal(
      frames.map(comparable),
    );
    const first = found[0];
    const payload = first !== undefined && 'payload' in first ? first.payload : undefined;
    expect(payload instanceof ByteChunks && payload.chunks.length).to.be.lessThan(600);
  });

  it('keeps the payload where it arrived', () => {
    const stream = bytesOf([reply(4096)]);
    const decoder = new FrameDecoder();
    decoder.push(stream);
    const frame = decoder.next();
    const payload = frame !== undefined && 'payload' in frame ? frame.payload : undefined;
    expect(payload instanceof ByteChunks && payload.chunks[0]?.buffer).to.equal(stream.buffer);
  });

  it('notices a flipped bit in a header or body, and is dead afterwards', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 60 }), (frame, where, cut) => {
        const header = encodeFrame(frame).header.length;
        const stream = bytesOf([frame, { type: 'PING' }]);
        const bit = where % (header * 8);
        stream[bit >>> 3] = (stream[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        const decoder = new FrameDecoder();
        const found: (Frame | WireError)[] = [];
        for (let at = 0; at < stream.length; at += cut) {
          decoder.push(stream.subarray(at, at + cut));
          found.push(...drain(decoder));
        }
        expect(found[0]).to.be.instanceOf(WireError);
        expect(new Set(found).size).to.equal(1);
        expect(decoder.bufferedBytes).to.equal(0);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on garbage and never waits for more than one frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
        const decoder = new FrameDecoder();
        for (const chunk of chunks) {
          decoder.push(chunk);
          for (const frame of drain(decoder)) expect(frame).to.be.instanceOf(WireError);
        }
        expect(decoder.bufferedBytes).to.be.lessThan(28);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a frame of the other stream', () => {
    const decoder = new FrameDecoder('control');
    decoder.push(bytesOf([{ type: 'PING' }, { type: 'BARRIER', epoch: 1 }]));
    expect(decoder.next()).to.deep.equal({ type: 'PING' });
    expect(decoder.next()).to.have.property('code', 'PROTOCOL_ERROR');
  });
});
