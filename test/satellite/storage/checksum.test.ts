import { expect } from 'chai';
import fc from 'fast-check';
import { crc32c as portable } from '../../../common/crc32c.ts';
import { crc32c, crc32cOfChunks } from '../../../satellite/storage/checksum.ts';

describe('Payload checksum', () => {
  it('has the check value of CRC32C', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).to.equal(0xe3069283);
    expect(crc32cOfChunks([])).to.equal(0);
  });

  it('is the same natively and portably, and however the payload is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 5 }), (chunks) => {
        const whole = new Uint8Array(Buffer.concat(chunks));
        expect(crc32cOfChunks(chunks)).to.equal(portable(whole));
        expect(crc32c(whole)).to.equal(portable(whole));
      }),
    );
  });
});
