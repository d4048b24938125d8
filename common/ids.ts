/**
 * Identities and the naming rules of LINSTOR: letters, digits, `_`, `-`; first a letter or `_`; compared without case.
 */
import { assert } from './assert.ts';
import { OperationError } from './errors.ts';

/** Number of a node within one resource, 0..31: the bit position in a PeerMask and the owner of a bitmap slot. */
export type NodeId = number & { readonly __brand: 'NodeId' };
export type VolumeNumber = number & { readonly __brand: 'VolumeNumber' };
/** A set of NodeIds as bits of an unsigned 32-bit integer; combine with the functions below, never with signed shifts. */
export type PeerMask = number & { readonly __brand: 'PeerMask' };
/** Generation identifier (DRBD: UUID). 0 = none, 4 = JUST_CREATED; the lowest bit says "written by a Primary". */
export type Generation = bigint & { readonly __brand: 'Generation' };

export const NODES_MAX = 32;
export const VOLUME_NUMBER_MAX = 65_534;

export function nodeId(value: number): NodeId {
  assert(Number.isInteger(value) && value >= 0 && value < NODES_MAX, 'a node id is 0..31');
  return value as NodeId;
}

export function volumeNumber(value: number): VolumeNumber {
  assert(Number.isInteger(value) && value >= 0 && value <= VOLUME_NUMBER_MAX, 'a volume number is 0..65534');
  return value as VolumeNumber;
}

export const EMPTY_MASK = 0 as PeerMask;
export const maskOf = (id: NodeId): PeerMask => ((1 << id) >>> 0) as PeerMask;
export const maskHas = (mask: PeerMask, id: NodeId): boolean => ((mask >>> id) & 1) === 1;
export const maskWith = (mask: PeerMask, id: NodeId): PeerMask => ((mask | (1 << id)) >>> 0) as PeerMask;
export const maskWithout = (mask: PeerMask, id: NodeId): PeerMask => ((mask & ~(1 << id)) >>> 0) as PeerMask;

interface NameRule {
  readonly noun: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly reserved: readonly string[];
}

const RULES = {
  resource: { noun: 'resource name', minLength: 2, maxLength: 48, reserved: ['all', 'proxy'] },
  'storage-pool': { noun: 'storage pool name', minLength: 3, maxLength: 48, reserved: [] },
  'net-interface': { noun: 'net interface name', minLength: 3, maxLength: 32, reserved: [] },
} as const satisfies Record<string, NameRule>;

/** @returns the name unchanged. @throws OperationError INVALID_NAME with the rule that it breaks. */
export function parseName(kind: keyof typeof RULES, text: string): string {
  const rule: NameRule = RULES[kind];
  if (text.length < rule.minLength || text.length > rule.maxLength) {
    throw invalidName(rule, text, `it has ${text.length} characters`);
  }
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(text)) {
    throw invalidName(
      rule,
      text,
      'it has a character outside letters, digits, "_" and "-", or starts with a digit or "-"',
    );
  }
  if (rule.reserved.includes(text.toLowerCase())) throw invalidName(rule, text, 'the name is reserved');
  return text;
}

/** Node names follow host names: 2 to 255 characters, letters, digits, `-` and `.`. */
export function parseNodeName(text: string): string {
  const rule: NameRule = { noun: 'node name', minLength: 2, maxLength: 255, reserved: [] };
  if (text.length < rule.minLength || text.length > rule.maxLength) {
    throw invalidName(rule, text, `it has ${text.length} characters`);
  }
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)) {
    throw invalidName(
      rule,
      text,
      'a host name has letters, digits, "-" and ".", and starts and ends with a letter or digit',
    );
  }
  return text;
}

function invalidName(rule: NameRule, text: string, because: string): OperationError {
  const shown = text.length > 64 ? `${text.slice(0, 61)}...` : text;
  return new OperationError('INVALID_NAME', `"${shown}" is not a valid ${rule.noun}`, {
    cause: because,
    correction: `Use ${rule.minLength} to ${rule.maxLength} characters: letters, digits, "_" and "-", first a letter or "_".`,
  });
}
