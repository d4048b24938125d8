/** From the settings to the store and the leadership that goes with it. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '../common/errors.ts';
import type { ControllerConfig, EtcdConfig } from './config.ts';
import { EtcdLeadership } from './leader/etcd-leadership.ts';
import type { Leadership } from './leader/leadership.ts';
import { SoleLeadership } from './leader/sole-leadership.ts';
import type { Clock, Log, Random } from './ports.ts';
import { EtcdConnection } from './store/etcd-connection.ts';
import { EtcdStore } from './store/etcd-store.ts';
import type { KvStore } from './store/kv-store.ts';
import { LevelStore } from './store/level-store.ts';

/** Beyond the lease: etcd notices its end, and the next candidate looks. */
const TAKE_OVER_MS = 3_000;

export interface StoreChoice {
  readonly leadership: Leadership;
  /** For one term; whoever opens it closes it. @throws OperationError STORE_FAILED. */
  openStore(): Promise<KvStore>;
  /** A leader that has just died is replaced within this time. */
  readonly takeOverMs: number;
  /** There are no other controllers. */
  readonly alone: boolean;
  /** The end of everything that the stores shared. */
  close(): void;
}

export interface ChoiceOptions {
  /** Where clients find this controller; undefined: nowhere. */
  readonly address: string | undefined;
  /** Whether the embedded store is made when it is missing. */
  readonly create: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** @throws OperationError INVALID_ARGUMENT for a file that cannot be read. */
export function chooseStore(config: ControllerConfig, options: ChoiceOptions): StoreChoice {
  if (config.etcd === undefined) return embedded(config.dataDir, options.create);
  const connection = new EtcdConnection({ ...config.etcd, tls: readTls(config.etcd) });
  const { address, clock, random, log } = options;
  const { leaseSeconds } = config.etcd;
  return {
    leadership: new EtcdLeadership(connection, { address, leaseSeconds, identity: random.identity(), clock, log }),
    openStore: async () => new EtcdStore(connection, { identity: random.identity(), clock }),
    takeOverMs: leaseSeconds * 1_000 + TAKE_OVER_MS,
    alone: false,
    close: () => connection.close(),
  };
}

function embedded(dataDir: string, create: boolean): StoreChoice {
  const directory = join(dataDir, 'store');
  return {
    leadership: new SoleLeadership(),
    openStore: async () => {
      if (!create && !existsSync(directory)) {
        throw new OperationError('STORE_FAILED', `There is no store in ${dataDir}`, {
          correction: 'Name its directory with --data-dir, or --store etcd.',
        });
      }
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      return await LevelStore.open(directory);
    },
    takeOverMs: TAKE_OVER_MS,
    alone: true,
    close: () => {},
  };
}

function readTls({ tls }: EtcdConfig) {
  if (tls === undefined) return undefined;
  const read = (path: string | undefined) => (path === undefined ? undefined : readPem(path));
  return { ca: readPem(tls.ca), cert: read(tls.cert), key: read(tls.key) };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OperationError('INVALID_ARGUMENT', `The file ${path} cannot be read`, {
      cause: error instanceof Error ? error.message : String(error),
      correction: 'It belongs to --etcd-ca, --etcd-cert or --etcd-key: name a PEM file that this user may read.',
    });
  }
}
