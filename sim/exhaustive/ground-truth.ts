/**
 * What really happened, as a value with a number: the history of client requests, the client's session, and which copies are
 * the current ones (the rules of fencing.ts for protocol C and one volume). Equal truths have equal numbers.
 */
import { assert } from '../../common/assert.ts';
import { History, type WriteRecord } from '../oracles/history.ts';

export type Happening =
  | { readonly what: 'write'; readonly block: number }
  | { readonly what: 'acknowledged' | 'failed'; readonly write: number }
  | { readonly what: 'flush'; readonly flush: number }
  | { readonly what: 'flushed' | 'flush-failed'; readonly flush: number }
  | { readonly what: 'excused' };

/** Where the client is. `over`: it has had an error and only leaves. */
export interface Session {
  readonly node: number;
  readonly phase: 'opening' | 'open' | 'over';
}

export interface Copies {
  /** Bits of nodes. */
  readonly members: number;
  readonly diedProcess: number;
  readonly diedPower: number;
  /** The last Primary; -1: there was none. */
  readonly authority: number;
  readonly fresh: boolean;
  readonly excused: boolean;
}

export interface Truth {
  readonly id: number;
  readonly happenings: readonly Happening[];
  readonly session: Session | undefined;
  readonly copies: Copies;
  readonly history: History;
  /** By the number of the write, from 1. */
  readonly writes: readonly WriteRecord[];
  /** Numbers of writes and flushes without an answer. */
  readonly pendingWrites: readonly number[];
  readonly pendingFlushes: readonly number[];
  /** Ticks at which the flushes were asked for. */
  readonly flushes: readonly number[];
}

type Change = Partial<Pick<Truth, 'happenings' | 'session' | 'copies'>>;

export class Truths {
  private readonly all: Truth[] = [];
  private readonly byText = new Map<string, Truth>();
  private readonly blocks: number;

  constructor(blocks: number) {
    this.blocks = blocks;
  }

  get count(): number {
    return this.all.length;
  }

  truth(id: number): Truth {
    const truth = this.all[id];
    assert(truth !== undefined, 'a truth is known by its number');
    return truth;
  }

  first(nodes: number): Truth {
    const members = (1 << nodes) - 1;
    const copies = { members, diedProcess: 0, diedPower: 0, authority: -1, fresh: true, excused: false };
    return this.intern([], undefined, copies);
  }

  after(truth: Truth, change: Change): Truth {
    const session = 'session' in change ? change.session : truth.session;
    return this.intern(change.happenings ?? truth.happenings, session, change.copies ?? truth.copies);
  }

  private intern(happenings: readonly Happening[], session: Session | undefined, copies: Copies): Truth {
    const text = JSON.stringify([happenings, session, copies]);
    let truth = this.byText.get(text);
    if (truth === undefined) {
      truth = { id: this.all.length, happenings, session, copies, ...replay(happenings, this.blocks) };
      this.all.push(truth);
      this.byText.set(text, truth);
    }
    return truth;
  }
}

function replay(
  happenings: readonly Happening[],
  blocks: number,
): Pick<Truth, 'history' | 'writes' | 'pendingWrites' | 'pendingFlushes' | 'flushes'> {
  const history = new History([blocks]);
  const flushes = new Map<number, number>();
  const pendingFlushes = new Set<number>();
  const pendingWrites = new Set<number>();
  const write = (id: number): WriteRecord => {
    const record = history.writes[id];
    assert(record !== undefined, 'a write is asked for before it is answered');
    return record;
  };
  for (const each of happenings) {
    switch (each.what) {
      case 'write':
        pendingWrites.add(history.invokeWrite(0, each.block, 1, false).id);
        break;
      case 'acknowledged':
        history.completeWrite(write(each.write), true, false);
        pendingWrites.delete(each.write);
        break;
      case 'failed':
        history.abandon(write(each.write));
        pendingWrites.delete(each.write);
        break;
      case 'flush':
        flushes.set(each.flush, history.invokeRead());
        pendingFlushes.add(each.flush);
        break;
      case 'flushed':
        history.completeFlush(0, flushes.get(each.flush) ?? 0);
        pendingFlushes.delete(each.flush);
        break;
      case 'flush-failed':
        pendingFlushes.delete(each.flush);
        break;
      case 'excused':
        for (const id of pendingWrites) write(id).accepted = 1;
        history.excuseUnflushed(0);
        break;
    }
  }
  return {
    history,
    writes: history.writes,
    pendingWrites: [...pendingWrites],
    pendingFlushes: [...pendingFlushes],
    flushes: [...flushes.values()],
  };
}
