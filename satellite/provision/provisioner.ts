/**
 * Makes this node what the controller wants, and again what it was after a restart. Each object is handled on its own:
 * a failure is its result and standing problem, and disturbs nothing else. Absence never deletes; only the delete flag
 * does. Everything that matters is on disk before it is relied upon (desired-state.ts, volume-maker.ts).
 */
import type { Logger } from 'pino';
import { asOperationError, OperationError } from '../../common/errors.ts';
import { parseName, type VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import type { Engine } from '../engine/engine.ts';
import { DEFAULT_OPTIONS, type ReplicationOptions } from '../../common/options/options.ts';
import { atOnce } from './at-once.ts';
import type {
  DesiredPeer,
  DesiredPool,
  DesiredVolume,
  StoredResource,
  StoredVolume,
  VolumePhase,
} from './desired-state.ts';
import { assertClosed } from './closed.ts';
import { hostedPeer, hostedResource, hostedVolume } from './hosted.ts';
import { optionChange, type OptionTexts } from './option-texts.ts';
import { planResource, type ResourceStep, type WantedResource } from './plan.ts';
import type { StoragePools } from './storage-pools.ts';
import type { StateStore } from './state-store.ts';
import { Turns } from './turns.ts';
import { layoutOf, makeVolume, removeVolume } from './volume-maker.ts';

/** How long a resource may take to come to rest before its data is removed. */
const SHUTDOWN_LIMIT_MS = 8_000;
/** Resources that are changed or restored at the same time. */
export const RESOURCES_AT_ONCE = 64;

export interface ProvisionerOptions {
  readonly engine: Engine;
  readonly pools: StoragePools;
  readonly store: StateStore;
  readonly log: Logger;
  /** Undefined: the defaults of DRBD. */
  readonly replication?: ReplicationOptions;
}

export type WantedPool =
  | { readonly delete: false; readonly pool: DesiredPool }
  | { readonly delete: true; readonly name: string };
export type WantedObject =
  | { readonly delete: false; readonly wanted: WantedResource }
  | { readonly delete: true; readonly name: string };

/** Where a standing problem sits: a volume of a resource, the resource itself, or what it is to be set to. */
type ProblemPlace = VolumeNumber | 'resource' | 'options';

export class Provisioner {
  readonly #engine: Engine;
  readonly #pools: StoragePools;
  readonly #store: StateStore;
  readonly #log: Logger;
  readonly #replication: ReplicationOptions;
  readonly #stored = new Map<string, StoredResource>();
  /** One change of a resource after the other. */
  readonly #turns = new Turns();
  /** Local names that are about to be given away. */
  readonly #claimed = new Set<string>();
  /** Names whose local record cannot be read: not touched. */
  readonly #damaged = new Map<string, OperationError>();
  readonly #problems = new Map<string, Map<ProblemPlace, OperationError>>();

  constructor(options: ProvisionerOptions) {
    this.#engine = options.engine;
    this.#pools = options.pools;
    this.#store = options.store;
    this.#log = options.log;
    this.#replication = options.replication ?? DEFAULT_OPTIONS;
  }

  /** After a restart: every resource of the local copy is there again, for peers to find; without disks yet. */
  async load(): Promise<void> {
    for (const pool of await this.#store.loadPools()) {
      const error = await this.#pools.put(pool);
      if (error !== undefined) this.#log.error({ pool: pool.name, err: error }, 'a storage pool cannot be used');
    }
    const { resources, damaged } = await this.#store.loadResources();
    for (const { name, error } of damaged) {
      this.#damaged.set(name, error);
      this.#log.error({ resource: name, err: error }, 'a resource cannot be restored');
    }
    for (const resource of resources) this.#stored.set(resource.name, resource);
    for (const resource of resources) {
      if (resource.removing) continue;
      try {
        this.#engine.addResource(hostedResource(resource, this.#replication));
      } catch (error) {
        this.#keepProblem(resource.name, 'resource', error);
      }
    }
  }

  /** Then every one serves, as far as its disks allow. One that has to wait for its disk holds up no other. */
  async restore(): Promise<void> {
    await atOnce([...this.#stored.values()], RESOURCES_AT_ONCE, (resource) => this.#restoreResource(resource));
  }

  resourceNames(): readonly string[] {
    return [...this.#stored.keys()].sort();
  }

  stored(name: string): StoredResource | undefined {
    return this.#stored.get(name);
  }

  /** What went wrong and stays wrong: with the resource, its volumes, its disks. */
  problems(name: string): readonly OperationError[] {
    const failures = this.#engine.has(name) ? this.#engine.failuresOf(name) : [];
    const standing = [...(this.#problems.get(name) ?? [])].filter(([place]) => !this.#isAttached(name, place));
    return [...failures, ...standing.map(([, error]) => error)];
  }

  /** An operator may have mended and attached it by hand. */
  #isAttached(name: string, place: ProblemPlace): boolean {
    return typeof place === 'number' && this.#engine.backing(name, place) !== undefined;
  }

  /**
   * Another name for clients and administrators of this node, durably; in use or not. Disks, peers and the controller go on to
   * know the resource by the one that it was made with. @throws OperationError RESOURCE_EXISTS, RESOURCE_NOT_FOUND
   */
  async rename(name: string, wanted: string): Promise<void> {
    const localName = parseName('resource', wanted);
    await this.#turns.take(name, () => this.#rename(name, localName));
  }

  async #rename(name: string, localName: string): Promise<void> {
    const before = this.#record(name);
    const called = this.#engine.localNameOf(name);
    if (localName === called) return;
    const { localName: _, ...record } = before;
    const save = (): Promise<void> => this.#save(localName === name ? record : { ...record, localName });
    await (sameName(localName, called) ? save() : this.#claim(localName, save));
    try {
      await this.#engine.rename(name, localName);
    } catch (error) {
      await this.#save(before);
      throw error;
    }
    this.#log.info({ resource: name, from: called, to: localName }, 'resource renamed on this node');
  }

  /** Gives a name to a resource that has none, or another. Names compare without case, as everywhere. */
  async #claim(localName: string, save: () => Promise<void>): Promise<void> {
    const other = [...this.#stored.values()].find((each) => sameName(each.localName ?? each.name, localName));
    if (other !== undefined || this.#claimed.has(localName.toLowerCase()))
      throw new OperationError('RESOURCE_EXISTS', `another resource is called "${localName}" on this node`, {
        ...(other?.localName === undefined ? {} : { cause: `"${other.name}" was renamed to it` }),
        correction: 'Choose another name, or rename the other one: lockstepadm rename-resource.',
        refs: { resource: localName },
      });
    this.#claimed.add(localName.toLowerCase());
    await save().finally(() => this.#claimed.delete(localName.toLowerCase()));
  }

  // ---- storage pools ----

  /** @throws OperationError with what is wrong with the pool; it stays known. */
  async applyPool(wanted: WantedPool): Promise<void> {
    if (wanted.delete) return this.#deletePool(wanted.name);
    const { pool } = wanted;
    const known = this.#pools.get(pool.name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(pool)) this.#assertUnused(pool.name, 'changed');
    const error = await this.#pools.put(pool);
    await this.#store.savePools(this.#pools.list());
    if (error !== undefined) throw error;
  }

  async #deletePool(name: string): Promise<void> {
    if (this.#pools.get(name) === undefined) return;
    this.#assertUnused(name, 'forgotten');
    this.#pools.delete(name);
    await this.#store.savePools(this.#pools.list());
  }

  #assertUnused(pool: string, verb: string): void {
    const users = [...this.#stored.values()]
      .filter(({ volumes }) => volumes.some((volume) => volume.pool === pool))
      .map(({ name }) => name);
    if (users.length === 0) return;
    throw new OperationError('STORAGE_POOL_IN_USE', `storage pool ${pool} cannot be ${verb}`, {
      cause: `it holds volumes of ${users.join(', ')}`,
      correction: 'Delete these resources on this node first.',
      refs: { 'storage-pool': pool },
    });
  }

  // ---- resources ----

  /** @returns what could not be done; empty when all is as wanted. */
  applyResource(wanted: WantedObject): Promise<readonly OperationError[]> {
    const name = wanted.delete ? wanted.name : wanted.wanted.resource.name;
    return this.#turns.take(name, () => this.#apply(name, wanted));
  }

  async #apply(name: string, wanted: WantedObject): Promise<readonly OperationError[]> {
    const damaged = this.#damaged.get(name);
    if (damaged !== undefined) return [damaged];
    try {
      if (wanted.delete) return await this.#deleteResource(name);
      const stored = this.#stored.get(name);
      if (stored?.removing === true) {
        const errors = await this.#deleteResource(name);
        if (errors.length > 0) return errors;
      }
      if (this.#stored.has(name)) return await this.#adjust(wanted.wanted);
      await this.#beginResource(wanted.wanted);
      const errors = await this.#adjust(wanted.wanted);
      // Disks first: the handshake then compares them once, when they are all there.
      for (const peer of this.#record(name).peers) await this.#connect(name, peer);
      return errors;
    } catch (error) {
      return [this.#asProblem(name, error)];
    }
  }

  /** The record comes first, without volumes and options: they are added one by one, so that one refusal is no more than that. */
  async #beginResource({ resource }: WantedResource): Promise<void> {
    const { name, node, peers } = resource;
    const plain = peers.map((peer) => ({ ...peer, options: {} }));
    const record: StoredResource = { format: 1, name, node, removing: false, volumes: [], peers: plain, options: {} };
    await this.#claim(name, () => this.#save(record));
    this.#engine.addResource(hostedResource(record, this.#replication));
  }

  async #adjust(wanted: WantedResource): Promise<readonly OperationError[]> {
    const { name } = wanted.resource;
    const errors: OperationError[] = [];
    // The cause of an old problem may be mended by now. A disk that an operator detached has no problem and stays detached.
    const failedBefore = this.#record(name).volumes.filter(
      ({ volume, phase }) => phase === 'ready' && this.#problems.get(name)?.has(volume) === true,
    );
    this.#problems.get(name)?.delete('options');
    for (const step of planResource(this.#record(name), wanted)) {
      try {
        await this.#execute(name, step);
      } catch (error) {
        const isOption = step.kind === 'set-options' || step.kind === 'update-peer';
        errors.push(isOption ? this.#keepProblem(name, 'options', error) : this.#asProblem(name, error));
      }
    }
    for (const { volume } of failedBefore) {
      if (this.#isAttached(name, volume) || !this.#record(name).volumes.some((each) => each.volume === volume))
        continue;
      const error = await this.#tryAttach(name, volume);
      if (error !== undefined) errors.push(error);
    }
    return errors;
  }

  async #execute(name: string, step: ResourceStep): Promise<void> {
    switch (step.kind) {
      case 'refuse':
        throw step.error;
      case 'remove-volume':
        return this.#removeVolume(name, step.volume);
      case 'add-volume':
        await this.#saveVolume(name, { ...step.volume, phase: step.volume.diskful ? 'creating' : 'ready' });
        this.#engine.addVolume(name, hostedVolume(this.#volume(name, step.volume.volume)));
        return this.#finishVolume(name, step.volume.volume);
      case 'finish-volume':
        return this.#finishVolume(name, step.volume);
      case 'grow-volume':
        return this.#growVolume(name, step.volume, step.sizeBytes);
      case 'retire-volume':
        return this.#retireVolume(name, step.volume);
      case 'place-volume':
        await this.#saveVolume(name, { ...step.volume, phase: 'creating' });
        this.#engine.placeVolume(name, hostedVolume(this.#volume(name, step.volume.volume)));
        return this.#finishVolume(name, step.volume.volume);
      case 'remove-peer':
        // The core frees the bitmap slot durably first; a crash in between repeats it.
        await this.#engine.removePeer(name, step.node);
        await this.#engine.perform(name, { kind: 'forget-peer', peer: step.node });
        return this.#save({
          ...this.#record(name),
          peers: this.#record(name).peers.filter(({ node }) => node !== step.node),
        });
      case 'add-peer':
        return this.#takePeer(name, step.peer, () => this.#engine.addPeer(name, hostedPeer(step.peer)));
      case 'update-peer':
        return this.#takePeer(name, step.peer, () => this.#engine.updatePeer(name, hostedPeer(step.peer)));
      case 'set-options':
        return this.#setOptions(name, step.volume, step.options);
    }
  }

  /** A peer that has been taken is never forgotten by a crash; one that was refused is asked for again. */
  async #takePeer(name: string, peer: DesiredPeer, take: () => Promise<void>): Promise<void> {
    const before = this.#record(name).peers;
    await this.#savePeer(name, peer);
    try {
      await take();
    } catch (error) {
      await this.#save({ ...this.#record(name), peers: before });
      throw error;
    }
  }

  /** All of them count, or none. */
  async #setOptions(name: string, volume: VolumeNumber | undefined, wanted: OptionTexts): Promise<void> {
    const scope = volume === undefined ? 'resource' : 'disk';
    const had = volume === undefined ? this.#record(name).options : this.#volume(name, volume).options;
    await this.#engine.setOptions(name, optionChange(scope, volume, had, wanted, this.#replication));
    if (volume === undefined) await this.#save({ ...this.#record(name), options: wanted });
    else await this.#saveVolume(name, { ...this.#volume(name, volume), options: wanted });
  }

  /**
   * The record comes last: whatever was not done is done again with the next order, and every step bears that. Until all replicas
   * have the room the volume keeps its size; whoever gets it last lets it grow.
   */
  async #growVolume(name: string, number: VolumeNumber, sizeBytes: Bytes): Promise<void> {
    const volume = this.#volume(name, number);
    const { totalBytes } = layoutOf({ ...volume, sizeBytes });
    await this.#engine.grow(name, number, sizeBytes, volume.diskful ? totalBytes : 0);
    await this.#saveVolume(name, { ...this.#volume(name, number), sizeBytes });
  }

  /** Makes the backing store as far as it is not made, then attaches. @throws OperationError, kept as the volume's problem. */
  async #finishVolume(name: string, number: VolumeNumber): Promise<void> {
    const volume = this.#volume(name, number);
    if (volume.pool === undefined) return;
    try {
      await this.#make(name, volume, volume.pool);
    } catch (error) {
      throw this.#keepProblem(name, number, error);
    }
    const error = await this.#tryAttach(name, number);
    if (error !== undefined) throw error;
  }

  async #make(name: string, volume: StoredVolume, pool: string): Promise<void> {
    if (volume.phase === 'ready') return;
    const record = (phase: VolumePhase): Promise<void> =>
      this.#saveVolume(name, { ...this.#volume(name, volume.volume), phase });
    await makeVolume({
      provider: this.#pools.provider(pool),
      resource: name,
      node: this.#record(name).node,
      volume,
      record,
    });
  }

  async #tryAttach(name: string, volume: VolumeNumber): Promise<OperationError | undefined> {
    try {
      await this.#engine.attach(name, volume);
      this.#problems.get(name)?.delete(volume);
      return undefined;
    } catch (error) {
      return this.#keepProblem(name, volume, error);
    }
  }

  async #removeVolume(name: string, number: VolumeNumber): Promise<void> {
    const volume = this.#record(name).volumes.find((candidate) => candidate.volume === number);
    if (volume === undefined) return;
    this.#assertClosed(name, number);
    if (volume.phase !== 'removing') await this.#saveVolume(name, { ...volume, phase: 'removing' });
    await this.#engine.removeVolume(name, number);
    if (volume.pool !== undefined) await removeVolume(this.#pools.provider(volume.pool), name, number);
    const record = this.#record(name);
    await this.#save({ ...record, volumes: record.volumes.filter((candidate) => candidate.volume !== number) });
    this.#problems.get(name)?.delete(number);
  }

  /** The record comes last: until then the step is repeated. */
  async #retireVolume(name: string, wanted: DesiredVolume): Promise<void> {
    const { pool } = this.#volume(name, wanted.volume);
    await this.#engine.retireDisk(name, wanted.volume);
    if (pool !== undefined) await removeVolume(this.#pools.provider(pool), name, wanted.volume);
    await this.#saveVolume(name, { ...wanted, phase: 'ready' });
    this.#problems.get(name)?.delete(wanted.volume);
  }

  async #deleteResource(name: string): Promise<readonly OperationError[]> {
    const record = this.#stored.get(name);
    if (record === undefined) return [];
    this.#assertClosed(name, undefined);
    await this.#save({ ...record, removing: true });
    await this.#engine
      .removeResource(name, SHUTDOWN_LIMIT_MS)
      .catch((error: unknown) => this.#log.warn({ err: error, resource: name }, 'removed without a clean end'));
    const errors: OperationError[] = [];
    for (const { volume, pool } of record.volumes) {
      try {
        if (pool !== undefined) await removeVolume(this.#pools.provider(pool), name, volume);
      } catch (error) {
        errors.push(this.#keepProblem(name, volume, error));
      }
    }
    if (errors.length > 0) return errors;
    await this.#store.removeResource(name);
    this.#stored.delete(name);
    this.#problems.delete(name);
    this.#log.info({ resource: name }, 'resource removed');
    return [];
  }

  /** @throws OperationError RESOURCE_IN_USE. `undefined`: no volume may be open, nor may an operator have promoted it. */
  #assertClosed(name: string, volume: VolumeNumber | undefined): void {
    if (this.#engine.has(name)) assertClosed(name, this.#engine.statusOf(name), volume);
  }

  // ---- restart ----

  async #restoreResource(record: StoredResource): Promise<void> {
    const { name } = record;
    try {
      if (record.removing) {
        await this.#deleteResource(name);
        return;
      }
      if (!this.#engine.has(name)) return;
      for (const volume of record.volumes) await this.#restoreVolume(name, volume);
      for (const peer of record.peers) await this.#connect(name, peer);
    } catch (error) {
      this.#keepProblem(name, 'resource', error);
    }
  }

  async #restoreVolume(name: string, volume: StoredVolume): Promise<void> {
    try {
      if (volume.phase === 'removing') await this.#removeVolume(name, volume.volume);
      else await this.#finishVolume(name, volume.volume);
    } catch (error) {
      this.#keepProblem(name, volume.volume, error);
    }
  }

  /** A connection that the core refuses to look for is a problem of the resource, not a reason to stop. */
  async #connect(name: string, peer: DesiredPeer): Promise<void> {
    try {
      await this.#engine.perform(name, { kind: 'connect', peer: peer.node });
    } catch (error) {
      this.#log.warn({ err: error, resource: name, peer: peer.name }, 'cannot connect to a peer');
    }
  }

  // ---- records ----

  #record(name: string): StoredResource {
    const record = this.#stored.get(name);
    if (record === undefined)
      throw new OperationError('RESOURCE_NOT_FOUND', `there is no resource "${name}" on this node`);
    return record;
  }

  #volume(name: string, number: VolumeNumber): StoredVolume {
    const volume = this.#record(name).volumes.find((candidate) => candidate.volume === number);
    if (volume === undefined) throw new OperationError('VOLUME_NOT_FOUND', `resource ${name} has no volume ${number}`);
    return volume;
  }

  async #save(record: StoredResource): Promise<void> {
    await this.#store.saveResource(record);
    this.#stored.set(record.name, record);
  }

  async #saveVolume(name: string, volume: StoredVolume): Promise<void> {
    const record = this.#record(name);
    const others = record.volumes.filter((candidate) => candidate.volume !== volume.volume);
    await this.#save({ ...record, volumes: [...others, volume].sort((a, b) => a.volume - b.volume) });
  }

  async #savePeer(name: string, peer: DesiredPeer): Promise<void> {
    const record = this.#record(name);
    const others = record.peers.filter((candidate) => candidate.node !== peer.node);
    await this.#save({ ...record, peers: [...others, peer].sort((a, b) => a.node - b.node) });
  }

  #keepProblem(name: string, place: ProblemPlace, error: unknown): OperationError {
    const problem = this.#asProblem(name, error);
    const problems = this.#problems.get(name) ?? new Map<ProblemPlace, OperationError>();
    problems.set(place, problem);
    this.#problems.set(name, problems);
    return problem;
  }

  #asProblem(name: string, error: unknown): OperationError {
    const problem = asOperationError(error);
    this.#log.error({ resource: name, err: error, code: problem.code, cause: problem.because }, problem.message);
    return problem;
  }
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
