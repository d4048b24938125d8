/** What is set for a pair of nodes, or for the replicas of one resource on them: properties, and the ways between them. */
import type { Properties } from './properties.ts';

/** A way from a network interface of the one node to one of the other. */
export interface ConnectionPath {
  readonly name: string;
  readonly interfaceA: string;
  readonly interfaceB: string;
}

/** `nodeA` comes before `nodeB` in the order of names. */
export interface NodeConnection {
  readonly nodeA: string;
  readonly nodeB: string;
  readonly props: Properties;
  readonly paths: readonly ConnectionPath[];
}

export interface ResourceConnection extends NodeConnection {
  readonly resourceName: string;
}
