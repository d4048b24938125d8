/** What `make deps` does where it may not install: names the packages, and fails. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const SCRIPT = fileURLToPath(new URL('../../tools/deps.sh', import.meta.url));

describe('tools/deps.sh', () => {
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'lockstep-deps-'));
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  const program = (name: string, body: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const run = () => spawnSync('/bin/sh', [SCRIPT], { env: { PATH: bin }, encoding: 'utf8' });

  it('names the packages and exits with 1 where the user may not install any', () => {
    program('apt-get', 'echo "must not be called"; exit 9');
    program('id', 'echo 1000');
    const { status, stderr, stdout } = run();
    expect(status).to.equal(1);
    expect(stderr).to.contain('Missing packages: nbdkit libnbd-bin qemu-utils fio etcd-server fuse3');
    expect(stderr).to.contain('This user may not install packages.');
    expect(stderr).to.contain('apt-get install -y nbdkit');
    expect(stdout).to.equal('');
  });

  it('says the same where there is no apt-get', () => {
    const { status, stderr } = run();
    expect(status).to.equal(1);
    expect(stderr).to.contain('This is not Debian or Ubuntu.');
  });
});
