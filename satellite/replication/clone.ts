/**
 * A copy of a resource's state that goes on by itself: the whole graph, cycles included, prototypes kept. What nobody ever
 * changes is shared: configuration, layouts, and payloads and errors (every object of a class that is not ours).
 * The state holds no closures (state.ts), which is what makes this possible.
 */
import { assert } from '../../common/assert.ts';
import { ActivityLog } from './metadata/activity-log.ts';
import { Bitmap } from './metadata/bitmap.ts';
import type { Ports } from './ports.ts';
import type { Resource } from './state.ts';
import { IntervalTable } from './write/intervals.ts';

type Fields = Record<string, unknown>;

/** @param ports the copy's own: it never speaks through those of the original. */
export function cloneState(r: Resource, ports: Ports): Resource {
  assert(r.work.length === 0, 'a resource is copied between two inputs');
  const copies = new Map<object, object>([[r.ports, ports]]);
  for (const shared of immutables(r)) copies.set(shared, shared);
  return copyOf(r, copies) as Resource;
}

function* immutables(r: Resource): Iterable<object> {
  yield r.config;
  yield r.options;
  for (const connection of r.connections.values()) yield connection.config;
  for (const { config, md } of r.volumes.values()) {
    yield config;
    if (md === undefined) continue;
    yield md.layout;
    yield md.identity;
  }
}

function copyOf(value: object, copies: Map<object, object>): object {
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy = shellOf(value);
  copies.set(value, copy);
  if (copy !== value) fill(value, copy, copies);
  return copy;
}

/** An object of the same kind, its simple fields copied already; `value` itself when it is shared. */
function shellOf(value: object): object {
  if (Array.isArray(value)) return value.slice();
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof Bitmap || value instanceof ActivityLog) return value.clone();
  if (value instanceof IntervalTable) return Object.assign(new IntervalTable(), value);
  if (value instanceof Uint8Array) return value.slice();
  return Object.getPrototypeOf(value) === Object.prototype ? { ...value } : value;
}

function fill(value: object, copy: object, copies: Map<object, object>): void {
  const part = (each: unknown): unknown => {
    assert(typeof each !== 'function', 'the state is plain data');
    return typeof each === 'object' && each !== null ? copyOf(each, copies) : each;
  };
  if (Array.isArray(copy)) {
    for (let i = 0; i < copy.length; i += 1) copy[i] = part(copy[i]);
  } else if (value instanceof Map) {
    for (const [key, each] of value) (copy as Map<unknown, unknown>).set(part(key), part(each));
  } else if (value instanceof Set) {
    for (const each of value) (copy as Set<unknown>).add(part(each));
  } else if (!(copy instanceof Bitmap || copy instanceof ActivityLog || copy instanceof Uint8Array)) {
    const fields = copy as Fields;
    for (const key in fields) {
      const each = fields[key];
      if (typeof each === 'object' && each !== null) fields[key] = copyOf(each, copies);
      else assert(typeof each !== 'function', 'the state is plain data');
    }
  }
}
