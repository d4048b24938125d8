/** From the local record to what the engine serves. */
import type { ReplicationOptions } from '../../common/options/options.ts';
import type { HostedPeer, HostedResource, HostedVolume } from '../engine/engine.ts';
import type { DesiredPeer, StoredResource, StoredVolume } from './desired-state.ts';
import { connectionOptions, diskOptions, resourceOptions } from './option-texts.ts';

/** @param base what counts where the record says nothing @throws OperationError OPTION_* */
export const hostedResource = (record: StoredResource, base: ReplicationOptions): HostedResource => ({
  name: record.name,
  localName: record.localName,
  node: record.node,
  volumes: record.volumes.filter(({ phase }) => phase !== 'removing').map(hostedVolume),
  peers: record.peers.map(hostedPeer),
  options: { ...base, ...resourceOptions(record.options) },
});

export const hostedVolume = ({ volume, sizeBytes, diskful, pool, options }: StoredVolume): HostedVolume => ({
  volume,
  sizeBytes,
  diskful,
  pool,
  options: diskOptions(options),
});

export const hostedPeer = ({ node, name, protocol, diskful, slot, host, port, options }: DesiredPeer): HostedPeer => ({
  node,
  name,
  protocol,
  diskful,
  slot,
  address: { host, port },
  options: connectionOptions(options),
});
