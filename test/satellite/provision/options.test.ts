import { expect } from 'chai';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import type { DesiredResource } from '../../../proto/gen/lockstep/satellite/v1/DesiredResource.ts';
import { isSettled, summary, TestCluster, type TestNode, until } from '../engine/cluster.ts';

interface Wishes {
  readonly resource?: Record<string, string>;
  readonly peer?: Record<string, string>;
  readonly volume?: Record<string, string>;
}

describe('Options from the controller', function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start(2);
    await cluster.makeResource('r0');
    await settled();
  });
  afterEach(() => cluster.stop());

  const node = (index: number): TestNode => cluster.node(index);
  const settled = (): Promise<void> =>
    until(
      () => [0, 1].every((index) => isSettled(node(index).status('r0'))),
      () => summary(node(0).status('r0')),
    );
  const primary = (index: number): Promise<void> =>
    node(index).satellite.engine.perform('r0', { kind: 'promote', force: false });

  function wish(index: number, { resource = {}, peer = {}, volume = {} }: Wishes): DesiredResource {
    const desired = cluster.desired('r0', index);
    return {
      ...desired,
      options: resource,
      peers: (desired.peers ?? []).map((each) => ({ ...each, options: peer })),
      volumes: (desired.volumes ?? []).map((each) => ({ ...each, options: volume })),
    };
  }
  const makeAll = (wishes: Wishes): Promise<unknown> =>
    Promise.all([0, 1].map((index) => node(index).make(wish(index, wishes))));
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      return String(error);
    }
    throw new Error('expected a refusal');
  };

  /** As an administrator of the node sees them. */
  async function problems(): Promise<string[]> {
    const admin = await node(0).admin();
    const { result } = await admin.call('status', { resource: 'r0' });
    admin.close();
    const [resource] = result as readonly { readonly problems: readonly { readonly code: string }[] }[];
    return (resource?.problems ?? []).map(({ code }) => code);
  }

  it('count while a volume is in use, survive a restart, and go back with the wish', async () => {
    await primary(0);
    await refusal(primary(1));
    await makeAll({ peer: { 'allow-two-primaries': 'yes' } });
    await primary(1);
    expect(node(0).status('r0').role).to.equal('Primary');
    const end = await refusal(node(0).make(wish(0, {})));
    expect(end).to.contain('TWO_PRIMARIES');
    await node(1).satellite.engine.perform('r0', { kind: 'demote' });
    await node(0).stop();
    await node(0).start();
    await settled();
    await primary(0);
    await primary(1);
    await node(1).satellite.engine.perform('r0', { kind: 'demote' });
    await makeAll({});
    await refusal(primary(1));
  });

  it('of a volume and of the resource count at once', async () => {
    await makeAll({ resource: { 'auto-promote': 'no' }, volume: { 'read-balancing': 'round-robin' } });
    const { engine } = node(0).satellite;
    expect(engine.optionsOf('r0', { volume: 0 as VolumeNumber }).readBalancing).to.equal('round-robin');
    expect(engine.optionsOf('r0', {}).autoPromote).to.equal(false);
    await makeAll({ volume: { 'al-extents': '600' } });
    expect(engine.optionsOf('r0', { volume: 0 as VolumeNumber })).to.include({
      readBalancing: 'prefer-local',
      alExtents: 600,
    });
    expect(engine.optionsOf('r0', {}).autoPromote).to.equal(true);
  });

  it('that are refused are a problem of the resource, which goes on with those that it had', async () => {
    await makeAll({ peer: { 'ping-int': '5' } });
    const wishes = { peer: { 'ping-int': '7', tls: 'yes' }, volume: { 'al-extents': '600' } };
    const { engine } = node(0).satellite;
    expect(await refusal(node(0).make(wish(0, wishes)))).to.contain('OPTION_UNSUPPORTED');
    expect(await problems()).to.deep.equal(['OPTION_UNSUPPORTED']);
    const peer = 1 as NodeId;
    expect(engine.optionsOf('r0', { peer })).to.include({ tls: false, pingIntMs: 5_000 });
    expect(engine.optionsOf('r0', { volume: 0 as VolumeNumber }).alExtents).to.equal(600);
    await node(0).make(wish(0, { peer: { 'ping-int': '7' } }));
    expect(await problems()).to.deep.equal([]);
    expect(engine.optionsOf('r0', { peer }).pingIntMs).to.equal(7_000);
    await settled();
  });

  it('of which one is unknown do not keep a replica from being made', async () => {
    const desired = { ...cluster.desired('r1', 0), options: { 'no-such-option': '1' }, peers: [] };
    expect(await refusal(node(0).make(desired))).to.contain('OPTION_UNKNOWN');
    await until(() => node(0).status('r1').volumes[0]?.disk === 'UpToDate', 'the disk');
  });
});
