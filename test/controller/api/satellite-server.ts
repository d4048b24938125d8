/** A gRPC satellite on a loopback port in front of a MemorySatellite: both directions of the contract are exercised. */
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import { renderAnswer } from '../../../controller/api/render.ts';
import type { DesiredPool, DesiredResource } from '../../../controller/domain/desired.ts';
import type { Protocol } from '../../../controller/domain/resource-definition.ts';
import type { ProviderKind } from '../../../controller/domain/storage-pool.ts';
import type { StatusReport } from '../../../controller/satellites/satellite-client.ts';
import type { ApplyRequest__Output } from '../../../proto/gen/lockstep/satellite/v1/ApplyRequest.ts';
import type { SatelliteServiceHandlers } from '../../../proto/gen/lockstep/satellite/v1/SatelliteService.ts';
import type { SatelliteStatus } from '../../../proto/gen/lockstep/satellite/v1/SatelliteStatus.ts';
import type { WatchRequest__Output } from '../../../proto/gen/lockstep/satellite/v1/WatchRequest.ts';
import { loadApi } from '../../../proto/load.ts';
import type { MemorySatellite } from '../memory-satellites.ts';

export async function serveSatellite(
  satellite: MemorySatellite,
  apiVersion = 1,
): Promise<{ port: number; close: () => void }> {
  const server = new Server();
  const handlers: SatelliteServiceHandlers = {
    Hello: async (call, respond) => {
      const { controllerId, epoch, nodeName } = call.request;
      const reply = await satellite.client({ controllerId, epoch }).hello(nodeName);
      respond(null, {
        answers: reply.answers.map(renderAnswer),
        nodeName: reply.nodeName,
        satelliteVersion: reply.version,
        apiVersion,
      });
    },
    Apply: async (call, respond) => {
      const { controllerId, epoch, revision, full } = call.request;
      const command = {
        revision,
        full,
        pools: call.request.storagePools.map(poolFrom),
        resources: call.request.resources.map(resourceFrom),
      };
      const reply = await satellite.client({ controllerId, epoch }).apply(command, new AbortController().signal);
      const results = reply.outcomes.map((each) => ({ ...each, answers: each.answers.map(renderAnswer) }));
      respond(null, { answers: reply.answers.map(renderAnswer), results });
    },
    Watch: (call: ServerWritableStream<WatchRequest__Output, SatelliteStatus>) => {
      const { controllerId, epoch } = call.request;
      const ending = new AbortController();
      call.on('cancelled', () => ending.abort());
      const send = (report: StatusReport): void => void call.write(statusTo(report));
      satellite.client({ controllerId, epoch }).watch(send, () => call.end(), ending.signal);
    },
  };
  server.addService(loadApi().satellite.SatelliteService.service, { ...handlers });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

const poolFrom = (pool: ApplyRequest__Output['storagePools'][number]): DesiredPool => {
  return { ...pool, providerKind: pool.providerKind as ProviderKind };
};

const resourceFrom = (resource: ApplyRequest__Output['resources'][number]): DesiredResource => ({
  name: resource.name,
  nodeId: resource.nodeId as NodeId,
  delete: resource.delete,
  options: resource.options,
  volumes: resource.volumes.map((volume) => ({
    volume: volume.volumeNumber as VolumeNumber,
    sizeKib: volume.sizeKib,
    diskful: volume.diskful,
    storagePool: volume.storagePoolName,
    blockBytes: volume.blockBytes,
    peerSlots: volume.peerSlots,
    initialGeneration: volume.initialGeneration === '' ? undefined : volume.initialGeneration,
    delete: volume.delete,
    options: volume.options,
  })),
  peers: resource.peers.map((peer) => ({
    nodeId: peer.nodeId as NodeId,
    name: peer.name,
    address: peer.address,
    replicationPort: peer.replicationPort,
    protocol: peer.protocol as Protocol,
    diskful: peer.diskful,
    bitmapSlot: peer.bitmapSlot,
    options: peer.options,
  })),
});

function statusTo(report: StatusReport): SatelliteStatus {
  return {
    full: report.full,
    storagePools: report.pools.map((pool) => ({
      name: pool.name,
      providerKind: pool.providerKind,
      totalCapacityKib: pool.totalKib,
      freeCapacityKib: pool.freeKib,
      maxVolumeKib: pool.maxVolumeKib,
    })),
    resources: report.resources.map((resource) => ({
      name: resource.name,
      role: resource.role,
      inUse: resource.inUse,
      volumes: resource.volumes.map(({ volume, ...rest }) => ({ ...rest, volumeNumber: volume })),
      connections: resource.connections.map((connection) => ({
        peerName: connection.peerName,
        connectionState: connection.state,
        peerRole: connection.peerRole,
        protocol: connection.protocol,
        peerDevices: [
          {
            volumeNumber: 0,
            replicationState: 'SyncTarget',
            peerDiskState: 'UpToDate',
            donePercent: 0,
            outOfSyncKib: 4,
          },
        ],
      })),
    })),
  };
}
