/** What may stand at the end of a command line: decided from the grammar alone, names of objects come from elsewhere. */
import type { Command, Option } from './grammar.ts';

export type NameKind = 'node' | 'storage-pool' | 'resource-definition' | 'resource-group';

export interface Proposal {
  readonly words: readonly string[];
  /** The names of these objects too. */
  readonly names: readonly NameKind[];
}

interface Reading {
  readonly command: Command;
  /** Nouns and verbs on the way there. */
  readonly path: readonly string[];
  readonly positionals: number;
  /** Waits for its value. */
  readonly option: Option | undefined;
}

/** How positionals and options that take a name are called, without a plural. */
const KINDS: Readonly<Record<string, readonly NameKind[]>> = {
  node: ['node'],
  'other-node': ['node'],
  from: ['node'],
  to: ['node'],
  target: ['node'],
  'do-not-target': ['node'],
  'migrate-from': ['node'],
  'storage-pool': ['storage-pool'],
  'diskless-storage-pool': ['storage-pool'],
  resource: ['resource-definition'],
  'do-not-place-with': ['resource-definition'],
  group: ['resource-group'],
  'resource-group': ['resource-group'],
};

const NAME_OF_NOUN: Readonly<Record<string, NameKind>> = {
  node: 'node',
  'storage-pool': 'storage-pool',
  resource: 'resource-definition',
  'resource-definition': 'resource-definition',
  'resource-group': 'resource-group',
};

/** `words` ends with the one that is being written, maybe an empty one. */
export function propose(grammar: Command, words: readonly string[]): Proposal {
  const last = words.at(-1) ?? '';
  const { command, path, positionals, option } = read(grammar, words.slice(0, -1));
  if (option !== undefined) return { words: option.choices, names: option.choices.length > 0 ? [] : kindsOf(option) };
  if (last.startsWith('-')) {
    const options = command === grammar ? grammar.options : [...command.options, ...grammar.options];
    return { words: [...options.flatMap(({ names: [name = ''] }) => name), '--help'], names: [] };
  }
  const here = command.positionals[positionals] ?? command.positionals.at(-1);
  const positional = positionals < command.positionals.length || here?.repeats === true ? here : undefined;
  return {
    words: [
      ...(positionals === 0 ? command.commands.flatMap(({ names: [name = ''] }) => name) : []),
      ...(positional?.choices ?? []),
    ],
    names: positional === undefined ? [] : kindsOfPositional(positional.name, path),
  };
}

/** Only options and their values: no command is named. */
export function namesNoCommand(grammar: Command, words: readonly string[]): boolean {
  const { path, positionals, option } = read(grammar, words);
  return (
    path.length === 0 && positionals === 0 && option === undefined && words.every((word) => isOption(grammar, word))
  );
}

const isOption = (grammar: Command, word: string): boolean =>
  !word.startsWith('-') || optionNamed(grammar.options, word) !== undefined;

function read(grammar: Command, words: readonly string[]): Reading {
  let command = grammar;
  const path: string[] = [];
  let positionals = 0;
  let option: Option | undefined;
  for (const word of words) {
    if (option !== undefined) {
      option = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const found = optionNamed([...command.options, ...grammar.options], word);
      if (found?.takesValue === true && !word.includes('=')) option = found;
      continue;
    }
    const below = positionals === 0 ? command.commands.find(({ names }) => names.includes(word)) : undefined;
    if (below === undefined) positionals += 1;
    else {
      command = below;
      path.push(below.names[0] ?? '');
    }
  }
  return { command, path, positionals, option };
}

const optionNamed = (options: readonly Option[], word: string): Option | undefined => {
  const [bare = ''] = word.replace(/^--no-/, '--').split('=');
  return options.find(({ names }) => names.includes(bare));
};

function kindsOf({ names }: Option): readonly NameKind[] {
  const name = names.map((each) => each.replace(/^-+/, '')).find((each) => KINDS[singular(each)] !== undefined);
  return name === undefined ? [] : (KINDS[singular(name)] ?? []);
}

function kindsOfPositional(name: string, path: readonly string[]): readonly NameKind[] {
  const [noun = '', verb = ''] = path;
  const own = NAME_OF_NOUN[noun];
  // Whoever creates something gives it a name that nobody has.
  if (singular(name) === 'name') return own === undefined || verb === 'create' ? [] : [own];
  if (name === 'nodes-and-name') return own === undefined ? ['node'] : ['node', own];
  return KINDS[singular(name)] ?? [];
}

const singular = (name: string): string => name.replace(/s$/, '');
