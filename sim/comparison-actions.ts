/** Carries out the entries of a plan that compare and renew replicas (comparison-schema.ts). */
import type { VolumeNumber } from '../common/ids.ts';
import type { Bytes } from '../common/units.ts';
import type { Fencing } from './fencing.ts';
import type { VerifyOracle } from './oracles/verify.ts';
import type { RandomStream } from './prng.ts';
import type { SimNode } from './sim-node.ts';

export interface ComparisonWorld {
  readonly fencing: Fencing;
  readonly verify: VerifyOracle;
}

export function startVerify(
  world: ComparisonWorld,
  node: SimNode,
  peer: SimNode,
  number: number,
  resume: boolean,
): void {
  if (node.state !== 'up') return;
  const volume = number as VolumeNumber;
  node.request(
    (id) =>
      resume
        ? { kind: 'verify', id, volume, peer: peer.id }
        : { kind: 'verify', id, volume, peer: peer.id, start: 0 as Bytes },
    (outcome) => {
      if (outcome.ok && !resume) world.verify.begins(node, peer.id, volume);
    },
  );
}

/** `target` gives up its copy, on its own word or on that of `asked`: from now on it is none. */
export function startInvalidate(
  { fencing }: ComparisonWorld,
  asked: SimNode,
  target: SimNode,
  peer: SimNode | undefined,
  order: { readonly volume: number; readonly resetBitmap: boolean },
): void {
  if (asked.state !== 'up' || asked.paused || fencing.primary() === undefined || !fencing.isSpare(target)) return;
  const { resetBitmap } = order;
  const volume = order.volume as VolumeNumber;
  fencing.died(target, 'power');
  asked.request(
    (id) => {
      if (asked !== target) return { kind: 'invalidate-remote', id, volume, peer: target.id, resetBitmap };
      const from = peer === undefined ? {} : { peer: peer.id };
      return { kind: 'invalidate', id, volume, ...from, resetBitmap };
    },
    () => {},
  );
}

export function rot(
  world: ComparisonWorld,
  random: RandomStream,
  node: SimNode,
  volume: number,
  sectors: number,
): void {
  const disk = node.disks[volume];
  if (disk === undefined || node.view.role === 'Primary' || node.view.disk[volume] !== 'UpToDate') return;
  if (!world.fencing.isSpare(node)) return;
  for (let i = 0; i < sectors; i += 1) world.verify.rot(node, volume, random.below(disk.sectors));
}
