/**
 * The sources as the checks of architecture and tidiness see them: files, their syntax trees, their imports and exports.
 * Parsed once per test run, in well under a second.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['common', 'satellite', 'controller', 'cli', 'proto', 'sim', 'test', 'bench'];
/** Written by a tool, or brought by npm and builds: nobody formats or shortens these by hand. */
const SKIPPED = new Set(['node_modules', 'dist', 'gen', 'coverage', '.tmp', '.git']);

/** A node of the syntax tree (ESTree with TypeScript), as far as the checks look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Import {
  /** As written: './x.ts', 'node:fs', 'zod'. */
  readonly specifier: string;
  /** Path of the imported file from the project's root; undefined for a package or a module of Node. */
  readonly target: string | undefined;
  /** Names that are taken from it; '*' = all of them. */
  readonly names: readonly string[];
  /** Nothing of it is there at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Export {
  readonly name: string;
  readonly isType: boolean;
  readonly line: number;
}

export interface Source {
  /** From the project's root, with '/'. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly program: Node;
  readonly comments: readonly { readonly value: string; readonly start: number }[];
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  lineOf(offset: number): number;
}

/** All files below a folder whose name ends so, from the project's root. */
export function filesBelow(folder: string, ending: string): string[] {
  const found: string[] = [];
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(folder);
  } catch {
    return found;
  }
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) found.push(...filesBelow(path, ending));
    else if (entry.isFile() && entry.name.endsWith(ending)) found.push(path);
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

const readEntries = (folder: string) => readdirSync(join(ROOT, folder), { withFileTypes: true });

let parsed: readonly Source[] | undefined;

/** Every TypeScript file of the project except generated ones. */
export function sources(): readonly Source[] {
  parsed ??= FOLDERS.flatMap((folder) => filesBelow(folder, '.ts')).map((path) => {
    return parseSource(path, readFileSync(join(ROOT, path), 'utf8'));
  });
  return parsed;
}

/** @throws Error when the text is not TypeScript. */
export function parseSource(path: string, text: string): Source {
  const result = parseSync(path, text, {});
  const problem = result.errors[0];
  if (problem !== undefined) throw new Error(`${path} cannot be parsed: ${problem.message}`);
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const program = result.program as unknown as Node;
  const lineCount = text.endsWith('\n') ? lineStarts.length - 1 : lineStarts.length;
  const shared = { path, text, lineCount, program, comments: result.comments, lineOf };
  return { ...shared, imports: importsOf(path, result, program, lineOf), exports: exportsOf(result, lineOf) };
}

type Parsed = ReturnType<typeof parseSync>;

function importsOf(path: string, result: Parsed, program: Node, lineOf: (offset: number) => number): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, names: readonly string[], typeOnly: boolean, start: number): void => {
    const target = specifier.startsWith('.')
      ? normalize(join(dirname(path), specifier))
          .split(sep)
          .join('/')
      : undefined;
    imports.push({ specifier, target, names, typeOnly, line: lineOf(start) });
  };
  for (const each of result.module.staticImports) {
    const names = each.entries.map((entry) => {
      if (entry.importName.kind === 'Default') return 'default';
      return entry.importName.name ?? '*';
    });
    const typeOnly = each.entries.length > 0 && each.entries.every((entry) => entry.isType);
    add(each.moduleRequest.value, names, typeOnly, each.start);
  }
  for (const each of result.module.staticExports) {
    for (const entry of each.entries) {
      if (entry.moduleRequest === null) continue;
      add(entry.moduleRequest.value, [entry.importName.name ?? '*'], entry.isType, entry.start);
    }
  }
  walk(program, (node) => {
    // import('./x.ts') as an expression, and import('./x.ts').Name as a type.
    if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return;
    const source = (node['source'] ?? node['argument']) as { value?: unknown; literal?: { value?: unknown } };
    const specifier = source.value ?? source.literal?.value;
    if (typeof specifier === 'string') add(specifier, ['*'], node.type === 'TSImportType', node.start);
  });
  return imports;
}

function exportsOf(result: Parsed, lineOf: (offset: number) => number): Export[] {
  return result.module.staticExports.flatMap((each) =>
    each.entries.map((entry) => ({
      name: entry.exportName.kind === 'Default' ? 'default' : (entry.exportName.name ?? '*'),
      isType: entry.isType,
      line: lineOf(entry.start),
    })),
  );
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Visits a node and all below it, parents first. `ancestors` ends with the parent. */
export function walk(
  node: Node,
  visit: (node: Node, ancestors: readonly Node[]) => void,
  ancestors: Node[] = [],
): void {
  visit(node, ancestors);
  ancestors.push(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) walk(each, visit, ancestors);
    } else if (isNode(value)) {
      walk(value, visit, ancestors);
    }
  }
  ancestors.pop();
}
