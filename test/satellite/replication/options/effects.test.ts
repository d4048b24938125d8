import { expect } from 'chai';
import type { ReplicationOptions } from '../../../../satellite/replication/options/options.ts';
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
});
