/**
 * Volumes as files in a directory: `<resource>_<5-digit volume number>` and `<the same>.md` for the metadata.
 * FILE allocates everything at creation, FILE_THIN only the metadata. The data file appears last at creation and goes
 * first at removal, so it is what says that a volume exists; anything else that a crash leaves is swept up by `list`.
 */
import { execFile } from 'node:child_process';
import { access, type FileHandle, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asOperationError, OperationError } from '../../common/errors.ts';
import { parseName, VOLUME_NUMBER_MAX, volumeNumber } from '../../common/ids.ts';
import { bytes, bytesToKibCeil } from '../../common/units.ts';
import { ensureDirectory, syncDirectory } from '../provision/durable-file.ts';
import { Exclusive } from './exclusive.ts';
import { BackingFile, type GrowableDevice, openFileDevice } from './file-device.ts';
import type { AddedArea, BackingVolume, StorageProvider, VolumeId } from './provider.ts';

const METADATA_SUFFIX = '.md';
const TEMPORARY_SUFFIX = '.creating';
/** Below, zeroes are written sooner than a child process is made, and nobody waits for the fork of this process. */
const FALLOCATE_BYTES_MIN = 1_048_576;
const ZEROES = new Uint8Array(4 * 1_048_576);

export interface FileProviderOptions {
  readonly directory: string;
  readonly kind: 'FILE' | 'FILE_THIN';
}

export class FileProvider implements StorageProvider {
  readonly kind: 'FILE' | 'FILE_THIN';
  readonly zeroedWhenNew = true;
  readonly #directory: string;
  /** `list` sweeps up what looks half made: never while something is being made. */
  readonly #exclusive = new Exclusive();

  private constructor({ directory, kind }: FileProviderOptions) {
    this.#directory = directory;
    this.kind = kind;
  }

  /** Creates the directory if it is missing. */
  static async open(options: FileProviderOptions): Promise<FileProvider> {
    try {
      await ensureDirectory(options.directory);
    } catch (error) {
      throw failed(`the directory ${options.directory} cannot be used`, error);
    }
    return new FileProvider(options);
  }

  async capacity(): Promise<{ readonly totalKib: number; readonly freeKib: number }> {
    const { blocks, bavail, bsize } = await statfs(this.#directory);
    return { totalKib: Math.floor((blocks * bsize) / 1024), freeKib: Math.floor((bavail * bsize) / 1024) };
  }

  create(id: VolumeId, dataBytes: number, metadataBytes: number): Promise<BackingVolume> {
    return this.#exclusive.run(() => this.#create(id, dataBytes, metadataBytes));
  }

  async #create(id: VolumeId, dataBytes: number, metadataBytes: number): Promise<BackingVolume> {
    const path = this.#pathOf(id);
    if (await exists(path)) {
      throw new OperationError('BACKING_STORE_EXISTS', `${path} exists already`, {
        cause: 'a volume of that name is or was on this node',
        correction: 'Remove it if nobody needs its data, or choose another name.',
        refs: { resource: id.resource, volume: String(id.volume) },
      });
    }
    await this.#checkSpace(this.kind === 'FILE' ? dataBytes + metadataBytes : metadataBytes);
    const metadataPath = path + METADATA_SUFFIX;
    const temporaries = [metadataPath + TEMPORARY_SUFFIX, path + TEMPORARY_SUFFIX] as const;
    try {
      await makeFile(temporaries[0], metadataBytes, true);
      await makeFile(temporaries[1], dataBytes, this.kind === 'FILE');
      await rename(temporaries[0], metadataPath);
      await syncDirectory(this.#directory);
      await rename(temporaries[1], path);
      await syncDirectory(this.#directory);
    } catch (error) {
      for (const temporary of temporaries) await rm(temporary, { force: true });
      if (!(await exists(path))) await rm(metadataPath, { force: true });
      throw isOutOfSpace(error)
        ? notEnoughSpace(this.#directory, errorText(error))
        : failed(`${path} cannot be created`, error);
    }
    return this.#open(path);
  }

  async open(id: VolumeId): Promise<BackingVolume> {
    return this.#open(this.#pathOf(id));
  }

  async #open(path: string): Promise<BackingVolume> {
    const zeroing = this.kind === 'FILE_THIN' ? 'unmap' : 'keep';
    const data = await BackingFile.open({ path, zeroing });
    const dataDevice = data.window(0, data.sizeBytes);
    const metadataPath = path + METADATA_SUFFIX;
    try {
      if (!(await exists(metadataPath))) {
        throw new OperationError('METADATA_MISSING', `${path} has no metadata`, {
          cause: `${metadataPath} does not exist`,
          correction: 'Bring the file back, or delete this replica and create it again: it will be synced from a peer.',
        });
      }
      const metadata = await openFileDevice({ path: metadataPath, zeroing: 'keep' });
      const allocatedBytes = async () => (await allocated(path)) + (await allocated(metadataPath));
      const grow = async (dataBytes: number, metadataBytes: number): Promise<AddedArea> => {
        await this.#enlarge(metadata, metadataPath, metadataBytes, true);
        await this.#enlarge(dataDevice, path, dataBytes, this.kind === 'FILE');
        return 'zeroes';
      };
      return { data: dataDevice, metadata, path, allocatedBytes, grow };
    } catch (error) {
      await dataDevice.close();
      throw error;
    }
  }

  async #enlarge(device: GrowableDevice, path: string, sizeBytes: number, allocate: boolean): Promise<void> {
    const before = device.sizeBytes;
    if (sizeBytes <= before) return;
    if (allocate) await this.#checkSpace(sizeBytes - before);
    try {
      if (allocate) await allocateBehind(path, before, sizeBytes);
      await device.enlarge(sizeBytes);
    } catch (error) {
      throw isOutOfSpace(error)
        ? notEnoughSpace(this.#directory, errorText(error))
        : failed(`${path} cannot be made larger`, error);
    }
  }

  remove(id: VolumeId): Promise<void> {
    const path = this.#pathOf(id);
    return this.#exclusive.run(async () => {
      await rm(path, { force: true });
      await syncDirectory(this.#directory);
      await rm(path + METADATA_SUFFIX, { force: true });
      await syncDirectory(this.#directory);
    });
  }

  /** Sorted. Removes what a crash left of volumes that were being created or removed. */
  list(): Promise<readonly VolumeId[]> {
    return this.#exclusive.run(async () => {
      const names = (await readdir(this.#directory)).sort();
      const volumes = new Map<string, VolumeId>();
      for (const name of names) {
        const id = parseFileName(name);
        if (id !== undefined) volumes.set(name, id);
      }
      for (const name of names) if (isLeftover(name, volumes)) await rm(join(this.#directory, name), { force: true });
      return [...volumes.values()];
    });
  }

  #pathOf({ resource, volume }: VolumeId): string {
    // The rule has no "/" and no ".": a name cannot leave the directory.
    parseName('resource', resource);
    return join(this.#directory, `${resource}_${String(volume).padStart(5, '0')}`);
  }

  async #checkSpace(neededBytes: number): Promise<void> {
    const { freeKib } = await this.capacity();
    const neededKib = bytesToKibCeil(bytes(neededBytes));
    if (neededKib > freeKib)
      throw notEnoughSpace(this.#directory, `${neededKib} KiB are needed, ${freeKib} KiB are free`);
  }
}

function parseFileName(name: string): VolumeId | undefined {
  const [, resource = '', digits = ''] = /^([A-Za-z_][A-Za-z0-9_-]*)_(\d{5})$/.exec(name) ?? [];
  const number = Number(digits);
  if (resource === '' || number > VOLUME_NUMBER_MAX) return undefined;
  try {
    return { resource: parseName('resource', resource), volume: volumeNumber(number) };
  } catch {
    return undefined;
  }
}

/** Only names that we give ourselves: a foreign file in the directory is none of our business. */
function isLeftover(name: string, volumes: ReadonlyMap<string, VolumeId>): boolean {
  const isTemporary = name.endsWith(TEMPORARY_SUFFIX);
  const final = isTemporary ? name.slice(0, -TEMPORARY_SUFFIX.length) : name;
  const isMetadata = final.endsWith(METADATA_SUFFIX);
  const volume = isMetadata ? final.slice(0, -METADATA_SUFFIX.length) : final;
  if (parseFileName(volume) === undefined) return false;
  return isTemporary || (isMetadata && !volumes.has(volume));
}

/** A new file of that size that reads as zeroes, durable except for its name. An older temporary of that name is replaced. */
async function makeFile(path: string, sizeBytes: number, allocate: boolean): Promise<void> {
  const file = await open(path, 'w+', 0o600);
  try {
    await file.truncate(sizeBytes);
    if (allocate && sizeBytes > 0) await allocateWhole(path, file, sizeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function allocateWhole(path: string, file: FileHandle, sizeBytes: number): Promise<void> {
  if (sizeBytes >= FALLOCATE_BYTES_MIN && (await fallocate(path, 0, sizeBytes))) return;
  await writeZeroes(file, 0, sizeBytes);
}

/** The part of a file that is to be added at its end. */
async function allocateBehind(path: string, from: number, end: number): Promise<void> {
  if (await fallocate(path, from, end)) return;
  const file = await open(path, 'r+');
  try {
    await writeZeroes(file, from, end);
  } finally {
    await file.close();
  }
}

/** @returns false where there is no fallocate, or none for this file system. */
async function fallocate(path: string, from: number, end: number): Promise<boolean> {
  try {
    await promisify(execFile)('fallocate', ['--offset', String(from), '--length', String(end - from), path], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return true;
  } catch (error) {
    if (isOutOfSpace(error)) throw error;
    return false;
  }
}

async function writeZeroes(file: FileHandle, from: number, end: number): Promise<void> {
  for (let offset = from; offset < end; ) {
    const { bytesWritten } = await file.write(ZEROES, 0, Math.min(ZEROES.byteLength, end - offset), offset);
    offset += bytesWritten;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw failed(`${path} cannot be looked at`, error);
  }
}

const allocated = async (path: string): Promise<number> => (await stat(path)).blocks * 512;
const errorText = (error: unknown): string => asOperationError(error).message;
const isOutOfSpace = (error: unknown): boolean =>
  /ENOSPC|EFBIG|EDQUOT|No space left|File too large|quota exceeded/i.test(errorText(error));

function notEnoughSpace(directory: string, because: string): OperationError {
  return new OperationError('NOT_ENOUGH_SPACE', `there is not enough space in ${directory}`, {
    cause: because,
    correction: 'Free space, make the volume smaller, or use another storage pool.',
  });
}

function failed(message: string, error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  return new OperationError('BACKING_STORE_FAILED', message, {
    cause: errorText(error),
    correction: 'Check the directory, its file system and its permissions.',
  });
}
