/**
 * Another size of a volume, or other blocks in its bitmap, on one node's disk (DRBD 9, §7.4). Metadata has an area of its own
 * (docs/decisions/0011), so the data stay where they are; what moves is the bitmap within that area. Unlike DRBD's, this needs no
 * state on disk in between from which a full sync would follow: the new bitmap is written beside the old one.
 *
 *   pages under way in the old place are written
 *   → the whole bitmap in its new place, marks of the new area included → flush
 *   → superblock with the new size, block size and place (FUA): from here on the new one counts
 *   → clients may use the new size; pages are written again
 *
 * A crash before the superblock finds the old size and the old bitmap. That one is as good as before: between the first and the
 * last step no group of pages is written, so no extent leaves the activity log on the strength of a mark that only the new place has.
 * A smaller size counts for clients from the first step on, a larger one only after the last.
 */
import { assert } from '../../../common/assert.ts';
import { OperationError } from '../../../common/errors.ts';
import type { Bytes } from '../../../common/units.ts';
import { persistSuperblock, resumeGroups, writeWholeBitmap } from '../disk/persistence.ts';
import { endVerify } from '../verify/driver.ts';
import { blocksOf, convertBitmap } from '../metadata/bitmap-conversion.ts';
import { layoutProblem, type MetadataLayout, planRelayout } from '../metadata/layout.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Attached, defer, deviceOf, type Resource, type Volume } from '../state.ts';
import { markSpare } from '../generation/spare-slot.ts';
import type { Relayout } from './state.ts';

const OK = { ok: true } as const;

export interface Shape {
  readonly dataBytes: Bytes;
  readonly blockBytes: Bytes;
}

/** The layout for this shape in the metadata area of the attached disk, or why there is none. */
export function layoutFor(volume: Volume, md: Attached, shape: Shape): MetadataLayout | string {
  const next = { ...shape, alExtents: md.identity.alExtents };
  const problem = layoutProblem({ ...next, slots: md.layout.slots });
  if (problem !== undefined) return problem;
  const layout = planRelayout(md.layout, next);
  if (layout.totalBytes <= volume.areaBytes) return layout;
  return `its bitmap needs a metadata area of ${layout.totalBytes} bytes, there are ${volume.areaBytes}`;
}

export interface RelayoutRequest {
  readonly layout: MetadataLayout;
  readonly markFrom: Bytes | undefined;
  readonly client?: ClientRequestId | undefined;
  readonly attach?: ClientRequestId | undefined;
}

/** One at a time; what peers send waits until it is done. */
export function startRelayout(r: Resource, volume: Volume, request: RelayoutRequest): void {
  assert(volume.relayout === undefined && volume.md !== undefined, 'one new layout of an attached disk at a time');
  const { layout, markFrom, client, attach } = request;
  volume.relayout = { stage: 'waiting', layout, markFrom, client, attach };
  if (layout.dataBytes < volume.sizeBytes) volume.sizeBytes = layout.dataBytes;
  for (const connection of r.connections.values()) {
    connection.rxRelayout = true;
    // Its ranges are blocks of the old bitmap.
    endVerify(r, deviceOf(connection, volume), 'the volume gets another layout');
  }
  defer(r, { kind: 'relayout-pages', volume });
}

/** No page is under way in the old place any more. */
export function onRelayoutPages(r: Resource, volume: Volume): void {
  const { md, relayout } = volume;
  if (md === undefined || relayout?.stage !== 'waiting' || md.settling !== undefined) return;
  relayout.stage = 'pages';
  const { layout } = relayout;
  md.bitmap = convertBitmap(md.bitmap, md.layout, layout);
  if (layout.blockBytes !== md.layout.blockBytes) {
    // Runs of the old blocks: rounded outward they would take back more than they may. Their marks stay.
    md.logDerived.clear();
    md.resyncDerived.clear();
    for (const { devices } of r.connections.values()) resetVerify(devices.get(volume.number)?.verify);
  }
  md.layout = layout;
  md.log.useLayout(layout);
  markNewArea(md, relayout);
  writeWholeBitmap(r, volume, md, { kind: 'relayout-flushed', volume });
}

function resetVerify(verify: { resumeAt: number } | undefined): void {
  if (verify !== undefined) verify.resumeAt = 0;
}

/** No write has made these marks: a node that has others besides knows more than one that has only these. */
function markNewArea(md: Attached, { layout, markFrom }: Relayout): void {
  const area = markFrom === undefined ? undefined : blocksOf(layout, markFrom, layout.dataBytes);
  if (markFrom === undefined || area === undefined) return;
  const isFirst = ![...md.logDerived.values()].some(({ isGrown }) => isGrown === true);
  const grownFrom = isFirst ? markFrom : (Math.min(md.identity.grownFrom ?? markFrom, markFrom) as Bytes);
  md.identity = { ...md.identity, grownFrom };
  for (const { node, slot } of md.slots.values()) {
    const { runs, bits } = md.logDerived.get(node) ?? { runs: [], bits: 0 };
    const added = md.bitmap.set(slot, area.first, area.last);
    md.logDerived.set(node, { runs: [...runs, [area.first, area.last]], bits: bits + added, isGrown: true });
  }
  markSpare(md, area.first, area.last);
}

/** The new bitmap is durable: the superblock may name it. */
export function onRelayoutFlushed(r: Resource, volume: Volume): void {
  const { md, relayout } = volume;
  if (md === undefined || relayout?.stage !== 'pages') return;
  relayout.stage = 'switching';
  const { dataBytes, blockBytes, bitmapOffset } = relayout.layout;
  md.identity = { ...md.identity, dataBytes, blockBytes: blockBytes as Bytes, bitmapOffset };
  persistSuperblock(r, volume, { kind: 'relayout-done', volume });
}

/** @returns what has been done; undefined: that was given up meanwhile. */
export function finishRelayout(r: Resource, volume: Volume): Relayout | undefined {
  const { md, relayout } = volume;
  if (md === undefined || relayout?.stage !== 'switching') return undefined;
  volume.relayout = undefined;
  volume.sizeBytes = relayout.layout.dataBytes;
  resumeGroups(r, volume, md);
  releaseReceivers(r);
  defer(r, { kind: 'resume-handshakes' });
  defer(r, { kind: 'reconsider-roles' });
  if (relayout.client !== undefined) r.ports.completeClient(relayout.client, OK);
  return relayout;
}

/** The disk is gone: what it says of its size is what it says when it returns. */
export function giveUpRelayout(r: Resource, volume: Volume): void {
  const { relayout } = volume;
  if (relayout === undefined) return;
  volume.relayout = undefined;
  const error = new OperationError('BACKING_STORE_FAILED', `the disk of volume ${volume.number} failed meanwhile`);
  for (const client of [relayout.client, relayout.attach])
    if (client !== undefined) r.ports.completeClient(client, { ok: false, error });
  // The others have agreed on it; whoever goes on without a disk follows them.
  if (relayout.attach === undefined) volume.sizeBytes = relayout.layout.dataBytes;
  releaseReceivers(r);
}

/** Frames that waited, unless another volume still changes. */
export function releaseReceivers(r: Resource): void {
  if ([...r.volumes.values()].some(({ relayout }) => relayout !== undefined)) return;
  for (const connection of r.connections.values()) {
    if (!connection.rxRelayout) continue;
    connection.rxRelayout = false;
    if (connection.link !== undefined) defer(r, { kind: 'rx-resume', connection, link: connection.link });
  }
}
