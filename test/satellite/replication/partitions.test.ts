import { expect } from 'chai';
import { Cluster } from './cluster.ts';

/** Nodes 0 and 2 have disks, 1 hangs on 0 and 3 on 2: two parts, each with a Primary, and between 1 and 3 no data to compare. */
function twoParts(): Cluster {
  const cluster = new Cluster({ nodes: 4, diskless: [1, 3] });
  for (const [a, b] of [
    [0, 2],
    [0, 3],
    [1, 2],
    [1, 3],
  ] as const)
    cluster.cutLink(a, b);
  cluster.settle();
  cluster.pass(1_000);
  expect(cluster.open(0)).to.deep.equal({ ok: true });
  expect(cluster.open(2)).to.deep.equal({ ok: true });
  return cluster;
}

const link = (cluster: Cluster, a: number, b: number): string | undefined =>
  cluster
    .core(a)
    .status()
    .connections.find(({ peer }) => peer === b)?.state;

describe('Two parts of a cluster that meet', () => {
  it('stay apart while each of them has a Primary, also where the nodes that meet are none', () => {
    const cluster = twoParts();
    cluster.healLink(1, 3);
    cluster.settle();
    cluster.pass(30_000);
    expect([link(cluster, 1, 3), link(cluster, 3, 1)]).to.deep.equal(['Connecting', 'Connecting']);
    cluster.close(2);
    cluster.pass(30_000);
    expect([link(cluster, 1, 3), link(cluster, 3, 1)]).to.deep.equal(['Connected', 'Connected']);
  });

  it('become one where only one of them has a Primary; the other one then gets none', () => {
    const cluster = twoParts();
    cluster.close(2);
    cluster.healLink(1, 3);
    cluster.settle();
    cluster.pass(1_000);
    expect(link(cluster, 1, 3)).to.equal('Connected');
    cluster.open(2);
    cluster.pass(30_000);
    expect([...cluster.outcomes.values()].at(-1)?.ok).to.equal(false);
    expect(cluster.core(2).status().role).to.equal('Secondary');
  });

  it('let the nodes behind learn that a Primary is out of their reach: they are Outdated', () => {
    const cluster = new Cluster({ nodes: 3 });
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    cluster.cutLink(0, 2);
    cluster.cutLink(1, 2);
    cluster.settle();
    cluster.pass(100);
    expect(cluster.disk(2)).to.not.equal('Outdated');
    cluster.healLink(1, 2);
    cluster.settle();
    cluster.pass(25_000);
    expect(link(cluster, 1, 2)).to.equal('Connected');
    expect(cluster.disk(2)).to.equal('Outdated');
    cluster.healLink(0, 2);
    cluster.settle();
    cluster.pass(25_000);
    expect(cluster.disk(2)).to.equal('UpToDate');
  });

  it('do not shake hands over and over for a Primary that one node has only heard of', () => {
    const cluster = new Cluster({ nodes: 4 });
    cluster.open(3);
    cluster.write(3, 0, 1);
    cluster.crash(3);
    cluster.pass(5_000);
    cluster.filter = (from, to, frame) => from !== 0 || to !== 2 || frame.type !== 'CURRENT_UUID';
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    for (const [a, b] of [
      [0, 2],
      [0, 3],
      [1, 3],
    ] as const)
      cluster.cutLink(a, b);
    // It crashed as Primary, and waits for the nodes that it cannot reach before it is source or target of node 2.
    cluster.boot(3);
    cluster.settle();
    cluster.frames.length = 0;
    cluster.pass(5_000);
    expect(link(cluster, 2, 3)).to.equal('Connected');
    const told = cluster.frames.filter(({ from, to, frame }) => from === 3 && to === 2 && frame.type === 'PROTOCOL');
    expect(told).to.have.length.below(5);
  });

  it('do not shake hands for ever about a Primary that one of two waiting targets has only heard of', () => {
    const cluster = new Cluster({ nodes: 4, diskless: [3] });
    const cutOff = (id: number): void => {
      for (const other of [3, 2, 1, 0]) if (other !== id) cluster.cutLink(id, other);
      cluster.settle();
      cluster.pass(1_000);
    };
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    // Each lacks something, the second one less than the first; and what the Primary brings never reaches their disks.
    cutOff(1);
    cluster.write(0, 1, 7);
    cutOff(2);
    cluster.write(0, 2, 8);
    cluster.hangs.add(1).add(2);
    for (const [a, b] of [
      [0, 1],
      [1, 3],
      [0, 2],
      [2, 3],
    ] as const) {
      cluster.healLink(a, b);
      cluster.settle();
      cluster.pass(15_000);
    }
    expect([cluster.disk(1), cluster.disk(2)]).to.deep.equal(['Inconsistent', 'Inconsistent']);
    cluster.cutLink(0, 2);
    cluster.settle();
    cluster.pass(1_000);
    cluster.healLink(1, 2);
    cluster.settle();
    cluster.pass(15_000);
    expect(link(cluster, 1, 2)).to.equal('Connected');
    const before = cluster.frames.length;
    cluster.pass(5_000);
    const handshakes = cluster.frames.slice(before).filter(({ frame }) => frame.type === 'PROTOCOL');
    expect(handshakes.length).to.be.lessThan(10);
  });
});
