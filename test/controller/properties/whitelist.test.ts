import { expect } from 'chai';
import fc from 'fast-check';
import { OperationError } from '../../../common/errors.ts';
import { OPTION_TABLE } from '../../../common/options/option-table.ts';
import { optionKey } from '../../../common/options/property-keys.ts';
import { changedProperties } from '../../../controller/properties/change.ts';
import { LEVELS, type Level } from '../../../controller/properties/levels.ts';
import { PRESET_PROPERTIES } from '../../../controller/properties/presets.ts';
import { allowedOn, checkProperty, PROPERTY_SPECS, specOf } from '../../../controller/properties/whitelist.ts';

/** @returns the stored spelling, or the refusal. */
function check(level: Level, key: string, written: string): string | OperationError {
  try {
    return checkProperty(level, key, written);
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
}
const codeOf = (result: string | OperationError): string => (typeof result === 'string' ? 'none' : result.code);

const aLevel = fc.constantFrom(...LEVELS);
const aKey = fc.oneof(
  fc.constantFrom(...PROPERTY_SPECS.map(({ key }) => key)),
  fc.string().map((text) => `Aux/${text}`),
  fc.string(),
);
/** Mostly what some property takes. */
const aValue = fc.oneof(
  fc.constantFrom('True', 'no', 'yes', 'off', 'majority', 'C', 'A', 'io-error', 'none', 'sha256', '0', '1', '00100'),
  fc.integer({ min: 0, max: 5_000_000 }).map(String),
  fc.string(),
);

describe('The whitelist of properties', () => {
  it('accepts any accepted value again, unchanged, and throws nothing but refusals', () => {
    fc.assert(
      fc.property(aLevel, aKey, aValue, (level, key, written) => {
        const stored = check(level, key, written);
        if (typeof stored === 'string') expect(check(level, key, stored)).to.equal(stored);
        else expect(stored.correction ?? stored.because).not.to.equal(undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never shows a secret, also not one that it refuses', () => {
    const refused = check('RD', 'DrbdOptions/Net/shared-secret', 'top secret, really');
    expect(codeOf(refused)).to.equal('PROPERTY_INVALID');
    expect(JSON.stringify(refused)).not.to.contain('top secret');
  });

  it('has every option of DRBD where its scope is inherited from, but the bitmap slots', () => {
    for (const option of OPTION_TABLE) {
      const spec = specOf(optionKey(option));
      if (option.name === 'bitmap') expect(spec).to.equal(undefined);
      else expect(spec?.order, option.name).to.include('RD').and.to.include('C');
    }
  });

  it('takes its own usual values and the presets of a fresh database', () => {
    for (const { key, order, usual } of PROPERTY_SPECS) {
      const level = order[0];
      if (usual !== '' && usual !== '(set)' && level !== undefined)
        expect(check(level, key, usual), key).to.equal(usual);
    }
    for (const [key, value] of Object.entries(PRESET_PROPERTIES)) expect(check('C', key, value)).to.equal(value);
  });

  const REFUSALS = [
    ['RD', 'DrbdOptions/Net/ping-in', '5', 'PROPERTY_UNKNOWN', 'DrbdOptions/Net/ping-int'],
    ['C', 'autoplacer/weights/maxfreespace', '1', 'PROPERTY_UNKNOWN', 'Autoplacer/Weights/MaxFreeSpace'],
    ['N', 'DrbdOptions/Net/ping-int', '5', 'PROPERTY_UNKNOWN', 'resource definition'],
    ['RD', 'DrbdOptions/Net/ping-int', '121', 'PROPERTY_INVALID', '1 to 120'],
    ['RD', 'DrbdOptions/auto-add-quorum-tiebreaker', 'perhaps', 'PROPERTY_INVALID', 'True or False'],
    ['C', 'DrbdOptions/AutoEvictMaxDisconnectedNodes', '101', 'PROPERTY_INVALID', '0 to 100'],
    ['RD', 'DrbdOptions/Net/rcvbuf-size', '4096', 'OPTION_UNSUPPORTED', 'Leave it'],
    ['N', 'StorPoolName', 'a b', 'PROPERTY_INVALID', 'storage pool'],
    ['RD', 'AutoSnapshot/RunEvery', '15', 'PROPERTY_UNSUPPORTED', 'no snapshots'],
    ['SP', 'StorDriver/StorPoolName', 'vg/thin', 'PROPERTY_UNSUPPORTED', 'when it is made'],
    ['RD', 'Aux//x', 'y', 'PROPERTY_INVALID', 'single slashes'],
    ['RD', 'Aux/x', 'y'.repeat(5_000), 'PROPERTY_INVALID', '4096'],
  ] as const;
  for (const [level, key, value, code, hint] of REFUSALS) {
    it(`refuses ${key} = ${value.slice(0, 20)} on ${level} with ${code}`, () => {
      const refused = check(level, key, value);
      expect(codeOf(refused)).to.equal(code);
      const { because = '', correction = '' } = refused as OperationError;
      expect(`${because} ${correction}`).to.contain(hint);
    });
  }

  it('brings words into one spelling', () => {
    expect(check('RD', 'DrbdOptions/auto-add-quorum-tiebreaker', 'yes')).to.equal('True');
    expect(check('RD', 'DrbdOptions/Net/protocol', 'b')).to.equal('B');
    expect(check('RD', 'DrbdOptions/Net/ping-int', '007')).to.equal('7');
  });

  it('knows for each key at least one kind of object', () => {
    for (const spec of PROPERTY_SPECS) expect(LEVELS.some((level) => allowedOn(spec, level))).to.equal(true);
  });
});

describe('A change of properties', () => {
  const before = { 'Aux/a': '1', 'Aux/site/rack': '2', 'Aux/site/room': '3', 'Aux/sites': '4' };
  const change = { overrideProps: {}, deleteProps: [], deleteNamespaces: [] };

  it('deletes first and then sets, with whole namespaces', () => {
    const after = changedProperties('N', before, {
      overrideProps: { 'Aux/site/row': '5' },
      deleteProps: ['Aux/a', 'Aux/none'],
      deleteNamespaces: ['Aux/site/'],
    });
    expect(after).to.deep.equal({ 'Aux/site/row': '5', 'Aux/sites': '4' });
  });

  it('takes away what an older release knew', () => {
    expect(changedProperties('N', { Gone: 'x' }, { ...change, deleteProps: ['Gone'] })).to.deep.equal({});
  });

  it('has a limit', () => {
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`Aux/${index}`, 'x']));
    expect(() => changedProperties('N', {}, { ...change, overrideProps: many })).to.throw(OperationError);
  });
});
