/**
 * The volumes of this node as NBD exports: `<resource>/<volume number>`, and `<resource>` alone for volume 0. A client
 * that starts to transmit opens read-write and so promotes the resource; the core decides whether it may.
 */
import type { ErrorCode, OperationError } from '../../common/errors.ts';
import { VOLUME_NUMBER_MAX, type VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import type {
  NbdDone,
  NbdErrno,
  NbdExport,
  NbdExports as ExportTable,
  NbdOpenDone,
  NbdOpenMode,
  NbdReadDone,
  NbdSession,
  NbdZeroOptions,
} from '../nbd/export.ts';
import type { ClientOutcome } from '../replication/ports.ts';
import { DEFAULT_OPTIONS } from '../../common/options/options.ts';
import type { ResourceStatus, VolumeStatus } from '../replication/status.ts';
import { ByteChunks } from '../replication/wire/byte-chunks.ts';
import type { ResourceHost } from './resource-host.ts';

const PREFERRED_BLOCK = 4_096;
const PREFERRED_BLOCK_MAX = 1_048_576;
const MAXIMUM_BLOCK = 32 * 1_048_576;

const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));

export interface HostTable {
  host(name: string): ResourceHost | undefined;
  hosts(): readonly ResourceHost[];
}

export const exportName = (resource: string, volume: VolumeNumber): string => `${resource}/${volume}`;

export class NbdExports implements ExportTable {
  readonly #table: HostTable;

  constructor(table: HostTable) {
    this.#table = table;
  }

  find(name: string): NbdExport | undefined {
    const parsed = parseExportName(name);
    if (parsed === undefined) return undefined;
    const host = this.#table.host(parsed.resource);
    if (host === undefined || host.failure !== undefined) return undefined;
    const status = host.status();
    const volume = status.volumes.find((candidate) => candidate.volume === parsed.volume);
    return volume === undefined ? undefined : new VolumeExport(host, status, volume);
  }

  list(): readonly NbdExport[] {
    return this.#table
      .hosts()
      .filter((host) => host.failure === undefined)
      .flatMap((host) => {
        const status = host.status();
        return status.volumes.map((volume) => new VolumeExport(host, status, volume));
      });
  }
}

/** @returns undefined for what cannot be the name of a volume. Leading zeroes are not another spelling of a number. */
export function parseExportName(
  name: string,
): { readonly resource: string; readonly volume: VolumeNumber } | undefined {
  const match = /^([A-Za-z_][A-Za-z0-9_-]*)(?:\/(0|[1-9][0-9]{0,4}))?$/.exec(name);
  const resource = match?.[1];
  if (resource === undefined) return undefined;
  const volume = Number(match?.[2] ?? 0);
  return volume > VOLUME_NUMBER_MAX ? undefined : { resource, volume: volume as VolumeNumber };
}

class VolumeExport implements NbdExport {
  readonly sizeBytes: number;
  readonly description: string;
  readonly readOnly = false;
  /** One core orders all requests, and a flush covers every write completed before it, whoever sent it. */
  readonly canMultiConn = true;
  /** The core speaks in sectors; option `block-size` in more of them. */
  readonly minimumBlock: number;
  readonly preferredBlock: number;
  readonly canTrim: boolean;
  readonly maximumBlock = MAXIMUM_BLOCK;
  readonly #host: ResourceHost;
  readonly #volume: VolumeNumber;

  constructor(host: ResourceHost, status: ResourceStatus, volume: VolumeStatus) {
    this.#host = host;
    this.#volume = volume.volume;
    const { blockSize, discardGranularityBytes } = host.diskOptions(volume.volume) ?? DEFAULT_OPTIONS;
    this.minimumBlock = Number(blockSize);
    this.canTrim = discardGranularityBytes !== 0;
    // Clients that free space do it in these blocks.
    const freed = Math.min(discardGranularityBytes, PREFERRED_BLOCK_MAX);
    this.preferredBlock = isPowerOfTwo(freed) && freed > PREFERRED_BLOCK ? freed : PREFERRED_BLOCK;
    this.sizeBytes = volume.sizeBytes - (volume.sizeBytes % this.minimumBlock);
    this.description = `Lockstep volume ${volume.volume} of ${status.name}: ${status.role}, ${volume.disk}`;
  }

  /** Clients stay connected when the resource gets another name. */
  get name(): string {
    return exportName(this.#host.name, this.#volume);
  }

  open(mode: NbdOpenMode, done: NbdOpenDone): void {
    this.#host.request({ kind: 'open', volume: this.#volume, mode }, (outcome) => {
      if (outcome.ok) done(undefined, new VolumeSession(this.#host, this.#volume, mode));
      else done(outcome.error);
    });
  }
}

/** Offsets and lengths have been checked by the server: inside the volume, whole sectors. */
class VolumeSession implements NbdSession {
  readonly #host: ResourceHost;
  readonly #volume: VolumeNumber;
  readonly #mode: NbdOpenMode;
  #closed = false;

  constructor(host: ResourceHost, volume: VolumeNumber, mode: NbdOpenMode) {
    this.#host = host;
    this.#volume = volume;
    this.#mode = mode;
  }

  read(offset: number, length: number, done: NbdReadDone): void {
    this.#host.request(
      { kind: 'client-read', volume: this.#volume, offset: offset as Bytes, length: length as Bytes },
      (outcome) => {
        if (!outcome.ok) return done(errnoOf(outcome.error));
        const { payload } = outcome;
        if (payload instanceof ByteChunks && payload.byteLength === length) done(undefined, payload.chunks);
        else done('EIO');
      },
    );
  }

  write(offset: number, chunks: readonly Uint8Array[], fua: boolean, done: NbdDone): void {
    const request = {
      kind: 'client-write',
      volume: this.#volume,
      offset: offset as Bytes,
      payload: new ByteChunks(chunks),
      fua,
    } as const;
    this.#host.request(request, (outcome) => done(errorOf(outcome)));
  }

  /** Always "fast": no payload crosses the network, whatever the backing stores do. */
  zero(offset: number, length: number, options: NbdZeroOptions, done: NbdDone): void {
    this.#zero(offset, length, { discard: false, mayUnmap: options.mayUnmap, fua: options.fua }, done);
  }

  /** Discarded ranges read as zeroes on every replica, so that the replicas stay identical. */
  trim(offset: number, length: number, fua: boolean, done: NbdDone): void {
    this.#zero(offset, length, { discard: true, mayUnmap: true, fua }, done);
  }

  flush(done: NbdDone): void {
    this.#host.request({ kind: 'client-flush', volume: this.#volume }, (outcome) => done(errorOf(outcome)));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#host.closeSession(this.#volume, this.#mode);
  }

  #zero(
    offset: number,
    length: number,
    how: { discard: boolean; mayUnmap: boolean; fua: boolean },
    done: NbdDone,
  ): void {
    const range = { volume: this.#volume, offset: offset as Bytes, length: length as Bytes };
    this.#host.request({ kind: 'client-zero', ...range, ...how }, (outcome) => done(errorOf(outcome)));
  }
}

function errorOf(outcome: ClientOutcome): NbdErrno | undefined {
  return outcome.ok ? undefined : errnoOf(outcome.error);
}

const ERRNO: Readonly<Partial<Record<ErrorCode, NbdErrno>>> = {
  NOT_ENOUGH_SPACE: 'ENOSPC',
  NOT_PROMOTABLE: 'EPERM',
  OTHER_PRIMARY: 'EPERM',
  INVALID_ARGUMENT: 'EINVAL',
  UNKNOWN_RESOURCE: 'ESHUTDOWN',
};

function errnoOf(error: OperationError): NbdErrno {
  return ERRNO[error.code] ?? 'EIO';
}
