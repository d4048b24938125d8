/** The leadership of the only controller: the embedded store is locked by its process, so nobody else can write. */
import type { Leadership, Term } from './leadership.ts';

export class SoleLeadership implements Leadership {
  async campaign(signal: AbortSignal): Promise<Term> {
    signal.throwIfAborted();
    return {
      conditions: [],
      ended: new AbortController().signal,
      // Nobody could do better: it goes on serving what it knows.
      giveUp: () => {},
      resign: async () => {},
    };
  }

  leader(): undefined {
    return undefined;
  }
}
