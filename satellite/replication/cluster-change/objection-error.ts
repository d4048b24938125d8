/** An objection in the words of people. */
import { OperationError } from '../../../common/errors.ts';
import type { Objection } from '../wire/two-phase-frames.ts';

/** @param objection undefined: nobody objected, but the change could not be agreed on in time. */
export function objectionError(objection: Objection | undefined): OperationError {
  switch (objection) {
    case undefined:
      return new OperationError('IN_TRANSITION', 'the cluster could not agree on the change in time', {
        correction: 'Check the connections, then try again.',
      });
    case 'other-primary':
      return new OperationError('OTHER_PRIMARY', 'another node is Primary already', {
        correction: 'Stop its client or demote it first: only one node may write.',
      });
    case 'being-stopped':
      return new OperationError('IN_TRANSITION', 'a peer is being stopped', { correction: 'Try again in a moment.' });
    case 'last-data':
      return new OperationError('LAST_UP_TO_DATE_COPY', 'this is the last copy that the Primary can reach', {
        correction: 'Demote the resource, or connect an UpToDate peer first.',
      });
    case 'no-such-volume':
      return new OperationError('VOLUME_NOT_FOUND', 'a peer does not have this volume yet');
    case 'no-such-peer':
      return new OperationError('INVALID_ARGUMENT', 'a peer does not know the node that is meant');
    case 'no-quorum':
      return new OperationError('NOT_PROMOTABLE', 'a peer says that this part of the cluster has no quorum');
    case 'reconciling':
      return new OperationError('IN_TRANSITION', 'the survivors of a lost Primary are still comparing their data', {
        correction: 'Try again in a moment.',
      });
    case 'size':
      return new OperationError('INVALID_SIZE', 'a disk has no room for this size', {
        cause: 'its data area is too small, or its metadata area has no room for another bitmap beside the present one',
        correction: 'Make it larger first, on every node: lockstepadm grow-disk.',
      });
    case 'resync':
      return new OperationError('RESYNC_RUNNING', 'a resync of this volume is running, or a disk is being attached', {
        correction: 'Try again when it has ended.',
      });
    case 'in-use':
      return new OperationError('SHRINK_REFUSED', 'the volume is in use: it cannot become smaller', {
        correction: 'Stop its client, wait a moment, then try again.',
      });
    case 'no-disk':
      return new OperationError('PEERS_NOT_CONNECTED', 'a node that holds a replica has no disk attached', {
        cause: 'whether that disk has room for the size is not known',
        correction: 'Attach it first. To grow without knowing: --assume-peer-has-space.',
      });
  }
}
