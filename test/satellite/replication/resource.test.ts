import { expect } from 'chai';
import { Cluster } from './cluster.ts';

describe('ReplicatedResource', () => {
  it('connects UpToDate replicas of one generation without a resync', () => {
    const cluster = new Cluster({ nodes: 3 });
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(cluster.device(a, b)).to.include({ replication: 'Established', peerDisk: 'UpToDate' });
    }
  });

  it('promotes on open, mirrors a write to every replica and reads it back', () => {
    const cluster = new Cluster({ nodes: 3 });
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    expect(cluster.write(0, 3, 7)).to.deep.equal({ ok: true });
    for (const member of cluster.members) expect(member.data[3 * 4096]).to.equal(7);
    expect(cluster.read(0, 3)).to.equal(7);
    expect(cluster.core(1).status().connections[0]?.peerRole).to.equal('Primary');
  });

  it('refuses a second Primary', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.open(0);
    cluster.open(1);
    cluster.pass(5_000);
    expect([...cluster.outcomes.values()].at(-1)).to.have.nested.property('error.code', 'OTHER_PRIMARY');
  });

  it('moves exactly the blocks that were written while a node was away', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.open(0);
    cluster.write(0, 1, 1);
    cluster.crash(2);
    for (const block of [5, 6, 7, 20]) cluster.write(0, block, 9);
    cluster.boot(2);
    cluster.settle();
    cluster.pass(30_000);
    const moved = cluster.events.filter(({ node, event }) => node === 2 && event.kind === 'resync-end');
    expect(moved.map(({ event }) => (event.kind === 'resync-end' ? event.blocks : 0))).to.deep.equal([4]);
    expect(cluster.disk(2)).to.equal('UpToDate');
    expect(cluster.member(2).data).to.deep.equal(cluster.member(0).data);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 1],
      [2, 0],
      [1, 0],
    ] as const) {
      expect(cluster.device(a, b).outOfSyncBytes, `${a} to ${b}`).to.equal(0);
    }
  });

  it('fills a fresh replica with everything', () => {
    const cluster = new Cluster({ nodes: 2, fresh: [1] });
    cluster.open(0);
    cluster.write(0, 1, 1);
    cluster.pass(1_000);
    expect(cluster.disk(1)).to.equal('UpToDate');
    expect(cluster.member(1).data).to.deep.equal(cluster.member(0).data);
  });

  it('serves a diskless Primary from its peers, and survives the loss of one of them', () => {
    const cluster = new Cluster({ nodes: 3, diskless: [0] });
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    cluster.write(0, 2, 5);
    expect(cluster.read(0, 2)).to.equal(5);
    cluster.crash(1);
    expect(cluster.write(0, 3, 6)).to.deep.equal({ ok: true });
    expect(cluster.read(0, 3)).to.equal(6);
    cluster.boot(1);
    cluster.settle();
    cluster.pass(60_000);
    expect(cluster.disk(1)).to.equal('UpToDate');
    expect(cluster.member(1).data).to.deep.equal(cluster.member(2).data);
    expect(cluster.device(1, 2).outOfSyncBytes).to.equal(0);
  });

  it('brings back a crashed Primary through its activity log', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.open(0);
    cluster.write(0, 2, 5);
    cluster.crash(0);
    expect(cluster.open(1)).to.deep.equal({ ok: true });
    cluster.write(1, 4, 8);
    cluster.boot(0);
    cluster.settle();
    cluster.pass(60_000);
    expect(cluster.disk(0)).to.equal('UpToDate');
    expect(cluster.member(0).data).to.deep.equal(cluster.member(1).data);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 1],
      [2, 0],
      [1, 0],
    ] as const) {
      expect(cluster.device(a, b).outOfSyncBytes, `${a} to ${b}`).to.equal(0);
    }
  });

  it('demotes with the last close and lets another node take over', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.open(0);
    cluster.write(0, 2, 5);
    cluster.close(0);
    expect(cluster.core(0).status().role).to.equal('Secondary');
    expect(cluster.open(2)).to.deep.equal({ ok: true });
    expect(cluster.read(2, 2)).to.equal(5);
    cluster.write(2, 2, 6);
    cluster.pass(1_000);
    expect(cluster.member(0).data).to.deep.equal(cluster.member(2).data);
  });

  it('tracks nothing towards a source that never heard of the generation a Primary issued while behind it', () => {
    const cluster = new Cluster({ nodes: 2 });
    cluster.open(0);
    cluster.write(0, 1, 1);
    cluster.crash(1);
    cluster.settle();
    cluster.write(0, 5, 9);
    cluster.close(0);
    // Node 1 stays a sync target, and what it sends as Primary is still in the air when the link breaks.
    cluster.filter = (_from, _to, { type }) => !['RS_DATA_REPLY', 'CURRENT_UUID', 'DATA', 'BARRIER'].includes(type);
    cluster.boot(1);
    cluster.settle();
    expect(cluster.open(1)).to.deep.equal({ ok: true });
    expect(cluster.disk(1)).to.equal('Inconsistent');
    cluster.write(1, 7, 3);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.filter = () => true;
    cluster.healLink(0, 1);
    cluster.settle();
    cluster.pass(30_000);
    expect(cluster.device(1, 0)).to.include({ replication: 'Established', peerDisk: 'UpToDate' });
    expect(cluster.disk(1)).to.equal('UpToDate');
    expect(cluster.member(1).data).to.deep.equal(cluster.member(0).data);
  });
});
