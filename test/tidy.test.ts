/** Style debates end here: what tidy-rules.ts can see, nobody has to say in a review. Also checks that documents are true. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { filesBelow, parseSource, ROOT, type Source, sources } from './source-tree.ts';
import { deadExports, habits, impurities, tooLong, tooLongFunctions, unreplayable } from './tidy-rules.ts';

const none = (complaints: readonly string[]): void => {
  if (complaints.length > 0) expect.fail(`${complaints.length} to mend\n${complaints.join('\n')}`);
};
const everywhere = (rule: (file: Source) => string[]): void => none(sources().flatMap(rule));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const documents = (): string[] => [
  ...['README.md', 'ARCHITECTURE.md'].filter((path) => existsSync(join(ROOT, path))),
  ...filesBelow('docs', '.md'),
];

describe('Tidiness', () => {
  it('keeps time, chance, order and environment out of the pure folders', () => everywhere(impurities));
  it('keeps the real clock and real chance out of simulated runs', () => everywhere(unreplayable));
  it('keeps files short', () => everywhere(tooLong));
  it('keeps functions short', () => everywhere(tooLongFunctions));
  it('exports only what somebody imports', () => none(deadExports(sources())));
  it('keeps good habits: names, comments, types, tests', () => everywhere(habits));
});

describe('Documents', () => {
  it('link only to what exists', () => {
    none(
      documents().flatMap((path) =>
        [...read(path).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
          .map((match) => match[1] ?? '')
          .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(ROOT, dirname(path), link)))
          .map((link) => `${path} links to ${link}, which does not exist. Correct the link, or write the document.`),
      ),
    );
  });

  it('name only files and folders that exist', () => {
    const files = [
      'common',
      'satellite',
      'controller',
      'cli',
      'proto',
      'sim',
      'test',
      'bench',
      'docs',
      'tools',
    ].flatMap((folder) => filesBelow(folder, ''));
    const exists = (name: string): boolean =>
      existsSync(join(ROOT, name)) || files.some((file) => file.endsWith(`/${name}`) || file.includes(`/${name}/`));
    // In backticks: `sim/sweep.ts` from the root, `nbd/limits.ts` or `sweep.ts` from anywhere below, `satellite/nbd/`.
    const named =
      /`((?:[\w-]+\/)*[\w.-]+\.(?:ts|sh|mjs|proto)|(?:common|satellite|controller|cli|proto|sim|test|bench|docs|tools)\/[\w./-]*)`/g;
    none(
      documents().flatMap((path) =>
        [...read(path).matchAll(named)]
          .map((match) => match[1] ?? '')
          .filter((name) => !exists(name))
          .map((name) => `${path} speaks of ${name}, which does not exist. Was it renamed?`),
      ),
    );
  });

  it('name only make targets that exist', () => {
    const targets = new Set([...read('Makefile').matchAll(/^([a-z0-9-]+):/gm)].map((match) => match[1]));
    none(
      documents().flatMap((path) =>
        [...read(path).matchAll(/(?:^|`)make ([a-z][a-z0-9-]*)/gm)]
          .filter((match) => !targets.has(match[1]))
          .map((match) => `${path} tells people to run \`make ${match[1]}\`, which the Makefile does not have.`),
      ),
    );
  });

  it('and sources name no path that only one machine has', () => {
    const local = /(^|[\s'"`(])(\/work\/|\/home\/\w|(\.\.\/)+shared\/)/m;
    const files = [...documents(), 'Makefile', ...filesBelow('tools', '.sh'), ...filesBelow('proto', '.proto')];
    const texts = [...sources(), ...files.map((path) => ({ path, text: read(path) }))];
    none(
      texts
        .filter(({ text }) => local.test(text))
        .map(
          ({ path }) =>
            `${path} names a path that a fresh clone elsewhere does not have. Make it an option, or relative.`,
        ),
    );
  });

  it('keep ARCHITECTURE.md short enough to be read', () => {
    expect(read('ARCHITECTURE.md').split('\n').length).to.be.at.most(400);
  });
});

describe('The tidiness checks', () => {
  const complaints = (rule: (file: Source) => string[], path: string, text: string): number =>
    rule(parseSource(path, `/** A file. */\n${text}`)).length;
  const core = 'satellite/replication/x.ts';

  it('see impure globals, but not properties of the same name', () => {
    expect(complaints(impurities, core, 'export const a = Date.now();')).to.equal(1);
    expect(complaints(impurities, core, 'export const a = Math.random();')).to.equal(1);
    expect(complaints(impurities, core, 'export async function f() { await g(); }')).to.equal(2);
    expect(complaints(impurities, core, 'export const f = (x: { Date: number }) => x.Date;')).to.equal(0);
    expect(complaints(impurities, core, '// Date.now() in a comment\nexport const a = "process";')).to.equal(0);
    expect(complaints(impurities, 'satellite/main.ts', 'export const a = Date.now();')).to.equal(0);
  });

  it('see a sort that compares nothing', () => {
    expect(complaints(impurities, core, 'export const f = (x: number[]) => x.sort();')).to.equal(1);
    expect(complaints(impurities, core, 'export const f = (x: number[]) => x.sort((a, b) => a - b);')).to.equal(0);
  });

  it('see real time in the simulator', () => {
    expect(complaints(unreplayable, 'sim/x.ts', 'export const now = performance.now();')).to.equal(1);
    expect(complaints(unreplayable, 'sim/sweep.ts', 'export const now = performance.now();')).to.equal(0);
  });

  it('count the lines of files and functions', () => {
    const long = `export function f() {\n${'g();\n'.repeat(69)}}`;
    expect(complaints(tooLongFunctions, core, long)).to.equal(1);
    expect(complaints(tooLongFunctions, core, long.replace('g();\n', ''))).to.equal(0);
    expect(complaints(tooLong, core, 'g();\n'.repeat(499))).to.equal(0);
    expect(complaints(tooLong, core, 'g();\n'.repeat(500))).to.equal(1);
  });

  it('see habits', () => {
    const bad = [
      'export const a: any = 1;',
      'export const a = b!.c;',
      'enum A { B }',
      'export default function f() {}',
      'class DiskManager {}',
      `// ${'TO'}${'DO'} later`,
      `// @ts-${'ignore'}\nf();`,
    ];
    for (const text of bad) expect(complaints(habits, core, text), text).to.equal(1);
    expect(complaints(habits, 'satellite/nbd/disk-helpers.ts', '')).to.equal(1);
    expect(habits(parseSource(core, 'export const a = 1;'))).to.have.lengthOf(1);
  });

  it('see sleeps, but not polls and limits', () => {
    const path = 'test/x.test.ts';
    expect(complaints(habits, path, 'await new Promise((resolve) => setTimeout(resolve, 50));')).to.equal(1);
    expect(complaints(habits, path, 'await delay(50);')).to.equal(1);
    expect(complaints(habits, path, 'while (!done()) await new Promise((r) => setTimeout(r, 5));')).to.equal(0);
    expect(complaints(habits, path, 'new Promise((_, no) => setTimeout(() => no(new Error()), 5));')).to.equal(0);
    expect(complaints(habits, path, `it.${'only'}('x', () => {});`)).to.equal(1);
  });

  it('see names that nobody imports', () => {
    const files = [
      parseSource('cli/main.ts', `import { used } from './a.ts';`),
      parseSource('cli/a.ts', 'export const used = 1; export const unused = 2;'),
      parseSource('cli/b.ts', 'export const lost = 1;'),
      parseSource('cli/c.ts', 'export interface Options {} export function start(options: Options) {}'),
      parseSource('test/c.test.ts', `import { start } from '../cli/c.ts';`),
    ];
    expect(deadExports(files)).to.have.lengthOf(2);
  });
});
