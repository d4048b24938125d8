/**
 * Makes and removes the backing store of one volume, in phases that survive a crash: what exists under the volume's
 * name before the record says `formatting` may be somebody else's and is inspected, never overwritten; afterwards it is
 * ours and is formatted from the start again; `ready` comes only after everything is durable.
 */
import { randomBytes } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import type { Generation, NodeId, VolumeNumber } from '../../common/ids.ts';
import { closeBackingVolume, readWhole } from '../engine/backing.ts';
import { DEFAULT_OPTIONS } from '../../common/options/options.ts';
import { formatMetadata, readMetadata } from '../replication/metadata/format.ts';
import { JUST_CREATED } from '../replication/metadata/generation-id.ts';
import { type MetadataLayout, planLayout, SUPERBLOCK_BYTES } from '../replication/metadata/layout.ts';
import { chooseSuperblock, NO_QUORUM_RECORD, type Superblock } from '../replication/metadata/superblock.ts';
import type { BlockDevice } from '../storage/block-device.ts';
import type { BackingVolume, StorageProvider, VolumeId } from '../storage/provider.ts';
import type { StoredVolume, VolumePhase } from './desired-state.ts';

export interface MakeVolume {
  readonly provider: StorageProvider;
  readonly resource: string;
  readonly node: NodeId;
  readonly volume: StoredVolume;
  /** Makes the phase durable before the next step. */
  readonly record: (phase: VolumePhase) => Promise<void>;
}

/** @throws OperationError NOT_ENOUGH_SPACE, BACKING_STORE_*, METADATA_FOREIGN; a repeated call goes on where it stood. */
export async function makeVolume(make: MakeVolume): Promise<void> {
  const { provider, resource, volume, record } = make;
  const id = { resource, volume: volume.volume };
  const layout = layoutOf(volume);
  if (volume.phase === 'creating') {
    if ((await claim(make, id, layout)) === 'adopted') return record('ready');
    await record('formatting');
  }
  const backing = await openOrCreate(provider, id, volume, layout);
  try {
    await format(backing, layout, freshSuperblock(make, layout));
  } finally {
    await closeBackingVolume(backing);
  }
  await record('ready');
}

/** Metadata needed for the volume, to know what fits into a pool. */
export function layoutOf(volume: Pick<StoredVolume, 'sizeBytes' | 'peerSlots' | 'blockBytes'>): MetadataLayout {
  return planLayout({
    dataBytes: volume.sizeBytes,
    slots: volume.peerSlots,
    blockBytes: volume.blockBytes,
    alExtents: DEFAULT_OPTIONS.alExtents,
  });
}

/**
 * `made`: a blank backing store of ours, to be formatted. `adopted`: it carries our own metadata already, which happens
 * when the local record was lost. Anything else is refused, and what was claimed for the look is given back.
 */
async function claim(make: MakeVolume, id: VolumeId, layout: MetadataLayout): Promise<'made' | 'adopted'> {
  const { provider, volume } = make;
  let created = true;
  try {
    await closeBackingVolume(await provider.create(id, volume.sizeBytes, layout.totalBytes));
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'BACKING_STORE_EXISTS') throw error;
    created = false;
  }
  const found = await inspect(make, id);
  if (found.kind === 'ours') return 'adopted';
  if (found.kind === 'blank') {
    if (created || provider.kind === 'DEVICE') return 'made';
    // Made by us before a crash and never used. Only a new one is sure to read as zeroes.
    await provider.remove(id);
    await closeBackingVolume(await provider.create(id, volume.sizeBytes, layout.totalBytes));
    return 'made';
  }
  if (created && provider.kind === 'DEVICE') await provider.remove(id);
  throw found.error;
}

type Inspection =
  | { readonly kind: 'blank' }
  | { readonly kind: 'ours' }
  | { readonly kind: 'refused'; readonly error: OperationError };

async function inspect({ provider, resource, node, volume }: MakeVolume, id: VolumeId): Promise<Inspection> {
  const backing = await provider.open(id);
  try {
    const image = await readWhole(backing.metadata);
    if (image.subarray(0, 2 * SUPERBLOCK_BYTES).every((byte) => byte === 0)) return { kind: 'blank' };
    const checked = readMetadata(image, { resource, volume: volume.volume, node });
    if (checked.ok) return { kind: 'ours' };
    // A device that never held a volume of ours has any bytes at its end: only a superblock, even one that is damaged or
    // of a newer version, makes it somebody's.
    const found = chooseSuperblock(image);
    const isStrange = !found.ok && (found.reason === 'bad-magic' || found.reason === 'too-short');
    if (provider.kind === 'DEVICE' && isStrange) return { kind: 'blank' };
    const { code, message, cause, correction } = checked;
    return {
      kind: 'refused',
      error: new OperationError(code, message, { cause, correction, details: `backing store: ${backing.path}` }),
    };
  } finally {
    await closeBackingVolume(backing);
  }
}

async function openOrCreate(
  provider: StorageProvider,
  id: VolumeId,
  volume: StoredVolume,
  layout: MetadataLayout,
): Promise<BackingVolume> {
  const exists = (await provider.list()).some((other) => other.resource === id.resource && other.volume === id.volume);
  return exists ? provider.open(id) : provider.create(id, volume.sizeBytes, layout.totalBytes);
}

function freshSuperblock({ resource, node, volume }: MakeVolume, layout: MetadataLayout): Superblock {
  const initial =
    volume.initialGeneration === undefined ? undefined : (BigInt(`0x${volume.initialGeneration}`) as Generation);
  return {
    sequence: 1,
    resource,
    volume: volume.volume,
    node,
    dataBytes: volume.sizeBytes,
    slots: layout.slots,
    blockBytes: volume.blockBytes,
    alExtents: DEFAULT_OPTIONS.alExtents,
    deviceUuid: randomBytes(8).readBigUInt64BE(),
    current: initial ?? JUST_CREATED,
    history: [],
    consistent: initial !== undefined,
    wasUpToDate: initial !== undefined,
    crashedPrimary: false,
    quorum: NO_QUORUM_RECORD,
    peers: [],
    spare: undefined,
  };
}

/** In the order that formatMetadata gives: the superblock comes last, so metadata that has one is complete. */
async function format(backing: BackingVolume, layout: MetadataLayout, superblock: Superblock): Promise<void> {
  for (const { offset, data, flushAfter } of formatMetadata(layout, superblock)) {
    await write(backing.metadata, offset, data);
    if (flushAfter) await flush(backing.metadata);
  }
  await flush(backing.data);
}

const write = (device: BlockDevice, offset: number, data: Uint8Array): Promise<void> =>
  settled('write', (done) => device.write(offset, [data], done));
const flush = (device: BlockDevice): Promise<void> => settled('flush', (done) => device.flush(done));

function settled(what: string, start: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === undefined) resolve();
      else
        reject(
          new OperationError('BACKING_STORE_FAILED', `the ${what} of fresh metadata failed`, { cause: error.message }),
        );
    });
  });
}

/**
 * Idempotent: a store that is gone already is success. A device outlives its volume, so its superblocks are erased first:
 * else a later volume of the same name would find the old data and take it for its own.
 */
export async function removeVolume(provider: StorageProvider, resource: string, volume: VolumeNumber): Promise<void> {
  const id = { resource, volume };
  const exists = (await provider.list()).some((other) => other.resource === resource && other.volume === volume);
  if (!exists) return;
  if (provider.kind === 'DEVICE') await eraseSuperblocks(await provider.open(id));
  await provider.remove(id);
}

async function eraseSuperblocks(backing: BackingVolume): Promise<void> {
  try {
    await write(backing.metadata, 0, new Uint8Array(2 * SUPERBLOCK_BYTES));
    await flush(backing.metadata);
  } finally {
    await closeBackingVolume(backing);
  }
}
