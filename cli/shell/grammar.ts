/**
 * The commands as data: what completion and `list-commands` need to know. Taken from the declarations themselves, by
 * handing them something that writes down what it is told instead of parsing.
 */
import type { Cli } from '../options.ts';

export interface Option {
  /** With their dashes, the long name first. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

interface Positional {
  readonly name: string;
  readonly repeats: boolean;
  readonly choices: readonly string[];
}

export interface Command {
  /** The name, then its aliases. */
  readonly names: readonly string[];
  readonly description: string;
  readonly positionals: readonly Positional[];
  readonly options: readonly Option[];
  readonly commands: readonly Command[];
}

/** The parts of yargs' settings that matter here. */
interface Setting {
  readonly alias?: string | readonly string[];
  readonly type?: string;
  readonly choices?: readonly unknown[];
  readonly hidden?: boolean;
}
type Declare = (cli: Cli) => unknown;

export function grammarOf(declare: Declare): Command {
  return commandOf(['lockstep'], '', declare);
}

function commandOf(usages: readonly string[], description: string, declare: Declare): Command {
  const [usage = ''] = usages;
  const notes = {
    options: new Map<string, Setting>(),
    choices: new Map<string, string[]>(),
    commands: [] as Command[],
  };
  declare(recorder(notes));
  const positionals = [...usage.matchAll(/[<[]([\w-]+)(\.\.)?[>\]]/g)].map(([, name = '', dots]) => ({
    name,
    repeats: dots !== undefined,
    choices: notes.choices.get(name) ?? [],
  }));
  const options = [...notes.options].filter(([, { hidden }]) => hidden !== true).map(optionOf);
  const names = usages.map((each) => each.split(' ')[0] ?? '');
  return { names, description, positionals, options, commands: notes.commands };
}

function optionOf([name, { alias = [], type, choices = [] }]: readonly [string, Setting]): Option {
  const names = [name, ...(typeof alias === 'string' ? [alias] : alias)].map((each) =>
    each.length === 1 ? `-${each}` : `--${each}`,
  );
  return { names, takesValue: type !== 'boolean', choices: choices.map(String) };
}

interface Notes {
  readonly options: Map<string, Setting>;
  readonly choices: Map<string, string[]>;
  readonly commands: Command[];
}

function recorder({ options, choices, commands }: Notes): Cli {
  const methods: Readonly<Record<string, (...words: never[]) => void>> = {
    command: (usages: string | readonly string[], description: string, declare: Declare) =>
      void commands.push(commandOf(typeof usages === 'string' ? [usages] : usages, description, declare)),
    option: (name: string, setting: Setting) => void options.set(name, setting),
    options: (settings: Readonly<Record<string, Setting>>) => {
      for (const [name, setting] of Object.entries(settings)) options.set(name, setting);
    },
    positional: (name: string, setting: Setting) => void choices.set(name, (setting.choices ?? []).map(String)),
  };
  const self: object = new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...words: never[]) => {
          methods[String(name)]?.(...words);
          return self;
        },
    },
  );
  return self as Cli;
}

/** One line per command: its name and its aliases. */
export function commandLines(grammar: Command, tree: boolean, before = ''): string[] {
  return grammar.commands.flatMap((command) => {
    const [name = '', ...aliases] = command.names;
    const title = `${tree ? '' : before}${name}${aliases.length === 0 ? '' : ` (${aliases.join(', ')})`}`;
    const below = commandLines(command, tree, `${before}${name} `);
    if (tree) return [`- ${title}`, ...below.map((line) => `  ${line}`)];
    return below.length === 0 ? [title] : below;
  });
}
