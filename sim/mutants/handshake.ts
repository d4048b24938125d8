/** Seeded bugs of the handshake: generations, day 0 and spare slots, split brain. M: known defects; H: ours. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE = ['O1', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16'] as const;

export const HANDSHAKE_MUTANTS: readonly Mutant[] = [
  {
    id: 'M09',
    title: 'a diskless Primary begins no generation with its first write',
    file: `${CORE}/generation/generations.ts`,
    find: `  return volume.generationDue && r.role === 'Primary' && !isOptimistic(r, volume);`,
    replace: `  return volume.generationDue && r.role === 'Primary' && volume.md !== undefined;`,
    scenarios: ['profile:day0'],
    expected: [...DIVERGENCE, 'O12', 'O26'],
  },
  {
    id: 'M10',
    title: 'no generation begins for a lost peer that a third node has brought up to date before',
    file: `${CORE}/generation/generations.ts`,
    find: `  return volume.generationDue && r.role === 'Primary' && !isOptimistic(r, volume);`,
    replace: `  const isSynced = [...r.connections.values()].some(
    (each) => each.state !== 'Connected' && deviceOf(each, volume).wasConnected && sameGeneration(deviceOf(each, volume).peerCurrent, volume.current),
  );
  return volume.generationDue && r.role === 'Primary' && !isSynced;`,
    scenarios: ['profile:split-brain'],
    expected: [...DIVERGENCE, 'O12', 'O26'],
  },
  {
    id: 'M11',
    fast: true,
    title: 'a generation counts as known to a peer that was lost before it got it',
    file: `${CORE}/generation/generations.ts`,
    find: `  if (!isBehind && unconfirmed !== undefined && slot?.generation === NO_GENERATION) {`,
    replace: `  if (!isBehind && unconfirmed !== undefined && slot?.generation === unconfirmed) {`,
    scenarios: ['hunt:generation-that-got-lost'],
    expected: [...DIVERGENCE, 'O8', 'O10', 'O12', 'O13', 'O26'],
  },
  {
    id: 'M12',
    title: 'a peer of the first generation passes for equal',
    file: `${CORE}/handshake/decision.ts`,
    find: `  return sameGeneration(own.current, other.current) ? decideEqual(own, other) : decideByLineage(own, other);`,
    replace: `  const isFirst = (side: View): boolean => side.history.length === 0;
  if (isFirst(own) !== isFirst(other)) return noSync(15, 'template');
  return sameGeneration(own.current, other.current) ? decideEqual(own, other) : decideByLineage(own, other);`,
    scenarios: ['profile:day0'],
    expected: [...DIVERGENCE, 'O8', 'O26'],
  },
  {
    id: 'M14',
    title: 'equal generations: what is marked on both sides is dropped',
    file: `${CORE}/handshake/equal-generations.ts`,
    find: `  if (self.bits === 0 && peer.bits === 0) {
    const same`,
    replace: `  if (self.bits > 0 && peer.bits > 0) return { ...noSync(rule, 'dropped'), clearOwn: true, clearPeer: true };
  if (self.bits === 0 && peer.bits === 0) {
    const same`,
    expected: [...DIVERGENCE, 'O8'],
  },
  {
    // More in the history does no harm here: what a slot tracks from is an ancestor, and there is room. Less does.
    id: 'M15',
    title: 'a target does not take over the history of its source, and meets strangers where there are relatives',
    file: `${CORE}/generation/generations.ts`,
    find: `  for (const old of [...frame.history].reverse()) rememberGeneration(volume, old);`,
    replace: '',
    scenarios: ['profile:split-brain', 'profile:day0'],
    expected: [...DIVERGENCE, 'O12', 'O13', 'O26', 'O29'],
  },
  {
    // Its generation alone does not move: what it exposes, and since when it tracks the peer, are compared, too.
    id: 'M22',
    title: 'generations and marks may change between telling and judging',
    file: `${CORE}/handshake/still-true.ts`,
    find: `  if ((handshake.sentCovered & ~coveredNodes(r, connection)) !== 0) return false;`,
    replace: `  if (r.volumes.size > 0) return true;`,
    scenarios: ['profile:small-timeouts'],
    expected: [...DIVERGENCE, 'O8', 'O12', 'O26', 'ASSERT'],
  },
  {
    id: 'M25',
    title: 'a full sync that was interrupted goes on by bitmap although not everything was marked',
    file: `${CORE}/resync/bitmap-exchange.ts`,
    find: `  if (start.full) md.bitmap.setAll(slot.slot);`,
    replace: `  if (start.full && sameGeneration(start.peerCurrent, JUST_CREATED)) md.bitmap.setAll(slot.slot);`,
    scenarios: ['profile:day0'],
    expected: [...DIVERGENCE, 'O2'],
  },
  {
    id: 'M56',
    title: 'a slot that changes hands begins as if its new node had everything of the first generation',
    file: `${CORE}/generation/spare-slot.ts`,
    find: `    md.bitmap.copySlot(before.slot, slot);
    settleSlot(r, volume, record);`,
    replace: `    md.bitmap.clearAll(slot);`,
    scenarios: ['profile:day0'],
    expected: [...DIVERGENCE, 'O8', 'O26'],
  },
  {
    id: 'H01',
    title: 'the spare slot misses what a Primary writes',
    file: `${CORE}/write/write-path.ts`,
    find: `  markForNobody(request);`,
    replace: '',
    scenarios: ['profile:day0'],
    expected: DIVERGENCE,
  },
  {
    id: 'H02',
    title: 'the spare slot misses what a resync brings',
    file: `${CORE}/disk/marks.ts`,
    find: `    markSpare(md, first, last);
    first = md`,
    replace: `    first = md`,
    scenarios: ['profile:day0'],
    expected: DIVERGENCE,
  },
  {
    id: 'H03',
    title: 'the target of a resolved split brain is chosen by each end for itself',
    file: `${CORE}/handshake/split-brain.ts`,
    find: `changedBytes(side) > changedBytes(other)) ??
  (self.node < peer.node ? self : peer);`,
    replace: `changedBytes(side) > changedBytes(other)) ?? self;`,
    scenarios: ['hunt:equal-changes-on-both-sides', 'profile:split-brain'],
    expected: ['O26', 'EXPECT', ...DIVERGENCE],
  },
  {
    id: 'H07',
    fast: true,
    title: 'each volume of a split brain is judged by its own marks',
    file: `${CORE}/handshake/together.ts`,
    find: `pairs.filter((_, index) => hasParted(alone[index]))`,
    replace: `pairs.filter(() => false)`,
    scenarios: ['regression:volumes-that-part-come-to-one-result', 'profile:split-brain'],
    expected: DIVERGENCE,
  },
  {
    id: 'H04',
    title: 'split brain passes for a resync of the side with fewer changes by a node that was cut off',
    file: `${CORE}/handshake/lineage.ts`,
    find: `  if (!isFresh(self.slot) && sameGeneration(self.slot, peer.slot)) {`,
    replace: `  if (!isFresh(self.slot) && sameGeneration(self.slot, peer.slot) && self.bits !== peer.bits) {
    return transfer(self, [18, 16], { source: self.bits > peer.bits ? self : peer, full: false, reason: '' });
  }
  if (!isFresh(self.slot) && sameGeneration(self.slot, peer.slot)) {`,
    scenarios: ['profile:split-brain'],
    expected: ['O12', ...DIVERGENCE],
  },
  {
    id: 'H05',
    title: 'the loser of a split brain is served from the marks of the winner alone',
    file: `${CORE}/resync/bitmap-exchange.ts`,
    find: `  if (blockBytes === md.layout.blockBytes) md.bitmap.mergePlain(slot.slot, frame.firstBlock, bits, frame.blocks);`,
    replace: `  if (device.target !== undefined && !frame.last) md.bitmap.clear(slot.slot, frame.firstBlock, frame.firstBlock + frame.blocks - 1);
  if (device.target !== undefined && frame.last) md.bitmap.clearAll(slot.slot);
  if (blockBytes === md.layout.blockBytes) {
    if (device.source === undefined) md.bitmap.mergePlain(slot.slot, frame.firstBlock, bits, frame.blocks);
  }`,
    scenarios: ['profile:split-brain'],
    expected: [...DIVERGENCE, 'O8'],
  },
  {
    id: 'H06',
    title: 'a removed peer leaves what it tracked to whoever takes its slot',
    file: `${CORE}/generation/spare-slot.ts`,
    find: `  const record = newSlot(node, slot, before?.generation ?? (NO_GENERATION as Generation));
  md.slots.set(node, record);`,
    replace: `  const record = newSlot(node, slot, before?.generation ?? (NO_GENERATION as Generation));
  md.slots.set(node, record);
  if (before !== undefined) return;`,
    scenarios: ['profile:day0'],
    expected: [...DIVERGENCE, 'O8', 'ASSERT'],
  },
  {
    id: 'W1',
    title: 'a crashed node is source before it has met those who may know better',
    file: `${CORE}/handshake/snapshot.ts`,
    find: `  if (awaitsWitnesses(r, connection, volume)) flags`,
    replace: `  if (awaitsWitnesses(r, connection, volume) && md === undefined) flags`,
    scenarios: ['crashed-primary-meets-a-restarted-peer-first'],
    expected: DIVERGENCE,
  },
  {
    id: 'W2',
    title: 'a half copied disk that was restarted takes the first source that it meets',
    file: `${CORE}/handshake/decision.ts`,
    find: `  return wasInterrupted && !source.primary`,
    replace: `  return wasInterrupted && source.primary`,
    scenarios: ['half-copied-disk-meets-an-older-copy-first'],
    expected: DIVERGENCE,
  },
  {
    id: 'W3',
    title: 'a crashed follower is brought back to one that lost the Primary earlier',
    file: `${CORE}/handshake/equal-generations.ts`,
    find: `  return mayHaveMore && has(source, UUID_FLAGS.STABLE)`,
    replace: `  return mayHaveMore && has(source, UUID_FLAGS.DISKLESS_PRIMARY)`,
    scenarios: ['crashed-follower-meets-one-that-lost-the-primary-earlier'],
    expected: DIVERGENCE,
  },
  {
    id: 'W4',
    title: 'a source records that a resync has begun before the target has',
    file: `${CORE}/resync/bitmap-exchange.ts`,
    find: `  if (start.restarts) slot.generation = start.peerCurrent;`,
    replace: `  if (start.restarts || start.full) slot.generation = start.peerCurrent;`,
    scenarios: ['dead-generation-of-a-source-that-never-began'],
    expected: [...DIVERGENCE, 'O26'],
  },
];
