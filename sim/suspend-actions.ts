/** What administrators do around suspended I/O and fencing in a plan. */
import type { NodeId } from '../common/ids.ts';
import { type OptionChange, optionNamed } from '../common/options/option-table.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { SimNode } from './sim-node.ts';

interface SuspendWorld {
  readonly agenda: Agenda;
  readonly nodes: readonly SimNode[];
  /** I/O of the node has come to rest by command: the moment for a snapshot. */
  snapshot(node: SimNode): void;
}

/** Suspends, waits for the answer, looks at the replicas, waits, looks again, and resumes; whatever happens meanwhile. */
export function suspendIo({ agenda, snapshot }: SuspendWorld, node: SimNode, forMs: number): void {
  if (node.state !== 'up' || node.stopping) return;
  const { incarnation } = node;
  node.request(
    (id) => ({ kind: 'suspend-io', id }),
    (outcome) => {
      if (outcome.ok && node.incarnation === incarnation) snapshot(node);
    },
  );
  agenda.after(forMs * 1_000, EVENT_CLASS.fault, () => {
    if (!node.alive || node.incarnation !== incarnation) return;
    node.request(
      (id) => ({ kind: 'resume-io', id }),
      () => {},
    );
  });
}

export function outdate(node: SimNode): void {
  if (node.state !== 'up') return;
  node.request(
    (id) => ({ kind: 'outdate', id }),
    () => {},
  );
}

/** On every node that runs; a restart brings back what the plan says. */
export function setOption({ nodes }: SuspendWorld, name: string, value: string): void {
  const change: OptionChange = {
    scope: optionNamed(name).scope,
    peer: undefined as NodeId | undefined,
    volume: undefined,
    values: { [name]: value },
  };
  for (const node of nodes) {
    if (node.state !== 'up') continue;
    node.request(
      (id) => ({ kind: 'set-options', id, change }),
      () => {},
    );
  }
}
