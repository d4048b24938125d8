/**
 * Satellites in memory behind the SatelliteClient port: they keep what they are told across "crashes", enforce epochs,
 * refuse to delete what is in use, and report like real ones (replicas are UpToDate at once unless told otherwise).
 */
import { OperationError } from '../../common/errors.ts';
import { type Answer, failed, problem } from '../../controller/domain/answer.ts';
import type { DesiredPool, DesiredResource } from '../../controller/domain/desired.ts';
import { nameKey } from '../../controller/domain/node.ts';
import type { ObservedPool, ObservedResource } from '../../controller/domain/observed.ts';
import type {
  ApplyCommand,
  ApplyReply,
  Commander,
  ConnectSatellite,
  ObjectOutcome,
  SatelliteClient,
  StatusReport,
} from '../../controller/satellites/satellite-client.ts';

interface Watcher {
  readonly report: (report: StatusReport) => void;
  readonly end: (reason: string) => void;
}

export class MemorySatellite {
  readonly name: string;
  reachable = true;
  /** Answers hello with another name. */
  calledName: string;
  /** Answers hello with this. */
  refusal: Answer | undefined;
  totalKib = 10_485_760;
  readonly pools = new Map<string, DesiredPool>();
  readonly resources = new Map<string, DesiredResource>();
  readonly inUse = new Set<string>();
  /** Names of nodes that its replicas have no connection to. */
  readonly broken = new Set<string>();
  readonly diskStates = new Map<string, string>();
  readonly commands: ApplyCommand[] = [];
  /** Fails the next so many commands for this object. */
  readonly failures = new Map<string, number>();
  /** Holds every command until released. */
  gate: Promise<void> = Promise.resolve();
  epoch = 0;
  private controllerId: string | undefined;
  private readonly watchers = new Set<Watcher>();

  constructor(name: string) {
    this.name = name;
    this.calledName = name;
  }

  kill(): void {
    this.reachable = false;
    for (const watcher of [...this.watchers]) watcher.end('connection reset');
    this.watchers.clear();
  }

  start(): void {
    this.reachable = true;
  }

  /** Pushes everything to the controller. */
  changed(): void {
    for (const watcher of this.watchers) watcher.report(this.report());
  }

  client(commander: Commander): SatelliteClient {
    return {
      hello: async () => {
        this.requireReachable();
        const answers = this.refusal === undefined ? this.fence(commander) : [this.refusal];
        return { answers, nodeName: this.calledName, version: 'test' };
      },
      apply: async (command, signal) => {
        this.requireReachable();
        await this.gate;
        signal.throwIfAborted();
        this.requireReachable();
        const refused = this.fence(commander);
        if (failed(refused)) return { answers: refused, outcomes: [], unmanagedResources: [], unmanagedPools: [] };
        return this.apply(command);
      },
      watch: (report, end, signal) => {
        const watcher = { report, end };
        this.watchers.add(watcher);
        signal.addEventListener('abort', () => this.watchers.delete(watcher), { once: true });
        queueMicrotask(() => this.watchers.has(watcher) && report(this.report()));
      },
      close: () => {},
    };
  }

  private requireReachable(): void {
    if (!this.reachable) throw new OperationError('SATELLITE_UNREACHABLE', `${this.name} does not answer`);
  }

  private fence(commander: Commander): Answer[] {
    this.controllerId ??= commander.controllerId;
    if (commander.epoch < this.epoch || commander.controllerId !== this.controllerId) {
      return [problem('ERROR', 'STALE_CONTROLLER', 'a newer controller commands this node')];
    }
    this.epoch = commander.epoch;
    return [];
  }

  private apply(command: ApplyCommand): ApplyReply {
    this.commands.push(command);
    const outcomes: ObjectOutcome[] = [
      ...command.pools.map((pool) => this.outcome('storage-pool', pool, this.pools)),
      ...command.resources.map((resource) => this.outcome('resource', resource, this.resources)),
    ];
    queueMicrotask(() => this.changed());
    return { answers: [], outcomes, unmanagedResources: [], unmanagedPools: [] };
  }

  private outcome<T extends DesiredPool | DesiredResource>(
    kind: ObjectOutcome['kind'],
    wanted: T,
    present: Map<string, T>,
  ): ObjectOutcome {
    const { name } = wanted;
    const failures = this.failures.get(name) ?? 0;
    if (failures > 0) {
      this.failures.set(name, failures - 1);
      return { kind, name, answers: [problem('ERROR', 'BACKING_STORE_FAILED', 'disk on fire', { cause: 'EIO' })] };
    }
    if (wanted.delete && this.inUse.has(name)) {
      return { kind, name, answers: [problem('ERROR', 'RESOURCE_IN_USE', 'a client has it open')] };
    }
    if (wanted.delete) present.delete(nameKey(name));
    else present.set(nameKey(name), wanted);
    return { kind, name, answers: [] };
  }

  private report(): StatusReport {
    const pools = [...this.pools.values()].map((pool): ObservedPool => {
      return {
        name: pool.name,
        providerKind: pool.providerKind,
        totalKib: this.totalKib,
        freeKib: this.totalKib - this.usedKib(pool.name),
        maxVolumeKib: 0,
        reports: [],
      };
    });
    const resources = [...this.resources.values()].map((resource) => this.observe(resource));
    return { full: true, resources, removedResources: [], pools, removedPools: [] };
  }

  private usedKib(pool: string): number {
    const volumes = [...this.resources.values()].flatMap((resource) => resource.volumes);
    return volumes.filter((each) => each.storagePool === pool).reduce((sum, each) => sum + each.sizeKib, 0);
  }

  private observe(resource: DesiredResource): ObservedResource {
    const inUse = this.inUse.has(resource.name);
    return {
      name: resource.name,
      nodeId: resource.nodeId,
      role: inUse ? 'Primary' : 'Secondary',
      inUse,
      volumes: resource.volumes
        .filter((volume) => !volume.delete)
        .map((volume) => ({
          volume: volume.volume,
          diskState: volume.diskful ? (this.diskStates.get(resource.name) ?? 'UpToDate') : 'Diskless',
          sizeKib: volume.sizeKib,
          allocatedKib: volume.diskful ? volume.sizeKib : 0,
          backingPath: '',
          nbdExport: `${resource.name}/${volume.volume}`,
          open: inUse,
        })),
      connections: resource.peers.map((peer) => ({
        peerName: peer.name,
        state: this.broken.has(peer.name) ? 'Connecting' : 'Connected',
        peerRole: 'Secondary',
        protocol: peer.protocol,
        peerDevices: [],
      })),
      problems: [],
    };
  }
}

/** All satellites of a test, found by node name. */
export class MemorySatellites {
  readonly byName = new Map<string, MemorySatellite>();

  constructor(names: readonly string[]) {
    for (const name of names) this.byName.set(nameKey(name), new MemorySatellite(name));
  }

  add(name: string): void {
    this.byName.set(nameKey(name), new MemorySatellite(name));
  }

  get(name: string): MemorySatellite {
    const satellite = this.byName.get(nameKey(name));
    if (satellite === undefined) throw new Error(`no satellite ${name}`);
    return satellite;
  }

  readonly connect: ConnectSatellite = ({ name }, commander) => this.get(name).client(commander);
}
