/**
 * Closes the windows of migrations that were called off, whose time is over or that have lost an end, as soon as one node
 * at most is Primary. All it knows is in the records: a controller that takes over goes on with what it finds.
 */
import { asOperationError } from '../../common/errors.ts';
import { findDefinition } from '../domain/cluster-view.ts';
import type { Migration } from '../domain/migration.ts';
import { nameKey } from '../domain/node.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import type { Clock, Log } from '../ports.ts';
import type { StatusCache } from '../satellites/status-cache.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { planWindow } from './window.ts';

/** After a commit that failed. */
const AGAIN_MS = 5_000;

export interface MigrationKeeperContext {
  readonly state: ClusterState;
  readonly status: StatusCache;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watched {
  readonly requestedAtMs: number;
  isOver: boolean;
  readonly cancel: () => void;
}

export class MigrationKeeper {
  private readonly context: MigrationKeeperContext;
  /** By key of the resource definition. */
  private readonly watched = new Map<string, Watched>();
  private readonly working = new Map<string, Promise<void>>();
  private readonly ends: (() => void)[] = [];
  private stopped = false;

  constructor(context: MigrationKeeperContext) {
    this.context = context;
  }

  start(): void {
    const { state, status } = this.context;
    this.ends.push(
      state.onChange((changes) => {
        for (const change of changes) {
          if (change.kind === 'definitions') this.follow(nameKey((change.after ?? change.before)?.name ?? ''));
          if (change.kind === 'resources') this.look(nameKey((change.after ?? change.before)?.resourceName ?? ''));
        }
      }),
      status.onChange((change) => {
        if (change.kind === 'resource') this.look(nameKey(change.name));
        if (change.kind === 'node') for (const key of [...this.watched.keys()]) this.look(key);
      }),
    );
    for (const { name, migration } of state.view.definitions.all())
      if (migration !== undefined) this.follow(nameKey(name));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const end of this.ends) end();
    for (const { cancel } of this.watched.values()) cancel();
    this.watched.clear();
    await Promise.all(this.working.values());
  }

  private follow(key: string): void {
    const { state, clock } = this.context;
    const migration = findDefinition(state.view, key)?.migration;
    const known = this.watched.get(key);
    if (known !== undefined && known.requestedAtMs !== migration?.requestedAtMs) {
      known.cancel();
      this.watched.delete(key);
    }
    if (migration === undefined || this.stopped) return;
    if (!this.watched.has(key)) {
      const watched: Watched = {
        requestedAtMs: migration.requestedAtMs,
        isOver: false,
        cancel: clock.after(migration.limitMs, () => {
          watched.isOver = true;
          this.look(key);
        }),
      };
      this.watched.set(key, watched);
    }
    this.look(key);
  }

  private look(key: string): void {
    if (this.stopped || !this.watched.has(key) || this.working.has(key) || this.step(key) === undefined) return;
    const work = this.take(key)
      .catch((error: unknown) => {
        const { message, because } = asOperationError(error);
        this.context.log.warn({ resource: key, reason: message, cause: because }, 'a migration cannot be ended');
        this.context.clock.after(AGAIN_MS, () => this.look(key));
      })
      .finally(() => {
        this.working.delete(key);
      });
    this.working.set(key, work);
  }

  /** What was planned is planned again on what is true when it is written, until there is nothing to do. */
  private async take(key: string): Promise<void> {
    const { state, log } = this.context;
    while (!this.stopped && this.step(key) !== undefined) {
      await state.transaction((draft) => {
        const definition = findDefinition(draft, key);
        const step = this.step(key, draft);
        if (definition?.migration === undefined || step === undefined) return;
        const { from, to, ending } = definition.migration;
        if (step === 'close') {
          draft.put('definitions', { ...definition, migration: undefined });
          log.info({ resource: definition.name, from, to, ending }, 'the window of a migration is closed');
          return;
        }
        draft.put('definitions', overdue(definition, definition.migration));
        log.error({ resource: definition.name, from, to }, 'a migration is over its limit, and two nodes are Primary');
      });
    }
  }

  private step(key: string, view = this.context.state.view): 'close' | 'stuck' | undefined {
    const definition = findDefinition(view, key);
    const watched = this.watched.get(key);
    if (definition?.migration === undefined || watched === undefined) return undefined;
    const step = planWindow(view, this.context.status, definition, definition.migration, watched.isOver);
    return step === 'wait' ? undefined : step;
  }
}

const overdue = (definition: ResourceDefinition, migration: Migration): ResourceDefinition => ({
  ...definition,
  migration: { ...migration, ending: 'overdue' },
});
