import { expect } from 'chai';
import { aDefinition, aNode, aResource, aVolumeDefinition } from '../objects.ts';
import type { ClusterView } from '../../../controller/domain/cluster-view.ts';
import { tablesOf } from '../../../controller/state/tables.ts';
import type { Resource } from '../../../controller/domain/resource.ts';
import { planNode } from '../../../controller/reconcile/plan-node.ts';

const replica = (nodeName: string, id: number, extra: Partial<Resource> = {}): Resource =>
  aResource(nodeName, id, { storagePool: 'pool', ...extra });

function view(resources: readonly Resource[], extra: Parameters<typeof tablesOf>[0] = {}): ClusterView {
  const nodes = ['a', 'b', 'c'].map((name) => aNode(name, { address: `host-${name}` }));
  return tablesOf({
    nodes,
    definitions: [aDefinition('db', { usedNodeIds: 3 })],
    volumeDefinitions: [aVolumeDefinition()],
    resources,
    ...extra,
  });
}

describe('planNode', () => {
  it('tells a node its own replicas only, with all peers', () => {
    const plan = planNode(view([replica('a', 0), replica('b', 1)]), 'a');
    expect(plan.resources).to.have.length(1);
    expect(plan.resources[0]?.nodeId).to.equal(0);
    expect(plan.resources[0]?.peers).to.deep.equal([
      {
        nodeId: 1,
        name: 'b',
        address: 'host-b',
        replicationPort: 7000,
        protocol: 'C',
        diskful: true,
        bitmapSlot: undefined,
        options: {},
      },
    ]);
    expect(planNode(view([replica('a', 0)]), 'c')).to.deep.equal({ pools: [], resources: [] });
  });

  it('gives both ends of a connection the same protocol', () => {
    const state = view([replica('a', 0, { protocol: 'B' }), replica('b', 1, { protocol: 'A' }), replica('c', 2)]);
    const protocol = (from: string, to: string) =>
      planNode(state, from).resources[0]?.peers.find((peer) => peer.name === to)?.protocol;
    for (const [x, y, expected] of [
      ['a', 'b', 'A'],
      ['a', 'c', 'B'],
      ['b', 'c', 'A'],
    ] as const) {
      expect([protocol(x, y), protocol(y, x)]).to.deep.equal([expected, expected]);
    }
  });

  it('never says delete without a tombstone, and keeps a tombstoned replica as peer of the others', () => {
    const state = view([replica('a', 0), replica('b', 1, { deletionRequestedAtMs: 5 })]);
    expect(planNode(state, 'a').resources[0]).to.include({ delete: false });
    expect(planNode(state, 'a').resources[0]?.peers).to.have.length(1);
    expect(planNode(state, 'b').resources[0]).to.deep.include({ delete: true, volumes: [], peers: [] });
  });

  it('marks single volumes for deletion', () => {
    const dying = aVolumeDefinition('db', { deletionRequestedAtMs: 1 });
    const plan = planNode(view([replica('a', 0)], { volumeDefinitions: [dying] }), 'a');
    expect(plan.resources[0]?.volumes[0]?.delete).to.equal(true);
    expect(plan.resources[0]?.delete).to.equal(false);
  });
});
