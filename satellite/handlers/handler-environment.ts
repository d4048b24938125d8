/** What a handler is told, in DRBD's environment variables. Values are data for the program, never parsed by a shell of ours. */
import { maskOf, maskWith, type PeerMask } from '../../common/ids.ts';
import type { HandlerCall } from '../replication/handlers/handler-calls.ts';
import type { ResourceStatus } from '../replication/status.ts';

/** @param backingPath the local data of a volume, if there are any */
export function handlerEnvironment(
  status: ResourceStatus,
  call: HandlerCall,
  backingPath: (volume: number) => string | undefined,
): Readonly<Record<string, string>> {
  const peer = status.connections.find((connection) => connection.peer === call.peer);
  const volumes = status.volumes.map(({ volume }) => volume).filter((each) => each === (call.volume ?? each));
  const environment: Record<string, string> = {
    DRBD_RESOURCE: status.name,
    DRBD_MY_NODE_ID: String(status.node),
    DRBD_VOLUME: volumes.join(' '),
    // There are no minor numbers here: scripts that only print it, or use it as a key, get the volume.
    DRBD_MINOR: volumes.join(' '),
    DRBD_LL_DISK: volumes.map((volume) => backingPath(volume) ?? 'none').join(' '),
    UP_TO_DATE_NODES: `0x${upToDateNodes(status, volumes).toString(16).toUpperCase().padStart(8, '0')}`,
  };
  for (const { peer: id, name } of status.connections) environment[`DRBD_NODE_ID_${id}`] = name;
  if (peer !== undefined) {
    environment['DRBD_PEER'] = peer.name;
    environment['DRBD_PEERS'] = peer.name;
    environment['DRBD_PEER_NODE_ID'] = String(peer.peer);
    environment['DRBD_CSTATE'] = call.state ?? peer.state;
  }
  return environment;
}

/** Nodes that have all of these volumes UpToDate, as far as this one sees. */
function upToDateNodes(status: ResourceStatus, volumes: readonly number[]): PeerMask {
  const own = status.volumes.every(({ volume, disk }) => !volumes.includes(volume) || disk === 'UpToDate');
  let nodes = own ? maskOf(status.node) : (0 as PeerMask);
  for (const { peer, state, peerDevices } of status.connections) {
    const isUpToDate = peerDevices.every(
      ({ volume, peerDisk }) => !volumes.includes(volume) || peerDisk === 'UpToDate',
    );
    if (state === 'Connected' && isUpToDate) nodes = maskWith(nodes, peer);
  }
  return nodes;
}
