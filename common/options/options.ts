/**
 * Every option of a resource, in the units of the core: bytes, milliseconds, flags. Names and defaults are those of DRBD
 * (DRBD 9 §8.1); the text form with its ranges is in `option-table.ts`.
 *
 * A resource has one value of each; a peer may have its own net and peer-device options, a volume its own disk options.
 * `effectiveNet` and `effectiveDisk` lay them over each other.
 */
import type { Bytes, Millis } from '../units.ts';

/** How many voters make a quorum; a number is taken as it is (DRBD 9 §6.1, rule 3). */
export type QuorumThreshold = 'off' | 'majority' | 'all' | number;

export interface ResourceOptions {
  readonly quorum: QuorumThreshold;
  readonly quorumMinimumRedundancy: QuorumThreshold;
  /** `false`: absent nodes always count as voters (strict mode). */
  readonly quorumDynamicVoters: boolean;
  readonly onNoQuorum: 'suspend-io' | 'io-error';
  readonly onNoDataAccessible: 'io-error' | 'suspend-io';
  readonly onSuspendedPrimaryOutdated: 'disconnect' | 'force-secondary';
  readonly autoPromote: boolean;
  readonly autoPromoteTimeoutMs: Millis;
  readonly twopcTimeoutMs: Millis;
  readonly twopcRetryTimeoutMs: Millis;
  readonly peerAckWindowBytes: Bytes;
  readonly peerAckDelayMs: Millis;
  /** Requests in the transfer log; more wait at the client. */
  readonly nrRequests: number;
  /** How long a crashed Primary waits for its protocol-C peers before it acts on what it has itself (degr-wfc-timeout). */
  readonly degrWfcTimeoutMs: Millis;
  /** Ours: the period of the self-check. */
  readonly selfCheckMs: Millis;
}

export const AFTER_SPLIT_BRAIN_0 = [
  'disconnect',
  'discard-younger-primary',
  'discard-older-primary',
  'discard-zero-changes',
  'discard-least-changes',
  'discard-local',
  'discard-remote',
] as const;
export const AFTER_SPLIT_BRAIN_1 = [
  'disconnect',
  'consensus',
  'discard-secondary',
  'violently-as0p',
  'call-pri-lost-after-sb',
] as const;
export const AFTER_SPLIT_BRAIN_2 = ['disconnect', 'violently-as0p', 'call-pri-lost-after-sb'] as const;
export const RESYNC_CONFLICT = ['disconnect', 'retry-connect', 'call-pri-lost', 'violently', 'auto-discard'] as const;
type AfterSplitBrain0 = (typeof AFTER_SPLIT_BRAIN_0)[number];
type AfterSplitBrain1 = (typeof AFTER_SPLIT_BRAIN_1)[number];
type AfterSplitBrain2 = (typeof AFTER_SPLIT_BRAIN_2)[number];
type ResyncConflict = (typeof RESYNC_CONFLICT)[number];
export type Digest = 'none' | 'crc32c' | 'crc32' | 'sha1' | 'sha256' | 'sha512' | 'md5';

/** Of the proof that two nodes know the same secret. */
export type HmacAlgorithm = 'sha256' | 'sha1' | 'sha512' | 'md5';

export interface NetOptions {
  /** `configured`: as the connection was made. */
  readonly protocol: 'configured' | 'A' | 'B' | 'C';
  /** A peer that owes an answer for timeoutMs × koCount is dropped; koCount 0: never. */
  readonly timeoutMs: Millis;
  readonly koCount: number;
  readonly pingIntMs: Millis;
  readonly pingTimeoutMs: Millis;
  readonly socketCheckTimeoutMs: Millis;
  readonly connectIntMs: Millis;
  /** Pages of 4 KiB that resync and verify may have under way. */
  readonly maxBuffers: number;
  readonly maxEpochSize: number;
  /** 0: the operating system decides. */
  readonly sndbufBytes: Bytes;
  readonly rcvbufBytes: Bytes;
  readonly tcpCork: boolean;
  readonly afterSb0pri: AfterSplitBrain0;
  readonly afterSb1pri: AfterSplitBrain1;
  readonly afterSb2pri: AfterSplitBrain2;
  readonly alwaysAsbp: boolean;
  readonly rrConflict: ResyncConflict;
  readonly allowTwoPrimaries: boolean;
  readonly fencing: 'dont-care' | 'resource-only' | 'resource-and-stonith';
  readonly onCongestion: 'block' | 'pull-ahead' | 'disconnect';
  /** In-flight bytes from which on a link counts as congested; 0: never by this. */
  readonly congestionFillBytes: Bytes;
  readonly congestionExtents: number;
  readonly useRle: boolean;
  readonly csumsAlg: Digest;
  readonly csumsAfterCrashOnly: boolean;
  readonly verifyAlg: Digest;
  readonly dataIntegrityAlg: Digest;
  readonly allowRemoteRead: boolean;
  /** `none`: peers are believed without a proof. */
  readonly cramHmacAlg: HmacAlgorithm | 'none';
  /** Never shown to anybody. '' = none. */
  readonly sharedSecret: string;
  /** Both streams are encrypted, and both ends show a certificate. */
  readonly tls: boolean;
}

export interface DiskOptions {
  readonly onIoError: 'detach' | 'pass_on' | 'call-local-io-error';
  /** `flush`: an epoch is flushed before its barrier is acknowledged; `drain`: the backing store has no volatile cache. */
  readonly writeOrdering: 'flush' | 'drain';
  readonly mdFlushes: boolean;
  readonly alExtents: number;
  readonly alUpdates: boolean;
  /** 0: a disk is waited for. */
  readonly diskTimeoutMs: Millis;
  readonly readBalancing:
    | 'prefer-local'
    | 'prefer-remote'
    | 'round-robin'
    | 'least-pending'
    | '32K-striping'
    | '64K-striping'
    | '128K-striping'
    | '256K-striping'
    | '512K-striping'
    | '1M-striping';
  /** `resource/volume` whose resync on this node goes first; '' = none. */
  readonly resyncAfter: string;
  /** 0: no thin resync. */
  readonly rsDiscardGranularityBytes: Bytes;
  readonly discardZeroesIfAligned: boolean;
  /** Bytes: what clients of the volume have to read and write whole. */
  readonly blockSize: '512' | '1024' | '2048' | '4096';
  /** Only whole blocks of this size are freed; 0: clients are offered no discards; INHERITED: as the backing stores like it. */
  readonly discardGranularityBytes: number;
}

export interface PeerDeviceOptions {
  /** Steps of 100 ms; 0: fixed `resyncRate`. */
  readonly cPlanAhead: number;
  /** Wanted in flight; 0: `cDelayTargetMs` decides. */
  readonly cFillTargetBytes: Bytes;
  readonly cDelayTargetMs: Millis;
  /** Bytes per second; 0: unlimited. */
  readonly cMaxRate: Bytes;
  /** Bytes per second; 0: never throttled for the application. */
  readonly cMinRate: Bytes;
  /** Bytes per second: of the fixed mode, and of the first step of the controller. */
  readonly resyncRate: Bytes;
  readonly resyncWithoutReplication: boolean;
  /** `false`: this peer gets no bitmap slot. */
  readonly bitmap: boolean;
  /** `false`: this diskless peer never breaks a tie. */
  readonly peerTiebreaker: boolean;
  /** Ours: resync requests in flight per target, and the largest one. */
  readonly resyncRequestsMax: number;
  readonly resyncRequestBytes: Bytes;
}

export interface ReplicationOptions extends ResourceOptions, NetOptions, DiskOptions, PeerDeviceOptions {}

/** What may differ per connection, and per volume. */
export type ConnectionOptions = NetOptions & PeerDeviceOptions;

/** Of a size in bytes: nothing was asked for. */
export const INHERITED = -1;

const KIB = 1_024;
const MIB = 1_048_576;
const ms = (value: number): Millis => value as Millis;
const size = (value: number): Bytes => value as Bytes;

export const DEFAULT_OPTIONS: ReplicationOptions = {
  quorum: 'off',
  quorumMinimumRedundancy: 'off',
  quorumDynamicVoters: true,
  onNoQuorum: 'suspend-io',
  onNoDataAccessible: 'io-error',
  onSuspendedPrimaryOutdated: 'disconnect',
  autoPromote: true,
  autoPromoteTimeoutMs: ms(2_000),
  twopcTimeoutMs: ms(30_000),
  twopcRetryTimeoutMs: ms(100),
  peerAckWindowBytes: size(2 * MIB),
  peerAckDelayMs: ms(100),
  nrRequests: 8_000,
  degrWfcTimeoutMs: ms(30_000),
  selfCheckMs: ms(10_000),
  protocol: 'configured',
  timeoutMs: ms(6_000),
  koCount: 7,
  pingIntMs: ms(10_000),
  pingTimeoutMs: ms(500),
  socketCheckTimeoutMs: ms(0),
  connectIntMs: ms(10_000),
  maxBuffers: 2_048,
  maxEpochSize: 2_048,
  sndbufBytes: size(0),
  rcvbufBytes: size(0),
  tcpCork: true,
  afterSb0pri: 'disconnect',
  afterSb1pri: 'disconnect',
  afterSb2pri: 'disconnect',
  alwaysAsbp: false,
  rrConflict: 'disconnect',
  allowTwoPrimaries: false,
  fencing: 'dont-care',
  onCongestion: 'block',
  congestionFillBytes: size(0),
  congestionExtents: 1_237,
  useRle: true,
  csumsAlg: 'none',
  csumsAfterCrashOnly: false,
  verifyAlg: 'none',
  dataIntegrityAlg: 'none',
  allowRemoteRead: true,
  cramHmacAlg: 'none',
  sharedSecret: '',
  tls: false,
  onIoError: 'detach',
  writeOrdering: 'flush',
  mdFlushes: true,
  alExtents: 1_237,
  alUpdates: true,
  diskTimeoutMs: ms(0),
  readBalancing: 'prefer-local',
  resyncAfter: '',
  rsDiscardGranularityBytes: size(0),
  discardZeroesIfAligned: true,
  blockSize: '512',
  discardGranularityBytes: INHERITED,
  cPlanAhead: 20,
  cFillTargetBytes: size(100 * 512),
  cDelayTargetMs: ms(1_000),
  cMaxRate: size(102_400 * KIB),
  cMinRate: size(250 * KIB),
  resyncRate: size(250 * KIB),
  resyncWithoutReplication: false,
  bitmap: true,
  peerTiebreaker: true,
  resyncRequestsMax: 16,
  resyncRequestBytes: size(MIB),
};

export function effectiveNet(all: ReplicationOptions, own: Partial<ConnectionOptions> | undefined): ConnectionOptions {
  return own === undefined ? all : { ...all, ...own };
}

export function effectiveDisk(all: ReplicationOptions, own: Partial<DiskOptions> | undefined): DiskOptions {
  return own === undefined ? all : { ...all, ...own };
}
