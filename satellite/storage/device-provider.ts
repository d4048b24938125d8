/**
 * Volumes on whole block devices (disks, partitions, logical volumes): one volume per device, data from the start,
 * metadata at the end. Which device holds which volume is recorded in a state file, since the device itself is not
 * touched here: what is on it is judged, and formatted, by the caller. Regular files are accepted as devices.
 */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { asOperationError, OperationError } from '../../common/errors.ts';
import { parseName, volumeNumber } from '../../common/ids.ts';
import { readIfPresent, writeDurably } from '../provision/durable-file.ts';
import { storeSizeBytes } from './block-device-size.ts';
import { assert } from '../../common/assert.ts';
import { MovableDevice } from './movable-device.ts';
import { Exclusive } from './exclusive.ts';
import { BackingFile } from './file-device.ts';
import type { AddedArea, BackingVolume, StorageProvider, VolumeId } from './provider.ts';

export interface DeviceProviderOptions {
  /** Absolute paths; names that do not change between boots (/dev/disk/by-id/…, /dev/<vg>/<lv>) are best. */
  readonly devices: readonly string[];
  /** JSON, written durably at each change. Its directory exists. */
  readonly stateFile: string;
}

const byteCount = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const assignmentSchema = z.object({
  device: z.string().min(1),
  resource: z.string().min(1),
  volume: z.number().int().nonnegative(),
  dataBytes: byteCount,
  metadataOffset: byteCount,
  metadataBytes: byteCount,
});
const stateSchema = z.object({ version: z.literal(1), assignments: z.array(assignmentSchema) });
type Assignment = z.infer<typeof assignmentSchema>;

const ALIGN_BYTES = 4096;
const alignDown = (value: number): number => Math.floor(value / ALIGN_BYTES) * ALIGN_BYTES;
const alignUp = (value: number): number => Math.ceil(value / ALIGN_BYTES) * ALIGN_BYTES;

export class DeviceProvider implements StorageProvider {
  readonly kind = 'DEVICE';
  readonly zeroedWhenNew = false;
  readonly #devices: readonly string[];
  readonly #stateFile: string;
  readonly #exclusive = new Exclusive();
  #assignments: readonly Assignment[];

  private constructor({ devices, stateFile }: DeviceProviderOptions, assignments: readonly Assignment[]) {
    this.#devices = devices;
    this.#stateFile = stateFile;
    this.#assignments = assignments;
  }

  /** @throws OperationError STORE_FAILED if the record is damaged, INVALID_ARGUMENT, BACKING_STORE_FAILED */
  static async open(options: DeviceProviderOptions): Promise<DeviceProvider> {
    if (options.devices.length === 0)
      throw new OperationError('INVALID_ARGUMENT', 'a device pool needs at least one device');
    for (const device of options.devices) {
      if (!device.startsWith('/')) throw new OperationError('INVALID_ARGUMENT', `"${device}" is not an absolute path`);
      await sizeOf(device);
    }
    return new DeviceProvider(options, await readAssignments(options.stateFile));
  }

  async capacity(): Promise<{ readonly totalKib: number; readonly freeKib: number }> {
    let total = 0;
    let free = 0;
    for (const device of this.#devices) {
      const size = await sizeOf(device);
      total += size;
      if (!this.#isTaken(device)) free += size;
    }
    return { totalKib: Math.floor(total / 1024), freeKib: Math.floor(free / 1024) };
  }

  /** Takes the smallest free device that is large enough. Its contents stay as they are, metadata area included. */
  create(id: VolumeId, dataBytes: number, metadataBytes: number): Promise<BackingVolume> {
    parseName('resource', id.resource);
    return this.#exclusive.run(async () => {
      if (this.#find(id) !== undefined) {
        throw new OperationError('BACKING_STORE_EXISTS', `volume ${id.resource}/${id.volume} has a device already`, {
          cause: `it is on ${this.#find(id)?.device ?? 'a device of the pool'}`,
          correction: 'Remove it if nobody needs its data, or choose another name.',
        });
      }
      const { device, sizeBytes } = await this.#smallestFor(alignUp(dataBytes) + alignUp(metadataBytes));
      const area = alignUp(metadataBytes);
      const assignment = { device, ...id, dataBytes, metadataOffset: alignDown(sizeBytes) - area, metadataBytes: area };
      // Opened before it is recorded: a device that is in use elsewhere is not taken.
      const backing = await this.#open(id, assignment);
      try {
        await this.#record([...this.#assignments, assignment]);
      } catch (error) {
        await backing.data.close();
        await backing.metadata.close();
        throw error;
      }
      return backing;
    });
  }

  async open(id: VolumeId): Promise<BackingVolume> {
    const assignment = this.#find(id);
    if (assignment === undefined) {
      throw new OperationError('BACKING_STORE_FAILED', `no device is recorded for volume ${id.resource}/${id.volume}`, {
        cause: `${this.#stateFile} does not name one`,
        correction: 'Bring the record back, or delete this replica and create it again: it will be synced from a peer.',
      });
    }
    return this.#open(id, assignment);
  }

  remove(id: VolumeId): Promise<void> {
    return this.#exclusive.run(async () => {
      const found = this.#find(id);
      if (found !== undefined) await this.#record(this.#assignments.filter((assignment) => assignment !== found));
    });
  }

  async list(): Promise<readonly VolumeId[]> {
    return this.#assignments.map(({ resource, volume }) => ({ resource, volume: volumeNumber(volume) }));
  }

  async #open(id: VolumeId, { device, dataBytes, metadataOffset, metadataBytes }: Assignment): Promise<BackingVolume> {
    const file = await BackingFile.open({
      path: device,
      expectedBytes: Math.max(dataBytes, metadataOffset + metadataBytes),
      zeroing: 'unmap',
    });
    const data = file.window(0, dataBytes);
    const metadata = new MovableDevice(file.window(metadataOffset, metadataBytes));
    const grow = (wantedData: number, wantedMetadata: number): Promise<AddedArea> =>
      this.#exclusive.run<AddedArea>(async () => {
        const assigned = this.#find(id);
        assert(assigned !== undefined, 'a volume in use has its device');
        const next = planGrowth(assigned, await file.noticeSize(), wantedData, wantedMetadata);
        const commit = (): Promise<void> =>
          this.#record(this.#assignments.map((each) => (each === assigned ? next : each)));
        if (next.metadataOffset === assigned.metadataOffset) await commit();
        else await metadata.moveTo(file.window(next.metadataOffset, next.metadataBytes), commit);
        await data.enlarge(next.dataBytes);
        return 'anything';
      });
    return { data, metadata, path: device, allocatedBytes: () => file.allocatedBytes(), grow };
  }

  #find(id: VolumeId): Assignment | undefined {
    return this.#assignments.find(({ resource, volume }) => resource === id.resource && volume === id.volume);
  }

  #isTaken(device: string): boolean {
    return this.#assignments.some((assignment) => assignment.device === device);
  }

  async #smallestFor(neededBytes: number): Promise<{ readonly device: string; readonly sizeBytes: number }> {
    const free: { readonly device: string; readonly sizeBytes: number }[] = [];
    for (const device of this.#devices)
      if (!this.#isTaken(device)) free.push({ device, sizeBytes: await sizeOf(device) });
    const fitting = free
      .filter(({ sizeBytes }) => alignDown(sizeBytes) >= neededBytes)
      .sort((a, b) => a.sizeBytes - b.sizeBytes)[0];
    if (fitting !== undefined) return fitting;
    const largest = Math.max(0, ...free.map(({ sizeBytes }) => sizeBytes));
    throw new OperationError('NOT_ENOUGH_SPACE', 'no free device of the pool is large enough', {
      cause: `${neededBytes} bytes are needed with metadata; ${free.length} devices are free, the largest has ${largest} bytes`,
      correction: 'Add a device to the pool, or make the volume smaller.',
    });
  }

  async #record(assignments: readonly Assignment[]): Promise<void> {
    await writeDurably(this.#stateFile, `${JSON.stringify({ version: 1, assignments }, undefined, 2)}\n`);
    this.#assignments = assignments;
  }
}

async function readAssignments(stateFile: string): Promise<readonly Assignment[]> {
  const damaged = (because: string): OperationError =>
    new OperationError('STORE_FAILED', `the record ${stateFile} is damaged`, {
      cause: because,
      correction: 'Restore it from a backup. Without it nobody knows which device holds which volume.',
    });
  const text = await readIfPresent(stateFile);
  if (text === undefined) return [];
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw damaged(asOperationError(error).message);
  }
  const parsed = stateSchema.safeParse(content);
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error));
  const devices = parsed.data.assignments.map(({ device }) => device);
  if (new Set(devices).size !== devices.length) throw damaged('it names one device twice');
  return parsed.data.assignments;
}

/**
 * Metadata stay at the end of the device, which may be another one now. They are copied there before the record names the new place, so
 * the copy must not overwrite what it is made from. @throws OperationError NOT_ENOUGH_SPACE
 */
function planGrowth(assigned: Assignment, deviceBytes: number, wantedData: number, wantedMetadata: number): Assignment {
  const dataBytes = Math.max(wantedData, assigned.dataBytes);
  const metadataBytes = Math.max(alignUp(wantedMetadata), assigned.metadataBytes);
  if (metadataBytes === assigned.metadataBytes && dataBytes <= assigned.metadataOffset)
    return { ...assigned, dataBytes };
  const metadataOffset = alignDown(deviceBytes) - metadataBytes;
  const overlaps = Math.abs(metadataOffset - assigned.metadataOffset) < assigned.metadataBytes;
  if (metadataOffset >= dataBytes && !overlaps) return { ...assigned, dataBytes, metadataOffset, metadataBytes };
  // Perhaps there is room for another bitmap as it is.
  if (dataBytes === assigned.dataBytes) return assigned;
  const least = Math.max(alignUp(dataBytes), assigned.metadataOffset + assigned.metadataBytes) + metadataBytes;
  throw new OperationError('NOT_ENOUGH_SPACE', `${assigned.device} is too small for that volume`, {
    cause: `it has ${deviceBytes} bytes; with the metadata, which move to its new end, ${least} are needed`,
    correction:
      'Make the device larger (lvextend, for instance), then repeat this. Or create the replica anew on another one.',
  });
}

async function sizeOf(device: string): Promise<number> {
  try {
    return await storeSizeBytes(device, await stat(device));
  } catch (error) {
    if (error instanceof OperationError) throw error;
    throw new OperationError('BACKING_STORE_FAILED', `the device ${device} cannot be used`, {
      cause: asOperationError(error).message,
      correction: 'Check that it exists and is readable.',
    });
  }
}
