/** Answer entries as the LINSTOR client prints them: a head, then labelled parts, each text indented by four. */
import type { OperationError } from '../../common/errors.ts';
import type { PlacementVerdict__Output } from '../../proto/gen/lockstep/v1/PlacementVerdict.ts';
import { apiJson } from './api-json.ts';
import { type Colour, paint, printable, type Style } from '../terminal.ts';

export type AnswerHead = 'SUCCESS' | 'INFO' | 'WARNING' | 'ERROR';

/** One entry of an answer (design D10), as the CLI understands it. Empty text = absent. */
export interface Answer {
  readonly head: AnswerHead;
  readonly code: number;
  readonly codeName: string;
  readonly message: string;
  readonly cause: string;
  readonly correction: string;
  readonly details: string;
  readonly refs: Readonly<Record<string, string>>;
  /** Places that were looked at; in words they are part of the details. */
  readonly placement?: readonly PlacementVerdict__Output[];
}

const HEAD_COLOURS: Readonly<Record<AnswerHead, Colour>> = {
  SUCCESS: 'green',
  INFO: 'blue',
  WARNING: 'yellow',
  ERROR: 'red',
};

/** @returns whole lines, the last one ended too. */
export function renderAnswer(answer: Answer, style: Style): string {
  const head = paint(style, HEAD_COLOURS[answer.head], `${answer.head}:`);
  const report = answer.refs['error_report'];
  const parts = [
    ['Cause', answer.cause],
    ['Correction', answer.correction],
    ['Details', answer.details],
    ['Show reports', report === undefined ? '' : `lockstep error-reports show ${report}`],
  ].filter(([, text]) => text !== '');
  const code = answer.head === 'ERROR' || answer.head === 'WARNING' ? codeLabel(answer) : '';
  if (parts.length === 0 && code === '') return `${head}\n${indented(answer.message)}`;
  const lines = [`${head}\n`, `Description:\n${indented(answer.message + code)}`];
  for (const [label, text] of parts) lines.push(`${label}:\n${indented(text ?? '')}`);
  return lines.join('');
}

/** ` (NODE_NOT_FOUND, 1102)`: what to search for in docs/errors.md. */
function codeLabel(answer: Answer): string {
  return answer.codeName === '' ? '' : ` (${answer.codeName}, ${answer.code})`;
}

function indented(text: string): string {
  return printable(text)
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
}

/** A failure that was found on this side, in the same shape. */
export function answerOf(error: OperationError): Answer {
  return {
    head: 'ERROR',
    code: error.number,
    codeName: error.code,
    message: error.message,
    cause: error.because ?? '',
    correction: error.correction ?? '',
    details: error.details ?? '',
    refs: error.refs,
  };
}

/** The entry as `-m` prints it: keys and words of the contract, absent parts left out. */
export function answerJson(answer: Answer): Record<string, unknown> {
  const json: Record<string, unknown> = {
    severity: answer.head === 'WARNING' ? 'WARN' : answer.head,
    code: answer.code,
    code_name: answer.codeName,
    message: answer.message,
  };
  if (answer.cause !== '') json['cause'] = answer.cause;
  if (answer.correction !== '') json['correction'] = answer.correction;
  if (answer.details !== '') json['details'] = answer.details;
  if (Object.keys(answer.refs).length > 0) json['refs'] = answer.refs;
  if (answer.placement !== undefined && answer.placement.length > 0) json['placement'] = apiJson(answer.placement);
  return json;
}
