import { expect } from 'chai';
import fc from 'fast-check';
import { readArguments } from '../../bench/arguments.ts';
import { parseStat } from '../../bench/cpu-time.ts';
import { GIB, type MediumResult, resultTable, type Sample, summarize } from '../../bench/report.ts';
import { resyncSpan, secondsWithin } from '../../bench/resync.ts';
import { median, ratio } from '../../bench/statistics.ts';
import { selectWorkloads } from '../../bench/workloads.ts';
import { PLAIN } from '../../cli/terminal.ts';
import { OperationError } from '../../common/errors.ts';

function sample(own: Partial<Sample>): Sample {
  return {
    workload: 'W1',
    competitor: 'lockstep',
    round: 1,
    iops: 5000,
    bytesPerSecond: 20_480_000,
    bytes: GIB / 4,
    p50Us: 150,
    p99Us: 300,
    serverCpuSeconds: 2,
    clientCpuSeconds: 0.5,
    ...own,
  };
}

describe('medians and ratios', () => {
  it('are the middle, or the mean of the two in the middle, whatever the order', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
    expect(() => median([])).to.throw(OperationError);
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1, maxLength: 20 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value <= middle).length;
        const above = values.filter((value) => value >= middle).length;
        expect(Math.min(below, above)).to.be.at.least(values.length / 2);
      }),
      { numRuns: 100 },
    );
  });

  it('are missing rather than wrong where a figure is missing', () => {
    expect(ratio(3, 2)).to.equal(1.5);
    expect(ratio(undefined, 2)).to.equal(undefined);
    expect(ratio(3, undefined)).to.equal(undefined);
    expect(ratio(3, 0)).to.equal(undefined);
  });
});

describe('the report of the benchmark', () => {
  it('takes medians over the rounds, of each figure by itself', () => {
    const samples = [sample({ iops: 1, p50Us: 9 }), sample({ iops: 2, p50Us: 8 }), sample({ iops: 3, p50Us: 7 })];
    expect(summarize(samples, 'W1', 'lockstep')).to.deep.equal({
      iops: 2,
      bytesPerSecond: 20_480_000,
      p50Us: 8,
      cpuSecondsPerGib: 10,
    });
    expect(summarize(samples, 'W2', 'lockstep')).to.equal(undefined);
  });

  it('shows figures, ratios of Lockstep to the others, CPU time, and what failed', () => {
    const result: MediumResult = {
      medium: { dir: '/tmp', fileSystem: 'ext2/ext3' },
      probes: {
        loopbackRoundTripUs: 30,
        writeSyncUs: 4,
        writePoolUs: 45,
        fdatasyncUs: 150,
        crc32cOf4KibUs: 0.8,
        copyOf1MibUs: 22,
      },
      loaded: false,
      foreignLoad: [],
      samples: [
        sample({}),
        sample({ competitor: 'nbdkit file', iops: 20_000, p50Us: 40, serverCpuSeconds: 0.25 }),
        sample({ workload: 'W4', bytesPerSecond: 900e6 }),
        sample({ workload: 'W4', competitor: 'qemu-nbd', bytesPerSecond: 1800e6 }),
      ],
      copies: [{ what: 'resync', round: 1, bytes: GIB, seconds: 2, cpuSeconds: 3 }],
      failures: [],
    };
    const [, , , w1, w4, resync] = resultTable(result, PLAIN)
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(w1?.slice(1, 8)).to.deep.equal([
      'W1 4 KiB random write, depth 1',
      '5,000 (150 µs)',
      '20,000 (40 µs)',
      'failed',
      '0.25×',
      '-',
      '10.0 / 3.00 / -',
    ]);
    expect(w4?.slice(2, 7)).to.deep.equal(['900 MB/s', 'failed', '1,800 MB/s', '-', '0.50×']);
    expect(resync?.slice(2, 8)).to.deep.equal(['537 MB/s', 'failed', '', '-', '', '3.00 / -']);
  });
});

describe('CPU time and the span of a resync', () => {
  it('reads the fields of /proc/PID/stat whatever the command is called', () => {
    const stat = '42 (a b) c) S 1 42 42 0 -1 4194304 1 2 3 4 150 50 7 3 20 0 11 0 1234 1 2';
    expect(parseStat(stat)).to.deep.equal({ own: 200, endedChildren: 10 });
    expect(parseStat('42 (cut) S 1')).to.equal(undefined);
    expect(parseStat('')).to.equal(undefined);
  });

  it('takes the span from SyncTarget to its end out of the log, with the blocks that the target received', () => {
    const line = (fields: object): string => JSON.stringify({ level: 30, resource: 'bench', ...fields });
    const log = [
      'READY {"pid":1}',
      line({ time: 90, kind: 'replication', from: 'Off', to: 'WFBitMapT' }),
      line({ time: 100, kind: 'replication', from: 'WFBitMapT', to: 'SyncTarget' }),
      line({ time: 150, kind: 'resync-end', side: 'source', blocks: 5 }),
      line({ time: 300, kind: 'resync-end', side: 'target', blocks: 7 }),
      line({ time: 301, kind: 'replication', from: 'SyncTarget', to: 'Established' }),
      '{"cut',
    ];
    expect(resyncSpan(log.join('\n'))).to.deep.equal({ startMs: 100, endMs: 301, blocks: 7 });
    expect(resyncSpan(log.slice(0, 4).join('\n')), 'still a target').to.equal(undefined);
    expect(resyncSpan('')).to.equal(undefined);
  });

  it('counts the CPU time within the span only', () => {
    const samples = [10, 20, 30, 40, 50].map((timeMs, index) => ({ timeMs, seconds: 2 ** index }));
    expect(secondsWithin(samples, { startMs: 25, endMs: 35 })).to.equal(8 - 2);
    expect(secondsWithin(samples, { startMs: 5, endMs: 60 })).to.equal(16 - 1);
  });
});

describe('the command line of the benchmark', () => {
  const optionsOf = (...argv: string[]) => {
    const request = readArguments(argv);
    if (request.kind !== 'run') throw new Error('it showed help');
    return request.options;
  };

  it('has a full and a quick measure, and takes what is given over both', () => {
    expect(optionsOf()).to.include({ rounds: 3, seconds: 4, volumeMib: 1024, resyncMib: 512 });
    expect(optionsOf('--quick', '--seconds', '2')).to.include({ rounds: 1, seconds: 2, volumeMib: 128, resyncMib: 64 });
    expect(optionsOf('--size', '32').resyncMib, 'not more than the volume').to.equal(32);
    expect(optionsOf('--dir', '/a', '--tmpfs', '/b').media).to.deep.equal(['/a', '/b']);
  });

  it('selects workloads by name', () => {
    const { workloads, resync } = selectWorkloads('w4, W1');
    expect(workloads.map(({ id }) => id)).to.deep.equal(['W1', 'W4']);
    expect(resync).to.equal(false);
    expect(selectWorkloads('resync')).to.deep.equal({ workloads: [], resync: true });
    expect(selectWorkloads(undefined).workloads).to.have.length(6);
  });

  it('is refused with what to do about it when it makes no sense', () => {
    for (const argv of [['--rounds', '0'], ['--seconds', 'x'], ['--only', 'W9'], ['--size'], ['--fast'], ['W1']]) {
      expect(() => readArguments(argv), argv.join(' '))
        .to.throw(OperationError)
        .with.property('code', 'INVALID_ARGUMENT');
    }
  });
});
