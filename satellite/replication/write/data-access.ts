/** Is there data to work on? */
import { deviceOf, type Resource, type Volume } from '../state.ts';

/** An UpToDate copy is here or one connection away. */
export function dataReachable(r: Resource, volume: Volume): boolean {
  if (volume.disk === 'UpToDate') return true;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    if (deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
  }
  return false;
}
