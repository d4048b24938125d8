/**
 * Copysets: where each resource goes to any nodes, nearly every loss of as many nodes as there are replicas takes all
 * copies of some resource. Drawn from few sets of nodes, a loss that hits a set loses more at once and most losses hit
 * none. The scatter width says over how many other nodes the replicas of one node are spread at most.
 */
import { type Node, nameKey } from '../domain/node.ts';
import { bestSet, byPreference, type Choice, sumOf } from './best-set.ts';
import type { SpreadRules } from './spread-rules.ts';

/** Sets under construction at a time: wishes that hardly any nodes fulfil together must not cost much. */
const OPEN_MAX = 64;

/**
 * Sets of `size` nodes that obey the rules among themselves. Each node is in at most `width / (size - 1)` of them (one at
 * least). The same nodes always give the same sets.
 */
export function copysets(
  members: readonly Node[],
  size: number,
  width: number,
  freshRules: () => SpreadRules,
): readonly (readonly Node[])[] {
  const rounds = Math.max(1, Math.floor(width / Math.max(1, size - 1)));
  const sets: (readonly Node[])[] = [];
  for (let round = 0; round < rounds; round += 1) sets.push(...oneRound(shuffled(members, round), size, freshRules));
  return sets;
}

function oneRound(members: readonly Node[], size: number, freshRules: () => SpreadRules): Node[][] {
  const complete: Node[][] = [];
  let open: { readonly nodes: Node[]; readonly rules: SpreadRules }[] = [];
  for (const node of members) {
    const home = open.find(({ nodes, rules }) => joins(node, rules, size - nodes.length - 1));
    if (home === undefined) {
      const rules = freshRules();
      if (open.length < OPEN_MAX && joins(node, rules, size - 1)) open.push({ nodes: [node], rules });
      continue;
    }
    home.nodes.push(node);
    if (home.nodes.length < size) continue;
    complete.push(home.nodes);
    open = open.filter((each) => each !== home);
  }
  return complete;
}

function joins(node: Node, rules: SpreadRules, left: number): boolean {
  if (rules.objection(node) !== undefined) return false;
  rules.add(node);
  if (rules.canEnd(left)) return true;
  rules.remove(node);
  return false;
}

/** The set with the best places, all of it among the candidates or where replicas are already. */
export function bestCopyset(
  sets: readonly (readonly Node[])[],
  candidates: readonly Choice[],
  existing: readonly Node[],
  count: number,
  rules: SpreadRules,
): readonly Choice[] | undefined {
  const byNode = new Map(candidates.map((candidate) => [candidate.node, candidate]));
  let best: readonly Choice[] | undefined;
  let bestSum = Number.NEGATIVE_INFINITY;
  for (const set of sets) {
    if (!existing.every((node) => set.includes(node))) continue;
    const own = set.flatMap((node) => byNode.get(node) ?? []);
    if (own.length < count || (own.length === count && sumOf(own) <= bestSum)) continue;
    const found = bestSet(own.sort(byPreference), count, rules);
    if (found === undefined || sumOf(found) <= bestSum) continue;
    best = found;
    bestSum = sumOf(found);
  }
  return best;
}

function shuffled(members: readonly Node[], round: number): Node[] {
  return members
    .map((node) => ({ node, rank: mixed(`${round} ${nameKey(node.name)}`), key: nameKey(node.name) }))
    .sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1))
    .map(({ node }) => node);
}

/** FNV-1a with a final mix: the same on every machine, and unrelated from one round to the next. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
