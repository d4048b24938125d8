/**
 * The gRPC API of a leading controller: each handler takes a request apart, makes one call of the service layer and
 * renders the result. No rules here. `GrpcEndpoint` serves it.
 */
import {
  type handleUnaryCall,
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  status as grpcStatus,
} from '@grpc/grpc-js';
import { asOperationError } from '../../common/errors.ts';
import type { BackupResponse } from '../../proto/gen/lockstep/v1/BackupResponse.ts';
import type { WatchEventsRequest__Output } from '../../proto/gen/lockstep/v1/WatchEventsRequest.ts';
import type { WatchEventsResponse } from '../../proto/gen/lockstep/v1/WatchEventsResponse.ts';
import { loadApi } from '../../proto/load.ts';
import { DiskService } from '../service/disk-service.ts';
import { NodeLifeCycle } from '../service/node-life-cycle.ts';
import { Attempts } from '../service/attempts.ts';
import { ConnectionService } from '../service/connection-service.ts';
import { KeyValueService } from '../service/key-value-service.ts';
import { MigrationService } from '../service/migration-service.ts';
import { NetInterfaceService } from '../service/net-interface-service.ts';
import type { Answer } from '../domain/answer.ts';
import { CapacityQueries } from '../service/capacity-queries.ts';
import { NodeService } from '../service/node-service.ts';
import { PropertyService } from '../service/property-service.ts';
import { ResourceDefinitionService } from '../service/resource-definition-service.ts';
import { ResourceGroupService } from '../service/resource-group-service.ts';
import { ResourceService } from '../service/resource-service.ts';
import { SpawnService } from '../service/spawn-service.ts';
import { StoragePoolService } from '../service/storage-pool-service.ts';
import type { CallOptions, Reply, ServiceContext } from '../service/use-case.ts';
import { waitForSync } from '../service/sync-wait.ts';
import { VolumeDefinitionService } from '../service/volume-definition-service.ts';
import { listAdvice } from './advice-messages.ts';
import { API_VERSION } from './api-version.ts';
import { sendBackup } from './backup-stream.ts';
import { deleteReports, renderReport, reportFilterOf } from './error-report-messages.ts';
import { EVENT_KINDS, EventFeed, type EventKind } from './event-feed.ts';
import type { ServedService } from './grpc-endpoint.ts';
import { Listing } from './listing.ts';
import { listConnections, propertiesInfo, propertiesMessage, propertyAddress } from './property-messages.ts';
import { migrationMessage } from './migration-messages.ts';
import { filterChangeOf, renderPoolCandidate, renderSizeInfo, shortFilterChangeOf } from './placement-messages.ts';
import { renderAnswer } from './render.ts';

/** A watcher that lets more events pile up is cut off. */
const EVENTS_QUEUED_MAX = 10_000;

export interface ServerIdentity {
  readonly version: string;
  readonly controllerId: string;
  readonly epoch: number;
  /** Where clients find this controller. */
  readonly address: string;
}

export class GrpcServer {
  readonly services: ServedService[] = [];
  private readonly server: Pick<Server, 'addService'> = {
    addService: (definition, implementation) => void this.services.push({ definition, implementation }),
  };
  /** Calls that are under way. */
  private readonly waiting = new Set<AbortController>();
  private readonly context: ServiceContext;
  private readonly identity: ServerIdentity;
  private readonly feed: EventFeed;
  private readonly streams = new Set<ServerWritableStream<WatchEventsRequest__Output, WatchEventsResponse>>();

  constructor(context: ServiceContext, identity: ServerIdentity) {
    this.context = context;
    this.identity = identity;
    this.feed = new EventFeed(context);
    this.addNodes();
    this.addDefinitions();
    this.addResources();
    this.addMigrations();
    this.addProperties();
    this.addGroups();
    this.addController();
  }

  /** Ends what waits and watches. */
  close(): void {
    this.feed.close();
    for (const call of this.waiting) call.abort();
    for (const stream of this.streams) stream.end();
  }

  private addNodes(): void {
    const { v1 } = loadApi();
    const listing = new Listing(this.context);
    const nodes = new NodeService(this.context);
    const lifeCycle = new NodeLifeCycle(this.context);
    const attempts = new Attempts(this.context);
    const interfaces = new NetInterfaceService(this.context);
    this.server.addService(v1.NodeService.service, {
      Create: this.unary(async (request, call) => answersOf(await nodes.create(request, optionsOf(request, call)))),
      Delete: this.unary(async (request, call) =>
        answersOf(await nodes.delete(request.name, optionsOf(request, call))),
      ),
      List: this.unary((request) => listing.nodes(request)),
      Evacuate: this.unary(async (request, call) =>
        answersOf(await lifeCycle.evacuate(request, optionsOf(request, call))),
      ),
      Restore: this.unary(async (request, call) =>
        answersOf(await lifeCycle.restore(request.name, optionsOf(request, call))),
      ),
      Lost: this.unary(async (request, call) =>
        answersOf(await lifeCycle.lost(request.name, optionsOf(request, call))),
      ),
      Reconnect: this.unary(async (request, call) =>
        answersOf(await attempts.reconnect(request.names, optionsOf({ ...request, requestId: '' }, call))),
      ),
      Modify: this.unary(async (request, call) => answersOf(await nodes.modify(request, optionsOf(request, call)))),
      CreateInterface: this.unary(async (request, call) =>
        answersOf(await interfaces.create(request, optionsOf(request, call))),
      ),
      ModifyInterface: this.unary(async (request, call) =>
        answersOf(await interfaces.modify(request, optionsOf(request, call))),
      ),
      DeleteInterface: this.unary(async (request, call) =>
        answersOf(await interfaces.delete(request.nodeName, request.name, optionsOf(request, call))),
      ),
    });
  }

  private addDefinitions(): void {
    const { v1 } = loadApi();
    const listing = new Listing(this.context);
    const pools = new StoragePoolService(this.context);
    const definitions = new ResourceDefinitionService(this.context);
    const volumes = new VolumeDefinitionService(this.context);
    this.server.addService(v1.StoragePoolService.service, {
      Create: this.unary(async (request, call) => answersOf(await pools.create(request, optionsOf(request, call)))),
      Delete: this.unary(async (request, call) =>
        answersOf(await pools.delete(request.nodeNames, request.name, optionsOf(request, call))),
      ),
      List: this.unary((request) => listing.storagePools(request)),
    });
    this.server.addService(v1.ResourceDefinitionService.service, {
      Create: this.unary(async (request, call) => {
        const input = { ...request, groupName: request.resourceGroupName };
        return answersOf(await definitions.create(input, optionsOf(request, call)));
      }),
      Modify: this.unary(async (request, call) => {
        const { name, resourceGroupName: groupName, peerSlots } = request;
        return answersOf(await definitions.modify({ name, groupName, peerSlots }, optionsOf(request, call)));
      }),
      WaitSync: this.unary(async (request, call) =>
        answersOf(await waitForSync(this.context, request.name, optionsOf({ ...request, requestId: '' }, call))),
      ),
      Delete: this.unary(async (request, call) =>
        answersOf(await definitions.delete(request.name, optionsOf(request, call))),
      ),
      List: this.unary((request) => listing.resourceDefinitions(request)),
    });
    this.server.addService(v1.VolumeDefinitionService.service, {
      Create: this.unary(async (request, call) => {
        const reply = await volumes.create(request, optionsOf(request, call));
        const { volumeNumber } = reply;
        return { ...answersOf(reply), ...(volumeNumber === undefined ? {} : { volumeNumber }) };
      }),
      Delete: this.unary(async (request, call) =>
        answersOf(await volumes.delete(request.resourceName, request.volumeNumber, optionsOf(request, call))),
      ),
      SetSize: this.unary(async (request, call) => answersOf(await volumes.setSize(request, optionsOf(request, call)))),
      List: this.unary((request) => listing.volumeDefinitions(request)),
    });
  }

  private addResources(): void {
    const { v1 } = loadApi();
    const listing = new Listing(this.context);
    const resources = new ResourceService(this.context);
    const disks = new DiskService(this.context);
    const attempts = new Attempts(this.context);
    this.server.addService(v1.ResourceService.service, {
      Create: this.unary(async (request, call) => placedOf(await resources.create(request, optionsOf(request, call)))),
      AutoPlace: this.unary(async (request, call) =>
        placedOf(await resources.autoPlace({ ...request, ...shortFilterChangeOf(request) }, optionsOf(request, call))),
      ),
      MakeAvailable: this.unary(async (request, call) =>
        placedOf(await resources.makeAvailable(request, optionsOf(request, call))),
      ),
      Delete: this.unary(async (request, call) => answersOf(await resources.delete(request, optionsOf(request, call)))),
      List: this.unary((request) => listing.resources(request)),
      Retry: this.unary(async (request, call) =>
        answersOf(await attempts.retry(request, optionsOf({ ...request, requestId: '' }, call))),
      ),
      ToggleDisk: this.unary(async (request, call) => answersOf(await disks.toggle(request, optionsOf(request, call)))),
      Migrate: this.unary(async (request, call) => {
        const { resourceName, fromNodeName: from, toNodeName: to, storagePoolName } = request;
        return answersOf(await disks.migrate({ resourceName, from, to, storagePoolName }, optionsOf(request, call)));
      }),
    });
    this.server.addService(v1.VolumeService.service, { List: this.unary((request) => listing.volumes(request)) });
  }

  private addMigrations(): void {
    const { v1 } = loadApi();
    const migrations = new MigrationService(this.context);
    this.server.addService(v1.MigrationService.service, {
      Begin: this.unary(async (request, call) => {
        const { resourceName, fromNodeName: from, toNodeName: to, timeLimitS } = request;
        return answersOf(await migrations.begin({ resourceName, from, to, timeLimitS }, optionsOf(request, call)));
      }),
      Finish: this.unary(async (request, call) =>
        answersOf(await migrations.finish(request.resourceName, optionsOf(request, call))),
      ),
      Abort: this.unary(async (request, call) =>
        answersOf(await migrations.abort(request.resourceName, optionsOf(request, call))),
      ),
      List: this.unary(async ({ resourceNames }) => ({
        migrations: migrations.list(resourceNames).map(migrationMessage),
      })),
    });
  }

  private addProperties(): void {
    const { v1 } = loadApi();
    const { state } = this.context;
    const properties = new PropertyService(this.context);
    const connections = new ConnectionService(this.context);
    const keyValues = new KeyValueService(this.context);
    this.server.addService(v1.PropertyService.service, {
      Set: this.unary(async (request, call) =>
        answersOf(await properties.set(propertyAddress(request.owner), request, optionsOf(request, call))),
      ),
      List: this.unary(async (request) => {
        const found = properties.list(propertyAddress(request.owner));
        return 'severity' in found ? { answers: [renderAnswer(found)] } : propertiesMessage(found);
      }),
      Info: this.unary(async (request) => propertiesInfo(request.kind)),
    });
    this.server.addService(v1.ConnectionService.service, {
      List: this.unary(async (request) => ({ connections: listConnections(state.view, request) })),
      CreatePath: this.unary(async (request, call) =>
        answersOf(await connections.createPath(request, optionsOf(request, call))),
      ),
      DeletePath: this.unary(async (request, call) =>
        answersOf(await connections.deletePath(request, optionsOf(request, call))),
      ),
    });
    this.server.addService(v1.KeyValueStoreService.service, {
      List: this.unary(async (request) => ({
        keyValueStores: keyValues.list(request.names).map(({ instance, props }) => ({ name: instance, props })),
      })),
      Modify: this.unary(async (request, call) =>
        answersOf(await keyValues.modify(request.name, request, optionsOf(request, call))),
      ),
      Delete: this.unary(async (request, call) =>
        answersOf(await keyValues.delete(request.name, optionsOf(request, call))),
      ),
    });
  }

  private addGroups(): void {
    const { v1 } = loadApi();
    const listing = new Listing(this.context);
    const groups = new ResourceGroupService(this.context);
    const spawning = new SpawnService(this.context);
    const queries = new CapacityQueries(this.context);
    const answered = (answers: readonly Answer[]) => answers.map(renderAnswer);
    this.server.addService(v1.ResourceGroupService.service, {
      Create: this.unary(async (request, call) =>
        answersOf(await groups.create({ ...groupOf(request), ...filterChangeOf(request) }, optionsOf(request, call))),
      ),
      Modify: this.unary(async (request, call) =>
        answersOf(await groups.modify({ ...groupOf(request), ...filterChangeOf(request) }, optionsOf(request, call))),
      ),
      Delete: this.unary(async (request, call) =>
        answersOf(await groups.delete(request.name, optionsOf(request, call))),
      ),
      List: this.unary((request) => listing.resourceGroups(request)),
      Spawn: this.unary(async (request, call) =>
        placedOf(
          await spawning.spawn(
            { ...request, peerSlots: request.peerSlots, ...filterChangeOf(request) },
            optionsOf(request, call),
          ),
        ),
      ),
      Adjust: this.unary(async (request, call) =>
        answersOf(await spawning.adjust(request.name, optionsOf(request, call))),
      ),
      QuerySizeInfo: this.unary(async (request) => {
        const { answers, sizeInfo } = queries.sizeInfo(request.groupName, filterChangeOf(request));
        return { answers: answered(answers), ...(sizeInfo === undefined ? {} : renderSizeInfo(sizeInfo)) };
      }),
      QueryMaxVolumeSize: this.unary(async (request) => {
        const { answers, candidates } = queries.maxVolumes(request.groupName, filterChangeOf(request));
        return { answers: answered(answers), candidates: candidates.map(renderPoolCandidate) };
      }),
      CreateVolumeGroup: this.unary(async (request, call) => {
        const { groupName, volumeNumber, gross } = request;
        const reply = await groups.createVolume({ groupName, volumeNumber, gross }, optionsOf(request, call));
        return {
          ...answersOf(reply),
          ...(reply.volumeNumber === undefined ? {} : { volumeNumber: reply.volumeNumber }),
        };
      }),
      DeleteVolumeGroup: this.unary(async (request, call) =>
        answersOf(await groups.deleteVolume(request.groupName, request.volumeNumber, optionsOf(request, call))),
      ),
    });
  }

  private addController(): void {
    const { v1 } = loadApi();
    const { version, controllerId, epoch, address } = this.identity;
    const self = { epoch, role: 'leader', leader: address };
    this.server.addService(v1.ControllerService.service, {
      Version: this.unary(async () => ({ version, apiVersion: API_VERSION, controllerId, role: 'leader' })),
      Health: this.unary(async () => {
        const { state, status } = this.context;
        try {
          const { result: view } = await state.transaction((draft) => draft);
          const online = view.nodes.all().filter((node) => status.node(node.name).connection === 'ONLINE').length;
          return { healthy: true, message: 'ok', nodesTotal: view.nodes.size, nodesOnline: online, ...self };
        } catch (error) {
          return { healthy: false, message: asOperationError(error).message, ...self };
        }
      }),
      Backup: (call: ServerWritableStream<unknown, BackupResponse>) => sendBackup(this.context, call),
    });
    this.server.addService(v1.AdviceService.service, {
      List: this.unary(async (request) => listAdvice(this.context, request)),
    });
    const { reports } = this.context;
    this.server.addService(v1.ErrorReportService.service, {
      List: this.unary(async ({ filter }) => ({
        reports: reports.list(reportFilterOf(filter)).map((report) => renderReport(report, version)),
      })),
      Delete: this.unary(({ filter }) => deleteReports(reports, reportFilterOf(filter))),
    });
    this.server.addService(v1.EventService.service, {
      Watch: (call: ServerWritableStream<WatchEventsRequest__Output, WatchEventsResponse>) => this.watch(call),
    });
  }

  private watch(call: ServerWritableStream<WatchEventsRequest__Output, WatchEventsResponse>): void {
    const asked = call.request.kinds;
    const unknown = asked.find((kind) => !EVENT_KINDS.some((known) => known === kind));
    if (unknown !== undefined) {
      const details = `"${unknown.slice(0, 64)}" is not a kind of object: use ${EVENT_KINDS.join(', ')}`;
      call.emit('error', { code: grpcStatus.INVALID_ARGUMENT, details });
      return;
    }
    const kinds = new Set<EventKind>(EVENT_KINDS.filter((kind) => asked.length === 0 || asked.includes(kind)));
    let sequence = 0;
    let closed = false;
    let unsubscribe = (): void => {};
    const end = (): void => {
      closed = true;
      unsubscribe();
      this.streams.delete(call);
    };
    call.on('cancelled', end);
    call.on('close', end);
    this.streams.add(call);
    const send = (event: Omit<WatchEventsResponse, 'sequence'>): void => {
      if (closed) return;
      sequence += 1;
      call.write({ ...event, sequence });
      if (call.writableLength <= EVENTS_QUEUED_MAX) return;
      end();
      call.emit('error', {
        code: grpcStatus.RESOURCE_EXHAUSTED,
        details: 'Events come faster than they are read: watch again',
      });
    };
    void this.feed.subscribe({ kinds, send }).then((stop) => {
      unsubscribe = stop;
      if (closed) stop();
    });
  }

  /** Cancelling the call aborts `signal`: nobody waits any more, but nothing that has been decided is undone. */
  private unary<Request, Response>(
    handle: (request: Request, signal: AbortSignal) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return (call: ServerUnaryCall<Request, Response>, respond) => {
      const cancelling = new AbortController();
      call.on('cancelled', () => cancelling.abort());
      this.waiting.add(cancelling);
      handle(call.request, cancelling.signal).then(
        (response) => {
          this.waiting.delete(cancelling);
          respond(null, response);
        },
        (error: unknown) => {
          this.waiting.delete(cancelling);
          const reason = asOperationError(error);
          this.context.log.error({ path: call.getPath(), error: String(error) }, 'call failed');
          this.context.reports.failed(call.getPath(), error);
          respond({ code: grpcStatus.INTERNAL, details: [reason.message, reason.because].filter(Boolean).join(': ') });
        },
      );
    };
  }
}

interface OptionFields {
  readonly requestId: string;
  readonly async?: boolean;
  readonly waitMs?: number;
  readonly whatIf?: boolean;
}

function optionsOf(request: OptionFields, signal: AbortSignal): CallOptions {
  const { requestId, async = false, waitMs, whatIf } = request;
  return { requestId, async, waitMs, whatIf, signal };
}

interface GroupFields {
  readonly name: string;
  readonly description?: string;
  readonly peerSlots?: number;
}

const groupOf = ({ name, description, peerSlots }: GroupFields) => ({ name, description, peerSlots });

const answersOf = (reply: Reply) => ({ answers: reply.answers.map(renderAnswer) });
const placedOf = (reply: Reply) => ({ ...answersOf(reply), nodeNames: [...reply.nodeNames] });
