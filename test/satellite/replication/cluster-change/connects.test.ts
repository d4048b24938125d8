import { expect } from 'chai';
import type { VolumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import { Cluster } from '../cluster.ts';

const ACROSS = [
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
] as const;

/** 0 and 1 here, 2 and 3 there, without a link between. */
function halves(): Cluster {
  const cluster = new Cluster({ nodes: 4 });
  for (const [a, b] of ACROSS) cluster.cutLink(a, b);
  cluster.settle();
  cluster.pass(1_000);
  return cluster;
}

function heal(cluster: Cluster, a: number, b: number): void {
  cluster.healLink(a, b);
  cluster.settle();
  cluster.pass(3_000);
}

const link = (cluster: Cluster, a: number, b: number): string | undefined =>
  cluster
    .core(a)
    .status()
    .connections.find(({ peer }) => peer === b)?.state;

/** Who has taken part in a change of this kind, as far as this phase. */
const inPhase = (cluster: Cluster, change: string, phase: string): number[] => [
  ...new Set(
    cluster.events.flatMap(({ node, event }) =>
      event.kind === 'cluster-change' && event.change === change && event.phase === phase ? [node] : [],
    ),
  ),
];

describe('A link between two parts of a cluster', () => {
  it('is agreed on by every node of both parts before it stands at either end', () => {
    const cluster = halves();
    heal(cluster, 0, 2);
    expect(inPhase(cluster, 'connect', 'joined').sort()).to.deep.equal([1, 2, 3]);
    expect(inPhase(cluster, 'connect', 'committed').sort()).to.deep.equal([0, 1, 2, 3]);
    expect([link(cluster, 0, 2), link(cluster, 2, 0)]).to.deep.equal(['Connected', 'Connected']);
  });

  it('needs no agreement between two nodes that are in one part already, or of a Secondary that is alone', () => {
    const cluster = halves();
    heal(cluster, 0, 2);
    cluster.events.length = 0;
    heal(cluster, 1, 2);
    cluster.crash(3);
    cluster.settle();
    cluster.boot(3);
    heal(cluster, 0, 3);
    expect([link(cluster, 1, 2), link(cluster, 3, 0), link(cluster, 3, 2)]).to.deep.equal(Array(3).fill('Connected'));
    expect(inPhase(cluster, 'connect', 'joined')).to.deep.equal([]);
  });

  it('stands at neither end, and leaves nobody locked, while an answer is lost', () => {
    const cluster = halves();
    cluster.filter = (_from, _to, frame) => frame.type !== 'TWOPC_YES';
    heal(cluster, 0, 2);
    expect([link(cluster, 0, 2), link(cluster, 2, 0)]).to.deep.equal(['Connecting', 'Connecting']);
    cluster.filter = () => true;
    cluster.pass(60_000);
    expect([link(cluster, 0, 2), link(cluster, 2, 0)]).to.deep.equal(['Connected', 'Connected']);
    expect(cluster.open(3)).to.deep.equal({ ok: true });
  });

  it('is forgotten by those behind when the end that has asked dies before its decision', () => {
    const cluster = halves();
    cluster.filter = (_from, _to, frame) => frame.type !== 'TWOPC_COMMIT';
    heal(cluster, 0, 2);
    cluster.crash(0);
    cluster.settle();
    expect(inPhase(cluster, 'connect', 'aborted')).to.include.members([2, 3]);
    cluster.filter = () => true;
    expect(cluster.open(3)).to.deep.equal({ ok: true });
  });

  it('is not made while each part has a Primary', () => {
    const cluster = halves();
    cluster.open(1);
    cluster.open(3);
    heal(cluster, 0, 2);
    expect([link(cluster, 0, 2), link(cluster, 2, 0)]).to.not.include('Connected');
  });
});

describe('An attach', () => {
  it('is agreed on by nodes that have no link to the one that attaches', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.cutLink(0, 2);
    cluster.settle();
    const volume = 0 as VolumeNumber;
    cluster.request(0, (id) => ({ kind: 'detach', id, volume, force: false }));
    const { metadata, data } = cluster.member(0);
    const image = { metadata: metadata.slice(), capacityBytes: bytes(data.length) };
    cluster.request(0, (id) => ({ kind: 'attach', id, volume, ...image }));
    cluster.settle();
    expect(inPhase(cluster, 'attach', 'committed')).to.deep.equal([0, 1, 2]);
    expect(cluster.disk(0)).to.equal('UpToDate');
  });
});
