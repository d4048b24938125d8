/** Questions of fencing (DRBD 9 §6.3). Nothing is changed here. */
import { OperationError } from '../../../common/errors.ts';
import type { Connection, Resource, Volume } from '../state.ts';
import { dataReachable } from '../write/data-access.ts';

/** A peer that is meant to have a disk, on a connection whose option `fencing` asks for something. */
export const isFencing = ({ config, options }: Connection): boolean =>
  config.diskful && options.fencing !== 'dont-care';

/** It is away, and for all we know it may be writing, or be promoted with what it has. */
const mayBeServing = (connection: Connection): boolean =>
  connection.state !== 'Connected' && [...connection.devices.values()].some((device) => !device.peerOutdated);

/** This node may not go on without the peer before somebody has made sure of it. */
export const needsFencing = (connection: Connection): boolean => isFencing(connection) && mayBeServing(connection);

/** One node without data has nothing to protect: its requests fail, or wait, for that reason alone. */
export const hasDataToProtect = (r: Resource): boolean =>
  [...r.volumes.values()].some((volume) => dataReachable(r, volume) || volume.heldByFencing);

/** `resource-and-stonith`: nothing is written or answered before the peer is known to be out. */
export function isFrozenByFencing(r: Resource): boolean {
  if (r.role !== 'Primary' || !hasDataToProtect(r)) return false;
  for (const connection of r.connections.values()) {
    const freezes = connection.options.fencing === 'resource-and-stonith' && !connection.waived;
    if (freezes && needsFencing(connection)) return true;
  }
  return false;
}

/** A disk may pass for newest only if no peer can have gone on without it (DRBD 9 §1.3). */
export const isHeldByFencing = (r: Resource, volume: Volume): boolean =>
  [...r.connections.values()].some(
    (connection) =>
      isFencing(connection) &&
      connection.state !== 'Connected' &&
      connection.devices.get(volume.number)?.peerOutdated !== true,
  );

/** Why this node may not become Primary; undefined: as far as fencing goes, it may. */
export function fencingObstacle(r: Resource): OperationError | undefined {
  for (const connection of r.connections.values()) {
    if (!needsFencing(connection)) continue;
    const { name } = connection.config;
    return new OperationError('PEER_NOT_FENCED', `node "${name}" is away, and is not known to be outdated`, {
      cause:
        connection.fence === 'failed'
          ? 'the handler fence-peer has not confirmed that the node is out'
          : 'option fencing: the handler fence-peer has to confirm that the node is out',
      correction:
        'Connect the node, or repair the handler fence-peer; promote with --force only if the node is known to be down.',
      refs: { node: name },
    });
  }
  return undefined;
}
