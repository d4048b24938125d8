import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { InvariantError } from '../../../../common/assert.ts';
import { crc32c } from '../../../../common/crc32c.ts';
import type { VolumeNumber } from '../../../../common/ids.ts';
import type { Bytes } from '../../../../common/units.ts';
import { putU16, putU32 } from '../../../../satellite/replication/wire/big-endian.ts';
import { ByteChunks } from '../../../../satellite/replication/wire/byte-chunks.ts';
import { decodeFrame, encodedBytes, encodeFrame, HEADER_BYTES } from '../../../../satellite/replication/wire/codec.ts';
import { FRAME_TABLE } from '../../../../satellite/replication/wire/frame-table.ts';
import type { Frame, FrameType } from '../../../../satellite/replication/wire/frames.ts';
import { WireError } from '../../../../satellite/replication/wire/wire-error.ts';
import { anyFrame, comparable, FRAME_TYPES, FRAMES } from './frame-arbitraries.ts';

const WRITE: Frame = {
  type: 'DATA',
  volume: 3 as VolumeNumber,
  request: 7,
  dagtag: 99,
  offset: 8192 as Bytes,
  length: 2 as Bytes,
  wantsRecvAck: false,
  wantsWriteAck: true,
  payloadChecksum: 0xdead_beef,
  integrity: undefined,
  payload: new ByteChunks([Uint8Array.of(1, 2)]),
};

/** Changes one header field and makes the checksum of the header right again. */
function withHeaderField(frame: Frame, at: number, width: 2 | 4, value: number): Uint8Array {
  const bytes = encodeFrame(frame).header.slice();
  if (width === 2) putU16(bytes, at, value);
  else putU32(bytes, at, value);
  putU32(bytes, 24, crc32c(bytes.subarray(0, 24)));
  return bytes;
}

/** Changes the body and makes both checksums right again. */
function withBody(frame: Frame, change: (body: Uint8Array) => Uint8Array): Uint8Array {
  const bytes = encodeFrame(frame).header;
  const body = change(bytes.slice(HEADER_BYTES));
  const changed = new Uint8Array(HEADER_BYTES + body.length);
  changed.set(bytes.subarray(0, HEADER_BYTES));
  changed.set(body, HEADER_BYTES);
  putU32(changed, 12, body.length);
  putU32(changed, 20, crc32c(body));
  putU32(changed, 24, crc32c(changed.subarray(0, 24)));
  return changed;
}

function codeOf(result: Frame | WireError): string {
  return result instanceof WireError ? result.code : `decoded ${result.type}`;
}

describe('Frame codec', () => {
  for (const type of FRAME_TYPES) {
    it(`gives back every ${type} as it was`, () => {
      fc.assert(
        fc.property(FRAMES[type] as fc.Arbitrary<Frame>, (frame) => {
          const { header, payload } = encodeFrame(frame);
          expect(header.length).to.equal(encodedBytes(frame));
          const decoded = decodeFrame(header, payload);
          if (decoded instanceof WireError) throw decoded;
          expect(decoded).to.deep.equal(frame);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('notices every flipped bit of header and body', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, where) => {
        const { header, payload } = encodeFrame(frame);
        const bit = where % (header.length * 8);
        header[bit >>> 3] = (header[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeFrame(header, payload)).to.be.instanceOf(WireError);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws on garbage, nor on garbage with valid checksums', () => {
    const types = fc.oneof(fc.nat(0xffff), fc.constantFrom(...Object.values(FRAME_TABLE).map(({ number }) => number)));
    fc.assert(
      fc.property(
        types,
        fc.nat(7),
        fc.nat(0xffff),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(3),
        (type, flags, volume, body, payloadBytes) => {
          expect(decodeFrame(body, undefined)).to.be.instanceOf(WireError);
          const bytes = withBody({ type: 'PING' }, () => body);
          putU16(bytes, 4, type);
          putU16(bytes, 6, flags);
          putU16(bytes, 8, volume);
          putU32(bytes, 16, payloadBytes);
          putU32(bytes, 24, crc32c(bytes.subarray(0, 24)));
          const payload = payloadBytes === 0 ? undefined : new ByteChunks([new Uint8Array(payloadBytes)]);
          const decoded = decodeFrame(bytes, payload);
          // What decodes is a frame that we would send just so.
          if (!(decoded instanceof WireError))
            expect(comparable(decodeFrame(encodeFrame(decoded).header, payload) as Frame)).to.deep.equal(
              comparable(decoded),
            );
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('refuses lengths beyond the limits before anything is allocated', () => {
    expect(codeOf(decodeFrame(withHeaderField(WRITE, 16, 4, 1_048_577), WRITE.payload))).to.equal('FRAME_TOO_LARGE');
    expect(codeOf(decodeFrame(withHeaderField(WRITE, 12, 4, 0xffff_ffff), WRITE.payload))).to.equal('FRAME_TOO_LARGE');
    expect(codeOf(decodeFrame(withHeaderField({ type: 'PING' }, 16, 4, 4096), undefined))).to.equal('PROTOCOL_ERROR');
  });

  it('refuses unknown types, flags, volumes and bytes behind the fields', () => {
    expect(codeOf(decodeFrame(withHeaderField({ type: 'PING' }, 4, 2, 999), undefined))).to.equal('PROTOCOL_ERROR');
    expect(codeOf(decodeFrame(withHeaderField(WRITE, 6, 2, 0x8000), WRITE.payload))).to.equal('PROTOCOL_ERROR');
    expect(codeOf(decodeFrame(withHeaderField(WRITE, 8, 2, 0xffff), WRITE.payload))).to.equal('PROTOCOL_ERROR');
    expect(codeOf(decodeFrame(withHeaderField({ type: 'PING' }, 8, 2, 0), undefined))).to.equal('PROTOCOL_ERROR');
    const verdict: Frame = { type: 'VERDICT', volumes: [] };
    expect(
      codeOf(
        decodeFrame(
          withBody(verdict, (body) => Uint8Array.of(...body, 0)),
          undefined,
        ),
      ),
    ).to.equal('PROTOCOL_ERROR');
    expect(
      codeOf(
        decodeFrame(
          withBody(verdict, () => Uint8Array.of(0xff, 0xff)),
          undefined,
        ),
      ),
    ).to.equal('FRAME_TOO_LARGE');
    expect(
      codeOf(
        decodeFrame(
          withBody(verdict, () => Uint8Array.of(0, 9)),
          undefined,
        ),
      ),
    ).to.equal('PROTOCOL_ERROR');
  });

  it('refuses numbers of 2^53 and more', () => {
    const bytes = withBody({ type: 'BARRIER', epoch: 1 }, () => new Uint8Array(8).fill(0xff));
    expect(codeOf(decodeFrame(bytes, undefined))).to.equal('PROTOCOL_ERROR');
  });

  it('asserts that what we send is within the limits', () => {
    const tooLong: Frame = {
      type: 'DATA_REPLY',
      request: 1,
      payloadChecksum: 0,
      integrity: undefined,
      payload: { byteLength: 1_048_577 },
    };
    expect(() => encodeFrame(tooLong)).to.throw(InvariantError);
    expect(() => encodeFrame({ type: 'BARRIER', epoch: 1.5 })).to.throw(InvariantError);
    expect(() => encodeFrame({ ...WRITE, length: 3 as Bytes })).to.throw(InvariantError);
    expect(() => encodeFrame({ type: 'WRITE_ACK', request: -1 })).to.throw(InvariantError);
  });

  it('carries a payload that it knows nothing about', () => {
    const payload = { byteLength: 4096, sectors: [1, 2, 3] };
    const { header } = encodeFrame({ ...WRITE, length: 4096 as Bytes, payload });
    const decoded = decodeFrame(header, payload);
    expect(decoded).to.have.property('payload', payload);
  });

  it('keeps the bytes of version 1: an acknowledgement and a write', () => {
    const hex = (frame: Frame): string => Buffer.from(encodeFrame(frame).header).toString('hex');
    expect(hex({ type: 'WRITE_ACK', request: 2 ** 40 + 5 })).to.equal(ACK_FIXTURE);
    expect(hex(WRITE)).to.equal(WRITE_FIXTURE);
  });

  it('has the types and numbers that docs/protocol.md tells', () => {
    const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) \| ([A-Z_]+) \| (data|control) \| (yes|no) \| (yes|no) \|/gm)];
    const told = rows.map(([, number, name, stream, volume, payload]) => ({
      name,
      number: Number(number),
      stream,
      volume: volume === 'yes',
      payload: payload === 'yes',
    }));
    const real = (Object.keys(FRAME_TABLE) as FrameType[]).map((name) => {
      const { number, stream, hasVolume, hasPayload } = FRAME_TABLE[name];
      return { name: name as string, number, stream, volume: hasVolume, payload: hasPayload };
    });
    const byNumber = (a: { number: number }, b: { number: number }): number => a.number - b.number;
    expect(told.sort(byNumber)).to.deep.equal(real.sort(byNumber));
  });
});

const ACK_FIXTURE = '4c53463100430000ffff0000000000080000000056e9cd8f069c12c60000010000000005';
const WRITE_FIXTURE =
  '4c53463100060002000300000000001c00000002b3b59b0bb7a6869b000000000000000700000000000000630000000000002000deadbeef';
