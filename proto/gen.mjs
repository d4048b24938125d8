// Writes the TypeScript types of all .proto files into proto/gen (committed). Run it after each change: node proto/gen.mjs
// The options must equal those in load.ts.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const files = ['lockstep/v1', 'lockstep/satellite/v1'].flatMap((sub) =>
  readdirSync(join(folder, sub))
    .filter((name) => name.endsWith('.proto'))
    .sort()
    .map((name) => `${sub}/${name}`),
);
const outDir = process.argv[2] ?? join(folder, 'gen');
rmSync(outDir, { recursive: true, force: true });
const options =
  '--longs=Number --enums=String --defaults --oneofs --includeComments --grpcLib=@grpc/grpc-js --importFileExtension=.ts';
const tool = join(folder, '../node_modules/.bin/proto-loader-gen-types');
const done = spawnSync(tool, [...options.split(' '), '-I', folder, '-O', outDir, ...files], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (done.status !== 0) process.exit(done.status ?? 1);

// The tool names the source by its absolute path, and some imports lack the extension: both made the same on every machine.
for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const text = readFileSync(path, 'utf8');
  const fixed = text
    .replace(/^(\/\/ Original file: ).*\/proto\//, '$1')
    .replace(/from '(\.[^']*?)(?<!\.ts)';/g, "from '$1.ts';");
  if (fixed !== text) writeFileSync(path, fixed);
}
