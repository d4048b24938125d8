/** The properties that steer the controller itself: placement, automatisms, defaults. What each one does its own part explains. */
import { type Level, SEARCH_ORDERS } from './levels.ts';
import type { PropertyValue } from './values.ts';

export interface PropertySpec {
  readonly key: string;
  /** Where it may stand, in the order of the search. */
  readonly order: readonly Level[];
  /** Where it may stand as well, without being inherited from there. */
  readonly alsoOn: readonly Level[];
  readonly value: PropertyValue;
  readonly help: string;
  /** What counts where nobody has set it; empty: nothing, or what is below decides. */
  readonly usual: string;
}

export type SearchOrder = keyof typeof SEARCH_ORDERS;

const boolean = { kind: 'boolean' } as const;
const number = (min: number, max: number, unit = ''): PropertyValue => ({ kind: 'number', min, max, unit });
const decimal = (max: number): PropertyValue => ({ kind: 'decimal', min: 0, max });
export const choice = (...values: readonly string[]): PropertyValue => ({ kind: 'choice', values });

export const spec = (
  key: string,
  order: SearchOrder,
  value: PropertyValue,
  usual: string,
  help: string,
): PropertySpec => ({
  key,
  order: SEARCH_ORDERS[order],
  alsoOn: [],
  value,
  help,
  usual,
});

const MINUTES_MAX = 525_600;
const SECONDS_MAX = 31_536_000;
const RATIO_MAX = 100_000;
const WEIGHT_MAX = 1_000_000;

export const OWN_PROPERTIES: readonly PropertySpec[] = [
  spec(
    'DrbdOptions/auto-quorum',
    'policy',
    choice('disabled', 'suspend-io', 'io-error'),
    'io-error',
    'Whether quorum is set by the number of replicas, and what a Primary without quorum then does',
  ),
  spec(
    'DrbdOptions/auto-add-quorum-tiebreaker',
    'policy',
    boolean,
    'True',
    'Keep a diskless tie-breaker where the number of diskful replicas is even',
  ),
  spec(
    'DrbdOptions/auto-diskful',
    'autoDiskful',
    number(0, MINUTES_MAX, 'minutes'),
    '',
    'A diskless replica that is in use for so long gets a disk',
  ),
  spec(
    'DrbdOptions/auto-diskful-allow-cleanup',
    'autoDiskful',
    boolean,
    'True',
    'After auto-diskful a replica beyond the wanted number may be removed',
  ),
  spec(
    'DrbdOptions/AutoEvictAfterTime',
    'node',
    number(1, MINUTES_MAX, 'minutes'),
    '720',
    'How long a node may be away before its replicas are replaced',
  ),
  spec('DrbdOptions/AutoEvictAllowEviction', 'node', boolean, 'True', 'Whether a node that is away may be evicted'),
  spec(
    'DrbdOptions/AutoEvictMaxDisconnectedNodes',
    'controller',
    number(0, 100, 'percent'),
    '34',
    'With more nodes away than this nobody is evicted; 0: never, 100: always',
  ),
  spec(
    'DrbdOptions/AutoEvictMinReplicaCount',
    'policy',
    number(1, 32),
    '',
    'Replicas that must be left before an evicted one is given up; usually the place count of the group',
  ),
  spec('DrbdOptions/SkipDisk', 'skipDisk', boolean, '', 'Do not attach the disk: it has failed'),
  spec(
    'BalanceResourcesEnabled',
    'policy',
    boolean,
    'True',
    'Add and remove replicas until there are as many as the group wants',
  ),
  spec(
    'BalanceResourcesInterval',
    'controller',
    number(1, SECONDS_MAX, 'seconds'),
    '3600',
    'How often that is looked at',
  ),
  spec(
    'BalanceResourcesGracePeriod',
    'controller',
    number(0, SECONDS_MAX, 'seconds'),
    '3600',
    'A resource with a replica younger than this is left alone',
  ),
  spec(
    'BalanceResourcesSkipDiskLimit',
    'controller',
    number(0, 32),
    '1',
    'A resource with more skipped disks than this is left alone',
  ),
  {
    ...spec('AutoplaceTarget', 'node', boolean, 'True', 'Whether replicas may be placed here by the controller'),
    alsoOn: ['SP'],
  },
  spec(
    'AllowMixingStoragePoolDriver',
    'policy',
    boolean,
    'False',
    'Whether replicas of one resource may live in different kinds of storage pools',
  ),
  spec('Autoplacer/Weights/MaxFreeSpace', 'controller', decimal(WEIGHT_MAX), '1', 'Weight of free space'),
  spec(
    'Autoplacer/Weights/MinReservedSpace',
    'controller',
    decimal(WEIGHT_MAX),
    '0',
    'Weight of little promised space',
  ),
  spec('Autoplacer/Weights/MinRscCount', 'controller', decimal(WEIGHT_MAX), '0.00001', 'Weight of few resources'),
  spec('Autoplacer/Weights/MaxThroughput', 'controller', decimal(WEIGHT_MAX), '0', 'Weight of throughput to spare'),
  spec(
    'Autoplacer/MaxThroughput',
    'poolOnly',
    number(0, Number.MAX_SAFE_INTEGER, 'bytes/s'),
    '',
    'What the disks of the pool can move, for the weight MaxThroughput',
  ),
  spec(
    'Autoplacer/MinThinFreeSpace',
    'storagePool',
    number(0, 100, 'percent'),
    '10',
    'A thin pool with less free space gets no replicas',
  ),
  spec(
    'MaxOversubscriptionRatio',
    'storagePool',
    decimal(RATIO_MAX),
    '',
    'How many times its space a pool may promise; usually 20 for thin kinds, 1 for others',
  ),
  spec(
    'MaxFreeCapacityOversubscriptionRatio',
    'storagePool',
    decimal(RATIO_MAX),
    '',
    'The same, of the free space alone',
  ),
  spec('MaxTotalCapacityOversubscriptionRatio', 'storagePool', decimal(RATIO_MAX), '', 'The same, of the whole space'),
  spec(
    'StorPoolName',
    'storagePoolName',
    { kind: 'name', of: 'storage-pool' },
    'DfltStorPool',
    'Storage pool of a replica that is made without naming one',
  ),
  spec(
    'PrefNic',
    'preferredInterface',
    { kind: 'name', of: 'net-interface' },
    '',
    'Network interface through which the other nodes replicate to this one; usually the active one',
  ),
  ...['read', 'write'].flatMap((way) =>
    [
      ['', 'bytes/s'],
      ['_iops', 'requests/s'],
    ].map(([suffix = '', unit = '']) =>
      spec(
        `sys/fs/blkio_throttle_${way}${suffix}`,
        'throttle',
        number(0, Number.MAX_SAFE_INTEGER, unit),
        '',
        `What clients may ${way} of a volume. Counted by the weight MaxThroughput; not enforced yet`,
      ),
    ),
  ),
];
