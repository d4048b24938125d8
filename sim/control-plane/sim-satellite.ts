/**
 * A satellite behind the port of the controller: it keeps what it was told, works through one command after the other in
 * virtual time, obeys no older epoch, deletes nothing that is in use, and reports the disks as they are.
 */
import { OperationError } from '../../common/errors.ts';
import { type Answer, failed, problem } from '../../controller/domain/answer.ts';
import type { DesiredPool, DesiredResource, DesiredVolume } from '../../controller/domain/desired.ts';
import { nameKey } from '../../controller/domain/node.ts';
import type {
  ApplyCommand,
  ApplyReply,
  Commander,
  HelloReply,
  ObjectOutcome,
  SatelliteClient,
  StatusReport,
} from '../../controller/satellites/satellite-client.ts';
import type { RandomStream } from '../prng.ts';
import { Fence } from './fence.ts';
import type { Disk, HeldResource } from './held.ts';
import { CONTROLLER, type Links } from './links.ts';
import { reportOf } from './satellite-report.ts';
import { type Life, never, type VirtualTime } from './virtual-time.ts';

/** After this long somebody who gets no answer takes the other side for lost. */
const SILENCE_MS = 2_000;
const REPORT_EVERY_MS = 20;

/** Whoever watches for broken promises. */
export interface SatelliteWatcher {
  onHello(satellite: SimSatellite, commander: Commander): void;
  onCommand(satellite: SimSatellite, commander: Commander): void;
  /** Before the disk goes. */
  onDiskRemoved(satellite: SimSatellite, resource: string, volume: number, disk: Disk): void;
}

interface Subscription {
  readonly life: Life;
  tell(report: StatusReport): void;
  end(reason: string): void;
}

export class SimSatellite {
  readonly name: string;
  readonly pools = new Map<string, DesiredPool>();
  readonly resources = new Map<string, HeldResource>();
  readonly fence = new Fence();
  /** Per object. */
  applyMs = 5;
  failPermille = 0;
  private readonly time: VirtualTime;
  private readonly links: Links;
  private readonly stream: RandomStream;
  private readonly watcher: SatelliteWatcher;
  private readonly satellites: ReadonlyMap<string, SimSatellite>;
  private readonly subscriptions = new Set<Subscription>();
  private turn: Promise<unknown> = Promise.resolve();
  private starts = 0;
  private reportPending = false;

  constructor(
    name: string,
    world: {
      readonly time: VirtualTime;
      readonly links: Links;
      readonly stream: RandomStream;
      readonly watcher: SatelliteWatcher;
      readonly satellites: ReadonlyMap<string, SimSatellite>;
    },
  ) {
    this.name = name;
    this.time = world.time;
    this.links = world.links;
    this.stream = world.stream;
    this.watcher = world.watcher;
    this.satellites = world.satellites;
  }

  kill(): void {
    this.starts += 1;
    this.links.setNode(this.name, false);
    for (const held of this.resources.values()) held.open = false;
    for (const subscription of this.subscriptions) this.time.after(5, () => subscription.end('connection reset'));
    this.subscriptions.clear();
  }

  start(): void {
    this.links.setNode(this.name, true);
  }

  /** The replica there is configured to know this one, and the other way round. */
  isPeer(other: SimSatellite, own: HeldResource, theirs: HeldResource): boolean {
    const knows = (held: HeldResource, peer: HeldResource, name: string): boolean =>
      held.desired.peers.some((entry) => nameKey(entry.name) === nameKey(name) && entry.nodeId === peer.desired.nodeId);
    return knows(own, theirs, other.name) && knows(theirs, own, this.name);
  }

  /** Nodes that vote, this one included, and those of them that it reaches. */
  voters(held: HeldResource): { readonly voters: number; readonly reached: number } {
    const { peers } = held.desired;
    const reached = peers.filter(({ name }) => {
      const peer = this.satellites.get(name);
      const theirs = peer?.resources.get(nameKey(held.desired.name));
      if (peer === undefined || theirs === undefined) return false;
      return this.links.reach(this.name, name) && this.isPeer(peer, held, theirs);
    }).length;
    return { voters: peers.length + 1, reached: reached + 1 };
  }

  /** As one of its peers sees it. */
  isOpenOn(peer: string, resource: string): boolean {
    return this.satellites.get(peer)?.resources.get(nameKey(resource))?.open === true;
  }

  /** Something that its reports show. */
  changed(): void {
    if (this.reportPending) return;
    this.reportPending = true;
    this.time.after(REPORT_EVERY_MS, () => {
      this.reportPending = false;
      if (!this.links.isUp(this.name)) return;
      const report = reportOf(this, this.links);
      for (const subscription of this.subscriptions) this.deliver(subscription, report);
    });
  }

  client(commander: Commander, life: Life): SatelliteClient {
    return {
      hello: () => this.call(life, () => this.hello(commander)),
      apply: (command, signal) =>
        this.abortable(signal, () => this.call(life, () => this.applyInTurn(commander, command))),
      watch: (tell, end, signal) => {
        const subscription = { life, tell, end };
        signal.addEventListener('abort', () => this.subscriptions.delete(subscription), { once: true });
        this.time.after(this.wayMs(), () => this.subscribe(subscription, signal));
      },
      close: () => {},
    };
  }

  private subscribe(subscription: Subscription, signal: AbortSignal): void {
    if (signal.aborted || !subscription.life.alive) return;
    if (!this.links.reach(CONTROLLER, this.name)) {
      this.time.after(SILENCE_MS, () => subscription.end('no answer'));
      return;
    }
    this.subscriptions.add(subscription);
    this.deliver(subscription, reportOf(this, this.links));
  }

  private deliver(subscription: Subscription, report: StatusReport): void {
    if (!this.links.reach(CONTROLLER, this.name)) {
      this.subscriptions.delete(subscription);
      this.time.after(SILENCE_MS, () => {
        if (subscription.life.alive) subscription.end('keepalive failed');
      });
      return;
    }
    this.time.after(REPORT_EVERY_MS / 4, () => {
      if (this.subscriptions.has(subscription) && subscription.life.alive) subscription.tell(report);
    });
  }

  private abortable<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      run()
        .finally(() => signal.removeEventListener('abort', onAbort))
        .then(resolve, reject);
    });
  }

  /** To the satellite and back; a controller that has died hears nothing. */
  private async call<T>(life: Life, work: () => Promise<T>): Promise<T> {
    const unreachable = async (): Promise<never> => {
      await this.time.sleep(SILENCE_MS);
      if (!life.alive) await never();
      throw new OperationError('SATELLITE_UNREACHABLE', `${this.name} does not answer`);
    };
    await this.time.sleep(this.wayMs());
    // What was not sent yet when the controller died is never sent.
    if (!life.alive && this.stream.coin()) return never();
    if (!this.links.reach(CONTROLLER, this.name)) return unreachable();
    const { starts } = this;
    const reply = await work();
    await this.time.sleep(this.wayMs());
    if (starts !== this.starts || !this.links.reach(CONTROLLER, this.name)) return unreachable();
    return life.alive ? reply : never();
  }

  private async hello(commander: Commander): Promise<HelloReply> {
    const answers = this.fence.admit(commander);
    if (!failed(answers)) this.watcher.onHello(this, commander);
    return { answers, nodeName: this.name, version: 'simulated' };
  }

  private applyInTurn(commander: Commander, command: ApplyCommand): Promise<ApplyReply> {
    const done = this.turn.then(() => this.apply(commander, command));
    this.turn = done;
    return done;
  }

  private async apply(commander: Commander, command: ApplyCommand): Promise<ApplyReply> {
    const nothing = { outcomes: [], unmanagedResources: [], unmanagedPools: [] };
    const admitted = this.fence.admit(commander);
    const refused = failed(admitted) ? admitted : this.fence.advance(command.revision);
    if (failed(refused)) return { ...nothing, answers: refused };
    this.watcher.onCommand(this, commander);
    const { starts } = this;
    const outcomes: ObjectOutcome[] = [];
    for (const pool of command.pools) {
      const answers = await this.work(starts, () => this.applyPool(pool));
      outcomes.push({ kind: 'storage-pool', name: pool.name, answers });
    }
    for (const resource of command.resources) {
      const answers = await this.work(starts, () => this.applyResource(resource));
      outcomes.push({ kind: 'resource', name: resource.name, answers });
    }
    this.changed();
    const named = new Set(command.resources.map(({ name }) => nameKey(name)));
    const others = [...this.resources.keys()].filter((key) => command.full && !named.has(key));
    return { answers: [], outcomes, unmanagedResources: others, unmanagedPools: [] };
  }

  private async work(starts: number, run: () => Answer[]): Promise<readonly Answer[]> {
    await this.time.sleep(1 + this.stream.below(this.applyMs * 2));
    if (starts !== this.starts || !this.links.isUp(this.name)) return [];
    if (this.stream.permille(this.failPermille)) {
      return [problem('ERROR', 'BACKING_STORE_FAILED', 'the backing store fails', { cause: 'EIO' })];
    }
    return run();
  }

  private applyPool(pool: DesiredPool): Answer[] {
    if (pool.delete) this.pools.delete(nameKey(pool.name));
    else this.pools.set(nameKey(pool.name), pool);
    return [];
  }

  private applyResource(desired: DesiredResource): Answer[] {
    const key = nameKey(desired.name);
    const held = this.resources.get(key);
    const goes = desired.delete || desired.volumes.some((volume) => volume.delete || !volume.diskful);
    const losesDisk = held !== undefined && goes && held.disks.size > 0;
    if (held?.open === true && (desired.delete || losesDisk)) {
      return [problem('ERROR', 'RESOURCE_IN_USE', 'a client has it open')];
    }
    if (desired.delete) {
      for (const volume of [...(held?.disks.keys() ?? [])]) this.removeDisk(desired.name, held, volume);
      this.resources.delete(key);
      return [];
    }
    const kept = held ?? { desired, disks: new Map<number, Disk>(), open: false };
    this.resources.set(key, kept);
    for (const volume of desired.volumes) this.applyVolume(desired.name, kept, volume);
    kept.desired = { ...desired, volumes: desired.volumes.filter((volume) => !volume.delete) };
    return [];
  }

  private applyVolume(resource: string, held: HeldResource, wanted: DesiredVolume): void {
    if (wanted.delete || !wanted.diskful) {
      this.removeDisk(resource, held, wanted.volume);
      return;
    }
    if (held.disks.has(wanted.volume)) return;
    const lineage = wanted.initialGeneration;
    held.disks.set(wanted.volume, {
      lineage,
      state: lineage === undefined ? 'Inconsistent' : 'UpToDate',
      version: 0,
      syncedMs: 0,
    });
  }

  private removeDisk(resource: string, held: HeldResource | undefined, volume: number): void {
    const disk = held?.disks.get(volume);
    if (held === undefined || disk === undefined) return;
    this.watcher.onDiskRemoved(this, resource, volume, disk);
    held.disks.delete(volume);
  }

  private wayMs(): number {
    return 1 + this.stream.below(4);
  }
}
