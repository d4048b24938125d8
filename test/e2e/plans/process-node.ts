/** One node of a plan as a process, seen as the ground truth of the simulator sees its own: `WatchedNode`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { NodeId } from '../../../common/ids.ts';
import type { HostRequest } from '../../../satellite/engine/resource-host.ts';
import type { ResourceConfig } from '../../../satellite/replication/config.ts';
import type { ReplicationEvent } from '../../../satellite/replication/events.ts';
import type { ResourceStatus } from '../../../satellite/replication/status.ts';
import type { WatchedNode } from '../../../sim/convergence.ts';
import { NodeView } from '../../../sim/node-view.ts';
import type { Plan } from '../../../sim/plan.ts';
import { configOf, optionsOf, PLAN_BLOCK_BYTES } from '../../../sim/topology.ts';
import { atExit } from '../programs.ts';
import { type Command, type DiskCache, ENV, type Report } from './messages.ts';
import { satelliteUnderTest } from './program.ts';

export interface NodePlace {
  readonly address: string;
  readonly dataDir: string;
  readonly logPath: string;
  readonly cache: DiskCache;
}

export class ProcessNode implements WatchedNode {
  readonly id: NodeId;
  readonly diskful: boolean;
  /** With the peers that the node was told of. */
  config: ResourceConfig;
  readonly place: NodePlace;
  readonly changesSize = false;
  /** `down` before the first start; `lost` is never said of a process. */
  state: 'booting' | 'up' | 'down' = 'down';
  paused = false;
  view: NodeView;
  status: ResourceStatus | undefined;
  readonly #plan: Plan;
  readonly #onEvent: (node: ProcessNode, event: ReplicationEvent) => void;
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();
  #calls = new Map<number, (answer: Extract<Report, { kind: 'answer' }>) => void>();
  #nextCall = 1;

  constructor(plan: Plan, id: number, place: NodePlace, onEvent: (node: ProcessNode, event: ReplicationEvent) => void) {
    this.#plan = plan;
    this.id = id as NodeId;
    this.diskful = plan.nodes[id]?.diskful === true;
    this.config = configOf(plan, id);
    this.place = place;
    this.#onEvent = onEvent;
    this.view = this.#blankView();
    atExit(() => this.#child?.kill('SIGKILL'));
  }

  get alive(): boolean {
    return this.state !== 'down';
  }

  sectorsOf(volume: number): number {
    return ((this.#plan.volumes[volume]?.blocks ?? 0) * PLAN_BLOCK_BYTES) / this.#plan.sectorBytes;
  }

  /** From the last status: only as true as that is young. */
  get core(): WatchedNode['core'] {
    const { status } = this;
    if (status === undefined) return undefined;
    return {
      status: () => status,
      outOfSync: (volume, peer) =>
        status.connections.some(
          (connection) =>
            connection.peer === peer &&
            connection.peerDevices.some((device) => device.volume === volume && device.outOfSyncBytes > 0),
        ),
    };
  }

  /** Resolves when it serves. @throws Error when it does not start. */
  async start(): Promise<void> {
    const { address, dataDir, logPath } = this.place;
    const flags = ['--name', `n${this.id}`, '--data-dir', dataDir, '--address', address];
    const child = spawn(process.execPath, [await satelliteUnderTest(), ...flags], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: {
        ...process.env,
        [ENV.options]: JSON.stringify(optionsOf(this.#plan)),
        [ENV.cache]: this.place.cache,
      },
    });
    this.state = 'booting';
    this.#child = child;
    this.view = this.#blankView();
    const log = createWriteStream(logPath, { flags: 'a' });
    child.stderr?.pipe(log);
    this.#gone = new Promise((resolve) => child.once('close', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: Report) => {
        if (message.kind === 'ready') resolve();
        else this.#heard(message);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`n${this.id} ended with ${signal ?? code}: see ${logPath}`));
      });
    });
    this.state = 'up';
    await this.look();
  }

  /** What it says of itself now. */
  async look(): Promise<ResourceStatus | undefined> {
    const { status } = await this.call({ do: 'status' });
    this.status = status;
    if (status === undefined) return undefined;
    const { view } = this;
    view.role = status.role;
    view.suspended = status.suspended;
    for (const volume of status.volumes) {
      view.disk[volume.volume] = volume.disk;
      view.quorum[volume.volume] = volume.quorum;
    }
    for (const connection of status.connections) {
      view.connection[connection.peer] = connection.state;
      view.peerRole[connection.peer] = connection.peerRole;
      for (const device of connection.peerDevices) {
        const [disks, replication] = [view.peerDisk[connection.peer], view.replication[connection.peer]];
        if (disks !== undefined) disks[device.volume] = device.peerDisk;
        if (replication !== undefined) replication[device.volume] = device.replication;
      }
    }
    return status;
  }

  /** @throws Error with what the satellite answered, or because it is not there. */
  async call(command: Command): Promise<Extract<Report, { kind: 'answer' }>> {
    const id = this.#nextCall;
    this.#nextCall += 1;
    const child = this.#child;
    if (child === undefined || !child.connected) throw new Error(`n${this.id} does not run`);
    const answer = await new Promise<Extract<Report, { kind: 'answer' }>>((resolve) => {
      this.#calls.set(id, resolve);
      child.send({ id, command });
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  async perform(request: HostRequest): Promise<void> {
    await this.call({ do: 'perform', request });
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended();
  }

  /** SIGTERM. @throws Error when it did not end by itself. */
  async stop(): Promise<void> {
    const child = this.#child;
    child?.kill('SIGTERM');
    await this.#ended();
    if (child !== undefined && child.exitCode !== 0) throw new Error(`n${this.id} did not stop cleanly`);
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
    this.paused = true;
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
    this.paused = false;
  }

  async #ended(): Promise<void> {
    await this.#gone;
    this.#child = undefined;
    this.state = 'down';
    this.paused = false;
    this.status = undefined;
    this.view = this.#blankView();
    for (const [id, resolve] of this.#calls) resolve({ kind: 'answer', id, error: `n${this.id} has ended` });
    this.#calls.clear();
  }

  #heard(message: Exclude<Report, { kind: 'ready' }>): void {
    if (message.kind === 'answer') {
      this.#calls.get(message.id)?.(message);
      this.#calls.delete(message.id);
      return;
    }
    this.view.apply(message.event);
    this.#onEvent(this, message.event);
  }

  #blankView(): NodeView {
    return new NodeView(this.#plan.nodes.length, this.#plan.volumes.length);
  }
}
