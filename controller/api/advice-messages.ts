/** Advice between proto/lockstep/v1 and the controller's own types. */
import { asOperationError } from '../../common/errors.ts';
import type { ListAdviceRequest__Output } from '../../proto/gen/lockstep/v1/ListAdviceRequest.ts';
import type { ListAdviceResponse } from '../../proto/gen/lockstep/v1/ListAdviceResponse.ts';
import { fromError } from '../domain/answer.ts';
import { advise } from '../service/advice.ts';
import type { ServiceContext } from '../service/use-case.ts';
import { renderAnswer } from './render.ts';

export function listAdvice(context: ServiceContext, request: ListAdviceRequest__Output): ListAdviceResponse {
  const { status, waitingOf } = context;
  try {
    return { answers: [], advice: [...advise({ view: context.state.view, status, waitingOf }, request)] };
  } catch (error) {
    return { answers: [renderAnswer(fromError(asOperationError(error)))], advice: [] };
  }
}
