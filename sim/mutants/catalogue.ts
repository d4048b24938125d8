/**
 * Seeded bugs: each is one replacement in one file of the core, with the oracles that have to notice. The simulator is only as
 * good as what it catches; a mutant whose `find` no longer matches exactly once fails the run, so the list stays honest.
 * M numbers: re-creations of known defects, most of them of DRBD; L numbers: this project's own.
 */
import type { OracleId } from '../oracles/violation.ts';
import { COMPARISON_MUTANTS } from './comparison.ts';
import { DATA_INTEGRITY_MUTANTS } from './data-integrity.ts';
import { CONTROL_PLANE_MUTANTS } from './control-plane.ts';
import { WATCHER_MUTANTS } from './watchers.ts';
import { PARITY_MUTANTS } from './parity.ts';
import { DISK_MUTANTS } from './disks.ts';
import { FENCING_MUTANTS } from './fencing.ts';
import { JOINING_MUTANTS } from './joining.ts';
import { MEMBER_MUTANTS } from './members.ts';
import { QUORUM_MUTANTS } from './quorum.ts';
import { RECONCILIATION_MUTANTS } from './reconciliation.ts';
import { RESYNC_FLOW_MUTANTS } from './resync-flow.ts';
import type { Mutant } from './mutant.ts';
import { HANDSHAKE_MUTANTS } from './handshake.ts';
import { SIZE_MUTANTS } from './sizes.ts';
import { STREAM_MUTANTS } from './streams.ts';
import { SURVIVOR_MUTANTS } from './survivors.ts';
import { TWO_PHASE_MUTANTS } from './two-phase.ts';
import { TWO_PRIMARIES_MUTANTS } from './two-primaries.ts';
import { UNLOGGED_MUTANTS } from './unlogged.ts';

const CORE = 'satellite/replication';
/** A write that one replica lacks can show in each of these, whichever looks first. */
const DIVERGENCE: readonly OracleId[] = ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'];

const CORE_MUTANTS: readonly Mutant[] = [
  {
    id: 'M01',
    fast: true,
    title: 'protocol C acknowledges before the peer has answered',
    file: `${CORE}/write/write-path.ts`,
    find: `  if (protocol === 'A') request.held`,
    replace: `  if (protocol === 'A' || protocol === 'C') request.held`,
    expected: ['O1', 'O2'],
  },
  {
    id: 'M02',
    fast: true,
    title: 'protocol C acknowledges when the peer has received, not written',
    file: `${CORE}/write/peer-writes.ts`,
    find: `  if (frame.wantsRecvAck) r.ports.send`,
    replace: `  if (frame.wantsRecvAck || frame.wantsWriteAck) r.ports.send`,
    expected: ['O1', 'O2'],
  },
  {
    id: 'M03',
    fast: true,
    title: 'a lost peer is marked only for writes without acknowledgement, not for those whose barrier is open',
    file: `${CORE}/write/write-path.ts`,
    find: `    if (!maskHas(request.unstable, connection.peer)) continue;
    markWrite`,
    replace: `    if (!maskHas(request.awaiting, connection.peer)) continue;
    markWrite`,
    scenarios: ['cut-power-of-a-peer'],
    expected: [...DIVERGENCE, 'O2', 'O26', 'ASSERT'],
  },
  {
    id: 'M04',
    title: 'bits of an extent that leaves the activity log stay in memory only',
    file: `${CORE}/disk/persistence.ts`,
    find: `pages.add(page);`,
    replace: `pages.delete(page);`,
    scenarios: ['activity-log-eviction'],
    expected: DIVERGENCE,
  },
  {
    // The target's own bit hides it, but for bits that it has from its activity log alone: COVERS_LOSS makes it drop those.
    id: 'M05',
    title: 'the source clears a bit when the block was sent, not when it is acknowledged',
    file: `${CORE}/resync/source.ts`,
    find: `  device.sentBytes += request.length;`,
    replace: `  device.sentBytes += request.length;
  const perBlock = request.volume.md?.layout.blockBytes ?? 1;
  clearBlocks(r, device, request.offset / perBlock, Math.ceil((request.offset + request.length) / perBlock) - 1);`,
    scenarios: ['lost-resync-replies'],
    expected: [...DIVERGENCE, 'O2', 'O26'],
  },
  {
    id: 'M05b',
    fast: true,
    title: 'resynced blocks are acknowledged before they are durable on the target',
    file: `${CORE}/resync/target.ts`,
    find: `  settlePages(r, volume, 'all', true, { kind: 'sync-batch-flushed', device, link: connection.link, batch });`,
    replace: `  settlePages(r, volume, 'all', false, { kind: 'sync-batch-flushed', device, link: connection.link, batch });`,
    scenarios: ['cut-power-of-a-sync-target'],
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'M06',
    title: 'an application write passes the resync of its block, and the bit is cleared all the same',
    file: `${CORE}/write/intervals.ts`,
    find: `      return wanted !== 'peer-read';
    case 'rs-source':
      return wanted !== 'peer-read' && wanted !== 'rs-source';`,
    replace: `      return wanted === 'rs-target' || wanted === 'rs-source';
    case 'rs-source':
      return wanted === 'rs-target';`,
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'M07',
    title: 'the activity log is ignored after a crash',
    file: `${CORE}/disk/attachment.ts`,
    find: `applyHotExtents(volume, md, hotExtents,`,
    replace: `applyHotExtents(volume, md, [],`,
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'M08',
    fast: true,
    title: 'an extent leaves the activity log before its bits and data are durable',
    file: `${CORE}/disk/persistence.ts`,
    find: `  settlePages(r, volume, [...pages], true, write);`,
    replace: `  defer(r, write);`,
    scenarios: ['activity-log-eviction'],
    expected: DIVERGENCE,
  },
  {
    id: 'M41',
    fast: true,
    title: 'a flush does not wait for the peers',
    file: `${CORE}/write/flush.ts`,
    find: `if (last !== undefined) flush.waiting.set(connection.peer, last.epoch);`,
    replace: `if (last !== undefined) flush.copies += 1;`,
    expected: ['O2'],
  },
  {
    id: 'M42',
    title: 'a failed fsync is ignored',
    file: `${CORE}/resource.ts`,
    find: `  if (!ok) {
    onDiskError`,
    replace: `  if (!ok && io.kind !== 'flush') {
    onDiskError`,
    scenarios: ['failing-flush', 'failing-disk'],
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'M43',
    fast: true,
    title: 'the superblock has one copy instead of two',
    file: `${CORE}/metadata/superblock.ts`,
    find: `bytes((sequence % 2) * SUPERBLOCK_BYTES)`,
    replace: `bytes((sequence % 1) * SUPERBLOCK_BYTES)`,
    expected: ['BOOT'],
  },
  {
    id: 'M44',
    fast: true,
    title: 'the checksum of received data is compared after the data was applied',
    file: `${CORE}/write/peer-writes.ts`,
    find: `    if (damage !== undefined) return damage;`,
    replace: `    if (damage !== undefined) {
      startPeerWrite(r, connection, volume, frame);
      return damage;
    }`,
    scenarios: ['damaged-frames'],
    expected: ['O3', 'O5'],
  },
  // What this project's own shortcuts rest on (docs/decisions/0002 and 0003).
  {
    id: 'L01',
    title: 'a Primary says that everybody covers what a crashed Secondary may lack',
    file: `${CORE}/resync/loss-cover.ts`,
    find: `return r.role === 'Primary' && settled ? connection.lostWith : EMPTY_MASK;`,
    replace: `return r.role === 'Primary' && settled ? ((connection.lostWith | 0x7fffffff) as PeerMask) : EMPTY_MASK;`,
    scenarios: ['hunt:crash-beside-one-who-was-away'],
    fast: true,
    expected: DIVERGENCE,
  },
  {
    id: 'L02',
    title: 'a node names every replica as in sync with it',
    file: `${CORE}/resync/in-sync.ts`,
    find: `connection.config.diskful && isInSync(deviceOf(connection, volume))`,
    replace: `connection.config.diskful && deviceOf(connection, volume) !== undefined`,
    expected: [...DIVERGENCE, 'O2'],
  },
];

export const MUTANTS: readonly Mutant[] = [
  ...CORE_MUTANTS,
  ...CONTROL_PLANE_MUTANTS,
  ...COMPARISON_MUTANTS,
  ...DATA_INTEGRITY_MUTANTS,
  ...DISK_MUTANTS,
  ...FENCING_MUTANTS,
  ...MEMBER_MUTANTS,
  ...QUORUM_MUTANTS,
  ...HANDSHAKE_MUTANTS,
  ...RECONCILIATION_MUTANTS,
  ...RESYNC_FLOW_MUTANTS,
  ...SIZE_MUTANTS,
  ...STREAM_MUTANTS,
  ...SURVIVOR_MUTANTS,
  ...TWO_PHASE_MUTANTS,
  ...JOINING_MUTANTS,
  ...TWO_PRIMARIES_MUTANTS,
  ...UNLOGGED_MUTANTS,
  ...WATCHER_MUTANTS,
  ...PARITY_MUTANTS,
];
