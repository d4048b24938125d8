/** Random and mutated lines on the admin socket: each ends in answers or a closed connection, and a client beside it notices nothing. */
import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { ERROR_CODES } from '../../../common/errors.ts';
import { type AdminCommand, AdminServer } from '../../../satellite/admin/admin-server.ts';
import { type AdminReply, RawAdminClient } from './admin-client.ts';

const commands = new Map<string, AdminCommand>([['echo', async (args) => args]]);

const request = fc.oneof(
  fc.record({
    id: fc.oneof(fc.nat(), fc.string({ maxLength: 70 }), fc.constant(null)),
    command: fc.oneof(fc.constant('echo'), fc.string({ maxLength: 70 })),
    args: fc.oneof(fc.object({ maxDepth: 2 }), fc.jsonValue()),
  }),
  fc.jsonValue(),
);
const line = fc
  .tuple(
    request.map((value) => Buffer.from(`${JSON.stringify(value)}\n`)),
    fc.option(fc.tuple(fc.nat(), fc.nat(255))),
  )
  .map(([bytes, change]) => {
    if (change !== null) bytes[change[0] % bytes.length] = change[1];
    return bytes;
  });
const garbage = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('Admin socket under random input', function () {
  this.timeout(60_000);
  let dir: string;
  let path: string;
  let server: AdminServer;
  let witness: RawAdminClient;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lockstep-admin-fuzz-'));
    path = join(dir, 'admin.sock');
    server = new AdminServer({ path, commands, log: pino({ level: 'silent' }) });
    await server.listen();
    witness = await RawAdminClient.open(path);
  });
  after(async () => {
    witness.close();
    await server.close();
    rmSync(dir, { recursive: true });
  });

  it('answers what it understands, refuses the rest with a code, and closes', async () => {
    const input = fc.array(fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: garbage }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(input, fc.nat(), async (parts, border) => {
        const bytes = Buffer.concat(parts);
        const client = await RawAdminClient.open(path);
        client.send(bytes.subarray(0, border % (bytes.length + 1)));
        client.send(bytes.subarray(border % (bytes.length + 1)));
        client.endInput();
        const replies: AdminReply[] = [];
        for (let reply = await client.next(); reply !== undefined; reply = await client.next()) replies.push(reply);
        for (const { ok, error } of replies) {
          if (ok === true) continue;
          expect(error?.number).to.equal(ERROR_CODES[error?.code as keyof typeof ERROR_CODES]);
        }
        expect((await witness.call('echo', { still: 'here' })).result).to.deep.equal({ still: 'here' });
      }),
      { numRuns: 300 },
    );
  });
});
