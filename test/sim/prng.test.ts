import { expect } from 'chai';
import { RandomStream } from '../../sim/prng.ts';

describe('random streams', () => {
  it('give the golden values for ever, or every recorded plan would change its meaning', () => {
    const stream = new RandomStream(42, 'net/n1->n2');
    const drawn = Array.from({ length: 4 }, () => stream.next());
    expect(drawn).to.deep.equal(GOLDEN);
    const bounded = new RandomStream(42, 'plan');
    expect(Array.from({ length: 8 }, () => bounded.below(10))).to.deep.equal(GOLDEN_BELOW);
  });

  it('depend on seed and name only', () => {
    const draw = (seed: number, name: string): number => new RandomStream(seed, name).next();
    expect(draw(1, 'a')).to.equal(draw(1, 'a'));
    expect(draw(1, 'a')).not.to.equal(draw(2, 'a'));
    expect(draw(1, 'a')).not.to.equal(draw(1, 'b'));
    expect(draw(2 ** 40, 'a')).not.to.equal(draw(0, 'a'));
  });

  it('draw evenly within their bounds', () => {
    const stream = new RandomStream(7, 'even');
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i += 1) {
      const drawn = stream.below(16);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(count).to.be.within(800, 1_200);
    for (let i = 0; i < 1_000; i += 1) expect(stream.between(3, 5)).to.be.within(3, 5);
    expect(stream.between(9, 9)).to.equal(9);
    expect(stream.weighted([0, 0, 5])).to.equal(2);
  });
});

const GOLDEN: readonly number[] = [1_065_372_511, 317_679_575, 1_381_253_202, 2_568_065_054];
const GOLDEN_BELOW: readonly number[] = [9, 8, 2, 9, 9, 0, 8, 0];
