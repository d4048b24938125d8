import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import type { ClusterView } from '../../../controller/domain/cluster-view.ts';
import { tablesOf } from '../../../controller/state/tables.ts';
import type { Resource } from '../../../controller/domain/resource.ts';
import { planNode } from '../../../controller/reconcile/plan-node.ts';

const node = (name: string) => {
  const ports = { satellitePort: 3366, replicationPort: 7000, nbdPort: 10809 };
  return { name, address: `host-${name}`, ...ports, createdAtMs: 0 };
};

const replica = (nodeName: string, id: number, extra: Partial<Resource> = {}): Resource => ({
  resourceName: 'db',
  nodeName,
  nodeId: nodeId(id),
  diskful: true,
  storagePool: 'pool',
  peerSlots: 7,
  bitmapSlots: [],
  volumes: [{ volume: volumeNumber(0) }],
  createdAtMs: 0,
  ...extra,
});

function view(resources: readonly Resource[], extra: Parameters<typeof tablesOf>[0] = {}): ClusterView {
  const definition = { name: 'db', peerSlots: 7, protocol: 'C', usedNodeIds: 3, createdAtMs: 0 } as const;
  const volume = { resourceName: 'db', volume: volumeNumber(0), sizeKib: 4096, blockBytes: 4096, createdAtMs: 0 };
  const nodes = ['a', 'b', 'c'].map(node);
  return tablesOf({ nodes, definitions: [definition], volumeDefinitions: [volume], resources, ...extra });
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
    const dying = {
      resourceName: 'db',
      volume: volumeNumber(0),
      sizeKib: 4096,
      blockBytes: 4096,
      createdAtMs: 0,
      deletionRequestedAtMs: 1,
    };
    const plan = planNode(view([replica('a', 0)], { volumeDefinitions: [dying] }), 'a');
    expect(plan.resources[0]?.volumes[0]?.delete).to.equal(true);
    expect(plan.resources[0]?.delete).to.equal(false);
  });
});
