/** Nodes, and how names are compared: without case, shown as first written. */
import { OperationError } from '../../common/errors.ts';

export const SATELLITE_PORT = 3366;
export const REPLICATION_PORT = 7000;
export const NBD_PORT = 10809;

export interface Node {
  readonly name: string;
  /** Of the satellite's control, replication and NBD ports. */
  readonly address: string;
  readonly satellitePort: number;
  readonly replicationPort: number;
  readonly nbdPort: number;
  readonly createdAtMs: number;
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

/** @throws OperationError INVALID_ARGUMENT unless 1..65535. */
export function parsePort(port: number, meaning: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new OperationError('INVALID_ARGUMENT', `${port} is not a ${meaning} port`, {
    correction: 'Give a number from 1 to 65535.',
  });
}
