/** One session per node of the store. Follows the store: a change of an object makes the sessions concerned look at it. */
import { unreachable } from '../../common/assert.ts';
import { resourcesOf } from '../domain/cluster-view.ts';
import type { Node } from '../domain/node.ts';
import { nameKey } from '../domain/node.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Change } from '../state/tables.ts';
import { SatelliteSession, type SessionContext } from './satellite-session.ts';

export class SatelliteFleet {
  private readonly state: ClusterState;
  private readonly context: SessionContext;
  private readonly sessions = new Map<string, SatelliteSession>();
  private endWatch = (): void => {};
  private tail: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(state: ClusterState, context: SessionContext) {
    this.state = state;
    this.context = context;
  }

  async start(): Promise<void> {
    this.endWatch = this.state.onChange((changes) => {
      for (const change of changes) this.onChange(change);
    });
    await this.follow();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endWatch();
    await this.tail;
    await Promise.all([...this.sessions.values()].map((session) => session.stop()));
  }

  private onChange({ kind, before, after }: Change): void {
    switch (kind) {
      case 'nodes':
        void this.follow();
        return;
      case 'pools': {
        const pool = after ?? before;
        if (pool !== undefined) this.sessions.get(nameKey(pool.nodeName))?.mark('storage-pool', pool.name);
        return;
      }
      case 'definitions':
        this.markResource((after ?? before)?.name);
        return;
      case 'volumeDefinitions':
        this.markResource((after ?? before)?.resourceName);
        return;
      case 'resources': {
        const resource = after ?? before;
        if (resource === undefined) return;
        this.sessions.get(nameKey(resource.nodeName))?.mark('resource', resource.resourceName);
        this.markResource(resource.resourceName);
        return;
      }
      case 'leftovers': {
        const leftover = after ?? before;
        if (leftover !== undefined)
          this.sessions.get(nameKey(leftover.nodeName))?.mark('resource', leftover.resourceName);
        return;
      }
      case 'settings':
      case 'groups':
      case 'volumeGroups':
      case 'nodeConnections':
      case 'resourceConnections':
      case 'keyValues':
      case 'requests':
        return;
      default:
        return unreachable(kind);
    }
  }

  /** A change of one replica concerns its peers as well: they are told its address, slot and protocol. */
  private markResource(name: string | undefined): void {
    if (name === undefined) return;
    for (const { nodeName } of resourcesOf(this.state.view, name)) {
      this.sessions.get(nameKey(nodeName))?.mark('resource', name);
    }
  }

  /** Sessions start and end as nodes come and go. One run at a time. */
  private follow(): Promise<void> {
    this.tail = this.tail
      .then(() => this.adjust())
      .catch((error: unknown) => this.context.log.error({ error: String(error) }, 'cannot read the list of nodes'));
    return this.tail;
  }

  private async adjust(): Promise<void> {
    if (this.stopped) return;
    const wanted = new Map(this.state.view.nodes.all().map((node) => [nameKey(node.name), node]));
    for (const [key, session] of this.sessions) {
      if (sameNode(session.node, wanted.get(key))) continue;
      this.sessions.delete(key);
      await session.stop();
      this.context.status.forget(session.node.name);
    }
    for (const [key, node] of wanted) {
      if (this.sessions.has(key)) continue;
      const session = new SatelliteSession(node, this.context);
      this.sessions.set(key, session);
      session.start();
    }
  }
}

const sameNode = (a: Node, b: Node | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
