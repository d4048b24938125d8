import { expect } from 'chai';
import fc from 'fast-check';
import { decodeSuperblock } from '../../../../satellite/replication/metadata/superblock.ts';
import { DEFAULT_OPTIONS, INHERITED, type ReplicationOptions } from '../../../../common/options/options.ts';
import { type Zeroing, zeroingsOf } from '../../../../satellite/replication/write/zeroing.ts';
import type { Ports } from '../../../../satellite/replication/ports.ts';
import { Cluster } from '../cluster.ts';

/** Two nodes of which the first writes once. @returns what was asked of the disk of the second, for it to be durable */
function durabilityAsked(options: Partial<ReplicationOptions>): { readonly flushes: number; readonly fua: number } {
  const asked = { flushes: 0, fua: 0 };
  const tap = (ports: Ports, id: number): Ports => {
    if (id !== 1) return ports;
    return {
      ...ports,
      flush: (...request) => {
        asked.flushes += 1;
        ports.flush(...request);
      },
      writeMetadata: (io, volume, offset, data, fua) => {
        if (fua) asked.fua += 1;
        ports.writeMetadata(io, volume, offset, data, fua);
      },
    };
  };
  const cluster = new Cluster({ nodes: 2, options, tap });
  cluster.open(0);
  asked.flushes = 0;
  asked.fua = 0;
  expect(cluster.write(0, 3, 1)).to.deep.equal({ ok: true });
  cluster.pass(1_000);
  return asked;
}

describe('The option', () => {
  it('auto-promote "no" leaves the promotion to an administrator: an open does not do it', () => {
    const cluster = new Cluster({ nodes: 2, options: { autoPromote: false } });
    expect(cluster.open(0)).to.have.nested.property('error.code', 'NOT_PROMOTABLE');
    expect(cluster.core(0).status().role).to.equal('Secondary');
    expect(cluster.request(0, (id) => ({ kind: 'promote', id, force: false }))).to.deep.equal({ ok: true });
    expect(cluster.open(0)).to.deep.equal({ ok: true });
    cluster.close(0);
    expect(cluster.core(0).status().role).to.equal('Primary');
  });

  it('peer-tiebreaker "no" takes its vote from a node without a disk', () => {
    const quorate = [true, false].map((peerTiebreaker) => {
      const cluster = new Cluster({ nodes: 3, diskless: [2], options: { quorum: 'majority', peerTiebreaker } });
      cluster.open(0);
      cluster.write(0, 1, 1);
      cluster.crash(1);
      cluster.pass(1_000);
      return cluster.core(0).status().volumes[0]?.quorum;
    });
    expect(quorate).to.deep.equal([true, false]);
  });

  it('disk-flushes "no" lets a Secondary acknowledge a barrier without a flush', () => {
    expect(durabilityAsked({}).flushes).to.be.greaterThan(0);
    expect(durabilityAsked({ writeOrdering: 'drain' }).flushes).to.equal(0);
  });

  it('md-flushes "no" asks no durability for metadata', () => {
    expect(durabilityAsked({}).fua).to.be.greaterThan(0);
    expect(durabilityAsked({ mdFlushes: false }).fua).to.equal(0);
  });

  it('al-updates "no" writes a flag once instead of the activity log, and takes it back when the node is idle', () => {
    const written: number[] = [];
    const tap = (ports: Ports, id: number): Ports => {
      if (id !== 0) return ports;
      return {
        ...ports,
        writeMetadata: (io, volume, offset, data, fua) => {
          const read = decodeSuperblock(data);
          if (offset < 8_192) written.push(read.ok && read.superblock.unlogged === true ? 1 : 0);
          ports.writeMetadata(io, volume, offset, data, fua);
        },
      };
    };
    const cluster = new Cluster({ nodes: 2, options: { alUpdates: false }, tap });
    cluster.open(0);
    const { alWrites } = cluster.core(0).status().volumes[0] ?? {};
    for (const block of [1, 2, 3]) expect(cluster.write(0, block, 1)).to.deep.equal({ ok: true });
    expect(cluster.core(0).status().volumes[0]?.alWrites, 'no transaction').to.equal(alWrites);
    expect(written.at(-1), 'the flag is on disk').to.equal(1);
    cluster.close(0);
    cluster.pass(1_000);
    expect(written.at(-1), 'the flag is gone').to.equal(0);
  });

  it('protocol counts as the weaker of what the two ends want, from the next handshake on, which it causes', () => {
    const cluster = new Cluster({ nodes: 2 });
    const used = (): (string | undefined)[] => [0, 1].map((id) => cluster.core(id).status().connections[0]?.protocol);
    const want = (id: number, protocol: string): unknown =>
      cluster.request(id, (request) => ({
        kind: 'set-options',
        id: request,
        change: { scope: 'net', peer: undefined, volume: undefined, values: { protocol } },
      }));
    cluster.open(0);
    expect(cluster.write(0, 1, 1)).to.deep.equal({ ok: true });
    expect(used()).to.deep.equal(['C', 'C']);
    for (const [id, protocol, agreed] of [
      [0, 'A', 'A'],
      [1, 'B', 'A'],
      [0, 'C', 'B'],
      [1, 'default', 'C'],
    ] as const) {
      expect(want(id, protocol)).to.deep.equal({ ok: true });
      cluster.pass(1_000);
      expect(used(), `${id} wants ${protocol}`).to.deep.equal([agreed, agreed]);
      expect(cluster.core(0).status().connections[0]?.state).to.equal('Connected');
      expect(cluster.write(0, 2, 7)).to.deep.equal({ ok: true });
    }
    const stonith = { scope: 'net', peer: undefined, volume: undefined } as const;
    const conflicting = { fencing: 'resource-and-stonith', protocol: 'A' };
    expect(
      cluster.request(0, (id) => ({ kind: 'set-options', id, change: { ...stonith, values: conflicting } })),
    ).to.have.nested.property('error.code', 'OPTION_CONFLICT');
  });
});

describe('discard-granularity', () => {
  const wanted = { offset: 1_024, length: 10_240, operation: 'discard', mayUnmap: true } as const;
  const cut = (discardGranularityBytes: number, from: Zeroing = wanted): Zeroing[] =>
    zeroingsOf({ options: { ...DEFAULT_OPTIONS, discardGranularityBytes } }, from);
  const kept = { operation: 'zeroes', mayUnmap: false } as const;

  it('frees whole blocks of that size, and writes zeroes to what is left at both ends', () => {
    expect(cut(4_096)).to.deep.equal([
      { ...kept, offset: 1_024, length: 3_072 },
      { ...wanted, offset: 4_096, length: 4_096 },
      { ...kept, offset: 8_192, length: 3_072 },
    ]);
    expect(cut(512)).to.deep.equal([wanted]);
  });

  it('frees nothing of a range without a whole block, nor where it is 0', () => {
    expect(cut(8_192)).to.deep.equal([{ ...wanted, ...kept }]);
    expect(cut(0)).to.deep.equal([{ ...wanted, ...kept }]);
  });

  it('leaves alone what is not to be freed, and everything where nothing was asked for', () => {
    const zeroes = { ...wanted, ...kept };
    expect(cut(4_096, zeroes)).to.deep.equal([zeroes]);
    expect(cut(INHERITED)).to.deep.equal([wanted]);
  });

  it('covers each byte once, whatever the range', () => {
    fc.assert(
      fc.property(fc.nat(4_000), fc.integer({ min: 1, max: 4_000 }), fc.nat(64), (at, sectors, granularity) => {
        const range = { ...wanted, offset: at * 512, length: sectors * 512 };
        let end = range.offset;
        for (const { offset, length, mayUnmap } of cut(granularity * 512, range)) {
          expect(offset).to.equal(end);
          if (mayUnmap) expect([offset, length].every((value) => value % (granularity * 512) === 0)).to.equal(true);
          end += length;
        }
        expect(end).to.equal(range.offset + range.length);
      }),
    );
  });
});
