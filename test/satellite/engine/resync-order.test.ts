import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import { orderResyncs, refuseCycle, type ResyncSide } from '../../../satellite/engine/resync-order.ts';

const side = (resource: string, own: Partial<ResyncSide> = {}): ResyncSide => ({
  resource,
  volume: volumeNumber(0),
  node: nodeId(0),
  peer: nodeId(1),
  replication: 'SyncTarget',
  suspended: [],
  resyncAfter: '',
  ...own,
});

const told = (sides: readonly ResyncSide[], maxParallel = 0): string[] =>
  orderResyncs(sides, maxParallel).map(({ side: of, reason, waits }) => `${of.resource} ${reason} ${waits}`);

describe('Order of resyncs on a node', () => {
  it('lets a resync wait while the one before it is under way, over others that are not', () => {
    const idle = side('b', { replication: 'Established', resyncAfter: 'a/0' });
    expect(told([side('a'), idle, side('c', { resyncAfter: 'b/0' })])).to.deep.equal(['c dependency true']);
  });

  it('releases it as soon as the one before has ended, lost its link or its disk, or is not asked for any more', () => {
    const waiting = side('b', { resyncAfter: 'a/0', suspended: ['dependency'], replication: 'PausedSyncT' });
    for (const replication of ['Established', 'Off', 'Ahead'] as const)
      expect(told([side('a', { replication }), waiting])).to.deep.equal(['b dependency false']);
    expect(told([waiting])).to.deep.equal(['b dependency false']);
    expect(told([side('a'), { ...waiting, resyncAfter: '' }])).to.deep.equal(['b dependency false']);
  });

  it('releases what does not resync any more', () => {
    const gone = side('a', { replication: 'Established', suspended: ['max-parallel', 'dependency'] });
    expect(told([gone], 1)).to.have.members(['a dependency false', 'a max-parallel false']);
  });

  it('lets no more run than max-parallel, and keeps those that run', () => {
    const waiting = side('a', { suspended: ['max-parallel'], replication: 'PausedSyncT' });
    expect(told([waiting, side('b'), side('c')], 2)).to.deep.equal([]);
    expect(told([side('a'), side('b'), side('c')], 2)).to.deep.equal(['c max-parallel true']);
  });

  it('hands a place over when its holder is paused for another reason', () => {
    const holder = side('a', { suspended: ['user'], replication: 'PausedSyncT' });
    const waiting = side('b', { suspended: ['max-parallel'], replication: 'PausedSyncT' });
    expect(told([holder, waiting], 1)).to.deep.equal(['b max-parallel false']);
    expect(told([{ ...holder, suspended: ['peer'] }, waiting], 1)).to.deep.equal(['b max-parallel false']);
  });

  it('comes to the same choice on both ends of two links that held each other up', () => {
    const both = (node: number, peer: number): ResyncSide[] =>
      ['a', 'b'].map((resource) => side(resource, { node: nodeId(node), peer: nodeId(peer) }));
    expect(told(both(0, 1), 1)).to.deep.equal(told(both(1, 0), 1));
  });

  it('takes a pause away first from nobody: who has to stop is told before who may go', () => {
    const sides = [
      side('a', { suspended: ['max-parallel'], replication: 'PausedSyncT' }),
      side('b', { resyncAfter: 'c/0' }),
      side('c'),
    ];
    expect(told(sides, 2)).to.deep.equal(['b dependency true', 'a max-parallel false']);
  });

  it('refuses a resync-after that comes back to where it began, and names the way', () => {
    const after = new Map([
      ['a/0', 'b/0'],
      ['b/0', 'c/0'],
      ['c/0', 'a/0'],
    ]);
    expect(() => refuseCycle(after)).to.throw(/a\/0 after b\/0 after c\/0 after a\/0/);
    after.set('c/0', '');
    expect(() => refuseCycle(after)).not.to.throw();
  });
});
