import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import type { DiskState } from '../../../common/states.ts';
import { History, type WriteRecord } from '../../../sim/oracles/history.ts';
import { NodeView } from '../../../sim/node-view.ts';
import { checkPrefix, PrefixOracle } from '../../../sim/oracles/prefix.ts';
import { Violation } from '../../../sim/oracles/violation.ts';

function write(history: History, first: number, count = 1): WriteRecord {
  const record = history.invokeWrite(0, first, count, false);
  history.completeWrite(record, true, false);
  return record;
}

function read(history: History, sector: number, value: number): void {
  history.completeRead(0, sector, Uint32Array.of(value), history.invokeRead());
}

/** A write to each of two volumes, one after the other; neither is on the disks of the node. */
function twoVolumes() {
  const history = new History([8, 8]);
  write(history, 0);
  const second = history.invokeWrite(1, 0, 1, false);
  history.completeWrite(second, true, false);
  const images = [new Uint32Array(8), new Uint32Array(8)];
  const view = new NodeView(1, 2);
  const node = { id: nodeId(0), view, disks: images.map((image) => ({ view: image })) };
  return { second, images, view, node, oracle: new PrefixOracle(history) };
}

const oracleOf = (act: () => void): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.oracle;
    throw error;
  }
};

describe('the ground truth of client operations', () => {
  it('accepts the newest acknowledged version and nothing older', () => {
    const history = new History([8]);
    const first = write(history, 0);
    const second = write(history, 0);
    expect(oracleOf(() => read(history, 0, second.id))).to.equal(undefined);
    expect(oracleOf(() => read(history, 0, first.id))).to.equal('O3');
    expect(oracleOf(() => read(history, 0, 0))).to.equal('O3');
  });

  it('accepts either of two concurrent versions', () => {
    const history = new History([8]);
    const first = history.invokeWrite(0, 0, 1, false);
    const second = history.invokeWrite(0, 0, 1, false);
    history.completeWrite(second, true, false);
    history.completeWrite(first, true, false);
    expect(oracleOf(() => read(history, 0, first.id))).to.equal(undefined);
  });

  it('accepts for a read that began before an acknowledgement the version from before', () => {
    const history = new History([8]);
    const first = write(history, 0);
    const invoked = history.invokeRead();
    write(history, 0);
    expect(oracleOf(() => history.completeRead(0, 0, Uint32Array.of(first.id), invoked))).to.equal(undefined);
  });

  it('lets an in-doubt write be there or not, but not flip after a read has shown which', () => {
    for (const shown of ['new', 'old'] as const) {
      const history = new History([8]);
      const old = write(history, 0);
      const doubtful = history.invokeWrite(0, 0, 1, false);
      history.abandon(doubtful);
      const [seen, other] = shown === 'new' ? [doubtful, old] : [old, doubtful];
      expect(oracleOf(() => read(history, 0, seen.id))).to.equal(undefined);
      expect(oracleOf(() => read(history, 0, other.id))).to.equal('O4');
    }
  });

  it('knows data that nobody wrote there', () => {
    const history = new History([8]);
    const elsewhere = write(history, 3);
    expect(oracleOf(() => read(history, 0, elsewhere.id))).to.equal('O3');
  });

  it('excuses unflushed writes only when all copies lost power', () => {
    const history = new History([8]);
    const flushed = write(history, 0);
    history.completeFlush(0, history.invokeRead());
    const unflushed = write(history, 0);
    expect(oracleOf(() => read(history, 0, flushed.id))).to.equal('O3');
    history.excuseUnflushed(0);
    expect(oracleOf(() => read(history, 0, flushed.id))).to.equal(undefined);
    expect(history.problemOf(0, 0, 0)).not.to.equal(undefined);
    expect(history.problemOf(0, 0, unflushed.id)?.flipped).to.equal(true);
  });

  it('starts anew on the image of a replica that lagged', () => {
    const history = new History([8]);
    const old = write(history, 0);
    write(history, 0);
    const image = new Uint32Array(8);
    image[0] = old.id;
    history.rebaseOn(0, image);
    expect(oracleOf(() => read(history, 0, old.id))).to.equal(undefined);
  });

  it('finds an image that has a later write without an earlier acknowledged one', () => {
    const history = new History([8]);
    const first = write(history, 0);
    const second = write(history, 1);
    const image = new Uint32Array(8);
    image[1] = second.id;
    expect(oracleOf(() => checkPrefix(history, 0, [image]))).to.equal('O14');
    image[0] = first.id;
    expect(oracleOf(() => checkPrefix(history, 0, [image]))).to.equal(undefined);
    image[1] = 0;
    expect(oracleOf(() => checkPrefix(history, 0, [image]))).to.equal(undefined);
  });

  it('compares the volumes of a node across, but not while one of them stands still', () => {
    const { second, images, view, node, oracle } = twoVolumes();
    const become = (first: DiskState, other: DiskState): void => {
      for (const [volume, to] of [first, other].entries()) {
        const from = view.disk[volume] ?? 'Diskless';
        view.disk[volume] = to;
        oracle.stateChanged(node, { kind: 'disk', volume: volumeNumber(volume), from, to, reason: 'test' });
      }
    };
    const bring = (value: number): void => {
      oracle.written(node, 1);
      images[1]?.fill(value, 0, 1);
    };
    become('UpToDate', 'UpToDate');
    bring(second.id);
    expect(oracleOf(() => oracle.check(node))).to.equal('O14');
    become('Outdated', 'Outdated');
    expect(
      oracleOf(() => oracle.check(node)),
      'old, but of one moment',
    ).to.equal('O14');
    become('Outdated', 'Inconsistent');
    bring(second.id);
    become('Outdated', 'UpToDate');
    expect(oracleOf(() => oracle.check(node))).to.equal(undefined);
    become('Outdated', 'Outdated');
    expect(
      oracleOf(() => oracle.check(node)),
      'still of two moments',
    ).to.equal(undefined);
    become('UpToDate', 'UpToDate');
    expect(oracleOf(() => oracle.check(node))).to.equal('O14');
  });

  it('claims nothing for a volume that lost writes as those of a Primary, until a resync has made it whole', () => {
    const { second, images, view, node, oracle } = twoVolumes();
    const become = (from: DiskState, to: DiskState): void => {
      view.disk.splice(0, 2, to, 'UpToDate');
      oracle.stateChanged(node, { kind: 'disk', volume: volumeNumber(0), from, to, reason: 'test' });
    };
    images[1]?.fill(second.id, 0, 1);
    oracle.unordered(node);
    become('Attaching', 'UpToDate');
    expect(
      oracleOf(() => oracle.check(node)),
      'torn',
    ).to.equal(undefined);
    become('UpToDate', 'Outdated');
    expect(
      oracleOf(() => oracle.check(node)),
      'no block has come yet',
    ).to.equal(undefined);
    become('Inconsistent', 'UpToDate');
    expect(
      oracleOf(() => oracle.check(node)),
      'the resync has left a write out',
    ).to.equal('O14');
  });

  it('goes on comparing volumes of which a power loss took nothing', () => {
    const history = new History([8, 8]);
    const first = write(history, 0);
    const images = [new Uint32Array(8), new Uint32Array(8)];
    images[0]?.fill(first.id, 0, 1);
    const view = new NodeView(1, 2);
    const node = { id: nodeId(0), view, disks: images.map((image) => ({ view: image })) };
    const oracle = new PrefixOracle(history);
    oracle.unordered(node);
    const third = write(history, 1);
    images[0]?.fill(write(history, 2).id, 2, 3);
    expect(third.acknowledged).to.equal(true);
    expect(oracleOf(() => oracle.check(node))).to.equal('O14');
  });

  it('goes on comparing each volume with itself when they are of different moments', () => {
    const history = new History([8, 8]);
    write(history, 0);
    const second = write(history, 1);
    const image = new Uint32Array(8);
    image[1] = second.id;
    const view = new NodeView(1, 2);
    const node = { id: nodeId(0), view, disks: [{ view: image }, { view: new Uint32Array(8) }] };
    view.disk.splice(0, 2, 'UpToDate', 'Outdated');
    const oracle = new PrefixOracle(history);
    oracle.written(node, 0);
    expect(oracleOf(() => oracle.check(node))).to.equal('O14');
  });
});
