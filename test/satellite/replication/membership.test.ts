import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import type { PeerConfig } from '../../../satellite/replication/config.ts';
import type { ReplicationInput } from '../../../satellite/replication/events.ts';
import type { ClientRequestId } from '../../../satellite/replication/payload.ts';
import type { ClientOutcome } from '../../../satellite/replication/ports.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);
const peer = (id: number, changes: Partial<PeerConfig> = {}): PeerConfig => ({
  node: nodeId(id),
  name: `n${id}`,
  protocol: 'C',
  diskful: true,
  slot: id - 1,
  ...changes,
});
const codeOf = (outcome: ClientOutcome | undefined) => (outcome?.ok === false ? outcome.error.code : outcome?.ok);

function ask(
  cluster: Cluster,
  id: number,
  make: (client: ClientRequestId) => ReplicationInput,
): string | boolean | undefined {
  const client = cluster.ask(id, make);
  cluster.settle();
  cluster.pass(500);
  return codeOf(cluster.outcomes.get(client));
}

const add = (cluster: Cluster, id: number, config: PeerConfig) =>
  ask(cluster, id, (client) => ({ kind: 'add-peer', id: client, peer: config }));
const remove = (cluster: Cluster, id: number, which: number) =>
  ask(cluster, id, (client) => ({ kind: 'remove-peer', id: client, peer: nodeId(which) }));
const forget = (cluster: Cluster, id: number, which: number) =>
  ask(cluster, id, (client) => ({ kind: 'forget-peer', id: client, peer: nodeId(which) }));
const retire = (cluster: Cluster, id: number) =>
  ask(cluster, id, (client) => ({ kind: 'retire-disk', id: client, volume: VOLUME }));
const attach = (cluster: Cluster, id: number) =>
  ask(cluster, id, (client) => ({
    kind: 'attach',
    id: client,
    volume: VOLUME,
    metadata: cluster.member(id).metadata.slice(),
  }));

const blocksCopied = (cluster: Cluster) =>
  cluster.events.flatMap(({ event }) => (event.kind === 'resync-end' && event.side === 'target' ? [event.blocks] : []));

function primaryOn0(nodes: number, options = {}): Cluster {
  const cluster = new Cluster({ nodes, ...options });
  expect(cluster.open(0)).to.deep.equal({ ok: true });
  cluster.write(0, 1, 11);
  cluster.pass(500);
  return cluster;
}

describe('Peers that come and go while the resource is in use', () => {
  it('keep their slot when they are removed: back again, they get exactly what they missed', () => {
    const cluster = primaryOn0(3);
    expect(remove(cluster, 0, 2)).to.equal(true);
    cluster.write(0, 5, 55);
    cluster.events.length = 0;
    expect(add(cluster, 0, peer(2))).to.equal(true);
    expect(ask(cluster, 2, (id) => ({ kind: 'connect', id, peer: nodeId(0) }))).to.equal(true);
    cluster.pass(2_000);
    expect(cluster.disk(2)).to.equal('UpToDate');
    expect(cluster.member(2).data[5 * 4096]).to.equal(55);
    expect(Math.max(0, ...blocksCopied(cluster))).to.be.at.most(1);
  });

  it('are forgotten only when they are removed, and their slot is free for another node only then', () => {
    const cluster = primaryOn0(3);
    expect(forget(cluster, 0, 2)).to.equal('PEER_CONFIGURED');
    expect(add(cluster, 0, peer(3, { slot: 1 }))).to.equal('PEER_SLOTS_EXHAUSTED');
    expect(remove(cluster, 0, 2)).to.equal(true);
    expect(add(cluster, 0, peer(3, { slot: 1 }))).to.equal('PEER_SLOTS_EXHAUSTED');
    expect(
      cluster
        .core(0)
        .status()
        .connections.map(({ peer: each }) => each),
    ).to.deep.equal([nodeId(1)]);
    expect(forget(cluster, 0, 2)).to.equal(true);
    expect(cluster.write(0, 2, 22)).to.deep.equal({ ok: true });
  });

  it('are refused under the node id of another node until that one is forgotten, and without a slot', () => {
    const cluster = primaryOn0(3);
    expect(add(cluster, 0, peer(2, { name: 'other' }))).to.equal('NODE_ID_IN_USE');
    expect(remove(cluster, 0, 2)).to.equal(true);
    expect(add(cluster, 0, peer(2, { name: 'other' }))).to.equal('NODE_ID_IN_USE');
    expect(add(cluster, 0, peer(2, { slot: undefined }))).to.equal('PEER_SLOTS_EXHAUSTED');
    expect(add(cluster, 0, peer(2, { slot: 31 }))).to.equal('PEER_SLOTS_EXHAUSTED');
    expect(forget(cluster, 0, 2)).to.equal(true);
    expect(add(cluster, 0, peer(2, { name: 'other' }))).to.equal(true);
  });

  it('count as voters that are away until they are forgotten', () => {
    const cluster = primaryOn0(3, { options: { quorum: 'majority' } });
    const hasQuorum = () => cluster.core(0).status().volumes[0]?.quorum;
    expect(remove(cluster, 0, 2)).to.equal(true);
    cluster.crash(1);
    cluster.settle();
    cluster.pass(100);
    expect(hasQuorum()).to.equal(false);

    const other = primaryOn0(3, { options: { quorum: 'majority' } });
    expect(remove(other, 0, 2)).to.equal(true);
    expect(forget(other, 0, 2)).to.equal(true);
    expect(other.core(0).status().volumes[0]?.quorum).to.equal(true);
  });

  it('with the last UpToDate copy are not removed', () => {
    const cluster = primaryOn0(2);
    expect(ask(cluster, 0, (id) => ({ kind: 'detach', id, volume: VOLUME, force: false }))).to.equal(true);
    expect(remove(cluster, 0, 1)).to.equal('LAST_UP_TO_DATE_COPY');
    expect(cluster.write(0, 3, 33)).to.deep.equal({ ok: true });
  });
});

describe('A replica that becomes diskless while it is in use', () => {
  it('has no disk and serves its client on, until it is meant to have one again: then it takes what it missed', () => {
    const cluster = primaryOn0(3);
    expect(retire(cluster, 0)).to.equal(true);
    expect(cluster.disk(0)).to.equal('Diskless');
    expect(cluster.write(0, 7, 77)).to.deep.equal({ ok: true });
    expect(attach(cluster, 0)).to.equal('INVALID_ARGUMENT');
    expect(ask(cluster, 0, (id) => ({ kind: 'intend-disk', id, volume: VOLUME }))).to.equal(true);
    expect(attach(cluster, 0)).to.equal(true);
    cluster.pass(1_000);
    expect(cluster.disk(0)).to.equal('UpToDate');
    expect(cluster.member(0).data[7 * 4096]).to.equal(77);
  });

  it('is refused as LAST_UP_TO_DATE_COPY where nobody else is UpToDate, without a Primary as well, and nothing changes', () => {
    const cluster = new Cluster({ nodes: 2 });
    cluster.crash(1);
    cluster.settle();
    expect(retire(cluster, 0)).to.equal('LAST_UP_TO_DATE_COPY');
    expect(cluster.disk(0)).to.equal('UpToDate');
  });

  it('is refused with its disk by a peer that has freed its slot, until that peer has a slot for it again', () => {
    const cluster = primaryOn0(3);
    expect(retire(cluster, 2)).to.equal(true);
    expect(add(cluster, 0, peer(2, { diskful: false, slot: undefined }))).to.equal(true);
    cluster.write(0, 9, 99);
    ask(cluster, 2, (id) => ({ kind: 'intend-disk', id, volume: VOLUME }));
    expect(attach(cluster, 2)).to.equal('PEER_SLOTS_EXHAUSTED');
    expect(cluster.disk(2)).to.equal('Diskless');
    expect(add(cluster, 0, peer(2))).to.equal(true);
    expect(attach(cluster, 2)).to.equal(true);
    cluster.pass(2_000);
    expect(cluster.disk(2)).to.equal('UpToDate');
    expect(cluster.member(2).data[9 * 4096]).to.equal(99);
  });
});
