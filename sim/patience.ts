/** How long a plan may take to converge after the heal, in virtual time. */
import type { Plan } from './plan.ts';
import { optionsOf } from './topology.ts';

const SECOND = 1_000_000;
/** Everything but copying: timeouts, back-offs, self-checks. */
const PATIENCE_US = 180 * SECOND;
/** A slow network loses a link now and then: the next source may have to bring everything again. */
const RESYNCS = 3;

/** Microseconds. A world of large disks, small requests and a slow network is slow without being stuck: O25 sees that it gets on. */
export function convergenceLimitUs(plan: Plan): number {
  return PATIENCE_US + RESYNCS * fullResyncUs(plan);
}

/** What a message may have to wait for on its link: all that a peer may have asked for. */
export function queueUs(plan: Plan): number {
  const { resyncRequestBytes, resyncRequestsMax } = optionsOf(plan);
  return (plan.volumes.length * resyncRequestBytes * resyncRequestsMax * 1000) / plan.network.bytesPerMs;
}

/** One copy of all volumes from one peer, a window of requests at a time. */
function fullResyncUs(plan: Plan): number {
  const { volumes, network, disk } = plan;
  const { resyncRequestBytes, resyncRequestsMax } = optionsOf(plan);
  const windowBytes = resyncRequestBytes * resyncRequestsMax;
  const bytes = volumes.reduce((sum, { blocks, blockBytes }) => sum + blocks * blockBytes, 0);
  const oneWayUs = network.delayUs + network.jitterUs + (network.spikeUs * network.spikePermille) / 1000;
  const diskUs = 2 * (disk.latencyUs + disk.jitterUs) + disk.flushUs;
  return Math.ceil(bytes / windowBytes) * (2 * oneWayUs + diskUs) + (bytes / network.bytesPerMs) * 1000;
}
