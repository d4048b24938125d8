/** The clients that people use (Debian: libnbd-bin, qemu-utils, fio; installed by `make deps`) against the server. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { MemoryExport } from './memory-export.ts';
import { until } from './raw-client.ts';
import { startServer, type TestServer } from './test-server.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);

async function output(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, args, { timeout: 15_000 });
  return stdout;
}

for (const transport of ['TCP', 'a Unix socket'] as const) {
  describe(`NBD clients over ${transport}`, () => {
    let volume: MemoryExport;
    let running: TestServer;
    let directory: string;
    let uri: string;

    beforeEach(async () => {
      volume = new MemoryExport({ sizeBytes: 32 * MIB });
      running = await startServer([volume]);
      directory = await mkdtemp(join(tmpdir(), 'nbd-'));
      uri = `nbd://127.0.0.1:${running.address.port}/vol/0`;
      if (transport === 'TCP') return;
      const path = join(directory, 'nbd.sock');
      await running.server.listen({ path });
      uri = `nbd+unix:///vol/0?socket=${path}`;
    });

    afterEach(async () => {
      await until('the clients are gone', () => running.server.connections().length === 0);
      expect(volume.sessionsOpen).to.equal(0);
      await running.server.close();
      await rm(directory, { recursive: true });
    });

    it('nbdinfo shows the export', async () => {
      const info = JSON.parse(await output('nbdinfo', '--json', uri)) as { exports: Record<string, unknown>[] };
      expect(info).to.include({ protocol: 'newstyle-fixed', structured: true });
      expect(info.exports[0]).to.include({
        'export-name': 'vol/0',
        'export-size': 32 * MIB,
        block_size_minimum: 512,
        block_size_maximum: 32 * MIB,
        can_multi_conn: true,
        can_fua: true,
        can_trim: true,
        can_zero: true,
        can_fast_zero: true,
        can_cache: true,
        can_df: true,
        is_read_only: false,
      });
    });

    it('nbdinfo lists the exports and maps holes', async () => {
      const list = await output('nbdinfo', '--list', uri.replace('/vol/0', '/'));
      expect(list).to.include('export="vol/0"').and.include('memory of a test');
      await output('qemu-io', '-f', 'raw', '-c', 'write -P 1 1M 1M', uri);
      const map = JSON.parse(await output('nbdinfo', '--map', '--json', uri)) as { offset: number; type: number }[];
      expect(map.map(({ offset, type }) => [offset, type])).to.deep.equal([
        [0, 3],
        [MIB, 0],
        [2 * MIB, 3],
      ]);
    });

    it('nbdcopy in and out gives identical bytes', async () => {
      const source = join(directory, 'in');
      const data = Buffer.concat([randomBytes(9 * MIB), Buffer.alloc(8 * MIB), randomBytes(15 * MIB)]);
      await writeFile(source, data);
      await output('nbdcopy', '--flush', source, uri);
      expect(volume.data.equals(data)).to.equal(true);
      expect(volume.operations).to.include('flush');
      await output('nbdcopy', uri, join(directory, 'out'));
      expect((await readFile(join(directory, 'out'))).equals(data)).to.equal(true);
    });

    it('qemu-img reads its size, converts in and out, and compares equal', async () => {
      const source = join(directory, 'in');
      const data = Buffer.concat([Buffer.alloc(4 * MIB), randomBytes(20 * MIB), Buffer.alloc(8 * MIB)]);
      await writeFile(source, data);
      const info = JSON.parse(await output('qemu-img', 'info', '--output=json', uri)) as Record<string, unknown>;
      expect(info['virtual-size']).to.equal(32 * MIB);
      await output('qemu-img', 'convert', '-n', '-f', 'raw', '-O', 'raw', source, uri);
      expect(volume.data.equals(data)).to.equal(true);
      await output('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', uri, join(directory, 'out'));
      expect(await output('qemu-img', 'compare', '-f', 'raw', '-F', 'qcow2', uri, join(directory, 'out'))).to.include(
        'identical',
      );
    });

    it('qemu-io finds the patterns that it wrote, zeroed and discarded', async () => {
      const commands = [
        'write -P 0xa5 0 20M',
        'write -f -P 0x5a 1M 64k',
        'write -z 2M 1M',
        'write -z -u 4M 1M',
        'write -z -n 6M 1M',
        'discard 8M 1M',
        'flush',
        'read -P 0xa5 0 1M',
        'read -P 0x5a 1M 64k',
        'read -P 0 2M 1M',
        'read -P 0xa5 3M 1M',
        'read -P 0 4M 1M',
        'read -P 0xa5 9M 11M',
        'read -P 0 31M 1M',
      ];
      const shown = await output(
        'qemu-io',
        '-t',
        'writeback',
        '-f',
        'raw',
        ...commands.flatMap((one) => ['-c', one]),
        uri,
      );
      expect(shown).not.to.match(/failed|error/i);
      expect(volume.operations)
        .to.include(`write ${MIB}+65536 fua`)
        .and.include(`zero ${4 * MIB}+${MIB} mayUnmap`);
    });

    for (const [rw, blockSize] of [
      ['randwrite', '4k'],
      ['write', '1m'],
    ]) {
      it(`fio verifies its ${rw} of ${blockSize} blocks with many requests in flight`, async () => {
        const job = [
          '--name=verify',
          '--ioengine=nbd',
          `--uri=${uri}`,
          `--rw=${rw}`,
          `--bs=${blockSize}`,
          '--size=32M',
        ];
        const load = ['--iodepth=32', '--verify=crc32c', '--verify_fatal=1', '--fsync=100', '--verify_backlog=512'];
        const shown = await output('fio', ...job, ...load, '--do_verify=1'); // Fails where fio exits with an error.
        expect(shown).to.include('err= 0');
        expect(volume.operations.filter((line) => line.startsWith('read')).length).to.be.at.least(32);
      });
    }

    it('tells a client why its export is unknown', async () => {
      const failure = await run('nbdinfo', [uri.replace('/vol/0', '/nothing/3')]).catch((error: unknown) => error);
      expect(String(failure)).to.include('No such file or directory');
    });
  });
}
