/**
 * Diskful to diskless and back while the resource is in use (toggle-disk, DRBD 9 §7.3).
 *
 *   diskful ──retire-disk: detached, agreed on as any detach──→ diskless by intention ──intend-disk──→ diskful, Diskless ──attach──→ …
 *
 * What the peers make of it is told to them one by one (`add-peer` with or without a slot): until a peer has a slot for this
 * node again it refuses the disk.
 */
import { OperationError } from '../../../common/errors.ts';
import { requestDetach } from '../cluster-change/requests.ts';
import type { ClientRequestId } from '../payload.ts';
import { defer, type Resource, type Volume } from '../state.ts';
import { isLastCopy } from './last-copy.ts';

const OK = { ok: true } as const;

export function retireDisk(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (isLastCopy(r, volume, r.node)) {
    const error = new OperationError('LAST_UP_TO_DATE_COPY', `volume ${volume.number} cannot become diskless here`, {
      cause: 'this is the last UpToDate copy that this node can reach',
      correction: 'Wait until another replica is connected and UpToDate.',
    });
    return r.ports.completeClient(client, { ok: false, error });
  }
  if (volume.md === undefined) {
    intend(r, volume, false);
    return r.ports.completeClient(client, OK);
  }
  volume.retiring = client;
  requestDetach(r, client, volume, false);
}

export function intendDisk(r: Resource, client: ClientRequestId, volume: Volume): void {
  intend(r, volume, true);
  r.ports.completeClient(client, OK);
}

function intend(r: Resource, volume: Volume, diskful: boolean): void {
  volume.config = { ...volume.config, diskful };
  defer(r, { kind: 'reconsider-roles' });
}
