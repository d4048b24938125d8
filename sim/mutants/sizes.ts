/** Seeded bugs of sizes and bitmap blocks. M numbers are known defects, Z numbers are this project's own. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const SIZES = ['profile:sizes'] as const;
const DIVERGENCE = ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'] as const;

export const SIZE_MUTANTS: readonly Mutant[] = [
  {
    id: 'M33',
    fast: true,
    title: 'after a resize the bitmap goes on being written to its old place',
    file: `${CORE}/disk/persistence.ts`,
    find: `    r.ports.writeMetadata(io, volume.number, md.bitmap.pageOffset(page), md.bitmap.encodePage(page), false);`,
    replace: `    const at = (volume.relayout === undefined ? 40_960 + page * 4_096 : md.bitmap.pageOffset(page)) as Bytes;
    r.ports.writeMetadata(io, volume.number, at, md.bitmap.encodePage(page), false);`,
    scenarios: ['hunt:bitmap-moves-then-extents-leave', ...SIZES],
    expected: [...DIVERGENCE, 'BOOT', 'O8', 'O10', 'O26', 'ASSERT'],
  },
  {
    id: 'M34',
    title: 'a resize takes no account of replicas that are absent: what they have room for is forgotten',
    file: `${CORE}/sizes/requests.ts`,
    find: `    .filter(({ config, peer }) => config.diskful && !maskHas(reachable, peer))`,
    replace: `    .filter(({ config, peer }) => config.name === '' && !maskHas(reachable, peer))`,
    scenarios: ['resize-with-absent-peer', ...SIZES],
    expected: [...DIVERGENCE, 'O26', 'O28'],
  },
  {
    id: 'M37',
    title: 'marks are rounded inward when the blocks of a bitmap become larger',
    file: `${CORE}/metadata/bitmap-conversion.ts`,
    find: `  const first = Math.floor(from / layout.blockBytes);`,
    replace: `  const first = Math.ceil(from / layout.blockBytes);`,
    scenarios: SIZES,
    expected: [...DIVERGENCE, 'O26'],
  },
  {
    id: 'Z02',
    title: 'the new area is not marked',
    file: `${CORE}/sizes/relayout.ts`,
    find: `  const area = markFrom === undefined ? undefined : blocksOf(layout, markFrom, layout.dataBytes);`,
    replace: `  const area = markFrom === undefined ? undefined : blocksOf(layout, layout.dataBytes, layout.dataBytes);`,
    scenarios: SIZES,
    expected: [...DIVERGENCE],
  },
  {
    id: 'Z03',
    fast: true,
    title: 'the superblock names the new place of the bitmap before anything is there',
    file: `${CORE}/sizes/relayout.ts`,
    find: `  writeWholeBitmap(r, volume, md, { kind: 'relayout-flushed', volume });`,
    replace: `  defer(r, { kind: 'relayout-flushed', volume });`,
    scenarios: ['hunt:killed-after-the-bitmap-moved', ...SIZES],
    expected: [...DIVERGENCE, 'BOOT'],
  },
  {
    id: 'Z04',
    fast: true,
    title: 'the superblock names the new place of the bitmap before what is there is durable',
    file: `${CORE}/disk/persistence.ts`,
    find: `{ pages: 'all', flush: true, then, pending: 0 }`,
    replace: `{ pages: 'all', flush: false, then, pending: 0 }`,
    scenarios: ['hunt:power-cut-after-the-bitmap-moved', ...SIZES],
    expected: [...DIVERGENCE, 'BOOT'],
  },
  {
    id: 'Z05',
    title: 'an added area counts as zeroes on both ends as soon as one of them says so',
    file: `${CORE}/sizes/zeroes.ts`,
    find: `  if (theirs.from >= theirs.to || !dropMarks(device, Math.max(own.from, theirs.from))) return 'differs';`,
    replace: `  if (!dropMarks(device, own.from)) return 'differs';`,
    scenarios: ['online-grow-mixed', ...SIZES],
    expected: DIVERGENCE,
  },
];
