/** Seeded bugs in the flow of resyncs: pauses, passes, and a Primary that pulls ahead of a congested link. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE: readonly OracleId[] = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'];

export const RESYNC_FLOW_MUTANTS: readonly Mutant[] = [
  {
    id: 'M26',
    title: 'the end of a pause is not told to the peer',
    file: `${CORE}/resync/suspension.ts`,
    find: `  suspension.told = told;
  r.ports.send`,
    replace: `  suspension.told = told;
  if (told === 'running') return;
  r.ports.send`,
    scenarios: ['profile:resync-flow'],
    expected: ['O26'],
  },
  {
    id: 'M27',
    title: 'a resync ends its pass at the last block, whatever was marked behind it',
    file: `${CORE}/resync/target.ts`,
    find: `      target.cursor = 0;
      continue;`,
    replace: `      return;`,
    scenarios: ['profile:resync-flow'],
    expected: ['O25', 'O26'],
  },
  {
    id: 'M36',
    title: 'what a congested link does not get is not marked',
    file: `${CORE}/write/write-path.ts`,
    find: `!isMirrored(device)) {
    markWrite(`,
    replace: `!isMirrored(device)) {
    if (device.replication !== 'Ahead') markWrite(`,
    scenarios: ['profile:congestion'],
    expected: [...DIVERGENCE, 'O26'],
  },
  {
    id: 'R01',
    title: 'a node that the Primary has left behind stays UpToDate',
    file: `${CORE}/resync/congestion.ts`,
    find: `  if (diskAtLeast(volume.disk, 'Consistent')) {`,
    replace: `  if (diskAtLeast(volume.disk, 'Consistent') && r.down) {`,
    scenarios: ['profile:congestion'],
    expected: [...DIVERGENCE, 'O26'],
  },
  {
    id: 'R02',
    fast: true,
    title: 'only the first volume comes back from Ahead',
    file: `${CORE}/resync/congestion.ts`,
    find: `  for (const device of devices) {
    tellAhead(r, device, false);`,
    replace: `  for (const device of devices.slice(0, 1)) {
    tellAhead(r, device, false);`,
    scenarios: ['hunt:left-behind-for-good', 'profile:congestion'],
    expected: ['O26'],
  },
  {
    id: 'R03',
    title: 'a Primary that is ahead never comes back',
    file: `${CORE}/resync/congestion.ts`,
    find: `  connection.aheadIdle = isIdle;`,
    replace: `  connection.aheadIdle = false;`,
    scenarios: ['hunt:left-behind-for-good', 'profile:congestion'],
    expected: ['O26'],
  },
  {
    id: 'R04',
    fast: true,
    title: 'a resync without allowance forgets to come back for its next step',
    file: `${CORE}/resync/pacing.ts`,
    find: `    arm(r, device, dueMs - elapsedMs);
    return false;`,
    replace: `    return false;`,
    scenarios: ['hunt:resync-at-a-fixed-rate', 'profile:resync-flow'],
    expected: ['O26', 'EXPECT'],
  },
];
