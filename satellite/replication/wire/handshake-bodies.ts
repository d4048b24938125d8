/** Bodies that describe state: versions, generations, disk states, roles. Tables: docs/protocol.md. */
import type { Generation } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { assert } from '../../../common/assert.ts';
import type { WireReader, WireWriter } from './big-endian.ts';
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';
import { WireError } from './wire-error.ts';
import type { HandshakePolicies, PeerGeneration, VolumeHandshake, VolumeState, VolumeVerdict } from './frames.ts';
import { BITMAP_GENERATIONS_MAX, HISTORY_GENERATIONS_MAX, VOLUMES_MAX } from './limits.ts';
import {
  AFTER_SB_0PRI_CODES,
  AFTER_SB_1PRI_CODES,
  AFTER_SB_2PRI_CODES,
  DISCONNECT_CODES,
  DISK_CODES,
  PROTOCOL_CODES,
  ROLE_CODES,
  RR_CONFLICT_CODES,
  VERDICT_CODES,
} from './wire-names.ts';

const GENERATION_LISTS_MAX = BITMAP_GENERATIONS_MAX * 9 + HISTORY_GENERATIONS_MAX * 8;
/** Fields of one volume in PROTOCOL before the generations. */
const UUIDS_FIXED_BYTES = 19;
const HANDSHAKE_VOLUME_BYTES = 75;
/** Any number of volumes. */
export const HANDSHAKES_MAX = 2 + VOLUMES_MAX * (HANDSHAKE_VOLUME_BYTES + 2 + GENERATION_LISTS_MAX);
const PROTOCOL_FIXED_BYTES = 28;
const STATE_FIXED_BYTES = 31;
const STATE_VOLUME_BYTES = 11;
const VERDICT_VOLUME_BYTES = 5;

function writeCount(out: WireWriter, count: number, fieldBytes: 1 | 2, max: number): void {
  assert(count <= max, 'a list within its limit');
  if (fieldBytes === 1) out.u8(count);
  else out.u16(count);
}

/** Reads `count` items one by one, so that the list never outgrows the body. */
function readList<T>(from: WireReader, count: number, item: (from: WireReader) => T): T[] {
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(item(from));
  return list;
}

interface GenerationLists {
  readonly bitmap: readonly PeerGeneration[];
  readonly history: readonly Generation[];
}

const generationBytes = (lists: GenerationLists): number => 2 + lists.bitmap.length * 9 + lists.history.length * 8;

function writeGenerations(lists: GenerationLists, out: WireWriter): void {
  writeCount(out, lists.bitmap.length, 1, BITMAP_GENERATIONS_MAX);
  writeCount(out, lists.history.length, 1, HISTORY_GENERATIONS_MAX);
  for (const { node, generation } of lists.bitmap) {
    out.u8(node);
    out.u64(generation);
  }
  for (const generation of lists.history) out.u64(generation);
}

function readGenerations(from: WireReader): GenerationLists {
  const bitmapCount = from.count(1, BITMAP_GENERATIONS_MAX);
  const historyCount = from.count(1, HISTORY_GENERATIONS_MAX);
  const bitmap = readList(from, bitmapCount, () => ({ node: from.node(), generation: from.generation() }));
  const history = readList(from, historyCount, () => from.generation());
  return { bitmap, history };
}

function writeHandshake(volume: VolumeHandshake, out: WireWriter): void {
  out.u16(volume.volume);
  out.u53(volume.sizeBytes);
  out.u53(volume.capacityBytes);
  out.u53(volume.usedBytes);
  out.u32(volume.blockBytes);
  out.u8(DISK_CODES.toByte(volume.diskState));
  out.u64(volume.current);
  out.u53(volume.dirtyBits);
  out.u53(volume.logDerivedBits);
  out.u64(volume.exposed);
  out.u64(volume.spare);
  out.u32(volume.flags);
  writeGenerations(volume, out);
}

function readHandshake(from: WireReader): VolumeHandshake {
  const volume = from.volumeField();
  const sizeBytes = from.u53() as Bytes;
  const capacityBytes = from.u53() as Bytes;
  const usedBytes = from.u53() as Bytes;
  const blockBytes = from.u32() as Bytes;
  const diskState = DISK_CODES.fromByte(from.u8());
  const current = from.generation();
  const dirtyBits = from.u53();
  const logDerivedBits = from.u53();
  const exposed = from.generation();
  const spare = from.generation();
  const flags = from.u32();
  const { bitmap, history } = readGenerations(from);
  return {
    volume,
    sizeBytes,
    capacityBytes,
    usedBytes,
    blockBytes,
    diskState,
    current,
    exposed,
    bitmap,
    spare,
    history,
    dirtyBits,
    logDerivedBits,
    flags,
  };
}

export function handshakesBytes(volumes: readonly VolumeHandshake[]): number {
  let total = 2;
  for (const volume of volumes) total += HANDSHAKE_VOLUME_BYTES + generationBytes(volume);
  return total;
}

export function writeHandshakes(volumes: readonly VolumeHandshake[], out: WireWriter): void {
  writeCount(out, volumes.length, 2, VOLUMES_MAX);
  for (const volume of volumes) writeHandshake(volume, out);
}

export const readHandshakes = (from: WireReader): VolumeHandshake[] =>
  readList(from, from.count(2, VOLUMES_MAX), readHandshake);

function writePolicies(policies: HandshakePolicies, out: WireWriter): void {
  out.u8(AFTER_SB_0PRI_CODES.toByte(policies.afterSb0pri));
  out.u8(AFTER_SB_1PRI_CODES.toByte(policies.afterSb1pri));
  out.u8(AFTER_SB_2PRI_CODES.toByte(policies.afterSb2pri));
  out.u8(policies.alwaysAsbp ? 1 : 0);
  out.u8(RR_CONFLICT_CODES.toByte(policies.rrConflict));
}

const readPolicies = (from: WireReader): HandshakePolicies => ({
  afterSb0pri: AFTER_SB_0PRI_CODES.fromByte(from.u8()),
  afterSb1pri: AFTER_SB_1PRI_CODES.fromByte(from.u8()),
  afterSb2pri: AFTER_SB_2PRI_CODES.fromByte(from.u8()),
  alwaysAsbp: from.count(1, 1) === 1,
  rrConflict: RR_CONFLICT_CODES.fromByte(from.u8()),
});

function writeState(volume: VolumeState, out: WireWriter): void {
  out.u16(volume.volume);
  out.u8(DISK_CODES.toByte(volume.diskState));
  out.u64(volume.current);
}

const readState = (from: WireReader): VolumeState => ({
  volume: from.volumeField(),
  diskState: DISK_CODES.fromByte(from.u8()),
  current: from.generation(),
});

function writeVerdict(volume: VolumeVerdict, out: WireWriter): void {
  out.u16(volume.volume);
  out.u8(VERDICT_CODES.toByte(volume.verdict));
  out.u16(volume.rule);
}

const readVerdict = (from: WireReader): VolumeVerdict => ({
  volume: from.volumeField(),
  verdict: VERDICT_CODES.fromByte(from.u8()),
  rule: from.u16(),
});

export const FEATURES_BODY = fixedBody<FrameOf<'FEATURES'>>({
  number: 1,
  stream: 'data',
  bytes: 10,
  write(frame, out) {
    out.u16(frame.versionMin);
    out.u16(frame.versionMax);
    out.u32(frame.features);
    out.u8(frame.from);
    out.u8(frame.to);
  },
  read: (from) => ({
    type: 'FEATURES',
    versionMin: from.u16(),
    versionMax: from.u16(),
    features: from.u32(),
    from: from.node(),
    to: from.node(),
  }),
});

export const PROTOCOL_BODY: BodyCodec<FrameOf<'PROTOCOL'>> = {
  number: 2,
  stream: 'data',
  hasPayload: false,
  hasVolume: false,
  flags: 0,
  bodyMin: PROTOCOL_FIXED_BYTES + 2,
  bodyMax: PROTOCOL_FIXED_BYTES + HANDSHAKES_MAX,
  bodyBytes: (frame) => PROTOCOL_FIXED_BYTES + handshakesBytes(frame.volumes),
  write(frame, out) {
    out.u8(PROTOCOL_CODES.toByte(frame.protocol));
    writePolicies(frame.policies, out);
    out.u8(ROLE_CODES.toByte(frame.role));
    out.optionalNode(frame.lastPrimary);
    out.u53(frame.lastDagtag);
    out.u32(frame.primaryNeighbours);
    out.u32(frame.neighbours);
    out.u32(frame.covered);
    writeHandshakes(frame.volumes, out);
  },
  read(from) {
    const protocol = PROTOCOL_CODES.fromByte(from.u8());
    const policies = readPolicies(from);
    const role = ROLE_CODES.fromByte(from.u8());
    const lastPrimary = from.optionalNode();
    const lastDagtag = from.u53();
    const primaryNeighbours = from.mask();
    const neighbours = from.mask();
    const covered = from.mask();
    const volumes = readHandshakes(from);
    const common = { type: 'PROTOCOL', protocol, policies, role, lastPrimary, lastDagtag, volumes } as const;
    return { ...common, primaryNeighbours, neighbours, covered };
  },
};

export const UUIDS_BODY: BodyCodec<FrameOf<'UUIDS'>> = {
  number: 40,
  stream: 'data',
  hasPayload: false,
  hasVolume: false,
  flags: 0,
  bodyMin: UUIDS_FIXED_BYTES + HANDSHAKE_VOLUME_BYTES + 2,
  bodyMax: UUIDS_FIXED_BYTES + HANDSHAKE_VOLUME_BYTES + 2 + GENERATION_LISTS_MAX,
  bodyBytes: (frame) => UUIDS_FIXED_BYTES + HANDSHAKE_VOLUME_BYTES + generationBytes(frame.handshake),
  write(frame, out) {
    out.u8(frame.answer ? 1 : 0);
    out.u53(frame.attachment);
    out.u8(ROLE_CODES.toByte(frame.role));
    out.optionalNode(frame.lastPrimary);
    out.u53(frame.lastDagtag);
    writeHandshake(frame.handshake, out);
  },
  read(from) {
    const kind = from.u8();
    if (kind > 1) throw new WireError('PROTOCOL_ERROR', 'generations are told or answered');
    const attachment = from.u53();
    const role = ROLE_CODES.fromByte(from.u8());
    const lastPrimary = from.optionalNode();
    const lastDagtag = from.u53();
    const handshake = readHandshake(from);
    return { type: 'UUIDS', answer: kind === 1, attachment, role, lastPrimary, lastDagtag, handshake };
  },
};

export const VERDICT_BODY: BodyCodec<FrameOf<'VERDICT'>> = {
  number: 3,
  stream: 'data',
  hasPayload: false,
  hasVolume: false,
  flags: 0,
  bodyMin: 2,
  bodyMax: 2 + VOLUMES_MAX * VERDICT_VOLUME_BYTES,
  bodyBytes: (frame) => 2 + frame.volumes.length * VERDICT_VOLUME_BYTES,
  write(frame, out) {
    writeCount(out, frame.volumes.length, 2, VOLUMES_MAX);
    for (const volume of frame.volumes) writeVerdict(volume, out);
  },
  read: (from) => ({ type: 'VERDICT', volumes: readList(from, from.count(2, VOLUMES_MAX), readVerdict) }),
};

export const STATE_BODY: BodyCodec<FrameOf<'STATE'>> = {
  number: 4,
  stream: 'data',
  hasPayload: false,
  hasVolume: false,
  flags: 0,
  bodyMin: STATE_FIXED_BYTES,
  bodyMax: STATE_FIXED_BYTES + VOLUMES_MAX * STATE_VOLUME_BYTES,
  bodyBytes: (frame) => STATE_FIXED_BYTES + frame.volumes.length * STATE_VOLUME_BYTES,
  write(frame, out) {
    out.u53(frame.sequence);
    out.u53(frame.seen);
    out.u53(frame.dagtag);
    out.u8(ROLE_CODES.toByte(frame.role));
    out.u32(frame.primaryNeighbours);
    writeCount(out, frame.volumes.length, 2, VOLUMES_MAX);
    for (const volume of frame.volumes) writeState(volume, out);
  },
  read(from) {
    const sequence = from.u53();
    const seen = from.u53();
    const dagtag = from.u53();
    const role = ROLE_CODES.fromByte(from.u8());
    const primaryNeighbours = from.mask();
    const volumes = readList(from, from.count(2, VOLUMES_MAX), readState);
    return { type: 'STATE', sequence, seen, dagtag, role, primaryNeighbours, volumes };
  },
};

export const CURRENT_UUID_BODY = fixedBody<FrameOf<'CURRENT_UUID'>>({
  number: 5,
  stream: 'data',
  bytes: 20,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.u64(frame.current);
    out.u64(frame.previous);
    out.u32(frame.weak);
  },
  read: (from) => ({
    type: 'CURRENT_UUID',
    volume: from.headerVolume(),
    current: from.generation(),
    previous: from.generation(),
    weak: from.mask(),
  }),
});

export const RS_FINISHED_BODY: BodyCodec<FrameOf<'RS_FINISHED'>> = {
  number: 15,
  stream: 'data',
  hasPayload: false,
  hasVolume: true,
  flags: 0,
  bodyMin: 14,
  bodyMax: 14 + GENERATION_LISTS_MAX,
  bodyBytes: (frame) => 12 + generationBytes(frame),
  write(frame, out) {
    out.volume = frame.volume;
    out.u64(frame.current);
    out.u32(frame.inSync);
    writeGenerations(frame, out);
  },
  read: (from) => ({
    type: 'RS_FINISHED',
    volume: from.headerVolume(),
    current: from.generation(),
    inSync: from.mask(),
    ...readGenerations(from),
  }),
};

export const DISCONNECT_BODY = fixedBody<FrameOf<'DISCONNECT'>>({
  number: 22,
  stream: 'data',
  bytes: 1,
  write: (frame, out) => out.u8(DISCONNECT_CODES.toByte(frame.reason)),
  read: (from) => ({ type: 'DISCONNECT', reason: DISCONNECT_CODES.fromByte(from.u8()) }),
});
