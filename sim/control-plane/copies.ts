/**
 * What is true about the data: which disk holds which version of which volume. A write needs a majority of the voters that its
 * node knows, and reaches every UpToDate disk that is connected; who missed one says UpToDate until it meets a better one,
 * and is then resynced. What happens below (streams, bitmaps, generations) has a simulator of its own.
 */
import { nameKey } from '../../controller/domain/node.ts';
import type { RandomStream } from '../prng.ts';
import type { OracleId } from '../oracles/violation.ts';
import type { Disk, HeldResource } from './held.ts';
import type { Links } from './links.ts';
import type { SimSatellite } from './sim-satellite.ts';

interface Place {
  readonly satellite: SimSatellite;
  readonly held: HeldResource;
  readonly disk: Disk;
}

export const TICK_MS = 250;

export class Copies {
  /** Of a full copy. */
  resyncMs = 4_000;
  private readonly acknowledged = new Map<string, number>();
  private readonly satellites: ReadonlyMap<string, SimSatellite>;
  private readonly links: Links;
  private readonly stream: RandomStream;
  private readonly report: (oracle: OracleId, sentence: string) => void;

  constructor(
    satellites: ReadonlyMap<string, SimSatellite>,
    world: {
      readonly links: Links;
      readonly stream: RandomStream;
      readonly report: (oracle: OracleId, sentence: string) => void;
    },
  ) {
    this.satellites = satellites;
    this.links = world.links;
    this.stream = world.stream;
    this.report = world.report;
  }

  /** Everything that was acknowledged is on it. */
  isGood(disk: Disk): boolean {
    return (
      disk.state === 'UpToDate' &&
      disk.lineage !== undefined &&
      disk.version === (this.acknowledged.get(disk.lineage) ?? 0)
    );
  }

  /** Nodes (up or not) with a good copy of this line of data. */
  goodNodes(lineage: string): string[] {
    return this.places()
      .filter(({ disk }) => disk.lineage === lineage && this.isGood(disk))
      .map(({ satellite }) => satellite.name);
  }

  /** Somebody has data of this resource that others can be brought to. */
  hasSource(resourceKey: string): boolean {
    return this.places().some(
      ({ held, disk }) => nameKey(held.desired.name) === resourceKey && disk.state === 'UpToDate',
    );
  }

  /** The disks are gone for good, and everybody agrees that what was only there is lost. */
  giveUp(satellite: SimSatellite): void {
    const lineages = new Set<string>();
    for (const held of satellite.resources.values()) {
      for (const disk of held.disks.values()) if (disk.lineage !== undefined) lineages.add(disk.lineage);
    }
    satellite.resources.clear();
    for (const lineage of lineages) {
      const left = this.places().filter(({ disk }) => disk.lineage === lineage && disk.state === 'UpToDate');
      this.acknowledged.set(lineage, Math.max(0, ...left.map(({ disk }) => disk.version)));
    }
  }

  tick(): void {
    const byVolume = new Map<string, Place[]>();
    for (const place of this.places()) {
      for (const [volume, disk] of place.held.disks) {
        if (disk !== place.disk) continue;
        const key = `${nameKey(place.held.desired.name)}/${volume}`;
        byVolume.set(key, [...(byVolume.get(key) ?? []), place]);
      }
    }
    for (const [key, places] of byVolume) {
      for (const place of places) this.resync(key, place, places);
      this.write(places);
    }
  }

  private places(): Place[] {
    return [...this.satellites.values()].flatMap((satellite) =>
      [...satellite.resources.values()].flatMap((held) =>
        [...held.disks.values()].map((disk) => ({ satellite, held, disk })),
      ),
    );
  }

  private connected(a: Place, b: Place): boolean {
    return this.links.reach(a.satellite.name, b.satellite.name) && a.satellite.isPeer(b.satellite, a.held, b.held);
  }

  private resync(key: string, place: Place, places: readonly Place[]): void {
    const { disk, satellite } = place;
    const sources = places.filter(
      (other) => other !== place && other.disk.state === 'UpToDate' && this.connected(place, other),
    );
    for (const { disk: other, satellite: peer } of sources) {
      if (disk.state === 'UpToDate' && other.lineage !== disk.lineage) {
        this.report('O21', `${key} has data of two origins, on ${satellite.name} and on ${peer.name}`);
      }
    }
    const [best] = [...sources].sort((a, b) => b.disk.version - a.disk.version);
    if (best === undefined) return;
    const isBehind = disk.state === 'Inconsistent' || best.disk.version > disk.version;
    if (!isBehind) return;
    if (disk.state === 'UpToDate') {
      disk.state = 'Inconsistent';
      disk.syncedMs = 0;
      satellite.changed();
    }
    disk.syncedMs += TICK_MS;
    if (disk.syncedMs < this.resyncMs) return;
    disk.state = 'UpToDate';
    disk.syncedMs = 0;
    disk.lineage = best.disk.lineage;
    disk.version = best.disk.version;
    satellite.changed();
  }

  private write(places: readonly Place[]): void {
    const writer = places.find(({ held, satellite }) => held.open && this.links.isUp(satellite.name));
    if (writer === undefined || !this.stream.permille(500)) return;
    const { lineage } = writer.disk;
    if (lineage === undefined || !this.isGood(writer.disk)) return;
    const { voters, reached } = writer.satellite.voters(writer.held);
    if (reached * 2 <= voters) return;
    const reachedDisks = places.filter((place) => place === writer || this.connected(writer, place));
    // Somebody connected is better: it is about to be the sync target itself.
    if (reachedDisks.some(({ disk }) => disk.version > writer.disk.version)) return;
    const version = writer.disk.version + 1;
    for (const { disk } of reachedDisks) {
      if (disk.state === 'UpToDate' && disk.version === writer.disk.version && disk !== writer.disk) {
        disk.version = version;
      }
    }
    writer.disk.version = version;
    this.acknowledged.set(lineage, Math.max(version, this.acknowledged.get(lineage) ?? 0));
  }
}
