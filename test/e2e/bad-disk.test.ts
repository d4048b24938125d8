import { copyFile, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { NbdClient } from '../../cli/demo/nbd-client.ts';
import { type ErrorCode, ERROR_CODES } from '../../common/errors.ts';
import { MIB, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { eventually } from './programs.ts';

describe('a satellite that finds its disk damaged', function () {
  this.timeout(60_000);
  const SIZE_MIB = 32;
  const RESOURCE = 'hurt';
  const OTHER = 'sound';
  const NODE = 'sat3';
  let cluster: TestCluster;
  let client: NbdClient;
  let ledger: Ledger;

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.createVolume(OTHER, SIZE_MIB, cluster.names);
    await cluster.createVolume(RESOURCE, SIZE_MIB, cluster.names);
    client = await cluster.connect('sat1', RESOURCE);
    ledger = new Ledger(SIZE_MIB * MIB, 2 * MIB);
    ledger.start(client);
  });
  after(async () => {
    await ledger?.ended();
    await cluster?.down();
  });

  const metadata = (resource = RESOURCE, node = NODE): string => `${cluster.dataFile(node, resource)}.md`;

  async function flipBit(path: string, ...offsets: readonly number[]): Promise<void> {
    const file = await open(path, 'r+');
    for (const offset of offsets) {
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, offset);
      byte[0] = (byte[0] ?? 0) ^ 0x10;
      await file.write(byte, 0, 1, offset);
    }
    await file.close();
  }

  const damages: readonly { what: string; code: ErrorCode; damage(): Promise<void> }[] = [
    { what: 'metadata cut to 100 bytes', code: 'METADATA_TOO_SMALL', damage: () => truncate(metadata(), 100) },
    { what: 'metadata cut to 16 KiB', code: 'METADATA_TOO_SMALL', damage: () => truncate(metadata(), 16_384) },
    {
      what: 'a flipped bit in both copies of the superblock',
      code: 'METADATA_CORRUPT',
      damage: () => flipBit(metadata(), 200, 4296),
    },
    {
      what: 'metadata overwritten with zeroes',
      code: 'METADATA_MISSING',
      damage: async () => writeFile(metadata(), Buffer.alloc((await readFile(metadata())).length)),
    },
    { what: 'a missing metadata file', code: 'METADATA_MISSING', damage: () => rm(metadata()) },
    {
      what: 'the disk of another resource',
      code: 'METADATA_FOREIGN',
      damage: () => copyFile(metadata(OTHER), metadata()),
    },
    {
      what: 'the disk of another node',
      code: 'METADATA_FOREIGN',
      damage: () => copyFile(metadata(RESOURCE, 'sat2'), metadata()),
    },
    {
      what: 'a data file that was cut',
      code: 'BACKING_STORE_TOO_SMALL',
      damage: () => truncate(cluster.dataFile(NODE, RESOURCE), MIB),
    },
  ];

  for (const { what, code, damage } of damages) {
    it(`${what}: ${code}, told by status and lists; nothing is written to it; the others go on`, async () => {
      await cluster.terminate(NODE);
      const data = await readFile(cluster.dataFile(NODE, RESOURCE));
      const image = await readFile(metadata());
      await damage();
      const damaged = await readFile(metadata()).catch(() => undefined);

      try {
        const since = await cluster.start(NODE);
        const status = await cluster.status(NODE, RESOURCE);
        expect(status?.volumes[0]?.disk).to.equal('Diskless');
        expect(status?.problems?.map((problem) => problem.code)).to.include(code);
        expect(status?.problems?.[0]?.correction ?? '', 'what to do').to.not.equal('');
        expect(JSON.stringify(cluster.log(NODE, since)), 'log').to.contain(code);
        await expectInLists(code);
        const adm = await cluster.adm(NODE, 'status', RESOURCE);
        expect(adm.stdout).to.contain('Diskless');

        // The other resource of this node and the other replicas of this one are as if nothing had happened.
        await cluster.settled(OTHER);
        await writesOn();
        expect(await readFile(metadata()).catch(() => undefined), 'the damaged file').to.deep.equal(damaged);
      } finally {
        await cluster.terminate(NODE);
        await writeFile(metadata(), image);
        await writeFile(cluster.dataFile(NODE, RESOURCE), data);
        await cluster.start(NODE);
      }
      await cluster.settled(RESOURCE);
      expect((await cluster.status(NODE, RESOURCE))?.problems ?? []).to.deep.equal([]);
      await writesOn();
    });
  }

  it('one damaged copy of the superblock, or a damaged piece of the bitmap, costs nothing but a larger resync', async () => {
    await cluster.terminate(NODE);
    const size = (await readFile(metadata())).length;
    await flipBit(metadata(), size - 100);
    await cluster.start(NODE);
    await cluster.settled(RESOURCE);
    expect((await cluster.status(NODE, RESOURCE))?.problems ?? []).to.deep.equal([]);
    await writesOn();
  });

  it('at the end every acknowledged write is on every replica', async () => {
    await ledger.stop();
    await client.flush();
    await cluster.settled(RESOURCE);
    await ledger.verify(client);
    for (const name of cluster.names) await ledger.verifyFile(cluster.dataFile(name, RESOURCE));
    await cluster.expectIdentical(RESOURCE);
  });

  async function writesOn(): Promise<void> {
    const before = ledger.acknowledgedWrites;
    await eventually('the client writes on', () => {
      ledger.check();
      return ledger.acknowledgedWrites >= before + 20;
    });
  }

  /** The controller hears of it, and its lists tell it: to people and to machines. */
  async function expectInLists(code: ErrorCode): Promise<void> {
    const controller = await cluster.api();
    await eventually(`the controller knows of ${code}`, async () => {
      const request = { resourceNames: [RESOURCE], nodeNames: [NODE] };
      const [resource] = (await controller.call(controller.resources, 'list', request)).resources;
      return resource?.current === true && resource.problems.some((problem) => problem.code === ERROR_CODES[code]);
    });
    const list = await cluster.mustCli('resource', 'list', '--resources', RESOURCE);
    const line = list.split('\n').find((each) => each.includes(NODE)) ?? '';
    expect(line, list).to.match(/Diskless|Failed/);
    expect(list, 'resource list').to.contain(code);
    const json = await cluster.mustCli('-m', 'resource', 'list', '--nodes', NODE, '--resources', RESOURCE);
    expect(json, 'resource list -m').to.contain(String(ERROR_CODES[code]));
  }
});
