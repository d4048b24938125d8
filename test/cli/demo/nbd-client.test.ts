import { expect } from 'chai';
import { NbdClient } from '../../../cli/demo/nbd-client.ts';
import { Workload } from '../../../cli/demo/workload.ts';
import { OperationError } from '../../../common/errors.ts';
import { MemoryExport } from '../../satellite/nbd/memory-export.ts';
import { startServer, type TestServer } from '../../satellite/nbd/test-server.ts';

const MIB = 1_048_576;

describe('the demonstration over NBD', () => {
  let disk: MemoryExport;
  let served: TestServer;
  beforeEach(async () => {
    disk = new MemoryExport({ name: 'demo/0', sizeBytes: 8 * MIB });
    served = await startServer([disk]);
  });
  afterEach(() => served.server.close());

  const connect = (exportName = 'demo'): Promise<NbdClient> => NbdClient.connect({ ...served.address, exportName });

  it('reads back what it wrote, with many requests in flight', async () => {
    const client = await connect();
    expect(client.sizeBytes).to.equal(8 * MIB);
    const blocks = Array.from({ length: 64 }, (_, index) => Buffer.alloc(65_536, index + 1));
    await Promise.all(blocks.map((block, index) => client.write(index * 65_536, block)));
    await client.flush();
    const read = await Promise.all(blocks.map((_, index) => client.read(index * 65_536, 65_536)));
    expect(read.every((data, index) => data.equals(blocks[index] ?? Buffer.alloc(0)))).to.equal(true);
    await client.trim(0, 65_536);
    await client.close();
    expect(disk.sessionsOpen).to.equal(0);
  });

  it('is told the name of an export that does not exist', async () => {
    try {
      await connect('nothing');
      expect.fail('opened');
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      expect([error.code, error.message]).to.deep.equal([
        'UNKNOWN_RESOURCE',
        'the NBD server refuses export "nothing"',
      ]);
    }
  });

  it('fails its requests when the server refuses or goes away, and does not hang', async () => {
    const client = await connect();
    disk.failNext = 'ENOSPC';
    const refused = await client.write(0, Buffer.alloc(4096)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(OperationError);
    disk.holdOperations = true;
    const lost = client.read(0, 4096).then(
      () => 'answered',
      () => 'failed',
    );
    await served.server.close();
    expect(await lost).to.equal('failed');
    await client.close();
  });

  it('writes all over the volume, remembers every block and finds each one again', async () => {
    const client = await connect();
    const workload = new Workload(client, 400 * MIB);
    workload.start();
    while (workload.writtenBytes < 12 * MIB) await new Promise((resolve) => setImmediate(resolve));
    workload.startOutage();
    while (workload.touchedBlocks < 100) await new Promise((resolve) => setImmediate(resolve));
    await workload.stop();
    await workload.verify();
    expect(workload.touchedBlocks % 16).to.equal(0);
    expect(workload.longestWriteMs).to.be.greaterThan(0);

    disk.data.writeUInt8((disk.data[4096 * 77 + 5] ?? 0) ^ 1, 4096 * 77 + 5);
    const found = await workload.verify().then(
      () => 'nothing',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    expect(found).to.contain('block 77 ');
    await client.close();
  });
});
