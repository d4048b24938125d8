import { expect } from 'chai';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import { volumeNumber } from '../../../common/ids.ts';
import { FileProvider } from '../../../satellite/storage/file-provider.ts';
import type { BackingVolume } from '../../../satellite/storage/provider.ts';
import { failureOf, flushOf, isSame, pattern, readFrom, writeTo } from '../../contract/block-device.contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MIB = 1_048_576;
const ID = { resource: 'db', volume: volumeNumber(3) };

describe('File provider', () => {
  const directory = temporaryDirectory();
  let pools = 0;
  const aPool = async (kind: 'FILE' | 'FILE_THIN' = 'FILE'): Promise<{ provider: FileProvider; path: string }> => {
    const path = join(await directory(), `pool-${pools++}`, 'volumes');
    return { provider: await FileProvider.open({ directory: path, kind }), path };
  };
  const close = async ({ data, metadata }: BackingVolume): Promise<void> => {
    await data.close();
    await metadata.close();
  };
  const failure = async (promise: Promise<unknown>): Promise<OperationError> => {
    const error = await failureOf(promise);
    expect(error).to.be.instanceOf(OperationError);
    return error as OperationError;
  };

  it('names the files after resource and volume number, metadata beside data', async () => {
    const { provider, path } = await aPool();
    await close(await provider.create(ID, MIB, 65_536));
    expect((await readdir(path)).sort()).to.deep.equal(['db_00003', 'db_00003.md']);
    expect(await provider.list()).to.deep.equal([ID]);
  });

  it('allocates everything for FILE, only the metadata for FILE_THIN', async () => {
    for (const kind of ['FILE', 'FILE_THIN'] as const) {
      const { provider, path } = await aPool(kind);
      const backing = await provider.create(ID, 8 * MIB, 65_536);
      const allocated = (await stat(join(path, 'db_00003'))).blocks * 512;
      if (kind === 'FILE') expect(allocated).to.be.at.least(8 * MIB);
      else expect(allocated).to.be.below(MIB);
      expect((await stat(join(path, 'db_00003.md'))).blocks * 512).to.be.at.least(65_536);
      expect(await backing.allocatedBytes()).to.be.at.least(allocated + 65_536);
      expect([backing.data.sizeBytes, backing.metadata.sizeBytes]).to.deep.equal([8 * MIB, 65_536]);
      await close(backing);
    }
  });

  it('grows in use: what was there stays, what is added reads as zeroes, allocated as the kind has it', async () => {
    for (const kind of ['FILE', 'FILE_THIN'] as const) {
      const { provider, path } = await aPool(kind);
      const backing = await provider.create(ID, MIB, 65_536);
      await writeTo(backing.data, MIB - 512, pattern(512, 1));
      await backing.grow?.(8 * MIB, 131_072);
      expect([backing.data.sizeBytes, backing.metadata.sizeBytes]).to.deep.equal([8 * MIB, 131_072]);
      expect(isSame(await readFrom(backing.data, MIB - 512, 512), pattern(512, 1))).to.equal(true);
      expect(isSame(await readFrom(backing.data, MIB, 4096), new Uint8Array(4096))).to.equal(true);
      await writeTo(backing.data, 8 * MIB - 512, pattern(512, 3));
      await writeTo(backing.metadata, 131_072 - 512, pattern(512, 4));
      await flushOf(backing.data);
      const allocated = (await stat(join(path, 'db_00003'))).blocks * 512;
      if (kind === 'FILE') expect(allocated).to.be.at.least(8 * MIB);
      else expect(allocated).to.be.below(2 * MIB);
      await backing.grow?.(MIB, 512); // never smaller
      await close(backing);
      const again = await provider.open(ID);
      expect([again.data.sizeBytes, again.metadata.sizeBytes]).to.deep.equal([8 * MIB, 131_072]);
      expect(isSame(await readFrom(again.data, 8 * MIB - 512, 512), pattern(512, 3))).to.equal(true);
      await close(again);
    }
  });

  it('refuses to grow beyond the space that there is, and stays as it was', async () => {
    const { provider } = await aPool();
    const backing = await provider.create(ID, MIB, 65_536);
    expect((await failure(backing.grow?.(2 ** 52, 65_536) ?? Promise.resolve())).code).to.equal('NOT_ENOUGH_SPACE');
    expect(backing.data.sizeBytes).to.equal(MIB);
    await close(backing);
  });

  it('has the data again after a restart', async () => {
    const { provider, path } = await aPool();
    const backing = await provider.create(ID, MIB, 65_536);
    await writeTo(backing.data, 512, pattern(512, 1));
    await writeTo(backing.metadata, 4096, pattern(512, 2));
    await flushOf(backing.data);
    await flushOf(backing.metadata);
    await close(backing);
    const again = await (await FileProvider.open({ directory: path, kind: 'FILE' })).open(ID);
    expect(isSame(await readFrom(again.data, 512, 512), pattern(512, 1))).to.equal(true);
    expect(isSame(await readFrom(again.metadata, 4096, 512), pattern(512, 2))).to.equal(true);
    await close(again);
  });

  it('refuses to create what exists, and leaves it untouched', async () => {
    const { provider } = await aPool();
    const backing = await provider.create(ID, MIB, 65_536);
    await writeTo(backing.data, 0, pattern(512, 1));
    expect((await failure(provider.create(ID, 2 * MIB, 65_536))).code).to.equal('BACKING_STORE_EXISTS');
    expect(isSame(await readFrom(backing.data, 0, 512), pattern(512, 1))).to.equal(true);
    await close(backing);
  });

  it('refuses more than the file system has before it creates anything', async () => {
    const { provider, path } = await aPool();
    const { freeKib, totalKib } = await provider.capacity();
    expect(freeKib).to.be.within(1, totalKib);
    const error = await failure(provider.create(ID, (totalKib + 1024) * 1024, 65_536));
    expect(error.code).to.equal('NOT_ENOUGH_SPACE');
    expect(error.because).to.match(/KiB are needed/);
    expect(await readdir(path)).to.deep.equal([]);
  });

  it('lets thin volumes promise more than there is', async () => {
    const { provider } = await aPool('FILE_THIN');
    const { totalKib } = await provider.capacity();
    const sizeBytes = Math.min((totalKib + 1024) * 1024, 8 * 2 ** 40);
    await close(await provider.create(ID, sizeBytes, 65_536));
  });

  it('refuses names that would leave the directory', async () => {
    const { provider } = await aPool();
    for (const resource of ['../../etc/passwd', 'a/b', '..', '', 'x'.repeat(49), 'db_00003.md']) {
      expect((await failure(provider.create({ resource, volume: volumeNumber(0) }, MIB, 4096))).code).to.equal(
        'INVALID_NAME',
      );
      expect((await failure(provider.open({ resource, volume: volumeNumber(0) }))).code).to.equal('INVALID_NAME');
    }
  });

  it('removes a volume, and what is gone already is success', async () => {
    const { provider, path } = await aPool();
    await close(await provider.create(ID, MIB, 65_536));
    await provider.remove(ID);
    await provider.remove(ID);
    expect(await readdir(path)).to.deep.equal([]);
    await close(await provider.create(ID, MIB, 65_536));
  });

  it('sweeps up what a crash left half made or half removed, and nothing else', async () => {
    const { provider, path } = await aPool();
    await close(await provider.create(ID, MIB, 65_536));
    const mine = ['gone_00000.md', 'half_00001.creating', 'half_00001.md.creating', 'half_00001.md'];
    const foreign = ['notes.txt', 'gone.md', 'x.creating', 'db_3'];
    for (const name of [...mine, ...foreign]) await writeFile(join(path, name), 'x');
    await mkdir(join(path, 'lost+found'));
    expect(await provider.list()).to.deep.equal([ID]);
    expect((await readdir(path)).sort()).to.deep.equal(['db_00003', 'db_00003.md', 'lost+found', ...foreign].sort());
  });

  it('creates over the rests of an interrupted creation', async () => {
    const { provider, path } = await aPool();
    for (const name of ['db_00003.md', 'db_00003.md.creating', 'db_00003.creating'])
      await writeFile(join(path, name), pattern(100_000, 1));
    const backing = await provider.create(ID, MIB, 65_536);
    expect(isSame(await readFrom(backing.metadata, 0, 65_536), new Uint8Array(65_536))).to.equal(true);
    expect(isSame(await readFrom(backing.data, 0, MIB), new Uint8Array(MIB))).to.equal(true);
    await close(backing);
  });

  it('never lists a volume that is still being made, nor sweeps it up', async () => {
    const { provider } = await aPool();
    const [backing, listed] = await Promise.all([provider.create(ID, 4 * MIB, 65_536), provider.list()]);
    expect(listed).to.deep.equal([ID]);
    await close(backing);
  });

  it('tells a lost data file from lost metadata', async () => {
    const { provider, path } = await aPool();
    expect((await failure(provider.open(ID))).code).to.equal('BACKING_STORE_FAILED');
    await close(await provider.create(ID, MIB, 65_536));
    await rm(join(path, 'db_00003.md'));
    expect((await failure(provider.open(ID))).code).to.equal('METADATA_MISSING');
  });

  it('says what is wrong with a directory that it cannot use', async () => {
    const path = join(await directory(), 'a-file');
    await writeFile(path, '');
    expect((await failure(FileProvider.open({ directory: join(path, 'pool'), kind: 'FILE' }))).code).to.equal(
      'BACKING_STORE_FAILED',
    );
  });
});
