import { expect } from 'chai';
import { problem } from '../../../controller/domain/answer.ts';
import { commit, put } from '../../contract/kv-store.contract.ts';
import { MemoryStore } from '../../../controller/store/memory-store.ts';
import { MemorySatellites } from '../memory-satellites.ts';
import { codes, TestController } from '../test-controller.ts';

describe('satellite sessions', () => {
  it('send everything after a reconnect, and only what changed after that', async () => {
    const cluster = await TestController.ready(['alpha', 'bravo']);
    await cluster.define('db');
    await cluster.addVolume('db');
    await cluster.create('db', ['alpha', 'bravo']);
    const bravo = cluster.satellites.get('bravo');
    bravo.kill();
    await cluster.until('bravo is offline', () => cluster.connection('bravo') === 'OFFLINE');
    bravo.commands.length = 0;
    bravo.start();
    await cluster.until('bravo is online', () => cluster.connection('bravo') === 'ONLINE');
    expect(bravo.commands[0]?.full).to.equal(true);
    expect(bravo.commands[0]?.pools.map((pool) => pool.name)).to.deep.equal(['DfltStorPool']);
    expect(bravo.commands[0]?.resources.map((resource) => resource.name)).to.deep.equal(['db']);
    await cluster.define('other');
    await cluster.create('other', ['bravo']);
    const later = bravo.commands.slice(1);
    expect(later.every((command) => !command.full)).to.equal(true);
    expect(later.flatMap((command) => command.resources.map((each) => each.name))).to.deep.equal(['other']);
    await cluster.stop();
  });

  it('do not send again what a satellite has confirmed', async () => {
    const cluster = await TestController.ready(['alpha', 'bravo', 'charlie']);
    await cluster.define('db');
    await cluster.addVolume('db');
    await cluster.create('db', ['alpha']);
    const { commands } = cluster.satellites.get('alpha');
    const sent = commands.length;
    await cluster.define('other');
    await cluster.addVolume('other');
    await cluster.create('other', ['bravo']);
    expect(commands.length).to.equal(sent);
    await cluster.stop();
  });

  it('carry the epoch: a satellite that has met a newer controller refuses the older one', async () => {
    const store = new MemoryStore();
    const satellites = new MemorySatellites(['alpha']);
    const older = await TestController.start([], store, satellites);
    await older.addNode('alpha');
    await older.until('alpha is online', () => older.connection('alpha') === 'ONLINE');
    const newer = await TestController.start([], store, satellites);
    await newer.until('alpha is online', () => newer.connection('alpha') === 'ONLINE');
    expect(newer.controller.epoch).to.equal(older.controller.epoch + 1);
    expect(newer.controller.controllerId).to.equal(older.controller.controllerId);
    await older.addPool('alpha', 'FILE', 'older');
    await older.until('the older one is refused', () => older.connection('alpha') === 'OTHER_CONTROLLER');
    await older.stop();
    await newer.stop();
  });

  it('send nothing to a satellite of a newer API, say so, and go on with it after the upgrade', async () => {
    const cluster = await TestController.start(['alpha', 'bravo']);
    const alpha = cluster.satellites.get('alpha');
    alpha.refusal = problem('ERROR', 'VERSION_MISMATCH', 'no API version in common', { cause: 'it speaks 2 to 3' });
    expect(codes(await cluster.addNode('alpha'))).to.deep.equal(['SUCCESS CREATED', 'WARN VERSION_MISMATCH']);
    expect(cluster.connection('alpha')).to.equal('VERSION_MISMATCH');
    expect(cluster.controller.context.status.node('alpha').problem).to.deep.include({
      codeName: 'VERSION_MISMATCH',
      cause: 'no API version in common: it speaks 2 to 3',
    });
    expect(alpha.commands).to.deep.equal([]);
    expect(codes(await cluster.addNode('bravo'))).to.deep.equal(['SUCCESS CREATED']);
    expect(cluster.connection('bravo')).to.equal('ONLINE');
    alpha.refusal = undefined;
    await cluster.until('alpha is online', () => cluster.connection('alpha') === 'ONLINE');
    await cluster.stop();
  });

  it('leave a satellite of another cluster alone', async () => {
    const satellites = new MemorySatellites(['alpha']);
    const first = await TestController.start([], new MemoryStore(), satellites);
    await first.addNode('alpha');
    await first.until('alpha is online', () => first.connection('alpha') === 'ONLINE');
    const store = new MemoryStore();
    await commit(store, put('controller/id', 'another cluster'));
    const second = await TestController.start([], store, satellites);
    expect(codes(await second.addNode('alpha'))).to.deep.equal(['SUCCESS CREATED', 'WARN STALE_CONTROLLER']);
    await first.stop();
    await second.stop();
  });

  it('go on after a restart of the controller where the old one stopped', async () => {
    const store = new MemoryStore();
    const before = await TestController.start(['alpha', 'bravo'], store);
    for (const name of ['alpha', 'bravo']) {
      await before.addNode(name);
      await before.addPool(name);
    }
    await before.define('db');
    await before.addVolume('db');
    await before.create('db', ['alpha', 'bravo']);
    const bravo = before.satellites.get('bravo');
    bravo.kill();
    await before.until('bravo is offline', () => before.connection('bravo') === 'OFFLINE');
    await before.remove('db', ['bravo']);
    await before.stop();
    const after = await TestController.start([], store, before.satellites);
    bravo.start();
    await after.until('the deletion is complete', () => bravo.resources.size === 0);
    expect((await after.view()).resources.size).to.equal(1);
    await after.stop();
  });

  it('converge on what the store says, whatever fails and whoever comes and goes meanwhile', async () => {
    const names = ['alpha', 'bravo', 'charlie'];
    const cluster = await TestController.ready(names);
    for (let round = 0; round < 12; round += 1) {
      const victim = cluster.satellites.get(names[round % 3] ?? '');
      const resource = `r${round}`;
      victim.failures.set(resource, 1);
      await cluster.define(resource);
      await cluster.addVolume(resource, 4096);
      const options = { async: true };
      await cluster.create(resource, names, options);
      if (round % 2 === 0) victim.kill();
      if (round % 4 === 1)
        await cluster.definitions.delete(resource, {
          ...options,
          requestId: '',
          waitMs: 0,
          signal: new AbortController().signal,
        });
      victim.start();
      await cluster.until('all online', () => names.every((name) => cluster.connection(name) === 'ONLINE'));
    }
    await cluster.until('all as in the store', async () => {
      const resources = (await cluster.view()).resources.all();
      return names.every((name) => {
        const wanted = resources.filter((each) => each.nodeName === name).map((each) => each.resourceName);
        const present = [...cluster.satellites.get(name).resources.values()].map((each) => each.name);
        return !resources.some((each) => each.deletionRequestedAtMs !== undefined) && same(wanted, present);
      });
    });
    await cluster.stop();
  });
});

const same = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
