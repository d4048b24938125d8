/** Seeded bugs of disks that fail, come and go. M numbers are known defects, D numbers are this project's own. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE = ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'] as const;
const FAILURES = ['profile:disk-failures'] as const;
const MEMBERSHIP = ['profile:membership'] as const;

export const DISK_MUTANTS: readonly Mutant[] = [
  {
    id: 'M18',
    fast: true,
    title: 'a disk attached to a Primary counts as what its metadata says, whatever the clients have been shown',
    file: `${CORE}/disk/attachment.ts`,
    find: `if (r.role === 'Primary' && shown !== NO_GENERATION && !sameGeneration(shown, superblock.current)) {`,
    replace: `if (r.role === 'Unknown' as string) {`,
    scenarios: ['hunt:older-disk-alone', ...MEMBERSHIP],
    expected: [...DIVERGENCE, 'O12', 'O26', 'O29', 'ASSERT'],
  },
  {
    id: 'M45',
    title: 'a disk that still owes answers is attached again',
    file: `${CORE}/disk/attachment.ts`,
    find: `if ([...r.abandoned.values()].includes(volume)) {`,
    replace: `if ([...r.abandoned.values()].length > 1_000_000) {`,
    scenarios: [...FAILURES, ...MEMBERSHIP],
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'D01',
    title: 'the peers are not told on the control stream that a disk has failed',
    file: `${CORE}/disk/failure.ts`,
    find: `    r.ports.send(peer, link, 'control', frame);`,
    replace: `    if (frame.sequence < 0) r.ports.send(peer, link, 'control', frame);`,
    scenarios: ['hunt:flush-fails-and-the-streams-race', ...FAILURES, ...MEMBERSHIP],
    expected: [...DIVERGENCE, 'O2', 'O26', 'O29'],
  },
  {
    // (That an older STATE is believed again shows nowhere: the next one is right behind it.)
    id: 'D02',
    title: 'what a peer had not confirmed when its disk failed is neither marked nor given up',
    file: `${CORE}/link/data-loss.ts`,
    find: `  onPeerLost(r, connection, volume);
  defer(r, { kind: 'reissue-reads' });`,
    replace: `  defer(r, { kind: 'reissue-reads' });`,
    scenarios: ['hunt:flush-fails-and-the-streams-race', ...FAILURES, ...MEMBERSHIP],
    expected: [...DIVERGENCE, 'O2', 'O27', 'O29', 'O26'],
  },
  {
    // (That they are answered too early shows nowhere: the new generation is confirmed behind the barrier, and they wait for it.)
    id: 'D03',
    title: 'writes that are left to the peers when the disk of the Primary fails wait for a barrier that nobody sends',
    file: `${CORE}/write/write-path.ts`,
    find: `  if (waits && r.epochWrites > 0) closeEpoch(r);`,
    replace: '',
    scenarios: ['hunt:disk-fails-under-the-last-writes', ...FAILURES],
    expected: [...DIVERGENCE, 'O2', 'O26', 'O27', 'EXPECT'],
  },
  {
    id: 'D04',
    title: 'pass_on: the disk that lacks a block goes on as UpToDate',
    file: `${CORE}/disk/io-errors.ts`,
    find: `isAnotherUpToDate(r, volume)) lower(r, volume);`,
    replace: `isAnotherUpToDate(r, volume)) markTowardsAll(r, volume, range.offset, range.length);`,
    scenarios: ['hunt:lacks-a-block', ...FAILURES],
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'D05',
    title: 'a Primary that loses its disk stays in the generation of that disk',
    file: `${CORE}/disk/failure.ts`,
    find: `dataReachable(r, volume)) rotateForLostDisk(r, volume);`,
    replace: `dataReachable(r, volume)) exposePeers(r, volume);`,
    scenarios: [...FAILURES, ...MEMBERSHIP],
    expected: [...DIVERGENCE, 'O2', 'O26'],
  },
  {
    id: 'D06',
    title: 'a failed read is not tried elsewhere',
    file: `${CORE}/write/reads.ts`,
    find: `  if (!ok || payload === undefined) {
    routeRead(r, read);`,
    replace: `  if (!ok || payload === undefined) {
    failRead(r, read);`,
    scenarios: FAILURES,
    expected: ['O29'],
  },
  {
    id: 'D07',
    title: 'what a peer mirrors behind its answer is taken before the disk is there',
    file: `${CORE}/disk/negotiation.ts`,
    find: `  connection.rxNegotiation = true;`,
    replace: `  connection.rxNegotiation = false;`,
    scenarios: ['hunt:attach-under-writes', ...MEMBERSHIP],
    expected: [...DIVERGENCE, 'O2', 'O26', 'O29', 'ASSERT', 'EXPECT'],
  },
  {
    id: 'D40',
    title: 'a disk that is given up goes on claiming to be UpToDate',
    file: `${CORE}/disk/failure.ts`,
    find: `  leaveLastWord(r, volume, md);`,
    replace: `  if (md.sequence < 0) leaveLastWord(r, volume, md);`,
    scenarios: ['restart-after-a-disk-failed'],
    fast: true,
    expected: [...DIVERGENCE],
  },
  {
    id: 'D41',
    title: 'the other disks of a node do not know that one of them stood still',
    file: `${CORE}/disk/last-word.ts`,
    find: `  recordStoodStill(r, volume);`,
    replace: `  if (md.sequence < 0) recordStoodStill(r, volume);`,
    scenarios: ['restart-after-a-disk-hung'],
    expected: [...DIVERGENCE],
  },
  {
    id: 'D42',
    title: 'a node without its disk does not count for what was on it',
    file: `${CORE}/handshake/handshaking.ts`,
    find: `  settleWithLostDisk(r, device, theirs);`,
    replace: `  if (r.node < 0) settleWithLostDisk(r, device, theirs);`,
    scenarios: ['regression:brought-forward-on-one-volume-while-the-other-is-nowhere'],
    fast: true,
    expected: ['O14'],
  },
];
