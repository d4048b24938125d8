import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const proto = fileURLToPath(new URL('../../../proto', import.meta.url));

async function tree(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

describe('proto/gen', () => {
  it('is what proto/gen.mjs makes of the .proto files', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'lockstep-gen-'));
    try {
      await promisify(execFile)(process.execPath, [join(proto, 'gen.mjs'), fresh]);
      expect([...(await tree(join(proto, 'gen'))).entries()]).to.deep.equal([...(await tree(fresh)).entries()]);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  });
});

describe('docs/api.md', () => {
  it('is what proto/reference.mjs makes of the .proto files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-reference-'));
    try {
      const fresh = join(folder, 'api.md');
      await promisify(execFile)(process.execPath, [join(proto, 'reference.mjs'), fresh]);
      const written = await readFile(fresh, 'utf8');
      expect(await readFile(join(proto, '../docs/api.md'), 'utf8'), 'run: npm run proto').to.equal(written);
      expect(written).to.contain('### ResourceService').and.to.contain('| `place_count` | 1 | uint32, may be absent |');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
