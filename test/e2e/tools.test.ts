import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MIB, TestCluster } from './cluster.ts';
import { fioVerify, TOOL_CHECKS } from './nbd-tools.ts';

describe('programs that speak NBD, on a replicated volume', function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  const SIZE_MIB = 64;

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.createVolume('disk', SIZE_MIB, cluster.names);
  });
  after(() => cluster?.down());

  for (const { name, check } of TOOL_CHECKS) {
    it(name, async () => {
      const scratch = await mkdtemp(join(cluster.dir, 'scratch-'));
      await check({ uri: cluster.uri('sat1', 'disk'), sizeBytes: SIZE_MIB * MIB, scratch });
      await rm(scratch, { recursive: true });
      await cluster.settled('disk');
      await cluster.expectIdentical('disk');
    });
  }

  it('large sequential and mixed loads verify as well, through another node and over a Unix socket', async () => {
    const scratch = join(cluster.dir, 'fio');
    await mkdir(scratch);
    const sizeBytes = SIZE_MIB * MIB;
    await fioVerify(
      { uri: cluster.uri('sat2', 'disk'), sizeBytes, scratch },
      { direction: 'write', block: '1M', sizeMib: 48 },
    );
    const socket = join(cluster.satellite('sat3').dataDir, 'nbd.sock');
    const uri = `nbd+unix:///disk?socket=${socket}`;
    await fioVerify({ uri, sizeBytes, scratch }, { direction: 'randrw', block: '4k-128k', sizeMib: 16 });
    await cluster.settled('disk');
    await cluster.expectIdentical('disk');
  });

  it('the node that nobody writes through any more is Secondary again', async () => {
    for (const name of cluster.names) {
      const status = await cluster.status(name, 'disk');
      expect(status?.role, name).to.equal('Secondary');
    }
  });
});
