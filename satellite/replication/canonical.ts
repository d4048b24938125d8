/**
 * A resource's state as a row of simple values, the same for states that behave alike: objects are numbered as they are met,
 * links and disk operations likewise (their ids are names only), statistics are left out. Two equal rows mean that equal inputs
 * have equal effects; the exhaustive search (and tests of `clone`) rely on that.
 */
import { assert } from '../../common/assert.ts';
import { ActivityLog } from './metadata/activity-log.ts';
import { Bitmap } from './metadata/bitmap.ts';
import type { IoId, Payload } from './payload.ts';
import type { Resource } from './state.ts';

export type Simple = number | bigint | string | boolean | undefined;
export type Visit = (value: Simple) => void;

/** Read by `report.ts` alone, names that only this node uses, what only decides when a timer fires, and what never changes. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'config',
  'options',
  'ports',
  'layout',
  'identity',
  'reason',
  'readBytes',
  'writtenBytes',
  'alWrites',
  'bmWrites',
  'sentBytes',
  'receivedBytes',
  'damagedFrames',
  'totalBlocks',
  'doneBlocks',
  'nextIo',
  'attempts',
]);

/** @param payload describes what the core does not look into */
export function visitState(r: Resource, visit: Visit, payload: (each: Payload, visit: Visit) => void): void {
  const numbers = new Map<object, number>();
  const links = new Map<unknown, number>();
  const rename = (link: number): number => {
    const name = links.get(link) ?? links.size;
    links.set(link, name);
    return name;
  };
  const walk = (value: unknown): void => {
    switch (typeof value) {
      case 'object':
        if (value === null) return visit('null');
        return visitObject(value);
      case 'function':
      case 'symbol':
        return assert(false, 'the state is plain data');
      default:
        return visit(value as Simple);
    }
  };
  const visitObject = (value: object): void => {
    // By content: nodes of one process may share a history that none of them ever changes in place.
    if (value instanceof Uint8Array || Array.isArray(value)) return visitList(value);
    const known = numbers.get(value);
    if (known !== undefined) {
      visit('@');
      return visit(known);
    }
    numbers.set(value, numbers.size);
    if (value instanceof Bitmap || value instanceof ActivityLog) return value.visit(visit);
    if (value instanceof Error) return visit(value.message);
    if (value instanceof Set) return visitList(value);
    if (value instanceof Map) return visitMap(value);
    if ('byteLength' in value) return payload(value as Payload, visit);
    visit('{');
    for (const key in value) {
      if (LEFT_OUT.has(key)) continue;
      const part = (value as Record<string, unknown>)[key];
      visit(key);
      if (key === 'link' && typeof part === 'number') visit(rename(part));
      else walk(part);
    }
  };
  const visitList = (list: Iterable<unknown>): void => {
    visit('[');
    for (const each of list) walk(each);
    visit(']');
  };
  const visitMap = (map: Map<unknown, unknown>): void => {
    visit('<');
    for (const [key, each] of map) {
      if (map !== r.ios) walk(key);
      walk(each);
    }
    visit('>');
  };
  visitObject(r);
}

/** Which of the operations under way this is, oldest first; -1 for one of a disk that is gone. */
export function rankOfIo(r: Resource, io: IoId): number {
  let rank = 0;
  for (const each of r.ios.keys()) {
    if (each === io) return rank;
    rank += 1;
  }
  return -1;
}
