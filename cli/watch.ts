/** `--watch`: the same list again and again until Ctrl-C, drawn over the last one where that is possible. */
import { asOperationError, OperationError } from '../common/errors.ts';
import { answerOf, renderAnswer } from './render/messages.ts';
import { paint, type Terminal } from './terminal.ts';

const DEFAULT_SECONDS = 2;
const HOME = '\u001b[H';
const ERASE_REST_OF_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** `--watch`, `--watch 5`. @returns undefined when it was not given. @throws OperationError INVALID_ARGUMENT. */
export function parseWatch(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = text === '' ? DEFAULT_SECONDS : Number(text);
  if (seconds >= 0.1 && seconds <= 86_400) return seconds * 1000;
  throw new OperationError('INVALID_ARGUMENT', `--watch takes seconds from 0.1 to 86400, not "${text}"`);
}

/**
 * Ends when `signal` fires. A failure of the first drawing ends it too; later ones are shown in place of the list, and
 * it is tried again.
 */
export async function watch(
  terminal: Terminal,
  everyMs: number,
  signal: AbortSignal,
  draw: () => Promise<string>,
): Promise<void> {
  let text = await draw();
  for (;;) {
    show(terminal, text);
    if (await pause(everyMs, signal)) return;
    try {
      text = await draw();
    } catch (error) {
      if (signal.aborted) return;
      text = renderAnswer(answerOf(asOperationError(error)), terminal.style);
    }
  }
}

function show({ out, style, redrawWidth }: Terminal, text: string): void {
  if (redrawWidth === undefined) return void out.write(text);
  const time = paint(style, 'dim', `${new Date().toTimeString().slice(0, 8)}  Ctrl-C ends`);
  const lines = `${time}\n${text}`.replaceAll('\n', `${ERASE_REST_OF_LINE}\n`);
  out.write(`${HOME}${lines}${ERASE_BELOW}`);
}

/** @returns whether `signal` ended it. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve(false);
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
