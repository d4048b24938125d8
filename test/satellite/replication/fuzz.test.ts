/**
 * A peer that has shaken hands and then sends frames that are well-formed and make no sense: any type, any field. The core
 * goes on or ends that link; it never breaks an invariant, and the other peer is served as before.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { nodeId, type VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import type { Frame } from '../../../satellite/replication/wire/frames.ts';
import { ByteChunks } from '../../../satellite/replication/wire/byte-chunks.ts';
import { type BytesPayload, Cluster } from './cluster.ts';
import { anyFrame } from './wire/frame-arbitraries.ts';

/** What the frame names is brought near to what there is, so that it gets beyond the first check. */
const plausible = fc
  .record({
    frame: anyFrame,
    near: fc.boolean(),
    volume: fc.constantFrom(0, 0, 0, 1),
    block: fc.nat(70),
    blocks: fc.integer({ min: 1, max: 8 }),
    number: fc.nat(40),
  })
  .map(({ frame, near, volume, block, blocks, number }): Frame => {
    const own = 'payload' in frame ? { ...frame, payload: bytesPayload(frame.payload) } : frame;
    if (!near) return own;
    const changed: Record<string, unknown> = { ...own };
    if ('volume' in own) changed['volume'] = volume as VolumeNumber;
    if ('offset' in own) changed['offset'] = (block * 4096) as Bytes;
    if ('length' in own) changed['length'] = (blocks * 4096) as Bytes;
    for (const field of ['request', 'dagtag', 'epoch', 'transaction', 'sequence', 'seen', 'firstBlock'])
      if (field in own) changed[field] = number;
    if (own.type === 'DATA') {
      const payload: BytesPayload = { byteLength: blocks * 4096, data: new Uint8Array(blocks * 4096).fill(number) };
      changed['payload'] = payload;
      changed['payloadChecksum'] = checksum(payload);
    }
    // Only fields of the same type have been replaced.
    return changed as unknown as Frame;
  });

function bytesPayload(payload: unknown): BytesPayload {
  const data = payload instanceof ByteChunks ? Buffer.concat(payload.chunks) : new Uint8Array(0);
  return { byteLength: data.length, data };
}

/** As the cluster's ports compute it. */
const checksum = (payload: BytesPayload): number => payload.data.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);

describe('The core under frames that make no sense', function () {
  this.timeout(60_000);

  for (const [role, writer] of [
    ['a Primary', 0],
    ['a Secondary of another Primary', 2],
    ['a Secondary of the one that sends them', 1],
  ] as const) {
    it(`as ${role} it goes on or ends the link, and serves the other peer`, () => {
      const frames = fc.array(fc.tuple(plausible, fc.boolean()), { minLength: 1, maxLength: 12 });
      fc.assert(
        fc.property(frames, (list) => {
          const cluster = new Cluster({ nodes: 3 });
          cluster.open(writer);
          cluster.write(writer, 3, 1);
          for (const [frame, settle] of list) {
            const link = cluster.member(0).links.get(nodeId(1));
            if (link !== undefined) cluster.core(0).handle({ kind: 'frame', peer: nodeId(1), link, frame });
            if (settle) cluster.settle();
          }
          cluster.settle();
          cluster.pass(200);
          cluster.crash(1);
          cluster.settle();
          cluster.pass(60_000);
          expect(
            cluster
              .core(0)
              .status()
              .connections.find(({ peer }) => peer === 2)?.state,
          ).to.equal('Connected');
        }),
        { numRuns: 150 },
      );
    });
  }
});
