import { expect } from 'chai';
import { nodeId } from '../../../common/ids.ts';
import { bytes } from '../../../common/units.ts';
import type { OperationError } from '../../../common/errors.ts';
import type { ClientRequestId } from '../../../satellite/replication/payload.ts';
import { Cluster } from './cluster.ts';

const TWO = { options: { allowTwoPrimaries: true } } as const;

function setOptions(cluster: Cluster, node: number, values: Record<string, string>, peer?: number) {
  return cluster.request(node, (id) => ({
    kind: 'set-options',
    id,
    change: { scope: 'net', peer: peer === undefined ? undefined : nodeId(peer), volume: undefined, values },
  }));
}

function errorOf(outcome: ReturnType<Cluster['open']>): OperationError {
  if (outcome?.ok !== false) throw new Error('it was not refused');
  return outcome.error;
}

const roles = (cluster: Cluster) => cluster.members.map((_, id) => cluster.core(id).status().role);
const generation = (cluster: Cluster, id: number) => cluster.core(id).status().volumes[0]?.currentGeneration;
const writing = (id: ClientRequestId, block: number, value: number) => ({
  kind: 'client-write' as const,
  id,
  volume: 0 as never,
  offset: bytes(block * 4_096),
  payload: { byteLength: 4_096, data: new Uint8Array(4_096).fill(value) } as never,
  fua: false,
});

describe('Two Primaries', () => {
  it('are let in while every link between them has allow-two-primaries, by opening or by command', () => {
    const cluster = new Cluster({ nodes: 3, ...TWO });
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    expect(cluster.open(1)).to.deep.equal({ ok: true });
    expect(cluster.request(2, (id) => ({ kind: 'promote', id, force: false }))).to.deep.equal({ ok: true });
    expect(roles(cluster)).to.deep.equal(['Primary', 'Primary', 'Primary']);
  });

  it('are refused, with the option named, where one end of the link lacks it', () => {
    for (const end of [0, 1]) {
      const cluster = new Cluster({ nodes: 2 });
      setOptions(cluster, end, { 'allow-two-primaries': 'yes' });
      cluster.open(0);
      cluster.open(1);
      cluster.pass(5_000);
      expect(roles(cluster)).to.deep.equal(['Primary', 'Secondary']);
    }
    const cluster = new Cluster({ nodes: 2 });
    cluster.open(0);
    cluster.open(1);
    cluster.pass(5_000);
    expect([...cluster.outcomes.values()].at(-1))
      .to.have.nested.property('error.correction')
      .contain('allow-two-primaries');
  });

  it('may be allowed between two nodes only, and the option comes and goes while everything runs', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.open(0);
    for (const [node, peer] of [
      [0, 1],
      [1, 0],
    ] as const)
      expect(setOptions(cluster, node, { 'allow-two-primaries': 'yes' }, peer)).to.deep.equal({ ok: true });
    expect(cluster.open(1)).to.deep.equal({ ok: true });
    expect(errorOf(setOptions(cluster, 0, { 'allow-two-primaries': 'no' }, 1))).to.include({ code: 'TWO_PRIMARIES' });
    cluster.close(0);
    expect(roles(cluster)).to.deep.equal(['Secondary', 'Primary', 'Secondary']);
    for (const [node, peer] of [
      [0, 1],
      [1, 0],
    ] as const)
      expect(setOptions(cluster, node, { 'allow-two-primaries': 'no' }, peer)).to.deep.equal({ ok: true });
    cluster.open(0);
    cluster.pass(5_000);
    expect(roles(cluster)).to.deep.equal(['Secondary', 'Primary', 'Secondary']);
  });

  it('need protocol C, whatever is set first', () => {
    const cluster = new Cluster({ nodes: 2, protocol: 'A' });
    const refusal = errorOf(setOptions(cluster, 0, { 'allow-two-primaries': 'yes' }));
    expect(refusal).to.include({ code: 'OPTION_CONFLICT' });
    expect(refusal.correction).to.contain('protocol');
    const peer = { node: nodeId(1), name: 'n1', protocol: 'B', diskful: true, slot: 0 } as const;
    const again = (allowed: Cluster) => allowed.request(0, (id) => ({ kind: 'add-peer', id, peer }));
    expect(again(cluster)).to.deep.equal({ ok: true });
    expect(errorOf(again(new Cluster({ nodes: 2, ...TWO })))).to.include({ code: 'OPTION_CONFLICT' });
  });

  it('write both ways, and each reads what the other one has written', () => {
    const cluster = new Cluster({ nodes: 3, ...TWO });
    cluster.open(0);
    cluster.open(1);
    for (let block = 0; block < 20; block += 1) cluster.write(block % 2, block, block + 1);
    cluster.pass(1_000);
    for (const { data } of cluster.members) expect(data).to.deep.equal(cluster.member(0).data);
    expect([cluster.read(0, 7), cluster.read(1, 6)]).to.deep.equal([8, 7]);
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const)
      expect(cluster.device(a, b)).to.include({ replication: 'Established', outOfSyncBytes: 0 });
  });

  it('that lose the same third node at the same time are no split brain: the generation of the lower node stays', () => {
    const cluster = new Cluster({ nodes: 3, ...TWO });
    cluster.open(0);
    cluster.open(1);
    cluster.write(0, 1, 1);
    cluster.write(1, 2, 2);
    cluster.crash(2);
    cluster.ask(0, (id) => writing(id, 3, 3));
    cluster.ask(1, (id) => writing(id, 4, 4));
    cluster.settle();
    cluster.pass(10_000);
    expect([...cluster.outcomes.values()].every(({ ok }) => ok)).to.equal(true);
    expect(generation(cluster, 1)).to.equal(generation(cluster, 0));
    cluster.boot(2);
    cluster.settle();
    cluster.close(1);
    cluster.pass(30_000);
    expect(cluster.disk(2)).to.equal('UpToDate');
    for (const { data } of cluster.members) expect(data).to.deep.equal(cluster.member(0).data);
  });

  it('that write the same bytes at the same time give up their link, and say why', () => {
    const cluster = new Cluster({ nodes: 2, ...TWO });
    cluster.open(0);
    cluster.open(1);
    cluster.ask(0, (id) => writing(id, 5, 1));
    cluster.ask(1, (id) => writing(id, 5, 2));
    cluster.settle();
    const found = cluster.events.filter(({ event }) => event.kind === 'concurrent-write');
    expect(found).to.have.length.greaterThan(0);
    cluster.pass(5_000);
    for (const [a, b] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const link = cluster
        .core(a)
        .status()
        .connections.find(({ peer }) => peer === b);
      expect(link?.state).to.equal('StandAlone');
    }
  });

  it('that are both written while apart refuse each other as a split brain, on both ends', () => {
    const cluster = new Cluster({ nodes: 2, ...TWO });
    cluster.open(0);
    cluster.open(1);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.write(0, 1, 1);
    cluster.write(1, 2, 2);
    cluster.healLink(0, 1);
    cluster.settle();
    cluster.pass(5_000);
    for (const id of [0, 1]) expect(cluster.core(id).status().connections[0]?.state).to.equal('StandAlone');
  });

  it('that were apart and not written in are connected again', () => {
    const cluster = new Cluster({ nodes: 2, ...TWO });
    cluster.open(0);
    cluster.open(1);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.healLink(0, 1);
    cluster.settle();
    cluster.pass(5_000);
    expect(roles(cluster)).to.deep.equal(['Primary', 'Primary']);
    expect(cluster.device(0, 1)).to.include({ replication: 'Established', peerDisk: 'UpToDate' });
  });

  it('without a link to each other are let in only without disks, over servers that allow it', () => {
    const unlinked = (options: ConstructorParameters<typeof Cluster>[0], a: number, b: number): Cluster => {
      const cluster = new Cluster(options);
      cluster.cutLink(a, b);
      cluster.settle();
      cluster.open(a);
      cluster.open(b);
      cluster.pass(5_000);
      return cluster;
    };
    const hypervisors = unlinked({ nodes: 4, diskless: [2, 3], ...TWO }, 2, 3);
    expect(roles(hypervisors)).to.deep.equal(['Secondary', 'Secondary', 'Primary', 'Primary']);
    expect(hypervisors.write(2, 1, 5)).to.deep.equal({ ok: true });
    expect(hypervisors.read(3, 1)).to.equal(5);
    expect(hypervisors.write(3, 1, 6)).to.deep.equal({ ok: true });
    expect(hypervisors.read(2, 1)).to.equal(6);
    expect(roles(unlinked({ nodes: 4, diskless: [2, 3] }, 2, 3))).to.not.deep.equal(roles(hypervisors));
    expect(roles(unlinked({ nodes: 3, ...TWO }, 0, 1))).to.deep.equal(['Primary', 'Secondary', 'Secondary']);
  });

  it('leave a node Outdated that only one of them can reach, until the other one has gone', () => {
    const cluster = new Cluster({ nodes: 3, ...TWO });
    cluster.open(0);
    cluster.open(1);
    cluster.cutLink(1, 2);
    cluster.settle();
    cluster.write(0, 1, 1);
    cluster.write(1, 2, 2);
    cluster.pass(1_000);
    expect(cluster.disk(2)).to.not.equal('UpToDate');
    cluster.close(1);
    cluster.pass(30_000);
    expect(cluster.disk(2)).to.equal('UpToDate');
    expect(cluster.member(2).data).to.deep.equal(cluster.member(0).data);
  });
});
