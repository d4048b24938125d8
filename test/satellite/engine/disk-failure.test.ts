import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Generation, NodeId, VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { Engine, type HostedPeer } from '../../../satellite/engine/engine.ts';
import { DEFAULT_OPTIONS } from '../../../common/options/options.ts';
import { formatMetadata } from '../../../satellite/replication/metadata/format.ts';
import { planLayout } from '../../../satellite/replication/metadata/layout.ts';
import { FaultDevice } from '../../../satellite/storage/decorators/fault-device.ts';
import { MemoryDevice } from '../../../satellite/storage/memory-device.ts';
import { CMD, command, RawClient } from '../nbd/raw-client.ts';
import { chooseSuperblock, NO_QUORUM_RECORD } from '../../../satellite/replication/metadata/superblock.ts';
import { isSettled, until } from './cluster.ts';

const VOLUME = 0 as VolumeNumber;
const SIZE = 16 * 1_048_576;
/** In an extent of the activity log that is not hot yet: a write there needs a metadata write first. */
const COLD = 8 * 1_048_576;

interface Disk {
  readonly data: FaultDevice;
  readonly metadata: FaultDevice;
  readonly bytes: Uint8Array;
  readonly metadataBytes: Uint8Array;
}

/** Formatted, UpToDate on every node. */
function aDisk(node: NodeId): Disk {
  const layout = planLayout({
    dataBytes: SIZE as Bytes,
    slots: 3,
    blockBytes: 4096 as Bytes,
    alExtents: DEFAULT_OPTIONS.alExtents,
  });
  const metadata = new MemoryDevice(layout.totalBytes);
  const superblock = {
    sequence: 1,
    resource: 'r0',
    volume: VOLUME,
    node,
    dataBytes: SIZE as Bytes,
    slots: 3,
    blockBytes: 4096 as Bytes,
    alExtents: DEFAULT_OPTIONS.alExtents,
    deviceUuid: BigInt(node),
    current: 0x1122334455667788n as Generation,
    history: [],
    consistent: true,
    wasUpToDate: true,
    crashedPrimary: false,
    quorum: NO_QUORUM_RECORD,
    peers: [],
    spare: undefined,
  };
  for (const { offset, data } of formatMetadata(layout, superblock)) metadata.bytes.set(data, offset);
  const inner = new MemoryDevice(SIZE);
  return {
    data: new FaultDevice(inner),
    metadata: new FaultDevice(metadata),
    bytes: inner.bytes,
    metadataBytes: metadata.bytes,
  };
}

describe('An engine whose disk fails', function () {
  this.timeout(20_000);
  let dir: string;
  let engines: Engine[];
  let disks: Disk[];
  let nbdPort: number;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lockstep-engine-'));
    disks = [aDisk(0 as NodeId), aDisk(1 as NodeId)];
    engines = disks.map(
      ({ data, metadata }, index) =>
        new Engine({
          address: '127.0.0.1',
          replicationPort: 0,
          nbdPort: 0,
          nbdSocket: join(dir, `nbd${index}`),
          log: pino({ level: 'silent' }),
          stores: { open: async () => ({ data, metadata, path: `memory ${index}`, allocatedBytes: async () => SIZE }) },
        }),
    );
    const ports = await Promise.all(engines.map((engine) => engine.listen()));
    for (const [index, engine] of engines.entries()) {
      const node = index as NodeId;
      const peer = (1 - index) as NodeId;
      const address = { host: '127.0.0.1', port: ports[peer] ?? 0 };
      const peers: HostedPeer[] = [
        { node: peer, name: `sat${peer}`, protocol: 'C', diskful: true, slot: peer, address },
      ];
      engine.addResource({
        name: 'r0',
        node,
        volumes: [{ volume: VOLUME, sizeBytes: SIZE as Bytes, diskful: true, pool: 'pool1' }],
        peers,
        options: DEFAULT_OPTIONS,
      });
      await engine.attach('r0', VOLUME);
      await engine.perform('r0', { kind: 'connect', peer });
    }
    const served = await Promise.all(engines.map((engine) => engine.serveClients()));
    nbdPort = served[0] ?? 0;
    await until(() => engines.every((engine) => isSettled(engine.statusOf('r0'))), 'both settle');
  });
  afterEach(async () => {
    for (const { data, metadata } of disks) {
      data.resume();
      metadata.resume();
    }
    await Promise.all(engines.map((engine) => engine.stop(2_000)));
    rmSync(dir, { recursive: true });
  });

  const engine = (index: number): Engine => engines[index] as Engine;
  const disk = (index: number): Disk => disks[index] as Disk;
  const nbd = (): Promise<RawClient> => RawClient.transmitting({ host: '127.0.0.1', port: nbdPort }, 'r0');
  async function write(client: RawClient, offset: number, byte: number, flags = 0): Promise<number> {
    client.send(command(CMD.WRITE, { offset, length: 4096, flags }), new Uint8Array(4096).fill(byte));
    return (await client.simpleReply()).error;
  }
  async function read(client: RawClient, offset: number): Promise<number> {
    client.send(command(CMD.READ, { offset, length: 4096 }));
    expect((await client.simpleReply()).error).to.equal(0);
    return (await client.read(4096))[0] ?? -1;
  }

  for (const [operation, device] of [
    ['write', 'data'],
    ['write', 'metadata'],
    ['flush', 'metadata'],
  ] as const) {
    it(`goes on over the network after a failed ${operation} of the ${device}, and says so`, async () => {
      const client = await nbd();
      expect(await write(client, 0, 1)).to.equal(0);
      disk(0)[device].failAll(operation);
      expect(await write(client, COLD, 2, 1)).to.equal(0);
      client.send(command(CMD.FLUSH));
      expect((await client.simpleReply()).error).to.equal(0);
      await until(() => engine(0).statusOf('r0').volumes[0]?.disk === 'Diskless', 'the disk is given up');
      expect(await write(client, 12_288, 3)).to.equal(0);
      expect(await read(client, COLD)).to.equal(2);
      expect(disk(1).bytes[COLD]).to.equal(2);
      expect(disk(1).bytes[12_288]).to.equal(3);
      expect(
        engine(0)
          .failuresOf('r0')
          .map(({ code }) => code),
      ).to.deep.equal(['BACKING_STORE_FAILED']);
      await until(() => engine(0).backing('r0', VOLUME) === undefined, 'the backing store is closed');
      client.socket.destroy();
    });
  }

  it('reads from the peer what its own disk does not give', async () => {
    const client = await nbd();
    expect(await write(client, 4096, 7)).to.equal(0);
    disk(0).data.failNth('read');
    expect(await read(client, 4096)).to.equal(7);
    client.socket.destroy();
  });

  it('never acknowledges what a Secondary could not store as if it had', async () => {
    const client = await nbd();
    disk(1).data.failAll('write');
    expect(await write(client, 0, 9)).to.equal(0);
    await until(() => engine(1).statusOf('r0').volumes[0]?.disk === 'Diskless', 'the peer gives its disk up');
    await until(
      () => engine(0).statusOf('r0').connections[0]?.peerDevices[0]?.peerDisk === 'Diskless',
      'the writer knows',
    );
    expect(engine(0).statusOf('r0').connections[0]?.peerDevices[0]?.outOfSyncBytes).to.equal(4096);
    client.socket.destroy();
  });

  it('leaves on a disk that is given up that it is not UpToDate, before it is closed', async () => {
    const client = await nbd();
    disk(1).data.failAll('write');
    expect(await write(client, 0, 9)).to.equal(0);
    await until(() => engine(1).backing('r0', VOLUME) === undefined, 'the backing store is closed');
    const left = chooseSuperblock(disk(1).metadataBytes);
    expect(left.ok && left.superblock).to.include({ consistent: true, wasUpToDate: false });
    client.socket.destroy();
  });
});
