/** Waiting for Ctrl-C. A signal handler alone does not keep a Node process alive, so a timer does. */

const KEEP_ALIVE_MS = 60_000;

export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  clearInterval(keepAlive);
}
