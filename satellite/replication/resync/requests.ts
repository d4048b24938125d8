/** The requests of a sync target: finding one by its number, letting go of its range. */
import { type Connection, defer, type Resource, type TargetRequest } from '../state.ts';

export function findRequest(connection: Connection, request: number): TargetRequest | undefined {
  for (const device of connection.devices.values()) {
    const found = device.target?.outstanding.get(request);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function releaseRequest(r: Resource, request: TargetRequest): void {
  for (const lock of request.volume.locks.release(request.lock))
    if (lock.owner !== undefined) defer(r, { kind: 'granted', owner: lock.owner });
}
