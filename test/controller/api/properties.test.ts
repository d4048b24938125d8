import { credentials, type requestCallback } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ListPropertiesResponse__Output } from '../../../proto/gen/lockstep/v1/ListPropertiesResponse.ts';
import type { ListResourcesResponse__Output } from '../../../proto/gen/lockstep/v1/ListResourcesResponse.ts';
import type { PropertiesInfoResponse__Output } from '../../../proto/gen/lockstep/v1/PropertiesInfoResponse.ts';
import type { SetPropertiesRequest } from '../../../proto/gen/lockstep/v1/SetPropertiesRequest.ts';
import type { SetPropertiesResponse__Output } from '../../../proto/gen/lockstep/v1/SetPropertiesResponse.ts';
import { loadApi } from '../../../proto/load.ts';
import { TestController } from '../test-controller.ts';
import { type ServedApi, serveApi } from './served-api.ts';

const { v1 } = loadApi();

function ask<T>(call: (callback: requestCallback<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error !== null || value === undefined ? reject(error) : resolve(value)));
  });
}

describe('Properties over gRPC', () => {
  let made: TestController;
  let server: ServedApi;
  let properties: InstanceType<typeof v1.PropertyService>;
  let resources: InstanceType<typeof v1.ResourceService>;
  before(async () => {
    made = await TestController.ready(['alpha', 'bravo']);
    server = await serveApi(made.controller);
    const target = server.address;
    properties = new v1.PropertyService(target, credentials.createInsecure());
    resources = new v1.ResourceService(target, credentials.createInsecure());
    await made.define('db');
    await made.addVolume('db');
    await made.create('db', ['alpha', 'bravo']);
  });
  after(async () => {
    properties.close();
    resources.close();
    await server.close();
    await made.stop();
  });

  const set = async (request: SetPropertiesRequest): Promise<string[]> => {
    const reply = await ask<SetPropertiesResponse__Output>((done) => properties.Set(request, done));
    return reply.answers.map(({ severity, codeName }) => `${severity} ${codeName}`);
  };
  const list = (resourceNames: string[], effectiveProps: boolean) =>
    ask<ListResourcesResponse__Output>((done) => resources.List({ resourceNames, effectiveProps }, done));

  it('are refused without an owner, and changed as a whole with one', async () => {
    expect(await set({ overrideProps: { 'Aux/x': 'y' } })).to.deep.equal(['SEVERITY_ERROR INVALID_ARGUMENT']);
    const owner = { kind: 'resource-definition', resourceName: 'DB' };
    const mixed = { 'Aux/a': '1', 'Aux/b': '2', 'DrbdOptions/Net/ping-int': 'often' };
    expect(await set({ owner, overrideProps: mixed })).to.deep.equal(['SEVERITY_ERROR PROPERTY_INVALID']);
    expect(await set({ owner, overrideProps: { 'Aux/a': '1', 'Aux/b': '2' } })).to.deep.equal([
      'SEVERITY_SUCCESS MODIFIED',
    ]);
    expect(await set({ owner, overrideProps: { 'Aux/b': '2' } })).to.deep.equal(['SEVERITY_SUCCESS UNCHANGED']);
    expect(await set({ owner, deleteNamespaces: ['Aux'] })).to.deep.equal(['SEVERITY_SUCCESS MODIFIED']);
    const found = await ask<ListPropertiesResponse__Output>((done) => properties.List({ owner }, done));
    expect(found.props).to.deep.equal({});
  });

  it('come with a list of resources, inherited ones with their origin, when they are asked for', async () => {
    const key = 'DrbdOptions/Resource/nr-requests';
    await set({ owner: { kind: 'controller' }, overrideProps: { [key]: '4000' } });
    await set({ owner: { kind: 'resource', resourceName: 'db', nodeName: 'alpha' }, overrideProps: { [key]: '5000' } });
    const [alpha, bravo] = (await list(['db'], true)).resources;
    expect(alpha?.props).to.deep.equal({ [key]: '5000' });
    expect(alpha?.effectiveProps[key]).to.deep.equal({
      value: '5000',
      origin: 'R',
      overridden: [{ value: '4000', origin: 'C' }],
    });
    expect(bravo?.effectiveProps[key]).to.deep.equal({ value: '4000', origin: 'C', overridden: [] });
    expect(bravo?.effectiveProps['DrbdOptions/Resource/quorum']).to.deep.equal({
      value: 'off',
      origin: 'A',
      overridden: [],
    });
    expect((await list(['db'], false)).resources[0]?.effectiveProps).to.deep.equal({});
  });

  it('are explained, each with what may be written', async () => {
    const info = (kind: string) => ask<PropertiesInfoResponse__Output>((done) => properties.Info({ kind }, done));
    const quorum = (await info('')).properties.find(({ key }) => key === 'DrbdOptions/Resource/quorum');
    expect(quorum).to.deep.include({
      type: 'option',
      usual: 'off',
      allowed: 'off, majority, all, or a number from 1 to 32',
    });
    expect(quorum?.kinds).to.deep.equal(['resource', 'resource-definition', 'resource-group', 'node', 'controller']);
    const pools = (await info('storage-pool')).properties.map(({ key }) => key);
    expect(pools).to.include('Autoplacer/MaxThroughput').and.not.to.include('DrbdOptions/Resource/quorum');
    expect((await info('planet')).answers.map(({ codeName }) => codeName)).to.deep.equal(['INVALID_ARGUMENT']);
  });
});
