// Build step: the compiled program finds its .proto files beside dist/proto/load.js.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
cpSync(join(folder, 'lockstep'), join(folder, '../dist/proto/lockstep'), { recursive: true });
