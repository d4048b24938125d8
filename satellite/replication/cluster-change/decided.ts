/** The owner of a proposal gets its turn: all have agreed, somebody has objected, or an attempt has failed. Stands above the parts that own changes. */
import { unreachable } from '../../../common/assert.ts';
import { defer, type Resource } from '../state.ts';
import { commitChange, withdraw } from './coordinator.ts';
import type { Proposal } from './progress.ts';

export function onChangeDecided(r: Resource, proposal: Proposal): void {
  if (proposal.state === 'withdrawn' || proposal.state === 'done') return;
  const { change } = proposal;
  switch (change.kind) {
    case 'promote':
    case 'demote':
      defer(r, { kind: 'reconsider-roles' });
      return;
    case 'empty':
      if (proposal.state === 'agreed') commitChange(r, proposal);
      else if (proposal.state === 'refused') withdraw(r, proposal);
      return;
    case 'connect':
    case 'disconnect':
    case 'attach':
    case 'detach':
    case 'resize':
      return;
    default:
      return unreachable(change);
  }
}
