/** Who may import whom, and no cycles. The table is the rule; ARCHITECTURE.md explains it. */
import { expect } from 'chai';
import { type Import, type Source, parseSource, sources } from './source-tree.ts';

/** An area of the project: the folders it is made of, what it may import beside itself, and why. */
interface Area {
  readonly name: string;
  readonly folders: readonly string[];
  /** Folders of this project. */
  readonly mayImport: readonly string[];
  /** Folders inside the allowed ones that are closed nevertheless. */
  readonly except?: readonly string[];
  /** Packages and modules of Node: none, or all that package.json names. */
  readonly packages: boolean;
  readonly why: string;
}

/** The first area whose folder holds a file is the file's area: the narrow ones come first. */
const AREAS: readonly Area[] = [
  {
    name: 'common',
    folders: ['common/'],
    mayImport: [],
    packages: false,
    why: 'it is the vocabulary that every part shares, so it may depend on none of them and runs anywhere',
  },
  {
    name: 'the replication core',
    folders: ['satellite/replication/'],
    mayImport: ['common/'],
    packages: false,
    why: 'it runs unchanged in the simulator, so all input, output, time and chance reach it through its ports',
  },
  {
    name: 'the pure part of the controller',
    folders: ['controller/domain/', 'controller/placement/', 'controller/properties/'],
    mayImport: ['common/'],
    packages: false,
    why: 'rules and planners are functions of data, so that they can be tested by tables and simulated',
  },
  {
    name: 'the satellite',
    folders: ['satellite/'],
    mayImport: ['common/', 'proto/'],
    packages: true,
    why: 'satellite and controller meet only in proto and common: each can be replaced and released alone',
  },
  {
    name: 'the controller',
    folders: ['controller/'],
    mayImport: ['common/', 'proto/'],
    packages: true,
    why: 'satellite and controller meet only in proto and common: each can be replaced and released alone',
  },
  {
    name: 'the command line',
    folders: ['cli/'],
    mayImport: ['common/', 'proto/'],
    packages: true,
    why: 'it speaks to the programs through their public interfaces, as any other client does',
  },
  {
    name: 'proto',
    folders: ['proto/'],
    mayImport: [],
    packages: true,
    why: 'it is the contract between the programs, so it may depend on none of them',
  },
  {
    name: 'the simulator',
    folders: ['sim/'],
    mayImport: ['common/', 'satellite/replication/', 'satellite/storage/', 'controller/'],
    except: [
      'controller/main.ts',
      'controller/config.ts',
      'controller/api/',
      'controller/store-choice.ts',
      'controller/store/level-store.ts',
      'controller/store/etcd-connection.ts',
      'controller/satellites/grpc-satellite-client.ts',
    ],
    packages: true,
    why: 'it drives the production code over virtual adapters: real sockets, files and clocks would break the replay',
  },
  {
    name: 'tests and benchmarks',
    folders: ['test/', 'bench/'],
    mayImport: ['common/', 'satellite/', 'controller/', 'cli/', 'proto/', 'sim/', 'test/', 'bench/'],
    packages: true,
    why: 'they may look at everything',
  },
];

function areaOf(path: string): Area {
  const area = AREAS.find((each) => each.folders.some((folder) => path.startsWith(folder)));
  if (area === undefined) throw new Error(`${path} belongs to no area: give its folder a row in ${import.meta.url}`);
  return area;
}

/** @returns what is wrong with one import, as a message for its author. */
function offence(file: Source, each: Import): string | undefined {
  const area = areaOf(file.path);
  const place = `${file.path}:${each.line} imports ${each.target ?? each.specifier}`;
  const rule = `${area.name} may import only ${[...area.folders, ...area.mayImport].join(', ')}`;
  if (each.target === undefined) {
    if (area.packages) return undefined;
    return `${place}: ${rule}, no package and no module of Node, because ${area.why}. Pass what you need in through a port.`;
  }
  const target = each.target;
  const inside = area.folders.some((folder) => target.startsWith(folder));
  const open = area.mayImport.some((folder) => target.startsWith(folder));
  const closed = area.except?.some((folder) => target.startsWith(folder)) ?? false;
  // The satellite's folder contains the core's: the core is open to the rest of the satellite, not the reverse.
  if ((inside || open) && !closed) return undefined;
  const remedy =
    'Move what both need into common, or define a port here and pass the implementation in where it is wired.';
  return `${place}: ${rule}${closed ? ' (and not this file)' : ''}, because ${area.why}. ${remedy}`;
}

const offences = (files: readonly Source[]): string[] =>
  files.flatMap((file) => file.imports.flatMap((each) => offence(file, each) ?? []));

/** @returns groups of files that import each other in a circle (Tarjan's strongly connected components). */
function cycles(files: readonly Source[], counts: (each: Import) => boolean): string[][] {
  const edges = new Map(
    files.map((file) => [file.path, file.imports.filter(counts).flatMap((each) => each.target ?? [])]),
  );
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): number => {
    index.set(path, index.size);
    low.set(path, index.size - 1);
    stack.push(path);
    for (const target of edges.get(path) ?? []) {
      if (!edges.has(target)) continue;
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(path, Math.min(low.get(path) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(path) === index.get(path)) {
      const component = stack.splice(stack.indexOf(path));
      if (component.length > 1 || edges.get(path)?.includes(path)) found.push(component);
    }
    return low.get(path) ?? 0;
  };
  for (const path of edges.keys()) if (!index.has(path)) visit(path);
  return found;
}

const describeCycle = (files: readonly string[]): string =>
  `These files import each other in a circle, so none can be understood, tested or loaded alone: ${files.join(', ')}. ` +
  'Move what they share into a file of its own, or queue the follow-up as data for the file above them.';

const pretend = (path: string, text: string): Source => parseSource(path, text);

const none = (complaints: readonly string[]): void => {
  if (complaints.length > 0) expect.fail(`${complaints.length} to mend\n${complaints.join('\n')}`);
};

describe('Architecture', () => {
  it('lets every file import only what its area may import', () => {
    const found = offences(sources());
    none(found);
  });

  it('names only existing files in imports', () => {
    const paths = new Set(sources().map((file) => file.path));
    const found = sources().flatMap((file) =>
      file.imports
        .filter((each) => each.target !== undefined && !each.target.startsWith('proto/gen/'))
        .filter((each) => !paths.has(each.target ?? ''))
        .map(
          (each) =>
            `${file.path}:${each.line} imports ${each.specifier}, which is no source file. Write the .ts file's path.`,
        ),
    );
    none(found);
  });

  it('has no import cycle of values', () => {
    const found = cycles(sources(), (each) => !each.typeOnly).map(describeCycle);
    none(found);
  });

  it('has no import cycle of types', () => {
    const found = cycles(sources(), () => true).map(describeCycle);
    none(found);
  });

  it('imports nothing from outside the project by path', () => {
    const found = sources().flatMap((file) =>
      file.imports
        .filter((each) => each.target?.startsWith('..') === true || each.specifier.startsWith('/'))
        .map((each) => `${file.path}:${each.line} imports ${each.specifier} from outside. A clone would not have it.`),
    );
    none(found);
  });

  describe('the check itself', () => {
    const cases: readonly (readonly [string, string, string, boolean])[] = [
      ['keeps Node out of common', 'common/x.ts', `import { readFileSync } from 'node:fs';`, false],
      ['keeps Node out of the core', 'satellite/replication/x.ts', `import type { Socket } from 'node:net';`, false],
      ['keeps the satellite out of the core', 'satellite/replication/x.ts', `export * from '../nbd/server.ts';`, false],
      ['lets the satellite use the core', 'satellite/engine/x.ts', `import '../replication/resource.ts';`, true],
      ['keeps controller and satellite apart', 'controller/x.ts', `import '../satellite/config.ts';`, false],
      [
        'sees types that are imported in place',
        'common/x.ts',
        `export type X = import('../proto/load.ts').Api;`,
        false,
      ],
      ['sees imports at run time', 'cli/x.ts', `export const x = await import('../sim/main.ts');`, false],
      ['keeps production code away from tests', 'satellite/x.ts', `import '../test/source-tree.ts';`, false],
      ['keeps real adapters out of the simulator', 'sim/x.ts', `import '../controller/store/level-store.ts';`, false],
      ['lets the simulator use services', 'sim/x.ts', `import '../controller/service/node-service.ts';`, true],
    ];
    for (const [promise, path, text, allowed] of cases) {
      it(promise, () => {
        expect(offences([pretend(path, text)])).to.have.lengthOf(allowed ? 0 : 1);
      });
    }

    it('finds a circle of three and leaves a chain alone', () => {
      const circle = [
        pretend('cli/a.ts', `import './b.ts';`),
        pretend('cli/b.ts', `import type { C } from './c.ts';`),
        pretend('cli/c.ts', `import './a.ts'; import './d.ts';`),
        pretend('cli/d.ts', ''),
      ];
      expect(cycles(circle, () => true).map((files) => [...files].sort((a, b) => (a < b ? -1 : 1)))).to.deep.equal([
        ['cli/a.ts', 'cli/b.ts', 'cli/c.ts'],
      ]);
      expect(cycles(circle, (each) => !each.typeOnly)).to.deep.equal([]);
    });
  });
});
