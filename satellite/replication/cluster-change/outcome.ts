/** What a commit does on every node that it reaches, whatever the change was. */
import { EMPTY_MASK, maskHas, maskOf, type NodeId } from '../../../common/ids.ts';
import { outdateSelf } from '../disk/outdate.ts';
import { noteOutlived } from '../handshake/witnesses.ts';
import { learnHold } from '../reconciliation/release.ts';
import { isWeak } from '../roles/primaries.ts';
import { defer, deviceOf, type Resource } from '../state.ts';
import type { ChangeOutcome } from './progress.ts';
import { neighboursAfter, noteBeyond, union, without } from './tally.ts';

/**
 * Who leaves a Primary by a graceful disconnect. It is Outdated from the commit on if somebody relies on that: with quorum or
 * fencing (DRBD 9, §6.1). Nothing is assumed of a node whose link was broken already: it has agreed to nothing.
 */
function departs(r: Resource, { change, initiator, primaries }: ChangeOutcome): boolean {
  if (change.kind !== 'disconnect') return false;
  const other = r.node === initiator ? change.peer : r.node === change.peer ? initiator : undefined;
  if (other === undefined || r.role === 'Primary' || !maskHas(primaries, other)) return false;
  return reliesOnOutdated(r, other);
}

export function reliesOnOutdated(r: Resource, peer: NodeId): boolean {
  return r.options.quorum !== 'off' || (r.connections.get(peer)?.options.fencing ?? 'dont-care') !== 'dont-care';
}

/**
 * A node without a link to a capable Primary does not get its writes: it must not pass for UpToDate (DRBD 9, §6.2).
 * Once there is no such Primary any more, its neighbours are asked again what they have.
 */
export function learnOutcome(r: Resource, outcome: ChangeOutcome): void {
  const wasWeak = isWeak(r);
  noteBeyond(r, outcome.reachable);
  const around = union(maskOf(r.node), neighboursAfter(r, outcome.change, outcome.initiator));
  const isLeftBehind = maskHas(outcome.weak, r.node) && r.role !== 'Primary';
  r.changes.farPrimaries = isLeftBehind ? without(outcome.primaries, around) : EMPTY_MASK;
  if (departs(r, outcome)) outdateSelf(r, 'left its Primary');
  if (r.changes.farPrimaries !== EMPTY_MASK) outdateSelf(r, 'a Primary is out of reach');
  else if (wasWeak) {
    defer(r, { kind: 'reconsider-roles' });
    // A node that is about to be Primary (by force) keeps its links: they carry the COMMIT. The self-check asks later.
    const becomesPrimary = outcome.initiator === r.node && outcome.change.kind === 'promote';
    if (!becomesPrimary) askNeighboursAgain(r);
  }
  noteOutlived(r, outcome);
  learnHold(r, outcome.primaries);
}

function askNeighboursAgain(r: Resource): void {
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    const isBehind = [...r.volumes.values()].some(
      (volume) => volume.disk === 'Outdated' && deviceOf(connection, volume).peerDisk === 'UpToDate',
    );
    if (isBehind)
      defer(r, {
        kind: 'drop-link',
        connection,
        state: 'NetworkFailure',
        reason: 'no Primary is out of reach any more',
      });
  }
}

export function report(
  r: Resource,
  { initiator, transaction }: { readonly initiator: NodeId; readonly transaction: number },
  { change, reachable, primaries }: Pick<ChangeOutcome, 'change' | 'reachable' | 'primaries'>,
  phase: 'joined' | 'committed' | 'aborted',
): void {
  r.ports.notify({ kind: 'cluster-change', phase, initiator, transaction, change: change.kind, reachable, primaries });
}
