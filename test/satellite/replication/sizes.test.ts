import { expect } from 'chai';
import { volumeNumber } from '../../../common/ids.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import type { ClientOutcome } from '../../../satellite/replication/ports.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);
const BLOCK = 4096;

interface Wish {
  readonly blocks?: number;
  readonly sizeBytes?: number;
  readonly assumeClean?: boolean;
  readonly assumePeerHasSpace?: boolean;
  readonly force?: boolean;
}

function resize(cluster: Cluster, id: number, wish: Wish): ClientOutcome | undefined {
  const size = wish.sizeBytes ?? (wish.blocks === undefined ? undefined : wish.blocks * BLOCK);
  const { assumeClean = false, assumePeerHasSpace = false, force = false } = wish;
  return cluster.request(id, (client) => ({
    kind: 'resize',
    id: client,
    volume: VOLUME,
    ...(size === undefined ? {} : { sizeBytes: size as Bytes }),
    assumeClean,
    assumePeerHasSpace,
    force,
  }));
}

function setBlocks(cluster: Cluster, id: number, blockBytes: number): ClientOutcome | undefined {
  return cluster.request(id, (client) => ({
    kind: 'set-bitmap-block-size',
    id: client,
    volume: VOLUME,
    blockBytes: blockBytes as Bytes,
  }));
}

const codeOf = (outcome: ClientOutcome | undefined) => (outcome?.ok === false ? outcome.error.code : outcome?.ok);
const blocksOf = (cluster: Cluster, id: number): number => (cluster.core(id).sizeOf(VOLUME) ?? 0) / BLOCK;
const sizes = (cluster: Cluster): number[] => cluster.members.map(({ id }) => blocksOf(cluster, id));
const marks = (cluster: Cluster, id: number, peer: number): number => cluster.device(id, peer).outOfSyncBytes / BLOCK;

describe('The size of a volume', () => {
  it('grows under its client, and only what was added is copied, from the Primary', () => {
    const cluster = new Cluster({ nodes: 3, room: [128, 128, 128] });
    cluster.member(0).data.fill(7, 64 * BLOCK);
    cluster.open(1);
    cluster.write(1, 3, 33);
    cluster.member(1).data.fill(9, 64 * BLOCK);
    cluster.events.length = 0;
    expect(codeOf(resize(cluster, 2, { blocks: 128 }))).to.equal(true);
    cluster.pass(3_000);
    expect(sizes(cluster)).to.deep.equal([128, 128, 128]);
    expect(cluster.write(1, 127, 44)).to.deep.equal({ ok: true });
    for (const { id, data } of cluster.members) {
      expect([data[3 * BLOCK], data[64 * BLOCK], data[127 * BLOCK]], `n${id}`).to.deep.equal([33, 9, 44]);
      expect(cluster.disk(id)).to.equal('UpToDate');
    }
    const copied = cluster.events.flatMap(({ event }) =>
      event.kind === 'resync-end' && event.side === 'target' ? [event.blocks] : [],
    );
    expect(copied).to.deep.equal([64, 64]);
  });

  it('copies nothing when the new part is known to be alike', () => {
    const cluster = new Cluster({ nodes: 2, room: [128, 128] });
    expect(codeOf(resize(cluster, 0, { blocks: 100, assumeClean: true }))).to.equal(true);
    expect(sizes(cluster)).to.deep.equal([100, 100]);
    expect([marks(cluster, 0, 1), marks(cluster, 1, 0)]).to.deep.equal([0, 0]);
    expect(cluster.frames.some(({ frame }) => frame.type === 'BITMAP')).to.equal(false);
  });

  it('is that of the smallest disk, and a size that one of them cannot hold is refused', () => {
    const cluster = new Cluster({ nodes: 3, room: [128, 80, 100] });
    expect(codeOf(resize(cluster, 0, { blocks: 128 }))).to.equal('INVALID_SIZE');
    expect(sizes(cluster)).to.deep.equal([64, 64, 64]);
    expect(codeOf(resize(cluster, 0, { blocks: 80 }))).to.equal(true);
    expect(sizes(cluster)).to.deep.equal([80, 80, 80]);
  });

  it('stays while a replica is away, unless that is known to have the room; it grows when it is back', () => {
    const cluster = new Cluster({ nodes: 3, room: [128, 128, 128] });
    cluster.crash(2);
    cluster.settle();
    expect(codeOf(resize(cluster, 0, { blocks: 128 }))).to.equal('PEERS_NOT_CONNECTED');
    expect(blocksOf(cluster, 0)).to.equal(64);
    expect(codeOf(resize(cluster, 0, { blocks: 128, assumePeerHasSpace: true }))).to.equal(true);
    cluster.open(0);
    cluster.write(0, 120, 12);
    cluster.boot(2);
    cluster.pass(20_000);
    expect(sizes(cluster)).to.deep.equal([128, 128, 128]);
    expect(cluster.member(2).data[120 * BLOCK]).to.equal(12);
    expect([cluster.disk(2), marks(cluster, 0, 2), marks(cluster, 2, 0)]).to.deep.equal(['UpToDate', 0, 0]);
  });

  it('keeps a disk away that has no room for it, with the numbers, and the client goes on', () => {
    const cluster = new Cluster({ nodes: 2, room: [128, 64] });
    cluster.crash(1);
    cluster.settle();
    cluster.open(0);
    expect(codeOf(resize(cluster, 0, { blocks: 128, assumePeerHasSpace: true }))).to.equal(true);
    cluster.write(0, 100, 1);
    cluster.boot(1);
    cluster.pass(5_000);
    const { state, reason } = cluster.core(0).status().connections[0] ?? { state: '', reason: '' };
    expect(state).to.equal('StandAlone');
    expect(reason).to.contain(`room for ${64 * BLOCK} bytes, the volume has ${128 * BLOCK}`);
    expect(cluster.write(0, 101, 2)).to.deep.equal({ ok: true });
  });

  it('is kept by a diskless Primary when one of its peers grows meanwhile', () => {
    const cluster = new Cluster({ nodes: 3, diskless: [2], room: [128, 128] });
    cluster.open(2);
    cluster.write(2, 1, 11);
    cluster.crash(1);
    cluster.settle();
    cluster.boot(1);
    cluster.pass(20_000);
    expect(blocksOf(cluster, 2)).to.equal(64);
    expect(codeOf(resize(cluster, 2, {}))).to.equal(true); // what it is configured for
    expect(blocksOf(cluster, 2)).to.equal(64);
    expect(codeOf(resize(cluster, 2, { blocks: 128 }))).to.equal(true);
    expect(cluster.write(2, 127, 5)).to.deep.equal({ ok: true });
    expect(sizes(cluster)).to.deep.equal([128, 128, 128]);
  });

  it('does not change while a resync runs', () => {
    const cluster = new Cluster({ nodes: 2, room: [128, 128], fresh: [1] });
    const held = new Cluster({ nodes: 2, room: [128, 128] });
    cluster.pass(5_000);
    expect(codeOf(resize(cluster, 0, { blocks: 128 }))).to.equal(true);
    held.cutLink(0, 1);
    held.settle();
    held.open(0);
    held.write(0, 1, 1, 8);
    held.filter = (_from, _to, frame) => frame.type !== 'RS_DATA_REPLY';
    held.healLink(0, 1);
    held.pass(3_000);
    expect(held.device(0, 1).replication).to.equal('SyncSource');
    expect(codeOf(resize(held, 0, { blocks: 128 }))).to.equal('RESYNC_RUNNING');
    expect(codeOf(setBlocks(held, 0, 8192))).to.equal('RESYNC_RUNNING');
    expect(sizes(held)).to.deep.equal([64, 64]);
  });

  it('becomes smaller only when told to, unused, and with everybody there', () => {
    const cluster = new Cluster({ nodes: 2, room: [64, 64] });
    cluster.open(0);
    cluster.write(0, 60, 6);
    expect(codeOf(resize(cluster, 0, { blocks: 32 }))).to.equal('SHRINK_REFUSED');
    expect(codeOf(resize(cluster, 0, { blocks: 32, force: true }))).to.equal('SHRINK_REFUSED');
    expect(codeOf(resize(cluster, 1, { blocks: 32, force: true }))).to.equal('SHRINK_REFUSED');
    cluster.close(0);
    cluster.pass(3_000);
    cluster.cutLink(0, 1);
    cluster.settle();
    const apart = resize(cluster, 0, { blocks: 32, force: true, assumePeerHasSpace: true });
    expect(codeOf(apart)).to.equal('PEERS_NOT_CONNECTED');
    expect(sizes(cluster)).to.deep.equal([64, 64]);
    cluster.healLink(0, 1);
    cluster.pass(20_000);
    expect(codeOf(resize(cluster, 0, { blocks: 32, force: true }))).to.equal(true);
    expect(sizes(cluster)).to.deep.equal([32, 32]);
    cluster.crash(1);
    cluster.boot(1);
    cluster.pass(20_000);
    expect(sizes(cluster)).to.deep.equal([32, 32]);
    cluster.open(0);
    expect(codeOf(cluster.write(0, 32, 1))).to.equal('INVALID_ARGUMENT');
    expect(cluster.write(0, 31, 1)).to.deep.equal({ ok: true });
  });

  it('is refused with a reason where it is none, and nothing changes', () => {
    const cluster = new Cluster({ nodes: 2, room: [128, 128] });
    const before = cluster.members.map(({ metadata }) => metadata.slice());
    for (const sizeBytes of [0, -512, 1, 4095, 64 * BLOCK + 1, 2 ** 53, 1e300, Number.NaN, 0.5])
      expect(codeOf(resize(cluster, 0, { sizeBytes, force: true })), String(sizeBytes)).to.equal('INVALID_SIZE');
    expect(codeOf(resize(cluster, 0, { blocks: 129 }))).to.equal('INVALID_SIZE');
    for (const blockBytes of [0, 1, 2048, 4097, 12_288, 2 ** 21, 2 ** 53, Number.NaN])
      expect(codeOf(setBlocks(cluster, 0, blockBytes)), String(blockBytes)).to.equal('INVALID_SIZE');
    expect(sizes(cluster)).to.deep.equal([64, 64]);
    for (const [id, metadata] of before.entries()) expect(cluster.member(id).metadata).to.deep.equal(metadata);
  });
});

describe('Bitmaps with blocks of different sizes', () => {
  for (const [mine, theirs] of [
    [4096, 65_536],
    [8192, 65_536],
    [65_536, 8192],
    [65_536, 4096],
  ] as const) {
    it(`bring over what was missed, ${mine} against ${theirs} bytes, at every offset`, () => {
      for (let block = 0; block < 32; block += 3) {
        const cluster = new Cluster({ nodes: 2, room: [64, 64] });
        expect(codeOf(setBlocks(cluster, 0, mine))).to.equal(true);
        expect(codeOf(setBlocks(cluster, 1, theirs))).to.equal(true);
        cluster.open(0);
        cluster.cutLink(0, 1);
        cluster.settle();
        cluster.write(0, block, 200 + (block % 50));
        cluster.healLink(0, 1);
        cluster.pass(5_000);
        expect(cluster.disk(1)).to.equal('UpToDate');
        expect(cluster.member(1).data).to.deep.equal(cluster.member(0).data);
        expect([marks(cluster, 0, 1), marks(cluster, 1, 0)]).to.deep.equal([0, 0]);
      }
    });
  }

  it('keep the marks of an outage when they change in the middle of it', () => {
    const cluster = new Cluster({ nodes: 2, room: [64, 64] });
    cluster.open(0);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.write(0, 17, 17);
    expect(codeOf(setBlocks(cluster, 0, 65_536))).to.equal(true);
    cluster.write(0, 40, 40);
    expect(codeOf(setBlocks(cluster, 0, 8192))).to.equal(true);
    cluster.crash(0);
    cluster.boot(0);
    cluster.healLink(0, 1);
    cluster.pass(20_000);
    expect(cluster.member(1).data).to.deep.equal(cluster.member(0).data);
    expect(bytes(cluster.core(0).status().volumes[0]?.blockBytes ?? 0)).to.equal(8192);
  });
});
