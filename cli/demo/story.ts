/**
 * The story of one node loss, on real processes: three replicas, a client that writes through NBD, a satellite that is
 * killed and returns, a resync of exactly what it missed, and the proof that all replicas are the same.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import { type DevLayout, devDown, devKill, devStart, devUp, requireCluster, withController } from '../dev/cluster.ts';
import type { DevClusterState, DevSatellite } from '../dev/cluster-file.ts';
import { requireDone } from '../dev/registration.ts';
import { formatBytes } from '../size-argument.ts';
import { paint, type Terminal } from '../terminal.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { compareFiles } from './compare.ts';
import { NbdClient } from './nbd-client.ts';
import { connectionTo, isHealthy, LivePicture, type NodeObservation, observe, outOfSyncBytes } from './observation.ts';
import { BLOCK_BYTES, Workload } from './workload.ts';

interface DemoOptions {
  readonly layout: DevLayout;
  /** The directory is not the user's: take a temporary one and remove it afterwards. */
  readonly ownDir: boolean;
  readonly once: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

const RESOURCE = 'demo';
const VOLUME_MIB = 256;
const NBD_PORT = 10_809;
const WRITE_BYTES_PER_SECOND = 16 * 1_048_576;
const BEFORE_OUTAGE_MS = 5_000;
const OUTAGE_MS = 8_000;
const HEALTHY_WITHIN_MS = 30_000;
const RESYNCED_WITHIN_MS = 60_000;
/** Often enough to see a resync of a second in several steps. */
const LOOK_EVERY_MS = 100;

/** @returns whether all replicas were the same at the end. @throws OperationError when the story could not be told. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const dir = options.ownDir ? await mkdtemp(join(tmpdir(), 'lockstep-demo-')) : options.layout.dir;
  const layout = { ...options.layout, dir };
  if (layout.satellites < 3)
    throw new OperationError('INVALID_ARGUMENT', 'the demonstration needs at least 3 satellites');
  const say = (line: string): void => void options.terminal.out.write(`${line}\n`);
  let told = false;
  try {
    const story = new Story(options, layout, say);
    const identical = await story.tell();
    told = true;
    if (!options.once && !options.signal.aborted) {
      say('\nThe cluster stays up until Ctrl-C.');
      await untilInterrupted(options.signal);
    }
    return identical;
  } finally {
    const keep = !options.ownDir || (!told && !options.signal.aborted);
    say('\nStopping the cluster …');
    await devDown(dir, !keep, () => undefined);
    if (!keep) await rm(dir, { recursive: true, force: true });
    else if (!told) say(`The logs are in ${dir}.`);
  }
}

class Story {
  private readonly options: DemoOptions;
  private readonly layout: DevLayout;
  private readonly say: (line: string) => void;
  private readonly picture: LivePicture;
  private chapters = 0;
  /** The satellites with a replica, each with the process that runs now. */
  private replicas: readonly DevSatellite[] = [];

  constructor(options: DemoOptions, layout: DevLayout, say: (line: string) => void) {
    this.options = options;
    this.layout = layout;
    this.say = say;
    this.picture = new LivePicture(options.terminal);
  }

  async tell(): Promise<boolean> {
    const { signal } = this.options;
    this.chapter(
      `A cluster: one controller, ${this.layout.satellites} satellites, each a process with an address of its own`,
    );
    const { state } = await devUp(this.layout, signal, (line) => this.say(`  ${line}`));
    this.replicas = await withController(state, signal, (client) => this.createVolume(client, state));
    const [writerNode, , victim] = this.replicas;
    if (writerNode === undefined || victim === undefined)
      throw new OperationError('NOT_ENOUGH_NODES', 'the volume has fewer than three replicas');
    await this.look('new replicas', HEALTHY_WITHIN_MS, isHealthy);
    this.picture.settle();

    this.chapter(`A client writes to nbd://${writerNode.address}:${NBD_PORT}/${RESOURCE} and goes on writing`);
    const client = await NbdClient.connect({ host: writerNode.address, port: NBD_PORT, exportName: RESOURCE });
    const workload = new Workload(client, WRITE_BYTES_PER_SECOND);
    try {
      workload.start();
      const caption = (): string => `client: ${formatBytes(workload.writtenBytes)} written`;
      await this.lookFor(caption, BEFORE_OUTAGE_MS, workload);
      await this.loseAndRegain(workload, caption, writerNode, victim);
      this.chapter('The client stops. Is every replica the same, and is it what the client wrote?');
      await workload.stop();
      await this.look('settling', HEALTHY_WITHIN_MS, isHealthy);
      this.picture.settle();
      await workload.verify();
      this.say(`  Read back through NBD: every block holds what was acknowledged last.`);
    } finally {
      // On failure this also ends the writes in flight, and with them the writers.
      await client.close();
    }
    const identical = await withController(state, signal, (controller) => this.compareReplicas(controller));
    if (identical) this.tryNext(state, writerNode);
    return identical;
  }

  /** @returns the satellites that carry a replica. */
  private async createVolume(client: ControllerClient, state: DevClusterState): Promise<DevSatellite[]> {
    this.chapter(
      `A volume of ${VOLUME_MIB} MiB with three replicas, protocol C: a write is done when three disks have it`,
    );
    const name = { name: RESOURCE, requestId: randomUUID() };
    requireDone((await client.call(client.resourceDefinitions, 'create', name)).answers);
    // On a busy machine the survivors may lose sight of each other for a moment: that is to delay the client, not to fail it.
    const owner = { kind: 'resource-definition', resourceName: RESOURCE };
    const overrideProps = { 'DrbdOptions/auto-quorum': 'suspend-io' };
    requireDone(
      (await client.call(client.properties, 'set', { owner, overrideProps, requestId: randomUUID() })).answers,
    );
    const volume = { resourceName: RESOURCE, sizeKib: VOLUME_MIB * 1024, requestId: randomUUID() };
    requireDone((await client.call(client.volumeDefinitions, 'create', volume)).answers);
    const place = { resourceName: RESOURCE, placeCount: 3, requestId: randomUUID() };
    const placed = await client.call(client.resources, 'autoPlace', place);
    requireDone(placed.answers);
    return state.satellites.filter((satellite) => placed.nodeNames.includes(satellite.name));
  }

  private async loseAndRegain(
    workload: Workload,
    caption: () => string,
    writerNode: DevSatellite,
    victim: DevSatellite,
  ): Promise<void> {
    this.chapter(`${victim.name} loses its power (SIGKILL). The client does not notice`);
    workload.startOutage();
    await devKill(this.layout.dir, victim.name);
    await this.lookFor(caption, OUTAGE_MS, workload);
    const missed = workload.touchedBlocks;
    this.say(
      `  Longest wait of one write: ${Math.round(workload.longestWriteMs)} ms. ${victim.name} misses about ${formatBytes(missed * BLOCK_BYTES)} by now.`,
    );

    this.chapter(`${victim.name} is back. Only what it missed is copied, while the client writes on`);
    const logOffset = (await stat(victim.logPath)).size;
    await devStart(this.layout.dir, victim.name, this.options.signal);
    this.replicas = await this.currentSatellites();
    await this.look(caption, RESYNCED_WITHIN_MS, (nodes) => {
      workload.check();
      const source = connectionTo(
        nodes.find((node) => node.name === writerNode.name),
        victim.name,
      );
      return isHealthy(nodes) && outOfSyncBytes(source) === 0;
    });
    this.picture.settle();
    const movedBlocks = await resyncedBlocks(victim.logPath, logOffset);
    const total = (VOLUME_MIB * 1_048_576) / BLOCK_BYTES;
    this.say(
      `  Resync done: ${movedBlocks} of ${total} blocks moved (${formatBytes(movedBlocks * BLOCK_BYTES)}); at its return ${missed} blocks were missing.`,
    );
  }

  private async compareReplicas(client: ControllerClient): Promise<boolean> {
    const { volumes } = await client.call(client.volumes, 'list', { resourceNames: [RESOURCE] });
    const paths = volumes.map((volume) => volume.backingPath).filter((path) => path !== '');
    if (paths.length < 3) throw new OperationError('INTERNAL', 'the controller does not know where the replicas are');
    const bar = new SingleBar({
      format: '  comparing {bar} {percentage}%',
      stream: process.stderr,
      clearOnComplete: true,
    });
    if (this.options.terminal.animated) bar.start(VOLUME_MIB * 1_048_576, 0);
    const result = await compareFiles(paths, VOLUME_MIB * 1_048_576, (bytes) => bar.update(bytes)).finally(() =>
      bar.stop(),
    );
    const { style } = this.options.terminal;
    for (const path of paths) this.say(`  ${path}`);
    if (result.identical) {
      this.say(paint(style, 'green', `  ${paths.length} replicas, ${formatBytes(result.bytes)} each: byte-identical.`));
      return true;
    }
    this.say(
      paint(
        style,
        'red',
        `  DIFFERENT: ${result.path} at byte ${result.offset}. This is a defect of Lockstep: please report it with the logs.`,
      ),
    );
    return false;
  }

  private tryNext(state: DevClusterState, writerNode: DevSatellite): void {
    if (this.options.once) {
      this.chapter('Try next: make run without ONCE=1 keeps the cluster up and tells what to do with it');
      return;
    }
    this.chapter('Try next, in another terminal');
    const { dir } = this.layout;
    if (state.controllerAddress !== '127.0.0.1:3372') this.say(`  export LS_CONTROLLERS=${state.controllerAddress}`);
    for (const line of [
      `export LOCKSTEP_DEV_DIR=${dir}`,
      'node dist/cli/main.js resource list',
      'node dist/cli/main.js volume list',
      `node dist/cli/lockstepadm.js --socket ${writerNode.adminSocket} status --statistics`,
      `nbdinfo nbd://${writerNode.address}/${RESOURCE}`,
      `nbdcopy nbd://${writerNode.address}/${RESOURCE} copy.img`,
      'node dist/cli/main.js dev kill sat2; node dist/cli/main.js dev status; node dist/cli/main.js dev start sat2',
    ]) {
      this.say(`  ${line}`);
    }
  }

  private chapter(text: string): void {
    this.chapters++;
    this.say(`\n${paint(this.options.terminal.style, 'bold', `${this.chapters}. ${text}`)}`);
  }

  /** Shows the picture until `done` says so. @throws OperationError TIMED_OUT. */
  private async look(
    caption: string | (() => string),
    withinMs: number,
    done: (nodes: readonly NodeObservation[]) => boolean,
  ): Promise<void> {
    const deadlineMs = Date.now() + withinMs;
    for (;;) {
      this.options.signal.throwIfAborted();
      const nodes = await observe(this.replicas, RESOURCE);
      const finished = done(nodes);
      this.picture.show(typeof caption === 'string' ? caption : caption(), nodes);
      if (finished) return;
      if (Date.now() > deadlineMs) {
        throw new OperationError('TIMED_OUT', `the replicas are not in sync after ${withinMs / 1000} s`, {
          correction: `Look at the logs in ${this.layout.dir}.`,
        });
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Shows the picture for a time. @throws what the client's writes failed with. */
  private async lookFor(caption: () => string, durationMs: number, workload: Workload): Promise<void> {
    const untilMs = Date.now() + durationMs;
    await this.look(caption, durationMs + HEALTHY_WITHIN_MS, () => {
      workload.check();
      return Date.now() >= untilMs;
    });
    this.picture.settle();
  }

  private async currentSatellites(): Promise<DevSatellite[]> {
    const { satellites } = await requireCluster(this.layout.dir);
    return satellites.filter((satellite) => this.replicas.some((replica) => replica.name === satellite.name));
  }
}

const resyncEndSchema = z.object({
  kind: z.literal('resync-end'),
  side: z.literal('target'),
  resource: z.literal(RESOURCE),
  blocks: z.number(),
});

/** What the satellite itself says in its log that it has received: the state of a resync is gone when it has ended. */
async function resyncedBlocks(logPath: string, offset: number): Promise<number> {
  const lines = (await readFile(logPath)).subarray(offset).toString('utf8').split('\n');
  let blocks = 0;
  for (const line of lines) {
    if (!line.includes('"resync-end"')) continue;
    const parsed = resyncEndSchema.safeParse(JSON.parse(line));
    if (parsed.success) blocks += parsed.data.blocks;
  }
  return blocks;
}
