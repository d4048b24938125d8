import { expect } from 'chai';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationError } from '../../../common/errors.ts';
import { TestCluster, TestNode } from '../engine/cluster.ts';

describe('A restarted satellite', function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await TestCluster.start(1);
    node = cluster.node(0);
    for (const name of ['r0', 'r1']) await node.make(cluster.desired(name, 0));
  });
  afterEach(() => cluster.stop());

  const recordPath = (name: string): string => join(node.dir, 'resources', `${name}.json`);
  const dataPath = (name: string): string => join(node.pool, `${name}_00000`);
  const diskOf = (name: string): string | undefined => node.status(name).volumes[0]?.disk;
  /** As a crash at that point would have left it. */
  async function restartWith(
    name: string,
    change: (record: { removing: boolean; volumes: { phase: string }[] }) => void,
  ): Promise<void> {
    await node.stop();
    const record = JSON.parse(readFileSync(recordPath(name), 'utf8'));
    change(record);
    writeFileSync(recordPath(name), JSON.stringify(record));
    await node.start();
  }
  const setPhase = (phase: string) => (record: { volumes: { phase: string }[] }) => {
    for (const volume of record.volumes) volume.phase = phase;
  };

  it('completes the removal of a resource that had begun', async () => {
    await restartWith('r0', (record) => {
      record.removing = true;
      rmSync(dataPath('r0'));
    });
    expect(node.satellite.engine.names()).to.deep.equal(['r1']);
    expect(existsSync(recordPath('r0'))).to.equal(false);
    expect(existsSync(`${dataPath('r0')}.md`)).to.equal(false);
  });

  it('completes the removal of a volume that had begun', async () => {
    await restartWith('r0', setPhase('removing'));
    expect(node.status('r0').volumes).to.deep.equal([]);
    expect(existsSync(dataPath('r0'))).to.equal(false);
    expect(JSON.parse(readFileSync(recordPath('r0'), 'utf8')).volumes).to.deep.equal([]);
  });

  it('completes a volume whose making a crash cut short, whichever step it was', async () => {
    await restartWith('r0', (record) => {
      setPhase('creating')(record);
      rmSync(dataPath('r0'));
      rmSync(`${dataPath('r0')}.md`);
    });
    expect(diskOf('r0')).to.equal('UpToDate');
    await restartWith('r0', (record) => {
      setPhase('formatting')(record);
      writeFileSync(`${dataPath('r0')}.md`, readFileSync(`${dataPath('r0')}.md`).fill(0, 0, 8192));
    });
    expect(diskOf('r0')).to.equal('UpToDate');
    expect(JSON.parse(readFileSync(recordPath('r0'), 'utf8')).volumes[0].phase).to.equal('ready');
  });

  it('serves the others when one record is damaged, and keeps that one untouched', async () => {
    await node.stop();
    writeFileSync(recordPath('r0'), '{"format":1,');
    await node.start();
    expect(diskOf('r1')).to.equal('UpToDate');
    const response = await node.apply({ resources: [cluster.desired('r0', 0), { name: 'r0', delete: true }] });
    expect(response.results.map(({ answers }) => answers[0]?.codeName)).to.deep.equal(['STORE_FAILED', 'STORE_FAILED']);
    expect(readFileSync(recordPath('r0'), 'utf8')).to.equal('{"format":1,');
    expect(existsSync(dataPath('r0'))).to.equal(true);
    // As the correction says: without the record the controller makes it anew, and finds the data.
    await node.stop();
    rmSync(recordPath('r0'));
    await node.start();
    await node.make(cluster.desired('r0', 0));
    expect(diskOf('r0')).to.equal('UpToDate');
  });

  it('waits for its pool when the pool is unknown, and attaches once it is there', async () => {
    await node.stop();
    rmSync(join(node.dir, 'storage-pools.json'));
    await node.start();
    expect(diskOf('r0')).to.equal('Diskless');
    await node.make(cluster.desired('r0', 0));
    expect(diskOf('r0')).to.equal('UpToDate');
  });

  it('refuses to start where another program has its port, and leaves nothing behind', async () => {
    const other = new TestNode('sat9', join(node.dir, 'other'));
    const { nbdPort, port, replicationPort } = node.satellite.addresses;
    for (const ports of [{ nbdPort }, { port }, { replicationPort }]) {
      other.usePorts(ports);
      const error = await other.start().then(
        () => undefined,
        (failure: OperationError) => failure,
      );
      expect(error?.code, JSON.stringify(ports)).to.equal('INVALID_ARGUMENT');
      expect(error?.correction).to.not.equal(undefined);
    }
    other.usePorts({});
    await other.start();
    await other.stop();
  });
});
