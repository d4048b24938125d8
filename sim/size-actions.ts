/** An administrator makes backing stores and volumes larger or smaller, and changes the blocks of bitmaps, while everything runs. */
import type { VolumeNumber } from '../common/ids.ts';
import { bytes } from '../common/units.ts';
import type { PlanAction } from './plan.ts';
import type { SimDisk } from './sim-disk.ts';
import type { SimNode } from './sim-node.ts';
import { junkOf, ZERO_VERSION } from './sim-payload.ts';
import { PLAN_BLOCK_BYTES } from './topology.ts';

export type SizeAction = Extract<PlanAction, { do: 'grow-disk' | 'resize' | 'bitmap-block-size' }>;

export function actOnSize(action: SizeAction, node: SimNode): void {
  const volume = action.volume as VolumeNumber;
  if (action.do === 'grow-disk') return growDisk(action, node, volume);
  if (node.state !== 'up' || node.paused || node.stopping) return;
  node.request(
    (id) => {
      if (action.do === 'bitmap-block-size')
        return { kind: 'set-bitmap-block-size', id, volume, blockBytes: bytes(action.blockBytes) };
      const size = action.blocks === undefined ? {} : { sizeBytes: bytes(action.blocks * PLAN_BLOCK_BYTES) };
      const { assumeClean = false, assumePeerHasSpace = false, force = false } = action;
      return { kind: 'resize', id, volume, ...size, assumeClean, assumePeerHasSpace, force };
    },
    (outcome) => node.note(`${action.do}: ${outcome.ok ? 'done' : `${outcome.error.code}: ${outcome.error.message}`}`),
  );
}

/** Also while the node is down: it finds the larger disk when it starts. */
function growDisk(action: Extract<SizeAction, { do: 'grow-disk' }>, node: SimNode, volume: VolumeNumber): void {
  const disk = node.disks[volume];
  if (disk === undefined) return;
  const capacity = Math.min(action.blocks * PLAN_BLOCK_BYTES, disk.sectors * disk.sectorBytes);
  const added = disk.enlarge(capacity, action.junk === true ? junkOf(node.id) : ZERO_VERSION);
  tellCapacity(node, disk, volume, action.junk === true ? undefined : added);
}

/** In the end every disk holds all that the plan speaks of, as if the administrator had finished what he began. */
export function enlargeAll(nodes: readonly SimNode[]): void {
  for (const node of nodes) {
    if (!node.changesSize) continue;
    node.disks.forEach((disk, volume) => {
      if (disk === undefined) return;
      const added = disk.enlarge(disk.sectors * disk.sectorBytes, ZERO_VERSION);
      tellCapacity(node, disk, volume as VolumeNumber, added);
    });
  }
}

function tellCapacity(node: SimNode, disk: SimDisk, volume: VolumeNumber, zeroedFrom: number | undefined): void {
  if (!node.alive || node.stopping) return;
  const wanted = node.config.volumes[volume]?.sizeBytes ?? bytes(disk.capacityBytes);
  node.request(
    (id) => ({
      kind: 'backing-grown',
      id,
      volume,
      capacityBytes: bytes(disk.capacityBytes),
      areaBytes: bytes(disk.metadataView.length),
      wantedBytes: wanted,
      ...(zeroedFrom === undefined ? {} : { zeroedFrom: bytes(zeroedFrom) }),
    }),
    () => {},
  );
}
