/** What a commit does on every node that it reaches, whatever the change was. */
import { EMPTY_MASK, maskHas, maskOf, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { diskAtLeast } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { isWeak } from '../roles/primaries.ts';
import { defer, deviceOf, type Resource } from '../state.ts';
import { setDisk } from '../transitions.ts';
import type { ChangeId, ClusterChange } from '../wire/two-phase-frames.ts';
import { neighbours, union, without } from './tally.ts';

export interface ChangeOutcome extends ChangeId {
  readonly change: ClusterChange;
  readonly reachable: PeerMask;
  readonly primaries: PeerMask;
  readonly weak: PeerMask;
  readonly sizeBytes: Bytes;
}

/**
 * A node without a link to a capable Primary does not get its writes: it must not pass for UpToDate (DRBD 9, §6.2).
 * Once there is no such Primary any more, its neighbours are asked again what they have.
 */
export function learnOutcome(r: Resource, outcome: ChangeOutcome): void {
  const wasWeak = isWeak(r);
  r.changes.farPrimaries =
    outcome.weak === EMPTY_MASK || !maskHas(outcome.weak, r.node)
      ? EMPTY_MASK
      : without(outcome.primaries, union(maskOf(r.node), neighbours(r)));
  if (isWeak(r)) outdateSelf(r, 'a Primary is out of reach');
  else if (wasWeak) askNeighboursAgain(r);
}

function outdateSelf(r: Resource, reason: string): void {
  for (const volume of r.volumes.values()) {
    if (volume.md === undefined || !diskAtLeast(volume.disk, 'Consistent')) continue;
    setDisk(r, volume, 'Outdated', reason);
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
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
