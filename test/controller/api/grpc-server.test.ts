import { credentials, type requestCallback, type ServiceError } from '@grpc/grpc-js';
import { expect } from 'chai';
import { type Controller, startController } from '../../../controller/controller.ts';
import { SILENT_LOG } from '../../../controller/ports.ts';
import { GrpcSatelliteClient } from '../../../controller/satellites/grpc-satellite-client.ts';
import { MemoryStore } from '../../../controller/store/memory-store.ts';
import type { AutoPlaceResourceResponse__Output } from '../../../proto/gen/lockstep/v1/AutoPlaceResourceResponse.ts';
import type { CreateNodeResponse__Output } from '../../../proto/gen/lockstep/v1/CreateNodeResponse.ts';
import type { CreateResourceDefinitionResponse__Output } from '../../../proto/gen/lockstep/v1/CreateResourceDefinitionResponse.ts';
import type { CreateStoragePoolResponse__Output } from '../../../proto/gen/lockstep/v1/CreateStoragePoolResponse.ts';
import type { CreateVolumeDefinitionResponse__Output } from '../../../proto/gen/lockstep/v1/CreateVolumeDefinitionResponse.ts';
import type { HealthResponse__Output } from '../../../proto/gen/lockstep/v1/HealthResponse.ts';
import type { ListNodesResponse__Output } from '../../../proto/gen/lockstep/v1/ListNodesResponse.ts';
import type { ListResourceDefinitionsResponse__Output } from '../../../proto/gen/lockstep/v1/ListResourceDefinitionsResponse.ts';
import type { ListResourcesResponse__Output } from '../../../proto/gen/lockstep/v1/ListResourcesResponse.ts';
import type { ListVolumesResponse__Output } from '../../../proto/gen/lockstep/v1/ListVolumesResponse.ts';
import type { VersionResponse__Output } from '../../../proto/gen/lockstep/v1/VersionResponse.ts';
import type { ApiAnswer__Output } from '../../../proto/gen/lockstep/v1/ApiAnswer.ts';
import type { WatchEventsResponse__Output } from '../../../proto/gen/lockstep/v1/WatchEventsResponse.ts';
import { loadApi } from '../../../proto/load.ts';
import { MemorySatellites } from '../memory-satellites.ts';
import { countingRandom, realClock } from '../test-controller.ts';
import { serveSatellite } from './satellite-server.ts';
import { serveApi, type ServedApi } from './served-api.ts';

const { v1 } = loadApi();

/** A unary call as a promise. */
function ask<T>(call: (callback: requestCallback<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error !== null || value === undefined ? reject(error) : resolve(value)));
  });
}

const words = (reply: { answers: readonly ApiAnswer__Output[] }): string[] =>
  reply.answers.map((answer) => `${answer.severity} ${answer.codeName}`);

describe('gRPC API', () => {
  let controller: Controller;
  let server: ServedApi;
  let store: MemoryStore;
  let target: string;
  let satellitePorts: Record<string, number> = {};
  let closers: (() => void)[] = [];
  const satellites = new MemorySatellites(['alpha', 'bravo']);
  const clients = <T>(make: (address: string) => T): T => make(target);

  before(async () => {
    for (const [, satellite] of satellites.byName) {
      const { port, close } = await serveSatellite(satellite);
      satellitePorts = { ...satellitePorts, [satellite.name]: port };
      closers = [...closers, close];
    }
    store = new MemoryStore();
    controller = await startController({
      store,
      connect: (satellite, commander) => new GrpcSatelliteClient(satellite, commander, 'test'),
      clock: realClock,
      random: countingRandom(),
      log: SILENT_LOG,
    });
    server = await serveApi(controller, '1.2.3');
    target = server.address;
  });

  after(async () => {
    await server.close();
    await controller.stop();
    await store.close();
    for (const close of closers) close();
  });

  const connect = <T extends { close(): void }>(
    make: new (address: string, credential: ReturnType<typeof credentials.createInsecure>) => T,
  ): T => {
    const client = clients((address) => new make(address, credentials.createInsecure()));
    closers = [...closers, () => client.close()];
    return client;
  };

  it('takes a resource from nodes to a list of volumes, and streams what happens', async () => {
    const events: WatchEventsResponse__Output[] = [];
    const stream = connect(v1.EventService).watch({});
    stream.on('data', (event: WatchEventsResponse__Output) => events.push(event));
    stream.on('error', () => {});
    const synced = new Promise<void>((resolve) => stream.once('data', () => resolve()));
    await synced;
    const nodes = connect(v1.NodeService);
    const pools = connect(v1.StoragePoolService);
    for (const [name, satellitePort] of Object.entries(satellitePorts)) {
      const created = await ask<CreateNodeResponse__Output>((done) =>
        nodes.create({ name, address: '127.0.0.1', satellitePort }, done),
      );
      expect(words(created)).to.deep.equal(['SEVERITY_SUCCESS CREATED']);
      const pool = { nodeName: name, name: 'DfltStorPool', providerKind: 'FILE', directory: '/data' };
      expect(words(await ask<CreateStoragePoolResponse__Output>((done) => pools.create(pool, done)))).to.deep.equal([
        'SEVERITY_SUCCESS CREATED',
      ]);
    }
    await ask<CreateResourceDefinitionResponse__Output>((done) =>
      connect(v1.ResourceDefinitionService).create({ name: 'db' }, done),
    );
    const volume = await ask<CreateVolumeDefinitionResponse__Output>((done) =>
      connect(v1.VolumeDefinitionService).create({ resourceName: 'db', sizeKib: 4096 }, done),
    );
    expect(volume.volumeNumber).to.equal(0);
    const resources = connect(v1.ResourceService);
    const placed = await ask<AutoPlaceResourceResponse__Output>((done) =>
      resources.autoPlace({ resourceName: 'db', placeCount: 2 }, done),
    );
    expect([...placed.nodeNames].sort()).to.deep.equal(['alpha', 'bravo']);

    const { nodes: listed } = await ask<ListNodesResponse__Output>((done) => nodes.list({}, done));
    expect(listed.map((node) => [node.name, node.connectionStatus])).to.deep.equal([
      ['alpha', 'ONLINE'],
      ['bravo', 'ONLINE'],
    ]);
    const { volumes } = await ask<ListVolumesResponse__Output>((done) =>
      connect(v1.VolumeService).list({ nodeNames: ['ALPHA'] }, done),
    );
    expect(volumes[0]).to.include({
      diskState: 'UpToDate',
      devicePath: 'nbd://127.0.0.1:10809/db/0',
      usableKib: 4096,
      allocatedKib: 4096,
      current: true,
    });
    expect(volumes[0]?.peers[0]).to.include({
      peerNodeName: 'bravo',
      replicationState: 'SyncTarget',
      donePercent: 0,
      outOfSyncKib: 4,
    });
    const { resources: shown } = await ask<ListResourcesResponse__Output>((done) => resources.list({}, done));
    expect(shown[0]).to.include({ role: 'Secondary', inUse: false });
    expect(shown[0]?.connections[0]).to.include({ peerNodeName: 'bravo', connectionState: 'Connected' });
    expect(satellites.get('alpha').resources.get('DB')?.peers[0]?.bitmapSlot).to.equal(0);

    const deadline = performance.now() + 3_000;
    const seen = () => events.map((event) => `${event.action} ${event.kind} ${event.key}`);
    while (!seen().includes('create resource db/alpha') && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen()[0]).to.equal('sync  ');
    expect(seen()).to.include.members([
      'create node alpha',
      'create storage-pool bravo/DfltStorPool',
      'create resource-definition db',
      'create volume-definition db/0',
      'create resource db/alpha',
    ]);
    expect(events.map((event) => event.sequence)).to.deep.equal(events.map((_, index) => index + 1));
    stream.cancel();
  });

  it('answers a refusal with status OK, the code, the cause and the correction', async () => {
    const reply = await ask<CreateNodeResponse__Output>((done) =>
      connect(v1.NodeService).create({ name: 'alpha', address: '127.0.0.1' }, done),
    );
    expect(reply.answers[0]).to.deep.include({
      severity: 'SEVERITY_ERROR',
      code: 1101,
      codeName: 'NODE_EXISTS',
      refs: { node: 'alpha' },
    });
    expect(reply.answers[0]?.correction).to.not.equal('');
  });

  it('begins a stream of events with what exists', async () => {
    const stream = connect(v1.EventService).watch({ kinds: ['node'] });
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', (event: WatchEventsResponse__Output) => {
        seen.push(`${event.action} ${event.key}`);
        if (event.action === 'sync') resolve();
      });
    });
    stream.removeAllListeners('error').on('error', () => {});
    stream.cancel();
    expect(seen).to.deep.equal(['exists alpha', 'exists bravo', 'sync ']);
  });

  it('refuses an unknown kind of event', async () => {
    const stream = connect(v1.EventService).watch({ kinds: ['potato'] });
    const error = await new Promise<ServiceError>((resolve) => stream.on('error', resolve));
    expect(error.details).to.contain('potato');
  });

  it('tells its version and health', async () => {
    const client = connect(v1.ControllerService);
    expect(await ask<VersionResponse__Output>((done) => client.version({}, done))).to.include({
      version: '1.2.3',
      apiVersion: 1,
    });
    expect(await ask<HealthResponse__Output>((done) => client.health({}, done))).to.include({
      healthy: true,
      nodesTotal: 2,
      nodesOnline: 2,
    });
  });

  it('keeps what a cancelled call has decided', async () => {
    const client = connect(v1.ResourceDefinitionService);
    const call = client.create({ name: 'maybe' }, () => {});
    call.cancel();
    const { resourceDefinitions } = await ask<ListResourceDefinitionsResponse__Output>((done) =>
      client.list({ names: ['maybe'] }, done),
    );
    expect(resourceDefinitions.length).to.be.oneOf([0, 1]);
    const again = words(
      await ask<CreateResourceDefinitionResponse__Output>((done) => client.create({ name: 'maybe' }, done)),
    );
    expect(again[0]).to.be.oneOf(['SEVERITY_SUCCESS CREATED', 'SEVERITY_ERROR RESOURCE_DEFINITION_EXISTS']);
  });
});
