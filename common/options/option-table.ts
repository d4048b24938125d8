/**
 * The options in the words of people: DRBD's names, units and ranges (DRBD 9 §8.1, drbdsetup). One table, from which
 * texts are parsed, values are printed, and a value out of range is refused with the range.
 */
import { OperationError } from '../errors.ts';
import type { NodeId, VolumeNumber } from '../ids.ts';
import { nearest } from '../nearest.ts';
import {
  AFTER_SPLIT_BRAIN_0,
  AFTER_SPLIT_BRAIN_1,
  AFTER_SPLIT_BRAIN_2,
  DEFAULT_OPTIONS,
  INHERITED,
  type ReplicationOptions,
  RESYNC_CONFLICT,
} from './options.ts';

export type OptionScope = 'resource' | 'net' | 'disk' | 'peer-device';

/** Without `peer` or `volume` a change is for all of them, as far as they have no value of their own. */
export interface OptionChange {
  readonly scope: OptionScope;
  readonly peer: NodeId | undefined;
  readonly volume: VolumeNumber | undefined;
  /** DRBD's name and text of each; `default` brings back what is usual. */
  readonly values: Readonly<Record<string, string>>;
}

type Key = keyof ReplicationOptions;

interface NumberKind {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  /** The core's value is the written number times this. */
  readonly scale: number;
  readonly unit: string;
  /** May be left to what is below, in this word; the core's value is then INHERITED. */
  readonly unset?: string;
  /** Only multiples of this. */
  readonly step?: number;
}
interface ChoiceKind {
  readonly kind: 'choice';
  readonly values: readonly string[];
}
type ValueKind =
  | NumberKind
  | ChoiceKind
  | { readonly kind: 'flag' }
  | { readonly kind: 'words'; readonly yes: string; readonly no: string }
  | { readonly kind: 'quorum' }
  | { readonly kind: 'text' }
  | { readonly kind: 'secret' };

export interface OptionEntry {
  readonly name: string;
  readonly scope: OptionScope;
  readonly key: Key;
  readonly value: ValueKind;
}

const flag = { kind: 'flag' } as const;
const quorum = { kind: 'quorum' } as const;
const text = { kind: 'text' } as const;
const secret = { kind: 'secret' } as const;
const number = (min: number, max: number, unit = '', scale = 1): NumberKind => ({
  kind: 'number',
  min,
  max,
  unit,
  scale,
});
const choice = (...values: readonly string[]): ChoiceKind => ({ kind: 'choice', values });
const digest = choice('none', 'crc32c', 'crc32', 'sha1', 'sha256', 'sha512', 'md5');

const entry = (scope: OptionScope, name: string, key: Key, value: ValueKind): OptionEntry => ({
  scope,
  name,
  key,
  value,
});

/** As in DRBD. */
const SECRET_LENGTH_MAX = 64;
const KIB_PER_S = number(0, 4_194_304, 'KiB/s', 1_024);

export const OPTION_TABLE: readonly OptionEntry[] = [
  entry('resource', 'quorum', 'quorum', quorum),
  entry('resource', 'quorum-minimum-redundancy', 'quorumMinimumRedundancy', quorum),
  entry('resource', 'quorum-dynamic-voters', 'quorumDynamicVoters', flag),
  entry('resource', 'on-no-quorum', 'onNoQuorum', choice('suspend-io', 'io-error')),
  entry('resource', 'on-no-data-accessible', 'onNoDataAccessible', choice('io-error', 'suspend-io')),
  entry(
    'resource',
    'on-suspended-primary-outdated',
    'onSuspendedPrimaryOutdated',
    choice('disconnect', 'force-secondary'),
  ),
  entry('resource', 'auto-promote', 'autoPromote', flag),
  entry('resource', 'auto-promote-timeout', 'autoPromoteTimeoutMs', number(0, 600, '1/10 s', 100)),
  entry('resource', 'twopc-timeout', 'twopcTimeoutMs', number(50, 600, '1/10 s', 100)),
  entry('resource', 'twopc-retry-timeout', 'twopcRetryTimeoutMs', number(1, 50, '1/10 s', 100)),
  entry('resource', 'peer-ack-window', 'peerAckWindowBytes', number(2_048, 204_800, 'sectors', 512)),
  entry('resource', 'peer-ack-delay', 'peerAckDelayMs', number(1, 10_000, 'ms')),
  entry('resource', 'nr-requests', 'nrRequests', number(4, 4_294_967, '')),
  entry('resource', 'degr-wfc-timeout', 'degrWfcTimeoutMs', number(0, 86_400, 's', 1_000)),
  entry('net', 'protocol', 'protocol', choice('configured', 'A', 'B', 'C')),
  entry('net', 'timeout', 'timeoutMs', number(1, 600, '1/10 s', 100)),
  entry('net', 'ko-count', 'koCount', number(0, 200)),
  entry('net', 'ping-int', 'pingIntMs', number(1, 120, 's', 1_000)),
  entry('net', 'ping-timeout', 'pingTimeoutMs', number(1, 300, '1/10 s', 100)),
  entry('net', 'socket-check-timeout', 'socketCheckTimeoutMs', number(0, 300, '1/10 s', 100)),
  entry('net', 'connect-int', 'connectIntMs', number(1, 120, 's', 1_000)),
  entry('net', 'max-buffers', 'maxBuffers', number(32, 131_072, 'pages')),
  entry('net', 'max-epoch-size', 'maxEpochSize', number(1, 20_000, 'writes')),
  entry('net', 'sndbuf-size', 'sndbufBytes', number(0, 134_217_728, 'bytes')),
  entry('net', 'rcvbuf-size', 'rcvbufBytes', number(0, 134_217_728, 'bytes')),
  entry('net', 'tcp-cork', 'tcpCork', flag),
  entry('net', 'after-sb-0pri', 'afterSb0pri', choice(...AFTER_SPLIT_BRAIN_0)),
  entry('net', 'after-sb-1pri', 'afterSb1pri', choice(...AFTER_SPLIT_BRAIN_1)),
  entry('net', 'after-sb-2pri', 'afterSb2pri', choice(...AFTER_SPLIT_BRAIN_2)),
  entry('net', 'always-asbp', 'alwaysAsbp', flag),
  entry('net', 'rr-conflict', 'rrConflict', choice(...RESYNC_CONFLICT)),
  entry('net', 'allow-two-primaries', 'allowTwoPrimaries', flag),
  entry('net', 'fencing', 'fencing', choice('dont-care', 'resource-only', 'resource-and-stonith')),
  entry('net', 'on-congestion', 'onCongestion', choice('block', 'pull-ahead', 'disconnect')),
  entry('net', 'congestion-fill', 'congestionFillBytes', number(0, 20_971_520, 'sectors', 512)),
  entry('net', 'congestion-extents', 'congestionExtents', number(67, 65_534)),
  entry('net', 'use-rle', 'useRle', flag),
  entry('net', 'csums-alg', 'csumsAlg', digest),
  entry('net', 'csums-after-crash-only', 'csumsAfterCrashOnly', flag),
  entry('net', 'verify-alg', 'verifyAlg', digest),
  entry('net', 'data-integrity-alg', 'dataIntegrityAlg', digest),
  entry('net', 'allow-remote-read', 'allowRemoteRead', flag),
  entry('net', 'cram-hmac-alg', 'cramHmacAlg', choice('none', 'sha256', 'sha1', 'sha512', 'md5')),
  entry('net', 'shared-secret', 'sharedSecret', secret),
  entry('net', 'tls', 'tls', flag),
  entry('disk', 'on-io-error', 'onIoError', choice('detach', 'pass_on', 'call-local-io-error')),
  entry('disk', 'disk-flushes', 'writeOrdering', { kind: 'words', yes: 'flush', no: 'drain' }),
  entry('disk', 'md-flushes', 'mdFlushes', flag),
  entry('disk', 'al-extents', 'alExtents', number(67, 65_534)),
  entry('disk', 'al-updates', 'alUpdates', flag),
  entry('disk', 'disk-timeout', 'diskTimeoutMs', number(0, 6_000, '1/10 s', 100)),
  entry(
    'disk',
    'read-balancing',
    'readBalancing',
    choice(
      'prefer-local',
      'prefer-remote',
      'round-robin',
      'least-pending',
      '32K-striping',
      '64K-striping',
      '128K-striping',
      '256K-striping',
      '512K-striping',
      '1M-striping',
    ),
  ),
  entry('disk', 'resync-after', 'resyncAfter', text),
  entry('disk', 'rs-discard-granularity', 'rsDiscardGranularityBytes', number(0, 1_048_576, 'bytes')),
  entry('disk', 'discard-zeroes-if-aligned', 'discardZeroesIfAligned', flag),
  entry('disk', 'block-size', 'blockSize', choice('512', '1024', '2048', '4096')),
  entry('disk', 'discard-granularity', 'discardGranularityBytes', {
    ...number(0, 134_217_728, 'bytes'),
    unset: 'inherited',
    step: 512,
  }),
  entry('peer-device', 'c-plan-ahead', 'cPlanAhead', number(0, 300, '1/10 s')),
  entry('peer-device', 'c-fill-target', 'cFillTargetBytes', number(0, 1_048_576, 'sectors', 512)),
  entry('peer-device', 'c-delay-target', 'cDelayTargetMs', number(1, 100, '1/10 s', 100)),
  entry('peer-device', 'c-max-rate', 'cMaxRate', KIB_PER_S),
  entry('peer-device', 'c-min-rate', 'cMinRate', KIB_PER_S),
  entry('peer-device', 'resync-rate', 'resyncRate', number(1, 4_194_304, 'KiB/s', 1_024)),
  entry('peer-device', 'resync-without-replication', 'resyncWithoutReplication', flag),
  entry('peer-device', 'bitmap', 'bitmap', flag),
  entry('peer-device', 'peer-tiebreaker', 'peerTiebreaker', flag),
];

/** Known by name and range, but another value than the usual one would be a false promise: why. */
const NOT_HONOURED: ReadonlyMap<string, string> = new Map([
  ['rcvbuf-size', 'the operating system sizes the receive buffer by itself, and Node.js cannot tell it otherwise'],
]);

/** Options of DRBD that have no counterpart: why. */
const WITHOUT_COUNTERPART: ReadonlyMap<string, string> = new Map([
  ['disk-barrier', 'a backing store is flushed; there are no barriers in user space'],
  ['disk-drain', 'the writes of an epoch are always waited for'],
  ['load-balance-paths', 'there is one path to each peer'],
]);

const BY_NAME = new Map(OPTION_TABLE.map((each) => [each.name, each]));

/** @throws OperationError OPTION_UNKNOWN, with the nearest name; OPTION_UNSUPPORTED for one of DRBD's that has no counterpart. */
export function optionNamed(name: string): OptionEntry {
  const found = BY_NAME.get(name);
  if (found !== undefined) return found;
  const why = WITHOUT_COUNTERPART.get(name);
  if (why !== undefined)
    throw new OperationError('OPTION_UNSUPPORTED', `there is no option "${name}" here`, { cause: why });
  throw new OperationError('OPTION_UNKNOWN', `there is no option "${name}"`, {
    correction: `Did you mean "${nearest(name, BY_NAME.keys())}"?`,
  });
}

/**
 * The value in the units of the core. @throws OperationError OPTION_OUT_OF_RANGE, which names what is allowed;
 * OPTION_UNSUPPORTED for a value that this release would not honour.
 */
export function parseOption(option: OptionEntry, written: string): number | boolean | string {
  const value = readValue(option, written);
  const why = NOT_HONOURED.get(option.name);
  if (why === undefined || value === DEFAULT_OPTIONS[option.key]) return value;
  throw new OperationError('OPTION_UNSUPPORTED', `${option.name} cannot be changed in this release`, {
    cause: why,
    correction: `Leave it at ${printOption(option, DEFAULT_OPTIONS[option.key])}.`,
  });
}

function readValue(option: OptionEntry, written: string): number | boolean | string {
  const { value } = option;
  switch (value.kind) {
    case 'flag':
      if (written === 'yes' || written === 'no') return written === 'yes';
      break;
    case 'words':
      if (written === 'yes' || written === 'no') return value[written];
      break;
    case 'choice':
      if (value.values.includes(written)) return written;
      break;
    case 'quorum': {
      if (written === 'off' || written === 'majority' || written === 'all') return written;
      const votes = wholeNumber(written);
      if (votes !== undefined && votes >= 1 && votes <= 32) return votes;
      break;
    }
    case 'number': {
      if (written === value.unset) return INHERITED;
      const given = wholeNumber(written);
      const { min, max, step = 1 } = value;
      if (given !== undefined && given >= min && given <= max && given % step === 0) return given * value.scale;
      break;
    }
    case 'secret':
      if (written.length <= SECRET_LENGTH_MAX && /^[!-~]*$/.test(written) && !written.includes(',')) return written;
      break;
    default:
      if (written.length <= 128 && /^[\w.:/-]*$/.test(written)) return written;
  }
  // Even one that is refused is a secret: somebody may have mistyped a single character.
  const shown = value.kind === 'secret' ? 'this text' : `"${written.slice(0, 64)}"`;
  throw new OperationError('OPTION_OUT_OF_RANGE', `${shown} is no value for ${option.name}`, {
    correction: `Allowed: ${rangeOf(option)}.`,
  });
}

/** The text that brings this value about again; unlike `printOption` also of a secret. */
export const optionText = (option: OptionEntry, value: number | boolean | string): string =>
  option.value.kind === 'secret' ? String(value) : printOption(option, value);

/** For people: what may be written. */
export function rangeOf({ value }: OptionEntry): string {
  switch (value.kind) {
    case 'flag':
    case 'words':
      return 'yes or no';
    case 'choice':
      return value.values.join(', ');
    case 'quorum':
      return 'off, majority, all, or a number from 1 to 32';
    case 'number':
      return numbersOf(value);
    case 'secret':
      return `at most ${SECRET_LENGTH_MAX} printable characters of ASCII without space and comma`;
    default:
      return 'at most 128 letters, digits and . : / - _';
  }
}

/** The text that `parseOption` turns into this value; of a secret only that there is one. */
export function printOption(option: OptionEntry, value: number | boolean | string): string {
  if (option.value.kind === 'secret') return value === '' ? '' : '(set)';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (option.value.kind === 'number')
    return value === INHERITED ? (option.value.unset ?? '') : String(Number(value) / option.value.scale);
  if (option.value.kind === 'words') return value === option.value.yes ? 'yes' : 'no';
  return String(value);
}

/**
 * Values that exclude each other (DRBD refuses them with the same reasons).
 * @returns why not, or undefined
 */
export function optionConflict(
  options: ReplicationOptions,
  protocols: readonly ('A' | 'B' | 'C')[],
): string | undefined {
  if (options.allowTwoPrimaries && protocols.some((protocol) => protocol !== 'C'))
    return 'allow-two-primaries needs protocol C on every connection';
  const conflict = fencingConflict(options, protocols) ?? secretConflict(options);
  if (conflict !== undefined) return conflict;
  if (options.onCongestion !== 'block' && protocols.some((protocol) => protocol !== 'A'))
    return 'on-congestion other than block needs protocol A';
  return undefined;
}

/** Under protocol A a client is answered before anybody else has the write: freezing would come too late. */
export function fencingConflict(
  { fencing }: Pick<ReplicationOptions, 'fencing'>,
  protocols: readonly ('A' | 'B' | 'C')[],
): string | undefined {
  return fencing === 'resource-and-stonith' && protocols.includes('A')
    ? 'fencing resource-and-stonith excludes protocol A'
    : undefined;
}

function numbersOf(value: NumberKind): string {
  const { min, max, unset, step } = value;
  const first = unset === undefined ? '' : `${unset}, or `;
  return `${first}a whole number from ${min} to ${max}${unitOf(value)}${step === undefined ? '' : `, in steps of ${step}`}`;
}

/** A secret alone only waits for its algorithm (as in DRBD). */
export function secretConflict({
  cramHmacAlg,
  sharedSecret,
}: Pick<ReplicationOptions, 'cramHmacAlg' | 'sharedSecret'>): string | undefined {
  return cramHmacAlg !== 'none' && sharedSecret === '' ? 'cram-hmac-alg needs a shared-secret' : undefined;
}

const unitOf = ({ unit }: NumberKind): string => (unit === '' ? '' : ` (${unit})`);

function wholeNumber(written: string): number | undefined {
  return /^\d{1,10}$/.test(written) ? Number(written) : undefined;
}
