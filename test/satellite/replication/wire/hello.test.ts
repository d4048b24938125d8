import { expect } from 'chai';
import fc from 'fast-check';
import { ERROR_CODES, type ErrorCode } from '../../../../common/errors.ts';
import {
  decodeHello,
  decodeHelloReply,
  encodeHello,
  encodeHelloReply,
  type HelloReply,
} from '../../../../satellite/replication/wire/hello.ts';
import { WireError } from '../../../../satellite/replication/wire/wire-error.ts';
import { anyHello } from './frame-arbitraries.ts';

const text = fc.string({ unit: 'binary-ascii', maxLength: 256 }).map((value) => value.replace(/[^ -~]/g, '.'));
const anyReply: fc.Arbitrary<HelloReply> = fc.oneof(
  fc.constant<HelloReply>({ ok: true }),
  fc.record({
    ok: fc.constant(false as const),
    code: fc.constantFrom(...(Object.keys(ERROR_CODES) as ErrorCode[])),
    text,
  }),
);

describe('Hello', () => {
  it('comes back as it was, and asks for more bytes until it is whole', () => {
    fc.assert(
      fc.property(anyHello, fc.uint8Array({ maxLength: 10 }), (hello, behind) => {
        const bytes = encodeHello(hello);
        for (let end = 0; end < bytes.length; end++) expect(decodeHello(bytes.subarray(0, end))).to.equal(undefined);
        expect(decodeHello(Uint8Array.of(...bytes, ...behind))).to.deep.equal({ value: hello, length: bytes.length });
      }),
    );
  });

  it('is refused with any bit flipped', () => {
    fc.assert(
      fc.property(anyHello, fc.nat(), (hello, where) => {
        const bytes = new Uint8Array(200);
        const encoded = encodeHello(hello);
        bytes.set(encoded);
        const bit = where % (encoded.length * 8);
        bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeHello(bytes)).to.be.instanceOf(WireError);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on garbage and tells it within 272 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 272, maxLength: 300 }), fc.boolean(), (bytes, magic) => {
        if (magic) bytes.set([0x4c, 0x53, 0x48, 0x31]);
        expect(decodeHello(bytes)).to.be.instanceOf(WireError);
        if (magic) bytes.set([0x4c, 0x53, 0x52, 0x31]);
        expect(decodeHelloReply(bytes)).to.be.instanceOf(WireError);
      }),
    );
  });
});

describe('Answer to a hello', () => {
  it('comes back as it was, and asks for more bytes until it is whole', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const bytes = encodeHelloReply(reply);
        for (let end = 0; end < bytes.length; end++)
          expect(decodeHelloReply(bytes.subarray(0, end))).to.equal(undefined);
        expect(decodeHelloReply(bytes)).to.deep.equal({ value: reply, length: bytes.length });
      }),
    );
  });

  it('cuts a text that is too long, and shows nothing but printable characters', () => {
    const bytes = encodeHelloReply({ ok: false, code: 'WRONG_NODE', text: `\u001b[31m${'x'.repeat(5000)}` });
    const reply = decodeHelloReply(bytes);
    expect(reply).to.deep.equal({
      value: { ok: false, code: 'WRONG_NODE', text: `?[31m${'x'.repeat(251)}` },
      length: bytes.length,
    });
  });
});
