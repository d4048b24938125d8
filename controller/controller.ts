/** Puts the parts of the controller together: store, satellites, services. Everything real is handed in. */
import { OperationError } from '../common/errors.ts';
import { MigrationKeeper } from './migration/keeper.ts';
import type { Clock, Log, Random } from './ports.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { ReplicaKeeper } from './replica-set/keeper.ts';
import { Settlement } from './reconcile/settlement.ts';
import type { ConnectSatellite } from './satellites/satellite-client.ts';
import { SatelliteFleet } from './satellites/satellite-fleet.ts';
import { StatusCache } from './satellites/status-cache.ts';
import { ErrorReports } from './service/error-reports.ts';
import { PlacementWorlds } from './service/placement-worlds.ts';
import { forgetOldRequests, type ServiceContext } from './service/use-case.ts';
import { ClusterState } from './state/cluster-state.ts';
import { addFirstObjects } from './state/first-objects.ts';
import { beginEpoch } from './state/epoch.ts';
import type { KvCondition, KvStore } from './store/kv-store.ts';

const FORGET_REQUESTS_EVERY_MS = 600_000;

export interface ControllerPorts {
  readonly store: KvStore;
  /** Of the leadership: every commit depends on them. */
  readonly conditions?: readonly KvCondition[];
  /** Called once when nothing can be changed any more. */
  readonly onLost?: (reason: OperationError) => void;
  readonly connect: ConnectSatellite;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Controller {
  readonly context: ServiceContext;
  readonly controllerId: string;
  readonly epoch: number;
  /** The store stays open: whoever made it closes it. */
  stop(): Promise<void>;
}

/** @throws OperationError STORE_FAILED, NOT_LEADER. */
export async function startController(ports: ControllerPorts): Promise<Controller> {
  const { store, connect, clock, random, log, conditions = [] } = ports;
  const { controllerId, epoch } = await beginEpoch(store, conditions, random.identity());
  const state = await ClusterState.load(store, {
    conditions,
    onLost: (reason) => {
      log.error({ reason: reason.message, cause: reason.because }, 'nothing can be changed any more');
      ports.onLost?.(reason);
    },
  });
  for (const { key, reason } of state.damaged) log.error({ key, reason }, 'a record of the store cannot be read');
  await state
    .transaction((draft) => addFirstObjects(draft, clock.wallMs()))
    .catch((error: unknown) => {
      // It starts all the same, without what cannot be read.
      if (!(error instanceof OperationError && error.code === 'RECORD_DAMAGED')) throw error;
    });
  const status = new StatusCache();
  const settlement = new Settlement(status, clock);
  const planner = new Reconciler(state, settlement);
  const commander = { controllerId, epoch };
  const fleet = new SatelliteFleet(state, { planner, status, connect, commander, clock, random, log });
  const worlds = new PlacementWorlds(state, status);
  const keeper = new ReplicaKeeper({ state, status, worlds, clock, random, log });
  const migrations = new MigrationKeeper({ state, status, clock, log });
  const reports = new ErrorReports({ state, clock, log, epoch });
  const waitingOf = (name: string): readonly string[] => keeper.waitingOf(name);
  const satellites = fleet;
  const context: ServiceContext = {
    state,
    status,
    settlement,
    satellites,
    worlds,
    waitingOf,
    reports,
    clock,
    random,
    log,
  };
  await forgetOldRequests(context);
  await fleet.start();
  keeper.start();
  migrations.start();
  const stopForgetting = forgetRegularly(context);
  const stop = async (): Promise<void> => {
    stopForgetting();
    await migrations.stop();
    await keeper.stop();
    await fleet.stop();
    await state.close();
  };
  return { context, controllerId, epoch, stop };
}

function forgetRegularly(context: ServiceContext): () => void {
  let cancel = (): void => {};
  const next = (): void => {
    cancel = context.clock.after(FORGET_REQUESTS_EVERY_MS, () => {
      forgetOldRequests(context)
        .catch((error: unknown) => context.log.warn({ error: String(error) }, 'cannot forget old requests'))
        .finally(next);
    });
  };
  next();
  return () => cancel();
}
