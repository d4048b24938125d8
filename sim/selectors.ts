/** Who is meant by an entry of a plan: a number, or what a node is at that moment. */
import type { Fencing } from './fencing.ts';
import type { NodeSelector } from './plan.ts';
import type { RandomStream } from './prng.ts';
import type { SimNode } from './sim-node.ts';

/** @param besides is not meant. @param subject the node at which the trigger's event happened */
export function resolveSelector(
  { nodes, fencing, random }: { nodes: readonly SimNode[]; fencing: Fencing; random: RandomStream },
  selector: NodeSelector,
  subject: SimNode | undefined,
  besides?: SimNode,
): SimNode | undefined {
  if (typeof selector === 'number') return nodes[selector];
  const running = nodes.filter((node) => node.alive && node !== besides);
  const choose = (list: readonly SimNode[]): SimNode | undefined => (list.length === 0 ? undefined : random.pick(list));
  switch (selector) {
    case 'primary':
      return fencing.primary();
    case 'old-primary':
      return fencing.lastPrimary();
    case 'secondary':
      return choose(running.filter((node) => node.view.role !== 'Primary'));
    case 'sync-target':
      return choose(running.filter((node) => node.view.syncs('SyncTarget')));
    case 'sync-source':
      return choose(running.filter((node) => node.view.syncs('SyncSource')));
    case 'about-to-ack':
      return choose(running.filter((node) => node.disks.some((disk) => disk?.isTakingData === true)));
    case 'subject':
      return subject;
    case 'any':
      return choose(nodes.filter((node) => node !== besides));
  }
}
