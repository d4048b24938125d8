/**
 * The life of one controller among others: campaign, lead, stand by again, and so on until it is stopped. Everything that
 * leading takes (store, state, sessions with satellites) is made for one term and gone with it.
 */
import { asOperationError, type OperationError } from '../../common/errors.ts';
import type { Controller } from '../controller.ts';
import { pause } from '../pause.ts';
import type { Clock, Log } from '../ports.ts';
import type { KvCondition, KvStore } from '../store/kv-store.ts';
import type { Leadership, Term } from './leadership.ts';

/** So long the others go first after a start that failed. */
const AFTER_FAILURE_MS = 1_000;

export interface Stage {
  /** Clients are answered by this controller from now on. */
  lead(controller: Controller): void;
  /** Clients are sent to the leader from now on, those that wait included. */
  standBy(): void;
}

export interface SuccessionOptions {
  readonly leadership: Leadership;
  readonly openStore: () => Promise<KvStore>;
  readonly start: (
    store: KvStore,
    conditions: readonly KvCondition[],
    onLost: (reason: OperationError) => void,
  ) => Promise<Controller>;
  readonly stage: Stage;
  /** Nobody else could lead: then a start that fails is final. */
  readonly alone: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Resolves, with everything stopped, after `signal` is aborted. @throws OperationError when it is alone and cannot start. */
export async function succeed(options: SuccessionOptions, signal: AbortSignal): Promise<void> {
  const { leadership, stage, alone, clock, log } = options;
  while (!signal.aborted) {
    stage.standBy();
    const term = await leadership.campaign(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return undefined;
    });
    if (term === undefined) return;
    try {
      await reign(options, term, signal);
    } catch (error) {
      if (alone) throw error;
      const { message, because } = asOperationError(error);
      log.error({ error: message, cause: because }, 'cannot lead');
      await pause(clock, AFTER_FAILURE_MS, signal);
    }
  }
}

async function reign(
  { openStore, start, stage, log }: SuccessionOptions,
  term: Term,
  signal: AbortSignal,
): Promise<void> {
  let store: KvStore | undefined;
  let controller: Controller | undefined;
  // A commit that waits for the store must not hold up the end; whoever waits for it hears of the leader, not of the store.
  const onEnd = (): void => {
    stage.standBy();
    void store?.close();
  };
  term.ended.addEventListener('abort', onEnd, { once: true });
  try {
    store = await openStore();
    controller = await start(store, term.conditions, (reason) => term.giveUp(reason));
    if (!term.ended.aborted && !signal.aborted) {
      log.info({ epoch: controller.epoch }, 'leading');
      stage.lead(controller);
      await aborted(term.ended, signal);
    }
    if (term.ended.aborted) log.warn({ reason: asOperationError(term.ended.reason).because }, 'leads no more');
  } finally {
    stage.standBy();
    await controller?.stop();
    await store?.close();
    await term.resign();
    term.ended.removeEventListener('abort', onEnd);
  }
}

function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    for (const signal of signals) signal.addEventListener('abort', done, { once: true });
    if (signals.some((signal) => signal.aborted)) done();
  });
}
