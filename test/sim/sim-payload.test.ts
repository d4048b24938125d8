import { expect } from 'chai';
import type { Bytes } from '../../common/units.ts';
import { checksumOf, junkOf, SimPayload, ZERO_VERSION } from '../../sim/sim-payload.ts';

const filled = (sectors: number, version: number): SimPayload =>
  new SimPayload((sectors * 512) as Bytes, new Uint32Array(sectors).fill(version), undefined);

describe('the payload of the simulator', () => {
  it('has other checksums for what a backing store held than for zeroes, whatever its length', () => {
    for (let sectors = 1; sectors <= 256; sectors += 1) {
      const checksums = [ZERO_VERSION, junkOf(0), junkOf(1), junkOf(8)].map((version) =>
        checksumOf(filled(sectors, version)),
      );
      expect(new Set(checksums).size, `${sectors} sectors`).to.equal(checksums.length);
    }
  });
});
