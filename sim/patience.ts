/** How long a plan may take to converge after the heal, in virtual time. */
import { DEFAULT_OPTIONS } from '../satellite/replication/options/options.ts';
import type { Plan } from './plan.ts';

const SECOND = 1_000_000;
/** Everything but copying: timeouts, back-offs, self-checks. */
const PATIENCE_US = 180 * SECOND;
/** A slow network loses a link now and then: the next source may have to bring everything again. */
const RESYNCS = 3;

/** Microseconds. A world of large disks, small requests and a slow network is slow without being stuck: O25 sees that it gets on. */
export function convergenceLimitUs(plan: Plan): number {
  return PATIENCE_US + RESYNCS * fullResyncUs(plan);
}

/** One copy of all volumes from one peer, a window of requests at a time. */
function fullResyncUs({ volumes, options, network, disk }: Plan): number {
  const requestBytes = options.resyncRequestBytes ?? DEFAULT_OPTIONS.resyncRequestBytes;
  const windowBytes = requestBytes * (options.resyncRequestsMax ?? DEFAULT_OPTIONS.resyncRequestsMax);
  const bytes = volumes.reduce((sum, { blocks, blockBytes }) => sum + blocks * blockBytes, 0);
  const oneWayUs = network.delayUs + network.jitterUs + (network.spikeUs * network.spikePermille) / 1000;
  const diskUs = 2 * (disk.latencyUs + disk.jitterUs) + disk.flushUs;
  return Math.ceil(bytes / windowBytes) * (2 * oneWayUs + diskUs) + (bytes / network.bytesPerMs) * 1000;
}
