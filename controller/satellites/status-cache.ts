/** What the satellites have reported, per node. What an unreachable node last said stays visible, marked by its status. */
import type { Answer } from '../domain/answer.ts';
import { nameKey } from '../domain/node.ts';
import {
  type ClusterStatus,
  type ConnectionStatus,
  NEVER_SEEN,
  type NodeStatus,
  type ObservedPool,
  type ObservedResource,
} from '../domain/observed.ts';
import type { StatusReport } from './satellite-client.ts';

export type StatusChange =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'resource'; readonly node: string; readonly name: string }
  | { readonly kind: 'storage-pool'; readonly node: string; readonly name: string };

type Listener = (change: StatusChange) => void;

export class StatusCache implements ClusterStatus {
  private readonly nodes = new Map<string, NodeStatus>();
  private readonly listeners = new Set<Listener>();

  node(name: string): NodeStatus {
    return this.nodes.get(nameKey(name)) ?? NEVER_SEEN;
  }

  /** @returns ends the subscription. */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  setConnection(node: string, connection: ConnectionStatus, problem?: Answer, version?: string): void {
    const known = this.node(node);
    this.nodes.set(nameKey(node), { ...known, connection, problem, version: version ?? known.version });
    this.tell({ kind: 'node', node });
    // Whether a report is current depends on the connection, so all of this node's objects look different now.
    for (const pool of known.pools.values()) this.tell({ kind: 'storage-pool', node, name: pool.name });
    for (const resource of known.resources.values()) this.tell({ kind: 'resource', node, name: resource.name });
  }

  report(node: string, report: StatusReport): void {
    const known = this.node(node);
    const pools = new Map<string, ObservedPool>(report.full ? [] : known.pools);
    const resources = new Map<string, ObservedResource>(report.full ? [] : known.resources);
    for (const name of report.removedPools) pools.delete(nameKey(name));
    for (const name of report.removedResources) resources.delete(nameKey(name));
    for (const pool of report.pools) pools.set(nameKey(pool.name), pool);
    for (const resource of report.resources) resources.set(nameKey(resource.name), resource);
    this.nodes.set(nameKey(node), { ...known, pools, resources });
    for (const name of changedNames(known.pools, pools)) this.tell({ kind: 'storage-pool', node, name });
    for (const name of changedNames(known.resources, resources)) this.tell({ kind: 'resource', node, name });
  }

  forget(node: string): void {
    if (this.nodes.delete(nameKey(node))) this.tell({ kind: 'node', node });
  }

  private tell(change: StatusChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }
}

/** Objects that are new, replaced or gone. */
function changedNames<T extends { readonly name: string }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): string[] {
  const replaced = [...after].filter(([key, value]) => before.get(key) !== value).map(([, value]) => value.name);
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, value]) => value.name);
  return [...replaced, ...gone];
}
