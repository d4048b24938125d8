/** Seeded bugs of quorum, suspension and elections. */
import type { Mutant } from './mutant.ts';

const FOLDER = 'satellite/replication/quorum';
const scenarios = ['profile:quorum'] as const;

export const QUORUM_MUTANTS: readonly Mutant[] = [
  {
    id: 'M16',
    title: 'an absent node that is not known to be outdated is left out of the voters',
    file: `${FOLDER}/votes.ts`,
    find: `  return unknown > 0 ? all : here;`,
    replace: `  return unknown > 1 ? all : here;`,
    scenarios,
    expected: ['O1', 'O2', 'O3', 'O4', 'O11', 'O12', 'O17', 'O26'],
  },
  {
    id: 'M17',
    title: 'quorum is not looked at before what a lost link left is completed',
    file: 'satellite/replication/link/link.ts',
    find: `    assessQuorum(r);\n`,
    replace: '',
    // A side without quorum asks its peers first anyway: it is fencing that comes too late.
    scenarios: ['fencing-stonith', 'profile:fencing'],
    expected: ['O1', 'O3', 'O4', 'O11', 'O12', 'O17', 'O26'],
  },
  {
    id: 'M19',
    title: 'a Primary that has lost a peer does not ask the others whether they still hold with it',
    file: `${FOLDER}/suspension.ts`,
    find: `  r.unconfirmed = r.stateSequence + 1;`,
    replace: `  r.unconfirmed = 0;`,
    scenarios,
    expected: ['O1', 'O3', 'O4', 'O11', 'O12', 'O17', 'O26'],
  },
  {
    id: 'M31',
    title: 'what a peer missed while I/O was frozen is neither sent again nor marked',
    file: `${FOLDER}/thaw.ts`,
    find: `  connection.owed = false;\n  resend(r, connection);`,
    replace: `  connection.owed = false;`,
    scenarios: ['quorum-loss-and-return', ...scenarios],
    expected: ['O1', 'O3', 'O5', 'O6', 'O7', 'O26', 'O27', 'ASSERT'],
  },
  {
    id: 'Q01',
    fast: true,
    title: 'quorum is regained through a tie-breaker',
    file: `${FOLDER}/votes.ts`,
    find: `  const quorate = hadQuorum && tieBroken && redundant;`,
    replace: `  const quorate = tieBroken && redundant;`,
    scenarios: ['hunt:tie-breaker-without-memory', ...scenarios],
    expected: ['ASSERT', 'O1', 'O3', 'O4', 'O9', 'O11', 'O12', 'O17', 'O26'],
  },
  {
    id: 'Q02',
    fast: true,
    title: 'whoever is away counts as outdated',
    file: `${FOLDER}/assess.ts`,
    find: `  if (peerOutdated) return 'outdated';`,
    replace: `  if (peerOutdated || !isHere) return 'outdated';`,
    scenarios: ['hunt:restarts-cut-off', ...scenarios],
    expected: ['O1', 'O3', 'O4', 'O9', 'O11', 'O12', 'O17', 'O26'],
  },
  {
    id: 'Q03',
    title: 'I/O goes on without a new generation although a peer has missed writes',
    file: `${FOLDER}/thaw.ts`,
    find: `    if (hasMoved && !volume.generationBusy &&`,
    replace: `    if (hasMoved && !hasMoved && !volume.generationBusy &&`,
    scenarios: ['hunt:thaw-and-die', ...scenarios],
    expected: ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O12', 'O26'],
  },
  {
    // That a node votes for a second Primary would do no harm: what it is asked goes on to the first one, which refuses.
    id: 'Q04',
    title: 'a node that restarts alone goes on although it was not the last of its partition',
    file: `${FOLDER}/assess.ts`,
    find: `wasUpToDate && members === maskOf(r.node);
  quorum.members = members;`,
    replace: `wasUpToDate;
  quorum.members = maskOf(r.node);`,
    scenarios: ['hunt:restarts-cut-off', ...scenarios],
    expected: ['O1', 'O3', 'O4', 'O9', 'O11', 'O12', 'O16', 'O17', 'O26'],
  },
  {
    id: 'Q05',
    title: 'a tie-breaker forgets which data the last Primary had',
    file: `${FOLDER}/election.ts`,
    find: `  return hasDisk(peerDisk) && !sameGeneration(peerCurrent, claimed);`,
    replace: `  return hasDisk(peerDisk) && sameGeneration(peerCurrent, claimed) && false;`,
    scenarios: ['hunt:thaw-and-die', ...scenarios],
    expected: ['O1', 'O3', 'O4', 'O9', 'O11', 'O12', 'O17', 'O26'],
  },
  {
    id: 'Q06',
    fast: true,
    title: 'a Primary takes the peer that it has just lost for out of the partition, by its tie-breaker',
    file: 'satellite/replication/link/link.ts',
    find: `      if (hasDisk(peerDisk)) generationBecomesDue(r, volume);
    // Whether`,
    replace: `      if (hasDisk(peerDisk) && r.node < 0) generationBecomesDue(r, volume);
    // Whether`,
    scenarios: ['regression:a-primary-loses-its-peer-and-then-its-tie-breaker', ...scenarios],
    expected: ['O1', 'O2', 'O3', 'O4', 'O9', 'O11', 'O12', 'O16', 'O17', 'O26'],
  },
  {
    id: 'Q07',
    fast: true,
    title: 'a Primary without quorum leaves those behind who have gone on without it',
    file: 'satellite/replication/cluster-change/tally.ts',
    find: `  isQuorate(r) &&
`,
    replace: '',
    scenarios: ['regression:a-diskless-node-is-promoted-on-the-copy-of-a-primary-without-quorum', ...scenarios],
    expected: ['O1', 'O3', 'O4', 'O9', 'O11', 'O12', 'O16', 'O17', 'O26', 'EXPECT'],
  },
];
