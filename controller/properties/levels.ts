/**
 * Where properties can stand, in the letters that lists show, and in which order they are searched (the first hit wins).
 * One row per family of keys, so that the same table tells where a key may be set.
 */

export const LEVELS = ['C', 'N', 'SP', 'RG', 'VG', 'RD', 'VD', 'R', 'V', 'NC', 'RC'] as const;
export type Level = (typeof LEVELS)[number];

/** As the API names the kinds of objects. */
export const LEVEL_KINDS: Readonly<Record<Level, string>> = {
  C: 'controller',
  N: 'node',
  SP: 'storage-pool',
  RG: 'resource-group',
  VG: 'volume-group',
  RD: 'resource-definition',
  VD: 'volume-definition',
  R: 'resource',
  V: 'volume',
  NC: 'node-connection',
  RC: 'resource-connection',
};

/** For people. */
export const nounOf = (level: Level): string => LEVEL_KINDS[level].replace('-', ' ');

export const levelOfKind = (kind: string): Level | undefined => LEVELS.find((level) => LEVEL_KINDS[level] === kind);

export const SEARCH_ORDERS = {
  resourceOption: ['R', 'RD', 'RG', 'N', 'C'],
  diskOption: ['V', 'R', 'VD', 'VG', 'RD', 'RG', 'N', 'C'],
  connectionOption: ['RC', 'RD', 'NC', 'RG', 'C'],
  storagePoolName: ['R', 'VD', 'RD', 'RG', 'N'],
  throttle: ['V', 'R', 'N', 'VD', 'RD', 'VG', 'RG', 'C'],
  preferredInterface: ['SP', 'N'],
  policy: ['RD', 'RG', 'C'],
  autoDiskful: ['R', 'N', 'RD', 'RG', 'C'],
  skipDisk: ['R', 'RD', 'RG', 'N', 'C'],
  storagePool: ['SP', 'C'],
  poolOnly: ['SP'],
  node: ['N', 'C'],
  controller: ['C'],
} as const satisfies Readonly<Record<string, readonly Level[]>>;
