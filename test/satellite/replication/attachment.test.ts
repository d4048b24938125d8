import { expect } from 'chai';
import { crc32c } from '../../../common/crc32c.ts';
import { SUPERBLOCK_FIELDS } from '../../../satellite/replication/metadata/superblock.ts';
import { Cluster } from './cluster.ts';

/** Two nodes of one generation; node 1 is down, its disk can be changed. */
function withNodeDown(): Cluster {
  const cluster = new Cluster({ nodes: 2 });
  cluster.crash(1);
  cluster.settle();
  cluster.events.length = 0;
  return cluster;
}

function start(cluster: Cluster): void {
  cluster.boot(1);
  cluster.settle();
  cluster.pass(30_000);
}

const damageTold = (cluster: Cluster) =>
  cluster.events.filter(({ node, event }) => node === 1 && event.kind === 'metadata-damaged').map(({ event }) => event);

describe('Attaching a disk', () => {
  it('tells nothing about metadata that is whole', () => {
    const cluster = withNodeDown();
    start(cluster);
    expect(damageTold(cluster)).to.deep.equal([]);
    expect(cluster.disk(1)).to.equal('UpToDate');
  });

  for (const copy of [0, 1]) {
    it(`goes on when superblock copy ${copy} is damaged, tells it, and writes that copy anew`, () => {
      const cluster = withNodeDown();
      const { metadata } = cluster.member(1);
      metadata[copy * 4096 + 60] = (metadata[copy * 4096 + 60] ?? 0) ^ 1;
      start(cluster);
      expect(damageTold(cluster)).to.deep.equal([
        { kind: 'metadata-damaged', volume: 0, superblock: true, bitmapSectors: 0 },
      ]);
      expect(cluster.disk(1)).to.equal('UpToDate');
      cluster.crash(1);
      cluster.settle();
      cluster.events.length = 0;
      start(cluster);
      expect(damageTold(cluster), 'at the next start both are whole again').to.deep.equal([]);
    });
  }

  it('takes a damaged sector of the bitmap as all set and tells it', () => {
    const cluster = withNodeDown();
    const { metadata } = cluster.member(1);
    // The first page of slot 0, which tracks node 0, follows the superblocks and the activity log.
    metadata[8192 + 8 * 4096 + 100] = 0xff;
    start(cluster);
    expect(damageTold(cluster)).to.deep.equal([
      { kind: 'metadata-damaged', volume: 0, superblock: false, bitmapSectors: 1 },
    ]);
    expect(cluster.device(1, 0)).to.include({ replication: 'Established', peerDisk: 'UpToDate' });
    expect(cluster.device(1, 0).outOfSyncBytes, 'compared or copied').to.equal(0);
  });

  it('leaves metadata of a newer release alone and says which kind of problem it is', () => {
    const cluster = withNodeDown();
    const { metadata } = cluster.member(1);
    for (const at of [0, 4096]) {
      const copy = metadata.subarray(at, at + 4096);
      const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
      view.setUint32(SUPERBLOCK_FIELDS.version[0], 5);
      const [checksum, size] = SUPERBLOCK_FIELDS.checksum;
      view.setUint32(checksum, crc32c(copy.subarray(checksum + size), crc32c(copy.subarray(0, checksum))));
    }
    const before = metadata.slice();
    cluster.outcomes.clear();
    start(cluster);
    const refused = [...cluster.outcomes.values()].flatMap((outcome) => (outcome.ok ? [] : [outcome.error.code]));
    expect(refused).to.deep.equal(['METADATA_VERSION']);
    expect(cluster.disk(1)).to.equal('Diskless');
    expect(metadata).to.deep.equal(before);
  });
});
