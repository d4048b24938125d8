/** `lockstep` without a command on a terminal: one command per line until exit, quit or Ctrl-D. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { readLine } from './words.ts';

const HISTORY_LINES = 1_000;

export interface ShellStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** Edit lines with keys, rather than read them as they come. */
  readonly terminal: boolean;
}

interface ShellOptions extends ShellStreams {
  readonly prompt: string;
  readonly historyFile: string;
  /** Words that may stand where the last one is. */
  complete(words: readonly string[]): Promise<readonly string[]>;
  run(line: string, signal: AbortSignal): Promise<void>;
}

export const historyFile = (environment: Readonly<Record<string, string | undefined>>): string =>
  join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'lockstep', 'history');

export async function runShell({ input, output, terminal, ...options }: ShellOptions): Promise<void> {
  let running: AbortController | undefined;
  const lines = createInterface({
    input,
    output,
    terminal,
    prompt: options.prompt,
    history: recall(options.historyFile),
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      const { words, open } = readLine(line);
      const all = open ? words : [...words, ''];
      const last = all.at(-1) ?? '';
      void options.complete(all).then((found) => {
        const hits = found.filter((word) => word.startsWith(last));
        done(null, [hits.length === 1 ? [`${hits[0]} `] : hits, last]);
      });
    },
  });
  // Keys do not become signals here: Ctrl-C ends the command that runs, or empties the line.
  lines.on('SIGINT', () => {
    if (running !== undefined) return running.abort();
    output.write('^C\n');
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    lines.prompt();
  });
  lines.prompt();
  for await (const line of lines) {
    const bare = line.trim();
    if (bare === 'exit' || bare === 'quit') break;
    if (bare !== '') {
      remember(options.historyFile, bare);
      running = new AbortController();
      await options.run(bare, running.signal);
      running = undefined;
    }
    lines.prompt();
  }
  lines.close();
  output.write('\n');
}

/** The newest first. */
function recall(file: string): string[] {
  try {
    const kept = readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(-HISTORY_LINES);
    if (kept.length === HISTORY_LINES) writeFileSync(file, `${kept.join('\n')}\n`, { mode: 0o600 });
    return kept.reverse();
  } catch {
    return [];
  }
}

function remember(file: string, line: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch {
    // A shell without a memory is still a shell.
  }
}
