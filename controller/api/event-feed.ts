/**
 * The stream of events: what the lists show, as differences. Level-triggered: a change of the store or of a status only
 * says "look"; a moment later the present picture is compared with the last one. No work while nobody watches.
 */
import type { WatchEventsResponse } from '../../proto/gen/lockstep/v1/WatchEventsResponse.ts';
import type { ClusterView } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { ClusterStatus } from '../domain/observed.ts';
import type { ServiceContext } from '../service/use-case.ts';
import { renderDefinition, renderNode, renderPool, renderResource, renderVolumeDefinition } from './render.ts';

export const EVENT_KINDS = ['node', 'storage-pool', 'resource-definition', 'volume-definition', 'resource'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

const COALESCE_MS = 100;

type EventObject = Pick<
  WatchEventsResponse,
  'node' | 'storagePool' | 'resourceDefinition' | 'volumeDefinition' | 'resource'
>;

interface Shown {
  readonly kind: EventKind;
  readonly key: string;
  readonly object: EventObject;
  readonly text: string;
}

export interface EventSubscriber {
  readonly kinds: ReadonlySet<EventKind>;
  send(event: Omit<WatchEventsResponse, 'sequence'>): void;
}

export class EventFeed {
  private readonly context: ServiceContext;
  private readonly subscribers = new Set<EventSubscriber>();
  private shown: ReadonlyMap<string, Shown> = new Map();
  private scheduled: (() => void) | undefined;
  private tail: Promise<void> = Promise.resolve();
  private readonly ends: (() => void)[];

  constructor(context: ServiceContext) {
    this.context = context;
    const watch = context.state.onChange(() => this.schedule());
    this.ends = [watch, context.status.onChange(() => this.schedule())];
  }

  /** The present state goes out first. @returns ends the subscription. */
  async subscribe(subscriber: EventSubscriber): Promise<() => void> {
    await this.refresh();
    const timestampMs = this.context.clock.wallMs();
    for (const { kind, key, object } of this.shown.values()) {
      if (subscriber.kinds.has(kind)) subscriber.send({ action: 'exists', kind, key, timestampMs, ...object });
    }
    subscriber.send({ action: 'sync', kind: '', key: '', timestampMs });
    this.subscribers.add(subscriber);
    return () => void this.subscribers.delete(subscriber);
  }

  close(): void {
    for (const end of this.ends) end();
    this.scheduled?.();
    this.subscribers.clear();
  }

  private schedule(): void {
    if (this.subscribers.size === 0 || this.scheduled !== undefined) return;
    this.scheduled = this.context.clock.after(COALESCE_MS, () => {
      this.scheduled = undefined;
      void this.refresh();
    });
  }

  /** One at a time, so that events leave in order. */
  private refresh(): Promise<void> {
    this.tail = this.tail
      .then(() => this.refreshNow())
      .catch((error: unknown) => this.context.log.error({ error: String(error) }, 'cannot compute events'));
    return this.tail;
  }

  private async refreshNow(): Promise<void> {
    const { view } = this.context.state;
    const before = this.shown;
    this.shown = new Map(
      show(view, this.context.status).map((entry) => [`${entry.kind} ${nameKey(entry.key)}`, entry]),
    );
    if (this.subscribers.size === 0) return;
    const timestampMs = this.context.clock.wallMs();
    for (const [id, { kind, key }] of before) {
      if (!this.shown.has(id)) this.tell({ action: 'destroy', kind, key, timestampMs });
    }
    for (const [id, { kind, key, object, text }] of this.shown) {
      const old = before.get(id);
      if (old?.text === text) continue;
      this.tell({ action: old === undefined ? 'create' : 'change', kind, key, timestampMs, ...object });
    }
  }

  private tell(event: Omit<WatchEventsResponse, 'sequence'> & { readonly kind: EventKind }): void {
    for (const subscriber of [...this.subscribers]) if (subscriber.kinds.has(event.kind)) subscriber.send(event);
  }
}

function show(view: ClusterView, status: ClusterStatus): Shown[] {
  const entry = (kind: EventKind, key: string, object: EventObject): Shown => {
    return { kind, key, object, text: JSON.stringify(object) };
  };
  return [
    ...view.nodes.all().map((node) => entry('node', node.name, { node: renderNode(node, status) })),
    ...view.pools
      .all()
      .map((pool) => entry('storage-pool', `${pool.nodeName}/${pool.name}`, { storagePool: renderPool(pool, status) })),
    ...view.definitions
      .all()
      .map((definition) =>
        entry('resource-definition', definition.name, { resourceDefinition: renderDefinition(view, definition) }),
      ),
    ...view.volumeDefinitions.all().map((volume) =>
      entry('volume-definition', `${volume.resourceName}/${volume.volume}`, {
        volumeDefinition: renderVolumeDefinition(volume),
      }),
    ),
    ...view.resources.all().map((resource) =>
      entry('resource', `${resource.resourceName}/${resource.nodeName}`, {
        resource: renderResource(view, status, resource),
      }),
    ),
  ];
}
