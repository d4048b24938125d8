import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import type { ReplicationOptions } from '../../../../common/options/options.ts';
import { Cluster } from '../cluster.ts';

const VOLUME = volumeNumber(0);
const KIB = 1_024;
const BLOCK = 4_096;

/** Node 1 has missed `blocks` blocks that node 0 has written, and the link is still cut. */
function afterAnOutage(blocks: number, options: Partial<ReplicationOptions>): Cluster {
  const cluster = new Cluster({ nodes: 2, blocks: Math.max(64, blocks), options });
  cluster.open(0);
  cluster.cutLink(0, 1);
  cluster.settle();
  for (let first = 0; first < blocks; first += 256) cluster.write(0, first, 7, Math.min(256, blocks - first));
  return cluster;
}

const pause = (cluster: Cluster, node: number, kind: 'pause-sync' | 'resume-sync') =>
  cluster.request(node, (id) => ({ kind, id, volume: VOLUME, peer: nodeId(1 - node) }));

const suspended = (cluster: Cluster): [string, string] => [
  cluster.device(0, 1).resyncSuspended,
  cluster.device(1, 0).resyncSuspended,
];

describe('Flow of a resync', () => {
  it('stands still while any reason is left on either end, and shows them', () => {
    const cluster = afterAnOutage(40, {});
    pause(cluster, 1, 'pause-sync');
    cluster.healLink(0, 1);
    cluster.pass(5_000);
    expect(cluster.device(1, 0).replication).to.equal('PausedSyncT');
    expect(cluster.device(0, 1).replication).to.equal('PausedSyncS');
    expect(suspended(cluster)).to.deep.equal(['peer', 'user']);
    expect(cluster.device(1, 0).outOfSyncBytes).to.equal(40 * BLOCK);
    pause(cluster, 0, 'pause-sync');
    expect(suspended(cluster)).to.deep.equal(['user,peer', 'user,peer']);
    cluster
      .core(1)
      .handle({ kind: 'resync-turn', volume: VOLUME, peer: nodeId(0), reason: 'max-parallel', waits: true });
    pause(cluster, 1, 'resume-sync');
    pause(cluster, 0, 'resume-sync');
    cluster.pass(1_000);
    expect(suspended(cluster)).to.deep.equal(['peer', 'max-parallel']);
    expect(cluster.device(1, 0).outOfSyncBytes).to.equal(40 * BLOCK);
    cluster
      .core(1)
      .handle({ kind: 'resync-turn', volume: VOLUME, peer: nodeId(0), reason: 'max-parallel', waits: false });
    cluster.pass(5_000);
    expect(suspended(cluster)).to.deep.equal(['no', 'no']);
    expect(cluster.disk(1)).to.equal('UpToDate');
    expect(cluster.member(1).data).to.deep.equal(cluster.member(0).data);
  });

  it('forgets what a lost link had told, and what the order of resyncs had said about it', () => {
    const cluster = afterAnOutage(40, {});
    cluster.healLink(0, 1);
    for (const reason of ['dependency', 'max-parallel'] as const)
      cluster.core(1).handle({ kind: 'resync-turn', volume: VOLUME, peer: nodeId(0), reason, waits: true });
    cluster.settle();
    expect(suspended(cluster)).to.deep.equal(['peer', 'dependency,max-parallel']);
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(suspended(cluster)).to.deep.equal(['no', 'no']);
  });

  it('keeps to a fixed rate when there is no plan ahead', () => {
    const cluster = afterAnOutage(512, { cPlanAhead: 0, resyncRate: bytes(200 * KIB) });
    cluster.healLink(0, 1);
    cluster.settle();
    const before = cluster.device(1, 0).outOfSyncBytes;
    cluster.pass(4_000);
    const done = before - cluster.device(1, 0).outOfSyncBytes;
    expect(done).to.be.within(0.9 * 800 * KIB, 1.1 * 800 * KIB);
  });

  it('gives way to an active application, but not for ever and not without one', () => {
    const minimum = 16 * KIB;
    const cluster = afterAnOutage(256, { cMinRate: bytes(minimum), cMaxRate: bytes(0) });
    cluster.healLink(0, 1);
    cluster.settle();
    const before = cluster.device(1, 0).outOfSyncBytes;
    const seconds = 6;
    for (let tick = 0; tick < 40; tick += 1) {
      cluster.write(0, 0, tick, 16);
      cluster.pass(150);
    }
    const done = before - cluster.device(1, 0).outOfSyncBytes;
    expect(done).to.be.at.least(0.5 * minimum * seconds);
    expect(done).to.be.at.most(3 * minimum * seconds);
    cluster.pass(3_000);
    expect(cluster.disk(1)).to.equal('UpToDate');
  });
});
