/** Seeded bugs of what is compared and copied: checksum-based and thin resync, verify, invalidate, reads of any copy. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const CHECKSUMS = ['profile:checksums'] as const;
const DIVERGENCE: readonly OracleId[] = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16', 'O19', 'O26'];

export const COMPARISON_MUTANTS: readonly Mutant[] = [
  {
    id: 'M28',
    title: 'a merged discard covers the range between its requests and the next one, too',
    file: `${CORE}/resync/thin.ts`,
    find: `first.offset as Bytes, bytesOf(run) as Bytes, true`,
    replace: `first.offset as Bytes, Math.min(bytesOf(run) + first.length, volume.sizeBytes - first.offset) as Bytes, true`,
    scenarios: ['thin-resync', ...CHECKSUMS],
    expected: DIVERGENCE,
  },
  {
    id: 'M59',
    title: 'an invalidated replica becomes the source',
    file: `${CORE}/resync/on-demand.ts`,
    find: `  const side = input.kind === 'invalidate' ? 'target' : 'source';`,
    replace: `  const side = input.kind === 'invalidate' ? 'source' : 'target';`,
    scenarios: ['verify-finds-differences', ...CHECKSUMS],
    expected: DIVERGENCE,
  },
  {
    id: 'V01',
    title: 'the digest is compared after the range was let go',
    file: `${CORE}/resync/checksum.ts`,
    find: `  request.stage = 'reading';`,
    replace: `  request.stage = 'reading';
  for (const each of request.volume.locks.release(request.lock)) if (each.owner !== undefined) r.work.push({ kind: 'granted', owner: each.owner });`,
    scenarios: [...CHECKSUMS],
    expected: [...DIVERGENCE, 'ASSERT'],
  },
  {
    id: 'V02',
    title: 'zeroes at the source count as received without a discard',
    file: `${CORE}/resync/target.ts`,
    find: `  onZeroes(target, request);
  noteGiven(request);`,
    replace: `  if (target.digest !== undefined) {
    onResyncWritten(r, [request], true);
    return undefined;
  }
  onZeroes(target, request);
  noteGiven(request);`,
    scenarios: ['thin-resync-of-a-stale-replica', 'thin-resync', ...CHECKSUMS],
    expected: DIVERGENCE,
  },
  {
    id: 'V03',
    fast: true,
    title: 'verify reports writes that are on their way',
    file: `${CORE}/verify/driver.ts`,
    find: `  if (touched[block] !== 0 || own`,
    replace: `  if ((touched[block] ?? 0) > 1 || own`,
    scenarios: ['hunt:verify-beside-writes', ...CHECKSUMS],
    expected: ['O19', 'O26'],
  },
  {
    id: 'V04',
    title: 'verify compares without waiting for what the peer had seen more of the stream',
    file: `${CORE}/verify/driver.ts`,
    find: `    if (progress === 'later') {`,
    replace: `    if (progress === 'later' && own.length === 0) {`,
    scenarios: ['hunt:verify-between-followers', ...CHECKSUMS],
    expected: ['O19', 'O26'],
  },
  {
    id: 'V05',
    title: 'verify looks only at the first block of each request',
    file: `${CORE}/verify/driver.ts`,
    find: `  const size = DIGEST_BYTES[run.algorithm];
  for (`,
    replace: `  const size = DIGEST_BYTES[run.algorithm];
  if (block > 0) return 'same';
  for (`,
    scenarios: ['verify-finds-differences', ...CHECKSUMS],
    expected: ['O19'],
  },
  {
    id: 'V06',
    title: 'a peer reads before the writes that it has been sent are on its disk',
    file: `${CORE}/write/intervals.ts`,
    find: `    case 'peer-write':
      return true;`,
    replace: `    case 'peer-write':
      return wanted !== 'peer-read';`,
    scenarios: ['hunt:verify-on-slow-disks', 'profile:read-balancing'],
    expected: ['O3', 'O4', 'O19'],
  },
  {
    id: 'V07',
    fast: true,
    title: 'a resync by digests takes every block for equal',
    file: `${CORE}/resync/source.ts`,
    find: `    if (equalDigests(own, want.digest)) {`,
    replace: `    if (equalDigests(own, want.digest) || own.length > 0) {`,
    scenarios: ['hunt:compared-and-taken-for-equal', ...CHECKSUMS],
    expected: DIVERGENCE,
  },
  {
    id: 'V08',
    title: 'a source takes every block for zeroes',
    file: `${CORE}/resync/source.ts`,
    find: `want.kind === 'thin' && r.ports.isAllZero(payload)`,
    replace: `want.kind === 'thin' && (r.ports.isAllZero(payload) || request.offset === 0)`,
    scenarios: ['thin-resync', ...CHECKSUMS],
    expected: DIVERGENCE,
  },
];
