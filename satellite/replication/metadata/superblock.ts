/**
 * The superblock: identity of the replica, generation identifiers, flags, peer records (DRBD 9 §3.1, §3.3).
 * 4 KiB, big endian, covered by one CRC32C. Two copies alternate by the parity of the sequence number, so a torn
 * write loses at most the newest state, which nobody has seen yet, and never both.
 */
import { assert } from '../../../common/assert.ts';
import { crc32c } from '../../../common/crc32c.ts';
import {
  EMPTY_MASK,
  type Generation,
  type NodeId,
  NODES_MAX,
  nodeId,
  type PeerMask,
  VOLUME_NUMBER_MAX,
  type VolumeNumber,
  volumeNumber,
} from '../../../common/ids.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import { layoutProblem, type MetadataLayout, SUPERBLOCK_BYTES } from './layout.ts';

const HISTORY_MAX = 32;
const RESOURCE_NAME_MAX = 64;
/** 2 added the record of quorum; version 1 reads as having none. 3 added the place of the bitmap, 4 the flag Unlogged. */
const FORMAT_VERSION = 4;
const FORMAT_VERSION_MIN = 1;
/** What formatting writes; the other place is all zeroes then, and never again. */
const FIRST_SEQUENCE = 1;
/** "LOCKSTEP" in ASCII. */
const MAGIC = 0x4c4f_434b_5354_4550n;
const NO_SLOT = 0xff;
const PEER_RECORD_BYTES = 16;
/** Volumes of the node that a superblock can name as standing still. */
export const STOOD_STILL_MAX = 32;
const STOOD_STILL_BYTES = 10;

const DEVICE_FLAGS = {
  consistent: 1,
  wasUpToDate: 2,
  crashedPrimary: 4,
  haveQuorum: 8,
  primaryLostQuorum: 16,
  unlogged: 32,
} as const;
const FLAGS_OF_VERSION_1 = DEVICE_FLAGS.consistent | DEVICE_FLAGS.wasUpToDate | DEVICE_FLAGS.crashedPrimary;
const FLAGS_OF_VERSION_3 = FLAGS_OF_VERSION_1 | DEVICE_FLAGS.haveQuorum | DEVICE_FLAGS.primaryLostQuorum;
const ALL_FLAGS = FLAGS_OF_VERSION_3 | DEVICE_FLAGS.unlogged;
const PEER_FLAGS = { outdated: 1, fullSync: 2, grown: 4 } as const;

const ALL_PEER_FLAGS = PEER_FLAGS.outdated | PEER_FLAGS.fullSync | PEER_FLAGS.grown;

/** Offset and size of each field. `docs/metadata.md` repeats the table; magic, version and checksum never move. */
export const SUPERBLOCK_FIELDS = {
  magic: [0, 8],
  version: [8, 4],
  checksum: [12, 4],
  sequence: [16, 8],
  volume: [24, 2],
  node: [26, 1],
  flags: [27, 1],
  dataBytes: [28, 8],
  slots: [36, 1],
  resourceLength: [37, 1],
  peerCount: [38, 1],
  historyCount: [39, 1],
  blockBytes: [40, 4],
  alExtents: [44, 4],
  deviceUuid: [48, 8],
  current: [56, 8],
  resource: [64, RESOURCE_NAME_MAX],
  history: [128, 8 * HISTORY_MAX],
  peers: [384, PEER_RECORD_BYTES * NODES_MAX],
  spareGeneration: [896, 8],
  spareSlot: [904, 1],
  members: [908, 4],
  bitmapOffset: [912, 8],
  grownFrom: [920, 8],
  stoodStillCount: [928, 1],
  stoodStill: [936, STOOD_STILL_BYTES * STOOD_STILL_MAX],
} as const satisfies Record<string, readonly [offset: number, bytes: number]>;
const F = SUPERBLOCK_FIELDS;

export interface PeerRecord {
  readonly node: NodeId;
  /** Bitmap slot on this node; undefined for a peer that is not tracked. */
  readonly slot: number | undefined;
  /** What the peer had when the slot began to track; NO_GENERATION: nothing is tracked. */
  readonly bitmap: Generation;
  /** Known Outdated or Inconsistent; survives a reboot. */
  readonly outdated: boolean;
  /** Every bit of the slot counts as set until a write of the whole slot has succeeded. */
  readonly fullSync: boolean;
  /** Bits from `grownFrom` on were set because the volume grew, not because of a write that the peer lacks. */
  readonly grown?: boolean;
}

/** What a node remembers of quorum over a restart (DRBD 9 §6.1, rule 7). */
export interface QuorumRecord {
  readonly haveQuorum: boolean;
  readonly primaryLostQuorum: boolean;
  /** Nodes with a disk that were here when quorum was last decided, this one included. */
  readonly members: PeerMask;
}

export const NO_QUORUM_RECORD: QuorumRecord = { haveQuorum: false, primaryLostQuorum: false, members: EMPTY_MASK };

/** Another volume of the node, given up with this generation while this one went on. */
export interface StoodStill {
  readonly volume: VolumeNumber;
  readonly current: Generation;
}

export interface Superblock {
  /** Grows by one with each write. */
  readonly sequence: number;
  readonly resource: string;
  readonly volume: VolumeNumber;
  readonly node: NodeId;
  readonly dataBytes: Bytes;
  readonly slots: number;
  readonly blockBytes: Bytes;
  readonly alExtents: number;
  /** Where the bitmap begins in the metadata area; absent: directly behind the activity log. */
  readonly bitmapOffset?: Bytes | undefined;
  /** Where the area begins that was added and is not in sync with every peer yet; absent: there is none. */
  readonly grownFrom?: Bytes | undefined;
  readonly deviceUuid: bigint;
  readonly current: Generation;
  /** Newest first, at most 32. */
  readonly history: readonly Generation[];
  readonly consistent: boolean;
  readonly wasUpToDate: boolean;
  readonly crashedPrimary: boolean;
  /** Writes may be under way that the activity log does not name (al-updates no): after a crash every block counts as hot. */
  readonly unlogged?: boolean;
  readonly quorum: QuorumRecord;
  /** At most 32, each node and each slot once. */
  readonly peers: readonly PeerRecord[];
  /** The slot of no node that tracks for all unconfigured ones, and since which generation; 0 = since none. */
  readonly spare: { readonly slot: number; readonly generation: Generation } | undefined;
  /** At most 32, each volume once; absent: none. */
  readonly stoodStill?: readonly StoodStill[];
}

export type SuperblockProblem = 'bad-magic' | 'bad-checksum' | 'newer-version' | 'bad-field' | 'too-short';
export type SuperblockResult =
  | { readonly ok: true; readonly superblock: Superblock }
  | { readonly ok: false; readonly reason: SuperblockProblem };

export interface ChosenSuperblock {
  readonly ok: true;
  readonly superblock: Superblock;
  /**
   * The other copy is damaged. Torn by a crash: it was never relied on. Decayed: it may have been the newer one, and
   * this is the state one write before it. Both look the same: one checksum covers all sectors of a copy.
   */
  readonly fellBack: boolean;
}

/** Where the copy with this sequence number belongs. */
export function superblockOffset(_layout: MetadataLayout, sequence: number): Bytes {
  return bytes((sequence % 2) * SUPERBLOCK_BYTES);
}

/** @returns SUPERBLOCK_BYTES bytes. @throws InvariantError on a value that `decodeSuperblock` would refuse. */
export function encodeSuperblock(sb: Superblock): Uint8Array {
  assert(Number.isSafeInteger(sb.sequence) && sb.sequence >= 0, 'the sequence number is a safe integer');
  assert(isStorableName(sb.resource), 'a resource name is 1..64 printable ASCII characters');
  assert(layoutProblem(sb) === undefined, 'the geometry is within its limits');
  assert(sb.history.length <= HISTORY_MAX, 'at most 32 generations of history');
  assert(peersAreSound(sb.peers, sb.slots), 'peer records name each node and each slot once');
  assert(isSpare(sb.spare, sb.peers, sb.slots), 'the spare slot exists and belongs to nobody');
  const out = new Uint8Array(SUPERBLOCK_BYTES);
  const view = new DataView(out.buffer);
  view.setBigUint64(F.magic[0], MAGIC);
  view.setUint32(F.version[0], FORMAT_VERSION);
  view.setBigUint64(F.sequence[0], BigInt(sb.sequence));
  view.setUint16(F.volume[0], sb.volume);
  view.setUint8(F.node[0], sb.node);
  view.setUint8(
    F.flags[0],
    (sb.consistent ? DEVICE_FLAGS.consistent : 0) |
      (sb.wasUpToDate ? DEVICE_FLAGS.wasUpToDate : 0) |
      (sb.crashedPrimary ? DEVICE_FLAGS.crashedPrimary : 0) |
      (sb.quorum.haveQuorum ? DEVICE_FLAGS.haveQuorum : 0) |
      (sb.quorum.primaryLostQuorum ? DEVICE_FLAGS.primaryLostQuorum : 0) |
      (sb.unlogged === true ? DEVICE_FLAGS.unlogged : 0),
  );
  view.setBigUint64(F.dataBytes[0], BigInt(sb.dataBytes));
  view.setUint8(F.slots[0], sb.slots);
  view.setUint8(F.resourceLength[0], sb.resource.length);
  view.setUint8(F.peerCount[0], sb.peers.length);
  view.setUint8(F.historyCount[0], sb.history.length);
  view.setUint32(F.blockBytes[0], sb.blockBytes);
  view.setUint32(F.alExtents[0], sb.alExtents);
  view.setBigUint64(F.deviceUuid[0], sb.deviceUuid);
  view.setBigUint64(F.current[0], sb.current);
  for (let i = 0; i < sb.resource.length; i++) view.setUint8(F.resource[0] + i, sb.resource.charCodeAt(i));
  for (const [i, generation] of sb.history.entries()) view.setBigUint64(F.history[0] + 8 * i, generation);
  for (const [i, peer] of sb.peers.entries()) encodePeer(view, F.peers[0] + PEER_RECORD_BYTES * i, peer);
  view.setUint32(F.members[0], sb.quorum.members);
  view.setBigUint64(F.bitmapOffset[0], BigInt(sb.bitmapOffset ?? 0));
  view.setBigUint64(F.grownFrom[0], BigInt(sb.grownFrom ?? 0));
  if (sb.spare !== undefined) {
    view.setBigUint64(F.spareGeneration[0], sb.spare.generation);
    view.setUint8(F.spareSlot[0], sb.spare.slot + 1);
  }
  encodeStoodStill(view, sb.stoodStill ?? []);
  view.setUint32(F.checksum[0], checksumOf(out));
  return out;
}

/** Reads the first SUPERBLOCK_BYTES bytes. Any input is fine. */
export function decodeSuperblock(input: Uint8Array): SuperblockResult {
  if (input.length < SUPERBLOCK_BYTES) return { ok: false, reason: 'too-short' };
  const image = input.subarray(0, SUPERBLOCK_BYTES);
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getBigUint64(F.magic[0]) !== MAGIC) return { ok: false, reason: 'bad-magic' };
  // Before the version: a flipped bit must not read as "written by a newer release".
  if (view.getUint32(F.checksum[0]) !== checksumOf(image)) return { ok: false, reason: 'bad-checksum' };
  const version = view.getUint32(F.version[0]);
  if (version > FORMAT_VERSION) return { ok: false, reason: 'newer-version' };
  if (version < FORMAT_VERSION_MIN) return { ok: false, reason: 'bad-field' };
  const superblock = decodeFields(view, version);
  return superblock === undefined ? { ok: false, reason: 'bad-field' } : { ok: true, superblock };
}

/**
 * The newest valid copy of a metadata area. A copy that is damaged is passed over, and the result says so. One whose
 * checksum is right but that we cannot use (newer format, impossible field) refuses the whole area: it may be the newer one.
 */
export function chooseSuperblock(
  image: Uint8Array,
): ChosenSuperblock | { readonly ok: false; readonly reason: SuperblockProblem } {
  let best: Superblock | undefined;
  let damaged: number | undefined;
  let problem: SuperblockProblem = 'too-short';
  for (const parity of [0, 1]) {
    const copy = decodeSuperblock(image.subarray(parity * SUPERBLOCK_BYTES));
    if (!copy.ok) {
      if (copy.reason === 'newer-version' || copy.reason === 'bad-field') return copy;
      damaged = parity;
      if (PROBLEM_RANK[copy.reason] > PROBLEM_RANK[problem]) problem = copy.reason;
    } else if (copy.superblock.sequence % 2 !== parity) {
      return { ok: false, reason: 'bad-field' };
    } else if (best === undefined || copy.superblock.sequence > best.sequence) {
      best = copy.superblock;
    }
  }
  if (best === undefined) return { ok: false, reason: problem };
  const fellBack = damaged !== undefined && !(best.sequence === FIRST_SEQUENCE && isBlank(image, damaged));
  return { ok: true, superblock: best, fellBack };
}

const isBlank = (image: Uint8Array, parity: number): boolean =>
  image.subarray(parity * SUPERBLOCK_BYTES, (parity + 1) * SUPERBLOCK_BYTES).every((byte) => byte === 0);

/** Which reason tells more when both copies are bad. */
const PROBLEM_RANK = { 'too-short': 0, 'bad-magic': 1, 'bad-checksum': 2 } as const;

function decodeFields(view: DataView, version: number): Superblock | undefined {
  const sequence = safeInteger(view.getBigUint64(F.sequence[0]));
  const dataBytes = safeInteger(view.getBigUint64(F.dataBytes[0]));
  const volume = view.getUint16(F.volume[0]);
  const node = view.getUint8(F.node[0]);
  const flags = view.getUint8(F.flags[0]);
  const resource = decodeName(view);
  const historyCount = view.getUint8(F.historyCount[0]);
  if (sequence === undefined || dataBytes === undefined || resource === undefined) return undefined;
  if (volume > VOLUME_NUMBER_MAX || node >= NODES_MAX || historyCount > HISTORY_MAX) return undefined;
  if ((flags & ~flagsOfVersion(version)) !== 0) return undefined;
  const bitmapOffset = version < 3 ? 0 : safeInteger(view.getBigUint64(F.bitmapOffset[0]));
  const grownFrom = version < 3 ? 0 : safeInteger(view.getBigUint64(F.grownFrom[0]));
  if (bitmapOffset === undefined || grownFrom === undefined || grownFrom > dataBytes) return undefined;
  const geometry = {
    dataBytes: bytes(dataBytes),
    slots: view.getUint8(F.slots[0]),
    blockBytes: bytes(view.getUint32(F.blockBytes[0])),
    alExtents: view.getUint32(F.alExtents[0]),
    ...(bitmapOffset === 0 ? {} : { bitmapOffset: bytes(bitmapOffset) }),
  };
  if (layoutProblem(geometry) !== undefined) return undefined;
  const peers = decodePeers(view, geometry.slots);
  if (peers === undefined) return undefined;
  // Zero in metadata that was written before there were spare slots.
  const spareSlot = view.getUint8(F.spareSlot[0]) - 1;
  const generation = view.getBigUint64(F.spareGeneration[0]) as Generation;
  const spare = spareSlot < 0 ? undefined : { slot: spareSlot, generation };
  if (!isSpare(spare, peers, geometry.slots)) return undefined;
  const stoodStill = decodeStoodStill(view);
  if (stoodStill === undefined) return undefined;
  const history: Generation[] = [];
  for (let i = 0; i < historyCount; i++) history.push(view.getBigUint64(F.history[0] + 8 * i) as Generation);
  return {
    sequence,
    resource,
    volume: volumeNumber(volume),
    node: nodeId(node),
    ...geometry,
    ...(grownFrom === 0 ? {} : { grownFrom: bytes(grownFrom) }),
    deviceUuid: view.getBigUint64(F.deviceUuid[0]),
    current: view.getBigUint64(F.current[0]) as Generation,
    history,
    consistent: (flags & DEVICE_FLAGS.consistent) !== 0,
    wasUpToDate: (flags & DEVICE_FLAGS.wasUpToDate) !== 0,
    crashedPrimary: (flags & DEVICE_FLAGS.crashedPrimary) !== 0,
    ...((flags & DEVICE_FLAGS.unlogged) === 0 ? {} : { unlogged: true }),
    quorum: {
      haveQuorum: (flags & DEVICE_FLAGS.haveQuorum) !== 0,
      primaryLostQuorum: (flags & DEVICE_FLAGS.primaryLostQuorum) !== 0,
      members: (version === 1 ? EMPTY_MASK : view.getUint32(F.members[0])) as PeerMask,
    },
    peers,
    spare,
    ...(stoodStill.length === 0 ? {} : { stoodStill }),
  };
}

const flagsOfVersion = (version: number): number =>
  version === 1 ? FLAGS_OF_VERSION_1 : version < 4 ? FLAGS_OF_VERSION_3 : ALL_FLAGS;

function encodeStoodStill(view: DataView, records: readonly StoodStill[]): void {
  assert(records.length <= STOOD_STILL_MAX, 'at most 32 volumes that stood still');
  view.setUint8(F.stoodStillCount[0], records.length);
  for (const [i, { volume, current }] of records.entries()) {
    const at = F.stoodStill[0] + STOOD_STILL_BYTES * i;
    view.setUint16(at, volume);
    view.setBigUint64(at + 2, current);
  }
}

function decodeStoodStill(view: DataView): readonly StoodStill[] | undefined {
  const records: StoodStill[] = [];
  const count = view.getUint8(F.stoodStillCount[0]);
  if (count > STOOD_STILL_MAX) return undefined;
  for (let i = 0; i < count; i++) {
    const at = F.stoodStill[0] + STOOD_STILL_BYTES * i;
    const volume = view.getUint16(at);
    if (volume > VOLUME_NUMBER_MAX) return undefined;
    records.push({ volume: volumeNumber(volume), current: view.getBigUint64(at + 2) as Generation });
  }
  return records;
}

const isSpare = (spare: Superblock['spare'], peers: readonly PeerRecord[], slots: number): boolean =>
  spare === undefined || (spare.slot < slots && peers.every((peer) => peer.slot !== spare.slot));

function encodePeer(view: DataView, at: number, peer: PeerRecord): void {
  view.setUint8(at, peer.node);
  view.setUint8(at + 1, peer.slot ?? NO_SLOT);
  view.setUint8(at + 2, flagsOf(peer));
  view.setBigUint64(at + 8, peer.bitmap);
}

const flagsOf = ({ outdated, fullSync, grown }: PeerRecord): number =>
  (outdated ? PEER_FLAGS.outdated : 0) | (fullSync ? PEER_FLAGS.fullSync : 0) | (grown === true ? PEER_FLAGS.grown : 0);

function decodePeers(view: DataView, slots: number): readonly PeerRecord[] | undefined {
  const count = view.getUint8(F.peerCount[0]);
  if (count > NODES_MAX) return undefined;
  const peers: PeerRecord[] = [];
  for (let i = 0; i < count; i++) {
    const at = F.peers[0] + PEER_RECORD_BYTES * i;
    const node = view.getUint8(at);
    const slot = view.getUint8(at + 1);
    const flags = view.getUint8(at + 2);
    if (node >= NODES_MAX || (flags & ~ALL_PEER_FLAGS) !== 0) return undefined;
    peers.push({
      node: nodeId(node),
      slot: slot === NO_SLOT ? undefined : slot,
      bitmap: view.getBigUint64(at + 8) as Generation,
      outdated: (flags & PEER_FLAGS.outdated) !== 0,
      fullSync: (flags & PEER_FLAGS.fullSync) !== 0,
      ...((flags & PEER_FLAGS.grown) === 0 ? {} : { grown: true }),
    });
  }
  return peersAreSound(peers, slots) ? peers : undefined;
}

function peersAreSound(peers: readonly PeerRecord[], slots: number): boolean {
  const used = peers.flatMap((peer) => (peer.slot === undefined ? [] : [peer.slot]));
  return (
    peers.length <= NODES_MAX &&
    new Set(peers.map((peer) => peer.node)).size === peers.length &&
    new Set(used).size === used.length &&
    used.every((slot) => Number.isInteger(slot) && slot >= 0 && slot < slots)
  );
}

function decodeName(view: DataView): string | undefined {
  const length = view.getUint8(F.resourceLength[0]);
  if (length > RESOURCE_NAME_MAX) return undefined;
  let name = '';
  for (let i = 0; i < length; i++) name += String.fromCharCode(view.getUint8(F.resource[0] + i));
  return isStorableName(name) ? name : undefined;
}

const isStorableName = (name: string): boolean =>
  name.length > 0 && name.length <= RESOURCE_NAME_MAX && /^[!-~]+$/.test(name);

function safeInteger(value: bigint): number | undefined {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** Over everything but the checksum itself. */
function checksumOf(image: Uint8Array): number {
  const [at, size] = F.checksum;
  return crc32c(image.subarray(at + size), crc32c(image.subarray(0, at)));
}
