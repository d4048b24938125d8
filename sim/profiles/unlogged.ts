/**
 * Writes without the activity log (al-updates no), from the start or only at times. Power fails again and again with the first
 * writes after a start, and as the option changes: what is not in the log has to be covered by the flag in the superblock.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawSurvivors } from '../survivors.ts';
import { resyncFlowPlan } from './resync-flow.ts';

export function unloggedPlan(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/unlogged');
  const base = random.permille(850) ? generatePlan(seed) : resyncFlowPlan(seed);
  return {
    ...base,
    name: `unlogged-${seed}`,
    options: { ...base.options, alUpdates: random.permille(300) },
    // Other faults have profiles of their own.
    entries: [
      ...base.entries.filter(({ do: kind }) => kind === 'stop' || kind === 'quiet' || kind === 'switch'),
      ...drawSwitches(random),
      ...drawPowerCuts(random),
    ],
  };
}

function drawSwitches(random: RandomStream): PlanEntry[] {
  const entries: PlanEntry[] = [];
  let at = random.between(100, 900);
  for (let count = random.between(0, 8); count > 0; count -= 1) {
    entries.push({ at, do: 'set-option', name: 'al-updates', value: random.pick(['yes', 'no']) });
    // Often within what one write takes.
    at += random.pick([1, 2, 20, 300, 1_000]);
    if (random.permille(400)) entries.push(powerCut(random, { at }));
    at += random.between(50, 700);
  }
  return entries;
}

/** Each with one of the first writes, or of the first changes of metadata, after the one before. */
function drawPowerCuts(random: RandomStream): PlanEntry[] {
  return Array.from({ length: random.between(2, 8) }, (_, i) => {
    const event = random.pick(['data-write', 'data-write', 'metadata-write', 'WRITE_ACK'] as const);
    const nth = random.between(1, random.pick([4, 12, 60]));
    const when = { event, nth, ...(i > 0 ? { after: `cut-${i - 1}` } : {}) };
    return powerCut(random, { when, delayUs: random.pick([0, 0, 30, 100, 400]), id: `cut-${i}` });
  });
}

type When = Pick<PlanEntry, 'at' | 'when' | 'delayUs' | 'id'>;

function powerCut(random: RandomStream, when: When): PlanEntry {
  const restartMs = random.pick([1, 20, 200, 900]);
  // A process that is killed leaves what its disk had accepted.
  if (random.permille(250)) return { ...when, do: 'crash', node: 'primary', restartMs } as PlanEntry;
  return { ...when, do: 'power-loss', node: 'all', survivors: drawSurvivors(random), restartMs } as PlanEntry;
}
