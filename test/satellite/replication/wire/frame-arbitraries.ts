/** Generated frames of every type, within the limits of the wire format. */
import fc from 'fast-check';
import type { Generation, NodeId, PeerMask, VolumeNumber } from '../../../../common/ids.ts';
import { DISK_STATES } from '../../../../common/states.ts';
import type { Bytes } from '../../../../common/units.ts';
import { DIGEST_BYTES, DIGEST_BYTES_MAX, type DigestAlgorithm } from '../../../../satellite/replication/digest.ts';
import type { FrameOf } from '../../../../satellite/replication/wire/body-codec.ts';
import { ByteChunks } from '../../../../satellite/replication/wire/byte-chunks.ts';
import type { Frame, FrameType, Hello } from '../../../../satellite/replication/wire/frames.ts';
import {
  DISCARD_BYTES_MAX,
  REQUEST_BYTES_MAX,
  VERIFY_BLOCKS_MAX,
} from '../../../../satellite/replication/wire/limits.ts';
import type { ClusterChange } from '../../../../satellite/replication/wire/two-phase-frames.ts';

const node = fc.nat(31).map((value) => value as NodeId);
const maybeNode = fc.option(node, { nil: undefined });
const volume = fc.nat(65_534).map((value) => value as VolumeNumber);
const mask = fc.nat(0xffff_ffff).map((value) => (value >>> 0) as PeerMask);
const u16 = fc.nat(0xffff);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u53 = fc.oneof(fc.nat(1000), fc.maxSafeNat());
const generation = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map((value) => value as Generation);
const offset = fc.nat(2 ** 30).map((value) => (value * 4096) as Bytes);
const lengthUpTo = (max: number): fc.Arbitrary<Bytes> => fc.integer({ min: 1, max }).map((value) => value as Bytes);
const payload = fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => new ByteChunks([bytes]));
const disk = fc.constantFrom(...DISK_STATES);
const role = fc.constantFrom('Primary', 'Secondary', 'Unknown');
const bitmap = fc.array(fc.record({ node, generation }), { maxLength: 31 });
const history = fc.array(generation, { maxLength: 32 });

const size = u53 as fc.Arbitrary<Bytes>;
const changeId = { initiator: node, transaction: fc.integer({ min: 1, max: 0xffff_ffff }) };
const change = fc.oneof(
  fc.record({ kind: fc.constantFrom('promote', 'demote', 'empty') }),
  fc.record({ kind: fc.constantFrom('connect', 'disconnect'), peer: node }),
  fc.record({ kind: fc.constantFrom('attach', 'detach'), volume }),
  fc.record({
    kind: fc.constant('resize'),
    volume,
    sizeBytes: size,
    assumeClean: fc.boolean(),
    assumePeerHasSpace: fc.boolean(),
    shrink: fc.boolean(),
    exact: fc.boolean(),
  }),
) as fc.Arbitrary<ClusterChange>;

const acks = { wantsRecvAck: fc.boolean(), wantsWriteAck: fc.boolean() };
const rangeWrite = {
  volume,
  request: u53,
  dagtag: u53,
  offset,
  length: lengthUpTo(DISCARD_BYTES_MAX),
  ...acks,
  mayUnmap: fc.boolean(),
};
const resyncRange = {
  volume,
  request: u53,
  offset,
  length: lengthUpTo(REQUEST_BYTES_MAX),
  dagtagNode: maybeNode,
  dagtag: u53,
};
const algorithm = fc.constantFrom(...(Object.keys(DIGEST_BYTES) as DigestAlgorithm[]));
const someDigest = algorithm.chain((name) =>
  fc.record({
    algorithm: fc.constant(name),
    digest: fc.uint8Array({ minLength: DIGEST_BYTES[name], maxLength: DIGEST_BYTES[name] }),
  }),
);
const is = <T extends string>(type: T) => fc.constant(type);

const plainBits = fc.uint8Array({ minLength: 1, maxLength: 4096 }).chain((bits) =>
  fc.record({
    encoding: is('plain'),
    bits: fc.constant(bits),
    blocks: fc.integer({ min: bits.length * 8 - 7, max: bits.length * 8 }),
  }),
);
const codedBits = fc.record({
  encoding: is('run-length'),
  bits: fc.uint8Array({ minLength: 1, maxLength: 4096 }),
  blocks: fc.integer({ min: 1, max: 1_048_576 }),
});

const policies = fc.record({
  afterSb0pri: fc.constantFrom('disconnect', 'discard-younger-primary', 'discard-least-changes', 'discard-remote'),
  afterSb1pri: fc.constantFrom('disconnect', 'consensus', 'discard-secondary', 'call-pri-lost-after-sb'),
  afterSb2pri: fc.constantFrom('disconnect', 'violently-as0p', 'call-pri-lost-after-sb'),
  alwaysAsbp: fc.boolean(),
  rrConflict: fc.constantFrom('disconnect', 'retry-connect', 'call-pri-lost', 'violently', 'auto-discard'),
});

const handshake = fc.record({
  volume,
  sizeBytes: u53 as fc.Arbitrary<Bytes>,
  capacityBytes: u53 as fc.Arbitrary<Bytes>,
  usedBytes: u53 as fc.Arbitrary<Bytes>,
  blockBytes: u32 as fc.Arbitrary<Bytes>,
  diskState: disk,
  current: generation,
  bitmap,
  history,
  dirtyBits: u53,
  logDerivedBits: u53,
  exposed: generation,
  spare: generation,
  flags: u32,
});

const integrity = fc.option(someDigest, { nil: undefined });
const data = fc
  .record({
    type: is('DATA'),
    volume,
    request: u53,
    dagtag: u53,
    offset,
    ...acks,
    payloadChecksum: u32,
    integrity,
    payload,
  })
  .map((frame): FrameOf<'DATA'> => ({ ...frame, length: frame.payload.byteLength as Bytes }));

/** One entry per type: a new type does not compile until it is here. */
export const FRAMES: { readonly [T in FrameType]: fc.Arbitrary<FrameOf<T>> } = {
  FEATURES: fc.record({ type: is('FEATURES'), versionMin: u16, versionMax: u16, features: u32, from: node, to: node }),
  PROTOCOL: fc.record({
    type: is('PROTOCOL'),
    protocol: fc.constantFrom('A', 'B', 'C'),
    policies,
    role,
    lastPrimary: maybeNode,
    lastDagtag: u53,
    volumes: fc.array(handshake, { maxLength: 4 }),
    primaryNeighbours: mask,
    neighbours: mask,
    covered: mask,
  }),
  UUIDS: fc.record({
    type: is('UUIDS'),
    answer: fc.boolean(),
    attachment: u53,
    role,
    lastPrimary: maybeNode,
    lastDagtag: u53,
    handshake,
  }),
  DAGTAG: fc.record({ type: is('DAGTAG'), dagtag: u53 }),
  ENABLE_REPLICATION: fc.record({ type: is('ENABLE_REPLICATION'), volume, on: fc.boolean() }),
  PEER_DAGTAG: fc.record({
    type: is('PEER_DAGTAG'),
    lost: node,
    sequence: u53,
    answers: u53,
    lastPrimary: maybeNode,
    lastDagtag: u53,
    volumes: fc.array(handshake, { maxLength: 4 }),
  }),
  VERDICT: fc.record({
    type: is('VERDICT'),
    volumes: fc.array(
      fc.record({
        volume,
        verdict: fc.constantFrom('no-sync', 'source-bitmap', 'target-bitmap', 'source-full', 'target-full', 'refuse'),
        rule: u16,
      }),
      { maxLength: 8 },
    ),
  }),
  STATE: fc.record({
    type: is('STATE'),
    sequence: u53,
    seen: u53,
    dagtag: u53,
    role,
    primaryNeighbours: mask,
    volumes: fc.array(fc.record({ volume, diskState: disk, current: generation }), { maxLength: 8 }),
  }),
  CURRENT_UUID: fc.record({ type: is('CURRENT_UUID'), volume, current: generation, previous: generation, weak: mask }),
  DATA: data,
  TRIM: fc.record({ type: is('TRIM'), ...rangeWrite }),
  ZEROES: fc.record({ type: is('ZEROES'), ...rangeWrite }),
  BARRIER: fc.record({ type: is('BARRIER'), epoch: u53 }),
  DATA_REQUEST: fc.record({
    type: is('DATA_REQUEST'),
    volume,
    request: u53,
    offset,
    length: lengthUpTo(REQUEST_BYTES_MAX),
  }),
  DATA_REPLY: fc.record({ type: is('DATA_REPLY'), request: u53, payloadChecksum: u32, integrity, payload }),
  OUT_OF_SYNC: fc.record({ type: is('OUT_OF_SYNC'), volume, offset, length: lengthUpTo(2 ** 40) }),
  BITMAP: fc
    .tuple(
      fc.oneof(plainBits, codedBits),
      fc.record({ volume, firstBlock: fc.nat(2 ** 40), blockBytes: u32 as fc.Arbitrary<Bytes>, last: fc.boolean() }),
    )
    .map(([bits, rest]): FrameOf<'BITMAP'> => ({ type: 'BITMAP', ...bits, ...rest })),
  RS_DATA_REQUEST: fc.record({ type: is('RS_DATA_REQUEST'), ...resyncRange }),
  RS_THIN_REQUEST: fc.record({ type: is('RS_THIN_REQUEST'), ...resyncRange }),
  RS_CSUM_REQUEST: fc
    .tuple(fc.record({ type: is('RS_CSUM_REQUEST'), ...resyncRange }), someDigest)
    .map(([range, digest]): FrameOf<'RS_CSUM_REQUEST'> => ({ ...range, ...digest })),
  RS_DEALLOCATED: fc.record({ type: is('RS_DEALLOCATED'), request: u53 }),
  RS_IS_IN_SYNC: fc.record({ type: is('RS_IS_IN_SYNC'), request: u53 }),
  OV_STATE: fc.record({ type: is('OV_STATE'), volume, running: fc.boolean(), isDriver: fc.boolean() }),
  OV_REQUEST: fc.record({ type: is('OV_REQUEST'), ...resyncRange, algorithm }),
  OV_REPLY: fc.record({
    type: is('OV_REPLY'),
    request: u53,
    dagtagNode: maybeNode,
    dagtag: u53,
    digests: fc.uint8Array({ maxLength: VERIFY_BLOCKS_MAX * DIGEST_BYTES_MAX }),
  }),
  START_SYNC: fc.record({
    type: is('START_SYNC'),
    volume,
    youAre: fc.constantFrom('source', 'target'),
    allBlocks: fc.boolean(),
  }),
  START_SYNC_REPLY: fc.record({ type: is('START_SYNC_REPLY'), volume, agreed: fc.boolean() }),
  RS_DATA_REPLY: fc.record({ type: is('RS_DATA_REPLY'), request: u53, payloadChecksum: u32, integrity, payload }),
  RS_FINISHED: fc.record({ type: is('RS_FINISHED'), volume, current: generation, inSync: mask, bitmap, history }),
  RESYNC_PAUSED: fc.record({ type: is('RESYNC_PAUSED'), volume, paused: fc.boolean(), idle: fc.boolean() }),
  AHEAD: fc.record({ type: is('AHEAD'), volume, ahead: fc.boolean(), current: generation, history }),
  SIZES: fc.record({
    type: is('SIZES'),
    volume,
    sizeBytes: u53 as fc.Arbitrary<Bytes>,
    blockBytes: u32 as fc.Arbitrary<Bytes>,
    zeroesFrom: u53 as fc.Arbitrary<Bytes>,
  }),
  PEER_ACK: fc.record({ type: is('PEER_ACK'), dagtag: u53, mask }),
  PEERS_IN_SYNC: fc.record({
    type: is('PEERS_IN_SYNC'),
    volume,
    current: generation,
    mask,
    dagtagNode: maybeNode,
    dagtag: u53,
  }),
  TWOPC_PREPARE: fc.record({ type: is('TWOPC_PREPARE'), ...changeId, nodesToReach: mask, change }),
  TWOPC_COMMIT: fc.record({
    type: is('TWOPC_COMMIT'),
    ...changeId,
    reachable: mask,
    primaries: mask,
    weak: mask,
    sizeBytes: size,
  }),
  TWOPC_ABORT: fc.record({ type: is('TWOPC_ABORT'), ...changeId }),
  DISCONNECT: fc.record({ type: is('DISCONNECT'), reason: fc.constantFrom('admin', 'refused', 'rehandshake') }),
  PING: fc.record({ type: is('PING') }),
  PING_ACK: fc.record({ type: is('PING_ACK') }),
  RECV_ACK: fc.record({ type: is('RECV_ACK'), request: u53 }),
  WRITE_ACK: fc.record({ type: is('WRITE_ACK'), request: u53 }),
  NEG_ACK: fc.record({ type: is('NEG_ACK'), request: u53 }),
  NEG_DREPLY: fc.record({ type: is('NEG_DREPLY'), request: u53 }),
  BARRIER_ACK: fc.record({ type: is('BARRIER_ACK'), epoch: u53, writes: u32 }),
  RS_WRITE_ACK: fc.record({ type: is('RS_WRITE_ACK'), request: u53 }),
  RS_CANCEL: fc.record({ type: is('RS_CANCEL'), request: u53 }),
  NEG_RS_DREPLY: fc.record({ type: is('NEG_RS_DREPLY'), request: u53 }),
  RS_CANCEL_AHEAD: fc.record({ type: is('RS_CANCEL_AHEAD'), request: u53 }),
  RS_DONE: fc.record({ type: is('RS_DONE'), volume, dagtagNode: maybeNode, dagtag: u53 }),
  TWOPC_YES: fc.record({
    type: is('TWOPC_YES'),
    ...changeId,
    tally: fc.record({
      reachable: mask,
      primaries: mask,
      diskfulPrimaries: mask,
      weak: mask,
      maxSizeBytes: size,
    }),
  }),
  TWOPC_NO: fc.record({
    type: is('TWOPC_NO'),
    ...changeId,
    objection: fc.constantFrom(
      'other-primary',
      'reconciling',
      'being-stopped',
      'last-data',
      'no-such-volume',
      'no-such-peer',
      'no-quorum',
      'size',
    ),
  }),
  TWOPC_RETRY: fc.record({ type: is('TWOPC_RETRY'), ...changeId }),
  DISK_FAILED: fc.record({ type: is('DISK_FAILED'), volume, sequence: u53 }),
};

export const FRAME_TYPES = Object.keys(FRAMES) as FrameType[];

export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  ...FRAME_TYPES.map((type) => FRAMES[type] as fc.Arbitrary<Frame>),
);

export const anyHello: fc.Arbitrary<Hello> = fc
  .record({
    versions: fc.tuple(u16, u16),
    resource: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,47}$/),
    from: node,
    to: node,
    stream: fc.constantFrom('data', 'control', 'knock'),
    authenticates: fc.boolean(),
    link: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  })
  .map(
    ({ versions, ...rest }): Hello => ({
      ...rest,
      versionMin: Math.min(...versions),
      versionMax: Math.max(...versions),
    }),
  );

/** The payload as one array, so that frames compare by content however their payload is cut. */
export function comparable(frame: Frame): unknown {
  if ('digest' in frame) return { ...frame, digest: [...frame.digest] };
  if ('digests' in frame) return { ...frame, digests: [...frame.digests] };
  const plain = 'bits' in frame ? { ...frame, bits: [...frame.bits] } : frame;
  if (!('payload' in plain) || !(plain.payload instanceof ByteChunks)) return plain;
  const { integrity: added } = plain;
  return {
    ...plain,
    payload: plain.payload.chunks.flatMap((chunk) => [...chunk]),
    integrity: added === undefined ? undefined : { ...added, digest: [...added.digest] },
  };
}
