/** One session per node of the store. Follows the store: a change of an object makes the sessions concerned look at it. */
import { activeInterface, nameKey, type Node } from '../domain/node.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Change } from '../state/tables.ts';
import { resourcesConcerned } from './concerned.ts';
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

  /** Now, whatever the ladder of attempts says. */
  retry(nodeName: string, resourceName: string): void {
    this.sessions.get(nameKey(nodeName))?.mark('resource', resourceName);
  }

  reconnect(nodeName: string): void {
    this.sessions.get(nameKey(nodeName))?.reconnect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endWatch();
    await this.tail;
    await Promise.all([...this.sessions.values()].map((session) => session.stop()));
  }

  private onChange(change: Change): void {
    if (change.kind === 'nodes') void this.follow();
    if (change.kind === 'pools') {
      const pool = change.after ?? change.before;
      if (pool !== undefined) this.sessions.get(nameKey(pool.nodeName))?.mark('storage-pool', pool.name);
    }
    resourcesConcerned(this.state.view, change, (resourceName, nodeName) =>
      this.sessions.get(nameKey(nodeName))?.mark('resource', resourceName),
    );
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

/** The session reaches the same satellite under the same name. */
function sameNode(a: Node, b: Node | undefined): boolean {
  if (b === undefined || a.name !== b.name) return false;
  const [before, after] = [activeInterface(a), activeInterface(b)];
  return before.address === after.address && before.satellitePort === after.satellitePort;
}
