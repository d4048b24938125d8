import { expect } from 'chai';
import { volumeNumber } from '../../../common/ids.ts';
import type { ClientOutcome } from '../../../satellite/replication/ports.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);
const codeOf = (outcome: ClientOutcome | undefined) => (outcome?.ok === false ? outcome.error.code : outcome?.ok);
const suspend = (cluster: Cluster, id = 0) => cluster.ask(id, (client) => ({ kind: 'suspend-io', id: client }));
const resume = (cluster: Cluster, id = 0) => cluster.request(id, (client) => ({ kind: 'resume-io', id: client }));

function primary(options: ConstructorParameters<typeof Cluster>[0] = { nodes: 2 }): Cluster {
  const cluster = new Cluster(options);
  expect(codeOf(cluster.open(0))).to.equal(true);
  expect(codeOf(cluster.write(0, 1, 11))).to.equal(true);
  cluster.pass(500);
  return cluster;
}

describe('suspend-io', () => {
  it('returns at once when nothing is under way; requests wait until resume-io', () => {
    const cluster = primary();
    const client = suspend(cluster);
    cluster.settle();
    expect(codeOf(cluster.outcomes.get(client))).to.equal(true);
    expect(cluster.write(0, 2, 22)).to.equal(undefined);
    expect(cluster.member(0).data[2 * 4096]).to.equal(0);
    expect(codeOf(resume(cluster))).to.equal(true);
    expect(cluster.member(1).data[2 * 4096]).to.equal(22);
  });

  for (const held of [['BARRIER_ACK'], ['WRITE_ACK', 'BARRIER_ACK']]) {
    it(`waits for ${held.join(' and ')} of a peer, or for its loss`, () => {
      const cluster = primary();
      cluster.filter = (_from, _to, frame) => !held.includes(frame.type);
      cluster.write(0, 2, 22);
      const client = suspend(cluster);
      cluster.settle();
      expect(cluster.outcomes.get(client)).to.equal(undefined);
      cluster.cutLink(0, 1);
      cluster.settle();
      expect(codeOf(cluster.outcomes.get(client))).to.equal(true);
    });
  }

  it('waits for the local disk', () => {
    const cluster = primary();
    cluster.hangs.add(0);
    cluster.write(0, 2, 22);
    const client = suspend(cluster);
    cluster.settle();
    expect(cluster.outcomes.get(client)).to.equal(undefined);
    cluster.request(0, (id) => ({ kind: 'detach', id, volume: VOLUME, force: true }));
    expect(codeOf(cluster.outcomes.get(client)), 'the peer has it').to.equal(true);
  });

  it('fails when I/O is resumed before everything has settled', () => {
    const cluster = primary();
    cluster.filter = (_from, _to, frame) => frame.type !== 'WRITE_ACK' && frame.type !== 'BARRIER_ACK';
    cluster.write(0, 2, 22);
    const client = suspend(cluster);
    cluster.settle();
    resume(cluster);
    expect(codeOf(cluster.outcomes.get(client))).to.equal('IN_TRANSITION');
  });

  it('survives the loss, the restart and the return of a peer', () => {
    const cluster = primary();
    suspend(cluster);
    cluster.settle();
    const write = cluster.write(0, 2, 22);
    cluster.crash(1);
    cluster.settle();
    cluster.boot(1);
    cluster.settle();
    cluster.pass(2_000);
    expect(write).to.equal(undefined);
    expect(cluster.core(0).status().suspended).to.deep.equal(['user']);
    resume(cluster);
    cluster.pass(2_000);
    expect(cluster.member(1).data[2 * 4096]).to.equal(22);
    expect(cluster.disk(1)).to.equal('UpToDate');
  });

  it('does not let a client that leaves take the role along while its requests wait', () => {
    const cluster = primary();
    suspend(cluster);
    cluster.settle();
    const before = cluster.outcomes.size;
    cluster.write(0, 2, 22);
    cluster.close(0);
    cluster.pass(5_000);
    expect(cluster.core(0).status().role).to.equal('Primary');
    resume(cluster);
    cluster.pass(1_000);
    expect(cluster.core(0).status().role).to.equal('Secondary');
    expect([...cluster.outcomes.values()].slice(before).every(({ ok }) => ok)).to.equal(true);
    expect(cluster.member(1).data[2 * 4096]).to.equal(22);
  });

  it('is no reason not to stop: what waits fails, and is not written into the snapshot', () => {
    const cluster = primary();
    suspend(cluster);
    cluster.settle();
    cluster.write(0, 2, 22);
    const stop = cluster.ask(0, (id) => ({ kind: 'shutdown', id }));
    cluster.pass(2_000);
    expect(codeOf(cluster.outcomes.get(stop))).to.equal(true);
    expect(cluster.member(0).data[2 * 4096]).to.equal(0);
    expect(cluster.member(1).data[2 * 4096]).to.equal(0);
  });
});

describe('Handlers that only tell', () => {
  const called = (cluster: Cluster) => cluster.calls.map(({ node, call }) => `n${node} ${call.name}`);

  it('quorum-lost on the Primary that loses it', () => {
    const cluster = primary({ nodes: 3, options: { quorum: 'majority' } });
    cluster.programs.add('quorum-lost');
    cluster.cutLink(0, 1);
    cluster.cutLink(0, 2);
    cluster.settle();
    expect(called(cluster)).to.deep.equal(['n0 quorum-lost']);
  });

  it('pri-on-incon-degr on a promotion by force of a disk that is not UpToDate', () => {
    const cluster = new Cluster({ nodes: 2, fresh: [0, 1] });
    cluster.programs.add('pri-on-incon-degr');
    expect(codeOf(cluster.request(0, (id) => ({ kind: 'promote', id, force: true })))).to.equal(true);
    expect(called(cluster)).to.deep.equal(['n0 pri-on-incon-degr']);
  });
});
