import { copyFile, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { NbdClient } from '../../cli/demo/nbd-client.ts';
import { crc32c } from '../../common/crc32c.ts';
import { type ErrorCode, ERROR_CODES } from '../../common/errors.ts';
import { SUPERBLOCK_FIELDS } from '../../satellite/replication/metadata/superblock.ts';
import { BLOCK, MIB, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { eventually } from './programs.ts';

interface Damage {
  readonly resource: string;
  readonly what: string;
  readonly code: ErrorCode;
  damage(): Promise<void>;
}

describe('a satellite that finds its disks damaged', function () {
  this.timeout(150_000);
  const SIZE_MIB = 16;
  const SOUND = 'sound';
  const NODE = 'sat3';
  let cluster: TestCluster;
  let client: NbdClient;
  let ledger: Ledger;
  let logStart = 0;

  const data = (resource: string, node = NODE): string => cluster.dataFile(node, resource);
  const metadata = (resource: string, node = NODE): string => `${data(resource, node)}.md`;

  async function flipBits(path: string, ...offsets: readonly number[]): Promise<void> {
    const file = await open(path, 'r+');
    for (const offset of offsets) {
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, offset);
      byte[0] = (byte[0] ?? 0) ^ 0x10;
      await file.write(byte, 0, 1, offset);
    }
    await file.close();
  }

  /** Both superblocks get the next version of the format, with the right checksum. */
  async function raiseVersion(path: string): Promise<void> {
    const { version, checksum } = SUPERBLOCK_FIELDS;
    const area = await readFile(path);
    for (const at of [0, 4096]) {
      const copy = area.subarray(at, at + 4096);
      copy.writeUInt32BE(copy.readUInt32BE(version[0]) + 1, version[0]);
      const before = crc32c(copy.subarray(0, checksum[0]));
      copy.writeUInt32BE(crc32c(copy.subarray(checksum[0] + checksum[1]), before), checksum[0]);
    }
    await writeFile(path, area);
  }

  const damages: readonly Damage[] = [
    {
      resource: 'stub',
      what: 'metadata cut to 100 bytes',
      code: 'METADATA_TOO_SMALL',
      damage: () => truncate(metadata('stub'), 100),
    },
    {
      resource: 'short',
      what: 'metadata cut to 16 KiB',
      code: 'METADATA_TOO_SMALL',
      damage: () => truncate(metadata('short'), 16_384),
    },
    {
      resource: 'flipped',
      what: 'a flipped bit in both copies of the superblock',
      code: 'METADATA_CORRUPT',
      damage: () => flipBits(metadata('flipped'), 200, 4296),
    },
    {
      resource: 'newer',
      what: 'metadata that a newer release has written',
      code: 'METADATA_VERSION',
      damage: () => raiseVersion(metadata('newer')),
    },
    {
      resource: 'blank',
      what: 'metadata overwritten with zeroes',
      code: 'METADATA_MISSING',
      damage: async () => writeFile(metadata('blank'), Buffer.alloc((await readFile(metadata('blank'))).length)),
    },
    {
      resource: 'gone',
      what: 'a metadata file that is gone',
      code: 'METADATA_MISSING',
      damage: () => rm(metadata('gone')),
    },
    {
      resource: 'mixed',
      what: 'the disk of another resource',
      code: 'METADATA_FOREIGN',
      damage: () => copyFile(metadata(SOUND), metadata('mixed')),
    },
    {
      resource: 'moved',
      what: 'the disk of another node',
      code: 'METADATA_FOREIGN',
      damage: () => copyFile(metadata('moved', 'sat2'), metadata('moved')),
    },
    {
      resource: 'cut',
      what: 'a data file that was cut',
      code: 'BACKING_STORE_TOO_SMALL',
      damage: () => truncate(data('cut'), MIB),
    },
  ];
  const whole = new Map<string, Buffer>();
  const damaged = new Map<string, Buffer | undefined>();
  const files = (): string[] => damages.flatMap(({ resource }) => [data(resource), metadata(resource)]);
  const contents = (path: string): Promise<Buffer | undefined> => readFile(path).catch(() => undefined);

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.createVolume(SOUND, SIZE_MIB, cluster.names);
    await Promise.all(damages.map(({ resource }) => cluster.createVolume(resource, SIZE_MIB, cluster.names)));
    // One of the damaged resources has a client all the time.
    client = await cluster.connect('sat1', 'flipped');
    ledger = new Ledger(SIZE_MIB * MIB, 2 * MIB);
    ledger.start(client);
    await writesOn();
    await cluster.terminate(NODE);
    for (const path of files()) whole.set(path, await readFile(path));
    for (const { damage } of damages) await damage();
    for (const path of files()) damaged.set(path, await contents(path));
    logStart = await cluster.start(NODE);
  });
  after(async () => {
    await ledger?.ended();
    await cluster?.down();
  });

  for (const { resource, what, code } of damages) {
    it(`${what}: ${code} in its status and log, with what to do; the other replicas serve`, async () => {
      const status = await cluster.status(NODE, resource);
      expect(status?.volumes[0]?.disk).to.equal('Diskless');
      expect(status?.problems?.map((problem) => problem.code)).to.deep.equal([code]);
      expect(status?.problems?.[0]?.correction ?? '', 'what to do').to.not.equal('');
      const log = cluster.log(NODE, logStart).filter((line) => line.resource === resource && line.level >= 40);
      expect(JSON.stringify(log), 'log').to.contain(code);
      if (resource === 'flipped') return writesOn();
      const visitor = await cluster.connect('sat2', resource);
      await visitor.write(5 * BLOCK, Buffer.alloc(BLOCK, 0x42));
      await visitor.flush();
      expect((await visitor.read(5 * BLOCK, BLOCK)).equals(Buffer.alloc(BLOCK, 0x42))).to.equal(true);
      await visitor.close();
    });
  }

  it('the lists of the controller tell each of them, to people and to machines', async () => {
    const controller = await cluster.api();
    await eventually('the controller has heard of them', async () => {
      const { resources } = await controller.call(controller.resources, 'list', { nodeNames: [NODE] });
      return (
        resources.every((each) => each.current) &&
        resources.filter((each) => each.problems.length > 0).length === damages.length
      );
    });
    const list = await cluster.mustCli('resource', 'list', '--nodes', NODE);
    const json = await cluster.mustCli('-m', 'resource', 'list', '--nodes', NODE);
    for (const { resource, code } of damages) {
      expect(list).to.match(new RegExp(`^. ${resource} .*Diskless`, 'm'));
      expect(list).to.match(new RegExp(`${resource} on ${NODE}: .*\\(${code}, ${ERROR_CODES[code]}\\)`));
      expect(json).to.contain(String(ERROR_CODES[code]));
    }
    expect(list).to.match(new RegExp(`^. ${SOUND} .*UpToDate`, 'm'));
    const adm = await cluster.adm(NODE, 'status', 'short');
    expect(adm.stdout).to.contain('Diskless').and.to.contain('METADATA_TOO_SMALL');
  });

  it('the other resource of that node is as it was, and nothing was written to what is damaged', async () => {
    await cluster.settled(SOUND);
    for (const path of files()) expect(await contents(path), path).to.deep.equal(damaged.get(path));
  });

  it('with the right disks back it resyncs what it missed', async () => {
    await cluster.terminate(NODE);
    for (const [path, content] of whole) await writeFile(path, content);
    await cluster.start(NODE);
    for (const { resource } of damages) {
      await cluster.settled(resource);
      expect((await cluster.status(NODE, resource))?.problems ?? [], resource).to.deep.equal([]);
    }
  });

  it('one damaged superblock and a damaged piece of the bitmap cost nothing but a larger resync, and are told', async () => {
    await cluster.terminate(NODE);
    await flipBits(metadata('flipped'), 200, (await readFile(metadata('flipped'))).length - 100);
    const since = await cluster.start(NODE);
    await cluster.settled('flipped');
    expect((await cluster.status(NODE, 'flipped'))?.problems ?? []).to.deep.equal([]);
    const told = cluster.log(NODE, since).filter(({ kind }) => kind === 'metadata-damaged');
    expect(told).to.have.length(1);
    expect(told[0]).to.deep.include({ resource: 'flipped', volume: 0, superblock: true, bitmapSectors: 1 });
    await writesOn();
  });

  it('at the end all replicas are the same, with every acknowledged write', async () => {
    await ledger.stop();
    await client.flush();
    await cluster.settled('flipped');
    await ledger.verify(client);
    for (const name of cluster.names) await ledger.verifyFile(data('flipped', name));
    for (const { resource } of damages) await cluster.expectIdentical(resource);
  });

  async function writesOn(): Promise<void> {
    const before = ledger.acknowledgedWrites;
    await eventually('the client writes on', () => {
      ledger.check();
      return ledger.acknowledgedWrites >= before + 20;
    });
  }
});
