/**
 * What became of each node in a run, in a few words that do not depend on the moment: comparable between the simulator and
 * real processes (docs/simulator.md, "Plans on real processes").
 */
import type { ReplicationEvent } from '../satellite/replication/events.ts';

export const FACTS = [
  'was Primary',
  'was synced',
  'gave a resync',
  'was Outdated',
  'saw a split brain',
  'lost its disk',
  'was suspended',
] as const;
export type Fact = (typeof FACTS)[number];

export class Ending {
  private readonly facts: readonly Set<Fact>[];

  constructor(nodes: number) {
    this.facts = Array.from({ length: nodes }, () => new Set<Fact>());
  }

  notified(node: number, event: ReplicationEvent): void {
    const fact = factOf(event);
    if (fact !== undefined) this.facts[node]?.add(fact);
  }

  has(node: number, fact: Fact): boolean {
    return this.facts[node]?.has(fact) === true;
  }

  /** One sentence per node, in the order of FACTS. @param but left out */
  sentences(but: readonly Fact[] = []): string[] {
    return this.facts.map(
      (facts, node) =>
        `n${node} ${FACTS.filter((fact) => facts.has(fact) && !but.includes(fact)).join(', ') || 'nothing'}`,
    );
  }
}

function factOf(event: ReplicationEvent): Fact | undefined {
  switch (event.kind) {
    case 'role':
      return event.role === 'Primary' ? 'was Primary' : undefined;
    case 'resync-end':
      if (event.blocks === 0) return undefined;
      return event.side === 'target' ? 'was synced' : 'gave a resync';
    case 'disk':
      if (event.to === 'Outdated') return 'was Outdated';
      return event.to === 'Failed' ? 'lost its disk' : undefined;
    case 'handshake':
      return event.rule === 22 || event.rule === 23 ? 'saw a split brain' : undefined;
    case 'suspended':
      return event.reasons.length > 0 ? 'was suspended' : undefined;
    default:
      return undefined;
  }
}
