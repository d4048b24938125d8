import { expect } from 'chai';
import fc from 'fast-check';
import { BITMAP_BLOCKS_MAX } from '../../../../satellite/replication/wire/limits.ts';
import { decodeRuns, encodeRuns } from '../../../../satellite/replication/wire/run-length.ts';

/** Alternating runs as plain bits. */
function bitsOfRuns(first: 0 | 1, runs: readonly number[]): { bits: Uint8Array; blocks: number } {
  const blocks = runs.reduce((sum, run) => sum + run, 0);
  const bits = new Uint8Array(Math.ceil(blocks / 8));
  let at = 0;
  for (const [i, run] of runs.entries()) {
    for (let k = 0; k < run; k++, at++)
      if ((i + first) % 2 === 1) bits[at >>> 3] = (bits[at >>> 3] ?? 0) | (1 << (at & 7));
  }
  return { bits, blocks };
}

const runLists = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3000 })), {
  minLength: 1,
  maxLength: 40,
});

describe('Run-length coding of bitmaps', () => {
  it('gives back every bitmap that it makes shorter', () => {
    let coded = 0;
    fc.assert(
      fc.property(fc.constantFrom<0 | 1>(0, 1), runLists, (first, runs) => {
        const { bits, blocks } = bitsOfRuns(first, runs);
        const code = encodeRuns(bits, blocks);
        if (code === undefined) return;
        coded += 1;
        expect(code.length).to.be.lessThan(bits.length);
        expect(decodeRuns(code, blocks)).to.deep.equal(bits);
      }),
      { numRuns: 500 },
    );
    expect(coded).to.be.greaterThan(100);
  });

  it('leaves a bitmap without runs plain', () => {
    expect(encodeRuns(new Uint8Array(512).fill(0x55), 4096)).to.equal(undefined);
    expect(encodeRuns(Uint8Array.of(0), 8)).to.equal(undefined);
  });

  it('packs an even bitmap of any size into a few bytes', () => {
    for (const blocks of [32_768, 65_535, BITMAP_BLOCKS_MAX]) {
      for (const fill of [0, 0xff]) {
        const bits = new Uint8Array(Math.ceil(blocks / 8)).fill(fill);
        const code = encodeRuns(bits, blocks);
        expect(code?.length).to.be.at.most(4);
        const back = decodeRuns(code ?? new Uint8Array(0), blocks);
        if (fill === 0xff && blocks % 8 !== 0) bits[bits.length - 1] = (1 << (blocks % 8)) - 1;
        expect(back).to.deep.equal(bits);
      }
    }
  });

  it('ignores bits behind the last block', () => {
    const code = encodeRuns(new Uint8Array(100).fill(0xff), 795);
    expect(decodeRuns(code ?? new Uint8Array(0), 795)?.[99]).to.equal(0b111);
  });

  it('decodes only what encodes to the same bytes again, whatever it is given', () => {
    const codes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      runLists.map((runs) => {
        const { bits, blocks } = bitsOfRuns(1, runs);
        return encodeRuns(bits, blocks) ?? bits;
      }),
    );
    fc.assert(
      fc.property(codes, fc.nat(), fc.integer({ min: 1, max: 40_000 }), fc.boolean(), (code, where, blocks, flip) => {
        const data = code.slice();
        if (flip && data.length > 0) {
          const bit = where % (data.length * 8);
          data[bit >>> 3] = (data[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        }
        const bits = decodeRuns(data, blocks);
        if (bits === undefined) return;
        const again = encodeRuns(bits, blocks);
        if (again !== undefined) expect(again).to.deep.equal(data);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses a code that is cut, too long, or of another number of blocks', () => {
    const { bits, blocks } = bitsOfRuns(0, [100, 3, 4000, 17, 900]);
    const code = encodeRuns(bits, blocks) ?? new Uint8Array(0);
    expect(decodeRuns(code, blocks)).to.deep.equal(bits);
    expect(decodeRuns(code.subarray(0, -1), blocks)).to.equal(undefined);
    expect(decodeRuns(Uint8Array.of(...code, 0), blocks)).to.equal(undefined);
    expect(decodeRuns(code, blocks - 1)).to.equal(undefined);
    expect(decodeRuns(new Uint8Array(8).fill(0xff), 64)).to.equal(undefined);
    expect(decodeRuns(code, BITMAP_BLOCKS_MAX + 1)).to.equal(undefined);
  });
});
