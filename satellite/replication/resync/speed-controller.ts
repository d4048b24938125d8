/**
 * How much a resync may ask for in its next step (DRBD §5.3), as a pure function of what came back since the last one.
 *
 * The controller wants a certain amount in flight when a step begins: `c-fill-target`, or what arrives in
 * `c-delay-target`. The difference is not made up at once but over the next `c-plan-ahead` steps: each step adds an equal
 * share of it to every planned one, and takes its own from the front. On top it replaces what has arrived, so that a
 * link in balance stays in balance.
 */
import type { NetOptions, PeerDeviceOptions } from '../../../common/options/options.ts';

export type SpeedOptions = Pick<
  PeerDeviceOptions,
  'cPlanAhead' | 'cFillTargetBytes' | 'cDelayTargetMs' | 'cMaxRate' | 'resyncRate'
> &
  Pick<NetOptions, 'maxBuffers'>;

/** The regular step, in milliseconds. */
export const STEP_MS = 100;
/** A step that was long in coming is not made up for: after this many milliseconds it counts as one of this length. */
const ELAPSED_MAX_MS = 1_000;
const PAGE_BYTES = 4_096;

export interface Arrivals {
  /** Bytes that came back since the step before, and bytes still on their way. */
  readonly arrived: number;
  readonly inFlight: number;
  /** Since the step before. */
  readonly elapsedMs: number;
  /** The first step of a resync: nothing is known yet. */
  readonly isFirst: boolean;
}

export interface Step {
  /** Bytes to ask for now. */
  readonly bytes: number;
  /** Planned corrections of the steps to come, in bytes; the next one first. */
  readonly plan: readonly number[];
}

export function nextStep(plan: readonly number[], arrivals: Arrivals, options: SpeedOptions): Step {
  const elapsedMs = Math.min(Math.max(arrivals.elapsedMs, 1), ELAPSED_MAX_MS);
  const room = Math.max(0, options.maxBuffers * PAGE_BYTES - arrivals.inFlight);
  const steps = options.cPlanAhead;
  if (steps === 0) return { bytes: Math.min(perStep(options.resyncRate), room), plan: [] };
  const arrived = Math.floor((arrivals.arrived * STEP_MS) / elapsedMs);
  const queue = Array.from({ length: steps }, (_, index) => plan[index] ?? 0);
  const planned = queue.reduce((sum, each) => sum + each, 0);
  const share = Math.trunc((wanted(arrived, arrivals, options) - arrivals.inFlight - planned) / steps);
  const [correction = 0, ...rest] = queue.map((each) => each + share);
  // A step that comes early has only its part of the second.
  const elapsedShare = arrivals.isFirst ? STEP_MS : elapsedMs;
  const limit = options.cMaxRate === 0 ? room : Math.floor((options.cMaxRate * elapsedShare) / 1_000);
  return { bytes: Math.max(0, Math.min(arrived + correction, limit, room)), plan: [...rest, 0] };
}

const perStep = (bytesPerSecond: number): number => Math.floor((bytesPerSecond * STEP_MS) / 1_000);

/** Bytes that shall be in flight when a step begins. */
function wanted(arrived: number, { isFirst }: Arrivals, options: SpeedOptions): number {
  if (isFirst) return perStep(options.resyncRate) * options.cPlanAhead;
  if (options.cFillTargetBytes > 0) return options.cFillTargetBytes;
  return Math.floor((arrived * options.cDelayTargetMs) / STEP_MS);
}
