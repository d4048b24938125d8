/**
 * A copy of a resource's state that goes on by itself: the whole graph, cycles included, prototypes kept. What nobody ever
 * changes is shared: configuration, layouts, and payloads and errors (every object of a class that is not ours).
 * The state holds no closures (state.ts), which is what makes this possible.
 */
import { assert } from '../../common/assert.ts';
import { ActivityLog } from './metadata/activity-log.ts';
import { Bitmap } from './metadata/bitmap.ts';
import type { Ports } from './ports.ts';
import type { Connection, Resource, Volume } from './state.ts';
import { IntervalTable } from './write/intervals.ts';

type Fields = Record<string, unknown>;

/** @param ports the copy's own: it never speaks through those of the original. */
export function cloneState(r: Resource, ports: Ports): Resource {
  assert(r.work.length === 0, 'a resource is copied between two inputs');
  const copies = new Map<object, object>([
    [r.ports, ports],
    [r.config, r.config],
    [r.options, r.options],
  ]);
  const copy = { ...r };
  const parts: object[] = [copy];
  copies.set(r, copy);
  for (const volume of r.volumes.values()) copyVolume(volume, copies, parts);
  for (const connection of r.connections.values()) copyConnection(connection, copies, parts);
  for (const part of parts) replaceFields(part as Fields, copies);
  return copy;
}

// The large objects, each kind in a place of its own: a copying expression that meets few shapes is several times faster.

function copyVolume(volume: Volume, copies: Map<object, object>, parts: object[]): void {
  const copy = { ...volume };
  parts.push(copy);
  copies.set(volume, copy).set(volume.config, volume.config);
  const { md } = volume;
  if (md === undefined) return;
  const attached = { ...md };
  parts.push(attached);
  copies.set(md, attached).set(md.layout, md.layout).set(md.identity, md.identity);
}

function copyConnection(connection: Connection, copies: Map<object, object>, parts: object[]): void {
  const copy = { ...connection };
  parts.push(copy);
  copies.set(connection, copy).set(connection.config, connection.config);
  for (const device of connection.devices.values()) {
    const twin = { ...device };
    parts.push(twin);
    copies.set(device, twin);
  }
}

function copyOf(value: object, copies: Map<object, object>): object {
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype:
      return copies.get(value) ?? copyOfObject(value as Fields, copies);
    case Array.prototype:
      return copyOfArray(value as unknown[], copies);
    case Map.prototype:
      return copies.get(value) ?? copyOfMap(value as Map<unknown, unknown>, copies);
    case Set.prototype:
      return copies.get(value) ?? copyOfSet(value as Set<unknown>, copies);
    default:
      return copies.get(value) ?? copyOfInstance(value, copies);
  }
}

function partOf(part: unknown, copies: Map<object, object>): unknown {
  if (typeof part === 'object' && part !== null) return copyOf(part, copies);
  assert(typeof part !== 'function', 'the state is plain data');
  return part;
}

function copyOfObject(value: Fields, copies: Map<object, object>): object {
  const copy = { ...value };
  copies.set(value, copy);
  replaceFields(copy, copies);
  return copy;
}

/** Fields hold originals, until here. */
function replaceFields(copy: Fields, copies: Map<object, object>): void {
  for (const key in copy) {
    const part = copy[key];
    if (typeof part === 'object' && part !== null) copy[key] = copyOf(part, copies);
    else assert(typeof part !== 'function', 'the state is plain data');
  }
}

/** A list has one owner (canonical.ts relies on that, too). */
function copyOfArray(value: readonly unknown[], copies: Map<object, object>): object {
  const copy = value.slice();
  for (let i = 0; i < copy.length; i += 1) copy[i] = partOf(copy[i], copies);
  return copy;
}

function copyOfMap(value: ReadonlyMap<unknown, unknown>, copies: Map<object, object>): object {
  const copy = new Map();
  copies.set(value, copy);
  if (value.size > 0) for (const [key, part] of value) copy.set(partOf(key, copies), partOf(part, copies));
  return copy;
}

function copyOfSet(value: ReadonlySet<unknown>, copies: Map<object, object>): object {
  const copy = new Set();
  copies.set(value, copy);
  if (value.size > 0) for (const part of value) copy.add(partOf(part, copies));
  return copy;
}

/** Of a class: ours, bytes, or one whose objects are shared. */
function copyOfInstance(value: object, copies: Map<object, object>): object {
  if (value instanceof Bitmap || value instanceof ActivityLog) return noted(value, value.clone(), copies);
  if (value instanceof Uint8Array) return noted(value, value.slice(), copies);
  if (!(value instanceof IntervalTable)) return noted(value, value, copies);
  const table = Object.assign(new IntervalTable(), value);
  noted(value, table, copies);
  replaceFields(table as unknown as Fields, copies);
  return table;
}

function noted(value: object, copy: object, copies: Map<object, object>): object {
  copies.set(value, copy);
  return copy;
}
