/** From the contract's answer entries to what the CLI renders. */
import { ERROR_CODES, type ErrorCode, OperationError } from '../../common/errors.ts';
import type { ApiAnswer__Output } from '../../proto/gen/lockstep/v1/ApiAnswer.ts';
import type { Answer, AnswerHead } from '../render/messages.ts';

export const hasError = (answers: readonly Answer[]): boolean => answers.some((answer) => answer.head === 'ERROR');
export const hasWarning = (answers: readonly Answer[]): boolean => answers.some((answer) => answer.head === 'WARNING');

export function fromApi(answers: readonly ApiAnswer__Output[]): Answer[] {
  return answers.map((answer) => ({
    head: headOf(answer.severity),
    code: answer.code,
    codeName: answer.codeName,
    message: answer.message,
    cause: answer.cause,
    correction: answer.correction,
    details: answer.details,
    refs: answer.refs,
    placement: answer.placement,
  }));
}

/** The first ERROR entry as what it stands for, for calls whose answer is a list otherwise. */
export function refusal(answers: readonly ApiAnswer__Output[]): OperationError | undefined {
  const error = fromApi(answers).find(({ head }) => head === 'ERROR');
  if (error === undefined) return undefined;
  const code = error.codeName in ERROR_CODES ? (error.codeName as ErrorCode) : 'INTERNAL';
  const { message, cause, correction, details, refs } = error;
  return new OperationError(code, message, {
    ...(cause === '' ? {} : { cause }),
    ...(correction === '' ? {} : { correction }),
    ...(details === '' ? {} : { details }),
    refs,
  });
}

/** A severity that a newer controller may know is shown, not hidden: as a warning. */
function headOf(severity: ApiAnswer__Output['severity']): AnswerHead {
  switch (severity) {
    case 'SEVERITY_SUCCESS':
      return 'SUCCESS';
    case 'SEVERITY_INFO':
      return 'INFO';
    case 'SEVERITY_ERROR':
      return 'ERROR';
    default:
      return 'WARNING';
  }
}
