/** The network that a plan describes: one stream of dice per direction, the codec in the way where the plan says so. */
import type { Agenda } from './agenda.ts';
import { throughCodec, typedFrames } from './codec-path.ts';
import type { Plan } from './plan.ts';
import { RandomStream } from './prng.ts';
import { type NetworkEnd, SimNetwork } from './sim-network.ts';
import { optionsOf } from './topology.ts';

export function networkOf(plan: Plan, agenda: Agenda, ends: readonly NetworkEnd[]): SimNetwork {
  const streams = new Map<number, RandomStream>();
  const random = (from: number, to: number): RandomStream => {
    const key = from * 64 + to;
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = new RandomStream(plan.seed, `net/n${from}->n${to}`);
      streams.set(key, stream);
    }
    return stream;
  };
  return new SimNetwork({
    agenda,
    profile: { ...plan.network, connectTimeoutUs: optionsOf(plan).connectIntMs * 2_000 },
    ends,
    random,
    filter: plan.network.codec ? throughCodec(new RandomStream(plan.seed, 'codec')) : typedFrames,
  });
}
