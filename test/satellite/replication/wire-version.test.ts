import { expect } from 'chai';
import { nodeId } from '../../../common/ids.ts';
import { ALL_FEATURES, WIRE_VERSION_MAX } from '../../../satellite/replication/wire/frames.ts';
import { Cluster } from './cluster.ts';

describe('A peer whose features are of a newer wire version', () => {
  it('loses that link with a reason, and nobody else notices', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.open(0);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.events.length = 0;
    // Node 1 comes back upgraded: what it says to node 0 is replaced by what a newer release says first.
    cluster.filter = (from, to) => !(from === 1 && to === 0);
    cluster.healLink(0, 1);
    cluster.settle();
    const link = cluster.member(0).links.get(nodeId(1));
    if (link === undefined) throw new Error('there is no link');
    cluster.core(0).handle({
      kind: 'frame',
      peer: nodeId(1),
      link,
      frame: {
        type: 'FEATURES',
        versionMin: WIRE_VERSION_MAX + 1,
        versionMax: WIRE_VERSION_MAX + 2,
        features: ALL_FEATURES,
        from: nodeId(1),
        to: nodeId(0),
      },
    });
    cluster.settle();
    const ends = cluster.events.flatMap(({ node, event }) =>
      node === 0 && event.kind === 'connection' && event.from === 'Connecting' ? [event] : [],
    );
    expect(ends.map(({ peer }) => peer)).to.deep.equal([1]);
    expect(ends[0]?.reason).to.contain('no common wire version');
    expect(cluster.write(0, 3, 7)).to.deep.equal({ ok: true });
    expect(cluster.member(2).data[3 * 4096]).to.equal(7);
    expect(cluster.member(1).data[3 * 4096], 'not a byte reaches the newer one').to.equal(0);
  });
});
