import { expect } from 'chai';
import { volumeNumber } from '../../../common/ids.ts';
import { Cluster } from './cluster.ts';

const of = (cluster: Cluster, node: number): [mayPromote: boolean, score: number] => {
  const { mayPromote, promotionScore } = cluster.core(node).status();
  return [mayPromote, promotionScore];
};

describe('may_promote and promotion_score', () => {
  it('count own disks, own UpToDate volumes and UpToDate replicas in reach', () => {
    const cluster = new Cluster({ nodes: 3, diskless: [2] });
    expect(of(cluster, 0)).to.deep.equal([true, 10_102]);
    expect(of(cluster, 2), 'without a disk').to.deep.equal([true, 2]);
    cluster.crash(1);
    cluster.pass(60_000);
    expect(of(cluster, 0)).to.deep.equal([true, 10_101]);
    expect(of(cluster, 2)).to.deep.equal([true, 1]);
  });

  it('are no and positive beside a Primary, and on the Primary itself', () => {
    const cluster = new Cluster({ nodes: 2 });
    cluster.open(0);
    expect(of(cluster, 0)).to.deep.equal([false, 10_102]);
    expect(of(cluster, 1)).to.deep.equal([false, 10_102]);
    cluster.close(0);
    expect(of(cluster, 0)).to.deep.equal([true, 10_102]);
  });

  it('are no and 0 without UpToDate data in reach', () => {
    const cluster = new Cluster({ nodes: 2, diskless: [1] });
    expect(of(cluster, 1)).to.deep.equal([true, 1]);
    cluster.crash(0);
    cluster.pass(60_000);
    expect(of(cluster, 1)).to.deep.equal([false, 0]);
  });

  it('are no and 0 without quorum', () => {
    const cluster = new Cluster({ nodes: 3, options: { quorum: 'majority', quorumDynamicVoters: false } });
    expect(of(cluster, 0)).to.deep.equal([true, 10_103]);
    cluster.crash(1);
    cluster.crash(2);
    cluster.pass(60_000);
    expect(of(cluster, 0)).to.deep.equal([false, 0]);
  });

  it('count a disk that is behind as a disk, where a peer has the data', () => {
    const cluster = new Cluster({ nodes: 2, fresh: [1] });
    const { disk } = cluster.core(1).status().volumes[0] ?? {};
    const expected = disk === 'UpToDate' ? 10_102 : 10_001;
    expect(of(cluster, 1)).to.deep.equal([true, expected]);
  });

  it('lose what a detached disk stood for', () => {
    const cluster = new Cluster({ nodes: 2 });
    const detach = { kind: 'detach', volume: volumeNumber(0), force: false } as const;
    expect(cluster.request(0, (id) => ({ ...detach, id }))).to.deep.equal({ ok: true });
    cluster.pass(100);
    expect(of(cluster, 0)).to.deep.equal([true, 1]);
    expect(of(cluster, 1)).to.deep.equal([true, 10_101]);
  });
});
