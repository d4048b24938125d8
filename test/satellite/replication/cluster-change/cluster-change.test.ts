import { expect } from 'chai';
import { Cluster } from '../cluster.ts';

/** Three nodes in a row: 0 and 2 have no link to each other. */
function chain(): Cluster {
  const cluster = new Cluster({ nodes: 3 });
  cluster.cutLink(0, 2);
  cluster.settle();
  return cluster;
}

const role = (cluster: Cluster, id: number) => cluster.core(id).status().role;
const disk = (cluster: Cluster, id: number) => cluster.core(id).status().volumes[0]?.disk;

describe('A cluster-wide change', () => {
  it('reaches nodes that the initiator has no link to', () => {
    const cluster = chain();
    cluster.open(0);
    expect(role(cluster, 0)).to.equal('Primary');
    const joined = cluster.events.filter(({ event }) => event.kind === 'cluster-change' && event.phase === 'joined');
    expect(joined.map(({ node }) => node)).to.deep.equal([1, 2]);
  });

  it('refuses a second Primary at the far end', () => {
    const cluster = chain();
    cluster.open(0);
    const client = cluster.ask(2, (id) => ({ kind: 'promote', id, force: true }));
    cluster.settle();
    cluster.pass(20_000);
    expect(role(cluster, 2)).to.equal('Secondary');
    expect(cluster.outcomes.get(client)).to.have.nested.property('error.code', 'OTHER_PRIMARY');
  });

  it('outdates the node that the Primary has no link to, and brings it back after the demotion', () => {
    const cluster = chain();
    cluster.open(0);
    expect(disk(cluster, 2)).to.equal('Outdated');
    cluster.write(0, 3, 7);
    cluster.close(0);
    cluster.pass(60_000);
    expect(role(cluster, 0)).to.equal('Secondary');
    expect(disk(cluster, 2)).to.equal('UpToDate');
    expect(cluster.member(2).data[3 * 4096]).to.equal(7);
  });

  it('leaves nobody locked when the only path to the initiator breaks before the decision', () => {
    const cluster = chain();
    cluster.filter = (_from, _to, frame) => frame.type !== 'TWOPC_YES';
    cluster.ask(0, (id) => ({ kind: 'promote', id, force: false }));
    cluster.settle();
    cluster.filter = () => true;
    cluster.cutLink(0, 1);
    cluster.settle();
    const ended = cluster.events.filter(({ event }) => event.kind === 'cluster-change' && event.phase === 'aborted');
    expect(ended.map(({ node }) => node)).to.include.members([1, 2]);
    expect(cluster.open(2)).to.deep.equal({ ok: true });
  });
});
