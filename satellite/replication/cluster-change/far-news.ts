/** A link has joined a part of the cluster that has a Primary with one that has none: those who have no link to it have to know. */
import { EMPTY_MASK, maskHas } from '../../../common/ids.ts';
import { heardOfPrimaries } from '../roles/primaries.ts';
import type { Resource } from '../state.ts';
import { lookAround } from './coordinator.ts';

/**
 * The first node that hears of a Primary to which no link is configured lets the whole cluster agree on who is near it and who
 * is not (DRBD: weak): one empty change, whose commit reaches the nodes behind this one as well. Where a link is configured it
 * is given its time; the self-check asks later.
 */
export function lookForFarPrimaries(r: Resource): void {
  const heard = heardOfPrimaries(r);
  const { changes } = r;
  const news = heard & ~changes.farPrimaries & ~changes.askedAbout;
  changes.askedAbout = heard;
  if (news === EMPTY_MASK) return;
  const comesByItself = [...r.connections.values()].some(({ peer, wanted }) => wanted && maskHas(heard, peer));
  if (!comesByItself) lookAround(r);
}
