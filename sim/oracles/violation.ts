/** What an oracle says when a promise is broken: which one, in one sentence, where and when. */

/** O numbers: docs/simulator.md; EXPECT: what the plan itself asks for; ASSERT: the core's own invariant; BOOT: metadata refused; RUNAWAY: no end in sight. */
export const ORACLES = {
  O1: 'acknowledged writes survive',
  O2: 'a flush makes durable',
  O3: 'reads are linearizable',
  O4: 'in-doubt writes do not flip back',
  O5: 'in-sync replicas are identical',
  O6: 'equal generations mean equal data',
  O7: 'every difference is marked',
  O8: 'no marks are left over',
  O9: 'a resync never overwrites newer data',
  O10: 'a resync moves only what is marked',
  O11: 'at most one writer',
  O12: 'writes follow one line of generations, and a fork is seen',
  O13: 'generations never go back, and relatives are known',
  O14: 'images are prefix consistent',
  O15: 'a snapshot is one cut',
  O16: 'states are true, of oneself and as known of others',
  O17: 'only the quorate partition answers',
  O18: 'a read over the network comes from an UpToDate peer',
  O19: 'verify finds what differs, and nothing else',
  O20: 'what the control plane has acknowledged is never lost',
  O21: 'copies never fall below what is asked for, and the last good one is never deleted',
  O22: 'what is wanted comes true, what was deleted stays deleted, and an old controller is not obeyed',
  O23: 'a repeated request does nothing more',
  O24: 'safety does not depend on clocks',
  O25: 'a resync gets on under writes',
  O26: 'the cluster converges after healing',
  O27: 'clients are served where data is in reach',
  O28: 'what a node keeps has a limit',
  O29: 'errors have a reason',
  O30: 'what is encoded is read back alike',
  EXPECT: 'the run goes as its plan says',
  ASSERT: 'the core keeps its invariants',
  BOOT: 'metadata survives every crash',
  RUNAWAY: 'a run ends',
} as const;
export type OracleId = keyof typeof ORACLES;

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly oracle: OracleId;

  constructor(oracle: OracleId, sentence: string) {
    super(sentence);
    this.oracle = oracle;
  }
}
