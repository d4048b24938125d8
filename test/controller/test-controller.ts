/** A controller on a memory store (or a given one) with satellites in memory, and short forms of its operations. */
import { type Controller, startController } from '../../controller/controller.ts';
import { type Clock, type Random, SILENT_LOG } from '../../controller/ports.ts';
import { NodeService } from '../../controller/service/node-service.ts';
import { ResourceDefinitionService } from '../../controller/service/resource-definition-service.ts';
import type { FilterChange, FilterInput } from '../../controller/placement/filter-input.ts';
import { ResourceGroupService } from '../../controller/service/resource-group-service.ts';
import { SpawnService } from '../../controller/service/spawn-service.ts';
import { ResourceService } from '../../controller/service/resource-service.ts';
import { StoragePoolService } from '../../controller/service/storage-pool-service.ts';
import type { CallOptions, Reply } from '../../controller/service/use-case.ts';
import { VolumeDefinitionService } from '../../controller/service/volume-definition-service.ts';
import type { Properties } from '../../controller/domain/properties.ts';
import type { ClusterView } from '../../controller/domain/cluster-view.ts';
import type { KvStore } from '../../controller/store/kv-store.ts';
import { MemoryStore } from '../../controller/store/memory-store.ts';
import { MemorySatellites } from './memory-satellites.ts';

export const realClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Generations 0000000000000010, 0000000000000020 … */
export function countingRandom(): Random {
  let count = 0;
  return {
    generation: () => (16 * ++count).toString(16).toUpperCase().padStart(16, '0'),
    identity: () => `identity-${++count}`,
    jitter: () => 0.5,
  };
}

/** What most tests are not about. */
const NO_TIE_BREAKERS = { 'DrbdOptions/auto-add-quorum-tiebreaker': 'False' };

export const callOptions = (options: Partial<CallOptions> = {}): CallOptions => ({
  requestId: '',
  async: false,
  waitMs: 3_000,
  signal: new AbortController().signal,
  ...options,
});

export class TestController {
  readonly controller: Controller;
  readonly satellites: MemorySatellites;
  readonly store: KvStore;
  readonly nodes: NodeService;
  readonly pools: StoragePoolService;
  readonly definitions: ResourceDefinitionService;
  readonly volumes: VolumeDefinitionService;
  readonly resources: ResourceService;
  readonly groups: ResourceGroupService;
  readonly spawning: SpawnService;

  private constructor(controller: Controller, satellites: MemorySatellites, store: KvStore) {
    const { context } = controller;
    this.controller = controller;
    this.satellites = satellites;
    this.store = store;
    this.nodes = new NodeService(context);
    this.pools = new StoragePoolService(context);
    this.definitions = new ResourceDefinitionService(context);
    this.volumes = new VolumeDefinitionService(context);
    this.resources = new ResourceService(context);
    this.groups = new ResourceGroupService(context);
    this.spawning = new SpawnService(context);
  }

  static async start(names: readonly string[], store: KvStore = new MemoryStore(), known?: MemorySatellites) {
    const satellites = known ?? new MemorySatellites(names);
    const ports = { store, connect: satellites.connect, clock: realClock, random: countingRandom(), log: SILENT_LOG };
    return new TestController(await startController(ports), satellites, store);
  }

  /** Nodes with one FILE pool DfltStorPool each, all online. */
  static async ready(
    names: readonly string[],
    { kind = 'FILE', props = NO_TIE_BREAKERS }: { readonly kind?: string; readonly props?: Properties } = {},
  ): Promise<TestController> {
    const made = await TestController.start(names);
    await made.controller.context.state.transaction((draft) => draft.put('settings', { props }));
    for (const name of names) {
      await made.addNode(name);
      await made.addPool(name, kind);
    }
    return made;
  }

  addNode(name: string): Promise<Reply> {
    const ports = { satellitePort: undefined, replicationPort: undefined, nbdPort: undefined };
    return this.nodes.create({ name, address: '127.0.0.1', ...ports }, callOptions());
  }

  addPool(nodeName: string, providerKind = 'FILE', name = 'DfltStorPool'): Promise<Reply> {
    const backing =
      providerKind === 'DEVICE'
        ? { directory: '', devices: [`/dev/${name}`] }
        : { directory: `/d/${name}`, devices: [] };
    return this.pools.create({ nodeName, name, providerKind, ...backing }, callOptions());
  }

  define(name: string, peerSlots?: number): Promise<Reply> {
    return this.definitions.create({ name, peerSlots, protocol: '' }, callOptions());
  }

  addVolume(resourceName: string, sizeKib = 102_400): Promise<Reply> {
    return this.volumes.create(
      { resourceName, volumeNumber: undefined, sizeKib, blockBytes: undefined },
      callOptions(),
    );
  }

  create(
    resourceName: string,
    nodeNames: readonly string[],
    options: Partial<CallOptions> & { diskless?: boolean; protocol?: string } = {},
  ): Promise<Reply> {
    const { diskless = false, protocol = '', ...call } = options;
    return this.resources.create(
      { resourceName, nodeNames, storagePoolName: '', diskless, protocol },
      callOptions(call),
    );
  }

  remove(resourceName: string, nodeNames: readonly string[], call: Partial<CallOptions> = {}): Promise<Reply> {
    return this.resources.delete({ resourceName, nodeNames, keepTiebreaker: false }, callOptions(call));
  }

  async view(): Promise<ClusterView> {
    return this.controller.context.state.view;
  }

  connection(name: string): string {
    return this.controller.context.status.node(name).connection;
  }

  /** @throws after `withinMs` with the name of what did not come true. */
  async until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  stop(): Promise<void> {
    return this.controller.stop();
  }
}

/** Wishes as they come in, with everything unsaid that is not given. */
export const wishes = (filter: Partial<FilterInput> = {}, clear: readonly string[] = []): FilterChange => ({
  filter: {
    nodeNames: [],
    storagePools: [],
    disklessStoragePools: [],
    doNotPlaceWith: [],
    replicasOnSame: [],
    replicasOnDifferent: [],
    xReplicasOnDifferent: {},
    layers: [],
    providers: [],
    ...filter,
  },
  clear,
});

export const autoPlacement = (resourceName: string, filter: Partial<FilterInput> = {}) => ({
  resourceName,
  protocol: '',
  diskless: false,
  ...wishes(filter),
});

export const codes = (reply: Reply): string[] => reply.answers.map((answer) => `${answer.severity} ${answer.codeName}`);
export const errorOf = (reply: Reply) => {
  const error = reply.answers.find((answer) => answer.severity === 'ERROR');
  if (error === undefined) throw new Error(`no error in ${JSON.stringify(reply.answers)}`);
  return error;
};
