/**
 * What every command does around its one call: connect, show progress, print answers or a table (or JSON with -m),
 * and settle the exit code. Commands themselves hold neither output nor error handling.
 */
import { asOperationError, OperationError } from '../common/errors.ts';
import type { ApiAnswer__Output } from '../proto/gen/lockstep/v1/ApiAnswer.ts';
import { fromApi, hasError, hasWarning } from './api/answers.ts';
import { type CallObserver, ControllerClient } from './api/controller-client.ts';
import { controllerAddress } from './api/controller-line.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { CallShown, grpcurlLine } from './grpcurl.ts';
import type { Globals } from './options.ts';
import { withProgress } from './progress.ts';
import { apiJson, listJson } from './render/api-json.ts';
import { answerJson, answerOf, renderAnswer } from './render/messages.ts';
import { PASTABLE, printable, type Style, type Terminal } from './terminal.ts';
import { parseWatch, watch } from './watch.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SessionOptions {
  readonly terminalFor: (options: {
    readonly color: boolean;
    readonly utf8: boolean;
    readonly pastable: boolean;
  }) => Terminal;
  readonly environment: Environment;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The controller's own default (contract: wait_ms). */
const SATELLITE_WAIT_MS = 30_000;

type Answered = { readonly answers: readonly ApiAnswer__Output[] };
type Shown = Globals & { readonly pastable: boolean; readonly watch: string | undefined };

export class Session {
  exitCode: ExitCode | number = EXIT.ok;
  readonly signal: AbortSignal;
  private readonly options: SessionOptions;

  constructor(options: SessionOptions) {
    this.options = options;
    this.signal = options.signal;
  }

  get environment(): Environment {
    return this.options.environment;
  }

  terminal(globals: Pick<Globals, 'color' | 'utf8'>, pastable = false): Terminal {
    return this.options.terminalFor({ color: globals.color, utf8: globals.utf8, pastable });
  }

  /** A changing command. `prepare` checks the arguments and makes the request before anybody is called. */
  async change(
    globals: Globals,
    label: string,
    prepare: () => (client: ControllerClient) => Promise<Answered>,
  ): Promise<void> {
    await this.guarded(globals, true, async (terminal) => {
      const work = prepare();
      const { answers } = await withProgress(terminal, label, () => this.withClient(globals, work));
      const entries = fromApi(answers);
      if (globals['machine-readable']) terminal.out.write(`${JSON.stringify(entries.map(answerJson), null, 2)}\n`);
      else for (const entry of entries) terminal.out.write(renderAnswer(entry, terminal.style));
      if (hasError(entries) || (globals['warn-as-error'] && hasWarning(entries))) this.exitCode = EXIT.api;
    });
  }

  async list<Item>(
    globals: Shown,
    fetch: (client: ControllerClient) => Promise<readonly Item[]>,
    render: (items: readonly Item[], style: Style) => string,
  ): Promise<void> {
    await this.show(globals, async (terminal) => {
      const items = await this.withClient(globals, fetch);
      if (globals['machine-readable']) return listJson(items);
      return render(items, globals.pastable ? PASTABLE : terminal.style);
    });
  }

  /** A question with one answer: its data as a table (or JSON), or the entries that tell why there are none. */
  async question<Reply extends Answered>(
    globals: Shown,
    prepare: () => (client: ControllerClient) => Promise<Reply>,
    render: (reply: Reply, style: Style) => string,
  ): Promise<void> {
    await this.show(globals, async (terminal) => {
      const reply = await this.withClient(globals, prepare());
      const entries = fromApi(reply.answers);
      const failed = hasError(entries);
      this.exitCode = failed ? EXIT.api : EXIT.ok;
      if (globals['machine-readable']) {
        const { answers: _, ...data } = reply;
        return `${JSON.stringify(failed ? entries.map(answerJson) : [apiJson(data)], null, 2)}\n`;
      }
      if (failed) return entries.map((entry) => renderAnswer(entry, terminal.style)).join('');
      return render(reply, globals.pastable ? PASTABLE : terminal.style);
    });
  }

  /** Once, or again and again. */
  private async show(globals: Shown, text: (terminal: Terminal) => Promise<string>): Promise<void> {
    await this.guarded(globals, false, async (terminal) => {
      const everyMs = parseWatch(globals.watch);
      const draw = (): Promise<string> => withProgress(terminal, 'asking the controller', () => text(terminal));
      if (everyMs === undefined) terminal.out.write(await draw());
      else await watch(terminal, everyMs, this.signal, draw);
    });
  }

  /** The longest that a call may take, a little less than the time after which nobody listens. */
  longestWaitMs(globals: Globals): number {
    return Math.max(100, timeoutMs(globals) - 500);
  }

  /** How long the controller may wait for satellites: less than we wait for it, so that its explanation arrives. */
  waitMs(globals: Globals): number {
    return Math.max(100, Math.min(SATELLITE_WAIT_MS, timeoutMs(globals) - 500));
  }

  /** Connects for the time of `work`. */
  async withClient<T>(globals: Globals, work: (client: ControllerClient) => Promise<T>): Promise<T> {
    const controllers = controllerList(globals, this.options.environment);
    const common = { controllers, timeoutMs: timeoutMs(globals), signal: this.signal };
    const client = globals.grpcurl
      ? ControllerClient.unconnected({ ...common, observer: showing(controllerAddress(controllers[0] ?? '')) })
      : await ControllerClient.connect({
          ...common,
          ...(globals.verbose ? { observer: telling(this.terminal(globals)) } : {}),
        });
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  /** Runs `work`; a failure becomes a message and an exit code. Also for commands that never meet the controller. */
  async guarded(globals: Globals, changes: boolean, work: (terminal: Terminal) => Promise<void>): Promise<void> {
    const terminal = this.terminal(globals);
    try {
      await work(terminal);
    } catch (error) {
      if (error instanceof CallShown) return void terminal.out.write(`${error.line}\n`);
      if (this.signal.aborted) {
        this.exitCode = EXIT.interrupted;
        terminal.err.write(`Interrupted.${changes ? UNDER_WAY : ''}\n`);
        return;
      }
      const failure = asOperationError(error);
      this.exitCode = exitCodeOf(failure.code);
      const entry = answerOf(failure);
      if (globals['machine-readable']) terminal.out.write(`${JSON.stringify([answerJson(entry)], null, 2)}\n`);
      else terminal.err.write(renderAnswer(entry, terminal.style));
      if (globals.verbose && error instanceof Error && !(error instanceof OperationError)) {
        terminal.err.write(`${error.stack ?? ''}\n`);
      }
    }
  }
}

/** Of `--verbose`. */
const telling = ({ err }: Terminal): CallObserver => ({
  onCall: (path, request) => void err.write(printable(`> ${path.slice(1)} ${JSON.stringify(request)}\n`)),
  onAnswer: (path, address, elapsedMs) =>
    void err.write(printable(`< ${path.slice(1)} from ${address} after ${elapsedMs} ms\n`)),
});

/** Of `--grpcurl`. */
const showing = (address: string): CallObserver => ({
  onCall: (path, request) => {
    throw new CallShown(grpcurlLine(address, path, request));
  },
  onAnswer: () => undefined,
});

const UNDER_WAY =
  '\nNothing is half made: the controller does a request as a whole or not at all. It may have accepted this one and' +
  '\nstill be working on it; a list command shows it, and repeating the command is harmless.';

export function controllerList(globals: Pick<Globals, 'controllers'>, environment: Environment): string[] {
  const text = globals.controllers ?? environment['LS_CONTROLLERS'] ?? environment['LOCKSTEP_CONTROLLERS'] ?? '';
  const given = text.split(',').filter((part) => part.trim() !== '');
  return given.length === 0 ? ['127.0.0.1'] : given;
}

/** @throws OperationError INVALID_ARGUMENT. */
function timeoutMs(globals: Pick<Globals, 'timeout'>): number {
  if (!(globals.timeout > 0 && globals.timeout <= 86_400)) {
    throw new OperationError('INVALID_ARGUMENT', '--timeout takes seconds, more than 0 and at most 86400');
  }
  return Math.ceil(globals.timeout * 1000);
}
