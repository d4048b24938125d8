import { expect } from 'chai';
import { MIB, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { eventually, progress } from './programs.ts';

/** How often the copies are counted. */
const SAMPLE_MS = 150;

describe('replicas move while a client writes', function () {
  this.timeout(300_000);
  const RESOURCE = 'mov';
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.up(5);
  });
  after(() => cluster?.down());

  interface Replica {
    readonly node: string;
    readonly diskful: boolean;
    readonly tieBreaker: boolean;
    readonly whole: boolean;
    readonly busy: boolean;
  }

  async function replicas(): Promise<Replica[]> {
    const api = await cluster.api();
    const { resources } = await api.call(api.resources, 'list', { resourceNames: [RESOURCE], nodeNames: [] });
    return resources.map(({ nodeName, flags, volumes, current }) => ({
      node: nodeName,
      diskful: !flags.includes('DISKLESS'),
      tieBreaker: flags.includes('TIE_BREAKER'),
      whole: current && volumes.length > 0 && volumes.every(({ diskState }) => diskState === 'UpToDate'),
      busy: flags.some((flag) => ['DELETE', 'DISK_ADDING', 'DISK_REMOVING'].includes(flag)),
    }));
  }

  /** Diskful replicas on exactly these nodes, whole, and nothing under way. */
  async function isOn(nodes: readonly string[]): Promise<boolean> {
    const all = await replicas();
    const diskful = all.filter(({ diskful }) => diskful);
    return (
      JSON.stringify(diskful.map(({ node }) => node).sort()) === JSON.stringify([...nodes].sort()) &&
      diskful.every(({ whole }) => whole) &&
      !all.some(({ busy }) => busy)
    );
  }

  const arrive = async (what: string, nodes: readonly string[]): Promise<void> => {
    await eventually(`${what}: ${RESOURCE} on ${nodes.join(', ')}`, () => isOn(nodes), {
      withinMs: 60_000,
      otherwise: async () => JSON.stringify(await replicas()),
    });
    progress(what);
  };

  it('by migration, evacuation, toggled disks and a node that is lost: no error, and never fewer copies than wanted', async () => {
    await cluster.createVolume(RESOURCE, 32, ['sat1', 'sat2']);
    await cluster.mustCli('resource', 'create', 'sat5', RESOURCE, '--diskless');
    await cluster.settled(RESOURCE, ['sat1', 'sat2', 'sat5']);
    const client = await cluster.connect('sat5', RESOURCE);
    const ledger = new Ledger(client.sizeBytes, 2 * MIB);
    let least = 2;
    let counting = true;
    const counted = (async () => {
      while (counting) {
        const whole = (await replicas()).filter(({ diskful, whole }) => diskful && whole).length;
        least = Math.min(least, whole);
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      }
    })();
    ledger.start(client);
    try {
      await cluster.mustCli('resource', 'migrate', 'sat1', 'sat3', RESOURCE);
      await arrive('migrated from sat1 to sat3', ['sat2', 'sat3']);
      ledger.check();
      await cluster.mustCli('node', 'evacuate', 'sat2', '--target', 'sat4');
      await arrive('sat2 evacuated to sat4', ['sat3', 'sat4']);
      ledger.check();
      await cluster.mustCli('node', 'restore', 'sat2');
      await cluster.mustCli('resource', 'toggle-disk', 'sat5', RESOURCE, '--migrate-from', 'sat3');
      await arrive('the client has got the disk of sat3', ['sat4', 'sat5']);
      ledger.check();
      counting = false;
      await counted;
      expect(least, 'copies at any time').to.equal(2);
      await cluster.kill('sat4');
      await eventually(
        'the controller knows',
        async () => (await cluster.mustCli('node', 'list')).includes('OFFLINE'),
        {
          withinMs: 30_000,
        },
      );
      await cluster.mustCli('node', 'lost', 'sat4');
      await eventually(
        'there are two copies again',
        async () => {
          const all = await replicas();
          const diskful = all.filter(({ diskful }) => diskful);
          return diskful.length === 2 && diskful.every(({ whole }) => whole) && !all.some(({ busy }) => busy);
        },
        { withinMs: 60_000, otherwise: async () => JSON.stringify(await replicas()) },
      );
      progress(`lost sat4, ${ledger.acknowledgedWrites} writes acknowledged`);
      await ledger.stop();
      await client.flush();
      await ledger.verify(client);
    } finally {
      counting = false;
      await counted;
      await client.close();
      await ledger.ended();
    }
    const nodes = (await replicas()).filter(({ diskful }) => diskful).map(({ node }) => node);
    await cluster.settled(RESOURCE, nodes);
    for (const node of nodes) await ledger.verifyFile(cluster.dataFile(node, RESOURCE));
    await cluster.expectIdentical(RESOURCE, nodes);
  });
});
