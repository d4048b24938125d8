/**
 * The command line as a function: words in, exit code out, everything it says through the given terminal.
 * `main.ts` gives it the process; tests give it arrays.
 */
import yargs, { type Argv } from 'yargs';
import { asOperationError } from '../common/errors.ts';
import { adviseCommands } from './commands/advise.ts';
import { controllerCommands, eventsCommand } from './commands/controller.ts';
import { nodeConnectionCommands, resourceConnectionCommands } from './commands/connections.ts';
import { devCommands } from './commands/dev.ts';
import { errorReportCommands } from './commands/error-reports.ts';
import { keyValueStoreCommands } from './commands/key-value-store.ts';
import { migrationCommands } from './commands/migration.ts';
import { nodeCommands } from './commands/node.ts';
import { resourceCommands, volumeCommands } from './commands/resource.ts';
import { resourceGroupCommands } from './commands/resource-group.ts';
import { resourceDefinitionCommands } from './commands/resource-definition.ts';
import { separateTree, shellCommands } from './commands/shell.ts';
import { runSimulator } from './commands/sim.ts';
import { storagePoolCommands } from './commands/storage-pool.ts';
import { volumeDefinitionCommands } from './commands/volume-definition.ts';
import { separateTimeouts } from './commands/drbd-options.ts';
import { volumeGroupCommands } from './commands/volume-group.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { type Cli, GLOBAL_OPTIONS } from './options.ts';
import { joinPairs } from './placement-options.ts';
import { answerOf, renderAnswer } from './render/messages.ts';
import { controllerList, Session, type SessionOptions } from './session.ts';
import { type Command, grammarOf } from './shell/grammar.ts';
import { historyFile, runShell, type ShellStreams } from './shell/interactive.ts';
import { askNames } from './shell/names.ts';
import { namesNoCommand, propose } from './shell/propose.ts';
import { COMPLETE_WORDS } from './shell/scripts.ts';
import { wordsOf } from './shell/words.ts';
import { PLAIN, printable } from './terminal.ts';
import { VERSION } from './version.ts';

interface ProgramOptions extends SessionOptions {
  readonly helpWidth: number;
  /** Where a person can write commands; absent: only the given words count. */
  readonly shell?: ShellStreams;
}

/** @returns the exit code. Never throws for anything that a user can cause. */
export async function runProgram(words: readonly string[], options: ProgramOptions): Promise<number> {
  const session = new Session(options);
  const terminal = options.terminalFor({ color: true, utf8: true, pastable: false });
  try {
    // The simulator has its own grammar: its words, --help included, must reach it untouched.
    if (words[0] === 'sim') return await runSimulator(words.slice(1));
    if (words[0] === COMPLETE_WORDS) return await completeWords(words.slice(2), options);
    if (options.shell !== undefined && namesNoCommand(grammar(), words)) {
      return await converse(words, options, options.shell);
    }
    const plain = separateTree(separateTimeouts(joinPairs(words)));
    const spoken = await parse(build(session, options.helpWidth), plain);
    if (spoken.text !== '') (spoken.failed ? terminal.err : terminal.out).write(`${spoken.text}\n`);
    return spoken.failed ? EXIT.argument : session.exitCode;
  } catch (error) {
    const failure = asOperationError(error);
    terminal.err.write(renderAnswer(answerOf(failure), terminal.style));
    return exitCodeOf(failure.code);
  }
}

function build(session: Session, helpWidth: number): Cli {
  const base = yargs()
    .scriptName('lockstep')
    .usage(
      '$0 [options] <noun> <verb> …\n\nReplicated block storage that you can trust because you can rehearse its failures.',
    )
    .options(GLOBAL_OPTIONS);
  return declare(base, session)
    .version(VERSION)
    .alias('version', 'v')
    .help()
    .alias('help', 'h')
    .epilogue(
      'Exit codes: 0 done, 1 unknown error, 2 wrong arguments, 10 the controller refused, 20 no controller, 21 timeout, 130 Ctrl-C.\n' +
        'First steps: lockstep dev up, then lockstep node list.',
    )
    .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .strict()
    .recommendCommands()
    .locale('en')
    .wrap(helpWidth)
    .exitProcess(false);
}

function declare(base: Cli, session: Session): Cli {
  const cli = base
    .command(['node', 'n'], 'Machines that run a satellite', (y) => nodeCommands(y, session), nothing)
    .command(['node-connection', 'nc'], 'What is set for two nodes', (y) => nodeConnectionCommands(y, session), nothing)
    .command(['storage-pool', 'sp'], 'Where a node keeps replicas', (y) => storagePoolCommands(y, session), nothing)
    .command(
      ['resource-definition', 'rd'],
      'The replicated thing, without a place',
      (y) => resourceDefinitionCommands(y, session),
      nothing,
    )
    .command(
      ['volume-definition', 'vd'],
      'Volumes of a resource: number and size',
      (y) => volumeDefinitionCommands(y, session),
      nothing,
    )
    .command(
      ['resource-group', 'rg'],
      'Templates: where replicas are wanted',
      (y) => resourceGroupCommands(y, session),
      nothing,
    )
    .command(['volume-group', 'vg'], 'Volumes of a template', (y) => volumeGroupCommands(y, session), nothing)
    .command(['resource', 'r'], 'Replicas on nodes', (y) => resourceCommands(y, session), nothing)
    .command(['migration', 'mi'], 'Virtual machines that move', (y) => migrationCommands(y, session), nothing)
    .command(
      ['resource-connection', 'rc'],
      'What is set for the replicas of a resource on two nodes',
      (y) => resourceConnectionCommands(y, session),
      nothing,
    )
    .command(['volume', 'v'], 'Volumes of replicas', (y) => volumeCommands(y, session), nothing)
    .command(['controller', 'c'], 'The controller itself', (y) => controllerCommands(y, session), nothing)
    .command(['advise', 'adv'], 'What could go wrong, before it does', (y) => adviseCommands(y, session), nothing)
    .command(
      ['error-reports', 'err'],
      'What the controller refused, and where it failed',
      (y) => errorReportCommands(y, session),
      nothing,
    )
    .command(['key-value-store', 'kv'], 'Free maps for integrations', (y) => keyValueStoreCommands(y, session), nothing)
    .command(
      'dev',
      'A cluster of real processes on this machine',
      (y) => devCommands(y, session).check(isNoCall),
      nothing,
    )
    .command('sim', 'Rehearse failures: the simulator (lockstep sim --help)', (y) => y, nothing);
  return shellCommands(eventsCommand(cli, session), session, grammar);
}

function isNoCall({ grpcurl }: { readonly grpcurl?: unknown }): true {
  if (grpcurl === true) throw new Error('--grpcurl goes only with commands that call a controller');
  return true;
}

const NOWHERE: SessionOptions = {
  terminalFor: () => ({ out: NOTHING, err: NOTHING, style: PLAIN, animated: false, redrawWidth: undefined }),
  environment: {},
  signal: new AbortController().signal,
};
const NOTHING = { write: (): void => undefined };

/** Of all commands; nothing runs. */
const grammar = (): Command => grammarOf((cli) => declare(cli.options(GLOBAL_OPTIONS), new Session(NOWHERE)));

/** One word per line: what may stand where the last word is. */
async function completeWords(words: readonly string[], options: ProgramOptions): Promise<number> {
  const terminal = options.terminalFor({ color: false, utf8: false, pastable: false });
  const found = await completions(grammar(), words, options);
  terminal.out.write(found.map((word) => `${word}\n`).join(''));
  return EXIT.ok;
}

async function completions(all: Command, words: readonly string[], options: ProgramOptions): Promise<string[]> {
  const last = words.at(-1) ?? '';
  const proposal = propose(all, words);
  const names = await askNames(proposal.names, controllersOf(words, options));
  const found = [...proposal.words, ...names].filter((word) => word.startsWith(last));
  return [...new Set(found)].sort();
}

/** As the words name them. */
function controllersOf(words: readonly string[], { environment }: ProgramOptions): string[] {
  const at = words.findIndex((word) => /^(-c|--controllers)(=|$)/.test(word));
  const controllers = at === -1 ? undefined : (words[at]?.split('=')[1] ?? words[at + 1]);
  return controllerList({ controllers }, environment);
}

/** The options that were given count for every line. */
async function converse(shared: readonly string[], options: ProgramOptions, streams: ShellStreams): Promise<number> {
  const all = grammar();
  const { shell: _, ...oneCommand } = options;
  const [host = ''] = controllersOf(shared, options);
  const verbose = shared.some((word) => word === '-V' || word === '--verbose');
  await runShell({
    ...streams,
    prompt: `LOCKSTEP${verbose ? `(${host})` : ''} ==> `,
    historyFile: historyFile(options.environment),
    complete: (words) => completions(all, [...shared, ...words], options),
    run: async (line, signal) => {
      try {
        const words = wordsOf(line);
        const help = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
        const both = AbortSignal.any([signal, options.signal]);
        await runProgram([...help, ...shared], { ...oneCommand, signal: both });
      } catch (error) {
        const terminal = options.terminalFor({ color: true, utf8: true, pastable: false });
        terminal.err.write(renderAnswer(answerOf(asOperationError(error)), terminal.style));
      }
    },
  });
  return EXIT.ok;
}

/** How the messages of `demandCommand` begin. */
const MISSING = 'A sub-command is missing';

const nothing = (): void => undefined;

interface Spoken {
  /** Help, version or what is wrong with the words; empty when a command ran. */
  readonly text: string;
  readonly failed: boolean;
}

async function parse(cli: Argv<unknown> | Cli, words: readonly string[]): Promise<Spoken> {
  if (words.length === 0) return { text: await cli.getHelp(), failed: false };
  let spoken: Spoken = { text: '', failed: false };
  await cli.parseAsync([...words], {}, (error: Error | undefined | null, _argv: unknown, output: string) => {
    if (error) spoken = { text: usageFailure(error.message, output, words), failed: true };
    else spoken = { text: output, failed: false };
  });
  return spoken;
}

/** A missing verb is a question for help; anything else is a mistake that help would bury. */
function usageFailure(message: string, output: string, words: readonly string[]): string {
  if (message === '' || message.startsWith(MISSING)) return output;
  const first = words[0] ?? '';
  if (message === `Unknown argument: ${first}`)
    return `Error: unknown command: ${printable(first)}\nSee: lockstep --help`;
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const path = words.slice(0, Math.min(2, firstOption === -1 ? 2 : firstOption)).join(' ');
  return `Error: ${printable(message)}\nSee: lockstep ${printable(path)} --help`;
}
