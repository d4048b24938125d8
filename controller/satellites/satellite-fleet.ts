/** One session per node of the store. Follows the store: a change of an object makes the sessions concerned look at it. */
import type { Node } from '../domain/node.ts';
import { nameKey } from '../domain/node.ts';
import type { KvChange, KvStore, KvWatch } from '../store/kv-store.ts';
import type { ClusterRepository } from '../store/repositories/cluster-repository.ts';
import { SatelliteSession, type SessionContext } from './satellite-session.ts';

export class SatelliteFleet {
  private readonly store: KvStore;
  private readonly repository: ClusterRepository;
  private readonly context: SessionContext;
  private readonly sessions = new Map<string, SatelliteSession>();
  private readonly watches: KvWatch[] = [];
  private tail: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(store: KvStore, repository: ClusterRepository, context: SessionContext) {
    this.store = store;
    this.repository = repository;
    this.context = context;
  }

  async start(): Promise<void> {
    const { nodes, pools, resources, volumeDefinitions, definitions } = this.repository;
    const follow = (prefix: string, onKey: (parts: readonly string[]) => void): void => {
      const listener = (changes: readonly KvChange[]): void => {
        for (const change of changes) {
          const key = change.kind === 'put' ? change.entry.key : change.key;
          onKey(key.slice(prefix.length).split('/'));
        }
      };
      this.watches.push(this.store.watch(prefix, listener));
    };
    follow(pools.prefix, ([node, name]) => this.sessions.get(node ?? '')?.mark('storage-pool', name ?? ''));
    // A change of one replica concerns its peers as well: they are told its address, slot and protocol.
    const markEverywhere = ([name]: readonly string[]): void => {
      for (const session of this.sessions.values()) session.mark('resource', name ?? '');
    };
    follow(resources.prefix, markEverywhere);
    follow(volumeDefinitions.prefix, markEverywhere);
    follow(definitions.prefix, markEverywhere);
    follow(nodes.prefix, () => void this.follow());
    await this.follow();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const watch of this.watches) watch.close();
    await this.tail;
    await Promise.all([...this.sessions.values()].map((session) => session.stop()));
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
    const nodes = await this.repository.nodes.list(this.store);
    const wanted = new Map(nodes.map((node) => [nameKey(node.name), node]));
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
