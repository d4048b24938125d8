import { expect } from 'chai';
import fc from 'fast-check';
import { OperationError } from '../../../common/errors.ts';
import {
  OPTION_TABLE,
  optionConflict,
  optionNamed,
  parseOption,
  printOption,
} from '../../../common/options/option-table.ts';
import { DEFAULT_OPTIONS } from '../../../common/options/options.ts';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof OperationError) return error.code;
    throw error;
  }
  return 'none';
};

describe('The option table', () => {
  it('names each option and each key once', () => {
    expect(new Set(OPTION_TABLE.map(({ name }) => name)).size).to.equal(OPTION_TABLE.length);
    expect(new Set(OPTION_TABLE.map(({ key }) => key)).size).to.equal(OPTION_TABLE.length);
  });

  it('prints every default so that it is read back as the same value', () => {
    for (const option of OPTION_TABLE) {
      const value = DEFAULT_OPTIONS[option.key];
      expect(parseOption(option, printOption(option, value)), option.name).to.equal(value);
    }
  });

  it("has DRBD's defaults in DRBD's units", () => {
    const written = (name: string): string => {
      const option = optionNamed(name);
      return printOption(option, DEFAULT_OPTIONS[option.key]);
    };
    expect(written('timeout')).to.equal('60');
    expect(written('ping-int')).to.equal('10');
    expect(written('ko-count')).to.equal('7');
    expect(written('c-max-rate')).to.equal('102400');
    expect(written('c-fill-target')).to.equal('100');
    expect(written('peer-ack-window')).to.equal('4096');
    expect(written('auto-promote-timeout')).to.equal('20');
    expect(written('on-no-quorum')).to.equal('suspend-io');
  });

  it('refuses what lies outside the range, and names the range', () => {
    const option = optionNamed('al-extents');
    for (const bad of ['66', '65535', '-1', '1e3', '', ' 70', '99999999999999'])
      expect(
        codeOf(() => parseOption(option, bad)),
        bad,
      ).to.equal('OPTION_OUT_OF_RANGE');
    expect(() => parseOption(optionNamed('quorum'), '0')).to.throw('"0" is no value for quorum');
    expect(codeOf(() => parseOption(optionNamed('on-io-error'), 'ignore'))).to.equal('OPTION_OUT_OF_RANGE');
  });

  it('never throws anything but its own refusal, whatever is written', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OPTION_TABLE), fc.string(), (option, written) => {
        expect(codeOf(() => parseOption(option, written))).to.be.oneOf([
          'none',
          'OPTION_OUT_OF_RANGE',
          'OPTION_UNSUPPORTED',
        ]);
      }),
    );
  });

  it('refuses another value than the usual one where nothing could honour it, with the reason', () => {
    expect(codeOf(() => parseOption(optionNamed('rcvbuf-size'), '65536'))).to.equal('OPTION_UNSUPPORTED');
    expect(codeOf(() => parseOption(optionNamed('rcvbuf-size'), 'much'))).to.equal('OPTION_OUT_OF_RANGE');
    expect(parseOption(optionNamed('rcvbuf-size'), '0')).to.equal(0);
  });

  it('knows the options of DRBD that have no counterpart, and says why', () => {
    for (const name of ['disk-barrier', 'disk-drain', 'load-balance-paths'])
      expect(codeOf(() => optionNamed(name))).to.equal('OPTION_UNSUPPORTED');
  });

  it('never shows a secret: neither one that it takes nor one that it refuses', () => {
    const option = optionNamed('shared-secret');
    expect(parseOption(option, 'hunter2=!~')).to.equal('hunter2=!~');
    expect(printOption(option, 'hunter2')).to.equal('(set)');
    for (const written of ['hunter2 hunter2', 'hunter2,', 'hunter2'.repeat(10), 'hunter2\n', 'hunter2ä']) {
      try {
        parseOption(option, written);
        expect.fail('it was taken');
      } catch (error) {
        expect(error).to.be.instanceOf(OperationError).with.property('code', 'OPTION_OUT_OF_RANGE');
        expect(JSON.stringify([error, (error as OperationError).message])).not.to.contain('hunter2');
      }
    }
  });

  it('takes "disk-flushes no" for the write ordering "drain"', () => {
    const option = optionNamed('disk-flushes');
    expect(parseOption(option, 'no')).to.equal('drain');
    expect(printOption(option, 'drain')).to.equal('no');
    expect(printOption(option, parseOption(option, 'yes'))).to.equal('yes');
  });

  it('proposes the nearest name for an unknown one', () => {
    try {
      optionNamed('c-max-rat');
      expect.fail('it was taken');
    } catch (error) {
      expect(error).to.be.instanceOf(OperationError);
      expect((error as OperationError).correction).to.equal('Did you mean "c-max-rate"?');
    }
  });

  it('refuses two primaries, stonith and pull-ahead with a protocol that they exclude', () => {
    const conflict = (change: Partial<typeof DEFAULT_OPTIONS>, protocol: 'A' | 'B' | 'C'): boolean =>
      optionConflict({ ...DEFAULT_OPTIONS, ...change }, [protocol]) !== undefined;
    expect(conflict({ allowTwoPrimaries: true }, 'A')).to.equal(true);
    expect(conflict({ allowTwoPrimaries: true }, 'C')).to.equal(false);
    expect(conflict({ fencing: 'resource-and-stonith' }, 'A')).to.equal(true);
    expect(conflict({ onCongestion: 'pull-ahead' }, 'C')).to.equal(true);
    expect(conflict({ onCongestion: 'pull-ahead' }, 'A')).to.equal(false);
  });
});
