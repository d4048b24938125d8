/**
 * Oracles that look at single steps: at each commit of the store, each command that a satellite obeys, each disk that goes.
 * O21: what automatisms take away is not missed, the last good copy stays, placements keep their rules. O22: nobody obeys an
 * older epoch.
 */
import { nameKey } from '../../controller/domain/node.ts';
import type { Node } from '../../controller/domain/node.ts';
import type { Resource } from '../../controller/domain/resource.ts';
import type { ResourceDefinition } from '../../controller/domain/resource-definition.ts';
import type { ResourceGroup } from '../../controller/domain/resource-group.ts';
import type { Commander } from '../../controller/satellites/satellite-client.ts';
import type { KvWrite } from '../../controller/store/kv-store.ts';
import type { OracleId } from '../oracles/violation.ts';
import type { Copies } from './copies.ts';
import type { Disk } from './held.ts';
import type { Wish } from './plan.ts';
import type { SatelliteWatcher, SimSatellite } from './sim-satellite.ts';
import type { SurvivingStore } from './surviving-store.ts';

interface Watched {
  readonly store: SurvivingStore;
  readonly satellites: ReadonlyMap<string, SimSatellite>;
  copies(): Copies;
  report(oracle: OracleId, sentence: string): void;
}

export class Watch implements SatelliteWatcher {
  /** The controller runs on an old image of its store, and nobody can expect it to know. */
  storeIsOld = false;
  private readonly watched: Watched;
  private readonly epochs = new Map<string, number>();
  /** Replicas (`R1/N1`, `R1/*`, `*` + `/N1`) that somebody wanted to go, or placed by hand. */
  private readonly byHand = new Set<string>();
  /** Lines of data that were deleted as a whole. */
  private readonly retired = new Set<string>();

  constructor(watched: Watched) {
    this.watched = watched;
  }

  asked(wish: Wish): void {
    if (wish.kind === 'lost') this.byHand.add(`*/${nameKey(wish.node)}`);
    if (wish.kind === 'definition-delete') this.byHand.add(`${nameKey(wish.resource)}/*`);
    if (wish.kind === 'delete' || wish.kind === 'toggle') {
      this.byHand.add(`${nameKey(wish.resource)}/${nameKey(wish.node)}`);
    }
    if (wish.kind === 'create' || wish.kind === 'migrate' || wish.kind === 'toggle') {
      this.byHand.add(`${nameKey(wish.resource)} placed`);
    }
  }

  onHello(satellite: SimSatellite, commander: Commander): void {
    this.epochs.set(satellite.name, Math.max(commander.epoch, this.epochs.get(satellite.name) ?? 0));
  }

  onCommand(satellite: SimSatellite, commander: Commander): void {
    const known = this.epochs.get(satellite.name) ?? 0;
    if (commander.epoch < known) {
      this.watched.report('O22', `${satellite.name} obeys epoch ${commander.epoch} after it has met ${known}`);
    }
    this.onHello(satellite, commander);
  }

  onDiskRemoved(satellite: SimSatellite, resource: string, volume: number, disk: Disk): void {
    const copies = this.watched.copies();
    if (disk.lineage === undefined || this.retired.has(disk.lineage) || !copies.isGood(disk)) return;
    if (copies.goodNodes(disk.lineage).some((node) => node !== satellite.name)) return;
    const { store } = this.watched;
    const definition = this.record<ResourceDefinition>(`resource-definitions/${nameKey(resource)}`);
    const volumeKey = `volume-definitions/${nameKey(resource)}/${String(volume).padStart(5, '0')}`;
    const itself = this.record<{ deletionRequestedAtMs?: number }>(volumeKey);
    if (definition === undefined || definition.deletionRequestedAtMs !== undefined) return;
    if (itself === undefined || itself.deletionRequestedAtMs !== undefined) return;
    const others = store
      .keys(`resources/${nameKey(resource)}/`)
      .filter((key) => !key.endsWith(`/${nameKey(satellite.name)}`));
    const asked = this.byHand.has(`${nameKey(resource)}/${nameKey(satellite.name)}`);
    if (asked && others.length === 0) return;
    this.watched.report('O21', `the last good copy of ${resource}/${volume} is deleted, on ${satellite.name}`);
  }

  /** Before the writes are there. */
  onCommit(writes: readonly KvWrite[]): void {
    if (this.storeIsOld) return;
    const after = new Map(writes.map((write) => [write.key, write.kind === 'put' ? write.value : undefined]));
    for (const [key, value] of after) {
      if (key.startsWith('resource-definitions/') || key.startsWith('volume-definitions/')) this.retire(key, value);
      if (!key.startsWith('resources/')) continue;
      const before = this.record<Resource>(key);
      const now = value === undefined ? undefined : (JSON.parse(value) as Resource);
      const went = before?.diskful === true && before.deletionRequestedAtMs === undefined;
      if (went && (now === undefined || now.deletionRequestedAtMs !== undefined)) this.checkGoing(before, after);
      if (now?.diskful === true && before?.diskful !== true) this.checkPlace(now, after);
    }
  }

  /** What lies on a node that is away belongs to nobody, even if the name is used again. */
  private retire(key: string, value: string | undefined): void {
    if (value !== undefined && (JSON.parse(value) as ResourceDefinition).deletionRequestedAtMs === undefined) return;
    const [, name = '', volume] = key.split('/');
    for (const { resources } of this.watched.satellites.values()) {
      for (const [number, { lineage }] of resources.get(name)?.disks ?? []) {
        if (lineage !== undefined && (volume === undefined || Number(volume) === number)) this.retired.add(lineage);
      }
    }
  }

  private checkGoing(gone: Resource, after: ReadonlyMap<string, string | undefined>): void {
    const key = nameKey(gone.resourceName);
    const byHand = [`${key}/*`, `*/${nameKey(gone.nodeName)}`, `${key}/${nameKey(gone.nodeName)}`];
    if (byHand.some((each) => this.byHand.has(each))) return;
    const all = this.replicas(gone.resourceName, after).filter(({ nodeName }) => nodeName !== gone.nodeName);
    const successor = all.find(
      ({ replaces }) => replaces !== undefined && nameKey(replaces) === nameKey(gone.nodeName),
    );
    if (successor !== undefined) {
      const held = this.watched.satellites.get(successor.nodeName)?.resources.get(key);
      const isCopied = this.lastingVolumes(successor).every((volume) => held?.disks.get(volume)?.lineage !== undefined);
      if (isCopied) return;
      this.watched.report(
        'O21',
        `${gone.resourceName} leaves ${gone.nodeName} before ${successor.nodeName} is UpToDate`,
      );
      return;
    }
    const wanted = this.groupOf(gone.resourceName)?.filter.placeCount ?? 1;
    const staying = this.lasting(all, after);
    if (staying.length >= wanted) return;
    this.watched.report(
      'O21',
      `${gone.resourceName} leaves ${gone.nodeName}: ${staying.length} replicas stay, ${wanted} are wanted`,
    );
  }

  private checkPlace(made: Resource, after: ReadonlyMap<string, string | undefined>): void {
    if (this.byHand.has(`${nameKey(made.resourceName)} placed`)) return;
    const rules = this.groupOf(made.resourceName)?.filter.replicasOnDifferent ?? [];
    const places = this.lasting(this.replicas(made.resourceName, after), after);
    for (const rule of rules) {
      const values = places.map(({ nodeName }) => this.record<Node>(`nodes/${nameKey(nodeName)}`)?.props[rule]);
      if (new Set(values).size === values.length) continue;
      const where = places.map(({ nodeName }, index) => `${nodeName} (${String(values[index])})`).join(', ');
      this.watched.report('O21', `${made.resourceName} wants different ${rule} and is on ${where}`);
    }
  }

  /** Diskful, not on their way out. */
  private lasting(all: readonly Resource[], after: ReadonlyMap<string, string | undefined>): Resource[] {
    const replaced = all.flatMap(({ replaces }) => (replaces === undefined ? [] : [nameKey(replaces)]));
    return all.filter(({ nodeName, diskful, deletionRequestedAtMs }) => {
      const node = this.record<Node>(`nodes/${nameKey(nodeName)}`, after);
      const leaving =
        node === undefined ||
        node.evacuation !== undefined ||
        node.evictedAtMs !== undefined ||
        node.deletionRequestedAtMs !== undefined;
      return diskful && deletionRequestedAtMs === undefined && !leaving && !replaced.includes(nameKey(nodeName));
    });
  }

  private lastingVolumes({ resourceName, volumes }: Resource): number[] {
    const isDying = (volume: number): boolean => {
      const key = `volume-definitions/${nameKey(resourceName)}/${String(volume).padStart(5, '0')}`;
      return this.record<ResourceDefinition>(key)?.deletionRequestedAtMs !== undefined;
    };
    return volumes.map(({ volume }) => volume).filter((volume) => !isDying(volume));
  }

  private groupOf(resourceName: string): ResourceGroup | undefined {
    const definition = this.record<ResourceDefinition>(`resource-definitions/${nameKey(resourceName)}`);
    return this.record<ResourceGroup>(`resource-groups/${nameKey(definition?.groupName ?? '')}`);
  }

  private replicas(resourceName: string, after: ReadonlyMap<string, string | undefined>): Resource[] {
    const prefix = `resources/${nameKey(resourceName)}/`;
    const keys = new Set([
      ...this.watched.store.keys(prefix),
      ...[...after.keys()].filter((key) => key.startsWith(prefix)),
    ]);
    return [...keys].flatMap((key) => this.record<Resource>(key, after) ?? []);
  }

  private record<T>(key: string, after?: ReadonlyMap<string, string | undefined>): T | undefined {
    const text = after?.has(key) === true ? after.get(key) : this.watched.store.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }
}
