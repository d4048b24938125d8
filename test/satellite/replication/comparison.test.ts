import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import { bytes } from '../../../common/units.ts';
import type { ReplicationEvent } from '../../../satellite/replication/events.ts';
import type { ClientOutcome } from '../../../satellite/replication/ports.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);
const BLOCK = 4096;

function eventsOf<Kind extends ReplicationEvent['kind']>(cluster: Cluster, kind: Kind) {
  return cluster.events.map(({ event }) => event).filter((event) => event.kind === kind) as Extract<
    ReplicationEvent,
    { kind: Kind }
  >[];
}

const verify = (cluster: Cluster, node: number, peer: number): ClientOutcome | undefined =>
  cluster.request(node, (id) => ({ kind: 'verify', id, volume: VOLUME, peer: nodeId(peer), start: bytes(0) }));

const invalidate = (cluster: Cluster, node: number, resetBitmap: boolean): ClientOutcome | undefined =>
  cluster.request(node, (id) => ({ kind: 'invalidate', id, volume: VOLUME, resetBitmap }));

function codeOf(outcome: ClientOutcome | undefined): string {
  return outcome === undefined ? 'unanswered' : outcome.ok ? 'ok' : outcome.error.code;
}

/** Node 0 is Primary and has written ones to the first eight blocks. */
function written(options: ConstructorParameters<typeof Cluster>[0]): Cluster {
  const cluster = new Cluster(options);
  cluster.open(0);
  cluster.write(0, 0, 1, 8);
  cluster.pass(500);
  return cluster;
}

describe('Online verify', () => {
  it('marks exactly the blocks that differ, on both ends, and changes no disk state', () => {
    const cluster = written({ nodes: 2, options: { verifyAlg: 'crc32c' } });
    cluster.member(1).data[3 * BLOCK + 7] = 99;
    cluster.member(1).data[40 * BLOCK] = 99;
    expect(codeOf(verify(cluster, 0, 1))).to.equal('ok');
    expect(eventsOf(cluster, 'out-of-sync').map(({ offset, length }) => [offset, length])).to.deep.equal([
      [3 * BLOCK, BLOCK],
      [40 * BLOCK, BLOCK],
    ]);
    expect(eventsOf(cluster, 'verify-end')).to.deep.equal([
      { kind: 'verify-end', peer: 1, volume: 0, blocks: 64, different: 2, skipped: 0 },
    ]);
    expect(cluster.device(0, 1).outOfSyncBytes).to.equal(2 * BLOCK);
    expect(cluster.device(1, 0).outOfSyncBytes).to.equal(2 * BLOCK);
    expect([cluster.disk(0), cluster.disk(1)]).to.deep.equal(['UpToDate', 'UpToDate']);
    expect(cluster.device(0, 1).replication).to.equal('Established');
  });

  it('leaves what it has found to the administrator, who has only that copied', () => {
    const cluster = written({ nodes: 2, options: { verifyAlg: 'sha1' } });
    cluster.member(1).data[3 * BLOCK + 7] = 99;
    verify(cluster, 0, 1);
    cluster.pass(120_000);
    expect(cluster.device(0, 1).outOfSyncBytes, 'the self-check repairs nothing').to.equal(BLOCK);
    expect(codeOf(invalidate(cluster, 1, false))).to.equal('ok');
    cluster.pass(1_000);
    const copied = eventsOf(cluster, 'resync-end').filter(({ side }) => side === 'target');
    expect(copied.map(({ blocks }) => blocks)).to.deep.equal([1]);
    expect([...cluster.member(1).data]).to.deep.equal([...cluster.member(0).data]);
  });

  it('is refused without an algorithm, and towards a peer that is not there', () => {
    const cluster = written({ nodes: 2 });
    expect(codeOf(verify(cluster, 0, 1))).to.equal('VERIFY_IMPOSSIBLE');
    expect(codeOf(verify(cluster, 0, 7))).to.equal('VERIFY_IMPOSSIBLE');
  });

  it('goes on where it was broken off', () => {
    const cluster = written({
      nodes: 2,
      options: { verifyAlg: 'md5', resyncRequestBytes: bytes(BLOCK), maxBuffers: 1 },
    });
    let replies = 0;
    cluster.filter = (_from, _to, frame) => frame.type !== 'OV_REPLY' || ++replies <= 10;
    verify(cluster, 0, 1);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.filter = () => true;
    cluster.healLink(0, 1);
    cluster.settle();
    expect(eventsOf(cluster, 'verify-end').at(-1)).to.include({ blocks: 10 });
    cluster.request(0, (id) => ({ kind: 'verify', id, volume: VOLUME, peer: nodeId(1) }));
    expect(eventsOf(cluster, 'verify-end').at(-1)).to.include({ blocks: 54, different: 0 });
  });
});

describe('Resync that compares', () => {
  it('copies only the blocks whose digests differ (csums-alg)', () => {
    const cluster = written({ nodes: 2, options: { csumsAlg: 'sha256', resyncRequestBytes: bytes(BLOCK) } });
    cluster.member(1).data[5 * BLOCK] = 99;
    expect(codeOf(invalidate(cluster, 1, true))).to.equal('ok');
    cluster.pass(1_000);
    expect(cluster.frames.filter(({ frame }) => frame.type === 'RS_DATA_REPLY')).to.have.length(1);
    expect(cluster.frames.filter(({ frame }) => frame.type === 'RS_IS_IN_SYNC')).to.have.length(63);
    expect([...cluster.member(1).data]).to.deep.equal([...cluster.member(0).data]);
    expect(cluster.disk(1)).to.equal('UpToDate');
  });

  it('sends no zeroes, and discards adjacent ranges as one (rs-discard-granularity)', () => {
    const cluster = written({ nodes: 2, options: { rsDiscardGranularityBytes: bytes(4 * BLOCK) } });
    cluster.member(1).data[30 * BLOCK] = 99;
    invalidate(cluster, 1, true);
    cluster.pass(1_000);
    expect(cluster.frames.filter(({ frame }) => frame.type === 'RS_DEALLOCATED')).to.have.length(14);
    expect(cluster.frames.filter(({ frame }) => frame.type === 'RS_DATA_REPLY')).to.have.length(2);
    expect([...cluster.member(1).data]).to.deep.equal([...cluster.member(0).data]);
  });
});

describe('Invalidate', () => {
  it('is refused where the data would be gone: on a Primary, and without an UpToDate peer', () => {
    const cluster = written({ nodes: 2 });
    expect(codeOf(invalidate(cluster, 0, true))).to.equal('NO_UP_TO_DATE_DATA');
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(codeOf(invalidate(cluster, 1, true))).to.equal('NO_UP_TO_DATE_DATA');
  });

  it('during a resync is answered so, and runs once after it', () => {
    const cluster = written({ nodes: 2 });
    let held = true;
    cluster.filter = (_from, _to, frame) => !(held && frame.type === 'RS_DATA_REPLY');
    expect(codeOf(invalidate(cluster, 1, true))).to.equal('ok');
    expect(codeOf(invalidate(cluster, 1, true))).to.equal('RESYNC_RUNNING');
    expect(codeOf(invalidate(cluster, 1, true))).to.equal('RESYNC_RUNNING');
    held = false;
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.healLink(0, 1);
    cluster.pass(30_000);
    const ends = eventsOf(cluster, 'resync-end').filter(({ side }) => side === 'target');
    expect(ends.map(({ blocks }) => blocks)).to.deep.equal([64, 64]);
    expect([cluster.disk(0), cluster.disk(1)]).to.deep.equal(['UpToDate', 'UpToDate']);
  });
});

describe('Reads', () => {
  it('go to the copies that read-balancing names', () => {
    const requests = (readBalancing: 'prefer-local' | 'prefer-remote' | 'round-robin' | '32K-striping'): number => {
      const cluster = written({ nodes: 3, options: { readBalancing } });
      for (let block = 0; block < 24; block += 1) expect(cluster.read(0, block)).to.equal(block < 8 ? 1 : 0);
      return cluster.frames.filter(({ frame }) => frame.type === 'DATA_REQUEST').length;
    };
    expect(requests('prefer-local')).to.equal(0);
    expect(requests('prefer-remote')).to.equal(24);
    expect(requests('round-robin')).to.equal(16);
    expect(requests('32K-striping')).to.equal(16);
  });

  it('never go to a peer that may not be read from, nor to blocks that are marked towards it', () => {
    const none = written({ nodes: 2, options: { readBalancing: 'prefer-remote', allowRemoteRead: false } });
    none.read(0, 0);
    expect(none.frames.some(({ frame }) => frame.type === 'DATA_REQUEST')).to.equal(false);
    const marked = written({ nodes: 2, options: { readBalancing: 'prefer-remote', verifyAlg: 'crc32c' } });
    marked.member(1).data[2 * BLOCK] = 99;
    verify(marked, 0, 1);
    expect(marked.read(0, 2)).to.equal(1);
    expect(marked.frames.some(({ frame }) => frame.type === 'DATA_REQUEST')).to.equal(false);
  });
});

describe('Long discards', () => {
  it('over more extents than the activity log holds are cut, and answered once', () => {
    const blocks = 24 * 1024;
    const cluster = new Cluster({ nodes: 2, blocks, options: { alExtents: 8 } });
    cluster.open(0);
    cluster.write(0, 0, 1, 8);
    const outcome = cluster.request(0, (id) => ({
      kind: 'client-zero',
      id,
      volume: VOLUME,
      offset: bytes(BLOCK),
      length: bytes((blocks - 2) * BLOCK),
      discard: true,
      mayUnmap: true,
      fua: false,
    }));
    expect(codeOf(outcome)).to.equal('ok');
    expect(cluster.frames.filter(({ frame }) => frame.type === 'TRIM').length).to.be.greaterThan(1);
    expect(cluster.member(1).data[0]).to.equal(1);
    expect(cluster.member(1).data[2 * BLOCK]).to.equal(0);
  });
});
