/** What is in use is neither changed nor removed. */
import { OperationError } from '../../common/errors.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { ResourceStatus } from '../replication/status.ts';

/**
 * @param volume `undefined`: none may be open, nor may an operator have promoted the resource
 * @throws OperationError RESOURCE_IN_USE
 */
export function assertClosed(name: string, status: ResourceStatus, volume: VolumeNumber | undefined): void {
  const open = status.volumes.filter(
    (candidate) => candidate.open && (volume === undefined || candidate.volume === volume),
  );
  if (open.length === 0 && (volume !== undefined || status.role !== 'Primary')) return;
  throw new OperationError(
    'RESOURCE_IN_USE',
    `${volume === undefined ? name : `${name}/${volume}`} is in use on this node`,
    {
      cause:
        open.length > 0
          ? `a client has volume ${open.map((candidate) => candidate.volume).join(', ')} open`
          : 'it is Primary here',
      correction:
        open.length > 0 ? 'Disconnect the client first.' : `Make it Secondary first: lockstepadm secondary ${name}.`,
      refs: { resource: name },
    },
  );
}
