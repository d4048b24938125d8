/**
 * Split brain on purpose, as `sim/fork.ts` has it: one node is cut off, opened and written by a second client while the first
 * goes on with the others. When they meet both must see it (O12), and an administrator names the node whose data go.
 */
import { NbdClient } from '../../../cli/demo/nbd-client.ts';
import type { VolumeNumber } from '../../../common/ids.ts';
import type { ReplicationEvent } from '../../../satellite/replication/events.ts';
import type { Fencing } from '../../../sim/fencing.ts';
import type { ForkAction } from '../../../sim/fork.ts';
import type { History } from '../../../sim/oracles/history.ts';
import { Violation } from '../../../sim/oracles/violation.ts';
import type { Plan } from '../../../sim/plan.ts';
import { operationOf } from '../../../sim/workload.ts';
import { eventually } from '../programs.ts';
import type { ProcessClient } from './process-client.ts';
import type { ProcessCluster } from './process-cluster.ts';
import type { ProcessNode } from './process-node.ts';
import { encodeSectors } from './sectors.ts';
import { allow, type Sequel } from './sequel.ts';

const SAW_SPLIT_BRAIN = [22, 23];

interface ForkedCluster {
  readonly plan: Plan;
  readonly cluster: ProcessCluster;
  readonly client: ProcessClient;
  readonly fencing: Fencing<ProcessNode>;
}

export class ProcessFork {
  readonly #world: ForkedCluster;
  #history: History;
  #node: ProcessNode | undefined;
  /** Verdicts of handshakes between the sides since they meet. */
  #rules: number[] | undefined;

  constructor(world: ForkedCluster, history: History) {
    this.#world = world;
    this.#history = history;
  }

  /** What the clients have been promised: of the side that stays. */
  get history(): History {
    return this.#history;
  }

  isApart(node: ProcessNode): boolean {
    return node === this.#node;
  }

  notified(node: ProcessNode, event: ReplicationEvent): void {
    if (event.kind !== 'handshake' || event.rule === 0) return;
    if (this.isApart(node) || event.peer === this.#node?.id) this.#rules?.push(event.rule);
  }

  async begin(
    action: ForkAction,
    isolate: (node: ProcessNode, forMs: number) => Promise<readonly Sequel[]>,
  ): Promise<readonly Sequel[]> {
    const { cluster, client, fencing } = this.#world;
    const candidates = cluster.present.filter((each) => each.diskful && each !== client.openOn);
    const node = candidates.find(({ id }) => id === action.node) ?? candidates[0];
    if (node === undefined) return [];
    this.#node = node;
    fencing.setApart(node);
    const own = this.#history.fork();
    const sequels = await isolate(node, action.forMs);
    await eventually(`n${node.id} notices that it is alone`, () => !node.view.connection.includes('Connected'));
    await this.#write(node, own, action.operations);
    const meet = async (): Promise<readonly Sequel[]> => {
      this.#rules = [];
      for (const { act } of sequels) await act();
      await this.#meet(node, own, action);
      return [];
    };
    return [{ afterMs: action.forMs, act: meet }];
  }

  /** Whoever opens it makes it Primary: nothing fences. The client closes again. */
  async #write(node: ProcessNode, own: History, operations: number): Promise<void> {
    const { plan, cluster } = this.#world;
    const connection = await NbdClient.connect(cluster.nbd(node, 0));
    for (let index = 0; index < operations; index += 1) {
      const { volume, first, count } = operationOf(plan, index, 'fork/');
      if (volume !== 0) continue;
      const write = own.invokeWrite(volume, first, count, false);
      const data = encodeSectors(plan.sectorBytes, volume, first, count, write.id);
      await connection.write(first * plan.sectorBytes, data);
      own.completeWrite(write, true, false);
    }
    await connection.flush();
    await connection.close();
  }

  async #meet(node: ProcessNode, own: History, action: ForkAction): Promise<void> {
    const { cluster, client, fencing } = this.#world;
    const others = cluster.present.filter((each) => each !== node && each.state === 'up');
    await eventually(`n${node.id} and the others have shaken hands`, () => (this.#rules ?? []).length >= 2);
    const blind = this.#rules?.find((rule) => !SAW_SPLIT_BRAIN.includes(rule));
    if (blind !== undefined)
      throw new Violation('O12', `both sides have gone on, and a handshake does not see it (rule ${blind})`);
    await eventually('both stay apart', () => !node.view.connection.includes('Connected'));
    client.held = true;
    await eventually('nobody uses the resource', () => cluster.present.every(({ view }) => view.role !== 'Primary'));
    const winners = action.keep === 'fork' ? [node] : others;
    const losers = action.keep === 'fork' ? others : [node];
    for (const loser of losers) {
      for (const winner of winners) {
        await allow(loser.perform({ kind: 'disconnect', peer: winner.id }));
        await allow(winner.perform({ kind: 'connect', peer: loser.id }));
        await loser.perform({ kind: 'connect', peer: winner.id, discardMyData: true });
      }
    }
    await eventually('the operator has settled it', () =>
      losers.every(({ view }) => winners.every((winner) => view.countsOnVolume(winner.id, 0 as VolumeNumber))),
    );
    if (action.keep === 'fork') this.#history = own;
    fencing.setTogether(action.keep === 'fork' ? node : undefined);
    this.#node = undefined;
    client.held = false;
  }
}
