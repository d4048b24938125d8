import { expect } from 'chai';
import { MIB, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { eventually, progress } from './programs.ts';

describe('thirty-two nodes', function () {
  this.timeout(240_000);
  const NODES = 32;
  const SIZE_MIB = 16;
  const RESOURCE = 'wide';
  let cluster: TestCluster;
  const numbered = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, index) => `sat${from + index}`);
  /** Of each kind: some replicas and some nodes without a disk. */
  const groups = [
    { protocol: 'C', diskful: numbered(1, 6), diskless: numbered(25, 27) },
    { protocol: 'B', diskful: numbered(7, 15), diskless: numbered(28, 30) },
    { protocol: 'A', diskful: numbered(16, 24), diskless: numbered(31, 32) },
  ] as const;
  const replicas = numbered(1, 24);

  before(async () => {
    progress(`starting ${NODES} satellites`);
    cluster = await TestCluster.up(NODES, 150_000);
    progress('placing');
    await cluster.mustCli('resource-definition', 'create', RESOURCE, '--peer-slots', '31');
    for (const { protocol, diskful, diskless } of groups) {
      await cluster.mustCli('resource', 'create', ...diskful, RESOURCE, '--protocol', protocol);
      await cluster.mustCli('resource', 'create', ...diskless, RESOURCE, '--protocol', protocol, '--diskless');
    }
    await cluster.mustCli('volume-definition', 'create', RESOURCE, `${SIZE_MIB}M`);
    await inSync();
    progress(`${NODES} nodes are in sync`);
  });
  after(() => cluster?.down());

  const inSync = (): Promise<void> => cluster.settled(RESOURCE, cluster.names, 90_000);

  it('are all connected to each other, by the protocols that were asked for', async () => {
    const status = await cluster.status('sat1', RESOURCE);
    const protocols = Object.fromEntries(status?.connections.map((each) => [each.name, each.protocol]) ?? []);
    expect(Object.keys(protocols)).to.have.length(NODES - 1);
    for (const { protocol, diskful, diskless } of groups) {
      for (const name of [...diskful, ...diskless])
        if (name !== 'sat1') expect(protocols[name], name).to.equal(protocol);
    }
    for (const name of ['sat8', 'sat24', 'sat32']) {
      const other = await cluster.status(name, RESOURCE);
      expect(other?.connections, name).to.have.length(NODES - 1);
    }
  });

  it('one Primary and 31 peers: several die and return, all replicas end the same', async () => {
    const client = await cluster.connect('sat1', RESOURCE);
    const ledger = new Ledger(SIZE_MIB * MIB, MIB / 2);
    try {
      ledger.start(client);
      await eventually(
        'the client writes',
        () => {
          ledger.check();
          return ledger.acknowledgedWrites >= 50;
        },
        { withinMs: 60_000 },
      );
      const victims = ['sat3', 'sat10', 'sat20', 'sat26'];
      progress(`killing ${victims.join(', ')}`);
      for (const name of victims) await cluster.kill(name);
      const before = ledger.acknowledgedWrites;
      await eventually(
        'the client writes on',
        () => {
          ledger.check();
          return ledger.acknowledgedWrites >= before + 30;
        },
        { withinMs: 60_000 },
      );
      const since = new Map<string, number>();
      for (const name of victims) since.set(name, await cluster.start(name));
      progress('they are back');
      await inSync();
      await ledger.stop();
      await client.flush();
      await inSync();
      await ledger.verify(client);
      for (const name of ['sat3', 'sat10', 'sat20'])
        expect(cluster.resyncedBlocks(name, RESOURCE, since.get(name) ?? 0), name).to.be.greaterThan(0);
    } finally {
      await client.close();
      await ledger.ended();
    }
    await cluster.expectIdentical(RESOURCE, replicas);
    for (const name of ['sat2', 'sat15', 'sat24']) await ledger.verifyFile(cluster.dataFile(name, RESOURCE));
  });

  it('a diskless node with protocol A reads what the replicas hold, and writes to all of them', async () => {
    const client = await cluster.connect('sat32', RESOURCE);
    const data = Buffer.alloc(65_536, 0x5c);
    await client.write(MIB, data);
    await client.flush();
    expect((await client.read(MIB, data.length)).equals(data)).to.equal(true);
    await client.close();
    await inSync();
    await cluster.expectIdentical(RESOURCE, replicas);
  });
});
