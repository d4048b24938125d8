import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { DIGEST_BYTES, type DigestAlgorithm } from '../../../satellite/replication/digest.ts';
import { digestsOfChunks, isZero } from '../../../satellite/storage/digests.ts';

describe('Digests of blocks', () => {
  it('are the same however the data is cut into chunks, one per piece', () => {
    const data = randomBytes(10_000);
    const cut = [data.subarray(0, 1), data.subarray(1, 4_097), data.subarray(4_097, 4_097), data.subarray(4_097)];
    for (const algorithm of Object.keys(DIGEST_BYTES) as DigestAlgorithm[]) {
      const whole = digestsOfChunks([data], algorithm, 4_096);
      expect(whole).to.have.length(3 * DIGEST_BYTES[algorithm]);
      expect([...digestsOfChunks(cut, algorithm, 4_096)]).to.deep.equal([...whole]);
    }
  });

  it('are those of the algorithm', () => {
    const data = randomBytes(5_000);
    expect([...digestsOfChunks([data], 'sha256', 5_000)]).to.deep.equal([
      ...createHash('sha256').update(data).digest(),
    ]);
    expect([...digestsOfChunks([new TextEncoder().encode('123456789')], 'crc32c', 9)]).to.deep.equal([
      0xe3, 0x06, 0x92, 0x83,
    ]);
    expect([...digestsOfChunks([new TextEncoder().encode('123456789')], 'crc32', 9)]).to.deep.equal([
      0xcb, 0xf4, 0x39, 0x26,
    ]);
  });
});

describe('The test for zeroes', () => {
  it('sees a single bit anywhere', () => {
    const data = new Uint8Array(200_000);
    expect(isZero(data)).to.equal(true);
    for (const at of [0, 65_535, 65_536, 199_999]) {
      data[at] = 1;
      expect(isZero(data)).to.equal(false);
      data[at] = 0;
    }
  });
});
