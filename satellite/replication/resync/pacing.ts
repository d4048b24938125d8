/**
 * When a target asks for more, and how much (DRBD §5.3). Steps of 100 ms by the speed controller; the next one comes
 * early once no more is in flight than the controller wants there. The timer is armed only while there is something to ask
 * for and no allowance left.
 *
 * c-min-rate: while an application is active on the volume, a resync that is faster than that waits.
 */
import { millis } from '../../../common/units.ts';
import { dirtyBits } from '../disk/marks.ts';
import type { TimerId } from '../payload.ts';
import type { PeerDevice, Resource, TargetSync, Volume } from '../state.ts';
import { nextStep, STEP_MS } from './speed-controller.ts';

/** Steps are never closer than this: a shorter one says nothing about the speed. Milliseconds. */
const EARLY_STEP_MS = 10;
/** DRBD: more than 64 foreign sectors since the last look are an active application. */
const ACTIVE_BYTES = 64 * 512;
/** An application counts as active for this long: between two early steps it need not have done anything. */
const ACTIVE_MS = 2 * STEP_MS;
/** The speed is that since the older of two marks, so over 3 to 6 seconds. */
const MARK_MS = 3_000;
const MARKS = 2;
const PAGE_BYTES = 4_096;

/** Bytes that may be asked for now. 0: not now; a reply or the timer brings the next chance. */
export function allowance(r: Resource, device: PeerDevice, target: TargetSync): number {
  const { pacing } = target;
  const inFlight = bytesInFlight(target);
  if (pacing.budget <= 0 && !takeStep(r, device, target, inFlight)) return 0;
  return Math.max(0, Math.min(pacing.budget, device.connection.options.maxBuffers * PAGE_BYTES - inFlight));
}

export function spend(target: TargetSync, bytes: number): void {
  target.pacing.budget -= bytes;
}

function bytesInFlight(target: TargetSync): number {
  let bytes = 0;
  for (const request of target.outstanding.values()) bytes += request.length;
  return bytes;
}

/** @returns whether there is something to spend now; otherwise the timer is armed. */
function takeStep(r: Resource, device: PeerDevice, target: TargetSync, inFlight: number): boolean {
  const { pacing } = target;
  const { options } = device.connection;
  const now = r.ports.now();
  const isFirst = pacing.stepAt < 0;
  const elapsedMs = now - pacing.stepAt;
  const mayBeEarly = options.cPlanAhead > 0 && inFlight <= options.cFillTargetBytes;
  const dueMs = mayBeEarly ? EARLY_STEP_MS : STEP_MS;
  if (!isFirst && elapsedMs < dueMs) {
    arm(r, device, dueMs - elapsedMs);
    return false;
  }
  const left = dirtyBits(device.volume, device.connection.peer);
  if (isFirst) pacing.foreignBytes = foreignBytes(device.volume);
  mark(pacing.marks, now, left);
  const { bytes, plan } = nextStep(pacing.plan, { arrived: pacing.arrived, inFlight, elapsedMs, isFirst }, options);
  pacing.plan = plan;
  pacing.stepAt = now;
  pacing.arrived = 0;
  if (isThrottled(device, target, now, left)) {
    pacing.budget = Math.min(0, pacing.budget);
  } else {
    pacing.budget += bytes;
    // A target smaller than a block must not stop the resync: with nothing in flight one block may always be asked for.
    if (options.cPlanAhead > 0 && inFlight === 0) pacing.budget = Math.max(1, pacing.budget);
  }
  if (pacing.budget > 0) return true;
  arm(r, device, STEP_MS);
  return false;
}

function mark(marks: { at: number; left: number }[], now: number, left: number): void {
  const last = marks.at(-1);
  if (last !== undefined && now - last.at < MARK_MS) return;
  marks.push({ at: now, left });
  if (marks.length > MARKS) marks.shift();
}

/** An application is active, and the resync is faster than c-min-rate. Never while the work grows faster than it is done. */
function isThrottled(device: PeerDevice, target: TargetSync, now: number, left: number): boolean {
  const { pacing } = target;
  const { volume } = device;
  const minimum = device.connection.options.cMinRate;
  if (minimum === 0 || !isApplicationActive(volume, pacing, now)) return false;
  const [since] = pacing.marks;
  if (since === undefined || volume.md === undefined) return false;
  const seconds = Math.max(1, (now - since.at) / 1_000);
  return ((since.left - left) * volume.md.layout.blockBytes) / seconds > minimum;
}

/** Blocks of the resync itself are not counted in these. */
const foreignBytes = ({ readBytes, writtenBytes }: Volume): number => readBytes + writtenBytes;

function isApplicationActive(volume: Volume, pacing: TargetSync['pacing'], now: number): boolean {
  const { md } = volume;
  const foreign = foreignBytes(volume);
  const waitsForLog = md !== undefined && md.logWaiting.length + md.logFull.length > 0;
  if (foreign - pacing.foreignBytes > ACTIVE_BYTES || waitsForLog) {
    pacing.foreignBytes = foreign;
    pacing.activeAt = now;
  }
  return now - pacing.activeAt < ACTIVE_MS;
}

const pacingTimer = ({ connection, volume }: PeerDevice): TimerId =>
  `resync:${connection.peer}:${volume.number}` as TimerId;

function arm(r: Resource, device: PeerDevice, delayMs: number): void {
  r.ports.setTimer(pacingTimer(device), millis(Math.max(1, delayMs)));
}

export function disarmPacing(r: Resource, device: PeerDevice): void {
  r.ports.cancelTimer(pacingTimer(device));
}
