/** What is refused for a reason that passes is asked for again. */
import { OperationError } from '../../common/errors.ts';

const PASSING: readonly string[] = ['RESYNC_RUNNING', 'IN_TRANSITION'];
const PATIENCE_TRIES = 8;
const PATIENCE_MS = 250;

/** Other nodes may be growing this very volume at the moment: that passes. */
export async function patiently(ask: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const passes = error instanceof OperationError && PASSING.includes(error.code);
      if (!passes || tries === PATIENCE_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    }
  }
}
