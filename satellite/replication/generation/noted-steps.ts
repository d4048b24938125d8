/**
 * A Primary tells its changes of generation to sync targets as well, and writes to them in the new one. The source, a third node,
 * may have ended the resync before the change reached it: then it hands over the generation before, and nobody would tell this
 * disk of the step again, although it has all that was written since. So the steps of a link are kept until the disk is UpToDate.
 */
import { maskHas } from '../../../common/ids.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import type { Connection, Resource, Volume } from '../state.ts';
import type { NotedStep } from './lineage.ts';

/** More than a history holds are of no use. */
const KEPT = 32;

export function noteStep(
  { link }: Connection,
  { noted }: Volume,
  { maker, previous, current, weak }: Omit<NotedStep, 'link'>,
): void {
  if (link === undefined) return;
  noted.push({ link, maker, previous, current, weak });
  if (noted.length > KEPT) noted.shift();
}

/** What this disk, which has just taken over its source's generation, has been told and written beyond it. They are forgotten. */
export function stepsBeyond(r: Resource, volume: Volume): NotedStep[] {
  const steps: NotedStep[] = [];
  let { current } = volume;
  for (const step of volume.noted.splice(0)) {
    // Of a link that is gone: what was written on it may be missing here.
    const isAlive = [...r.connections.values()].some((each) => each.state === 'Connected' && each.link === step.link);
    if (!isAlive || maskHas(step.weak, r.node) || !sameGeneration(step.previous, current)) continue;
    steps.push(step);
    current = step.current;
  }
  return steps;
}
