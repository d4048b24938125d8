/** Oracles that follow a run can fire. What a mutant of the core shows is in sim/mutants; here is what it takes by itself. */
import { expect } from 'chai';
import type { Generation, VolumeNumber } from '../../../common/ids.ts';
import { nodeId } from '../../../common/ids.ts';
import { BoundsOracle } from '../../../sim/oracles/bounds.ts';
import { History } from '../../../sim/oracles/history.ts';
import { GenerationGraph, LineageOracle } from '../../../sim/oracles/lineage.ts';
import { Violation } from '../../../sim/oracles/violation.ts';
import { underOtherClocks } from '../../../sim/other-clocks.ts';
import { loadPlan } from '../../../sim/plan-files.ts';
import { runPlan } from '../../../sim/simulation.ts';

const generation = (value: number): Generation => BigInt(value) as Generation;

describe('the graph of generations', () => {
  it('knows ancestors through any number of steps, and nobody as its own', () => {
    const graph = new GenerationGraph();
    graph.add(20n, 10n);
    graph.add(30n, 20n);
    graph.add(40n, 20n);
    expect(graph.isAncestor(10n, 30n)).to.equal(true);
    expect(graph.isAncestor(11n, 31n), 'the lowest bit is no part of it').to.equal(true);
    expect(graph.isAncestor(30n, 10n)).to.equal(false);
    expect(graph.isAncestor(30n, 40n)).to.equal(false);
    expect(graph.isAncestor(30n, 30n)).to.equal(false);
  });
});

describe('O12', () => {
  it('fires when writes are acknowledged on two branches of the generations', () => {
    const history = new History([8]);
    const oracle = new LineageOracle(history);
    const volume = 0 as VolumeNumber;
    const writeIn = (node: number, current: number, previous: number): void => {
      oracle.moved(nodeId(node), volume, generation(current), generation(previous));
      const write = history.invokeWrite(0, 0, 1, false);
      history.completeWrite(write, true, false);
      oracle.acknowledged({ id: nodeId(node) }, write);
    };
    writeIn(0, 20, 10);
    writeIn(1, 30, 20);
    expect(() => writeIn(2, 40, 20))
      .to.throw(Violation)
      .with.property('oracle', 'O12');
  });

  it('is silent after what was acknowledged has been lost with an excuse', () => {
    const history = new History([8]);
    const oracle = new LineageOracle(history);
    for (const [node, current] of [
      [0, 20],
      [1, 30],
    ] as const) {
      oracle.moved(nodeId(node), 0 as VolumeNumber, generation(current), generation(10));
      const write = history.invokeWrite(0, 0, 1, false);
      oracle.acknowledged({ id: nodeId(node) }, write);
      oracle.doubted(0);
    }
  });
});

describe('O28', () => {
  it('fires when a node piles up timers, requests or generations', () => {
    const plan = loadPlan('planned-failover');
    const config = { peers: [], options: { nrRequests: 8_000 } };
    const node = { id: nodeId(0), state: 'up', config, core: undefined } as const;
    const look = (load: { timers: number; requests: number }): void =>
      new BoundsOracle(plan, [{ ...node, load }]).looked();
    look({ timers: 3, requests: 3 });
    for (const load of [
      { timers: 9, requests: 0 },
      { timers: 0, requests: 5_000 },
    ]) {
      expect(() => look(load))
        .to.throw(Violation)
        .with.property('oracle', 'O28');
    }
  });
});

describe('O24', () => {
  it('fires when a promise holds with true clocks only', () => {
    const plan = { ...loadPlan('planned-failover'), clockPpm: 0, otherClocks: [200, 5_000] };
    const good = runPlan({ ...plan, otherClocks: [] });
    const result = underOtherClocks(plan, ({ clockPpm }) =>
      clockPpm === 5_000 ? { ...good, violation: { oracle: 'O3', sentence: 'a read was stale' } } : good,
    );
    expect(result.violation?.oracle).to.equal('O24');
    expect(result.violation?.sentence).to.contain('not with 5000 ppm (O3): a read was stale');
  });

  it('is silent, and the run repeats itself, when it holds with all of them', () => {
    const plan = { ...loadPlan('planned-failover'), otherClocks: [5_000, 200_000] };
    const [first, second] = [runPlan(plan), runPlan(plan)];
    expect(first.violation).to.equal(undefined);
    expect(second.hash).to.equal(first.hash);
    expect(first.hash).to.match(/^[0-9a-f]{16}$/);
  });
});
