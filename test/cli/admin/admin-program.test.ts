import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { runAdminProgram } from '../../../cli/admin/program.ts';
import { PLAIN, type Terminal } from '../../../cli/terminal.ts';
import { aResource } from '../status-builder.ts';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A peer that speaks the protocol of the admin socket as the test wants it: the client's border, not our server. */
class ScriptedSatellite {
  readonly requests: { command: string; args: Record<string, unknown> }[] = [];
  readonly path: string;
  private readonly server: Server;

  private constructor(path: string, answer: (socket: Socket) => void) {
    this.path = path;
    this.server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        this.requests.push(JSON.parse(String(data)));
        answer(socket);
      });
    });
  }

  static async listen(path: string, answer: (socket: Socket) => void): Promise<ScriptedSatellite> {
    const satellite = new ScriptedSatellite(path, answer);
    await new Promise<void>((resolve) => satellite.server.listen(path, resolve));
    return satellite;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

describe('lockstepadm', () => {
  let dir = '';
  let satellite: ScriptedSatellite | undefined;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lockstepadm-'));
  });
  afterEach(async () => {
    await satellite?.close();
    satellite = undefined;
    await rm(dir, { recursive: true });
  });

  async function run(words: readonly string[], answer: (socket: Socket) => void): Promise<Run> {
    satellite ??= await ScriptedSatellite.listen(join(dir, 'admin.sock'), answer);
    return runAt(join(dir, 'admin.sock'), words);
  }

  async function runAt(path: string, words: readonly string[], signal = new AbortController().signal): Promise<Run> {
    const said = { out: '', err: '' };
    const terminal: Terminal = {
      out: { write: (text) => (said.out += text) },
      err: { write: (text) => (said.err += text) },
      style: PLAIN,
      animated: false,
      redrawWidth: undefined,
    };
    const code = await runAdminProgram(words, {
      terminalFor: () => terminal,
      environment: { LOCKSTEP_ADMIN_SOCKET: path },
      signal,
      helpWidth: 100,
    });
    return { code, ...said };
  }

  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

  it('prints the status in the words of drbdsetup, resources by name', async () => {
    const { code, out } = await run(['status'], (socket) =>
      socket.end(
        line({ id: 1, ok: true, result: [aResource({ name: 'r1', connections: [] }), aResource({ connections: [] })] }),
      ),
    );
    expect(out).to.equal(
      'r0 role:Secondary\n  disk:UpToDate open:no\n\nr1 role:Secondary\n  disk:UpToDate open:no\n\n',
    );
    expect(code).to.equal(0);
    expect(satellite?.requests).to.deep.equal([{ id: 1, command: 'status', args: {} }]);
  });

  it('prints events2 lines as they come and ends after the dump with --now', async () => {
    const { code, out } = await run(['events2', 'r0', '--now'], (socket) => {
      const keys = { name: 'r0', role: 'Secondary', suspended: 'no', may_promote: true, promotion_score: 10102 };
      socket.write(line({ id: 1, event: { action: 'exists', object: 'resource', keys } }));
      socket.write(line({ id: 1, event: { action: 'exists', object: '-' } }));
    });
    expect(out).to.equal(
      'exists resource name:r0 role:Secondary suspended:no may_promote:yes promotion_score:10102\nexists -\n',
    );
    expect(code).to.equal(0);
  });

  it('is silent after success, and sends what was asked', async () => {
    for (const [words, args] of [
      [['primary', 'r0', '--force'], { resource: 'r0', force: true }],
      [['secondary', 'r0'], { resource: 'r0' }],
      [['connect', 'r0', 'sat2'], { resource: 'r0', peer: 'sat2' }],
      [['connect', 'r0', 'sat2', '--discard-my-data'], { resource: 'r0', peer: 'sat2', discardMyData: true }],
      [['detach', 'r0', '1'], { resource: 'r0', volume: 1 }],
      [['verify', 'r0', 'sat2', '--start', '4096'], { resource: 'r0', peer: 'sat2', start: 4096 }],
      [['invalidate', 'r0', '--no-reset-bitmap'], { resource: 'r0', resetBitmap: false }],
      [
        ['invalidate-remote', 'r0', 'sat2', '--volume', '1'],
        { resource: 'r0', peer: 'sat2', volume: 1, resetBitmap: true },
      ],
      [
        ['resize', 'r0', '--size', '8M', '--force'],
        {
          resource: 'r0',
          volume: 0,
          sizeBytes: 8_388_608,
          assumeClean: false,
          assumePeerHasSpace: false,
          force: true,
        },
      ],
      [['grow-disk', 'r0', '8M', '--volume', '1'], { resource: 'r0', volume: 1, sizeBytes: 8_388_608 }],
      [['bitmap-block-size', 'r0', '64K'], { resource: 'r0', volume: 0, blockBytes: 65_536 }],
      [['show-gi', 'r0/0'], { resource: 'r0', volume: 0 }],
    ] as const) {
      const { code, out, err } = await run(words, (socket) => socket.end(line({ id: 1, ok: true, result: null })));
      expect([code, out.trim(), err]).to.deep.equal([0, '', '']);
      expect(satellite?.requests.at(-1)).to.deep.include({ command: words[0], args });
    }
  });

  it('shows what the metadata says as indented lines, or as JSON', async () => {
    const result = [
      { volume: 'r0/0', superblock: { sequence: 2, flags: [] }, bitmaps: [{ slot: 0 }, { slot: 1, node: null }] },
    ];
    const answer = (socket: Socket): void => void socket.end(line({ id: 1, ok: true, result }));
    expect((await run(['dump-md', 'r0/0'], answer)).out).to.equal(
      '- volume: r0/0\n  superblock:\n    sequence: 2\n    flags: -\n  bitmaps:\n    - slot: 0\n    - slot: 1\n      node: -\n',
    );
    expect(JSON.parse((await run(['dump-md', 'r0/0', '--json'], answer)).out)).to.deep.equal(result);
  });

  it('sends options as drbdsetup has them, of all connections or of one, and refuses words without a value', async () => {
    const ok = (socket: Socket): void => void socket.end(line({ id: 1, ok: true, result: null }));
    expect((await run(['net-options', 'r0', 'ping-int=5', 'timeout=60', '--peer', 'sat2'], ok)).code).to.equal(0);
    expect(satellite?.requests.at(-1)).to.deep.include({
      command: 'set-options',
      args: { resource: 'r0', scope: 'net', peer: 'sat2', values: { 'ping-int': '5', timeout: '60' } },
    });
    expect((await run(['disk-options', 'r0', 'al-extents=67', '--volume', '1'], ok)).code).to.equal(0);
    expect(satellite?.requests.at(-1)?.['args']).to.deep.equal({
      resource: 'r0',
      scope: 'disk',
      volume: 1,
      values: { 'al-extents': '67' },
    });
    const { code, err } = await run(['resource-options', 'r0', 'quorum'], ok);
    expect(code).to.not.equal(0);
    expect(err).to.contain('"quorum" is not of the form NAME=VALUE');
  });

  it('takes a shared secret from a file, so that no command line has it', async () => {
    const ok = (socket: Socket): void => void socket.end(line({ id: 1, ok: true, result: null }));
    const file = join(dir, 'secret');
    await writeFile(file, 'hunter2\n');
    expect((await run(['net-options', 'r0', `shared-secret=@${file}`], ok)).code).to.equal(0);
    expect(satellite?.requests.at(-1)?.args['values']).to.deep.equal({ 'shared-secret': 'hunter2' });
    const { code, err } = await run(['net-options', 'r0', `shared-secret=@${file}.absent`], ok);
    expect(code).to.not.equal(0);
    expect(err).to.contain('cannot read the file of the shared secret');
  });

  it('explains a refusal and exits with 10', async () => {
    const error = {
      code: 'OTHER_PRIMARY',
      number: 1402,
      message: 'sat2 is Primary',
      cause: 'a client has it open there',
      correction: 'close it',
    };
    const { code, err } = await run(['primary', 'r0'], (socket) => socket.end(line({ id: 1, ok: false, error })));
    expect(err).to.equal(
      'ERROR:\nDescription:\n    sat2 is Primary (OTHER_PRIMARY, 1402)\nCause:\n    a client has it open there\nCorrection:\n    close it\n',
    );
    expect(code).to.equal(10);
  });

  it('exits with 20 when there is no satellite', async () => {
    const { code, err } = await runAt(join(dir, 'nobody.sock'), ['status']);
    expect(code).to.equal(20);
    expect(err).to.contain('SATELLITE_UNREACHABLE');
  });

  it('exits with 21 when the satellite does not answer in time', async () => {
    const { code, err } = await run(['status', '--timeout', '0.05'], () => undefined);
    expect([code, err.includes('TIMED_OUT')]).to.deep.equal([21, true]);
  });

  it('exits with 130 when interrupted', async () => {
    const interrupt = new AbortController();
    satellite = await ScriptedSatellite.listen(join(dir, 'admin.sock'), () => interrupt.abort());
    expect((await runAt(join(dir, 'admin.sock'), ['events2'], interrupt.signal)).code).to.equal(130);
  });

  it('exits with 2 for words that it does not know', async () => {
    for (const words of [['bogus'], ['primary'], ['attach', 'r0', 'x'], ['status', '--bogus'], ['show-gi', 'r0/x']]) {
      expect((await runAt(join(dir, 'nobody.sock'), words)).code, words.join(' ')).to.equal(2);
    }
  });

  it('does not keep more of a line than the limit', async () => {
    const { code, err } = await run(['status'], (socket) => socket.write(Buffer.alloc(3 * 1_048_576, 0x61)));
    expect(err).to.contain('FRAME_TOO_LARGE');
    expect(code).to.equal(10);
  });

  it('ends with an error, whatever bytes come back', async () => {
    let bytes: Uint8Array = new Uint8Array();
    satellite = await ScriptedSatellite.listen(join(dir, 'admin.sock'), (socket) => socket.end(bytes));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((json) => Buffer.from(`${json}\n`)),
        ),
        async (garbage) => {
          bytes = garbage;
          const { code } = await runAt(join(dir, 'admin.sock'), ['status']);
          return code === 10 || code === 20;
        },
      ),
      { numRuns: 60 },
    );
  });
});
