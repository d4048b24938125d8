import { expect } from 'chai';
import fc from 'fast-check';
import { InvariantError } from '../../../../common/assert.ts';
import { crc32c } from '../../../../common/crc32c.ts';
import { type Generation, type PeerMask, nodeId, volumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import {
  JUST_CREATED,
  NO_GENERATION,
  sameGeneration,
} from '../../../../satellite/replication/metadata/generation-id.ts';
import {
  chooseSuperblock,
  decodeSuperblock,
  encodeSuperblock,
  type Superblock,
  SUPERBLOCK_FIELDS,
  superblockOffset,
} from '../../../../satellite/replication/metadata/superblock.ts';
import { aLayout, aSuperblock, torn } from './builders.ts';

const LAYOUT = aLayout();
const generation = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value as Generation);
const superblock: fc.Arbitrary<Superblock> = fc
  .record({
    sequence: fc.maxSafeNat(),
    resource: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{1,47}$/),
    volume: fc.integer({ min: 0, max: 65_534 }).map(volumeNumber),
    node: fc.nat(31).map(nodeId),
    dataBytes: fc.integer({ min: 1, max: 2 ** 44 }).map(bytes),
    slots: fc.integer({ min: 1, max: 31 }),
    blockBytes: fc.integer({ min: 12, max: 20 }).map((power) => bytes(2 ** power)),
    alExtents: fc.integer({ min: 1, max: 65_534 }),
    deviceUuid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    current: generation,
    history: fc.array(generation, { maxLength: 32 }),
    consistent: fc.boolean(),
    wasUpToDate: fc.boolean(),
    crashedPrimary: fc.boolean(),
    haveQuorum: fc.boolean(),
    primaryLostQuorum: fc.boolean(),
    members: fc.integer({ min: 0, max: 0xffff_ffff }),
    peerNodes: fc.uniqueArray(fc.nat(31), { maxLength: 32 }),
    bitmap: generation,
    outdated: fc.boolean(),
    fullSync: fc.boolean(),
    hasSpare: fc.boolean(),
    isUnlogged: fc.boolean(),
    stoodStill: fc.array(
      fc.record({ volume: fc.integer({ min: 0, max: 65_534 }).map(volumeNumber), current: generation }),
      {
        minLength: 1,
        maxLength: 32,
      },
    ),
  })
  .map(
    ({
      peerNodes,
      bitmap,
      hasSpare,
      outdated,
      fullSync,
      haveQuorum,
      primaryLostQuorum,
      members,
      isUnlogged,
      ...rest
    }) => ({
      ...rest,
      ...(isUnlogged ? { unlogged: true } : {}),
      quorum: { haveQuorum, primaryLostQuorum, members: members as PeerMask },
      peers: peerNodes.map((node, i) => ({
        node: nodeId(node),
        slot: i < rest.slots ? i : undefined,
        bitmap,
        outdated,
        fullSync: fullSync !== (i % 2 === 0),
      })),
      spare: hasSpare && peerNodes.length < rest.slots ? { slot: rest.slots - 1, generation: bitmap } : undefined,
    }),
  );

/** Changes bytes and repairs the checksum, as a defect of a writer would. */
function forged(change: (view: DataView) => void): Uint8Array {
  const image = encodeSuperblock(aSuperblock());
  const view = new DataView(image.buffer);
  change(view);
  const [at, size] = SUPERBLOCK_FIELDS.checksum;
  view.setUint32(at, crc32c(image.subarray(at + size), crc32c(image.subarray(0, at))));
  return image;
}

function areaWith(...copies: readonly Superblock[]): Uint8Array {
  const area = new Uint8Array(8192);
  for (const copy of copies) area.set(encodeSuperblock(copy), superblockOffset(LAYOUT, copy.sequence));
  return area;
}

describe('superblock', () => {
  it('reads back what was written, for every legal content', () => {
    fc.assert(
      fc.property(superblock, (sb) => {
        const image = encodeSuperblock(sb);
        expect(image).to.have.length(4096);
        expect(decodeSuperblock(image)).to.deep.equal({ ok: true, superblock: sb });
      }),
      { numRuns: 200 },
    );
  });

  it('names the reason when it cannot be read', () => {
    expect(decodeSuperblock(new Uint8Array(4095))).to.deep.equal({ ok: false, reason: 'too-short' });
    expect(decodeSuperblock(new Uint8Array(4096))).to.deep.equal({ ok: false, reason: 'bad-magic' });
    const flipped = encodeSuperblock(aSuperblock());
    flipped[4095] = 1;
    expect(decodeSuperblock(flipped)).to.deep.equal({ ok: false, reason: 'bad-checksum' });
    const newer = forged((view) => view.setUint32(SUPERBLOCK_FIELDS.version[0], 5));
    expect(decodeSuperblock(newer)).to.deep.equal({ ok: false, reason: 'newer-version' });
  });

  it('refuses impossible values even under a valid checksum', () => {
    const F = SUPERBLOCK_FIELDS;
    const forgeries: Record<string, (view: DataView) => void> = {
      slots: (v) => v.setUint8(F.slots[0], 32),
      blockBytes: (v) => v.setUint32(F.blockBytes[0], 4097),
      alExtents: (v) => v.setUint32(F.alExtents[0], 0),
      dataBytes: (v) => v.setBigUint64(F.dataBytes[0], 2n ** 63n),
      tooManyBlocks: (v) => v.setBigUint64(F.dataBytes[0], 2n ** 52n),
      sequence: (v) => v.setBigUint64(F.sequence[0], 2n ** 53n),
      node: (v) => v.setUint8(F.node[0], 32),
      volume: (v) => v.setUint16(F.volume[0], 65_535),
      flags: (v) => v.setUint8(F.flags[0], 0x80),
      history: (v) => v.setUint8(F.historyCount[0], 33),
      peers: (v) => v.setUint8(F.peerCount[0], 33),
      peerSlot: (v) => v.setUint8(F.peers[0] + 1, 2),
      peerFlags: (v) => v.setUint8(F.peers[0] + 2, 8),
      nodeTwice: (v) => v.setUint8(F.peerCount[0], 3),
      nameEmpty: (v) => v.setUint8(F.resourceLength[0], 0),
      nameLong: (v) => v.setUint8(F.resourceLength[0], 65),
      nameControl: (v) => v.setUint8(F.resource[0], 7),
      versionZero: (v) => v.setUint32(F.version[0], 0),
    };
    for (const [name, change] of Object.entries(forgeries)) {
      expect(decodeSuperblock(forged(change)), name).to.deep.equal({ ok: false, reason: 'bad-field' });
    }
  });

  it('does not write what it would refuse to read', () => {
    expect(() => encodeSuperblock(aSuperblock({ slots: 0 }))).to.throw(InvariantError);
    expect(() => encodeSuperblock(aSuperblock({ resource: 'ü' }))).to.throw(InvariantError);
    const [peer] = aSuperblock().peers;
    if (peer === undefined) throw new Error('the builder gives one peer');
    expect(() => encodeSuperblock(aSuperblock({ peers: [peer, peer] }))).to.throw(InvariantError);
    expect(() => encodeSuperblock(aSuperblock({ peers: [{ ...peer, slot: 2 }] }))).to.throw(InvariantError);
  });

  it('takes the newer of two copies', () => {
    for (const sequence of [1, 2, 17, 2 ** 40]) {
      const area = areaWith(
        aSuperblock({ sequence, resource: 'old' }),
        aSuperblock({ sequence: sequence + 1, resource: 'new' }),
      );
      expect(chooseSuperblock(area)).to.deep.include({ ok: true, fellBack: false });
      const chosen = chooseSuperblock(area);
      expect(chosen.ok && chosen.superblock.resource).to.equal('new');
    }
  });

  it('survives a torn write of either copy with the state before or after it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (sequence, mask) => {
          const before = aSuperblock({ sequence: sequence - 1, current: 10n as Generation });
          const after = aSuperblock({ sequence, current: 20n as Generation, history: [10n as Generation] });
          const medium = areaWith(aSuperblock({ sequence: sequence - 2, current: 8n as Generation }), before);
          const image = torn(medium, superblockOffset(LAYOUT, sequence), encodeSuperblock(after), mask);
          const chosen = chooseSuperblock(image);
          if (!chosen.ok) throw new Error(chosen.reason);
          expect(chosen.superblock).to.deep.equal(chosen.superblock.sequence === sequence ? after : before);
          const place = image.subarray(superblockOffset(LAYOUT, sequence));
          expect(chosen.fellBack, 'told when the copy under write is torn').to.equal(!decodeSuperblock(place).ok);
          if (mask.every(Boolean)) expect(chosen.superblock.sequence).to.equal(sequence);
        },
      ),
    );
  });

  it('tells that one copy is damaged, whichever it is and whatever bit of it flipped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(8191), fc.nat(7), (sequence, at, bit) => {
        const area = areaWith(aSuperblock({ sequence: sequence - 1 }), aSuperblock({ sequence }));
        area[at] = (area[at] ?? 0) ^ (1 << bit);
        const newestHit = Math.floor(at / 4096) === sequence % 2;
        const chosen = chooseSuperblock(area);
        expect(chosen).to.deep.include({ ok: true, fellBack: true });
        expect(chosen.ok && chosen.superblock.sequence).to.equal(newestHit ? sequence - 1 : sequence);
      }),
    );
  });

  it('takes an empty second place for damage, except right after formatting', () => {
    expect(chooseSuperblock(areaWith(aSuperblock({ sequence: 1 })))).to.deep.include({ ok: true, fellBack: false });
    expect(chooseSuperblock(areaWith(aSuperblock({ sequence: 2 })))).to.deep.include({ ok: true, fellBack: true });
    const torn = areaWith(aSuperblock({ sequence: 1 }));
    torn[700] = 1;
    expect(chooseSuperblock(torn)).to.deep.include({ ok: true, fellBack: true });
  });

  it('refuses the area when one copy is of a newer format, and tells the best reason when both are bad', () => {
    const area = areaWith(aSuperblock({ sequence: 4 }));
    area.set(
      forged((view) => view.setUint32(SUPERBLOCK_FIELDS.version[0], 5)),
      4096,
    );
    expect(chooseSuperblock(area)).to.deep.equal({ ok: false, reason: 'newer-version' });
    expect(chooseSuperblock(new Uint8Array(100))).to.deep.equal({ ok: false, reason: 'too-short' });
    expect(chooseSuperblock(new Uint8Array(8192))).to.deep.equal({ ok: false, reason: 'bad-magic' });
    const damaged = areaWith(aSuperblock());
    damaged[5000] = (damaged[5000] ?? 0) ^ 1;
    expect(chooseSuperblock(damaged)).to.deep.equal({ ok: false, reason: 'bad-checksum' });
  });

  it('refuses a copy in the place of the other one', () => {
    const area = new Uint8Array(8192);
    area.set(encodeSuperblock(aSuperblock({ sequence: 1 })), 0);
    expect(chooseSuperblock(area)).to.deep.equal({ ok: false, reason: 'bad-field' });
  });

  it('never throws on any bytes, and never takes a flipped bit for content', () => {
    const good = encodeSuperblock(aSuperblock());
    fc.assert(
      fc.property(fc.nat(4095), fc.nat(7), fc.nat(4096), (at, bit, length) => {
        const flipped = good.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect(decodeSuperblock(flipped).ok).to.equal(false);
        if (length < 4096) expect(decodeSuperblock(good.subarray(0, length)).ok).to.equal(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4096, maxLength: 8192 }), (noise) => {
        const image = noise.slice();
        image.set(good.subarray(0, 12));
        expect(decodeSuperblock(image).ok).to.equal(false);
        expect(chooseSuperblock(image).ok).to.equal(false);
      }),
      { numRuns: 20 },
    );
  });
});

describe('generation identifiers', () => {
  it('compare without the primary bit', () => {
    const a = 0x1234_5678_9abc_def0n as Generation;
    expect(sameGeneration(a, (a | 1n) as Generation)).to.equal(true);
    expect(sameGeneration(a, (a ^ 2n) as Generation)).to.equal(false);
    expect(sameGeneration(NO_GENERATION, JUST_CREATED)).to.equal(false);
  });
});
