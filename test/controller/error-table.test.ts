import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '../../common/errors.ts';
import { OUTCOME_CODES } from '../../controller/domain/answer.ts';

const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| (\d+)\s+\| `([A-Z_]+)`\s+\| (.+?)\s*\| (.+?)\s*\|$/gm)];

describe('docs/errors.md', () => {
  it('has exactly the codes of the programs, with their numbers', () => {
    const documented = Object.fromEntries(rows.map(([, number, name]) => [name, Number(number)]));
    expect(documented).to.deep.equal({ ...OUTCOME_CODES, ...ERROR_CODES });
  });

  it('says of each what it means and what to do', () => {
    for (const [row, , , meaning = '', action = ''] of rows) {
      expect(meaning.trim().length, row).to.be.greaterThan(10);
      expect(action.trim().length, row).to.be.greaterThan(4);
    }
  });

  it('uses no number twice', () => {
    expect(new Set(rows.map(([, number]) => number)).size).to.equal(rows.length);
  });
});
