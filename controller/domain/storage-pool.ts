/** Storage pools: where a node keeps the data of diskful replicas, and how much a volume takes there. */
import { OperationError } from '../../common/errors.ts';
import type { Properties } from './properties.ts';

export const PROVIDER_KINDS = ['FILE', 'FILE_THIN', 'DEVICE'] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

export const DEFAULT_POOL = 'DfltStorPool';
export const DEVICES_MAX = 256;

export interface StoragePool {
  readonly name: string;
  readonly nodeName: string;
  readonly providerKind: ProviderKind;
  /** FILE, FILE_THIN: absolute path on the node. */
  readonly directory?: string | undefined;
  /** DEVICE: absolute paths on the node. */
  readonly devices: readonly string[];
  readonly props: Properties;
  readonly createdAtMs: number;
  readonly deletionRequestedAtMs?: number | undefined;
}

/** Space is taken when it is written, not when the volume is made. */
export const isThin = (kind: ProviderKind): boolean => kind === 'FILE_THIN';

/** A new volume in such a pool reads as zeroes, so that equal first replicas need no initial sync. */
export const readsZeroAtFirst = (kind: ProviderKind): boolean => kind !== 'DEVICE';

/** @throws OperationError INVALID_ARGUMENT. */
export function parseProviderKind(text: string): ProviderKind {
  const kind = PROVIDER_KINDS.find((known) => known === text.toUpperCase());
  if (kind !== undefined) return kind;
  throw new OperationError('INVALID_ARGUMENT', `"${text.slice(0, 64)}" is not a kind of storage pool`, {
    correction: `Use one of ${PROVIDER_KINDS.join(', ')}.`,
  });
}

/** @returns the path without trailing or doubled slashes. @throws OperationError INVALID_ARGUMENT. */
export function parsePath(text: string, meaning: string): string {
  const parts = text.split('/').filter((part) => part !== '');
  if (
    text.startsWith('/') &&
    text.length <= 4096 &&
    !text.includes('\0') &&
    !parts.includes('..') &&
    parts.length > 0
  ) {
    return `/${parts.filter((part) => part !== '.').join('/')}`;
  }
  throw new OperationError('INVALID_ARGUMENT', `"${text.slice(0, 64)}" is not usable as ${meaning}`, {
    correction: 'Give an absolute path on the node, without "..".',
  });
}

/**
 * Space on the backing store in KiB: the data, two superblocks, the activity log and one bitmap per slot.
 * Rounded up: the exact layout is the satellite's business.
 */
export function grossKib(volume: { readonly sizeKib: number; readonly blockBytes: number }, peerSlots: number): number {
  const blocks = Math.ceil((volume.sizeKib * 1024) / volume.blockBytes);
  const bitmapKib = Math.ceil(blocks / 8 / 4096) * 4;
  return volume.sizeKib + 8 + 64 + bitmapKib * peerSlots;
}
