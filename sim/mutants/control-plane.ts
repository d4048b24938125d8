/** Seeded bugs of the control plane, and of what satellites owe it. */
import { CONTROL_PLANE } from '../control-plane/scenarios.ts';
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const COPIES: readonly OracleId[] = ['O21'];
const WISHES: readonly OracleId[] = ['O20', 'O21', 'O22', 'O23'];

export const CONTROL_PLANE_MUTANTS: readonly Mutant[] = [
  {
    id: 'M48',
    title: 'a replica may go though it is the last good one',
    file: 'controller/service/deletion-guard.ts',
    find: `  if (good === undefined || staying`,
    replace: `  if (good !== undefined || staying`,
    scenarios: [CONTROL_PLANE],
    expected: COPIES,
  },
  {
    id: 'M49',
    fast: true,
    title: 'the predecessor goes before its successor is UpToDate',
    file: 'controller/replica-set/plan.ts',
    find: `    if (!isGood(view, status, successor)) {`,
    replace: `    if (!successor.diskful) {`,
    scenarios: [`${CONTROL_PLANE}:node-evacuate`, CONTROL_PLANE],
    expected: COPIES,
  },
  {
    id: 'M50',
    fast: true,
    title: 'a replica that is made anew follows no rule of its group',
    file: 'controller/replica-set/choose-place.ts',
    find: `      filter: { ...filter, nodeNames: allowed },`,
    replace: `      filter: { ...filter, replicasOnDifferent: [], nodeNames: allowed },`,
    scenarios: [CONTROL_PLANE],
    expected: COPIES,
  },
  {
    id: 'M51',
    fast: true,
    title: 'an operation is answered before it is durable',
    file: 'controller/state/cluster-state.ts',
    find: `      const revision = await this.commit(batch);
      for (const job of jobs) job.done(revision);`,
    replace: `      for (const job of jobs) job.done(this.currentRevision + 1);
      await this.commit(batch);`,
    scenarios: [`${CONTROL_PLANE}:controller-crash-mid-operation`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'M52',
    fast: true,
    title: 'a satellite obeys an epoch that is over',
    file: 'sim/control-plane/fence.ts',
    find: `if (commander.epoch < this.epoch) return`,
    replace: `if (commander.epoch < 0) return`,
    scenarios: [`${CONTROL_PLANE}:two-controllers`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'M53',
    title: 'after a reconnect only what changes is told',
    file: 'controller/satellites/satellite-session.ts',
    find: `      await this.send(client, plan, plan.desired, true, ending.signal);`,
    replace: `      await this.send(client, plan, { pools: [], resources: [] }, true, ending.signal);`,
    scenarios: [`${CONTROL_PLANE}:stale-satellite`, CONTROL_PLANE],
    fast: true,
    expected: WISHES,
  },
  {
    id: 'M54',
    fast: true,
    title: 'what was deleted while a node was away stays there',
    file: 'controller/reconcile/plan-node.ts',
    find: `        .map(planLeftover),`,
    replace: `        .map(planLeftover)
        .slice(0, 0),`,
    scenarios: [`${CONTROL_PLANE}:stale-satellite`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'M55',
    fast: true,
    title: 'a replica that goes leaves its bitmap slots behind',
    file: 'controller/replica-set/membership.ts',
    find: `  const without = withoutBitmapSlot(other, gone.nodeId);`,
    replace: `  const without = other;`,
    scenarios: [`${CONTROL_PLANE}:node-evacuate`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'L901',
    fast: true,
    title: 'the report of an earlier replica counts for the present one',
    file: 'controller/domain/observed.ts',
    find: `  if (own === undefined || own.nodeId !== nodeId) return 'unknown';`,
    replace: `  if (own === undefined) return 'unknown';`,
    scenarios: [CONTROL_PLANE],
    expected: COPIES,
  },
  {
    id: 'L902',
    fast: true,
    title: 'a repeated request is done again',
    file: 'controller/service/use-case.ts',
    find: `if (earlier !== undefined && earlier.operation === operation) return earlier;`,
    replace: `if (earlier !== undefined && earlier.operation === '') return earlier;`,
    scenarios: [`${CONTROL_PLANE}:controller-crash-mid-operation`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'L904',
    fast: true,
    title: 'a replica of a node that is away is waited for',
    file: 'controller/replica-set/membership.ts',
    find: `  draft.put('leftovers', { nodeName, resourceName, sinceMs: nowMs });`,
    replace: ``,
    scenarios: [`${CONTROL_PLANE}:stale-satellite`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'L905',
    fast: true,
    title: 'a tie-breaker that nobody needs stays',
    file: 'controller/replica-set/tie-breaker.ts',
    find: `    return isOnline(status, present.nodeName) ? { kind: 'remove', resource: present } : undefined;`,
    replace: `    return isOnline(status, '') ? { kind: 'remove', resource: present } : undefined;`,
    scenarios: [CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'L906',
    fast: true,
    title: 'the successor of a replica goes on being one for ever',
    file: 'controller/replica-set/plan.ts',
    find: `    if (predecessor === undefined) return { kind: 'fulfil', resource: successor, wish: 'replaces' };`,
    replace: `    if (predecessor === undefined) continue;`,
    scenarios: [`${CONTROL_PLANE}:node-evacuate`, CONTROL_PLANE],
    expected: WISHES,
  },
  {
    id: 'L907',
    fast: true,
    title: 'an object that failed on a satellite is not tried again',
    file: 'controller/reconcile/dirty-keys.ts',
    find: `      this.ready.add(key);
      this.wake?.();
    });
    this.failures`,
    replace: `      this.wake?.();
    });
    this.failures`,
    scenarios: [CONTROL_PLANE],
    expected: WISHES,
  },
];
