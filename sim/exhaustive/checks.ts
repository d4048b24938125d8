/**
 * What must not happen in the small world. On every state: O11, the core's own assertions, BOOT. At an acknowledgement: O1, O2.
 * At a resync write: O9. At a crash: O7, exactly (persisted bits, hot extents, the other's memory). At rest: O5, O6, O7.
 * After healing: O26, O5, O8, O1, O4.
 */
import type { NodeId } from '../../common/ids.ts';
import { covers } from '../oracles/coverage.ts';
import { name } from '../oracles/history.ts';
import { Violation } from '../oracles/violation.ts';
import type { Truth } from './ground-truth.ts';
import type { Effect, LocalState } from './local-node.ts';
import type { Scope } from './scope.ts';
import { counts, type Summaries, type Summary } from './summary.ts';

type Locals = readonly LocalState[];

export class Checks {
  private readonly summaries: readonly Summaries[];
  private readonly scope: Scope;

  constructor(summaries: readonly Summaries[], scope: Scope) {
    this.summaries = summaries;
    this.scope = scope;
  }

  private summary(locals: Locals, node: number): Summary {
    const [summaries, local] = [this.summaries[node], locals[node]];
    if (summaries === undefined || local === undefined) throw new Error('the node exists');
    return summaries.of(local);
  }

  anyState(locals: Locals): void {
    let primaries = 0;
    for (let node = 0; node < locals.length; node += 1)
      if (locals[node]?.core !== undefined && this.summary(locals, node).isPrimary) primaries += 1;
    if (primaries > 1) throw new Violation('O11', `${primaries} nodes are Primary at the same time`);
  }

  /** A resync never puts older data over what is acknowledged and newest. */
  written(truth: Truth, local: LocalState, node: number, effect: Extract<Effect, { kind: 'data-write' }>): void {
    if (!effect.byResync) return;
    effect.versions.forEach((version, index) => {
      const block = effect.first + index;
      // Later operations in flight decide what the block will be.
      const old = local.disk.view[block] ?? 0;
      if (old === version || old === 0 || !truth.history.mustSurvive(0, block, old)) return;
      const problem = truth.history.problemOf(0, block, version);
      if (problem === undefined) return;
      throw new Violation(
        'O9',
        `a resync on n${node} overwrites ${name(old)}, acknowledged and newest, by ${name(version)} on block ${block}`,
      );
    });
  }

  /** @param write the acknowledged write; undefined for a flush */
  acknowledged(before: Truth, after: Truth, locals: Locals, node: number, write: number | undefined): void {
    for (const holder of this.holders(locals, node)) {
      const disk = locals[holder]?.disk;
      if (disk === undefined) continue;
      if (write !== undefined) {
        const record = after.writes[write];
        const held = disk.view[record?.first ?? 0] ?? 0;
        if (record !== undefined && !after.history.notOlder(0, record.first, held, record))
          throw new Violation('O1', `n${node} acknowledged write ${write} before n${holder}, UpToDate, had it`);
        continue;
      }
      const since = before.flushes[before.pendingFlushes[0] ?? 0] ?? 0;
      disk.media.forEach((value, block) => {
        const problem = before.history.problemOf(0, block, value, since);
        if (problem === undefined || problem.flipped) return;
        throw new Violation(
          'O2',
          `n${node} acknowledged a flush, but the medium of n${holder} has ${name(value)} on block ${block}: ${problem.because}`,
        );
      });
    }
  }

  private *holders(locals: Locals, node: number): Iterable<number> {
    const own = this.summary(locals, node);
    if (own.disk === 'UpToDate') yield node;
    for (const peer of own.peers.keys()) {
      if (locals[peer]?.core === undefined || !counts(own, peer)) continue;
      const other = this.summary(locals, peer);
      if (other.disk === 'UpToDate' && other.peers.get(node)?.connection === 'Connected') yield peer;
    }
  }

  crashed(locals: Locals, dead: number): void {
    for (let other = 0; other < locals.length; other += 1) {
      if (other !== dead && locals[other]?.booting !== true) this.differencesAreMarked(locals, dead, other, true, 'O7');
    }
  }

  /** Nothing is in flight: what differs is marked, whatever the two think of each other. */
  atRest(locals: Locals): void {
    for (let a = 0; a < locals.length; a += 1) {
      for (let b = a + 1; b < locals.length; b += 1) {
        if (locals[a]?.core === undefined || locals[b]?.core === undefined) continue;
        const [own, other] = [this.summary(locals, a), this.summary(locals, b)];
        const inSync = counts(own, b) && counts(other, a);
        const oracle = inSync ? 'O5' : own.coverage.current === other.coverage.current ? 'O6' : 'O7';
        this.differencesAreMarked(locals, a, b, !inSync, oracle);
      }
    }
  }

  private differencesAreMarked(
    locals: Locals,
    a: number,
    b: number,
    hotCounts: boolean,
    oracle: 'O5' | 'O6' | 'O7',
  ): void {
    const [viewA, viewB] = [locals[a]?.disk.view ?? [], locals[b]?.disk.view ?? []];
    const block = viewA.findIndex((version, index) => version !== viewB[index]);
    if (block < 0) return;
    const [coverA, coverB] = [this.summary(locals, a).coverage, this.summary(locals, b).coverage];
    for (let at = block; at < viewA.length; at += 1) {
      if (viewA[at] === viewB[at]) continue;
      const byte = at * this.scope.blockBytes;
      if (hotCounts && (coverA.isHot(byte) || coverB.isHot(byte))) continue;
      if (covers(coverA, a as NodeId, coverB, b as NodeId, byte)) continue;
      throw new Violation(
        oracle,
        `block ${at} is ${name(viewA[at] ?? 0)} on n${a} and ${name(viewB[at] ?? 0)} on n${b}, and neither has it marked`,
      );
    }
  }

  /** @returns what is missing; undefined: all is well. @throws Violation when they agree on something wrong */
  converged(truth: Truth, locals: Locals): string | undefined {
    for (let node = 0; node < locals.length; node += 1) {
      if (locals[node]?.core === undefined) return `n${node} is off`;
      const own = this.summary(locals, node);
      if (own.disk !== 'UpToDate') return `n${node} is ${own.disk}`;
      for (const [peer, seen] of own.peers) {
        if (seen.connection !== 'Connected' || seen.disk !== 'UpToDate' || seen.replication !== 'Established')
          return `n${node} sees n${peer} ${seen.connection}, ${seen.disk}, ${seen.replication}`;
        if (seen.marks) return `n${node} has marks towards n${peer}`;
      }
    }
    this.agreed(truth, locals);
    return undefined;
  }

  private agreed(truth: Truth, locals: Locals): void {
    const first = locals[0]?.disk.view ?? [];
    for (const { disk } of locals) {
      const at = disk.view.findIndex((version, block) => version !== first[block]);
      if (at >= 0) throw new Violation('O5', `after healing block ${at} is not the same everywhere`);
    }
    first.forEach((value, block) => {
      const problem = truth.history.problemOf(0, block, value, Number.POSITIVE_INFINITY);
      if (problem === undefined) return;
      const oracle = problem.flipped ? 'O4' : 'O1';
      throw new Violation(oracle, `after healing block ${block} is ${name(value)} everywhere, but ${problem.because}`);
    });
  }
}
