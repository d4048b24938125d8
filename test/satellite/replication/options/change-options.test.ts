import { expect } from 'chai';
import { changeOptions } from '../../../../satellite/replication/options/change-options.ts';
import { DEFAULT_OPTIONS } from '../../../../common/options/options.ts';
import type { OptionChange, OptionScope } from '../../../../common/options/option-table.ts';
import { newResource } from '../../../../satellite/replication/new-state.ts';
import type { Ports } from '../../../../satellite/replication/ports.ts';
import type { Resource } from '../../../../satellite/replication/state.ts';
import { nodeId, type VolumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';

const volumes = [0, 1].map((number) => ({
  volume: number as VolumeNumber,
  sizeBytes: bytes(1_048_576),
  diskful: true,
}));

/** Two peers: n1 with protocol C, n2 with protocol A. Options ask nothing of the ports but the time. */
function resource(): Resource {
  const peers = [1, 2].map((id) => ({
    node: nodeId(id),
    name: `n${id}`,
    protocol: id === 1 ? ('C' as const) : ('A' as const),
    diskful: true,
    slot: id - 1,
  }));
  const ports = { now: () => 0 } as unknown as Ports;
  return newResource({ name: 'r', node: nodeId(0), volumes, peers, options: DEFAULT_OPTIONS }, ports);
}

function change(scope: OptionScope, values: Record<string, string>, of: Partial<OptionChange> = {}): OptionChange {
  return { scope, values, peer: undefined, volume: undefined, ...of };
}

describe('Changing options', () => {
  it('of the resource counts for every connection without a value of its own', () => {
    const r = resource();
    expect(changeOptions(r, change('net', { 'ko-count': '3' }, { peer: nodeId(1) }))).to.equal(undefined);
    expect(changeOptions(r, change('net', { 'ko-count': '9' }))).to.equal(undefined);
    expect([...r.connections.values()].map(({ options }) => options.koCount)).to.deep.equal([3, 9]);
    expect(r.options.koCount).to.equal(9);
  });

  it('of one volume leaves the others alone', () => {
    const r = resource();
    expect(changeOptions(r, change('disk', { 'disk-timeout': '100' }, { volume: 1 as VolumeNumber }))).to.equal(
      undefined,
    );
    expect([...r.volumes.values()].map(({ options }) => options.diskTimeoutMs)).to.deep.equal([0, 10_000]);
  });

  it('changes nothing when one of several values is refused', () => {
    const r = resource();
    const refusal = changeOptions(r, change('net', { 'ko-count': '3', 'ping-int': '0' }));
    expect(refusal?.code).to.equal('OPTION_OUT_OF_RANGE');
    expect(r.options).to.deep.equal(DEFAULT_OPTIONS);
  });

  it('refuses pull-ahead while one connection has protocol C, and takes it for the one with A', () => {
    const r = resource();
    expect(changeOptions(r, change('net', { 'on-congestion': 'pull-ahead' }))?.code).to.equal('OPTION_CONFLICT');
    expect(r.options.onCongestion).to.equal('block');
    const one = change('net', { 'on-congestion': 'pull-ahead' }, { peer: nodeId(2) });
    expect(changeOptions(r, one)).to.equal(undefined);
    expect(r.connections.get(nodeId(2))?.options.onCongestion).to.equal('pull-ahead');
    expect(r.connections.get(nodeId(1))?.options.onCongestion).to.equal('block');
  });

  it('brings back the usual value with "default"', () => {
    const r = resource();
    changeOptions(r, change('resource', { quorum: 'majority', 'on-no-quorum': 'io-error' }));
    expect(r.options).to.include({ quorum: 'majority', onNoQuorum: 'io-error' });
    changeOptions(r, change('resource', { quorum: 'default', 'on-no-quorum': 'default' }));
    expect(r.options).to.include({ quorum: 'off', onNoQuorum: 'suspend-io' });
  });
});
