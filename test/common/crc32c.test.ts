import { crc32c as nativeCrc32c } from '@node-rs/crc32';
import { expect } from 'chai';
import fc from 'fast-check';
import { crc32c } from '../../common/crc32c.ts';

describe('crc32c', () => {
  it('gives the check value of the catalogue and the vectors of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).to.equal(0xe306_9283);
    expect(crc32c(new Uint8Array(32))).to.equal(0x8a91_36aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).to.equal(0x62a8_ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).to.equal(0x46dd_794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).to.equal(0x113f_db5c);
    expect(crc32c(new Uint8Array(0))).to.equal(0);
  });

  it('continues from the checksum of what came before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (a, b) => {
        expect(crc32c(b, crc32c(a))).to.equal(crc32c(Uint8Array.from([...a, ...b])));
      }),
    );
  });

  it('agrees with the native one at any length and alignment', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, skip) => {
        const part = bytes.subarray(Math.min(skip, bytes.length));
        expect(crc32c(part)).to.equal(nativeCrc32c(part));
      }),
    );
  });
});
