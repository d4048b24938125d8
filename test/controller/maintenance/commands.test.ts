import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import { type ControllerConfig, readConfig } from '../../../controller/config.ts';
import { maintain, type MaintenanceTask } from '../../../controller/maintenance/commands.ts';
import { SILENT_LOG } from '../../../controller/ports.ts';
import { chooseStore, type StoreChoice } from '../../../controller/store-choice.ts';
import { commit, put } from '../../contract/kv-store.contract.ts';
import { EtcdServer } from '../../etcd-server.ts';
import { rejection } from '../rejection.ts';
import { realClock } from '../test-controller.ts';

describe('lockstep-controller backup, restore and check', function () {
  this.timeout(60_000);
  let directory = '';
  let etcd: EtcdServer;
  let made = 0;

  before(async () => {
    etcd = await EtcdServer.start();
    directory = await mkdtemp(join(tmpdir(), 'lockstep-maintenance-'));
  });
  after(async () => {
    await etcd.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const settings = (...words: string[]): ControllerConfig => {
    const request = readConfig(['--data-dir', join(directory, String(++made)), ...words], {});
    if (request.kind !== 'run') throw new Error('help');
    return request.config;
  };
  const choose = (config: ControllerConfig, create = true, address?: string): StoreChoice => {
    let identities = 0;
    const random = { generation: () => '', identity: () => `${made}-${++identities}`, jitter: () => 0.5 };
    return chooseStore(config, { address, create, clock: realClock, random, log: SILENT_LOG });
  };
  const run = (choice: StoreChoice, task: MaintenanceTask) => maintain(task, choice, realClock);
  const file = (): string => join(directory, 'backup.json');
  const fill = async (choice: StoreChoice): Promise<void> => {
    const store = await choice.openStore();
    await commit(store, put('controller/epoch', '3'), put('nodes/A', 'not json'), put('settings/x', '{}'));
    await store.close();
  };

  it('move the state from the embedded store to etcd, and back', async () => {
    const embedded = choose(settings());
    await fill(embedded);
    expect((await run(embedded, { kind: 'backup', file: file() })).text).to.match(/^3 records/);
    const clustered = choose(settings('--store', 'etcd', '--etcd-endpoints', etcd.endpoint));
    expect((await run(clustered, { kind: 'restore', file: file(), force: false })).ok).to.equal(true);
    expect((await run(clustered, { kind: 'backup', file: file() })).text).to.match(/^3 records/);
    const other = choose(settings());
    await run(other, { kind: 'restore', file: file(), force: false });
    const store = await other.openStore();
    expect((await store.load()).entries.map(({ key }) => key)).to.deep.equal([
      'controller/epoch',
      'nodes/A',
      'settings/x',
    ]);
    await store.close();
    clustered.close();
  });

  it('name a PEM file that cannot be read', () => {
    const words = ['--store', 'etcd', '--etcd-endpoints', 'https://a:1', '--etcd-ca', join(directory, 'no.pem')];
    expect(() => choose(settings(...words))).to.throw(OperationError, 'no.pem');
  });

  it('tell what is wrong, and what a repair has done', async () => {
    const choice = choose(settings());
    await fill(choice);
    const before = await run(choice, { kind: 'check', repair: false });
    expect(before.ok).to.equal(false);
    expect(before.text).to.contain('3 records, 2 with a problem').and.contain('nodes/A').and.contain('--repair');
    const repaired = await run(choice, { kind: 'check', repair: true });
    expect(repaired.ok).to.equal(true);
    expect(repaired.text).to.contain('moved to quarantine/nodes/A@');
    expect((await run(choice, { kind: 'check', repair: false })).text).to.contain('all well');
  });

  it('change nothing while a controller leads, and need a store that exists', async () => {
    const words = [
      '--store',
      'etcd',
      '--etcd-endpoints',
      etcd.endpoint,
      '--etcd-prefix',
      '/led/',
      '--leader-lease',
      '2',
    ];
    const leader = choose(settings(...words), true, 'here:1');
    const term = await leader.leadership.campaign(new AbortController().signal);
    const choice = choose(settings(...words));
    expect((await rejection(run(choice, { kind: 'check', repair: true }))).message).to.contain('here:1');
    expect((await run(choice, { kind: 'check', repair: false })).ok).to.equal(true);
    await term.resign();
    for (const each of [leader, choice]) each.close();
    const missing = choose(settings(), false);
    expect((await rejection(run(missing, { kind: 'check', repair: false }))).message).to.contain('There is no store');
  });
});
