/**
 * Thin resync (DRBD §5.4, `rs-discard-granularity`): where the source has only zeroes it sends none, and the target
 * discards. Discards of adjacent ranges are made as one. A range stays locked and its bits stay set until the discard that
 * covers it is done and flushed (DRBD 9.2.13 cleared the bits of a merged range too early), and a discard covers exactly the
 * requests that it was merged from.
 */
import type { Bytes } from '../../../common/units.ts';
import { type PeerDevice, type Resource, startIo, type TargetRequest, type TargetSync, type Volume } from '../state.ts';
import { FEATURES } from '../wire/frames.ts';

const RUN_BYTES_MAX = 134_217_728;

/** Length of a request that may be answered with "zeroes"; 0: thin resync is off. */
export function thinBytes({ connection, volume, peerBlockBytes }: PeerDevice): number {
  const { rsDiscardGranularityBytes: granularity, discardZeroesIfAligned } = volume.options;
  const blockBytes = volume.md?.layout.blockBytes ?? 0;
  if (granularity === 0 || blockBytes === 0 || !discardZeroesIfAligned) return 0;
  if ((connection.features & FEATURES.thinResync) === 0) return 0;
  const bytes = Math.max(granularity, blockBytes, peerBlockBytes);
  return bytes % blockBytes === 0 ? bytes : 0;
}

/** A whole aligned piece of the granularity: less than that frees nothing. */
export function isThin({ device, offset, length }: TargetRequest): boolean {
  const bytes = thinBytes(device);
  return bytes > 0 && offset % bytes === 0 && length === bytes;
}

/** Waiting discards are not in flight: they do not count against the window. */
export function requestsInFlight(target: TargetSync): number {
  let waiting = 0;
  for (const run of target.deallocated) waiting += run.length;
  return target.outstanding.size - waiting;
}

/** The source has only zeroes there. Replies come in any order: runs before and behind may have been waiting already. */
export function onZeroes(target: TargetSync, request: TargetRequest): void {
  request.stage = 'deallocated';
  const before = target.deallocated.find((run) => run.at(-1)?.lastBlock === request.firstBlock - 1);
  const behind = target.deallocated.find((run) => run[0]?.firstBlock === request.lastBlock + 1);
  let run = [request];
  if (before !== undefined && bytesOf(before) + request.length <= RUN_BYTES_MAX) run = [...before, request];
  const joins = behind !== undefined && bytesOf(run) + bytesOf(behind) <= RUN_BYTES_MAX;
  if (joins) run.push(...behind);
  target.deallocated = target.deallocated.filter((each) => !run.includes(each[0] ?? request));
  target.deallocated.push(run);
}

const bytesOf = (run: readonly TargetRequest[]): number => run.reduce((sum, { length }) => sum + length, 0);

/** Submits each run that no request under way can make longer. */
export function discardRuns(r: Resource, device: PeerDevice): void {
  const { target } = device;
  if (target === undefined || target.deallocated.length === 0) return;
  const ready = target.deallocated.filter((run) => !mayGrow(target, run));
  if (ready.length === 0) return;
  target.deallocated = target.deallocated.filter((run) => !ready.includes(run));
  for (const run of ready) discard(r, device.volume, run);
}

function mayGrow(target: TargetSync, run: readonly TargetRequest[]): boolean {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined || bytesOf(run) >= RUN_BYTES_MAX) return false;
  for (const { stage, firstBlock, lastBlock } of target.outstanding.values()) {
    const isAdjacent = firstBlock === last.lastBlock + 1 || lastBlock === first.firstBlock - 1;
    if (isAdjacent && stage === 'sent') return true;
  }
  return false;
}

function discard(r: Resource, volume: Volume, run: readonly TargetRequest[]): void {
  const first = run[0];
  if (first === undefined) return;
  for (const request of run) request.stage = 'writing';
  const io = startIo(r, { kind: 'rs-discard', volume, attachment: volume.attachment, owners: run });
  r.ports.zeroData(io, volume.number, first.offset as Bytes, bytesOf(run) as Bytes, true);
}
