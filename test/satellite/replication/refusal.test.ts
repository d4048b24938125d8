import { expect } from 'chai';
import { nodeId } from '../../../common/ids.ts';
import { Cluster } from './cluster.ts';

/** Two nodes that have both written while apart, connected again. */
function splitBrain(): Cluster {
  const cluster = new Cluster({ nodes: 2 });
  cluster.cutLink(0, 1);
  cluster.settle();
  for (const id of [0, 1]) {
    cluster.open(id);
    cluster.write(id, 3, id + 1);
    cluster.close(id);
  }
  cluster.settle();
  cluster.healLink(0, 1);
  cluster.settle();
  return cluster;
}

const state = (cluster: Cluster, id: number) => cluster.core(id).status().connections[0]?.state;

const refusals = (cluster: Cluster, id: number): number =>
  cluster.events.filter(
    ({ node, event }) => node === id && event.kind === 'handshake' && event.verdict.startsWith('refuse'),
  ).length;

describe('A refused connection', () => {
  it('is StandAlone on both ends and stays so while nothing changes', () => {
    const cluster = splitBrain();
    expect([state(cluster, 0), state(cluster, 1)]).to.deep.equal(['StandAlone', 'StandAlone']);
    const before = refusals(cluster, 0);
    cluster.pass(300_000);
    expect(refusals(cluster, 0)).to.equal(before);
    expect([state(cluster, 0), state(cluster, 1)]).to.deep.equal(['StandAlone', 'StandAlone']);
  });

  for (const changed of [0, 1]) {
    it(`is judged anew by both ends when node ${changed} has another generation, whoever dials`, () => {
      const cluster = splitBrain();
      const before = [refusals(cluster, 0), refusals(cluster, 1)];
      cluster.open(changed);
      cluster.write(changed, 4, 9);
      cluster.pass(60_000);
      for (const id of [0, 1]) expect(refusals(cluster, id)).to.be.greaterThan(before[id] ?? 0);
      expect([state(cluster, 0), state(cluster, 1)]).to.deep.equal(['StandAlone', 'StandAlone']);
    });
  }

  it('is not tried again after an administrator has disconnected it', () => {
    const cluster = splitBrain();
    for (const id of [0, 1])
      cluster.request(id, (client) => ({ kind: 'disconnect', id: client, peer: nodeId(1 - id) }));
    const before = refusals(cluster, 0);
    cluster.open(1);
    cluster.write(1, 4, 9);
    cluster.pass(60_000);
    expect(refusals(cluster, 0)).to.equal(before);
  });
});
