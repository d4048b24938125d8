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

/**
 * The names of an object's fields, in their order, as one number: a path in a tree of names, of which every object follows
 * the same few. What comes after another name than last time is looked up.
 */
class FieldNames {
  private readonly after = new Map<string, FieldNames>();
  private lastName = '';
  private last: FieldNames = this;
  readonly number: number;
  readonly isLeftOut: boolean;
  readonly isLink: boolean;

  constructor(all: FieldNames[], name: string) {
    this.number = all.push(this) - 1;
    this.isLeftOut = LEFT_OUT.has(name);
    this.isLink = name === 'link';
  }

  and(name: string): FieldNames {
    if (name !== this.lastName) {
      let next = this.after.get(name);
      if (next === undefined) {
        next = new FieldNames(allNames, name);
        this.after.set(name, next);
      }
      this.lastName = name;
      this.last = next;
    }
    return this.last;
  }
}

const allNames: FieldNames[] = [];
const noNames = new FieldNames(allNames, '');

/** @param payload describes what the core does not look into */
export function visitState(r: Resource, visit: Visit, payload: (each: Payload, visit: Visit) => void): void {
  new Walk(r, visit, payload).object(r);
}

class Walk {
  private readonly r: Resource;
  private readonly visit: Visit;
  private readonly payload: (each: Payload, visit: Visit) => void;
  private readonly numbers = new Map<object, number>();
  private readonly links = new Map<number, number>();

  constructor(r: Resource, visit: Visit, payload: (each: Payload, visit: Visit) => void) {
    this.r = r;
    this.visit = visit;
    this.payload = payload;
  }

  private any(value: unknown): void {
    switch (typeof value) {
      case 'object':
        return value === null ? this.visit('null') : this.object(value);
      case 'function':
      case 'symbol':
        return assert(false, 'the state is plain data');
      default:
        return this.visit(value as Simple);
    }
  }

  object(value: object): void {
    // By content: nodes of one process may share a history that none of them ever changes in place.
    if (Array.isArray(value)) return this.array(value);
    if (value instanceof Uint8Array) return this.list(value);
    const { visit, numbers } = this;
    const known = numbers.get(value);
    if (known !== undefined) {
      visit('@');
      return visit(known);
    }
    numbers.set(value, numbers.size);
    if (Object.getPrototypeOf(value) === Object.prototype && !('byteLength' in value)) return this.fields(value);
    if (value instanceof Map) return this.map(value);
    if (value instanceof Set) return this.list(value);
    if (value instanceof Bitmap || value instanceof ActivityLog) return value.visit(visit);
    if (value instanceof Error) return visit(value.message);
    if ('byteLength' in value) return this.payload(value as Payload, visit);
    this.fields(value);
  }

  /** The names follow the values: which values are whose, the brackets tell. */
  private fields(value: object): void {
    const { visit } = this;
    visit('{');
    let names = noNames;
    for (const key in value) {
      names = names.and(key);
      if (names.isLeftOut) continue;
      const part = (value as Record<string, unknown>)[key];
      if (typeof part === 'number') visit(names.isLink ? this.renamed(part) : part);
      else if (typeof part === 'object' && part !== null) this.object(part);
      else this.any(part);
    }
    visit('}');
    visit(names.number);
  }

  private renamed(link: number): number {
    const name = this.links.get(link) ?? this.links.size;
    this.links.set(link, name);
    return name;
  }

  private array(list: readonly unknown[]): void {
    this.visit('[');
    for (let i = 0; i < list.length; i += 1) this.any(list[i]);
    this.visit(']');
  }

  private list(list: Iterable<unknown>): void {
    this.visit('[');
    for (const each of list) this.any(each);
    this.visit(']');
  }

  private map(map: ReadonlyMap<unknown, unknown>): void {
    this.visit('<');
    if (map.size > 0) {
      for (const [key, each] of map) {
        if (map !== this.r.ios) this.any(key);
        this.any(each);
      }
    }
    this.visit('>');
  }
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
