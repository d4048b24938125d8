/**
 * Breadth first through all states of a small world. A state that was met before is not looked at again; its 64-bit hash says
 * so. Per state the search keeps eight bytes of hash and the way it came (its parent and which action); rows are kept only
 * for the two layers at hand. A counterexample is therefore a shortest one.
 *
 * From about one state in a hundred (chosen by its hash) the world is healed: everything is switched on and connected, and what
 * is under way happens, oldest first; it has to converge.
 */
import { type OracleId, Violation } from '../oracles/violation.ts';
import { SmallWorld, type Row } from './small-world.ts';
import { heal } from './healing.ts';
import type { Scope } from './scope.ts';
import { HashSet, StateHash } from './state-hash.ts';

const HEAL_ONE_IN = 100;
const PROGRESS_EVERY = 5_000;
/** Of a healing that goes round in circles so many steps are told. */
const TOLD_MAX = 100;

export interface SearchOptions {
  /** False ends the search unfinished. Asked now and then. */
  readonly goesOn?: (progress: SearchProgress) => boolean;
}

export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly waiting: number;
}

export interface Counterexample {
  readonly oracle: OracleId;
  readonly sentence: string;
  /** What happened, in order, from "all connected, nobody Primary". */
  readonly path: readonly string[];
}

export interface SearchResult extends SearchProgress {
  /** Every state within the budgets was visited. */
  readonly closed: boolean;
  readonly healed: number;
  readonly localStates: readonly number[];
  readonly frames: number;
  readonly truths: number;
  readonly counterexample: Counterexample | undefined;
}

export function search(scope: Scope, options: SearchOptions = {}): SearchResult {
  return new Search(scope, options).run();
}

class Search {
  private readonly world: SmallWorld;
  private readonly options: SearchOptions;
  private readonly visited = new HashSet();
  private readonly parents: number[] = [-1];
  private readonly actions: number[] = [-1];
  private transitions = 0;
  private healed = 0;
  /** What has happened in the healing under way. */
  private healing: string[] = [];
  private depth = 0;
  private askAt = 0;

  constructor(scope: Scope, options: SearchOptions) {
    this.world = new SmallWorld(scope);
    this.options = options;
  }

  run(): SearchResult {
    let layer: Row[] = [this.begin()];
    let ids = [0];
    while (layer.length > 0) {
      const next: Row[] = [];
      const nextIds: number[] = [];
      for (const [at, row] of layer.entries()) {
        if (this.isTimeUp(layer.length + next.length - at)) return this.result(false, layer.length, undefined);
        const found = this.expand(row, ids[at] ?? 0, next, nextIds);
        if (found !== undefined) return this.result(false, layer.length, found);
      }
      layer = next;
      ids = nextIds;
      if (layer.length > 0) this.depth += 1;
    }
    return this.result(true, 0, undefined);
  }

  private isTimeUp(waiting: number): boolean {
    if (this.transitions < this.askAt) return false;
    this.askAt = this.transitions + PROGRESS_EVERY;
    return this.options.goesOn?.(this.progress(waiting)) === false;
  }

  /** All on, connected, at rest. */
  private begin(): Row {
    const row = this.world.origin();
    const reason = heal(this.world, row);
    if (reason !== undefined) throw new Violation('O26', `a fresh cluster does not come up: ${reason}`);
    this.world.refill(row);
    this.visit(row);
    return row;
  }

  private expand(row: Row, id: number, next: Row[], nextIds: number[]): Counterexample | undefined {
    const actions = this.world.actions(row);
    // Of what is made most was met before: it is kept only if it is new.
    const successor = row.slice();
    for (let index = 0; index < actions.length; index += 1) {
      const action = actions[index];
      if (action === undefined) continue;
      this.transitions += 1;
      successor.set(row);
      try {
        this.world.perform(successor, action);
        const hash = this.visit(successor);
        if (hash === undefined) continue;
        this.parents.push(id);
        this.actions.push(index);
        this.world.judge(successor);
        if (hash.low % HEAL_ONE_IN === 0) this.sample(successor);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        const path = [...this.pathTo(id), action.name, ...shortened(this.healing)];
        return { oracle: error.oracle, sentence: error.message, path };
      }
      next.push(successor.slice());
      nextIds.push(this.parents.length - 1);
    }
    return undefined;
  }

  private visit(row: Row): StateHash | undefined {
    const hash = new StateHash();
    for (let i = 0; i < row.length; i += 1) hash.add(row[i] ?? 0);
    return this.visited.add(hash.high, hash.low) ? hash : undefined;
  }

  /** @throws Violation */
  private sample(row: Row): void {
    this.healed += 1;
    const copy = row.slice();
    this.healing = ['(now everything heals)'];
    const reason = heal(this.world, copy, (name) => this.healing.push(name));
    if (reason !== undefined) throw new Violation('O26', `after healing ${reason}`);
    this.healing = [];
  }

  /** Walks the way again from the start: rows of earlier layers are gone, and actions are known by their place. */
  private pathTo(id: number): string[] {
    const places: number[] = [];
    for (let at = id; at > 0; at = this.parents[at] ?? 0) places.unshift(this.actions[at] ?? 0);
    const row = this.begin();
    return places.map((place) => {
      const action = this.world.actions(row)[place];
      if (action !== undefined) this.world.perform(row, action);
      return action?.name ?? '?';
    });
  }

  private progress(waiting: number): SearchProgress {
    return { states: this.visited.size, transitions: this.transitions, depth: this.depth, waiting };
  }

  private result(closed: boolean, waiting: number, counterexample: Counterexample | undefined): SearchResult {
    return {
      ...this.progress(waiting),
      closed,
      healed: this.healed,
      localStates: this.world.nodes.map(({ states }) => states.length),
      frames: this.world.frames.frameCount,
      truths: this.world.truths.count,
      counterexample,
    };
  }
}

function shortened(steps: readonly string[]): readonly string[] {
  return steps.length <= TOLD_MAX ? steps : [...steps.slice(0, TOLD_MAX), `… and ${steps.length - TOLD_MAX} more`];
}
