/** Nodes, and how names are compared: without case, shown as first written. */
import { assert } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import type { Properties } from './properties.ts';

export const SATELLITE_PORT = 3366;
export const REPLICATION_PORT = 7000;
export const NBD_PORT = 10809;

export const DEFAULT_INTERFACE = 'default';

export const NODE_TYPES = ['CONTROLLER', 'SATELLITE', 'COMBINED', 'AUXILIARY'] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** An address of a node. */
export interface NetInterface {
  readonly name: string;
  readonly address: string;
  /** Where the satellite listens for the controller; absent: not on this one. */
  readonly satellitePort?: number | undefined;
}

/** The node is being emptied: its replicas are wanted elsewhere. */
export interface Evacuation {
  readonly requestedAtMs: number;
  /** Node names; empty: any. */
  readonly targets: readonly string[];
  readonly notTargets: readonly string[];
}

export interface Node {
  readonly name: string;
  readonly type: NodeType;
  /** At least one. */
  readonly interfaces: readonly NetInterface[];
  /** Name of the interface through which the controller reaches the satellite, and the usual one for replication and NBD. */
  readonly activeInterface: string;
  readonly replicationPort: number;
  readonly nbdPort: number;
  readonly props: Properties;
  readonly createdAtMs: number;
  readonly evacuation?: Evacuation | undefined;
  /** It was away for too long: its replicas have been replaced, and it may come back only through `node restore`. */
  readonly evictedAtMs?: number | undefined;
  /** Given up (`node lost`), or to be deleted once nothing of it is left. */
  readonly deletionRequestedAtMs?: number | undefined;
}

/** Nothing new is wanted there, and what is there is wanted elsewhere. */
export const isGone = (node: Node): boolean =>
  node.evacuation !== undefined || node.evictedAtMs !== undefined || node.deletionRequestedAtMs !== undefined;

/** @throws AssertionError when the record has none: it is checked where it is written. */
export function activeInterface(node: Node): NetInterface {
  const found = node.interfaces.find(({ name }) => sameName(name, node.activeInterface));
  assert(found !== undefined, 'a node has its active interface');
  return found;
}

/** What two spellings of one name have in common. */
export const nameKey = (name: string): string => name.toUpperCase();
export const sameName = (a: string, b: string): boolean => nameKey(a) === nameKey(b);

/** @throws OperationError INVALID_ARGUMENT unless it is an IPv4 or IPv6 address or a host name. */
export function parseAddress(text: string): string {
  const hostName = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/;
  const ipv6 = /^[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,16})?$/;
  if (hostName.test(text) || (text.includes(':') && ipv6.test(text))) return text;
  throw new OperationError('INVALID_ARGUMENT', `"${text.slice(0, 64)}" is not an address`, {
    correction: 'Give an IPv4 or IPv6 address or a host name, without a port.',
  });
}

/** In any case of letters. @throws OperationError INVALID_ARGUMENT. */
export function parseNodeType(text: string): NodeType {
  const type = NODE_TYPES.find((known) => known === text.toUpperCase());
  if (type !== undefined) return type;
  throw new OperationError('INVALID_ARGUMENT', `"${text.slice(0, 64)}" is not a type of node`, {
    correction: `Use one of ${NODE_TYPES.join(', ')}.`,
  });
}

/** @throws OperationError INVALID_ARGUMENT unless 1..65535. */
export function parsePort(port: number, meaning: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new OperationError('INVALID_ARGUMENT', `${port} is not a ${meaning} port`, {
    correction: 'Give a number from 1 to 65535.',
  });
}
