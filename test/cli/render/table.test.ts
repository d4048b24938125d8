import { expect } from 'chai';
import { type Column, naturally, renderTable } from '../../../cli/render/table.ts';
import { PASTABLE, PLAIN, type Style } from '../../../cli/terminal.ts';

const UTF8: Style = { color: false, utf8: true, widthMax: undefined };
const COLUMNS: readonly Column[] = [{ title: 'Node' }, { title: 'State', align: 'right' }, { title: 'Repl' }];
const ROWS = [
  ['alpha', { text: 'UpToDate', colour: 'green' as const }, 'Established(2)'],
  [
    'alpha',
    { text: 'SyncTarget(42.00%)', colour: 'yellow' as const },
    'bravo: SyncTarget(42.00%)\ncharlie: Established',
  ],
  ['bravo', 'UpToDate', ''],
];

describe('tables', () => {
  it('have the drawing of the LINSTOR client on a UTF-8 terminal', () => {
    expect(renderTable(COLUMNS, ROWS, UTF8)).to.equal(
      [
        '╭────────────────────────────────────────────────────────╮',
        '┊ Node  ┊              State ┊ Repl                      ┊',
        '╞════════════════════════════════════════════════════════╡',
        '┊ alpha ┊           UpToDate ┊ Established(2)            ┊',
        '┊ alpha ┊ SyncTarget(42.00%) ┊ bravo: SyncTarget(42.00%) ┊',
        '┊       ┊                    ┊ charlie: Established      ┊',
        '╞┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╡',
        '┊ bravo ┊           UpToDate ┊                           ┊',
        '╰────────────────────────────────────────────────────────╯',
        '',
      ].join('\n'),
    );
  });

  it('have plain ASCII where UTF-8 is not wanted', () => {
    expect(renderTable(COLUMNS, ROWS.slice(0, 1), PLAIN)).to.equal(
      [
        '+-----------------------------------+',
        '| Node  |    State | Repl           |',
        '|===================================|',
        '| alpha | UpToDate | Established(2) |',
        '+-----------------------------------+',
        '',
      ].join('\n'),
    );
  });

  it('draw no rules between groups when each group is one row', () => {
    expect(
      renderTable(
        COLUMNS,
        [
          ['a', 'x', ''],
          ['b', 'x', ''],
        ],
        UTF8,
      ),
    ).not.to.contain('┄');
  });

  it('show their titles also when there is nothing to list', () => {
    expect(renderTable(COLUMNS, [], PLAIN)).to.equal(
      [
        '+---------------------+',
        '| Node | State | Repl |',
        '|=====================|',
        '+---------------------+',
        '',
      ].join('\n'),
    );
  });

  it('stay within 78 characters when pastable, and lose no text', () => {
    const text = renderTable(COLUMNS, [['n'.repeat(50), 'UpToDate', 'x'.repeat(90)]], PASTABLE);
    for (const line of text.split('\n')) expect(line.length).to.be.at.most(78);
    expect(text.match(/x/g)).to.have.length(90);
    expect(text.match(/n/g)).to.have.length(50);
  });

  it('colour the text of a cell and not the frame', () => {
    const text = renderTable([{ title: 'S' }], [[{ text: 'UpToDate', colour: 'green' }]], { ...PLAIN, color: true });
    expect(text).to.contain('| \u001b[32mUpToDate\u001b[39m |');
  });

  it('never cut through a colour where they wrap', () => {
    const rows = [[{ text: 'Secondary'.repeat(12), colour: 'red' as const }, 'x']];
    const coloured = renderTable([{ title: 'Role' }, { title: 'N' }], rows, { color: true, utf8: false, widthMax: 40 });
    const plain = renderTable([{ title: 'Role' }, { title: 'N' }], rows, { color: false, utf8: false, widthMax: 40 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes
    expect(coloured.replace(/\u001b\[\d+m/g, '')).to.equal(plain);
    for (const line of plain.trimEnd().split('\n')) expect(line).to.have.length(40);
  });

  it('never pass control characters of foreign text to the terminal', () => {
    const text = renderTable([{ title: 'S' }], [['evil\u001b[2J\u0007name']], PLAIN);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it must not be there
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  it('sort a2 before a10', () => {
    expect(naturally(['a10', 'A2', 'a1'], (name) => name)).to.deep.equal(['a1', 'A2', 'a10']);
  });
});
