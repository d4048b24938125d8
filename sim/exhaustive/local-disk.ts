/**
 * A disk as a value: every operation makes another one, so that states share what did not change. The model is that of
 * sim-disk.ts, made small: reads are answered at once, the other operations complete in the order in which they were issued,
 * a crash keeps of the volatile cache all or nothing, and the writes in flight happen all or not at all.
 */
import { assert } from '../../common/assert.ts';
import type { IoId } from '../../satellite/replication/payload.ts';
import { StateHash } from './state-hash.ts';

const UNIT = 512;

interface DiskWrite {
  readonly area: 'data' | 'metadata';
  /** In sectors, or in 512-byte pieces. */
  readonly first: number;
  readonly versions: readonly number[];
  readonly pieces: readonly Uint8Array[];
  /** Of all this. */
  readonly hash: number;
}

/** The metadata area. The hash is the sum of those of the pieces in their places: a write changes its own part only. */
interface Image {
  readonly pieces: readonly Uint8Array[];
  readonly high: number;
  readonly low: number;
}

type Flying =
  | { readonly kind: 'write'; readonly io: IoId; readonly write: DiskWrite; readonly fua: boolean }
  /** Makes durable what had completed when it was issued: so many of the cache's first writes. */
  | { readonly kind: 'flush'; readonly io: IoId; readonly covers: number };

/** What of a crashed node's writes is there afterwards: the medium alone; all that had completed; also what was in flight. */
export const CRASHES = ['power', 'process', 'process-late'] as const;
export type CrashKind = (typeof CRASHES)[number];

export class LocalDisk {
  readonly view: readonly number[];
  readonly media: readonly number[];
  readonly flying: readonly Flying[];
  private readonly metadataView: Image;
  private readonly metadataMedia: Image;
  private readonly cache: readonly DiskWrite[];

  private constructor(parts: Pick<LocalDisk, 'view' | 'media' | 'flying'> & Parts) {
    this.view = parts.view;
    this.media = parts.media;
    this.flying = parts.flying;
    this.metadataView = parts.metadataView;
    this.metadataMedia = parts.metadataMedia;
    this.cache = parts.cache;
  }

  static formatted(sectors: number, metadata: Uint8Array): LocalDisk {
    const image = withPieces({ pieces: [], high: 0, low: 0 }, 0, piecesOf(metadata));
    const data = new Array<number>(sectors).fill(0);
    return new LocalDisk({
      view: data,
      media: data,
      flying: [],
      metadataView: image,
      metadataMedia: image,
      cache: [],
    });
  }

  /** The metadata area as a boot reads it. */
  metadata(): Uint8Array {
    const { pieces } = this.metadataView;
    const image = new Uint8Array(pieces.length * UNIT);
    for (const [index, piece] of pieces.entries()) image.set(piece, index * UNIT);
    return image;
  }

  write(io: IoId, first: number, versions: readonly number[], fua: boolean): LocalDisk {
    return this.submit({ kind: 'write', io, fua, write: diskWrite('data', first, versions, []) });
  }

  writeMetadata(io: IoId, offset: number, bytes: Uint8Array, fua: boolean): LocalDisk {
    assert(offset % UNIT === 0, 'metadata is written in whole 512-byte pieces');
    const write = diskWrite('metadata', offset / UNIT, [], piecesOf(bytes));
    return this.submit({ kind: 'write', io, fua, write });
  }

  flush(io: IoId): LocalDisk {
    return this.submit({ kind: 'flush', io, covers: this.cache.length });
  }

  /** The oldest operation in flight completes. */
  complete(): LocalDisk {
    const [done, ...flying] = this.flying;
    assert(done !== undefined, 'an operation is in flight');
    if (done.kind === 'write') return this.with({ flying }).accepted(done.write, done.fua);
    let durable: LocalDisk = this;
    for (const write of this.cache.slice(0, done.covers)) durable = durable.onMedium(write);
    // Later flushes in flight had counted these writes, too.
    const rest = flying.map((each) =>
      each.kind === 'flush' ? { ...each, covers: Math.max(0, each.covers - done.covers) } : each,
    );
    return durable.with({ flying: rest, cache: this.cache.slice(done.covers) });
  }

  crash(kind: CrashKind): LocalDisk {
    const { media, metadataMedia } = this;
    if (kind === 'power') return this.with({ view: media, metadataView: metadataMedia, flying: [], cache: [] });
    let after = this.with({ flying: [] });
    if (kind === 'process-late')
      for (const each of this.flying) if (each.kind === 'write') after = after.accepted(each.write, false);
    return after;
  }

  feed(hash: StateHash, rankOf: (io: IoId) => number): void {
    for (const row of [this.view, this.media]) for (const version of row) hash.add(version);
    for (const { high, low } of [this.metadataView, this.metadataMedia]) {
      hash.add(high);
      hash.add(low);
    }
    for (const write of this.cache) hash.add(write.hash);
    for (const each of this.flying) {
      hash.add(each.kind === 'flush' ? -2 : -3);
      hash.add(rankOf(each.io));
      if (each.kind === 'flush') hash.add(each.covers);
      else hash.add(each.write.hash);
    }
  }

  private submit(operation: Flying): LocalDisk {
    return this.with({ flying: [...this.flying, operation] });
  }

  private accepted(write: DiskWrite, durable: boolean): LocalDisk {
    const seen = put(this, 'view', 'metadataView', write);
    return durable ? seen.onMedium(write) : seen.with({ cache: [...this.cache, write] });
  }

  private onMedium(write: DiskWrite): LocalDisk {
    return put(this, 'media', 'metadataMedia', write);
  }

  with(parts: Partial<Pick<LocalDisk, 'view' | 'media' | 'flying'> & Parts>): LocalDisk {
    const { view, media, flying, metadataView, metadataMedia, cache } = this;
    return new LocalDisk({ view, media, flying, metadataView, metadataMedia, cache, ...parts });
  }

  imageOf(area: 'metadataView' | 'metadataMedia'): Image {
    return area === 'metadataView' ? this.metadataView : this.metadataMedia;
  }
}

interface Parts {
  readonly metadataView: Image;
  readonly metadataMedia: Image;
  readonly cache: readonly DiskWrite[];
}

function put(
  disk: LocalDisk,
  data: 'view' | 'media',
  metadata: 'metadataView' | 'metadataMedia',
  write: DiskWrite,
): LocalDisk {
  if (write.area === 'data') {
    const row = disk[data].slice();
    row.splice(write.first, write.versions.length, ...write.versions);
    return disk.with({ [data]: row });
  }
  return disk.with({ [metadata]: withPieces(disk.imageOf(metadata), write.first, write.pieces) });
}

function withPieces(image: Image, first: number, fresh: readonly Uint8Array[]): Image {
  const pieces = image.pieces.slice();
  let { high, low } = image;
  fresh.forEach((piece, index) => {
    const place = first + index;
    const before = pieces[place];
    if (before !== undefined) {
      const old = placed(before, place);
      high = (high - old.high) | 0;
      low = (low - old.low) | 0;
    }
    const hash = placed(piece, place);
    high = (high + hash.high) | 0;
    low = (low + hash.low) | 0;
    pieces[place] = piece;
  });
  return { pieces, high, low };
}

function placed(piece: Uint8Array, place: number): StateHash {
  const hash = new StateHash();
  hash.add(place);
  hash.add(hashOf(piece));
  return hash;
}

function piecesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / UNIT }, (_, i) => bytes.slice(i * UNIT, (i + 1) * UNIT));
}

function diskWrite(
  area: DiskWrite['area'],
  first: number,
  versions: readonly number[],
  pieces: readonly Uint8Array[],
): DiskWrite {
  const hash = new StateHash();
  hash.add(first * 2 + (area === 'data' ? 0 : 1));
  for (const version of versions) hash.add(version);
  for (const piece of pieces) hash.add(hashOf(piece));
  return { area, first, versions, pieces, hash: hash.number() };
}

const hashes = new WeakMap<Uint8Array, number>();

function hashOf(piece: Uint8Array): number {
  let known = hashes.get(piece);
  if (known === undefined) {
    const hash = new StateHash();
    for (const word of new Int32Array(piece.buffer, piece.byteOffset, UNIT / 4)) hash.add(word);
    known = hash.number();
    hashes.set(piece, known);
  }
  return known;
}
