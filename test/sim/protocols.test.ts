/** What an acknowledgement under protocols A, B and C is worth, measured at each one, and after the Primary's power is gone. */
import { expect } from 'chai';
import { loadPlan } from '../../sim/plan-files.ts';
import { runPlan } from '../../sim/simulation.ts';
import type { RunStatistics } from '../../sim/run-result.ts';

const SEEDS = 12;
type Protocol = 'A' | 'B' | 'C';

/** A Primary writes until its power goes; the client goes on at the other node. Sums over some seeds. */
function measure(protocol: Protocol): Pick<RunStatistics, 'copies' | 'inDoubt'> {
  const sum = { onDisk: 0, inMemory: 0, underWay: 0 };
  let inDoubt = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const plan = { ...loadPlan('power-loss-by-protocol', seed), protocol };
    const { violation, statistics } = runPlan(plan);
    expect(violation, `seed ${seed}`).to.equal(undefined);
    sum.onDisk += statistics.copies.onDisk;
    sum.inMemory += statistics.copies.inMemory;
    sum.underWay += statistics.copies.underWay;
    inDoubt += statistics.inDoubt;
  }
  return { copies: sum, inDoubt };
}

describe('an acknowledged write', () => {
  it('under protocol C is on the disk of every UpToDate peer, and survives the Primary', () => {
    const { copies, inDoubt } = measure('C');
    expect(copies.onDisk).to.be.at.least(SEEDS * 60);
    expect(copies).to.include({ inMemory: 0, underWay: 0 });
    expect(inDoubt).to.equal(0);
  });

  it("under protocol B is at least in the peer's memory, and not always on its disk", () => {
    const { copies } = measure('B');
    expect(copies.inMemory).to.be.greaterThan(0);
    expect(copies.underWay).to.equal(0);
  });

  it('under protocol A may still be in the send buffer, and is lost with the power of the Primary', () => {
    const { copies, inDoubt } = measure('A');
    expect(copies.underWay).to.be.greaterThan(0);
    expect(inDoubt).to.be.greaterThan(0);
  });
});
