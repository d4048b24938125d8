/**
 * One entry of the answer to an operation (design D10). Outcomes have codes below 1000, refusals and warnings share the
 * codes of `common/errors.ts`. Both lists are append-only and explained in docs/errors.md.
 */
import { ERROR_CODES, type ErrorCode, type OperationError, type OperationErrorOptions } from '../../common/errors.ts';
import { PlacementError, type PlacementVerdict } from './placement-verdict.ts';

export const OUTCOME_CODES = {
  CREATED: 1,
  DELETED: 2,
  DELETION_STARTED: 3,
  UNCHANGED: 4,
  PLACED: 5,
  NOTE: 6,
  RESIZED: 7,
  MODIFIED: 8,
} as const;

export type OutcomeCode = keyof typeof OUTCOME_CODES;
export type Severity = 'SUCCESS' | 'INFO' | 'WARN' | 'ERROR';

export interface Answer {
  readonly severity: Severity;
  readonly code: number;
  readonly codeName: string;
  readonly message: string;
  readonly cause?: string | undefined;
  readonly correction?: string | undefined;
  readonly details?: string | undefined;
  readonly refs: Readonly<Record<string, string>>;
  /** Of an answer about places: which were looked at, and what was found. */
  readonly placement?: readonly PlacementVerdict[] | undefined;
}

export type Refs = Readonly<Record<string, string>>;

export function success(code: OutcomeCode, message: string, refs: Refs = {}): Answer {
  return { severity: 'SUCCESS', code: OUTCOME_CODES[code], codeName: code, message, refs };
}

export function info(message: string, refs: Refs = {}): Answer {
  return { severity: 'INFO', code: OUTCOME_CODES.NOTE, codeName: 'NOTE', message, refs };
}

/** Something that an operation left behind or could not do; `severity` tells whether the operation counts as failed. */
export function problem(
  severity: 'WARN' | 'ERROR',
  code: ErrorCode,
  message: string,
  options: OperationErrorOptions = {},
): Answer {
  return {
    severity,
    code: ERROR_CODES[code],
    codeName: code,
    message,
    cause: options.cause,
    correction: options.correction,
    details: options.details,
    refs: options.refs ?? {},
  };
}

export function fromError(error: OperationError): Answer {
  return {
    severity: 'ERROR',
    code: error.number,
    codeName: error.code,
    message: error.message,
    cause: error.because,
    correction: error.correction,
    details: error.details,
    refs: error.refs,
    ...(error instanceof PlacementError ? { placement: error.verdicts } : {}),
  };
}

export const failed = (answers: readonly Answer[]): boolean => answers.some((answer) => answer.severity === 'ERROR');
