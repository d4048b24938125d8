/** The data of this node give up passing for newest: by the outcome of a change, by what a handler found, by command. */
import { OperationError } from '../../../common/errors.ts';
import { diskAtLeast, isEstablished } from '../../../common/states.ts';
import type { ClientRequestId } from '../payload.ts';
import { followedPrimary } from '../roles/primaries.ts';
import { deviceOf, type Resource, type Volume } from '../state.ts';
import { setDisk } from '../transitions.ts';
import { persistSuperblock } from './persistence.ts';

export function outdateSelf(r: Resource, reason: string): void {
  for (const volume of r.volumes.values()) {
    if (!mayPassForNewest(volume)) continue;
    setDisk(r, volume, 'Outdated', reason);
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
}

const mayPassForNewest = (volume: Volume): boolean => volume.md !== undefined && diskAtLeast(volume.disk, 'Consistent');

/** By command, often that of another node's handler: answered when the disks say so, volume by volume. */
export function outdateByCommand(r: Resource, client: ClientRequestId): void {
  const error = objection(r);
  if (error !== undefined) r.ports.completeClient(client, { ok: false, error });
  else outdateNext(r, client);
}

export function outdateNext(r: Resource, client: ClientRequestId): void {
  const volume = [...r.volumes.values()].find(mayPassForNewest);
  if (volume === undefined) {
    r.ports.completeClient(client, { ok: true });
    return;
  }
  setDisk(r, volume, 'Outdated', 'outdated by command');
  persistSuperblock(r, volume, { kind: 'outdate-next', client });
}

function objection(r: Resource): OperationError | undefined {
  const refused = (cause: string, correction: string): OperationError =>
    new OperationError('OUTDATE_REFUSED', `the data of "${r.config.name}" on this node are not outdated`, {
      cause,
      correction,
    });
  const volumes = [...r.volumes.values()];
  if (r.role === 'Primary') return refused('this node is Primary', 'Demote it first.');
  if (volumes.some(({ disk }) => disk === 'Attaching' || disk === 'Negotiating' || disk === 'Detaching'))
    return refused('a disk is being attached or detached', 'Try again in a moment.');
  const isSource = [...r.connections.values()].some((each) =>
    volumes.some((volume) => deviceOf(each, volume).source !== undefined),
  );
  if (isSource) return refused('others are being brought up to date from here', 'Disconnect them first.');
  const primary = followedPrimary(r);
  const isKept = volumes.some(
    (volume) =>
      primary !== undefined && volume.disk === 'UpToDate' && isEstablished(deviceOf(primary, volume).replication),
  );
  if (primary === undefined || !isKept) return undefined;
  return refused(`the Primary "${primary.config.name}" keeps them up to date`, 'Disconnect from the Primary first.');
}
