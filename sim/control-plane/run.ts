/** One run: wishes and faults of a plan at their times, then everything heals and has to come to rest. */
import type { OracleId } from '../oracles/violation.ts';
import type { TraceLine } from '../trace.ts';
import { Faults } from './faults.ts';
import type { ControlPlan } from './plan.ts';
import { unrest } from './rest.ts';
import { Users } from './users.ts';
import { World } from './world.ts';

/** After the faults, until everything is as it is wanted. */
const CONVERGES_WITHIN_MS = 900_000;
/** And then nothing may happen any more. */
const QUIET_MS = 180_000;
const LOOK_EVERY_MS = 2_000;

export interface ControlResult {
  readonly hash: string;
  readonly violation: { readonly oracle: OracleId; readonly sentence: string } | undefined;
  readonly events: number;
  readonly virtualMs: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly lines: readonly TraceLine[];
}

export async function runControlPlan(
  plan: ControlPlan,
  options: { readonly recording?: boolean; readonly atEnd?: (world: World) => void } = {},
): Promise<ControlResult> {
  const world = new World(plan, options.recording ?? false);
  const users = new Users(world);
  const faults = new Faults(world);
  const counts = { acknowledged: 0, refused: 0 };
  for (const entry of plan.entries) {
    world.time.after(entry.at, () => {
      if ('fault' in entry) faults.happen(entry.fault);
      else
        void users.ask(entry.wish, entry.again).then((done) => {
          counts[done ? 'acknowledged' : 'refused'] += 1;
        });
    });
  }
  const broken = (): boolean => world.violation !== undefined;
  await world.time.run(plan.endsAt, broken);
  if (!broken() && plan.converges !== false) await comeToRest(plan, world, users, faults);
  if (!broken()) options.atEnd?.(world);
  return {
    hash: world.trace.digest(),
    violation: world.violation,
    events: world.time.events,
    virtualMs: world.time.now,
    ...counts,
    lines: world.trace.lines,
  };
}

async function comeToRest(plan: ControlPlan, world: World, users: Users, faults: Faults): Promise<void> {
  const broken = (): boolean => world.violation !== undefined;
  const pass = (ms: number): Promise<void> => world.time.run(world.time.now + ms, broken);
  faults.heal();
  const deadline = world.time.now + CONVERGES_WITHIN_MS;
  if (plan.restoreAtEnd) {
    await pass(LOOK_EVERY_MS);
    for (const node of plan.satellites) if (!world.givenUp.has(node)) void users.ask({ kind: 'restore', node }, false);
  }
  let missing = ['nobody has looked'];
  while (missing.length > 0 && world.time.now < deadline && !broken()) {
    await pass(LOOK_EVERY_MS);
    const { controller } = world.leader;
    if (controller === undefined || users.pending > 0) missing = ['no controller leads, or somebody waits for it'];
    else missing = unrest(controller.context, world.satellites, world.copies, world.givenUp);
  }
  if (broken()) return;
  if (missing.length > 0) {
    world.report('O22', `not at rest after ${CONVERGES_WITHIN_MS / 1_000} s: ${missing.slice(0, 4).join('; ')}`);
    return;
  }
  world.checkPromises();
  const before = recordsOf(world);
  await pass(QUIET_MS);
  const moved = recordsOf(world).filter((record) => !before.includes(record));
  if (moved.length > 0) world.report('O22', `it does not stay at rest: ${moved.slice(0, 2).join(' ')}`);
}

const recordsOf = (world: World): string[] =>
  ['resources/', 'resource-definitions/'].flatMap((prefix) =>
    world.store.keys(prefix).map((key) => `${key} ${world.store.get(key) ?? ''}`),
  );
