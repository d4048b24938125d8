/**
 * The few things that we ask of etcd, in our own words: the only file that knows the package etcd3. It talks to one
 * endpoint at a time and turns to the next one when a call fails; nothing is repeated by itself, because only the caller
 * knows what a repetition does.
 */
import { Etcd3, type IOptions, type IRequestOp, isRecoverableError } from 'etcd3';
import type { KvCondition, KvWrite } from './kv-store.ts';

/** A key that etcd deletes by itself is bound to a lease. */
export interface EtcdRecord {
  readonly key: string;
  readonly value: string;
  readonly modRevision: number;
  readonly lease: string | undefined;
}

export interface EtcdSettings {
  /** `http://host:2379`, or `https://…` with TLS. */
  readonly endpoints: readonly string[];
  /** Before every key. */
  readonly prefix: string;
  readonly user?: { readonly name: string; readonly password: string } | undefined;
  readonly tls?:
    | { readonly ca: Buffer; readonly cert?: Buffer | undefined; readonly key?: Buffer | undefined }
    | undefined;
}

interface EtcdTransaction {
  readonly conditions: readonly KvCondition[];
  readonly writes: readonly KvWrite[];
  /** What the keys that are put are bound to. */
  readonly lease?: string;
  /** Read when the conditions hold and nothing is written, or when one does not hold. */
  readonly look: readonly string[];
}

interface EtcdOutcome {
  readonly held: boolean;
  readonly revision: number;
  /** Of the keys asked for, those that exist. */
  readonly found: ReadonlyMap<string, EtcdRecord>;
}

/** `certain`: etcd has refused and done nothing. Otherwise nobody knows whether it has been done, or will be. */
export class EtcdFailure extends Error {
  readonly certain: boolean;

  constructor(message: string, certain: boolean) {
    super(message);
    this.certain = certain;
  }
}

type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>;

/** The package would repeat calls and lock endpoints out for seconds: both are decided here. */
const NO_POLICY = {
  execute: async <T>(run: (context: { signal: AbortSignal }) => PromiseLike<T> | T) =>
    await run({ signal: new AbortController().signal }),
} as unknown as Policy;

const KEEPALIVE_MS = 2_000;

export class EtcdConnection {
  private readonly clients: readonly Etcd3[];
  private readonly prefix: string;
  private turn = 0;
  private closed = false;

  constructor(settings: EtcdSettings) {
    const { user, tls } = settings;
    this.prefix = settings.prefix;
    this.clients = settings.endpoints.map(
      (hosts) =>
        new Etcd3({
          hosts,
          ...(user === undefined ? {} : { auth: { username: user.name, password: user.password } }),
          ...(tls === undefined
            ? {}
            : {
                credentials: {
                  rootCertificate: tls.ca,
                  ...(tls.key === undefined ? {} : { privateKey: tls.key }),
                  ...(tls.cert === undefined ? {} : { certChain: tls.cert }),
                },
              }),
          faultHandling: { host: () => NO_POLICY, global: NO_POLICY },
          grpcOptions: {
            'grpc.keepalive_time_ms': KEEPALIVE_MS,
            'grpc.keepalive_timeout_ms': KEEPALIVE_MS,
            'grpc.max_receive_message_length': -1,
            // An endpoint that is back is tried soon, not after a minute of growing pauses.
            'grpc.initial_reconnect_backoff_ms': 100,
            'grpc.max_reconnect_backoff_ms': 1_000,
            'grpc.use_local_subchannel_pool': 1,
          },
        }),
    );
  }

  /** One atomic step. @throws EtcdFailure. */
  transact({ conditions, writes, lease, look }: EtcdTransaction, withinMs: number): Promise<EtcdOutcome> {
    const looking = look.map((key): IRequestOp => ({ request_range: { key: this.keyOf(key) } }));
    const writing = writes.map((write): IRequestOp => {
      const key = this.keyOf(write.key);
      if (write.kind === 'delete') return { request_delete_range: { key } };
      const value = Buffer.from(write.value);
      return { request_put: { key, value, ...(lease === undefined ? {} : { lease }) } };
    });
    return this.ask(async ({ kv }) => {
      const request = {
        compare: conditions.map(({ key, modRevision }) => ({
          result: 'Equal' as const,
          target: 'Mod' as const,
          key: this.keyOf(key),
          mod_revision: modRevision,
        })),
        success: writing.length > 0 ? writing : looking,
        failure: looking,
      };
      const reply = await kv.txn(request, within(withinMs));
      const rows = reply.responses.flatMap((each) => each.response_range?.kvs ?? []);
      const found = new Map(rows.map((row) => this.recordOf(row)).map((record) => [record.key, record]));
      return { held: reply.succeeded, revision: Number(reply.header.revision), found };
    });
  }

  /**
   * Records from `from` on in the order of their keys, at most `limit`, all of one revision (0: the present one).
   * @throws EtcdFailure.
   */
  page(
    from: string,
    limit: number,
    revision: number,
    withinMs: number,
  ): Promise<{ records: EtcdRecord[]; more: boolean; revision: number }> {
    return this.ask(async ({ kv }) => {
      const end = Buffer.from(this.prefix);
      // The first key behind all that begin with the prefix.
      end.writeUInt8((end.at(-1) ?? 0) + 1, end.length - 1);
      const request = { key: this.keyOf(from), range_end: end, limit, revision };
      const reply = await kv.range(request, within(withinMs));
      const records = reply.kvs.map((row) => this.recordOf(row));
      return { records, more: reply.more, revision: Number(reply.header.revision) };
    });
  }

  /** @returns the lease. @throws EtcdFailure. */
  grant(seconds: number, withinMs: number): Promise<string> {
    return this.ask(async ({ leaseClient }) => (await leaseClient.leaseGrant({ TTL: seconds }, within(withinMs))).ID);
  }

  /** @returns whether the lease was still there. @throws EtcdFailure. */
  prolong(lease: string, withinMs: number): Promise<boolean> {
    return this.ask(async ({ leaseClient }) => {
      const stream = await leaseClient.leaseKeepAlive(within(withinMs));
      return await new Promise<boolean>((resolve, reject) => {
        stream.on('error', reject);
        stream.on('data', ({ TTL }) => {
          resolve(Number(TTL) > 0);
          stream.end();
        });
        stream.write({ ID: lease });
      });
    });
  }

  /** Its keys go with it. @throws EtcdFailure. */
  async revoke(lease: string, withinMs: number): Promise<void> {
    await this.ask(({ leaseClient }) => leaseClient.leaseRevoke({ ID: lease }, within(withinMs)));
  }

  close(): void {
    this.closed = true;
    for (const client of this.clients) client.close();
  }

  private async ask<T>(call: (client: Etcd3) => Promise<T>): Promise<T> {
    const turn = this.turn;
    const client = this.clients[turn % this.clients.length];
    if (client === undefined || this.closed) throw new EtcdFailure('the connection is closed', true);
    try {
      return await call(client);
    } catch (error) {
      // Calls that fail together move on by one endpoint, not by as many as there were calls.
      if (this.turn === turn) this.turn += 1;
      const known = error instanceof Error ? error : new Error(String(error));
      throw new EtcdFailure(known.message, isCertain(known));
    }
  }

  private keyOf(key: string): Buffer {
    return Buffer.from(this.prefix + key);
  }

  private recordOf(row: { key: Buffer; value: Buffer; mod_revision: string; lease: string }): EtcdRecord {
    return {
      key: row.key.toString().slice(this.prefix.length),
      value: row.value.toString(),
      modRevision: Number(row.mod_revision),
      lease: row.lease === '0' ? undefined : row.lease,
    };
  }
}

const within = (ms: number) => ({ deadline: Date.now() + ms });

/** A broken connection may have come after the fact: only a refusal in words of etcd is certain. */
function isCertain(error: Error): boolean {
  if (/database space exceeded/.test(error.message)) return true;
  if (isRecoverableError(error)) return false;
  return /etcdserver: (?!request timed out|leader changed|no leader|server stopped|too many requests)/.test(
    error.message,
  );
}
