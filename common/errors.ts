/**
 * Errors as people meet them: what failed, why, what to do, with a stable code.
 * The list is append-only: scripts match on the numbers. `docs/errors.md` explains each.
 */

export const ERROR_CODES = {
  // names and arguments
  INVALID_NAME: 1001,
  INVALID_ARGUMENT: 1002,
  INVALID_SIZE: 1003,
  OPTION_UNKNOWN: 1004,
  OPTION_OUT_OF_RANGE: 1005,
  OPTION_CONFLICT: 1006,
  OPTION_UNSUPPORTED: 1007,
  PROPERTY_UNKNOWN: 1011,
  PROPERTY_INVALID: 1012,
  PROPERTY_UNSUPPORTED: 1013,
  // objects
  NODE_EXISTS: 1101,
  NODE_NOT_FOUND: 1102,
  NODE_IN_USE: 1103,
  NET_INTERFACE_EXISTS: 1104,
  NET_INTERFACE_NOT_FOUND: 1105,
  NET_INTERFACE_IN_USE: 1106,
  STORAGE_POOL_EXISTS: 1111,
  STORAGE_POOL_NOT_FOUND: 1112,
  STORAGE_POOL_IN_USE: 1113,
  RESOURCE_DEFINITION_EXISTS: 1121,
  RESOURCE_DEFINITION_NOT_FOUND: 1122,
  VOLUME_DEFINITION_EXISTS: 1131,
  VOLUME_DEFINITION_NOT_FOUND: 1132,
  RESOURCE_EXISTS: 1141,
  RESOURCE_NOT_FOUND: 1142,
  RESOURCE_IN_USE: 1143,
  PEER_SLOTS_EXHAUSTED: 1144,
  LAST_UP_TO_DATE_COPY: 1145,
  RESOURCE_GROUP_EXISTS: 1151,
  RESOURCE_GROUP_NOT_FOUND: 1152,
  RESOURCE_GROUP_IN_USE: 1153,
  VOLUME_GROUP_EXISTS: 1154,
  VOLUME_GROUP_NOT_FOUND: 1155,
  MIGRATION_UNDER_WAY: 1161,
  PATH_EXISTS: 1171,
  PATH_NOT_FOUND: 1172,
  KEY_VALUES_NOT_FOUND: 1181,
  // placement and space
  NOT_ENOUGH_NODES: 1201,
  NOT_ENOUGH_SPACE: 1202,
  UNDECIDABLE_PLACEMENT: 1203,
  LAYER_UNSUPPORTED: 1204,
  // satellites and the cluster
  SATELLITE_UNREACHABLE: 1301,
  SATELLITE_FAILED: 1302,
  VERSION_MISMATCH: 1303,
  WRONG_NODE: 1304,
  STALE_CONTROLLER: 1305,
  CONTROLLER_UNREACHABLE: 1306,
  TIMED_OUT: 1307,
  STORE_FAILED: 1308,
  NOT_LEADER: 1309,
  RECORD_DAMAGED: 1310,
  STORE_NOT_EMPTY: 1311,
  BACKUP_INVALID: 1312,
  // the data plane
  NOT_PROMOTABLE: 1401,
  OTHER_PRIMARY: 1402,
  DEVICE_OPEN: 1403,
  NO_UP_TO_DATE_DATA: 1404,
  VOLUME_NOT_FOUND: 1405,
  UNKNOWN_RESOURCE: 1406,
  IN_TRANSITION: 1407,
  NO_QUORUM: 1408,
  FORCED_SECONDARY: 1409,
  TWO_PRIMARIES: 1410,
  PEER_NOT_FENCED: 1411,
  OUTDATE_REFUSED: 1412,
  RESYNC_RUNNING: 1430,
  VERIFY_IMPOSSIBLE: 1431,
  PEERS_NOT_CONNECTED: 1432,
  SHRINK_REFUSED: 1433,
  DATA_DIVERGED: 1450,
  DISK_OUTDATED: 1451,
  PEER_CONFIGURED: 1460,
  NODE_ID_IN_USE: 1461,
  // storage
  METADATA_CORRUPT: 1501,
  METADATA_FOREIGN: 1502,
  METADATA_MISSING: 1503,
  METADATA_TOO_SMALL: 1504,
  BACKING_STORE_FAILED: 1505,
  BACKING_STORE_EXISTS: 1506,
  BACKING_STORE_TOO_SMALL: 1507,
  METADATA_VERSION: 1508,
  // protocols
  PROTOCOL_ERROR: 1601,
  FRAME_TOO_LARGE: 1602,
  CHECKSUM_MISMATCH: 1603,
  PROTOCOL_VERSION: 1604,
  UNKNOWN_COMMAND: 1605,
  AUTHENTICATION_FAILED: 1606,
  TLS_FAILED: 1607,
  // simulator
  ORACLE_VIOLATION: 1701,
  PLAN_INVALID: 1702,
  NONDETERMINISM: 1703,
  // everything else
  INTERNAL: 1999,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface OperationErrorOptions {
  /** Why it happened: `node "b" has been offline for 34 s`. */
  readonly cause?: string;
  /** What to do: `bring it back, or run: lockstep node lost b`. */
  readonly correction?: string;
  readonly details?: string;
  /** Objects concerned, for machines: `{ node: 'b', resource: 'db' }`. */
  readonly refs?: Readonly<Record<string, string>>;
}

export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: ErrorCode;
  readonly because: string | undefined;
  readonly correction: string | undefined;
  readonly details: string | undefined;
  readonly refs: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: OperationErrorOptions = {}) {
    super(message);
    this.code = code;
    this.because = options.cause;
    this.correction = options.correction;
    this.details = options.details;
    this.refs = options.refs ?? {};
  }

  get number(): number {
    return ERROR_CODES[this.code];
  }
}

/** For code that must show any failure to a person: an OperationError as it is, anything else as INTERNAL. */
export function asOperationError(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OperationError('INTERNAL', message, {
    correction: 'This is a defect of Lockstep: please report it with the log.',
  });
}
