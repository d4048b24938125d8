import { expect } from 'chai';
import { nodeId } from '../../../common/ids.ts';
import type { Ports } from '../../../satellite/replication/ports.ts';
import type { Frame } from '../../../satellite/replication/wire/frames.ts';
import { type BytesPayload, Cluster } from './cluster.ts';

const BLOCK = 4096;
const BAD = 0xbd;

interface Tampering {
  /** The next frame of this type changes on its way, and its CRC with it. */
  next: Frame['type'] | undefined;
  done: number;
}

/** Behind the CRC and before the peer. */
function tampering(tamper: Tampering): (ports: Ports) => Ports {
  return (ports) => ({
    ...ports,
    send: (peer, link, stream, frame) => {
      if (frame.type !== tamper.next || !('payload' in frame)) return ports.send(peer, link, stream, frame);
      tamper.next = undefined;
      tamper.done += 1;
      const payload: BytesPayload = {
        byteLength: frame.payload.byteLength,
        data: new Uint8Array(frame.payload.byteLength).fill(BAD),
      };
      ports.send(peer, link, stream, { ...frame, payload, payloadChecksum: ports.checksum(payload) });
    },
  });
}

const damaged = (cluster: Cluster, node: number, peer: number): number | undefined =>
  cluster
    .core(node)
    .status()
    .connections.find((each) => each.peer === peer)?.damagedFrames;
const reasons = (cluster: Cluster, node: number): string[] =>
  cluster.events.flatMap((each) => (each.node === node && each.event.kind === 'connection' ? [each.event.reason] : []));
const hasBad = (cluster: Cluster, node: number): boolean => cluster.member(node).data.includes(BAD);

describe('data-integrity-alg', () => {
  for (const dataIntegrityAlg of ['crc32', 'md5', 'sha1', 'sha256', 'sha512'] as const) {
    it(`${dataIntegrityAlg} keeps a changed write from the disk, ends the link and brings the data again`, () => {
      const tamper: Tampering = { next: undefined, done: 0 };
      const cluster = new Cluster({ nodes: 2, options: { dataIntegrityAlg }, tap: tampering(tamper) });
      cluster.open(0);
      tamper.next = 'DATA';
      expect(cluster.write(0, 3, 7)).to.deep.equal({ ok: true });
      expect(tamper.done).to.equal(1);
      expect(reasons(cluster, 1)).to.include(`DATA: payload digest mismatch (${dataIntegrityAlg})`);
      expect(damaged(cluster, 1, 0)).to.equal(1);
      expect(hasBad(cluster, 1)).to.equal(false);
      cluster.pass(10_000);
      expect(cluster.member(1).data[3 * BLOCK]).to.equal(7);
      expect([cluster.disk(1), cluster.device(0, 1).outOfSyncBytes]).to.deep.equal(['UpToDate', 0]);
    });
  }

  it('keeps changed data of a resync from the disk', () => {
    const tamper: Tampering = { next: undefined, done: 0 };
    const cluster = new Cluster({ nodes: 2, options: { dataIntegrityAlg: 'sha256' }, tap: tampering(tamper) });
    cluster.open(0);
    cluster.cutLink(0, 1);
    cluster.write(0, 5, 9);
    tamper.next = 'RS_DATA_REPLY';
    cluster.healLink(0, 1);
    cluster.pass(10_000);
    expect(tamper.done).to.equal(1);
    expect(reasons(cluster, 1)).to.include('RS_DATA_REPLY: payload digest mismatch (sha256)');
    expect(hasBad(cluster, 1)).to.equal(false);
    expect(cluster.member(1).data[5 * BLOCK]).to.equal(9);
  });

  it('keeps a changed answer from a reader without a disk', () => {
    const tamper: Tampering = { next: undefined, done: 0 };
    const cluster = new Cluster({
      nodes: 3,
      diskless: [2],
      options: { dataIntegrityAlg: 'sha1' },
      tap: tampering(tamper),
    });
    cluster.open(2);
    cluster.write(2, 1, 4);
    tamper.next = 'DATA_REPLY';
    expect(cluster.read(2, 1)).to.equal(4);
    expect(tamper.done).to.equal(1);
    expect((damaged(cluster, 2, 0) ?? 0) + (damaged(cluster, 2, 1) ?? 0)).to.equal(1);
  });

  it('is the choice of the sender: ends may differ, and change it while the link is up', () => {
    const cluster = new Cluster({ nodes: 2 });
    cluster.open(0);
    const set = (value: string) =>
      cluster.request(0, (id) => ({
        kind: 'set-options',
        id,
        change: { scope: 'net', peer: nodeId(1), volume: undefined, values: { 'data-integrity-alg': value } },
      }));
    const algorithms = ['none', 'sha256', 'crc32c', 'md5', 'default'].map((value) => {
      expect(set(value)).to.deep.equal({ ok: true });
      cluster.frames.length = 0;
      expect(cluster.write(0, 1, 1)).to.deep.equal({ ok: true });
      const frame = cluster.frames.map((each) => each.frame).find(({ type }) => type === 'DATA');
      return frame?.type === 'DATA' ? frame.integrity?.algorithm : 'no frame';
    });
    // Every frame has a CRC-32C of its own.
    expect(algorithms).to.deep.equal([undefined, 'sha256', undefined, 'md5', undefined]);
    expect(cluster.core(0).status().connections[0]?.state).to.equal('Connected');
  });

  it('costs a write nothing unless it is set: one checksum on each end, no digest', () => {
    const asked = { checksums: 0, digests: 0 };
    const tap = (ports: Ports): Ports => ({
      ...ports,
      checksum: (payload) => {
        asked.checksums += 1;
        return ports.checksum(payload);
      },
      digests: (...request) => {
        asked.digests += 1;
        return ports.digests(...request);
      },
    });
    const cluster = new Cluster({ nodes: 3, tap });
    cluster.open(0);
    Object.assign(asked, { checksums: 0, digests: 0 });
    cluster.write(0, 1, 1);
    expect(asked).to.deep.equal({ checksums: 3, digests: 0 });
  });
});
