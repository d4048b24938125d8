import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { OPTION_TABLE, type OptionEntry, printOption, rangeOf } from '../../../../common/options/option-table.ts';
import { DEFAULT_OPTIONS } from '../../../../common/options/options.ts';

const row = (option: OptionEntry): string =>
  `| \`${option.name}\` | ${option.scope} | ${printOption(option, DEFAULT_OPTIONS[option.key]) || '–'} | ${rangeOf(option)} |`;

describe('docs/options.md', () => {
  it('has a row for every option, with its scope, default and range', () => {
    const rows = readFileSync('docs/options.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).to.deep.equal(OPTION_TABLE.map(row));
  });
});
