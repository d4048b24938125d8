/**
 * The data plane of a satellite behind one seam (design D14): it owns the sockets, the backing stores and the cores of
 * its resources. Provisioning, gRPC and the admin socket talk to it in plain values, so that another engine may one day
 * live in another process. It decides nothing about placement and keeps no state of its own on disk.
 */
import type { Logger } from 'pino';
import { OperationError } from '../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import { NbdServer } from '../nbd/server.ts';
import type { PeerConfig, VolumeConfig } from '../replication/config.ts';
import type { OptionChange } from '../../common/options/option-table.ts';
import type { ReplicationOptions } from '../../common/options/options.ts';
import type { ReplicationEvent } from '../replication/events.ts';
import type { ConnectionStatus, ResourceStatus } from '../replication/status.ts';
import { handlerEnvironment } from '../handlers/handler-environment.ts';
import type { HandlerRunner } from '../handlers/handler-runner.ts';
import type { HandlerCall } from '../replication/handlers/handler-calls.ts';
import type { BackingVolume } from '../storage/provider.ts';
import type { TlsIdentity } from '../transport/tls.ts';
import { ReplicationTransport } from '../transport/transport.ts';
import { growBacking, setBitmapBlockSize } from './backing-size.ts';
import { type BackingStores, openChecked } from './backing.ts';
import { corePeer, coreVolume, refuseStonith, withoutCertificate } from './core-config.ts';
import { exportName, NbdExports } from './nbd-exports.ts';
import { patiently } from './patience.ts';
import { type HostRequest, type PeerAddress, ResourceHost } from './resource-host.ts';
import { orderResyncs, refuseCycle, type ResyncSide } from './resync-order.ts';

export interface HostedVolume extends VolumeConfig {
  /** Undefined when diskless. */
  readonly pool: string | undefined;
}

export interface HostedPeer extends PeerConfig {
  readonly address: PeerAddress;
}

export interface HostedResource {
  /** What its disks and its peers know it as; the engine is asked for it by this name. */
  readonly name: string;
  /** What clients and administrators of this node call it; absent: by its name. */
  readonly localName?: string | undefined;
  readonly node: NodeId;
  readonly volumes: readonly HostedVolume[];
  readonly peers: readonly HostedPeer[];
  readonly options: ReplicationOptions;
}

export interface EngineOptions {
  readonly address: string;
  readonly replicationPort: number;
  /** 0: any free port. */
  readonly nbdPort: number;
  readonly nbdSocket: string;
  readonly stores: BackingStores;
  /** Resyncs of this node that run at the same time; 0 or absent: as many as there are. */
  readonly maxParallelResyncs?: number;
  /** Absent: the option tls cannot be set. */
  readonly tls?: TlsIdentity;
  /** Absent: there are no handlers. */
  readonly handlers?: HandlerRunner;
  readonly log: Logger;
}

export interface PeerLink {
  readonly congested: boolean;
  /** Addresses as `host:port`. */
  readonly paths: readonly { readonly local: string; readonly peer: string; readonly established: boolean }[];
}

/** What changed; watchers read `status()` for the rest. */
export interface EngineEvent {
  /** What it is known as, whatever it is called here. */
  readonly resource: string;
  /** Undefined: the resource came, went or failed. */
  readonly event: ReplicationEvent | undefined;
}

/** Of a clean stop, the time for requests of clients that are under way. */
const CLIENTS_CLOSE_MS = 2_000;

interface Hosted {
  readonly knownAs: string;
  readonly host: ResourceHost;
  readonly volumes: Map<VolumeNumber, HostedVolume>;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #log: Logger;
  readonly #hosted = new Map<string, Hosted>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #transport: ReplicationTransport;
  readonly #nbd: NbdServer;
  #ordering = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#transport = new ReplicationTransport({
      host: options.address,
      port: options.replicationPort,
      localAddress: options.address,
      log: options.log,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    });
    const exports = new NbdExports({
      host: (name) => this.#called(name)?.host,
      hosts: () => [...this.#hosted.values()].map(({ host }) => host),
    });
    this.#nbd = new NbdServer({ exports, log: options.log, limits: { closeMs: CLIENTS_CLOSE_MS } });
  }

  /** @returns the bound port. Before `serveClients`: a resource that serves has looked for its peers. */
  async listen(): Promise<number> {
    return this.#transport.listen();
  }

  /** @returns the bound port of NBD over TCP. */
  async serveClients(): Promise<number> {
    const { address, nbdPort, nbdSocket } = this.#options;
    const bound = await this.#nbd.listen({ host: address, port: nbdPort });
    await this.#nbd.listen({ path: nbdSocket });
    return 'port' in bound ? bound.port : nbdPort;
  }

  /** Ends clients first, so that what they opened is demoted, then every resource, then the links; all within the limit. */
  async stop(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    await this.#nbd.close();
    const leftMs = Math.max(0, deadline - performance.now());
    const results = await Promise.allSettled([...this.#hosted.values()].map(({ host }) => host.shutdown(leftMs)));
    for (const result of results) {
      if (result.status === 'rejected') this.#log.warn({ err: result.reason }, 'a resource did not end cleanly');
    }
    this.#hosted.clear();
    this.#options.handlers?.close();
    await this.#transport.close();
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  has(resource: string): boolean {
    return this.#hosted.has(resource);
  }

  /** What they are known as. */
  names(): readonly string[] {
    return [...this.#hosted.keys()].sort();
  }

  /**
   * What the resource is known as that is called this on this node; what is not served stays as it is.
   * @throws OperationError RESOURCE_NOT_FOUND for what a renamed resource was called
   */
  knownAs(localName: string): string {
    const called = this.#called(localName);
    if (called !== undefined) return called.knownAs;
    const renamed = this.#hosted.get(localName);
    if (renamed === undefined) return localName;
    throw new OperationError('RESOURCE_NOT_FOUND', `no resource is called "${localName}" on this node`, {
      correction: `It was renamed: use "${renamed.host.name}".`,
      refs: { resource: localName },
    });
  }

  localNameOf(resource: string): string {
    return this.#find(resource).host.name;
  }

  /** Its clients stay connected; new ones find it under the new name only. */
  async rename(resource: string, localName: string): Promise<void> {
    await this.#find(resource).host.rename(localName);
    this.#emit({ resource, event: undefined });
  }

  statusOf(resource: string): ResourceStatus {
    return this.#find(resource).host.status();
  }

  /** The ways to a peer, with what the core does not know: there is one. */
  linkTo(resource: string, { peer, state }: ConnectionStatus): PeerLink {
    const { host } = this.#find(resource);
    const address = host.addressOf(peer);
    const { address: own, replicationPort } = this.#options;
    const path = { local: `${own}:${replicationPort}`, established: state === 'Connected' };
    return {
      congested: host.isCongested(peer),
      paths: address === undefined ? [] : [{ ...path, peer: `${address.host}:${address.port}` }],
    };
  }

  /** What has failed here and needs somebody: the core, or disks of it. */
  failuresOf(resource: string): readonly OperationError[] {
    const { host } = this.#find(resource);
    return [...(host.failure === undefined ? [] : [host.failure]), ...host.diskFailures().values()];
  }

  backing(resource: string, volume: VolumeNumber): BackingVolume | undefined {
    return this.#hosted.get(resource)?.host.backing(volume);
  }

  /** The core starts with all volumes unattached and all peers unconnected. */
  addResource(resource: HostedResource): void {
    const { name, node, options, localName } = resource;
    if (this.#hosted.has(name)) throw new OperationError('RESOURCE_EXISTS', `resource ${name} is served already`);
    for (const peer of resource.peers) {
      refuseStonith(options, peer);
      this.#refuseTls(peer);
    }
    const volumes = new Map(resource.volumes.map((volume) => [volume.volume, volume]));
    refuseCycle(this.#resyncAfter(resource));
    const host = new ResourceHost({
      config: {
        name: localName ?? name,
        knownAs: name,
        node,
        options,
        volumes: resource.volumes.map(coreVolume),
        peers: resource.peers.map(corePeer),
      },
      log: this.#log,
      attachTransport: (handlers) => this.#transport.attachResource(name, node, handlers),
      onEvent: (event) => this.#emit({ resource: name, event }),
      runHandler: (call, done) => this.#runHandler(name, call, done),
      onFailure: () => {
        this.#closeExports(name, [...volumes.keys()]);
        this.#emit({ resource: name, event: undefined });
      },
    });
    for (const peer of resource.peers) host.setPeerAddress(peer.node, peer.address);
    this.#hosted.set(name, { knownAs: name, host, volumes });
    this.#emit({ resource: name, event: undefined });
  }

  /** Opens the backing store of a diskful volume and gives it to the core. @throws OperationError; the volume stays Diskless. */
  async attach(resource: string, volume: VolumeNumber): Promise<void> {
    const { host, volumes } = this.#find(resource);
    const hosted = volumes.get(volume);
    if (hosted === undefined) throw volumeNotFound(resource, volume);
    if (hosted.pool === undefined) {
      throw new OperationError('INVALID_ARGUMENT', `volume ${resource}/${volume} has no disk on this node`, {
        cause: 'it is diskless here',
      });
    }
    if (host.backing(volume) !== undefined) {
      throw new OperationError('IN_TRANSITION', `volume ${resource}/${volume} is attached already`);
    }
    const { backing, metadata } = await openChecked(this.#options.stores, hosted.pool, {
      resource,
      volume,
      node: host.node,
    });
    await host.attach(volume, backing, metadata);
  }

  async detach(resource: string, volume: VolumeNumber): Promise<void> {
    const { host, volumes } = this.#find(resource);
    if (!volumes.has(volume)) throw volumeNotFound(resource, volume);
    await host.detach(volume);
  }

  /** The backing store of this node alone. @throws OperationError NOT_ENOUGH_SPACE, INVALID_SIZE */
  async growDisk(resource: string, volume: VolumeNumber, sizeBytes: Bytes, areaBytes: number): Promise<void> {
    const { host, volumes } = this.#find(resource);
    if (!volumes.has(volume)) throw volumeNotFound(resource, volume);
    await growBacking(host, volume, sizeBytes, areaBytes);
  }

  /** @param areaBytes what the new bitmap needs besides the present one */
  async setBitmapBlockSize(
    resource: string,
    volume: VolumeNumber,
    blockBytes: Bytes,
    areaBytes: number,
  ): Promise<void> {
    const { host, volumes } = this.#find(resource);
    if (!volumes.has(volume)) throw volumeNotFound(resource, volume);
    await setBitmapBlockSize(host, volume, blockBytes, areaBytes);
  }

  /**
   * The backing store here has room for this size from now on; then the volume grows if all others have it, too.
   * @param areaBytes what a new layout needs besides the present one
   * @throws OperationError NOT_ENOUGH_SPACE, PEERS_NOT_CONNECTED, RESYNC_RUNNING: the volume keeps its size for now
   */
  async grow(resource: string, volume: VolumeNumber, sizeBytes: Bytes, areaBytes: number): Promise<void> {
    const { host, volumes } = this.#find(resource);
    const hosted = volumes.get(volume);
    if (hosted === undefined) throw volumeNotFound(resource, volume);
    await growBacking(host, volume, sizeBytes, areaBytes);
    volumes.set(volume, { ...hosted, sizeBytes });
    await patiently(() =>
      host.perform({ kind: 'resize', volume, assumeClean: false, assumePeerHasSpace: false, force: false }),
    );
  }

  /** Diskful to diskless while it is in use. */
  async retireDisk(resource: string, volume: VolumeNumber): Promise<void> {
    const { host, volumes } = this.#find(resource);
    const hosted = volumes.get(volume);
    if (hosted === undefined) throw volumeNotFound(resource, volume);
    await host.retireDisk(volume);
    volumes.set(volume, { ...hosted, diskful: false, pool: undefined });
  }

  /** Diskless to diskful: its disk is attached next. */
  placeVolume(resource: string, volume: HostedVolume): void {
    this.#find(resource).volumes.set(volume.volume, volume);
  }

  addVolume(resource: string, volume: HostedVolume): void {
    const { host, volumes } = this.#find(resource);
    refuseCycle(
      new Map([
        ...this.#resyncAfter(),
        [`${resource}/${volume.volume}`, this.#referred(volume.options?.resyncAfter ?? host.options.resyncAfter)],
      ]),
    );
    host.addVolume(coreVolume(volume));
    volumes.set(volume.volume, volume);
  }

  async removeVolume(resource: string, volume: VolumeNumber): Promise<void> {
    const { host, volumes } = this.#find(resource);
    if (!volumes.has(volume)) return;
    await host.removeVolume(volume);
    volumes.delete(volume);
    this.#closeExports(resource, [volume]);
  }

  /** Known to the core, and looked for from now on. */
  async addPeer(resource: string, peer: HostedPeer): Promise<void> {
    this.#refuseTls(peer);
    const { host } = this.#find(resource);
    await host.addPeer(corePeer(peer), peer.address);
    await host.perform({ kind: 'connect', peer: peer.node });
  }

  /** Its options are these from now on. Another address is used by the next attempt; a link that is up stays. */
  async updatePeer(resource: string, peer: HostedPeer): Promise<void> {
    this.#refuseTls(peer);
    await this.#find(resource).host.addPeer(corePeer(peer), peer.address);
  }

  /** Its slot and its vote stay until it is forgotten. */
  async removePeer(resource: string, peer: NodeId): Promise<void> {
    await this.#find(resource).host.removePeer(peer);
  }

  /** Promote, demote, connect and so on. @throws OperationError as the core answers. */
  async perform(resource: string, request: HostRequest): Promise<void> {
    await this.#find(resource).host.perform(request);
  }

  /** @throws OperationError OPTION_*, and nothing has changed. */
  async setOptions(resource: string, change: OptionChange): Promise<void> {
    if (change.values['tls'] === 'yes' && this.#options.tls === undefined) throw withoutCertificate();
    const { host, volumes } = this.#find(resource);
    const hosted = change.volume === undefined ? undefined : volumes.get(change.volume);
    const written = change.values['resync-after'];
    const resyncAfter = written === 'default' ? '' : written;
    if (hosted === undefined || resyncAfter === undefined) return host.setOptions(change);
    refuseCycle(new Map([...this.#resyncAfter(), [`${resource}/${hosted.volume}`, this.#referred(resyncAfter)]]));
    await host.setOptions(change);
    volumes.set(hosted.volume, { ...hosted, options: { ...hosted.options, resyncAfter } });
  }

  /** As they count now: of the resource, and with those of a peer or a volume laid over them. */
  optionsOf(resource: string, of: { readonly peer?: NodeId; readonly volume?: VolumeNumber }): ReplicationOptions {
    const { host } = this.#find(resource);
    return {
      ...host.options,
      ...(of.peer === undefined ? {} : host.connectionOptions(of.peer)),
      ...(of.volume === undefined ? {} : host.diskOptions(of.volume)),
    };
  }

  #refuseTls({ options }: HostedPeer): void {
    if (options?.tls === true && this.#options.tls === undefined) throw withoutCertificate();
  }

  /** The clean end of one resource; its data stays. Unknown: nothing to do. */
  async removeResource(resource: string, limitMs: number): Promise<void> {
    const hosted = this.#hosted.get(resource);
    if (hosted === undefined) return;
    this.#closeExports(resource, [...hosted.volumes.keys()]);
    try {
      await hosted.host.shutdown(limitMs);
    } finally {
      this.#hosted.delete(resource);
      this.#emit({ resource, event: undefined });
    }
  }

  #runHandler(resource: string, call: HandlerCall, done: (exitCode: number) => void): boolean {
    const called = this.#hosted.get(resource)?.host.name ?? resource;
    const environment = () => {
      // It may have been taken away before its program starts.
      const status = this.#hosted.get(resource)?.host.status();
      if (status === undefined) return { DRBD_RESOURCE: called };
      return handlerEnvironment(status, call, (volume) => this.backing(resource, volume as VolumeNumber)?.path);
    };
    return this.#options.handlers?.start({ resource: called, name: call.name, environment, done }) ?? false;
  }

  #closeExports(resource: string, volumes: readonly VolumeNumber[]): void {
    const called = this.#hosted.get(resource)?.host.name ?? resource;
    for (const volume of volumes) this.#nbd.closeExport(exportName(called, volume));
  }

  #emit(event: EngineEvent): void {
    if (event.event === undefined || event.event.kind === 'replication') this.#orderSoon();
    for (const listener of this.#listeners) listener(event);
  }

  /** What each volume's resync waits for that waits for any, with those of a resource that is to come. */
  #resyncAfter(coming?: HostedResource): Map<string, string> {
    const after = new Map<string, string>();
    const take = (name: string, volumes: Iterable<HostedVolume>, options: ReplicationOptions): void => {
      for (const { volume, options: own } of volumes) {
        const first = own?.resyncAfter ?? options.resyncAfter;
        if (first !== '') after.set(`${name}/${volume}`, this.#referred(first));
      }
    };
    for (const [name, { host, volumes }] of this.#hosted) take(name, volumes.values(), host.options);
    if (coming !== undefined) take(coming.name, coming.volumes, coming.options);
    return after;
  }

  /** Once per turn of the event loop, however many resyncs have moved in it. */
  #orderSoon(): void {
    if (this.#ordering) return;
    this.#ordering = true;
    setImmediate(() => {
      this.#ordering = false;
      this.#orderResyncs();
    });
  }

  #orderResyncs(): void {
    const maxParallel = this.#options.maxParallelResyncs ?? 0;
    const after = this.#resyncAfter();
    if (maxParallel === 0 && after.size === 0) return;
    const sides = this.names().flatMap((resource) => {
      const { node, connections } = this.statusOf(resource);
      return connections.flatMap(({ peer, peerDevices }) =>
        peerDevices.map(
          ({ volume, replication, resyncSuspended }): ResyncSide => ({
            resource,
            volume,
            node,
            peer,
            replication,
            suspended: resyncSuspended === 'no' ? [] : resyncSuspended.split(','),
            resyncAfter: after.get(`${resource}/${volume}`) ?? '',
          }),
        ),
      );
    });
    for (const { side, reason, waits } of orderResyncs(sides, maxParallel))
      this.#hosted.get(side.resource)?.host.setResyncTurn(side.volume, side.peer, reason, waits);
  }

  /** `resource/volume` as an administrator writes it, by what the resource is known as. */
  #referred(volume: string): string {
    if (volume === '') return volume;
    const [localName = '', number] = volume.split('/');
    const known = this.#called(localName)?.knownAs;
    return known === undefined || number === undefined ? volume : `${known}/${number}`;
  }

  #called(localName: string): Hosted | undefined {
    for (const hosted of this.#hosted.values()) if (hosted.host.name === localName) return hosted;
    return undefined;
  }

  #find(resource: string): Hosted {
    const hosted = this.#hosted.get(resource);
    if (hosted !== undefined) return hosted;
    throw new OperationError('RESOURCE_NOT_FOUND', `there is no resource "${resource}" on this node`, {
      correction: 'See: lockstepadm status.',
      refs: { resource },
    });
  }
}

function volumeNotFound(resource: string, volume: VolumeNumber): OperationError {
  return new OperationError('VOLUME_NOT_FOUND', `resource ${resource} has no volume ${volume}`, {
    refs: { resource, volume: String(volume) },
  });
}
