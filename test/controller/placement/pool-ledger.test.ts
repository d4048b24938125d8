import { expect } from 'chai';
import { PoolLedger } from '../../../controller/placement/pool-ledger.ts';
import { autoPlacement, callOptions, TestController } from '../test-controller.ts';

describe('PoolLedger', () => {
  it('follows every change: its sums are those of a ledger made anew, during a transaction and after it', async () => {
    const cluster = await TestController.ready(['alpha', 'bravo', 'charlie'], { kind: 'FILE_THIN' });
    const { state, status, worlds } = cluster.controller.context;
    const same = (): void => {
      const anew = new PoolLedger(state.view, status);
      for (const pool of state.view.pools.all()) {
        expect(worlds.now().usage(pool), pool.nodeName).to.deep.equal(anew.usage(pool));
      }
    };
    const throttle = async (props: Record<string, string>): Promise<void> => {
      await state.transaction((draft) => {
        for (const definition of draft.definitions.all()) draft.put('definitions', { ...definition, props });
        for (const group of draft.groups.all()) draft.put('groups', { ...group, props });
      });
    };
    for (const name of ['db', 'web']) {
      await cluster.define(name);
      await cluster.addVolume(name);
      await cluster.resources.autoPlace(autoPlacement(name, { placeCount: 2 }), callOptions());
      same();
    }
    await throttle({ 'sys/fs/blkio_throttle_read': '7' });
    same();
    await cluster.volumes.setSize({ resourceName: 'db', volumeNumber: 0, sizeKib: 204_800 }, callOptions());
    await cluster.addVolume('web', 8192);
    same();
    await state.transaction((draft) => {
      const [volume] = draft.volumeDefinitions.all();
      const [resource] = draft.resources.all();
      if (volume === undefined || resource === undefined) throw new Error('nothing there');
      draft.put('volumeDefinitions', { ...volume, sizeKib: 2 * volume.sizeKib });
      draft.delete('resources', resource);
      const anew = new PoolLedger(draft, status);
      const { usage } = worlds.within(draft);
      for (const pool of draft.pools.all()) expect(usage(pool), pool.nodeName).to.deep.equal(anew.usage(pool));
      draft.put('resources', resource);
    });
    same();
    await cluster.remove('web', [cluster.controller.context.state.view.resources.all()[2]?.nodeName ?? '']);
    await cluster.definitions.delete('db', callOptions());
    same();
    await cluster.stop();
  });
});
