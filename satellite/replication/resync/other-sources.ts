/** The sources of a volume beside the one that is being asked: whether there are any, and what becomes of them once it is UpToDate. */
import { maskHas, type PeerMask } from '../../../common/ids.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { isPrimaryInSight } from '../roles/primaries.ts';
import { connectedWith, defer, deviceOf, type Resource, type Volume } from '../state.ts';
import { setReplication } from '../transitions.ts';
import { bringCrashedPrimary, isBroughtBack } from './crashed-source.ts';
import { abandonTarget } from './target.ts';

/**
 * UpToDate now. A source of the same generation has nothing to add if it is in sync with the one that has brought us here
 * (`inSync`; its marks end with PEERS_IN_SYNC); any other may, such as a crashed Primary that returns: a new handshake decides,
 * or the pair would pass for mirrored although its marks were never compared. A Primary in sight settles the marks itself.
 */
export function leaveOtherSyncs(r: Resource, volume: Volume, inSync?: PeerMask): void {
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (device.target === undefined) continue;
    const { ofCrashedPrimary } = device.target;
    abandonTarget(r, device);
    const isBrought = ofCrashedPrimary && isBroughtBack(r, connection);
    const isSettled = isBrought || inSync === undefined || maskHas(inSync, connection.peer) || isPrimaryInSight(r);
    if (sameGeneration(device.peerCurrent, volume.current) && isSettled) {
      setReplication(r, device, 'Established');
      if (isBrought) bringCrashedPrimary(device);
    } else
      defer(r, {
        kind: 'drop-link',
        connection,
        state: 'NetworkFailure',
        reason: 'synced from another node: new handshake',
      });
  }
}

/**
 * An UpToDate source has something for this disk, or is about to. A peer that is like us does not know of that yet: it may have told
 * that it is UpToDate just before it became a target of the same source.
 */
export const hasSource = (r: Resource, volume: Volume): boolean =>
  [...r.connections.values()].some((connection) => {
    const { target, peerDisk } = deviceOf(connection, volume);
    return target !== undefined && peerDisk === 'UpToDate';
  });

/** Is this node still bringing the volume up to date from somebody? */
export function isTarget(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values()) {
    if (connectedWith(r, connection.peer) !== undefined && deviceOf(connection, volume).target !== undefined)
      return true;
  }
  return false;
}
