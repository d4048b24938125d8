/**
 * Who may touch which bytes of a volume now. Keeps application writes, writes of peers and resync apart (DRBD's
 * interval lock table), in order of arrival: a resync request that waits is not overtaken for ever by new writes.
 *
 * | holds ↓ \ wants → | write | peer-write | peer-read | rs-target | rs-source | read-reply |
 * |---|---|---|---|---|---|---|
 * | write (to completion) | waits | until backend done | until backend done | until backend done | until backend done | waits |
 * | peer-write (to backend done) | waits | waits | waits | waits | waits | – |
 * | rs-target (request sent → written) | waits | waits | – | waits | waits | – |
 * | rs-source (read → acknowledged) | waits | waits | – | waits | shared | – |
 *
 * In order of arrival, but for one thing (DRBD §5.2: application writes yield to resync): a write that waits itself holds
 * up no resync. It may be waiting for an earlier write that the target of this very resync is to acknowledge, and that
 * target applies it only after the block that it has asked for.
 */
import { assert, unreachable } from '../../../common/assert.ts';

export type LockKind = 'write' | 'peer-write' | 'peer-read' | 'rs-target' | 'rs-source' | 'read-reply';

export interface Lock<Owner> {
  readonly kind: LockKind;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  owner: Owner | undefined;
  granted: boolean;
  /** The local backing store has the data (meaningful for `write`). */
  backendDone: boolean;
}

export function newLock<Owner>(kind: LockKind, offset: number, length: number): Lock<Owner> {
  return { kind, first: offset, end: offset + length, owner: undefined, granted: false, backendDone: false };
}

function mustWait(holder: Lock<unknown>, wanted: LockKind): boolean {
  if (wanted === 'read-reply') return holder.kind === 'write';
  switch (holder.kind) {
    case 'write':
      return wanted === 'write' ? true : !holder.backendDone;
    case 'peer-write':
      return true;
    case 'rs-target':
      return wanted !== 'peer-read';
    case 'rs-source':
      return wanted !== 'peer-read' && wanted !== 'rs-source';
    case 'peer-read':
      return false;
    // It holds nothing, but while it waits later writes stay behind it, or unending ones could starve it.
    case 'read-reply':
      return wanted === 'write';
    default:
      return unreachable(holder.kind);
  }
}

/** Of two that wait: nothing of the first has been sent or written yet, so that the second loses nothing by going first. */
const yieldsTo = (earlier: Lock<unknown>, later: Lock<unknown>): boolean =>
  earlier.kind === 'write' && (later.kind === 'rs-source' || later.kind === 'rs-target');

const overlaps = (a: Lock<unknown>, b: Lock<unknown>): boolean => a.first < b.end && b.first < a.end;

/** Locks of one volume, in order of arrival. */
export class IntervalTable<Owner> {
  private readonly held = new Set<Lock<Owner>>();
  private waiting: Lock<Owner>[] = [];

  /** @returns true when granted at once; otherwise the lock waits and a later `release` or `backendDone` returns it. */
  request(lock: Lock<Owner>): boolean {
    assert(!lock.granted, 'a lock is requested once');
    if (this.blocked(lock, this.waiting.length)) {
      this.waiting.push(lock);
      return false;
    }
    this.grant(lock);
    return true;
  }

  /** @returns the locks that became granted, in order of arrival. */
  release(lock: Lock<Owner>): Lock<Owner>[] {
    if (!this.held.delete(lock)) {
      const index = this.waiting.indexOf(lock);
      if (index >= 0) this.waiting.splice(index, 1);
    }
    lock.granted = false;
    return this.waiting.length === 0 ? NONE : this.regrant();
  }

  /** The local backing store has taken the write: resync and reads of peers need not wait for its completion. */
  backendDone(lock: Lock<Owner>): Lock<Owner>[] {
    lock.backendDone = true;
    return this.waiting.length === 0 ? NONE : this.regrant();
  }

  /** Is any part of the range locked or waited for by one of this kind? */
  isClaimed(kind: LockKind, first: number, end: number): boolean {
    const claims = (lock: Lock<Owner>): boolean => lock.kind === kind && lock.first < end && first < lock.end;
    for (const lock of this.held) if (claims(lock)) return true;
    return this.waiting.some(claims);
  }

  isIdle(): boolean {
    return this.held.size === 0 && this.waiting.length === 0;
  }

  private blocked(lock: Lock<Owner>, waitingBefore: number): boolean {
    for (const holder of this.held) {
      if (overlaps(holder, lock) && mustWait(holder, lock.kind)) return true;
    }
    for (let index = 0; index < waitingBefore; index += 1) {
      const earlier = this.waiting[index];
      if (earlier === undefined || yieldsTo(earlier, lock)) continue;
      if (overlaps(earlier, lock) && mustWait(earlier, lock.kind)) return true;
    }
    return false;
  }

  private grant(lock: Lock<Owner>): void {
    lock.granted = true;
    this.held.add(lock);
  }

  private regrant(): Lock<Owner>[] {
    const granted: Lock<Owner>[] = [];
    let index = 0;
    while (index < this.waiting.length) {
      const lock = this.waiting[index];
      assert(lock !== undefined, 'the index is in range');
      if (this.blocked(lock, index)) {
        index += 1;
      } else {
        this.waiting.splice(index, 1);
        this.grant(lock);
        granted.push(lock);
      }
    }
    return granted;
  }
}

const NONE: never[] = [];
