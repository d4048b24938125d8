import { expect } from 'chai';
import fc from 'fast-check';
import { DEFAULT_OPTIONS } from '../../../../common/options/options.ts';
import { nextStep, type SpeedOptions, STEP_MS } from '../../../../satellite/replication/resync/speed-controller.ts';

const MIB = 1_048_576;
const KIB = 1_024;

const options = (own: Partial<Record<keyof SpeedOptions, number>> = {}): SpeedOptions => ({
  ...DEFAULT_OPTIONS,
  ...(own as Partial<SpeedOptions>),
});

/** A link of this speed without latency, asked every 100 ms. @returns what each step asked for, and what was in flight when it began */
function drive(own: SpeedOptions, bytesPerSecond: number, steps: number): { asked: number[]; inFlight: number[] } {
  let plan: readonly number[] = [];
  let inFlight = 0;
  let arrived = 0;
  const result = { asked: [] as number[], inFlight: [] as number[] };
  for (let step = 0; step < steps; step += 1) {
    result.inFlight.push(inFlight);
    const next = nextStep(plan, { arrived, inFlight, elapsedMs: STEP_MS, isFirst: step === 0 }, own);
    plan = next.plan;
    result.asked.push(next.bytes);
    inFlight += next.bytes;
    arrived = Math.min(inFlight, (bytesPerSecond * STEP_MS) / 1_000);
    inFlight -= arrived;
  }
  return result;
}

const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;

describe('Resync speed controller', () => {
  it('begins with resync-rate for a whole plan, one step of it at a time', () => {
    const first = nextStep([], { arrived: 0, inFlight: 0, elapsedMs: STEP_MS, isFirst: true }, options());
    expect(first.bytes).to.equal(25 * KIB);
    expect(first.plan).to.have.lengthOf(20);
  });

  it('keeps to resync-rate when c-plan-ahead is 0, whatever comes back', () => {
    const { asked } = drive(options({ cPlanAhead: 0, resyncRate: 4 * MIB }), 100 * MIB, 50);
    expect(new Set(asked)).to.deep.equal(new Set([Math.floor((4 * MIB) / 10)]));
  });

  it('settles at the speed of the link with the fill target in flight', () => {
    const target = 512 * KIB;
    const { asked, inFlight } = drive(options({ cFillTargetBytes: target, cMaxRate: 0 }), 4 * MIB, 400);
    expect(last(asked)).to.be.closeTo(0.4 * MIB, 0.02 * MIB);
    expect(last(inFlight)).to.be.closeTo(target, 0.05 * target);
  });

  it('settles at the delay target when there is no fill target', () => {
    const { inFlight } = drive(options({ cFillTargetBytes: 0, cDelayTargetMs: 500, cMaxRate: 0 }), 4 * MIB, 600);
    expect(last(inFlight)).to.be.closeTo(2 * MIB, 0.2 * MIB);
  });

  it('asks for less when a link becomes slower, until the fill target is in flight again', () => {
    const own = options({ cFillTargetBytes: 64 * KIB, cMaxRate: 0 });
    const before = nextStep([], { arrived: MIB, inFlight: 64 * KIB, elapsedMs: STEP_MS, isFirst: false }, own);
    const after = nextStep([], { arrived: MIB / 4, inFlight: MIB, elapsedMs: STEP_MS, isFirst: false }, own);
    expect(after.bytes).to.be.lessThan(before.bytes);
    expect(after.bytes).to.be.lessThan(MIB / 4);
  });

  it('takes what came back in a short step for what a whole one would have brought', () => {
    const next = nextStep(
      [],
      { arrived: 100 * KIB, inFlight: 0, elapsedMs: 10, isFirst: false },
      options({ cMaxRate: 0 }),
    );
    expect(next.bytes).to.be.at.least(1_000 * KIB);
  });

  it('never exceeds c-max-rate over any time, nor max-buffers in flight', () => {
    const rate = fc.integer({ min: 1, max: 200 }).map((mib) => mib * MIB);
    const steps = fc.array(
      fc.record({
        arrived: fc.integer({ min: 0, max: 64 * MIB }),
        inFlight: fc.integer({ min: 0, max: 16 * MIB }),
        elapsedMs: fc.integer({ min: 0, max: 5_000 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(rate, steps, (cMaxRate, arrivals) => {
        const own = options({ cMaxRate });
        let plan: readonly number[] = [];
        for (const each of arrivals) {
          const next = nextStep(plan, { ...each, isFirst: false }, own);
          plan = next.plan;
          expect(next.bytes).to.be.at.least(0);
          expect(next.bytes).to.be.at.most((cMaxRate * Math.max(1, each.elapsedMs)) / 1_000);
          expect(next.bytes).to.be.at.most(Math.max(0, own.maxBuffers * 4_096 - each.inFlight));
        }
      }),
    );
  });
});
