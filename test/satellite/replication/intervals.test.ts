import { expect } from 'chai';
import { IntervalTable, newLock } from '../../../satellite/replication/write/intervals.ts';

describe('IntervalTable', () => {
  it('lets a resync go before a write that waits itself', () => {
    const table = new IntervalTable<string>();
    const first = newLock<string>('write', 0, 8);
    const second = newLock<string>('write', 4, 8);
    const resync = newLock<string>('rs-source', 0, 16);
    expect(table.request(first)).to.equal(true);
    expect(table.request(second)).to.equal(false);
    // The target of this resync acknowledges the first write only after the block that it asks for.
    expect(table.request(resync), 'the first write is not on the disk yet').to.equal(false);
    expect(table.backendDone(first)).to.deep.equal([resync]);
    expect(table.release(first), 'the resync comes first').to.deep.equal([]);
    expect(table.release(resync)).to.deep.equal([second]);
  });

  it('does not let later writes overtake a resync that waits', () => {
    const table = new IntervalTable<string>();
    const first = newLock<string>('write', 0, 8);
    const resync = newLock<string>('rs-source', 0, 16);
    const later = newLock<string>('write', 8, 8);
    expect(table.request(first)).to.equal(true);
    expect(table.request(resync)).to.equal(false);
    expect(table.request(later)).to.equal(false);
    expect(table.release(first)).to.deep.equal([resync]);
    expect(table.release(resync)).to.deep.equal([later]);
  });
});
