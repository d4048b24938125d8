/** What the caller of a change waits for: the replicas whose satellites are told something else from now on. */
import type { RequestTarget } from '../domain/request.ts';
import { resourcesConcerned, toldDiffers } from '../satellites/concerned.ts';
import type { Change, Draft } from '../state/tables.ts';

/** Beyond this many the satellites follow in the background: nobody reads hundreds of answers. */
const WAITED_FOR_MAX = 64;

export interface Concerned {
  readonly targets: readonly RequestTarget[];
  /** There are more, and nobody waits for any of them. */
  readonly tooMany: boolean;
}

export function concernedTargets(draft: Draft, change: Change): Concerned {
  const targets: RequestTarget[] = [];
  const seen = new Set<string>();
  resourcesConcerned(draft, change, (name, node) => {
    const key = `${name}\n${node}`;
    if (seen.has(key) || seen.size > WAITED_FOR_MAX) return;
    seen.add(key);
    targets.push({ kind: 'resource', node, name, goal: 'applied' });
  });
  const tooMany = targets.length > WAITED_FOR_MAX;
  return { targets: tooMany ? [] : targets, tooMany };
}

export function propertyTargets(draft: Draft, change: Change, before: Props, after: Props): Concerned {
  return toldDiffers(before, after) ? concernedTargets(draft, change) : { targets: [], tooMany: false };
}

type Props = Readonly<Record<string, string>>;
