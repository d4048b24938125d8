import { expect } from 'chai';
import fc from 'fast-check';
import { formatBytes, formatKib, parseSize } from '../../cli/size-argument.ts';
import { OperationError } from '../../common/errors.ts';

describe('size arguments', () => {
  const KIB_OF: Readonly<Record<string, number>> = {
    '1': 1_048_576,
    '10G': 10 * 1_048_576,
    '10g': 10 * 1_048_576,
    '10GiB': 10 * 1_048_576,
    '512M': 512 * 1024,
    '512MiB': 512 * 1024,
    '64K': 64,
    '64 KiB': 64,
    '1T': 1_073_741_824,
    '20GB': 19_531_250,
    '1MB': 977,
    '1kB': 1,
    '4096S': 2048,
    '1S': 1,
    '1025B': 2,
    '1.5G': 1_572_864,
    '0.5': 524_288,
  };
  for (const [text, kib] of Object.entries(KIB_OF)) {
    it(`reads ${text} as ${kib} KiB`, () => {
      expect(parseSize(text)).to.equal(kib);
    });
  }

  for (const text of [
    '',
    'G',
    '5X',
    '-1G',
    '0',
    '0.0G',
    '1..5G',
    '1e9',
    '10G5',
    '9P',
    '99999999999999999999E',
    '1.1234567890G',
    '0x10',
  ]) {
    it(`refuses "${text}" and says how sizes are written`, () => {
      try {
        parseSize(text);
        expect.fail('accepted');
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        expect(error.code).to.equal('INVALID_SIZE');
        expect(error.correction).to.contain('512M');
      }
    });
  }

  it('rounds up to KiB and never loses a byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (bytes) => {
        const kib = parseSize(`${bytes}B`);
        return kib * 1024 >= bytes && (kib - 1) * 1024 < bytes;
      }),
    );
  });

  it('refuses garbage with an OperationError, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        try {
          return parseSize(text) > 0;
        } catch (error) {
          return error instanceof OperationError;
        }
      }),
    );
  });

  it('shows sizes in the largest unit that keeps the number at least 1', () => {
    expect([0, 1, 1023, 1024, 1536, 1_048_576, 1_572_864, 1_073_741_824].map(formatKib)).to.deep.equal([
      '0 KiB',
      '1 KiB',
      '1023 KiB',
      '1 MiB',
      '1.50 MiB',
      '1 GiB',
      '1.50 GiB',
      '1 TiB',
    ]);
    expect(formatBytes(512)).to.equal('512 B');
  });
});
