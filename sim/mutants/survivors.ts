/** Seeded bugs in what nodes that have been synced, or were left behind by a Primary, owe each other. M: known defects; SV: ours. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O12', 'O14', 'O16', 'O26'] as const;

export const SURVIVOR_MUTANTS: readonly Mutant[] = [
  {
    id: 'M21',
    fast: true,
    title: 'the end of a resync is seen by its source only',
    file: `${CORE}/resync/source.ts`,
    find: `  source.finishing = true;
  setReplication(r, device, 'Established');`,
    replace: `  source.finishing = true;
  setReplication(r, device, 'Established');
  if (source.finishing) return;`,
    scenarios: ['hunt:end-of-a-resync'],
    expected: ['EXPECT', 'O25', 'O26'],
  },
  {
    id: 'SV1',
    fast: true,
    title: 'a node is promoted while a crashed Primary and its peer are being compared',
    file: `${CORE}/cluster-change/soft-check.ts`,
    find: `r.hold !== undefined || isComparedAfterCrash(r)`,
    replace: `r.hold !== undefined`,
    scenarios: ['regression:promotion-between-a-crashed-primary-and-its-asynchronous-peer'],
    expected: DIVERGENCE,
  },
  {
    id: 'SV7',
    fast: true,
    title: 'a node is promoted while two copies that a power cut left different are being compared',
    file: `${CORE}/cluster-change/soft-check.ts`,
    find: `(isBeingMet(each) && volumes.some((volume) => maySilentlyDiffer(volume, each)))`,
    replace: `false`,
    scenarios: ['regression:promotion-between-two-copies-that-a-power-cut-left-different'],
    expected: DIVERGENCE,
  },
  {
    id: 'SV3',
    fast: true,
    title: 'the acknowledgement of an older copy takes away a mark that was made since',
    file: `${CORE}/disk/marks.ts`,
    find: `  outliveCopies(r, volume, md, node, first, last);
`,
    replace: '',
    scenarios: ['regression:a-mark-made-while-the-old-block-is-on-its-way'],
    expected: DIVERGENCE,
  },
  {
    // (Survives: the plan that found it does not meet it any more. One that does has yet to be written.)
    id: 'SV2',
    title: 'a target is not told which nodes the last change of generation is on its way to',
    file: `${CORE}/resync/source.ts`,
    find: `...trackedGenerations(volume), ...changesUnderWay(r, volume)`,
    replace: `...trackedGenerations(volume)`,
    scenarios: ['regression:change-of-generation-on-its-way-to-a-third-node-while-a-resync-ends'],
    expected: DIVERGENCE,
  },
];
