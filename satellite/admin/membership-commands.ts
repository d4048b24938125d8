/** `del-peer`, `forget-peer`, `new-peer`: until the next start of the satellite, or until the controller says otherwise. */
import { OperationError } from '../../common/errors.ts';
import type { Engine, HostedPeer } from '../engine/engine.ts';

export interface KnownPeers {
  readonly engine: Engine;
  /** As the controller has told them, also of peers that were removed by hand. */
  readonly storedPeers: (resource: string) => readonly HostedPeer[] | undefined;
}

interface PeerArgs {
  readonly resource: string;
  /** Name or node id. */
  readonly peer: string | number;
}

export const delPeer = (known: KnownPeers, args: PeerArgs): Promise<void> =>
  known.engine.removePeer(args.resource, storedPeer(known, args).node);

export const forgetPeer = (known: KnownPeers, args: PeerArgs): Promise<void> =>
  known.engine.perform(args.resource, { kind: 'forget-peer', peer: storedPeer(known, args).node });

export const newPeer = (known: KnownPeers, args: PeerArgs): Promise<void> =>
  known.engine.addPeer(args.resource, storedPeer(known, args));

function storedPeer({ storedPeers }: KnownPeers, { resource, peer }: PeerArgs): HostedPeer {
  const peers = storedPeers(resource) ?? [];
  const found = peers.find(({ name, node }) => name === peer || String(node) === String(peer));
  if (found !== undefined) return found;
  throw new OperationError('NODE_NOT_FOUND', `resource ${resource} has no peer "${peer}"`, {
    correction: `Its peers: ${peers.map(({ name }) => name).join(', ') || 'none'}.`,
    refs: { resource },
  });
}
