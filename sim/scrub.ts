/**
 * What an administrator does about silent changes of a disk: verify every pair, make the changed replicas anew, connect again
 * those that are marked still, verify again.
 * Runs once the cluster is quiet; each step of it is judged by O19.
 */
import type { ClientOutcome } from '../satellite/replication/ports.ts';
import type { VolumeNumber } from '../common/ids.ts';
import type { Bytes } from '../common/units.ts';
import type { Agenda } from './agenda.ts';
import type { Client } from './clients.ts';
import { stuckReason } from './convergence.ts';
import type { VerifyOracle } from './oracles/verify.ts';
import { Violation } from './oracles/violation.ts';
import { RandomStream } from './prng.ts';
import type { SimNode } from './sim-node.ts';
import { ROT_VERSION } from './sim-payload.ts';

export interface ScrubWorld {
  readonly nodes: readonly SimNode[];
  readonly oracle: VerifyOracle;
  readonly seed: number;
  readonly agenda: Agenda;
  readonly client: Client;
  /** @returns whether anything happened until then, in microseconds of virtual time */
  step(until: number): boolean;
}

/** Each step of the administrator takes no longer than this. */
const PATIENCE_US = 180_000_000;

interface Scrubbing extends ScrubWorld {
  readonly random: RandomStream;
}

export function scrub(whole: ScrubWorld): void {
  const world = { ...whole, random: new RandomStream(whole.seed, 'scrub') };
  world.client.finishing = true;
  verifyAll(world, false);
  for (const node of world.nodes) {
    node.disks.forEach((disk, volume) => {
      if (disk?.view.includes(ROT_VERSION) === true) renew(world, node, volume as VolumeNumber);
    });
  }
  reconnectMarked(world);
  verifyAll(world, true);
}

/** A verify during the chaos has marked what was written anew since: the pair is connected again, and the blocks are compared. */
function reconnectMarked(world: Scrubbing): void {
  const diskful = world.nodes.filter((node) => node.diskful && node.state !== 'lost');
  for (const node of diskful) {
    for (const { id: peer } of diskful) {
      const isMarked = node.config.volumes.some(
        ({ volume, sizeBytes }) => peer !== node.id && node.core?.outOfSync(volume, peer, 0, sizeBytes) === true,
      );
      if (!isMarked) continue;
      quiet(world);
      for (const kind of ['disconnect', 'connect'] as const) {
        let outcome: ClientOutcome | undefined;
        node.request(
          (id) => ({ kind, id, peer }),
          (given) => {
            outcome = given;
          },
        );
        waitFor(world, `a ${kind} is answered`, () => outcome !== undefined);
      }
      quiet(world);
    }
  }
}

function verifyAll(world: Scrubbing, isRepaired: boolean): void {
  const diskful = world.nodes.filter((node) => node.diskful && node.state !== 'lost');
  for (const a of diskful) {
    for (const b of diskful) {
      if (a.id >= b.id) continue;
      const [driver, peer] = world.random.coin() ? [a, b] : [b, a];
      for (const { volume } of driver.config.volumes) verifyPair(world, driver, peer, volume, isRepaired);
    }
  }
}

function verifyPair(world: Scrubbing, driver: SimNode, peer: SimNode, volume: VolumeNumber, isRepaired: boolean): void {
  const { oracle } = world;
  quiet(world);
  const expected = new Set<number>();
  const { blockBytes } = driver.core?.status().volumes[volume] ?? { blockBytes: 1 };
  const unit = driver.disks[volume]?.sectorBytes ?? 1;
  for (const sector of oracle.rottenSectors(driver, peer.id, volume))
    expected.add(Math.floor((sector * unit) / blockBytes));
  oracle.begins(driver, peer.id, volume);

  let started: ClientOutcome | undefined;
  driver.request(
    (id) => ({ kind: 'verify', id, volume, peer: peer.id, start: 0 as Bytes }),
    (outcome) => {
      started = outcome;
    },
  );
  if (started?.ok === false)
    throw new Violation('O19', `n${driver.id} refuses to verify with n${peer.id}: ${started.error.because ?? ''}`);
  waitFor(world, 'a verify ends', () => oracle.result(driver, peer.id, volume) !== undefined);
  const different = oracle.result(driver, peer.id, volume);
  const wanted = isRepaired ? 0 : expected.size;
  if (different !== wanted)
    throw new Violation(
      'O19',
      `a quiet verify of volume ${volume} by n${driver.id} with n${peer.id} found ${different} different blocks instead of ${wanted}`,
    );
}

/** From a replica without changes; all blocks, or only what the verify has marked. */
function renew(world: Scrubbing, node: SimNode, volume: VolumeNumber): void {
  const source = world.nodes.find(
    (each) => each !== node && each.diskful && each.disks[volume]?.view.includes(ROT_VERSION) === false,
  );
  if (source === undefined) return;
  quiet(world);
  const resetBitmap = world.random.coin();
  let outcome: ClientOutcome | undefined;
  node.request(
    (id) => ({ kind: 'invalidate', id, volume, peer: source.id, resetBitmap }),
    (given) => {
      outcome = given;
    },
  );
  waitFor(world, 'an invalidate is answered', () => outcome !== undefined);
  if (outcome?.ok === false)
    throw new Violation(
      'O19',
      `n${node.id} refuses to be made anew: ${outcome.error.message}, ${outcome.error.because}`,
    );
  waitFor(world, 'an invalidated disk is UpToDate again', () => node.view.disk[volume] === 'UpToDate');
}

function quiet(world: Scrubbing): void {
  waitFor(world, 'the cluster is quiet', () => stuckReason(world.nodes, true) === undefined);
}

/** Lets the world go on until `done`. @throws Violation O26 */
function waitFor({ agenda, client, step }: Scrubbing, what: string, done: () => boolean): void {
  const deadline = agenda.now + PATIENCE_US;
  while (client.outstandingCount > 0 || !done())
    if (!step(deadline)) throw new Violation('O26', `after the chaos one waits in vain until ${what}`);
}
