/** Makes a move of the planner in the records. What satellites have to do for it follows from the records. */
import { unreachable } from '../../common/assert.ts';
import { findDefinition } from '../domain/cluster-view.ts';
import type { ClusterStatus } from '../domain/observed.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import type { Draft } from '../state/tables.ts';
import { addReplicas, forgetReplica, makeDiskful, removeReplica } from './membership.ts';
import type { Move } from './plan.ts';

export interface MoveContext {
  readonly status: ClusterStatus;
  readonly nowMs: number;
  readonly newGeneration: () => string;
}

/** @throws OperationError PEER_SLOTS_EXHAUSTED. */
export function makeMove(draft: Draft, definition: ResourceDefinition, move: Move, context: MoveContext): void {
  const { nowMs, newGeneration } = context;
  switch (move.kind) {
    case 'forget':
      forgetReplica(draft, move.resource);
      if (move.owed) addOwed(draft, definition.name, 1);
      return;
    case 'fulfil':
      draft.put('resources', { ...move.resource, [move.wish]: undefined });
      return;
    case 'remove':
      removeReplica(draft, context.status, move.resource, nowMs);
      return;
    case 'add': {
      const places = [{ nodeName: move.pool.nodeName, pool: move.pool }];
      const replaces = move.replaces === undefined ? {} : { replaces: move.replaces };
      addReplicas(draft, definition, { places, nowMs, newGeneration, ...replaces });
      if (move.replaces === undefined) addOwed(draft, definition.name, -1);
      return;
    }
    case 'give-disk':
      makeDiskful(draft, move.resource, move.pool, {
        diskChange: { kind: 'adding', by: 'auto-diskful', requestedAtMs: nowMs },
        autoDiskful: true,
      });
      return;
    case 'settle-owed':
      draft.put('definitions', { ...definition, owedReplicas: undefined });
      return;
    case 'add-tie-breaker': {
      const places = [{ nodeName: move.nodeName, pool: undefined }];
      addReplicas(draft, definition, { places, tieBreaker: true, nowMs, newGeneration });
      return;
    }
    default:
      return unreachable(move);
  }
}

function addOwed(draft: Draft, resourceName: string, count: number): void {
  const definition = findDefinition(draft, resourceName);
  if (definition === undefined || definition.deletionRequestedAtMs !== undefined) return;
  const owed = (definition.owedReplicas ?? 0) + count;
  draft.put('definitions', { ...definition, owedReplicas: owed > 0 ? owed : undefined });
}
