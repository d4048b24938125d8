/**
 * Three controllers on a real etcd. The one that leads is killed again and again under a stream of operations. Fifty
 * kills take minutes (a lease has to run out each time), so the suite does KILLS and LOCKSTEP_KILLS=50 does them all.
 */
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControllerClient } from '../../cli/api/controller-client.ts';
import { EtcdServer } from '../etcd-server.ts';
import { eventually, program, progress, type Started, start } from './programs.ts';

const KILLS = Number(process.env['LOCKSTEP_KILLS'] ?? 10);
const LEASE_SECONDS = 2;
const WORKERS = 4;
const FAILOVER_MOST_MS = 10_000;

interface Member {
  readonly address: string;
  readonly process: Started;
}

/** What one worker has been told about its own objects; nobody else touches them. */
class Ledger {
  readonly present = new Set<string>();
  operations = 0;
  readonly surprises: string[] = [];
}

describe('Three controllers on etcd', function () {
  this.timeout(KILLS * 20_000 + 60_000);
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-controllers-'));
  let etcd: EtcdServer;
  let members: Member[] = [];
  let clients: ControllerClient[] = [];
  const ending = new AbortController();

  before(async () => {
    etcd = await EtcdServer.start();
    members = await Promise.all([0, 1, 2].map((n) => launch(n, 0)));
  });
  after(async () => {
    ending.abort();
    for (const client of clients) client.close();
    for (const { process: each } of members) each.child.kill('SIGKILL');
    await Promise.all(members.map(({ process: each }) => each.finished));
    await etcd.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function launch(n: number, port: number): Promise<Member> {
    const words = [
      ...[await program('controller'), '--data-dir', join(directory, String(n)), '--port', String(port)],
      ...['--store', 'etcd', '--etcd-endpoints', etcd.endpoint, '--leader-lease', String(LEASE_SECONDS)],
      ...['--log-level', 'warn'],
    ];
    const started = start(process.execPath, words, { withinMs: KILLS * 20_000 + 60_000 });
    const ready = await eventually(`controller ${n} is ready`, () => /^READY (.*)$/m.exec(started.said())?.[1], {
      otherwise: () => started.said(),
    });
    return { address: `127.0.0.1:${JSON.parse(ready).port}`, process: started };
  }

  async function connect(): Promise<ControllerClient> {
    const controllers = members.map(({ address }) => address);
    const client = await ControllerClient.connect({ controllers, timeoutMs: 30_000, signal: ending.signal });
    clients = [...clients, client];
    return client;
  }

  /** Creates and deletes until told to stop; every operation has to succeed, whatever happens to the controllers. */
  async function work(id: number, ledger: Ledger, stop: AbortSignal): Promise<void> {
    const client = await connect();
    const told = (key: string, wanted: string, answers: readonly { codeName: string; message: string }[]): void => {
      ledger.operations += 1;
      if (answers.some(({ codeName }) => codeName === wanted)) return;
      ledger.surprises.push(`${key}: ${answers.map(({ codeName, message }) => `${codeName} ${message}`).join('; ')}`);
    };
    for (let n = 0; !stop.aborted; n += 1) {
      const name = `w${id}-${n}`;
      const kind = n % 3;
      if (kind === 0) {
        const made = await client.call(client.nodes, 'create', { name, address: '127.0.0.1', satellitePort: 9 });
        told(`node ${name}`, 'CREATED', made.answers);
        ledger.present.add(`node ${name}`);
      } else {
        const made = await client.call(client.resourceDefinitions, 'create', { name });
        told(`definition ${name}`, 'CREATED', made.answers);
        ledger.present.add(`definition ${name}`);
      }
      if (kind === 2) {
        const made = await client.call(client.volumeDefinitions, 'create', { resourceName: name, sizeKib: 4096 });
        told(`volume ${name}/0`, 'CREATED', made.answers);
        ledger.present.add(`volume ${name}/0`);
      }
      // Every other one goes again, so that a creation that comes twice would be seen.
      if (n % 2 === 0) continue;
      const [gone] = ledger.present;
      if (gone !== undefined) await remove(client, gone, ledger, told);
    }
  }

  async function remove(
    client: ControllerClient,
    key: string,
    ledger: Ledger,
    told: (key: string, wanted: string, answers: readonly { codeName: string; message: string }[]) => void,
  ): Promise<void> {
    const [kind, name = ''] = key.split(' ');
    if (kind === 'node') {
      told(key, 'DELETED', (await client.call(client.nodes, 'delete', { name })).answers);
    } else {
      const resourceName = name.split('/')[0] ?? '';
      told(key, 'DELETED', (await client.call(client.resourceDefinitions, 'delete', { name: resourceName })).answers);
      ledger.present.delete(`definition ${resourceName}`);
      ledger.present.delete(`volume ${resourceName}/0`);
    }
    ledger.present.delete(key);
  }

  async function killLeader(): Promise<number> {
    const address = await (await connect()).findLeader();
    const at = members.findIndex((member) => member.address === address);
    const victim = members[at];
    if (victim === undefined) throw new Error(`nobody has ${address}`);
    victim.process.child.kill('SIGKILL');
    await victim.process.finished;
    const before = performance.now();
    const others = members.filter((member) => member !== victim).map((member) => member.address);
    const client = await ControllerClient.connect({ controllers: others, timeoutMs: 20_000, signal: ending.signal });
    // A change, so that the new leader is not only named but at work.
    await client.call(client.nodes, 'delete', { name: 'nobody' });
    const tookMs = performance.now() - before;
    client.close();
    members = await Promise.all(
      members.map((member, n) => (member === victim ? launch(n, Number(address.split(':')[1])) : member)),
    );
    return tookMs;
  }

  it('lose no operation that was answered and do none twice, and every one ends, while their leaders are killed', async () => {
    const stopping = new AbortController();
    const ledgers = Array.from({ length: WORKERS }, () => new Ledger());
    const working = Promise.all(ledgers.map((ledger, id) => work(id, ledger, stopping.signal)));
    // It is awaited below; a failure before that must not count as unhandled.
    working.catch(() => {});
    const tookMs: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const done = ledgers.reduce((sum, { operations }) => sum + operations, 0);
      await eventually('work goes on', () => ledgers.reduce((sum, each) => sum + each.operations, 0) > done + 20);
      tookMs.push(await killLeader());
    }
    stopping.abort();
    await working;
    const operations = ledgers.reduce((sum, each) => sum + each.operations, 0);
    const longest = Math.max(...tookMs);
    progress(`${KILLS} kills, ${operations} operations, another leader within ${Math.round(longest)} ms at most`);
    expect(ledgers.flatMap(({ surprises }) => surprises)).to.deep.equal([]);
    expect(longest).to.be.below(FAILOVER_MOST_MS);

    const client = await connect();
    const { nodes } = await client.call(client.nodes, 'list', {});
    const { resourceDefinitions } = await client.call(client.resourceDefinitions, 'list', {});
    const { volumeDefinitions } = await client.call(client.volumeDefinitions, 'list', {});
    const found = [
      ...nodes.map(({ name }) => `node ${name}`),
      ...resourceDefinitions.map(({ name }) => `definition ${name}`),
      ...volumeDefinitions.map(({ resourceName, volumeNumber }) => `volume ${resourceName}/${volumeNumber}`),
    ];
    expect(found.sort()).to.deep.equal(ledgers.flatMap(({ present }) => [...present]).sort());
    const health = await client.call(client.controller, 'health', {});
    expect(health.epoch).to.be.at.least(KILLS + 1);
  });

  it('go on without a leader that hangs, which stands by when it wakes', async () => {
    const address = await (await connect()).findLeader();
    const frozen = members.find((member) => member.address === address);
    const others = members.filter((member) => member !== frozen).map((member) => member.address);
    frozen?.process.child.kill('SIGSTOP');
    const before = performance.now();
    const client = await ControllerClient.connect({ controllers: others, timeoutMs: 20_000, signal: ending.signal });
    const made = await client.call(client.resourceDefinitions, 'create', { name: 'meanwhile' });
    expect(made.answers.map(({ codeName }) => codeName)).to.deep.equal(['CREATED']);
    expect(performance.now() - before).to.be.below(FAILOVER_MOST_MS);
    frozen?.process.child.kill('SIGCONT');
    const old = await ControllerClient.connect({ controllers: [address], timeoutMs: 5_000, signal: ending.signal });
    const health = await eventually('the old leader stands by', async () => {
      const now = await old.call(old.controller, 'health', {});
      return now.role === 'standby' && now.leader !== '' && now;
    });
    expect(others).to.include(health.leader);
    client.close();
    old.close();
  });

  it('hand over without waiting for the lease when their leader is stopped in good order', async () => {
    const address = await (await connect()).findLeader();
    const leader = members.find((member) => member.address === address);
    const before = performance.now();
    leader?.process.child.kill('SIGTERM');
    const others = members.filter((member) => member !== leader).map((member) => member.address);
    const client = await ControllerClient.connect({ controllers: others, timeoutMs: 20_000, signal: ending.signal });
    await eventually('another one leads', async () => (await client.findLeader()) !== address);
    expect(performance.now() - before).to.be.below(FAILOVER_MOST_MS);
    expect((await leader?.process.finished)?.code).to.equal(0);
    client.close();
  });
});
