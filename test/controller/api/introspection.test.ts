import {
  type ClientDuplexStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  makeGenericClientConstructor,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { expect } from 'chai';
import { service as healthService } from 'grpc-health-check';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TestController } from '../test-controller.ts';
import { serveApi, type ServedApi } from './served-api.ts';

const folderOf = (name: string): string => dirname(createRequire(import.meta.url).resolve(name));

interface ReflectionAnswer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly errorResponse?: { readonly errorCode: number };
}

/** One question over the stream of a reflection service. */
function reflect(address: string, version: string, question: object): Promise<ReflectionAnswer> {
  const file = join(folderOf('@grpc/reflection'), `../proto/grpc/reflection/${version}/reflection.proto`);
  const root = loadPackageDefinition(loadSync(file)) as {
    readonly grpc: { readonly reflection: Readonly<Record<string, GrpcObject>> };
  };
  const Reflection = root.grpc.reflection[version]?.['ServerReflection'] as ServiceClientConstructor;
  const client = new Reflection(address, credentials.createInsecure());
  const ask = client['serverReflectionInfo'] as () => ClientDuplexStream<object, ReflectionAnswer>;
  return new Promise((resolve, reject) => {
    const stream = ask.call(client);
    stream.on('data', (answer: ReflectionAnswer) => {
      resolve(answer);
      stream.end();
      client.close();
    });
    stream.on('error', reject);
    stream.write(question);
  });
}

/** @returns the status, or the code of the failure. */
function health(address: string, service: string): Promise<string | number> {
  const Health = makeGenericClientConstructor(healthService, 'Health');
  const client = new Health(address, credentials.createInsecure());
  const check = client['check'] as (
    request: object,
    done: (error: ServiceError | null, reply?: { readonly status: string }) => void,
  ) => void;
  return new Promise((resolve) =>
    check.call(client, { service }, (error, reply) => {
      client.close();
      resolve(error === null ? (reply?.status ?? '') : error.code);
    }),
  );
}

describe('What a controller tells of itself over gRPC', () => {
  let cluster: TestController;
  let server: ServedApi;
  before(async () => {
    cluster = await TestController.ready(['alpha']);
    server = await serveApi(cluster.controller);
  });
  after(async () => {
    await server.close();
    await cluster.stop();
  });

  for (const version of ['v1', 'v1alpha']) {
    it(`lists its services by reflection ${version}, not those of satellites`, async () => {
      const { listServicesResponse } = await reflect(server.address, version, { listServices: '*' });
      const names = listServicesResponse?.service.map(({ name }) => name) ?? [];
      expect(names).to.include.members([
        'grpc.health.v1.Health',
        'lockstep.v1.NodeService',
        'lockstep.v1.EventService',
      ]);
      expect(names.filter((name) => name.includes('satellite'))).to.deep.equal([]);
    });
  }

  it('describes a call with everything that it needs', async () => {
    const { fileDescriptorResponse } = await reflect(server.address, 'v1', {
      fileContainingSymbol: 'lockstep.v1.ResourceService',
    });
    const text = Buffer.concat(fileDescriptorResponse?.fileDescriptorProto ?? []).toString('latin1');
    for (const word of ['ResourceService', 'AutoPlace', 'AutoPlaceResourceRequest', 'SelectFilter', 'ApiAnswer']) {
      expect(text).to.contain(word);
    }
  });

  it('says that it does not know what it does not serve', async () => {
    const { errorResponse } = await reflect(server.address, 'v1', { fileContainingSymbol: 'lockstep.v1.Bogus' });
    expect(errorResponse?.errorCode).to.equal(5);
    expect(await health(server.address, 'lockstep.v1.Bogus')).to.equal(5);
  });

  it('is healthy as a leader; as a standby it is alive, and serves nothing but that', async () => {
    expect(await health(server.address, '')).to.equal('SERVING');
    expect(await health(server.address, 'lockstep.v1.NodeService')).to.equal('SERVING');
    server.standBy('127.0.0.1:1');
    try {
      expect(await health(server.address, '')).to.equal('SERVING');
      expect(await health(server.address, 'lockstep.v1.NodeService')).to.equal('NOT_SERVING');
      const { listServicesResponse } = await reflect(server.address, 'v1', { listServices: '*' });
      expect(listServicesResponse?.service.map(({ name }) => name)).to.include('lockstep.v1.NodeService');
    } finally {
      server.lead();
    }
  });
});
