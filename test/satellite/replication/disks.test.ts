import { expect } from 'chai';
import { volumeNumber } from '../../../common/ids.ts';
import { millis } from '../../../common/units.ts';
import type { ClientOutcome } from '../../../satellite/replication/ports.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);

function detach(cluster: Cluster, id: number, force = false): ClientOutcome | undefined {
  cluster.request(id, (client) => ({ kind: 'detach', id: client, volume: VOLUME, force }));
  cluster.pass(500); // the activity log is held until the last PEER_ACK
  return [...cluster.outcomes.values()].at(-1);
}

function attach(
  cluster: Cluster,
  id: number,
  metadata = cluster.member(id).metadata.slice(),
): ClientOutcome | undefined {
  return cluster.request(id, (client) => ({ kind: 'attach', id: client, volume: VOLUME, metadata }));
}

const codeOf = (outcome: ClientOutcome | undefined) => (outcome?.ok === false ? outcome.error.code : outcome?.ok);
const connections = (cluster: Cluster) => cluster.events.filter(({ event }) => event.kind === 'connection').length;

function primaryOn(id: number, options: ConstructorParameters<typeof Cluster>[0]): Cluster {
  const cluster = new Cluster(options);
  expect(cluster.open(id)).to.deep.equal({ ok: true });
  cluster.write(id, 1, 11);
  return cluster;
}

describe('A disk that comes and goes', () => {
  it('is detached from a Secondary and attached again on the links that are up, and gets exactly what it missed', () => {
    const cluster = primaryOn(0, { nodes: 2 });
    const before = connections(cluster);
    expect(codeOf(detach(cluster, 1))).to.equal(true);
    expect(cluster.disk(1)).to.equal('Diskless');
    expect(cluster.device(0, 1).peerDisk).to.equal('Diskless');
    cluster.write(0, 5, 55);
    cluster.events.length = 0;
    expect(codeOf(attach(cluster, 1))).to.equal(true);
    cluster.pass(500);
    expect(cluster.disk(1)).to.equal('UpToDate');
    expect(cluster.member(1).data[5 * 4096]).to.equal(55);
    const ends = cluster.events.flatMap(({ event }) =>
      event.kind === 'resync-end' && event.side === 'target' ? [event.blocks] : [],
    );
    expect(ends).to.deep.equal([1]);
    expect(connections(cluster)).to.equal(0);
    expect(before).to.be.greaterThan(0);
  });

  it('leaves a Primary that goes on with the data of its peer, and catches up when it is back', () => {
    const cluster = primaryOn(0, { nodes: 2 });
    expect(codeOf(detach(cluster, 0))).to.equal(true);
    expect(cluster.write(0, 7, 77)).to.deep.equal({ ok: true });
    expect(cluster.read(0, 7)).to.equal(77);
    expect(codeOf(attach(cluster, 0))).to.equal(true);
    cluster.pass(500);
    expect(cluster.disk(0)).to.equal('UpToDate');
    expect(cluster.member(0).data[7 * 4096]).to.equal(77);
  });

  it('is refused as LAST_UP_TO_DATE_COPY while a Primary lives on it alone, here or elsewhere, unless forced', () => {
    const cluster = primaryOn(0, { nodes: 2 });
    expect(codeOf(detach(cluster, 1))).to.equal(true);
    expect(codeOf(detach(cluster, 0))).to.equal('LAST_UP_TO_DATE_COPY');
    expect(cluster.disk(0)).to.equal('UpToDate');
    expect(codeOf(detach(cluster, 0, true))).to.equal(true);
    expect(codeOf(cluster.write(0, 1, 12))).to.equal('NO_UP_TO_DATE_DATA');

    const client = primaryOn(1, { nodes: 2, diskless: [1] });
    expect(codeOf(detach(client, 0))).to.equal('LAST_UP_TO_DATE_COPY');
    expect(client.disk(0)).to.equal('UpToDate');
  });

  it('is refused as DISK_OUTDATED by a Primary that has shown its clients newer data, while nobody can bring it up to date', () => {
    const cluster = primaryOn(0, { nodes: 2 });
    detach(cluster, 0);
    cluster.write(0, 7, 77);
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(codeOf(attach(cluster, 0))).to.equal('DISK_OUTDATED');
    expect(cluster.disk(0)).to.equal('Diskless');
  });

  it('is refused when it belongs to another node, and nothing changes', () => {
    const cluster = primaryOn(0, { nodes: 2 });
    detach(cluster, 1);
    const own = cluster.member(1).metadata.slice();
    expect(codeOf(attach(cluster, 1, cluster.member(0).metadata.slice()))).to.equal('METADATA_FOREIGN');
    expect(cluster.disk(1)).to.equal('Diskless');
    expect(cluster.member(1).metadata).to.deep.equal(own);
  });

  it('is given up after disk-timeout, although operations that hang never come back', () => {
    const cluster = primaryOn(0, { nodes: 2, options: { diskTimeoutMs: millis(300) } });
    cluster.hangs.add(0);
    const request = cluster.ask(0, (client) => ({
      kind: 'client-write',
      id: client,
      volume: VOLUME,
      offset: 0 as never,
      payload: { byteLength: 4096, data: new Uint8Array(4096).fill(9) } as never,
      fua: false,
    }));
    cluster.settle();
    expect(cluster.outcomes.get(request)).to.equal(undefined);
    cluster.pass(400);
    expect(cluster.outcomes.get(request)).to.deep.equal({ ok: true });
    expect(cluster.disk(0)).to.equal('Diskless');
    expect(cluster.member(1).data[0]).to.equal(9);
    expect(codeOf(attach(cluster, 0)), 'what hangs may still reach it').to.equal('IN_TRANSITION');
  });
});
