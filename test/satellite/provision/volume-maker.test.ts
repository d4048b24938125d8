import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { closeBackingVolume, openChecked } from '../../../satellite/engine/backing.ts';
import type { StoredVolume, VolumePhase } from '../../../satellite/provision/desired-state.ts';
import { StoragePools } from '../../../satellite/provision/storage-pools.ts';
import { layoutOf, makeVolume, removeVolume } from '../../../satellite/provision/volume-maker.ts';
import { readMetadata } from '../../../satellite/replication/metadata/format.ts';

const SIZE = 8 * 1_048_576;
const VOLUME = 0 as VolumeNumber;
const NODE = 1 as NodeId;
const GENERATION = '00000000deadbeef';

function aVolume(phase: VolumePhase, changes: Partial<StoredVolume> = {}): StoredVolume {
  return {
    volume: VOLUME,
    sizeBytes: SIZE as Bytes,
    diskful: true,
    pool: 'pool1',
    blockBytes: 4096 as Bytes,
    peerSlots: 2,
    initialGeneration: GENERATION,
    options: {},
    phase,
    ...changes,
  };
}

async function refusal(work: Promise<unknown>): Promise<OperationError> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof OperationError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

describe('Volume maker', () => {
  let dir: string;
  let pools: StoragePools;
  let phases: VolumePhase[];
  const record = async (phase: VolumePhase): Promise<void> => {
    phases.push(phase);
  };
  const make = (volume: StoredVolume, resource = 'r0', node = NODE): Promise<void> =>
    makeVolume({ provider: pools.provider('pool1'), resource, node, volume, record });
  const metadata = () =>
    readMetadata(readFileSync(join(dir, 'pool', 'r0_00000.md')), { resource: 'r0', volume: VOLUME, node: NODE });

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lockstep-volume-'));
    phases = [];
    pools = new StoragePools(dir);
    await pools.put({ name: 'pool1', kind: 'FILE_THIN', directory: join(dir, 'pool'), devices: [] });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('records that it owns the store before it formats, and readiness after', async () => {
    await make(aVolume('creating'));
    expect(phases).to.deep.equal(['formatting', 'ready']);
    const read = metadata();
    if (!read.ok) throw new Error(read.message);
    expect(read.superblock).to.deep.include({
      resource: 'r0',
      node: NODE,
      current: 0xdeadbeefn,
      consistent: true,
      wasUpToDate: true,
    });
    const { backing } = await openChecked(pools, 'pool1', { resource: 'r0', volume: VOLUME, node: NODE });
    expect(backing.data.sizeBytes).to.equal(SIZE);
    await closeBackingVolume(backing);
  });

  it('starts just created, and not up to date, without an initial generation', async () => {
    await make(aVolume('creating', { initialGeneration: undefined }));
    const read = metadata();
    if (!read.ok) throw new Error(read.message);
    expect(read.superblock).to.deep.include({ current: 4n, consistent: false, wasUpToDate: false });
  });

  it('goes on after a crash at any of its steps', async () => {
    const provider = pools.provider('pool1');
    const id = { resource: 'r0', volume: VOLUME };
    // Created, but the crash came before the record: nothing proves that nobody wrote to it.
    const backing = await provider.create(id, SIZE, layoutOf(aVolume('creating')).totalBytes);
    await closeBackingVolume(backing);
    writeFileSync(join(dir, 'pool', 'r0_00000'), 'not zero');
    await make(aVolume('creating'));
    expect(readFileSync(join(dir, 'pool', 'r0_00000')).every((byte) => byte === 0)).to.equal(true);
    // Half formatted.
    const area = readFileSync(join(dir, 'pool', 'r0_00000.md'));
    writeFileSync(join(dir, 'pool', 'r0_00000.md'), area.fill(0, 0, 8192).fill(0x5a, 9000, 9500));
    await make(aVolume('formatting'));
    expect(metadata().ok).to.equal(true);
    // Not even created.
    await provider.remove(id);
    await make(aVolume('formatting'));
    expect(metadata().ok).to.equal(true);
  });

  it('takes over its own formatted volume when the record was lost, data and all', async () => {
    await make(aVolume('creating'));
    writeFileSync(join(dir, 'pool', 'r0_00000'), Buffer.alloc(SIZE, 7));
    phases = [];
    await make(aVolume('creating'));
    expect(phases).to.deep.equal(['ready']);
    expect(readFileSync(join(dir, 'pool', 'r0_00000'))[4711]).to.equal(7);
  });

  it('never overwrites the volume of another node or resource, nor a damaged one', async () => {
    await make(aVolume('creating'));
    const path = join(dir, 'pool', 'r0_00000.md');
    const before = readFileSync(path);
    expect((await refusal(make(aVolume('creating'), 'r0', 2 as NodeId))).code).to.equal('METADATA_FOREIGN');
    expect(readFileSync(path).equals(before)).to.equal(true);
    const flipped = Buffer.from(before);
    flipped.fill(0xff, 100, 200).fill(0xff, 4196, 4296);
    writeFileSync(path, flipped);
    expect((await refusal(make(aVolume('creating')))).code).to.match(/^METADATA_/);
    expect(readFileSync(path).equals(flipped)).to.equal(true);
  });

  it('refuses to open a cut data file, naming both sizes', async () => {
    await make(aVolume('creating'));
    truncateSync(join(dir, 'pool', 'r0_00000'), SIZE / 2);
    const error = await refusal(openChecked(pools, 'pool1', { resource: 'r0', volume: VOLUME, node: NODE }));
    expect(error.code).to.equal('BACKING_STORE_TOO_SMALL');
    expect(error.because).to.contain(String(SIZE / 2));
  });

  it('refuses truncated metadata and any flipped superblock without touching the disk', async () => {
    await make(aVolume('creating'));
    const path = join(dir, 'pool', 'r0_00000.md');
    const whole = readFileSync(path);
    for (const length of [0, 511, 4096, 8192, whole.length - 512]) {
      writeFileSync(path, whole.subarray(0, length));
      const error = await refusal(openChecked(pools, 'pool1', { resource: 'r0', volume: VOLUME, node: NODE }));
      expect(error.code, `${length} bytes`).to.match(/^METADATA_/);
      expect(error.correction, `${length} bytes`).to.not.equal('');
      expect(readFileSync(path)).to.have.length(length);
    }
  });

  it('removes a volume as often as it is asked to', async () => {
    await make(aVolume('creating'));
    await removeVolume(pools.provider('pool1'), 'r0', VOLUME);
    await removeVolume(pools.provider('pool1'), 'r0', VOLUME);
    expect(existsSync(join(dir, 'pool', 'r0_00000'))).to.equal(false);
  });

  it('refuses a device that holds the volume of somebody else, gives it back, and erases its own on removal', async () => {
    const device = join(dir, 'device');
    writeFileSync(device, Buffer.alloc(32 * 1_048_576, 0xa5));
    await pools.put({ name: 'pool1', kind: 'DEVICE', directory: '', devices: [device] });
    await make(aVolume('creating'));
    // The record of the pool is lost; the disk still says whose it is.
    rmSync(join(dir, 'pool1.json'));
    await pools.put({ name: 'pool1', kind: 'DEVICE', directory: '', devices: [device] });
    expect((await refusal(make(aVolume('creating'), 'r1'))).code).to.equal('METADATA_FOREIGN');
    expect(await pools.provider('pool1').list()).to.deep.equal([]);
    await make(aVolume('creating'));
    expect(phases).to.deep.equal(['formatting', 'ready', 'ready']);
    await removeVolume(pools.provider('pool1'), 'r0', VOLUME);
    await make(aVolume('creating', { initialGeneration: undefined }), 'r1');
    expect(phases.slice(3)).to.deep.equal(['formatting', 'ready']);
  });

  it('refuses a device whose superblocks are damaged: somebody may want that data back', async () => {
    const device = join(dir, 'device');
    writeFileSync(device, Buffer.alloc(32 * 1_048_576));
    await pools.put({ name: 'pool1', kind: 'DEVICE', directory: '', devices: [device] });
    await make(aVolume('creating'));
    rmSync(join(dir, 'pool1.json'));
    await pools.put({ name: 'pool1', kind: 'DEVICE', directory: '', devices: [device] });
    const image = readFileSync(device);
    let copies = 0;
    for (let at = image.indexOf('LOCKSTEP'); at >= 0; at = image.indexOf('LOCKSTEP', at + 1)) {
      image.writeUInt8(image.readUInt8(at + 100) ^ 1, at + 100);
      copies += 1;
    }
    expect(copies).to.be.at.least(1);
    writeFileSync(device, image);
    expect((await refusal(make(aVolume('creating'), 'r1'))).code).to.equal('METADATA_CORRUPT');
    expect(readFileSync(device).equals(image), 'nothing is written').to.equal(true);
  });

  it('says that there is no such pool, and why a pool cannot be used', async () => {
    expect(() => pools.provider('other'))
      .to.throw(OperationError)
      .with.property('code', 'STORAGE_POOL_NOT_FOUND');
    writeFileSync(join(dir, 'file'), '');
    const error = await pools.put({ name: 'bad', kind: 'FILE', directory: join(dir, 'file', 'below'), devices: [] });
    expect(error?.code).to.equal('BACKING_STORE_FAILED');
    expect(
      (await pools.states()).map(({ pool, error: state }) => `${pool.name} ${state?.code ?? 'usable'}`),
    ).to.deep.equal(['pool1 usable', 'bad BACKING_STORE_FAILED']);
  });
});
