/** The OperationError that a promise rejects with; anything else fails the test. */
import { OperationError } from '../../common/errors.ts';

export async function rejection(promise: Promise<unknown>): Promise<OperationError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error('it should have been refused');
}
