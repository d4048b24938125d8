/**
 * Keeps all resources as they are wanted: looks at a resource whenever something that concerns it has changed, lets the
 * planner say the next move and makes it, until there is none. Level-triggered: what is not known is looked at again, and a
 * controller that starts anew finds everything that an earlier one has left half done.
 */
import { asOperationError } from '../../common/errors.ts';
import { findDefinition, findNode, leftoversOn, poolsOn, resourcesOn } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import { type ClusterStatus, isAway, observedResource } from '../domain/observed.ts';
import type { PlacementWorld } from '../placement/capacity.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { StatusCache } from '../satellites/status-cache.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Change, Draft } from '../state/tables.ts';
import { chooserOf } from './choose-place.ts';
import { planEvictions } from './eviction.ts';
import { makeMove } from './make-move.ts';
import { type Moment, planReplicas } from './plan.ts';
import { balanceIntervalMs } from './wishes.ts';

/** Resources looked at between two commits. */
const AT_ONCE = 32;
/** A resource that could not be brought where it is wanted is looked at again, whatever happens. */
const LOOK_AGAIN_MS = 60_000;
/** Something is wrong with the rules when a resource moves on and on; the rest must not wait for it. */
const MOVES_MAX = 100;

/** Space and states as placement sees them: what is true, and what a transaction is about to make true. */
export interface Worlds {
  now(): PlacementWorld;
  within(draft: Draft): PlacementWorld;
}

export interface KeeperContext {
  readonly state: ClusterState;
  readonly status: StatusCache;
  readonly worlds: Worlds;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class ReplicaKeeper {
  private readonly context: KeeperContext;
  /** Keys of resource definitions, and of nodes that may be evicted or are given up. */
  private readonly dirty = new Set<string>();
  private readonly waiting = new Map<string, readonly string[]>();
  private readonly awaySinceMs = new Map<string, number>();
  /** Diskless replicas that are Primary: since when, by `useKey`. */
  private readonly primarySinceMs = new Map<string, number>();
  /** Keys of definitions whose place count is looked at next. */
  private readonly toBalance = new Set<string>();
  private readonly ends: (() => void)[] = [];
  private nodesDirty = false;
  private working: Promise<void> | undefined;
  private cancelLook: (() => void) | undefined;
  private cancelBalance = (): void => {};
  private stopped = false;

  constructor(context: KeeperContext) {
    this.context = context;
  }

  start(): void {
    const { state, status } = this.context;
    this.ends.push(
      state.onChange((changes) => {
        for (const change of changes) this.onChange(change);
      }),
      status.onChange((change) => {
        if (change.kind === 'resource') this.onUse(change.name, change.node);
        else this.onNode(change.node);
      }),
    );
    this.markAll();
    this.balanceRegularly();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const end of this.ends) end();
    this.cancelLook?.();
    this.cancelBalance();
    await this.working;
  }

  /** What a resource waits for; empty: it is as it is wanted. */
  waitingOf(resourceName: string): readonly string[] {
    return this.waiting.get(nameKey(resourceName)) ?? [];
  }

  private onChange(change: Change): void {
    const { kind } = change;
    if (kind === 'resources' || kind === 'leftovers') {
      const entry = change.after ?? change.before;
      if (entry !== undefined) this.mark(entry.resourceName);
    } else if (kind === 'definitions') this.mark((change.after ?? change.before)?.name ?? '');
    else if (kind === 'nodes') this.onNode((change.after ?? change.before)?.name ?? '');
    else if (kind === 'groups') this.markAll();
    else if (kind === 'settings') this.onSettings();
    else if (kind === 'pools') this.markWaiting();
  }

  private onSettings(): void {
    this.cancelBalance();
    this.balanceRegularly();
    this.markAll();
  }

  private onNode(name: string): void {
    const { state, status, clock } = this.context;
    const key = nameKey(name);
    if (!isAway(status, name)) this.awaySinceMs.delete(key);
    else if (!this.awaySinceMs.has(key)) this.awaySinceMs.set(key, clock.nowMs());
    for (const { resourceName } of resourcesOn(state.view, name)) this.mark(resourceName);
    this.nodesDirty = true;
    this.markWaiting();
  }

  private onUse(resourceName: string, nodeName: string): void {
    const key = useKey(resourceName, nodeName);
    const observed = observedResource(this.status, nodeName, resourceName);
    if (observed?.role !== 'Primary' || observed.volumes.some(({ diskState }) => diskState !== 'Diskless')) {
      this.primarySinceMs.delete(key);
    } else if (!this.primarySinceMs.has(key)) this.primarySinceMs.set(key, this.context.clock.nowMs());
    this.mark(resourceName);
  }

  private balanceRegularly(): void {
    const { state, clock } = this.context;
    this.cancelBalance = clock.after(balanceIntervalMs(state.view), () => {
      for (const { name } of state.view.definitions.all()) this.toBalance.add(nameKey(name));
      this.markAll();
      this.balanceRegularly();
    });
  }

  /** Room, or a node, may be what they wait for. */
  private markWaiting(): void {
    for (const [key, reasons] of this.waiting) if (reasons.length > 0) this.dirty.add(key);
    this.wake();
  }

  private markAll(): void {
    for (const { name } of this.context.state.view.definitions.all()) this.dirty.add(nameKey(name));
    this.nodesDirty = true;
    this.wake();
  }

  private mark(name: string): void {
    this.dirty.add(nameKey(name));
    this.wake();
  }

  private wake(): void {
    if (!this.stopped) this.working ??= this.work();
  }

  private async work(): Promise<void> {
    await Promise.resolve();
    while (!this.stopped && (this.dirty.size > 0 || this.nodesDirty)) {
      if (this.nodesDirty) {
        this.nodesDirty = false;
        await this.keepNodes().catch((error: unknown) => {
          this.context.log.warn({ error: String(error) }, 'nodes cannot be changed as wanted');
        });
      }
      const some = [...this.dirty].slice(0, AT_ONCE);
      for (const key of some) this.dirty.delete(key);
      await Promise.all(some.map((key) => this.keep(key)));
    }
    this.working = undefined;
    this.lookAgain();
  }

  /** One resource, until it is as wanted or nothing more can be done for now. */
  private async keep(key: string): Promise<void> {
    const { worlds, log } = this.context;
    const balancing = this.toBalance.delete(key);
    try {
      for (let moves = 0; moves < MOVES_MAX && !this.stopped; moves += 1) {
        const seen = this.look(key, worlds.now(), balancing);
        if (seen === undefined) return;
        this.waiting.set(key, seen.waiting);
        if (seen.move === undefined) return;
        await this.move(key, balancing);
      }
      log.error({ resource: key }, 'the replicas of a resource do not come to rest');
    } catch (error) {
      const { message, because } = asOperationError(error);
      this.waiting.set(key, [[message, because].filter((text) => text !== undefined).join(': ')]);
      log.warn({ resource: key, reason: message, cause: because }, 'replicas cannot be changed as wanted');
    }
  }

  private look(key: string, world: PlacementWorld, balancing: boolean) {
    const { view } = world;
    const definition = findDefinition(view, key);
    if (definition === undefined) {
      this.waiting.delete(key);
      return undefined;
    }
    return planReplicas(view, this.status, definition, chooserOf(world), this.moment(balancing));
  }

  /** What was planned is planned again, on what is true when it is written. */
  private async move(key: string, balancing: boolean): Promise<void> {
    const { state, worlds, clock, random, log } = this.context;
    const { result: move } = await state.transaction((draft) => {
      const definition = findDefinition(draft, key);
      const planned = this.look(key, worlds.within(draft), balancing)?.move;
      if (definition === undefined || planned === undefined) return undefined;
      const newGeneration = (): string => random.generation();
      makeMove(draft, definition, planned, { status: this.status, nowMs: clock.wallMs(), newGeneration });
      return planned;
    });
    if (move !== undefined) log.info({ resource: key, ...summaryOf(move) }, 'replicas change');
  }

  private moment(balancing: boolean): Moment {
    const { clock } = this.context;
    return {
      balancing,
      wallMs: clock.wallMs(),
      primaryForMs: ({ resourceName, nodeName }) => {
        const since = this.primarySinceMs.get(useKey(resourceName, nodeName));
        return since === undefined ? 0 : clock.nowMs() - since;
      },
    };
  }

  /** Nodes that have been away for too long are evicted; those that are given up go once nothing of them is left. */
  private async keepNodes(): Promise<void> {
    const { state, clock, log } = this.context;
    const { evicted } = planEvictions(state.view, this.status, this.awaySinceMs, clock.nowMs());
    for (const { name } of evicted) {
      log.warn({ node: name }, 'a node has been away for too long: its replicas are made anew elsewhere');
      await state.transaction((draft) => {
        const node = findNode(draft, name);
        if (node !== undefined) draft.put('nodes', { ...node, evictedAtMs: clock.wallMs() });
      });
    }
    for (const { name, deletionRequestedAtMs } of [...state.view.nodes.all()]) {
      if (deletionRequestedAtMs === undefined || resourcesOn(state.view, name).length > 0) continue;
      await state.transaction((draft) => {
        const node = findNode(draft, name);
        if (node === undefined || resourcesOn(draft, name).length > 0) return;
        for (const pool of poolsOn(draft, name)) draft.delete('pools', pool);
        for (const leftover of leftoversOn(draft, name)) draft.delete('leftovers', leftover);
        draft.delete('nodes', node);
      });
    }
  }

  private lookAgain(): void {
    if (this.stopped) return;
    this.cancelLook?.();
    const { state, clock } = this.context;
    const { nextLookMs } = planEvictions(state.view, this.status, this.awaySinceMs, clock.nowMs());
    const delayMs = Math.min(LOOK_AGAIN_MS, Math.max(100, (nextLookMs ?? Number.POSITIVE_INFINITY) - clock.nowMs()));
    this.cancelLook = clock.after(delayMs, () => {
      this.nodesDirty = true;
      for (const use of this.primarySinceMs.keys()) this.dirty.add(use.slice(0, use.indexOf('/')));
      this.markWaiting();
    });
  }

  private get status(): ClusterStatus {
    return this.context.status;
  }
}

const useKey = (resourceName: string, nodeName: string): string => `${nameKey(resourceName)}/${nameKey(nodeName)}`;

type Planned = NonNullable<ReturnType<typeof planReplicas>['move']>;

function summaryOf(move: Planned): object {
  switch (move.kind) {
    case 'add':
      return { add: move.pool.nodeName, replaces: move.replaces };
    case 'add-tie-breaker':
      return { tieBreaker: move.nodeName };
    case 'remove':
      return { remove: move.resource.nodeName, reason: move.reason };
    case 'forget':
      return { forget: move.resource.nodeName };
    case 'fulfil':
      return { node: move.resource.nodeName, fulfilled: move.wish };
    case 'give-disk':
      return { disk: move.resource.nodeName };
    case 'settle-owed':
      return { owed: 0 };
  }
}
