/**
 * The difference between what this node has of a resource and what the controller wants, as steps in the order in which
 * they are safe. Pure: same inputs, same steps; after all of them the difference is empty. A volume or peer that cannot
 * be changed while it lives yields a refusal and leaves everything else to go on.
 */
import { OperationError } from '../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import { type OptionTexts, sameTexts } from './option-texts.ts';
import type { DesiredPeer, DesiredResource, DesiredVolume, StoredResource, StoredVolume } from './desired-state.ts';

export type ResourceStep =
  | { readonly kind: 'remove-volume'; readonly volume: VolumeNumber }
  | { readonly kind: 'add-volume'; readonly volume: DesiredVolume }
  /** Diskful to diskless, and back, in place. */
  | { readonly kind: 'retire-volume'; readonly volume: DesiredVolume }
  | { readonly kind: 'place-volume'; readonly volume: DesiredVolume }
  /** Recorded before and not finished: a crash or an error came between. */
  | { readonly kind: 'finish-volume'; readonly volume: VolumeNumber }
  /** Larger than it was: the backing store first, then the volume, once all replicas have the room. */
  | { readonly kind: 'grow-volume'; readonly volume: VolumeNumber; readonly sizeBytes: Bytes }
  | { readonly kind: 'remove-peer'; readonly node: NodeId }
  | { readonly kind: 'add-peer'; readonly peer: DesiredPeer }
  /** Of the resource, or of one volume: they count at once. */
  | { readonly kind: 'set-options'; readonly volume: VolumeNumber | undefined; readonly options: OptionTexts }
  /** Another address, protocol or name, other options: the connection lives on. */
  | { readonly kind: 'update-peer'; readonly peer: DesiredPeer }
  | { readonly kind: 'refuse'; readonly error: OperationError };

/** `removed`: numbers that carry the delete flag. A volume that is merely absent stays. */
export interface WantedResource {
  readonly resource: DesiredResource;
  readonly removed: readonly VolumeNumber[];
}

export function planResource(stored: StoredResource, wanted: WantedResource): readonly ResourceStep[] {
  const { resource, removed } = wanted;
  if (stored.node !== resource.node) {
    return [
      refuse(
        stored.name,
        `its node id here is ${stored.node}, not ${resource.node}`,
        'Delete the resource on this node and create it again.',
      ),
    ];
  }
  return [
    ...planOptions(undefined, stored.options, resource.options),
    ...removed
      .filter((number) => stored.volumes.some(({ volume }) => volume === number))
      .map((volume) => ({ kind: 'remove-volume', volume }) as const),
    ...planPeersToRemove(stored, resource.peers),
    ...planPeersToAdd(stored, resource.peers),
    ...resource.volumes.flatMap((volume) => planVolume(stored, volume)),
  ];
}

function planOptions(volume: VolumeNumber | undefined, had: OptionTexts, wanted: OptionTexts): readonly ResourceStep[] {
  return sameTexts(had, wanted) ? [] : [{ kind: 'set-options', volume, options: wanted }];
}

/** A volume is made with the options that it has; what is wanted beyond them may be refused, and is a step of its own. */
function planVolume(stored: StoredResource, wanted: DesiredVolume): readonly ResourceStep[] {
  const had = stored.volumes.find(({ volume }) => volume === wanted.volume);
  const options = had === undefined || had.phase === 'removing' ? {} : had.options;
  return [...planDisk(stored, had, { ...wanted, options }), ...planOptions(wanted.volume, options, wanted.options)];
}

function planDisk(
  stored: StoredResource,
  had: StoredVolume | undefined,
  wanted: DesiredVolume,
): readonly ResourceStep[] {
  if (had === undefined) return [{ kind: 'add-volume', volume: wanted }];
  const where = `${stored.name}/${wanted.volume}`;
  if (had.phase === 'removing')
    return [
      { kind: 'remove-volume', volume: had.volume },
      { kind: 'add-volume', volume: wanted },
    ];
  const change = unsupportedChange(had, wanted);
  if (change === undefined && had.diskful !== wanted.diskful)
    return [{ kind: wanted.diskful ? 'place-volume' : 'retire-volume', volume: wanted }];
  if (change !== undefined) return [refuse(where, change, 'Delete the replica on this node and create it again.')];
  const finish: readonly ResourceStep[] = had.phase === 'ready' ? [] : [{ kind: 'finish-volume', volume: had.volume }];
  if (had.sizeBytes === wanted.sizeBytes) return finish;
  return [...finish, { kind: 'grow-volume', volume: had.volume, sizeBytes: wanted.sizeBytes }];
}

/** Block size, slots and initial generation count only when the replica is made. */
function unsupportedChange(had: StoredVolume, wanted: DesiredVolume): string | undefined {
  if (had.diskful && wanted.diskful && had.pool !== wanted.pool)
    return `it lives in storage pool ${had.pool ?? '-'} and cannot move to ${wanted.pool ?? '-'}`;
  if (had.sizeBytes > wanted.sizeBytes)
    return `its size is ${had.sizeBytes} bytes and cannot become ${wanted.sizeBytes} in use`;
  return undefined;
}

/**
 * The bitmap slot and the peer's disk belong to the tracking of its data: a change of them is a removal and an addition. Not where
 * the peer had no disk, or this node has none: then nothing is tracked yet, and without the links a Primary that gets a disk
 * would lose its copies, one after the other, while it writes.
 */
const sameTracking = ({ volumes }: StoredResource, had: DesiredPeer, wanted: DesiredPeer): boolean =>
  !had.diskful ||
  (had.diskful === wanted.diskful && (had.slot === wanted.slot || !volumes.some((each) => each.diskful)));
const samePeer = (a: DesiredPeer, b: DesiredPeer): boolean =>
  a.diskful === b.diskful &&
  a.slot === b.slot &&
  a.host === b.host &&
  a.port === b.port &&
  a.protocol === b.protocol &&
  a.name === b.name &&
  sameTexts(a.options, b.options);

function planPeersToRemove(stored: StoredResource, wanted: readonly DesiredPeer[]): readonly ResourceStep[] {
  return stored.peers
    .filter((peer) => !wanted.some((other) => other.node === peer.node && sameTracking(stored, peer, other)))
    .map(({ node }) => ({ kind: 'remove-peer', node }) as const);
}

function planPeersToAdd(stored: StoredResource, wanted: readonly DesiredPeer[]): readonly ResourceStep[] {
  return wanted.flatMap((peer): readonly ResourceStep[] => {
    const known = stored.peers.find((other) => other.node === peer.node);
    if (known === undefined || !sameTracking(stored, known, peer)) return [{ kind: 'add-peer', peer }];
    return samePeer(known, peer) ? [] : [{ kind: 'update-peer', peer }];
  });
}

function refuse(what: string, cause: string, correction: string): ResourceStep {
  return {
    kind: 'refuse',
    error: new OperationError('INVALID_ARGUMENT', `${what} cannot be changed as asked`, { cause, correction }),
  };
}
