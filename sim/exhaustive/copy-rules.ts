/** The rules of fencing.ts for protocol C and one volume, over values: which copies are current, and who may become Primary. */
import type { Copies, Truth, Truths } from './ground-truth.ts';
import type { LocalState } from './local-node.ts';
import { counts, type Summaries, type Summary } from './summary.ts';

const has = (mask: number, node: number): boolean => ((mask >>> node) & 1) === 1;

export class CopyRules {
  private readonly summaries: readonly Summaries[];
  private readonly truths: Truths;

  constructor(summaries: readonly Summaries[], truths: Truths) {
    this.summaries = summaries;
    this.truths = truths;
  }

  private summary(locals: readonly LocalState[], node: number): Summary {
    const local = locals[node];
    if (local === undefined) throw new Error('the node exists');
    return this.summaryOf(local, node);
  }

  private summaryOf(local: LocalState, node: number): Summary {
    const summaries = this.summaries[node];
    if (summaries === undefined) throw new Error('the node exists');
    return summaries.of(local);
  }

  /** Only a running Primary redefines the current set: itself if UpToDate, and whom it mirrors to. */
  viewChanged(truth: Truth, local: LocalState, node: number): Truth {
    if (local.core === undefined) return truth;
    const view = this.summaryOf(local, node);
    if (!view.isPrimary) return truth;
    const { copies } = truth;
    const fresh = copies.fresh || copies.authority !== node;
    let members = view.disk === 'UpToDate' ? 1 << node : 0;
    for (const peer of view.peers.keys()) if (counts(view, peer)) members |= 1 << peer;
    if (members === 0) return truth;
    const kept = fresh ? 0 : members & copies.members;
    const next: Copies = {
      members,
      diedProcess: copies.diedProcess & kept,
      diedPower: copies.diedPower & kept,
      authority: node,
      fresh: false,
      excused: copies.excused && !fresh && members === copies.members,
    };
    if (sameCopies(copies, next)) return truth;
    return this.excuseIfAllLost(this.truths.after(truth, { copies: next }));
  }

  died(truth: Truth, node: number, power: boolean): Truth {
    const { copies } = truth;
    // The next Primary begins a session of its own, also on the same node.
    const fresh = copies.fresh || copies.authority === node;
    const bit = has(copies.members, node) ? 1 << node : 0;
    const diedPower = copies.diedPower | (power ? bit : 0);
    const diedProcess = copies.diedProcess | (power || has(copies.diedPower, node) ? 0 : bit);
    return this.excuseIfAllLost(this.truths.after(truth, { copies: { ...copies, fresh, diedPower, diedProcess } }));
  }

  private excuseIfAllLost(truth: Truth): Truth {
    const { copies } = truth;
    const dead = copies.diedPower | copies.diedProcess;
    if (copies.excused || (copies.members & ~dead) !== 0 || copies.diedPower === 0) return truth;
    const self = copies.authority;
    if (self >= 0 && has(copies.members, self) && !has(copies.diedPower, self)) return truth;
    return this.truths.after(truth, {
      copies: { ...copies, excused: true },
      happenings: [...truth.happenings, { what: 'excused' }],
    });
  }

  mayOpen(truth: Truth, locals: readonly LocalState[], node: number): boolean {
    const local = locals[node];
    if (local?.core === undefined || local.booting) return false;
    for (let other = 0; other < locals.length; other += 1) {
      if (other !== node && locals[other]?.core !== undefined && this.summary(locals, other).isPrimary) return false;
    }
    if (this.isCurrent(truth, node)) return true;
    return locals.some(
      (member, id) =>
        id !== node && member.core !== undefined && this.isCurrent(truth, id) && this.inSync(truth, locals, node, id),
    );
  }

  private isCurrent({ copies }: Truth, node: number): boolean {
    return has(copies.members, node) && (!has(copies.diedPower, node) || copies.excused);
  }

  /** Both say so, nothing is marked between them, and neither still talks to the last Primary. */
  private inSync({ copies }: Truth, locals: readonly LocalState[], a: number, b: number): boolean {
    const [own, other] = [this.summary(locals, a), this.summary(locals, b)];
    if (own.disk !== 'UpToDate' || !counts(own, b) || !counts(other, a)) return false;
    const last = copies.authority;
    if (last >= 0 && last !== a && last !== b && locals[last]?.core === undefined) {
      if (own.peers.get(last)?.connection === 'Connected' || other.peers.get(last)?.connection === 'Connected')
        return false;
    }
    return own.peers.get(b)?.marks === false && other.peers.get(a)?.marks === false;
  }
}

function sameCopies(a: Copies, b: Copies): boolean {
  if (a.members !== b.members || a.authority !== b.authority || a.fresh !== b.fresh || a.excused !== b.excused)
    return false;
  return a.diedProcess === b.diedProcess && a.diedPower === b.diedPower;
}
