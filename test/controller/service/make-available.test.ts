import { expect } from 'chai';
import { findResource } from '../../../controller/domain/cluster-view.ts';
import { waitForSync } from '../../../controller/service/sync-wait.ts';
import { callOptions, codes, errorOf, TestController, wishes } from '../test-controller.ts';

describe('services: resources where they are needed', () => {
  let cluster: TestController;
  beforeEach(async () => {
    cluster = await TestController.ready(['alpha', 'bravo', 'charlie']);
    await cluster.define('db');
    await cluster.addVolume('db');
  });
  afterEach(() => cluster.stop());

  const need = (nodeName: string, diskful = false, call: Parameters<typeof callOptions>[0] = {}) =>
    cluster.resources.makeAvailable({ resourceName: 'db', nodeName, diskful, layers: [] }, callOptions(call));
  const record = async (node: string) => findResource(await cluster.view(), 'db', node);

  it('are made: a replica where there is none, attachments everywhere else, nothing twice', async () => {
    expect(codes(await need('alpha'))).to.deep.equal(['SUCCESS CREATED']);
    expect((await record('alpha'))?.diskful).to.equal(true);
    expect(codes(await need('bravo'))).to.deep.equal(['SUCCESS CREATED']);
    expect((await record('bravo'))?.diskful).to.equal(false);
    expect(codes(await need('bravo'))).to.deep.equal(['SUCCESS UNCHANGED']);
    expect(codes(await need('alpha', true))).to.deep.equal(['SUCCESS UNCHANGED']);
  });

  it('get a disk where one is asked for, with a slot on both sides', async () => {
    await cluster.create('db', ['alpha']);
    await need('bravo');
    expect(codes(await need('bravo', true))).to.deep.equal(['SUCCESS MODIFIED']);
    expect(await record('bravo')).to.deep.include({ diskful: true, storagePool: 'DfltStorPool' });
    expect((await record('alpha'))?.bitmapSlots).to.deep.equal([{ peer: 1, slot: 0 }]);
    expect((await record('bravo'))?.bitmapSlots).to.deep.equal([{ peer: 0, slot: 0 }]);
    await cluster.until('the satellite is told', () => {
      return cluster.satellites.get('bravo').resources.get('DB')?.volumes[0]?.diskful === true;
    });
    // A disk that comes later is filled from the others: it must not start as a good copy.
    expect((await record('bravo'))?.volumes[0]?.initialGeneration).to.equal(undefined);
  });

  it('stop being mere tie-breakers', async () => {
    await cluster.controller.context.state.transaction((draft) => draft.put('settings', { props: {} }));
    await cluster.create('db', ['alpha', 'bravo']);
    await cluster.until('there is a tie-breaker', async () => (await record('charlie'))?.tieBreaker === true);
    expect(codes(await need('charlie'))).to.deep.equal(['SUCCESS UNCHANGED']);
    expect((await record('charlie'))?.tieBreaker).to.equal(undefined);
  });

  it('are refused on unknown nodes, without room, and while they are being deleted; a trial changes nothing', async () => {
    expect(errorOf(await need('zulu')).codeName).to.equal('NODE_NOT_FOUND');
    expect(codes(await need('alpha', false, { whatIf: true }))).to.deep.equal(['SUCCESS CREATED', 'INFO NOTE']);
    expect(await record('alpha')).to.equal(undefined);
    cluster.satellites.get('alpha').totalKib = 1000;
    cluster.satellites.get('alpha').changed();
    const error = errorOf(await need('alpha'));
    expect(error.codeName).to.equal('NOT_ENOUGH_NODES');
    expect(error.placement?.find(({ node }) => node === 'alpha')?.filter).to.equal('volume-size');
    const layers = { resourceName: 'db', nodeName: 'bravo', diskful: false, layers: ['LUKS'] };
    expect(errorOf(await cluster.resources.makeAvailable(layers, callOptions())).codeName).to.equal(
      'LAYER_UNSUPPORTED',
    );
  });

  it('are waited for until all copies are good, or the time is over', async () => {
    const { context } = cluster.controller;
    await cluster.create('db', ['alpha', 'bravo']);
    const bravo = cluster.satellites.get('bravo');
    await cluster.until('a report of both', async () => {
      return codes(await waitForSync(context, 'db', callOptions({ waitMs: 1 })))[0] === 'SUCCESS UNCHANGED';
    });
    bravo.diskStates.set('db', 'Inconsistent');
    bravo.changed();
    const late = errorOf(await waitForSync(context, 'db', callOptions({ waitMs: 20 })));
    expect([late.codeName, late.cause]).to.deep.equal(['TIMED_OUT', 'Not UpToDate on: bravo.']);
    const waiting = waitForSync(context, 'db', callOptions({ waitMs: 3_000 }));
    bravo.diskStates.set('db', 'UpToDate');
    bravo.changed();
    expect(codes(await waiting)).to.deep.equal(['SUCCESS UNCHANGED']);
    const unknown = errorOf(await waitForSync(context, 'nope', callOptions()));
    expect(unknown.codeName).to.equal('RESOURCE_DEFINITION_NOT_FOUND');
  });

  it('are attached without disks by number, too', async () => {
    await cluster.create('db', ['alpha']);
    const order = { resourceName: 'db', protocol: '', diskless: true, ...wishes({ additionalPlaceCount: 2 }) };
    const reply = await cluster.resources.autoPlace(order, callOptions());
    expect(reply.nodeNames).to.deep.equal(['bravo', 'charlie']);
    expect((await record('charlie'))?.diskful).to.equal(false);
  });
});
