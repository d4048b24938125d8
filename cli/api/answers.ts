/** From the contract's answer entries to what the CLI renders. */
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
