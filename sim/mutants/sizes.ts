/** Seeded bugs of sizes and bitmap blocks. M numbers are those of simulation.md §5.6, Z numbers are this project's own. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const SIZES = ['profile:sizes'] as const;
const DIVERGENCE = ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'] as const;

export const SIZE_MUTANTS: readonly Mutant[] = [
  {
    id: 'M33',
    title: 'after a resize the bitmap goes on being written to its old place',
    file: `${CORE}/disk/persistence.ts`,
    find: `    r.ports.writeMetadata(io, volume.number, md.bitmap.pageOffset(page), md.bitmap.encodePage(page), false);`,
    replace: `    const at = (volume.relayout === undefined ? 40_960 + page * 4_096 : md.bitmap.pageOffset(page)) as Bytes;
    r.ports.writeMetadata(io, volume.number, at, md.bitmap.encodePage(page), false);`,
    scenarios: SIZES,
    expected: [...DIVERGENCE, 'BOOT', 'O8', 'O10', 'O26', 'ASSERT'],
  },
  {
    id: 'M34',
    title: 'a resize takes no account of replicas that are absent: what they have room for is forgotten',
    file: `${CORE}/sizes/requests.ts`,
    find: `    .filter(({ config, peer }) => config.diskful && !maskHas(reachable, peer))`,
    replace: `    .filter(({ config, peer }) => config.name === '' && !maskHas(reachable, peer))`,
    scenarios: SIZES,
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
    title: 'the superblock names the new bitmap before it is written',
    file: `${CORE}/sizes/relayout.ts`,
    find: `  writeWholeBitmap(r, volume, md, { kind: 'relayout-flushed', volume });`,
    replace: `  writeWholeBitmap(r, volume, md, { kind: 'nothing' });
  defer(r, { kind: 'relayout-flushed', volume });`,
    scenarios: SIZES,
    expected: [...DIVERGENCE, 'BOOT', 'O10', 'ASSERT'],
  },
  {
    id: 'Z04',
    title: 'part of a block of the peer is resynced',
    file: `${CORE}/resync/target.ts`,
    find: `  const granule = Math.max(1, device.peerBlockBytes / md.layout.blockBytes);`,
    replace: `  const granule = Math.max(1, device.peerBlockBytes / device.peerBlockBytes);`,
    scenarios: SIZES,
    expected: [...DIVERGENCE, 'O25', 'O26', 'O29'],
  },
  {
    id: 'Z06',
    title: 'marks of a growth count as evidence of writes that the peer lacks',
    file: `${CORE}/sizes/relayout.ts`,
    find: `    md.logDerived.set(node, { runs: [...runs, [area.first, area.last]], bits: bits + added, isGrown: true });`,
    replace: `    if (runs.length + bits + added < 0) md.logDerived.delete(node);
    else md.logDerived.delete(node);`,
    scenarios: SIZES,
    expected: [...DIVERGENCE, 'O26'],
  },
  {
    id: 'Z07',
    title: 'a node that has the size already stands in the way of those that follow',
    file: `${CORE}/sizes/objection.ts`,
    find: `  if (hasItAlready) return undefined;`,
    replace: `  if (hasItAlready && r.node < 0) return undefined;`,
    scenarios: SIZES,
    expected: ['O26'],
  },
];
