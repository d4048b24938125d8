/**
 * A line on stderr while something takes long: what is waited for and since when. Drawn only on a terminal, only
 * after half a second, and erased at the end, so that pipes and logs never see it.
 */
import { printable, type Terminal } from './terminal.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const ASCII_FRAMES = ['|', '/', '-', '\\'] as const;
const FIRST_AFTER_MS = 500;
const EVERY_MS = 120;
const ERASE_LINE = '\r\u001b[2K';

/** Runs `work` and shows `label` meanwhile. The line is gone when the result, or the error, is there. */
export async function withProgress<T>(terminal: Terminal, label: string, work: () => Promise<T>): Promise<T> {
  if (!terminal.animated) return work();
  const frames: readonly string[] = terminal.style.utf8 ? FRAMES : ASCII_FRAMES;
  const startedMs = Date.now();
  let frame = 0;
  let drawn = false;
  const timer = setInterval(() => {
    const elapsedMs = Date.now() - startedMs;
    if (elapsedMs < FIRST_AFTER_MS) return;
    drawn = true;
    frame = (frame + 1) % frames.length;
    terminal.err.write(`${ERASE_LINE}${frames[frame] ?? ''} ${printable(label)} (${Math.floor(elapsedMs / 1000)} s)`);
  }, EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (drawn) terminal.err.write(ERASE_LINE);
  }
}
