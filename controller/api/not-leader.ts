/** How a controller that does not lead answers: the status, and for clients that follow, the address of who does. */
import { Metadata, type ServiceError, status as grpcStatus } from '@grpc/grpc-js';
import { OperationError } from '../../common/errors.ts';
import { fromError } from '../domain/answer.ts';
import { renderAnswer } from './render.ts';

/** Address HOST:PORT of the leader; absent while there is none. */
const LEADER_METADATA = 'lockstep-leader';
/** The answer entry of the refusal, as JSON. */
const ANSWER_METADATA = 'lockstep-answer-bin';

export type Refusal = Pick<ServiceError, 'code' | 'details' | 'metadata'>;

export function notLeader(leader: string | undefined): Refusal {
  const error = new OperationError('NOT_LEADER', 'This controller does not lead', {
    cause: leader === undefined ? 'No controller leads at the moment.' : `The leader is ${leader}.`,
    correction:
      leader === undefined
        ? 'Ask again in a few seconds. If it lasts, look at the logs of the controllers and at their store.'
        : `Ask it, or give the client the list of all controllers: --controllers or LS_CONTROLLERS.`,
    ...(leader === undefined ? {} : { refs: { leader } }),
  });
  const metadata = new Metadata();
  if (leader !== undefined) metadata.set(LEADER_METADATA, leader);
  metadata.set(ANSWER_METADATA, Buffer.from(JSON.stringify(renderAnswer(fromError(error)))));
  const details = [error.message, error.because].join(': ');
  return { code: grpcStatus.FAILED_PRECONDITION, details, metadata };
}
