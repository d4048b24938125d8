/**
 * The rules of tidiness as functions: a source in, complaints out. A complaint says what, why, and what to do.
 * `tidy.test.ts` runs them over the project; the limits and lists of names are here, in one place.
 */
import { type Node, type Source, walk } from './source-tree.ts';

/** Longest file, in lines, of the products. Test files tell stories and may be longer. */
const FILE_LINES_MAX = 500;
const TEST_FILE_LINES_MAX = 800;
const FUNCTION_LINES_MAX = 70;

const isTest = (path: string): boolean => path.startsWith('test/');
/** Folders whose code must run alike under a virtual clock, and replay from a seed. */
const PURE = [
  'common/',
  'satellite/replication/',
  'controller/domain/',
  'controller/placement/',
  'controller/properties/',
];
const isPure = (path: string): boolean => PURE.some((folder) => path.startsWith(folder));

/** Programs: started by people, nobody has to import them. */
const ENTRY_POINTS = [/(^|\/)main\.ts$/, /^cli\/lockstepadm\.ts$/, /^test\/.*\.test\.ts$/, /\.d\.ts$/];
const isEntryPoint = (path: string): boolean => ENTRY_POINTS.some((each) => each.test(path));

const IMPURE_GLOBALS: Readonly<Record<string, string>> = {
  Date: 'the real time',
  performance: 'the real time',
  setTimeout: 'a real timer',
  setInterval: 'a real timer',
  setImmediate: 'a real timer',
  clearTimeout: 'a real timer',
  clearInterval: 'a real timer',
  clearImmediate: 'a real timer',
  queueMicrotask: 'hidden order of execution',
  Promise: 'hidden order of execution',
  process: 'the environment',
  Buffer: 'a class of Node (a Uint8Array or DataView does the same everywhere)',
  console: 'output',
  fetch: 'the network',
  crypto: 'real chance',
  require: 'the file system',
  globalThis: 'whatever is global',
  Intl: 'the locale of the machine',
  WeakRef: 'the mood of the garbage collector',
  FinalizationRegistry: 'the mood of the garbage collector',
};
const IMPURE_METHODS: Readonly<Record<string, string>> = {
  localeCompare: 'the locale of the machine; compare with < instead',
  toLocaleString: 'the locale of the machine',
  toLocaleLowerCase: 'the locale of the machine',
  toLocaleUpperCase: 'the locale of the machine',
};
const BANNED_WORDS = /^(utils?|helpers?|managers?|misc|stuff|common-?utils?)$/;
const BANNED_ENDING = /(Utils?|Helpers?|Manager|Misc)$/;
const REMINDER = /\b(TODO|FIXME|XXX|HACK)\b/;
const SILENCER = /@ts-(ignore|nocheck|expect-error)|eslint-disable/;

const at = (file: Source, offset: number): string => `${file.path}:${file.lineOf(offset)}`;
const PURITY =
  'This folder must behave alike in the simulator and on any machine, so it depends on its arguments and ports only: pass it in.';

/** Time, chance, order and environment that do not come in through a port. */
export function impurities(file: Source): string[] {
  if (!isPure(file.path)) return [];
  const found: string[] = [];
  const complain = (node: Node, what: string): void => {
    found.push(`${at(file, node.start)} uses ${what}. ${PURITY}`);
  };
  walk(file.program, (node, ancestors) => {
    const parent = ancestors.at(-1);
    const name = String(node['name']);
    if (node.type === 'Identifier' && Object.hasOwn(IMPURE_GLOBALS, name) && !isPropertyName(node, parent)) {
      complain(node, `${name}: ${IMPURE_GLOBALS[name]}`);
    }
    if (node.type === 'AwaitExpression') complain(node, 'await: hidden order of execution');
    if (node['async'] === true) complain(node, 'async: hidden order of execution');
    if (node.type !== 'MemberExpression') return;
    const object = (node['object'] as Node)['name'];
    const property = String((node['property'] as Node)['name']);
    if (object === 'Math' && property === 'random') complain(node, 'Math.random: real chance');
    if (Object.hasOwn(IMPURE_METHODS, property)) complain(node, `${property}: ${IMPURE_METHODS[property]}`);
    const call = parent?.type === 'CallExpression' && parent['callee'] === node ? parent : undefined;
    if (
      (property === 'sort' || property === 'toSorted') &&
      (call?.['arguments'] as unknown[] | undefined)?.length === 0
    ) {
      complain(node, `${property}() without a comparison, which sorts numbers as words; say what the order is`);
    }
  });
  return found;
}

/** `x.Date`, `{ Date: 1 }`, `interface { process(): void }`: a name of ours, not the global. */
function isPropertyName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true;
  return parent['key'] === node && parent['shorthand'] !== true;
}

/** The simulator replays from its seed only if no run reads the real clock or real chance. */
export function unreplayable(file: Source): string[] {
  // The sweep and the soak measure and bound themselves in real time, outside of any run.
  const timed = ['sim/main.ts', 'sim/sweep.ts', 'sim/explore/command.ts'];
  if (!file.path.startsWith('sim/') || timed.includes(file.path)) return [];
  const found: string[] = [];
  walk(file.program, (node, ancestors) => {
    const name = String(node['name']);
    const isGlobal = node.type === 'Identifier' && !isPropertyName(node, ancestors.at(-1));
    const object = (node['object'] as Node | undefined)?.['name'];
    const isRandom =
      node.type === 'MemberExpression' && object === 'Math' && (node['property'] as Node)['name'] === 'random';
    if (isRandom || (isGlobal && ['Date', 'performance', 'crypto'].includes(name))) {
      const what = isRandom ? 'Math.random' : name;
      found.push(
        `${at(file, node.start)} uses ${what}: a run would not replay. Take time from the agenda, chance from a stream.`,
      );
    }
  });
  return found;
}

export function tooLong(file: Source): string[] {
  const limit = isTest(file.path) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
  if (file.lineCount <= limit) return [];
  return [
    `${file.path} has ${file.lineCount} lines, ${limit} is the limit: nobody keeps more in mind. Move one noun with its functions into a file of its own.`,
  ];
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export function tooLongFunctions(file: Source): string[] {
  if (isTest(file.path)) return []; // a `describe` is a function too
  const found: string[] = [];
  walk(file.program, (node, ancestors) => {
    if (!FUNCTIONS.has(node.type)) return;
    const lines = file.lineOf(node.end) - file.lineOf(node.start) + 1;
    if (lines <= FUNCTION_LINES_MAX) return;
    const name = functionName(node, ancestors.at(-1));
    found.push(
      `${at(file, node.start)} ${name} has ${lines} lines, ${FUNCTION_LINES_MAX} is the limit: it does not fit a screen. Give its steps names and make them functions.`,
    );
  });
  return found;
}

function functionName(node: Node, parent: Node | undefined): string {
  const own = node['id'] as Node | null | undefined;
  const key = (parent?.['key'] ?? parent?.['id']) as Node | undefined;
  return String(own?.['name'] ?? key?.['name'] ?? 'a function');
}

/**
 * Exported names that no other file takes, and files that nobody imports or starts. A type that its own file uses is
 * left alone: it is the vocabulary of a signature, and callers need not say its name.
 */
export function deadExports(files: readonly Source[]): string[] {
  const taken = new Map<string, Set<string>>();
  for (const file of files) {
    for (const each of file.imports) {
      if (each.target === undefined) continue;
      const names = taken.get(each.target) ?? new Set<string>();
      for (const name of each.names) names.add(name);
      taken.set(each.target, names);
    }
  }
  return files.flatMap((file) => {
    if (isEntryPoint(file.path)) return [];
    const names = taken.get(file.path);
    if (names === undefined) {
      const name = file.path.split('/').at(-1) ?? '';
      const started = files.some((other) => other !== file && other.text.includes(name));
      return started
        ? []
        : [`${file.path} is imported by nobody. Delete it, or say in tidy-rules.ts which program it is.`];
    }
    if (names.has('*')) return [];
    return file.exports.flatMap((each) => {
      if (names.has(each.name)) return [];
      const usedInside = (file.text.match(new RegExp(`\\b${each.name}\\b`, 'g'))?.length ?? 0) > 1;
      if (each.isType && usedInside) return [];
      const remedy = usedInside ? 'Drop the word `export`' : 'Delete it';
      return `${file.path}:${each.line} exports ${each.name}, which no other file uses. ${remedy}: readers should see what is public.`;
    });
  });
}

/** Names that say nothing, words that promise work, tools that silence checks, and other habits that we do not have. */
export function habits(file: Source): string[] {
  return [...vagueNames(file), ...badComments(file), ...badSyntax(file)];
}

function vagueNames(file: Source): string[] {
  const found: string[] = [];
  const remedy = 'Name the concept that it holds in a word of the field.';
  for (const part of file.path.replace(/(\.test|\.contract)?\.ts$/, '').split('/')) {
    if (part.split('-').some((word) => BANNED_WORDS.test(word)))
      found.push(`${file.path} is called ${part}: a drawer that only grows. ${remedy}`);
    if (part === 'index')
      found.push(`${file.path} is a barrel: it hides who owns what and makes cycles. Import the defining file.`);
  }
  walk(file.program, (node) => {
    if (
      !['ClassDeclaration', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'FunctionDeclaration'].includes(
        node.type,
      )
    )
      return;
    const name = String((node['id'] as Node | null)?.['name'] ?? '');
    if (BANNED_ENDING.test(name)) found.push(`${at(file, node.start)} ${name}: the ending says nothing. ${remedy}`);
  });
  return found;
}

function badComments(file: Source): string[] {
  const found: string[] = [];
  for (const comment of file.comments) {
    const reminder = REMINDER.exec(comment.value)?.[0];
    if (reminder !== undefined)
      found.push(`${at(file, comment.start)} ${reminder}: nobody comes back for it. Do it, or open an issue.`);
    const silencer = SILENCER.exec(comment.value)?.[0];
    if (silencer !== undefined)
      found.push(`${at(file, comment.start)} ${silencer} hides the next mistake too. Correct the types.`);
  }
  const first = file.comments[0];
  const code = (file.program['body'] as Node[])[0];
  if (isTest(file.path)) return found; // there, `describe` says it
  if (code !== undefined && (first === undefined || first.start > code.start)) {
    found.push(`${file.path} does not say what it is responsible for. Open it with a comment of one to ten lines.`);
  }
  return found;
}

function badSyntax(file: Source): string[] {
  const found: string[] = [];
  const complain = (node: Node, text: string): void => {
    found.push(`${at(file, node.start)} ${text}`);
  };
  walk(file.program, (node, ancestors) => {
    if (node.type === 'TSAnyKeyword')
      complain(
        node,
        '`any` switches the checks off for all that it touches. Use `unknown` and look, or name the type.',
      );
    if (node.type === 'TSNonNullExpression' && !isTest(file.path)) {
      complain(node, '`!` claims without proof. Assert with a reason, or handle the absence.');
    }
    if (node.type === 'TSEnumDeclaration') complain(node, '`enum` emits code. Use a union of words.');
    if (node.type === 'ExportDefaultDeclaration')
      complain(node, 'a default export has a new name in each file. Export a name.');
    if (node.type === 'MemberExpression' && isTest(file.path)) badTestHabit(node, complain);
    if (isTest(file.path) && isSleep(node, ancestors)) {
      complain(
        node,
        'sleeps: slow when it is too long, flaky when it is too short. Wait for an event, or poll a condition with a bound.',
      );
    }
  });
  return found;
}

function badTestHabit(node: Node, complain: (node: Node, text: string) => void): void {
  const object = (node['object'] as Node)['name'];
  const property = (node['property'] as Node)['name'];
  if (
    ['describe', 'it', 'context', 'suite', 'test'].includes(String(object)) &&
    (property === 'only' || property === 'skip')
  ) {
    complain(node, `.${property} makes a green run say less than it seems. Delete the test or mend it.`);
  }
}

const LOOPS = ['WhileStatement', 'DoWhileStatement', 'ForStatement', 'ForOfStatement'];

/**
 * `await delay(…)`, or `setTimeout(resolve, …)` straight from a `new Promise`, outside of a loop that looks at a
 * condition. Timers with a purpose (limits of a wait, that end in a rejection) are not sleeps.
 */
function isSleep(node: Node, ancestors: readonly Node[]): boolean {
  if (node.type !== 'CallExpression' || ancestors.some((each) => LOOPS.includes(each.type))) return false;
  const name = (node['callee'] as Node)['name'];
  const isAwaited = ancestors.at(-1)?.type === 'AwaitExpression';
  if (name === 'delay' || name === 'sleep') return isAwaited;
  return name === 'setTimeout' && (isAwaited || resolvesAPromise(node, ancestors));
}

/** The function that the timer calls is the first parameter of the `new Promise` around it. */
function resolvesAPromise(timer: Node, ancestors: readonly Node[]): boolean {
  const promise = ancestors.findLast((each) => each.type === 'NewExpression');
  if (promise === undefined || (promise['callee'] as Node)['name'] !== 'Promise') return false;
  const executor = (promise['arguments'] as Node[])[0];
  const resolve = (executor?.['params'] as Node[] | undefined)?.[0]?.['name'];
  return resolve !== undefined && (timer['arguments'] as Node[])[0]?.['name'] === resolve;
}
