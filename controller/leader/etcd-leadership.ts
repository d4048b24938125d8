/**
 * Leadership by one key that is bound to a lease. Whoever finds no key writes it; it stands until the leader resigns or
 * has not prolonged its lease for so long that etcd drops it. The leader counts from the moment of asking, so it knows
 * of the end before anybody else can begin; its commits are conditional on the key in any case.
 */
import { z } from 'zod';
import { asOperationError, OperationError } from '../../common/errors.ts';
import { pause } from '../pause.ts';
import type { Clock, Log } from '../ports.ts';
import type { EtcdConnection } from '../store/etcd-connection.ts';
import type { Leadership, Term } from './leadership.ts';

const LEADER_KEY = 'leader';
const LOOK_EVERY_MS = 300;
const ATTEMPT_MS = 2_000;
const RETRY_MS = 200;
/** A lease is prolonged this often in its life. */
const PROLONGED_TIMES = 3;
/** The leader stops so long before its lease ends: clocks of two machines do not run alike. */
const MARGIN = 0.1;

const recordSchema = z.object({ address: z.string().optional(), identity: z.string() });

export interface EtcdLeadershipOptions {
  /** Where clients find this controller; undefined: it serves none, it only keeps others from writing. */
  readonly address: string | undefined;
  readonly leaseSeconds: number;
  /** Never the same. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class EtcdLeadership implements Leadership {
  private readonly connection: EtcdConnection;
  private readonly options: EtcdLeadershipOptions;
  private known: string | undefined;
  private silent = false;

  /** The connection stays open: whoever made it closes it. */
  constructor(connection: EtcdConnection, options: EtcdLeadershipOptions) {
    this.connection = connection;
    this.options = options;
  }

  leader(): string | undefined {
    return this.known;
  }

  async campaign(signal: AbortSignal): Promise<Term> {
    for (;;) {
      signal.throwIfAborted();
      try {
        const term = await this.look();
        this.silent = false;
        if (term !== undefined && !signal.aborted) return term;
        await term?.resign();
      } catch (error) {
        this.known = undefined;
        if (!this.silent) this.options.log.warn({ error: String(error) }, 'etcd does not answer');
        this.silent = true;
      }
      await pause(this.options.clock, LOOK_EVERY_MS, signal);
    }
  }

  /** @returns the term if the place was free and is now taken. */
  private async look(): Promise<EtcdTerm | undefined> {
    const { found } = await this.connection.transact({ conditions: [], writes: [], look: [LEADER_KEY] }, ATTEMPT_MS);
    this.known = addressOf(found.get(LEADER_KEY)?.value);
    if (found.has(LEADER_KEY)) return undefined;
    const { clock, leaseSeconds, address, identity } = this.options;
    const askedAt = clock.nowMs();
    const lease = await this.connection.grant(leaseSeconds, ATTEMPT_MS);
    const term = new EtcdTerm(this.connection, this.options, lease, askedAt);
    try {
      const value = JSON.stringify({ address, identity });
      const outcome = await this.connection.transact(
        {
          conditions: [{ key: LEADER_KEY, modRevision: 0 }],
          writes: [{ kind: 'put', key: LEADER_KEY, value }],
          lease,
          look: [LEADER_KEY],
        },
        ATTEMPT_MS,
      );
      if (outcome.held) {
        this.known = address;
        const forget = (): void => {
          this.known = undefined;
        };
        term.ended.addEventListener('abort', forget, { once: true });
        return term.begin(outcome.revision);
      }
      this.known = addressOf(outcome.found.get(LEADER_KEY)?.value);
    } catch (error) {
      // Perhaps the key stands: without its lease it goes again.
      await term.resign();
      throw error;
    }
    await term.resign();
    return undefined;
  }
}

class EtcdTerm implements Term {
  conditions: Term['conditions'] = [];
  private readonly connection: EtcdConnection;
  private readonly options: EtcdLeadershipOptions;
  private readonly lease: string;
  private readonly ending = new AbortController();
  private validUntil: number;

  constructor(connection: EtcdConnection, options: EtcdLeadershipOptions, lease: string, askedAt: number) {
    this.connection = connection;
    this.options = options;
    this.lease = lease;
    this.validUntil = askedAt + this.lastsMs;
  }

  get ended(): AbortSignal {
    return this.ending.signal;
  }

  begin(modRevision: number): this {
    this.conditions = [{ key: LEADER_KEY, modRevision }];
    void this.prolong();
    return this;
  }

  giveUp(reason: OperationError): void {
    this.end(reason.message);
    void this.resign();
  }

  async resign(): Promise<void> {
    this.end('This controller has resigned.');
    await this.connection.revoke(this.lease, ATTEMPT_MS).catch((error: unknown) => {
      this.options.log.warn({ error: String(error) }, 'cannot return the lease: it ends by itself');
    });
  }

  private get lastsMs(): number {
    return this.options.leaseSeconds * 1_000 * (1 - MARGIN);
  }

  private async prolong(): Promise<void> {
    const { clock } = this.options;
    let delayMs = this.lastsMs / PROLONGED_TIMES;
    for (;;) {
      await pause(clock, Math.min(delayMs, this.validUntil - clock.nowMs()), this.ended);
      if (this.ended.aborted) return;
      const askedAt = clock.nowMs();
      const leftMs = this.validUntil - askedAt;
      if (leftMs <= 0) return this.end('Its lease could not be prolonged in time.');
      try {
        if (!(await this.connection.prolong(this.lease, Math.min(leftMs, this.lastsMs / PROLONGED_TIMES)))) {
          return this.end('Its lease is over.');
        }
        this.validUntil = askedAt + this.lastsMs;
        delayMs = this.lastsMs / PROLONGED_TIMES;
      } catch (error) {
        if (!this.ended.aborted)
          this.options.log.warn({ error: asOperationError(error).message }, 'lease not prolonged');
        delayMs = RETRY_MS;
      }
    }
  }

  private end(cause: string): void {
    if (this.ended.aborted) return;
    this.ending.abort(
      new OperationError('NOT_LEADER', 'This controller does not lead any more', {
        cause,
        correction: 'Ask the leader: clients with a list of controllers find it by themselves.',
      }),
    );
  }
}

function addressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text)).address;
  } catch {
    return undefined;
  }
}
