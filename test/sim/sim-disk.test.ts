import { expect } from 'chai';
import fc from 'fast-check';
import { Agenda } from '../../sim/agenda.ts';
import { RandomStream } from '../../sim/prng.ts';
import { type DiskObserver, SimDisk } from '../../sim/sim-disk.ts';
import { GARBAGE_VERSION, SimPayload } from '../../sim/sim-payload.ts';
import { SURVIVOR_KINDS } from '../../sim/survivors.ts';

const UNIT = 512;
const SECTORS = 32;

function makeDisk(options: { seed?: number; mayFail?: boolean; durableCache?: boolean } = {}) {
  const agenda = new Agenda();
  const failed: string[] = [];
  const observer: DiskObserver = {
    accepted: () => {},
    mayFail: () => options.mayFail ?? true,
    failed: (kind) => failed.push(kind),
  };
  const disk = new SimDisk({
    agenda,
    random: new RandomStream(options.seed ?? 1, 'disk'),
    profile: { latencyUs: 10, jitterUs: 20, flushUs: 50, durableCache: options.durableCache ?? false },
    observer,
    sectorBytes: UNIT,
    dataBytes: SECTORS * UNIT,
    metadataBytes: 8 * UNIT,
  });
  const settle = (): void => {
    while (agenda.step());
  };
  const write = (first: number, count: number, version: number, fua = false): { ok: boolean | undefined } => {
    const result: { ok: boolean | undefined } = { ok: undefined };
    const payload = new SimPayload(count * UNIT, new Uint32Array(count).fill(version), version);
    disk.write(first * UNIT, payload, fua, (ok) => {
      result.ok = ok;
    });
    return result;
  };
  const flush = (): { ok: boolean | undefined } => {
    const result: { ok: boolean | undefined } = { ok: undefined };
    disk.flush((ok) => {
      result.ok = ok;
    });
    return result;
  };
  return { agenda, disk, settle, write, flush, failed };
}

describe('the simulated disk', () => {
  it('makes durable with a flush what had completed before the flush was asked for, and nothing else', () => {
    const { disk, settle, write, flush, agenda } = makeDisk();
    write(0, 1, 1);
    settle();
    const flushed = flush();
    write(1, 1, 2);
    settle();
    expect(flushed.ok).to.equal(true);
    expect(agenda.pending).to.equal(0);
    disk.powerLoss('nothing');
    expect([...disk.view.slice(0, 2)]).to.deep.equal([1, 0]);
  });

  it('makes an FUA write durable alone', () => {
    const { disk, settle, write } = makeDisk();
    write(0, 1, 1);
    settle();
    write(1, 1, 2, true);
    settle();
    disk.powerLoss('nothing');
    expect([...disk.view.slice(0, 2)]).to.deep.equal([0, 2]);
  });

  it('never lets an older cached write come back over a newer durable one', () => {
    const { disk, settle, write, flush } = makeDisk();
    write(0, 1, 1);
    settle();
    write(0, 1, 2, true);
    settle();
    flush();
    settle();
    expect(disk.media[0]).to.equal(2);
  });

  it('keeps the cache over a process crash', () => {
    const { disk, settle, write } = makeDisk();
    write(3, 2, 7);
    settle();
    disk.processCrash();
    expect([...disk.view.slice(3, 5)]).to.deep.equal([7, 7]);
    disk.powerLoss('nothing');
    expect([...disk.view.slice(3, 5)]).to.deep.equal([0, 0]);
  });

  it('never completes after a crash what was submitted before it', () => {
    const { disk, settle, write } = makeDisk();
    const lost = write(0, 1, 1);
    disk.processCrash();
    settle();
    expect(lost.ok).to.equal(undefined);
  });

  it('loses completed data of a cache with a battery never', () => {
    const { disk, settle, write } = makeDisk({ durableCache: true });
    write(0, 4, 9);
    settle();
    disk.powerLoss('nothing');
    expect([...disk.view.slice(0, 4)]).to.deep.equal([9, 9, 9, 9]);
  });

  it('leaves after any power loss only versions that were written there, the last durable one or newer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(SECTORS - 4), fc.integer({ min: 1, max: 4 }), fc.boolean()), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.constantFrom(...SURVIVOR_KINDS),
        fc.nat(),
        (steps, kind, seed) => {
          const { disk, settle, write, flush, agenda } = makeDisk({ seed });
          const written = Array.from({ length: SECTORS }, () => [0]);
          const durable = new Array<number>(SECTORS).fill(0);
          steps.forEach(([first, count, flushNow], index) => {
            write(first, count, index + 1);
            for (let i = 0; i < count; i += 1) written[first + i]?.push(index + 1);
            settle();
            if (!flushNow) return;
            flush();
            settle();
            written.forEach((versions, sector) => {
              durable[sector] = versions.at(-1) ?? 0;
            });
          });
          write(0, 2, 1_000);
          for (const sector of [0, 1]) written[sector]?.push(1_000);
          disk.powerLoss(kind);
          while (agenda.step());
          disk.view.forEach((version, sector) => {
            if (version === GARBAGE_VERSION) {
              expect(sector).to.be.below(2);
              return;
            }
            const versions = written[sector] ?? [];
            expect(versions).to.include(version);
            expect(versions.lastIndexOf(version)).to.be.at.least(versions.lastIndexOf(durable[sector] ?? 0));
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('forgets the dirty pages when a flush fails, and reports the next flush as good', () => {
    const { disk, settle, write, flush, failed } = makeDisk();
    write(0, 1, 1);
    settle();
    disk.failNth('flush', 1);
    const bad = flush();
    settle();
    const good = flush();
    settle();
    expect(bad.ok).to.equal(false);
    expect(good.ok).to.equal(true);
    expect(disk.media[0]).to.equal(0);
    expect(failed).to.deep.equal(['flush']);
  });

  it('fails only what the envelope allows to fail', () => {
    const { disk, settle, write } = makeDisk({ mayFail: false });
    disk.failNth('write', 1);
    const result = write(0, 1, 1);
    settle();
    expect(result.ok).to.equal(true);
  });

  it('tears metadata at 512 bytes and nowhere inside', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { disk, settle } = makeDisk({ seed });
      disk.writeMetadata(0, new Uint8Array(4 * UNIT).fill(1), true, () => {});
      settle();
      disk.writeMetadata(0, new Uint8Array(4 * UNIT).fill(2), false, () => {});
      disk.powerLoss('torn');
      for (let piece = 0; piece < 4; piece += 1) {
        const bytes = disk.metadataView.subarray(piece * UNIT, (piece + 1) * UNIT);
        expect(bytes.every((byte) => byte === bytes[0])).to.equal(true);
      }
    }
  });
});
