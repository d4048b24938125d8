/** From what the engine is told to what a core is told, and what an engine refuses beforehand. */
import { OperationError } from '../../common/errors.ts';
import { fencingConflict } from '../../common/options/option-table.ts';
import type { ReplicationOptions } from '../../common/options/options.ts';
import type { PeerConfig, VolumeConfig } from '../replication/config.ts';

export const coreVolume = ({ volume, sizeBytes, diskful, options }: VolumeConfig): VolumeConfig =>
  options === undefined ? { volume, sizeBytes, diskful } : { volume, sizeBytes, diskful, options };

export const corePeer = ({ node, name, protocol, diskful, slot, options }: PeerConfig): PeerConfig => ({
  node,
  name,
  protocol,
  diskful,
  slot,
  ...(options === undefined ? {} : { options }),
});

export function withoutCertificate(): OperationError {
  return new OperationError('OPTION_UNSUPPORTED', 'tls cannot be set on this node', {
    cause: 'this satellite was started without a certificate',
    correction: 'Start it with --tls-cert, --tls-key and --tls-ca.',
  });
}

/** A resource whose option was set for the whole satellite, and whose connections do not go with it. */
export function refuseStonith(options: ReplicationOptions, peer: PeerConfig): void {
  const conflict = fencingConflict({ ...options, ...peer.options }, [peer.protocol]);
  if (conflict === undefined) return;
  throw new OperationError('OPTION_CONFLICT', conflict, {
    cause: `the connection to "${peer.name}" uses protocol ${peer.protocol}`,
    correction: 'Use protocol B or C, or fencing resource-only.',
  });
}
