import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { compareFiles } from '../../../cli/demo/compare.ts';

describe('comparison of replicas', () => {
  let dir = '';
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'compare-'));
  });
  after(() => rm(dir, { recursive: true }));

  const SIZE = 2_500_000;
  async function files(...contents: readonly Buffer[]): Promise<string[]> {
    const paths = contents.map((_, index) => join(dir, `replica${index}`));
    for (const [index, content] of contents.entries()) await writeFile(paths[index] ?? '', content);
    return paths;
  }

  it('finds equal files equal, whatever follows the volume', async () => {
    const data = Buffer.alloc(SIZE, 7);
    const seen: number[] = [];
    const paths = await files(data, Buffer.concat([data, Buffer.from('metadata')]), data);
    expect(await compareFiles(paths, SIZE, (bytes) => seen.push(bytes))).to.deep.equal({
      identical: true,
      bytes: SIZE,
    });
    expect(seen.at(-1)).to.equal(SIZE);
  });

  it('names the file and the first byte that differ', async () => {
    const data = Buffer.alloc(SIZE, 7);
    const other = Buffer.from(data);
    other[2_222_222] = 8;
    const paths = await files(data, data, other);
    expect(await compareFiles(paths, SIZE, () => undefined)).to.deep.equal({
      identical: false,
      path: paths[2],
      offset: 2_222_222,
    });
  });

  it('reads zeroes beyond the end of a thin file', async () => {
    const paths = await files(Buffer.concat([Buffer.alloc(1000, 1), Buffer.alloc(SIZE - 1000)]), Buffer.alloc(1000, 1));
    expect((await compareFiles(paths, SIZE, () => undefined)).identical).to.equal(true);
  });
});
