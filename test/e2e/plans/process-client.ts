/**
 * The client of a plan over NBD: the operations of `sim/workload.ts`, `depth` at a time, judged by the history of the simulator.
 * The runner says how far it may go; where to open says the same agent as in the simulator (`sim/fencing.ts`).
 */
import { NbdClient } from '../../../cli/demo/nbd-client.ts';
import { OperationError } from '../../../common/errors.ts';
import type { Fencing } from '../../../sim/fencing.ts';
import type { History, WriteRecord } from '../../../sim/oracles/history.ts';
import { Violation } from '../../../sim/oracles/violation.ts';
import type { Plan } from '../../../sim/plan.ts';
import { type Operation, operationOf } from '../../../sim/workload.ts';
import { eventually } from '../programs.ts';
import type { ProcessCluster } from './process-cluster.ts';
import type { ProcessNode } from './process-node.ts';
import { decodeSectors, encodeSectors } from './sectors.ts';

const POLL_MS = 5;
/** Longer than any run: the runner has bounds for each of its steps. */
const RUN_WITHIN_MS = 300_000;
const FINAL_READ_BYTES = 262_144;

interface Session {
  readonly node: ProcessNode;
  /** By volume. */
  readonly connections: readonly NbdClient[];
  leaving: boolean;
}

export interface ClientWorld {
  readonly plan: Plan;
  readonly cluster: ProcessCluster;
  readonly fencing: Fencing<ProcessNode>;
  /** Asked anew each time: a split brain may replace it. */
  readonly history: () => History;
  readonly acknowledged: (node: ProcessNode, flush: boolean) => void;
}

export class ProcessClient {
  completed = 0;
  failed = 0;
  /** How many operations may have been asked for. */
  limit = 0;
  /** Opens nowhere, and leaves where it is. */
  held = false;
  /** Openings that were refused since the last one that was not. */
  refusals = 0;
  readonly #world: ClientWorld;
  #session: Session | undefined;
  #wanted: ProcessNode | undefined;
  #next = 0;
  #outstanding = 0;
  #finished = false;
  #violation: unknown;
  #loops: Promise<void>[] = [];

  constructor(world: ClientWorld) {
    this.#world = world;
    const { firstNode } = world.plan.workload;
    this.#wanted = firstNode === undefined ? undefined : world.cluster.nodes[firstNode];
  }

  start(): void {
    const guarded = (loop: Promise<void>): Promise<void> =>
      loop.catch((error: unknown) => {
        this.#violation ??= error;
        this.#finished = true;
      });
    this.#loops = [
      guarded(this.#keepOpen()),
      ...Array.from({ length: this.#world.plan.workload.depth }, () => guarded(this.#work())),
    ];
  }

  get openOn(): ProcessNode | undefined {
    return this.#session?.node;
  }

  /** It has a session, and means to keep it. */
  get isSettled(): boolean {
    return this.#session !== undefined && !this.#session.leaving && !this.held;
  }

  /** It has asked this node something, and may still hear the answer. */
  waitsFor(node: ProcessNode): boolean {
    return this.#session?.node === node && this.#outstanding > 0;
  }

  /** Everything that it may ask for was asked and answered. */
  get isThrough(): boolean {
    return this.#next >= Math.min(this.limit, this.#world.plan.workload.operations) && this.#outstanding === 0;
  }

  /** @throws what an oracle has said. */
  check(): void {
    if (this.#violation !== undefined) throw this.#violation;
  }

  switchTo(node: ProcessNode | undefined, abrupt: boolean): void {
    this.#wanted = node;
    const session = this.#session;
    if (session === undefined) return;
    session.leaving = true;
    if (abrupt) for (const connection of session.connections) void connection.close();
  }

  /** The last session ends. */
  async finish(): Promise<void> {
    this.#finished = true;
    await Promise.all(this.#loops);
    await this.#leave();
    this.check();
  }

  /** Opens `node` once more and reads every volume in full; O3 and O4 apply. */
  async readEverything(node: ProcessNode): Promise<void> {
    const { plan, cluster, history } = this.#world;
    for (const [volume, shape] of plan.volumes.entries()) {
      const connection = await NbdClient.connect(cluster.nbd(node, volume));
      for (let offset = 0; offset < shape.blocks * 4_096; offset += FINAL_READ_BYTES) {
        const length = Math.min(FINAL_READ_BYTES, shape.blocks * 4_096 - offset);
        const invoked = history().invokeRead();
        const data = await connection.read(offset, length);
        const first = offset / plan.sectorBytes;
        history().completeRead(volume, first, decodeSectors(plan.sectorBytes, volume, first, data), invoked);
      }
      await connection.close();
    }
  }

  #until(what: string, look: () => boolean | Promise<boolean>): Promise<true> {
    return eventually(what, look, { withinMs: RUN_WITHIN_MS, everyMs: POLL_MS });
  }

  // ---- sessions

  async #keepOpen(): Promise<void> {
    await this.#until('the client has finished', async () => {
      if (this.#finished) return true;
      if (this.#session === undefined && !this.held) await this.#open();
      const leaves = this.#session?.leaving === true || this.held;
      if (leaves && this.#outstanding === 0) await this.#leave();
      return false;
    });
  }

  async #open(): Promise<void> {
    const { cluster, fencing, plan } = this.#world;
    const able = cluster.present.filter((node) => fencing.eligibility(node) === 'yes');
    const node = able.find((each) => each === this.#wanted) ?? able[0];
    if (node === undefined) return;
    const connections: NbdClient[] = [];
    try {
      for (const volume of plan.volumes.keys()) connections.push(await NbdClient.connect(cluster.nbd(node, volume)));
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      this.refusals += 1;
      for (const connection of connections) await connection.close();
      return;
    }
    this.refusals = 0;
    this.#wanted = undefined;
    this.#session = { node, connections, leaving: false };
  }

  /** Ends with the demotion of the node, or its end. */
  async #leave(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    const { node, connections } = session;
    for (const connection of connections) await connection.close();
    await this.#until(
      `n${node.id} is demoted`,
      () => node.state !== 'up' || node.view.role !== 'Primary' || node.paused,
    );
    this.#session = undefined;
  }

  // ---- operations

  async #work(): Promise<void> {
    const { plan } = this.#world;
    for (;;) {
      await this.#until('the client has something to ask', () => this.#finished || this.#mayAsk());
      const session = this.#session;
      if (this.#finished) return;
      // Another one may have been faster.
      if (session === undefined || !this.#mayAsk()) continue;
      const index = this.#next;
      this.#next += 1;
      if (plan.workload.skip?.includes(index) === true) continue;
      this.#outstanding += 1;
      await this.#operate(session, operationOf(plan, index, ''));
      this.#outstanding -= 1;
    }
  }

  #mayAsk(): boolean {
    return this.isSettled && this.#next < Math.min(this.limit, this.#world.plan.workload.operations);
  }

  async #operate(session: Session, operation: Operation): Promise<void> {
    const history = this.#world.history();
    const { kind, volume, first, count, fua } = operation;
    const connection = session.connections[volume];
    if (connection === undefined) return;
    const changes = kind === 'write' || kind === 'zero';
    const write = changes ? history.invokeWrite(volume, first, count, kind === 'zero') : undefined;
    const invoked = write?.invoked ?? history.invokeRead();
    let data: Buffer | undefined;
    try {
      data = await this.#ask(connection, operation, write);
      // The client of these tests does not know FUA: a flush behind the write promises as much.
      if (write !== undefined && fua) await connection.flush();
    } catch (error) {
      if (error instanceof Violation) throw error;
      if (write !== undefined) history.abandon(write);
      this.failed += 1;
      session.leaving = true;
      return;
    }
    this.completed += 1;
    if (data !== undefined)
      history.completeRead(volume, first, decodeSectors(this.#world.plan.sectorBytes, volume, first, data), invoked);
    else if (write !== undefined) history.completeWrite(write, true, fua);
    else history.completeFlush(volume, invoked);
    this.#world.acknowledged(session.node, kind === 'flush');
  }

  async #ask(connection: NbdClient, operation: Operation, write: WriteRecord | undefined): Promise<Buffer | undefined> {
    const { sectorBytes } = this.#world.plan;
    const { kind, volume, first, count } = operation;
    const offset = first * sectorBytes;
    switch (kind) {
      case 'read':
        return connection.read(offset, count * sectorBytes);
      case 'write':
        await connection.write(offset, encodeSectors(sectorBytes, volume, first, count, write?.id ?? 0));
        return undefined;
      case 'zero':
        await connection.trim(offset, count * sectorBytes);
        return undefined;
      case 'flush':
        await connection.flush();
        return undefined;
    }
  }
}
