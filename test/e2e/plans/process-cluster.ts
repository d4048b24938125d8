/**
 * The nodes of a plan as processes: each on a loopback address of its own, with a proxy between every two of them. The runner
 * is their controller: it tells each node what to hold, over gRPC, and nothing afterwards.
 */
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplyResponse__Output } from '../../../proto/gen/lockstep/satellite/v1/ApplyResponse.ts';
import type { DesiredResource } from '../../../proto/gen/lockstep/satellite/v1/DesiredResource.ts';
import { loadApi } from '../../../proto/load.ts';
import type { ReplicationEvent } from '../../../satellite/replication/events.ts';
import type { Plan } from '../../../sim/plan.ts';
import { configOf, firstSuperblock, layoutOf, PLAN_BLOCK_BYTES } from '../../../sim/topology.ts';
import { NBD_PORT, REPLICATION_PORT, SATELLITE_PORT, takeAddressBase } from '../cluster.ts';
import { atExit } from '../programs.ts';
import { LinkProxy } from './link-proxy.ts';
import { type DiskCache, RESOURCE } from './messages.ts';
import { ProcessNode } from './process-node.ts';

const POOL = 'pool1';
/** Addresses of pairs begin here; node N has N + 1. */
const FIRST_PAIR_ADDRESS = 32;
const NODES_MAX = 8;

export interface ClusterObserver {
  event(node: ProcessNode, event: ReplicationEvent): void;
  frame(from: ProcessNode, type: string): void;
}

export class ProcessCluster {
  readonly nodes: readonly ProcessNode[];
  readonly links: LinkProxy;
  readonly #plan: Plan;
  readonly #dir: string;
  readonly #base: string;
  readonly #present = new Set<number>();
  #revision = 0;

  private constructor(plan: Plan, cache: DiskCache, observer: ClusterObserver) {
    this.#plan = plan;
    this.#dir = mkdtempSync(join(tmpdir(), 'ls-plan-'));
    this.#base = takeAddressBase();
    this.nodes = plan.nodes.map((_, id) => {
      const dataDir = join(this.#dir, `n${id}`);
      mkdirSync(join(dataDir, 'pool'), { recursive: true });
      const place = { address: `${this.#base}.${id + 1}`, dataDir, logPath: join(this.#dir, `n${id}.log`), cache };
      return new ProcessNode(plan, id, place, (node, event) => observer.event(node, event));
    });
    this.links = new LinkProxy((from, _to, type) => {
      const node = this.nodes[from];
      if (node !== undefined) observer.frame(node, type);
    });
    atExit(() => this.#removeFiles());
  }

  /** @returns when every node that is there from the start serves the resource. */
  static async up(plan: Plan, cache: DiskCache, observer: ClusterObserver): Promise<ProcessCluster> {
    if (plan.nodes.length > NODES_MAX) throw new Error(`a plan on processes has at most ${NODES_MAX} nodes`);
    const cluster = new ProcessCluster(plan, cache, observer);
    try {
      await cluster.#connectPairs();
      await cluster.add(...plan.nodes.flatMap(({ absent }, id) => (absent === true ? [] : [id])));
      return cluster;
    } catch (error) {
      await cluster.down();
      throw error;
    }
  }

  /** Nodes that are part of the cluster by now. */
  get present(): readonly ProcessNode[] {
    return this.nodes.filter(({ id }) => this.#present.has(id));
  }

  /** These nodes join; everybody who runs is told. */
  async add(...ids: readonly number[]): Promise<void> {
    for (const id of ids) this.#present.add(id);
    await Promise.all(this.present.filter(({ id }) => ids.includes(id)).map((node) => node.start()));
    for (const node of this.present) {
      const { peers, ...config } = configOf(this.#plan, node.id);
      node.config = { ...config, peers: peers.filter((peer) => this.#present.has(peer.node)) };
    }
    const running = this.present.filter((node) => node.alive && !node.paused);
    await Promise.all(running.map((node) => this.#apply(node)));
    await Promise.all(running.map((node) => node.look()));
  }

  nbd(node: ProcessNode, volume: number): { host: string; port: number; exportName: string } {
    return { host: node.place.address, port: NBD_PORT, exportName: `${RESOURCE}/${volume}` };
  }

  /** The data of a replica as they are on its disk: its process has ended. */
  image(node: ProcessNode, volume: number): Buffer {
    return readFileSync(join(node.place.dataDir, 'pool', `${RESOURCE}_${String(volume).padStart(5, '0')}`));
  }

  async down(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.links.close();
    this.#removeFiles();
  }

  #removeFiles(): void {
    if (process.env['LOCKSTEP_E2E_KEEP'] === undefined) rmSync(this.#dir, { recursive: true, force: true });
  }

  async #connectPairs(): Promise<void> {
    for (const dialler of this.nodes) {
      for (const { node: target } of dialler.config.peers) {
        const real = this.nodes[target]?.place.address ?? '';
        await this.links.listen(
          dialler.id,
          target,
          { host: this.#pairAddress(dialler.id, target), port: REPLICATION_PORT },
          { host: real, port: REPLICATION_PORT },
          dialler.place.address,
        );
      }
    }
  }

  #pairAddress(dialler: number, target: number): string {
    return `${this.#base}.${FIRST_PAIR_ADDRESS + dialler * NODES_MAX + target}`;
  }

  async #apply(node: ProcessNode): Promise<void> {
    this.#revision += 1;
    const client = new (loadApi().satellite.SatelliteService)(
      `${node.place.address}:${SATELLITE_PORT}`,
      credentials.createInsecure(),
    );
    const request = {
      controllerId: 'plan',
      epoch: 1,
      revision: this.#revision,
      storagePools: [{ name: POOL, providerKind: 'FILE_THIN', directory: join(node.place.dataDir, 'pool') }],
      resources: [this.#desired(node)],
    };
    const response = await new Promise<ApplyResponse__Output>((resolve, reject) => {
      client.Apply(request, (error: ServiceError | null, answer?: ApplyResponse__Output) => {
        client.close();
        if (answer === undefined) reject(error ?? new Error('no answer'));
        else resolve(answer);
      });
    });
    const errors = [...response.answers, ...response.results.flatMap(({ answers }) => answers)].filter(
      ({ severity }) => severity === 'SEVERITY_ERROR',
    );
    if (errors.length > 0)
      throw new Error(errors.map(({ codeName, message, cause }) => `${codeName}: ${message} (${cause})`).join('; '));
  }

  #desired(node: ProcessNode): DesiredResource {
    const plan = this.#plan;
    return {
      name: RESOURCE,
      nodeId: node.id,
      volumes: plan.volumes.map((shape, volume) => ({
        volumeNumber: volume,
        sizeKib: (shape.blocks * PLAN_BLOCK_BYTES) / 1024,
        diskful: node.diskful,
        storagePoolName: node.diskful ? POOL : '',
        blockBytes: shape.blockBytes,
        peerSlots: layoutOf(plan, volume).slots,
        initialGeneration: initialGeneration(plan, node, volume),
      })),
      peers: node.config.peers.map((peer) => ({
        nodeId: peer.node,
        name: peer.name,
        address: this.#pairAddress(node.id, peer.node),
        replicationPort: REPLICATION_PORT,
        protocol: peer.protocol,
        diskful: peer.diskful,
        ...(peer.slot === undefined ? {} : { bitmapSlot: peer.slot }),
      })),
    };
  }
}

/** As in the simulator: first replicas are in sync since day 0, fresh ones are empty. */
function initialGeneration(plan: Plan, node: ProcessNode, volume: number): string {
  if (plan.nodes[node.id]?.fresh === true) return '';
  return firstSuperblock(plan, node.config, volume).current.toString(16).padStart(16, '0');
}
