import { expect } from 'chai';
import type { VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { parseExportName } from '../../../satellite/engine/nbd-exports.ts';
import { newGeneration } from '../../../satellite/engine/generation-source.ts';
import { CMD, command } from '../nbd/raw-client.ts';
import { isSettled, TestCluster, until } from './cluster.ts';

const VOLUME = 0 as VolumeNumber;

describe('A resource whose core broke an invariant', function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start(2);
    await cluster.makeResource('r0');
    await cluster.makeResource('r1');
    await until(
      () => cluster.nodes.every((node) => isSettled(node.status('r0')) && isSettled(node.status('r1'))),
      'both settle',
    );
  });
  afterEach(() => cluster.stop());

  it('fails what waits, ends its clients and links, says so, and leaves the others alone', async () => {
    const node = cluster.node(0);
    const { engine } = node.satellite;
    const broken = await node.nbd('r0');
    const healthy = await node.nbd('r1');
    // No payload of ours: the first checksum over it is an invariant broken inside the core.
    const foreign = {
      kind: 'client-write',
      volume: VOLUME,
      offset: 0 as Bytes,
      payload: { byteLength: 512 },
      fua: false,
    } as const;
    const error = await engine.perform('r0', foreign).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.have.property('code', 'INTERNAL');
    await broken.readToEnd();
    expect(engine.statusOf('r0').volumes[0]?.disk).to.equal('Failed');
    expect(engine.failuresOf('r0').map(({ code }) => code)).to.deep.equal(['INTERNAL']);
    await until(() => cluster.node(1).status('r0').connections[0]?.state !== 'Connected', 'the peer notices');
    healthy.send(command(CMD.WRITE, { length: 512 }), new Uint8Array(512));
    expect((await healthy.simpleReply()).error).to.equal(0);
    expect(isSettled(engine.statusOf('r1'))).to.equal(true);
    healthy.socket.destroy();
    broken.socket.destroy();
    // A restart of the satellite heals it.
    await node.stop();
    await node.start();
    await until(() => cluster.nodes.every((each) => isSettled(each.status('r0'))), 'r0 settles again');
  });
});

describe('Names of exports', () => {
  it('are the resource, for volume 0, or the resource and the number', () => {
    expect(parseExportName('r0')).to.deep.equal({ resource: 'r0', volume: 0 });
    expect(parseExportName('r0/7')).to.deep.equal({ resource: 'r0', volume: 7 });
    for (const name of [
      '',
      '/',
      'r0/',
      '/0',
      'r0/00',
      'r0/01',
      'r0/-1',
      'r0/65535',
      'r0/99999',
      'r0/123456',
      'r0/0/0',
      '../r0',
      'r0/0 ',
      '0r',
    ]) {
      expect(parseExportName(name), name).to.equal(undefined);
    }
  });
});

describe('Fresh generations', () => {
  it('never repeat and are never one of the reserved values', () => {
    const seen = new Set(Array.from({ length: 10_000 }, newGeneration));
    expect(seen.size).to.equal(10_000);
    expect([...seen].every((value) => value >= 8n && value < 2n ** 64n)).to.equal(true);
  });
});
