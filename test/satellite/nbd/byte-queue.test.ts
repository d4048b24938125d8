import { expect } from 'chai';
import fc from 'fast-check';
import { ByteQueue, sliceChunks } from '../../../satellite/nbd/byte-queue.ts';

const numbered = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => i % 251));

describe('ByteQueue', () => {
  it('gives back the bytes in order, however they arrive and are taken', () => {
    const sizes = fc.array(fc.nat(40), { maxLength: 200 });
    const takes = fc.array(fc.tuple(fc.constantFrom('take', 'contiguous', 'skip'), fc.nat(90)), { maxLength: 200 });
    fc.assert(
      fc.property(sizes, takes, (chunkSizes, steps) => {
        const whole = numbered(chunkSizes.reduce((sum, size) => sum + size, 0));
        const queue = new ByteQueue();
        let pushed = 0;
        for (const size of chunkSizes) {
          queue.push(whole.subarray(pushed, pushed + size));
          pushed += size;
        }
        let at = 0;
        for (const [how, wanted] of steps) {
          const length = Math.min(wanted, queue.byteLength);
          const expected = whole.subarray(at, at + length);
          if (how === 'skip') queue.skip(length);
          else if (how === 'take') expect(Buffer.concat(queue.take(length)).equals(expected)).to.equal(true);
          else expect(queue.takeContiguous(length).equals(expected)).to.equal(true);
          at += length;
          expect(queue.byteLength).to.equal(whole.length - at);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes payload as views, without a copy', () => {
    const queue = new ByteQueue();
    const chunk = Buffer.alloc(100);
    queue.push(chunk);
    queue.skip(28);
    expect(queue.take(50)[0]?.buffer).to.equal(chunk.buffer);
  });

  it('refuses to give more than it has', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.alloc(3));
    expect(() => queue.take(4)).to.throw('more bytes than have arrived');
  });
});

describe('sliceChunks', () => {
  it('cuts any range out of a chunk list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), fc.nat(200), fc.nat(200), (sizes, start, length) => {
        const whole = numbered(sizes.reduce((sum, size) => sum + size, 0));
        let at = 0;
        const chunks = sizes.map((size) => {
          at += size;
          return whole.subarray(at - size, at);
        });
        expect(
          Buffer.concat(sliceChunks(chunks, start, length)).equals(whole.subarray(start, start + length)),
        ).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });
});
