/** Frames and queues of frames as small numbers: equal ones have equal numbers, so that a world is a row of integers. */
import { assert } from '../../common/assert.ts';
import type { NodeId } from '../../common/ids.ts';
import { type Renumber, renumberFrame } from '../../satellite/replication/counters.ts';
import type { Frame } from '../../satellite/replication/wire/frames.ts';
import { collector, type InUse, noneInUse } from './renumbering.ts';

/** Queue 0 is empty. */
export const EMPTY_QUEUE = 0;

interface Queue {
  readonly frames: readonly number[];
  readonly appended: Map<number, number>;
  /** The queue without its first frame; -1: not asked for yet. */
  rest: number;
  /** Numbers in use (renumbering.ts), and what the queue becomes by a replacement; by its direction. */
  readonly use: (InUse | undefined)[];
  readonly renumbered: Map<string, number>;
}

/** Whose queue it is. */
export interface Direction {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly nodes: number;
}

export class FrameTable {
  private readonly frames: Frame[] = [];
  private readonly byText = new Map<string, number>();
  private readonly queues: Queue[] = [newQueue([])];
  private readonly byFrames = new Map<string, number>([['', EMPTY_QUEUE]]);

  idOf(frame: Frame): number {
    const text = JSON.stringify(frame, plainValue);
    let id = this.byText.get(text);
    if (id === undefined) {
      id = this.frames.length;
      this.frames.push(frame);
      this.byText.set(text, id);
    }
    return id;
  }

  frame(id: number): Frame {
    const frame = this.frames[id];
    assert(frame !== undefined, 'a frame is known by its number');
    return frame;
  }

  get frameCount(): number {
    return this.frames.length;
  }

  append(queue: number, frame: number): number {
    const entry = this.queue(queue);
    let longer = entry.appended.get(frame);
    if (longer === undefined) {
      longer = this.intern([...entry.frames, frame]);
      entry.appended.set(frame, longer);
    }
    return longer;
  }

  first(queue: number): number {
    const frame = this.queue(queue).frames[0];
    assert(frame !== undefined, 'the queue is not empty');
    return frame;
  }

  rest(queue: number): number {
    const entry = this.queue(queue);
    if (entry.rest < 0) entry.rest = this.intern(entry.frames.slice(1));
    return entry.rest;
  }

  length(queue: number): number {
    return this.queue(queue).frames.length;
  }

  useOf(queue: number, { from, to, nodes }: Direction): InUse {
    const entry = this.queue(queue);
    const place = from * nodes + to;
    let use = entry.use[place];
    if (use === undefined) {
      use = noneInUse(nodes);
      for (const id of entry.frames) renumberFrame(this.frame(id), from, to, collector(nodes, use));
      entry.use[place] = use;
    }
    return use;
  }

  /** @param name stands for `renumber` */
  renumbered(queue: number, { from, to }: Direction, name: string, renumber: Renumber): number {
    const entry = this.queue(queue);
    const key = `${from} ${to} ${name}`;
    let result = entry.renumbered.get(key);
    if (result === undefined) {
      result = this.intern(entry.frames.map((id) => this.idOf(renumberFrame(this.frame(id), from, to, renumber))));
      entry.renumbered.set(key, result);
    }
    return result;
  }

  private queue(id: number): Queue {
    const queue = this.queues[id];
    assert(queue !== undefined, 'a queue is known by its number');
    return queue;
  }

  private intern(frames: readonly number[]): number {
    const key = frames.join();
    let id = this.byFrames.get(key);
    if (id === undefined) {
      id = this.queues.length;
      this.queues.push(newQueue(frames));
      this.byFrames.set(key, id);
    }
    return id;
  }
}

const newQueue = (frames: readonly number[]): Queue => ({
  frames,
  appended: new Map(),
  rest: -1,
  use: [],
  renumbered: new Map(),
});

function plainValue(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint32Array || value instanceof Uint8Array ? [...value] : value;
}
