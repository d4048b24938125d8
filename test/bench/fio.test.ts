import { expect } from 'chai';
import { parseFioOutput } from '../../bench/fio.ts';
import { OperationError } from '../../common/errors.ts';

const IDLE = { io_bytes: 0, bw_bytes: 0, iops: 0, clat_ns: { min: 0, max: 0 } };
const WRITES = {
  io_bytes: 83_886_080,
  bw_bytes: 20_971_520,
  iops: 5120.25,
  clat_ns: { min: 1, max: 2, percentile: { '50.000000': 148_480, '99.000000': 301_056 } },
};
const output = (job: object): string => JSON.stringify({ 'fio version': 'fio-3.33', jobs: [{ error: 0, ...job }] });

describe('the output of fio', () => {
  it('gives the figures of the side that moved data, in units that are named', () => {
    const figures = { iops: 5120.25, bytesPerSecond: 20_971_520, bytes: 83_886_080, p50Us: 148.48, p99Us: 301.056 };
    expect(parseFioOutput(output({ read: IDLE, write: WRITES }))).to.deep.equal(figures);
    expect(parseFioOutput(output({ read: WRITES, write: IDLE }))).to.deep.equal(figures);
  });

  it('is found behind the chatter of the NBD engine', () => {
    const chatter = 'fio: connected to NBD server\n';
    expect(parseFioOutput(chatter + output({ read: IDLE, write: WRITES })).iops).to.equal(5120.25);
  });

  it('is refused when it has another form, tells of an error, or nothing moved', () => {
    for (const text of [
      '',
      'fio: no such engine',
      '{"jobs": []}',
      output({ read: IDLE }),
      output({ read: IDLE, write: IDLE }),
      output({ error: 5, read: IDLE, write: WRITES }),
    ]) {
      expect(() => parseFioOutput(text), text).to.throw(OperationError);
    }
  });
});
