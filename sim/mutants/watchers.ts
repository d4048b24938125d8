/** Seeded bugs for the oracles that follow a run as watchers (oracles/standing.ts) and for the codec's. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';

export const WATCHER_MUTANTS: readonly Mutant[] = [
  {
    id: 'X12',
    fast: true,
    title: 'a sync target keeps its own generation when the resync ends',
    file: `${CORE}/generation/generations.ts`,
    find: `  volume.current = frame.current;
  if (volume.md !== undefined) {
    // The blocks`,
    replace: `  if (volume.md !== undefined) {
    // The blocks`,
    expected: ['O6', 'O12', 'O26'],
  },
  {
    id: 'X13',
    fast: true,
    title: 'a node returns from a clean stop with the generation before its own',
    file: `${CORE}/disk/attachment.ts`,
    find: `  volume.current = superblock.current;`,
    replace: `  volume.current = superblock.history[0] ?? superblock.current;`,
    scenarios: ['rolling-upgrade'],
    expected: ['O13'],
  },
  {
    id: 'X18',
    title: 'a read over the network asks any connected peer that has a disk',
    file: `${CORE}/write/read-balancing.ts`,
    find: `  if (peerDisk !== 'UpToDate' || replication === 'Off') return false;`,
    replace: `  if (peerDisk === 'Diskless' || peerDisk === 'DUnknown') return false;`,
    scenarios: ['outage-under-a-diskless-primary'],
    expected: ['O18'],
  },
  {
    id: 'X25',
    fast: true,
    title: 'blocks that were resynced keep their bit on the target, which copies them again and again',
    file: `${CORE}/resync/target.ts`,
    find: `    clearBlocks(r, device, request.firstBlock, request.lastBlock);
    r.ports.send(connection.peer, request.link, 'control', { type: 'RS_WRITE_ACK'`,
    replace: `    r.ports.send(connection.peer, request.link, 'control', { type: 'RS_WRITE_ACK'`,
    scenarios: ['full-sync-new-replica'],
    expected: ['O25', 'O26', 'RUNAWAY'],
  },
  {
    id: 'M32',
    fast: true,
    title: 'a read that was asked of a lost peer is not asked again',
    file: `${CORE}/write/reads.ts`,
    find: `    r.reads.delete(read.request);
    routeRead(r, read);
  }
}`,
    replace: `    r.reads.delete(read.request);
  }
}`,
    scenarios: ['hunt:reads-of-a-lost-peer'],
    expected: ['O27', 'O26'],
  },
  {
    id: 'X28',
    fast: true,
    title: 'the history of generations is never cut',
    file: `${CORE}/disk/persistence.ts`,
    find: `if (kept.length > HISTORY_MAX) kept.splice`,
    replace: `if (kept.length > HISTORY_MAX * 1_000) kept.splice`,
    scenarios: ['flapping-link'],
    expected: ['O28', 'ASSERT'],
  },
  {
    id: 'X30',
    fast: true,
    title: 'the frame that pauses a resync is read as the one that resumes it',
    file: `${CORE}/wire/data-bodies.ts`,
    find: `paused: (from.flags & PAUSED) !== 0`,
    replace: `paused: (from.flags & PAUSED) === 0`,
    expected: ['O30'],
  },
];
