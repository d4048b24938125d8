/** Is something about to go for good that nobody else has? */
import type { NodeId } from '../../../common/ids.ts';
import { connectedWith, deviceOf, type Resource, type Volume } from '../state.ts';

/** The copy on `node` (this one or a peer) is UpToDate, and no other that this node can reach. */
export function isLastCopy(r: Resource, volume: Volume, node: NodeId): boolean {
  let others = 0;
  let own = false;
  if (volume.disk === 'UpToDate') {
    if (node === r.node) own = true;
    else others += 1;
  }
  for (const { peer } of r.connections.values()) {
    const connection = connectedWith(r, peer);
    if (connection === undefined || deviceOf(connection, volume).peerDisk !== 'UpToDate') continue;
    if (peer === node) own = true;
    else others += 1;
  }
  return own && others === 0;
}
