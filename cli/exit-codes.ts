/**
 * Exit codes of the command line, those of the LINSTOR client (docs: README). The same with and without `-m`:
 * LINSTOR itself answers 0 with `-m` even when the call failed, which breaks every script that trusts it.
 */
import type { ErrorCode } from '../common/errors.ts';

export const EXIT = {
  ok: 0,
  unknown: 1,
  argument: 2,
  /** The answer has at least one ERROR entry (or a WARNING with --warn-as-error). */
  api: 10,
  noController: 20,
  timeout: 21,
  /** Ended by Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For failures found on this side, before or instead of an answer. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'INVALID_NAME':
    case 'INVALID_ARGUMENT':
    case 'INVALID_SIZE':
      return EXIT.argument;
    case 'CONTROLLER_UNREACHABLE':
    case 'SATELLITE_UNREACHABLE':
    case 'NOT_LEADER':
      return EXIT.noController;
    case 'TIMED_OUT':
      return EXIT.timeout;
    case 'INTERNAL':
      return EXIT.unknown;
    default:
      return EXIT.api;
  }
}
