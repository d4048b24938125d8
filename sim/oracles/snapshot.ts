/**
 * O15, snapshot cut: once suspend-io has returned, and until I/O is resumed, all replicas that the Primary counts as UpToDate
 * are identical on all volumes, and together they are one consistent cut (O14 over the union of the volumes).
 */
import type { SimNode } from '../sim-node.ts';
import type { History } from './history.ts';
import { checkPrefix } from './prefix.ts';
import { Violation } from './violation.ts';

export function checkSnapshot(primary: SimNode, nodes: readonly SimNode[], history: History, prefix: boolean): void {
  if (primary.view.role !== 'Primary') return;
  const replicas = nodes.filter((node) => node.diskful && isCounted(primary, node));
  const [first] = replicas;
  if (first === undefined) return;
  for (const other of replicas) {
    first.disks.forEach((disk, volume) => {
      const image = other.disks[volume]?.view;
      const sector = disk?.view.findIndex((value, at) => value !== image?.[at]) ?? -1;
      if (sector < 0) return;
      throw new Violation(
        'O15',
        `I/O of n${primary.id} is suspended, but volume ${volume} sector ${sector} differs between n${first.id} and n${other.id}`,
      );
    });
  }
  if (!prefix) return;
  const images = first.disks.map((disk) => disk?.view);
  try {
    checkPrefix(history, first.id, images);
  } catch (error) {
    if (error instanceof Violation)
      throw new Violation('O15', `no consistent cut although I/O is suspended: ${error.message}`);
    throw error;
  }
}

const isCounted = (primary: SimNode, node: SimNode): boolean =>
  node === primary ? primary.view.ownUpToDate() : node.alive && primary.view.counts(node.id);
