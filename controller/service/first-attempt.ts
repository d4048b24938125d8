/** What became of the first attempt to reach a satellite. */
import type { Answer } from '../domain/answer.ts';
import { pause } from '../pause.ts';
import type { ServiceContext } from './use-case.ts';

/** How long `node create` and `node reconnect` wait to tell the outcome of the attempt. */
const FIRST_ATTEMPT_MS = 3_000;

/** @returns why the satellite is not connected, when the first attempt has shown it in time. */
export async function firstAttempt(
  { status, clock }: ServiceContext,
  name: string,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const undecided = (): boolean => ['UNKNOWN', 'CONNECTED'].includes(status.node(name).connection);
  const deadline = clock.nowMs() + FIRST_ATTEMPT_MS;
  while (undecided() && !signal.aborted && clock.nowMs() < deadline) {
    await pause(clock, deadline - clock.nowMs(), signal, (wake) =>
      status.onChange((change) => change.kind === 'node' && wake()),
    );
  }
  return status.node(name).problem;
}
