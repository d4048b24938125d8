/**
 * Swarms with an aim: each profile makes plans from seeds, as the base swarm does, but leans on one subject. The base swarm
 * keeps its meaning whatever is added here: a profile draws from streams of its own.
 */
import { OperationError } from '../../common/errors.ts';
import { generatePlan } from '../generate.ts';
import { changingOptions } from './changing-options.ts';
import { congestionPlan } from './congestion.ts';
import { loadPlan } from '../plan-files.ts';
import { quorumPlan } from './quorum.ts';
import type { Plan } from '../plan.ts';
import { checksumsPlan } from './checksums.ts';
import { clocks } from './clocks.ts';
import { coreLiveness } from './core-liveness.ts';
import { pacedPlan } from './paced.ts';
import { patterns } from './patterns.ts';
import { pct } from './pct.ts';
import { readBalancingPlan } from './read-balancing.ts';
import { shortPlan } from './short.ts';
import { diskFailures } from './disk-failures.ts';
import { fencingPlan } from './fencing.ts';
import { suspendIoPlan } from './suspend-io.ts';
import { joiningPlan } from './joining.ts';
import { membersInUse } from './members-in-use.ts';
import { membership } from './membership.ts';
import { reconciliationPlan } from './reconciliation.ts';
import { resyncFlowPlan } from './resync-flow.ts';
import { triggers } from './triggers.ts';
import { unloggedPlan } from './unlogged.ts';
import { dataIntegrity } from './data-integrity.ts';
import { dayZero } from './day0.ts';
import { sizesPlan } from './sizes.ts';
import { smallTimeouts } from './small-timeouts.ts';
import { splitBrain } from './split-brain.ts';
import { unreplicatedPlan } from './unreplicated.ts';
import { twoPhasePlan } from './two-phase.ts';
import { twoPrimaries } from './two-primaries.ts';

type Profile = (seed: number) => Plan;

const PROFILES: ReadonlyMap<string, Profile> = new Map<string, Profile>([
  ['changing-options', changingOptions],
  ['checksums', checksumsPlan],
  ['clocks', clocks],
  ['core-liveness', coreLiveness],
  ['paced', pacedPlan],
  ['patterns', patterns],
  ['pct', pct],
  ['quorum', quorumPlan],
  ['read-balancing', readBalancingPlan],
  ['short', shortPlan],
  ['triggers', triggers],
  ['disk-failures', diskFailures],
  ['fencing', fencingPlan],
  ['joining', joiningPlan],
  ['suspend-io', suspendIoPlan],
  ['membership', membership],
  ['members-in-use', membersInUse],
  ['congestion', congestionPlan],
  ['reconciliation', reconciliationPlan],
  ['resync-flow', resyncFlowPlan],
  ['data-integrity', dataIntegrity],
  ['day0', dayZero],
  ['sizes', sizesPlan],
  ['small-timeouts', smallTimeouts],
  ['split-brain', splitBrain],
  ['twopc', twoPhasePlan],
  ['two-primaries', twoPrimaries],
  ['unlogged', unloggedPlan],
  ['unreplicated', unreplicatedPlan],
]);

export const profileNames = (): string[] => [...PROFILES.keys()].sort();

const PREFIX = 'profile:';

/**
 * @param source undefined: the base swarm; `profile:NAME`; or a scenario's name or file
 * @throws OperationError PLAN_INVALID
 */
export function planOf(source: string | undefined, seed: number): Plan {
  if (source === undefined) return generatePlan(seed);
  if (!source.startsWith(PREFIX)) return loadPlan(source, seed);
  return profileNamed(source.slice(PREFIX.length))(seed);
}

export const isProfile = (source: string): boolean => source.startsWith(PREFIX);

/** `seed:N`, `seed:PROFILE:N`, or a scenario's name or file. @throws OperationError PLAN_INVALID. */
export function planNamed(what: string, seed?: number): Plan {
  const match = /^seed:(?:([a-z0-9-]+):)?(\d+)$/.exec(what);
  if (match === null) return loadPlan(what, seed);
  return planOf(match[1] === undefined ? undefined : `${PREFIX}${match[1]}`, Number(match[2]));
}

function profileNamed(name: string): Profile {
  const profile = PROFILES.get(name);
  if (profile !== undefined) return profile;
  throw new OperationError('PLAN_INVALID', `there is no profile "${name}"`, {
    correction: `Known profiles: ${profileNames().join(', ')}.`,
  });
}
