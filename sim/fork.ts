/**
 * Split brain on purpose: one diskful node is cut off, promoted by force of circumstances and written, while the client goes on
 * with the others. Then they meet again, with as many Primaries as the plan says. Policies or an operator decide who gives
 * way; from then on the ground truth is the history of the other side: exactly what the loser wrote meanwhile is excused.
 *
 * O12: if both sides have acknowledged writes, both ends see at their first handshake that they have diverged.
 * O13: and never that they are strangers.
 */
import type { VolumeNumber } from '../common/ids.ts';
import type { Bytes } from '../common/units.ts';
import type { ReplicationEvent } from '../satellite/replication/events.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Client } from './clients.ts';
import { stuckReason } from './convergence.ts';
import type { Fencing } from './fencing.ts';
import type { History, WriteRecord } from './oracles/history.ts';
import { Violation } from './oracles/violation.ts';
import type { Plan, PlanAction } from './plan.ts';
import { RandomStream } from './prng.ts';
import type { SimNetwork } from './sim-network.ts';
import type { SimNode } from './sim-node.ts';
import { SimPayload, simPayload } from './sim-payload.ts';
import type { Trace } from './trace.ts';

const RETRY_US = 150_000;
const OPERATOR_US = 1_500_000;

export type ForkAction = Extract<PlanAction, { do: 'fork' }>;

export interface ForkWorld {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly trace: Trace;
  readonly nodes: readonly SimNode[];
  readonly network: SimNetwork;
  readonly fencing: Fencing;
  readonly client: Client;
  readonly history: History;
  /** Prefix consistency is not claimed from here on. */
  readonly historyForked: () => void;
}

export class Fork {
  /** `apart`: cut off; `meeting`: the links are back, nobody has given way yet. */
  private phase: 'none' | 'wanted' | 'apart' | 'meeting' | 'over' = 'none';
  private readonly world: ForkWorld;
  private action: ForkAction | undefined;
  private node: SimNode | undefined;
  private own: History | undefined;
  private readonly random: RandomStream;
  private open: 'no' | 'opening' | 'yes' | 'closing' = 'no';
  private left = 0;
  private session = 0;
  private pending: WriteRecord | undefined;
  private acknowledged = 0;
  private forkedAt = 0;
  private hasDecided = false;

  constructor(world: ForkWorld) {
    this.world = world;
    this.random = new RandomStream(world.plan.seed, 'fork');
  }

  /** Its Primary is not the one that the rest of the world looks at. */
  isApart(node: SimNode): boolean {
    return node === this.node && (this.phase === 'apart' || this.phase === 'meeting');
  }

  /** The two sides have not met again yet. */
  get isPending(): boolean {
    return this.phase === 'wanted' || this.phase === 'apart';
  }

  begin(action: ForkAction): void {
    if (this.phase !== 'none') return;
    this.phase = 'wanted';
    this.action = action;
    this.tryBegin();
  }

  private tryBegin(): void {
    const { nodes, fencing, network, agenda, history, client } = this.world;
    if (this.phase !== 'wanted') return;
    const candidates = nodes.filter((each) => each.diskful && each.view.role !== 'Primary' && each !== client.openOn);
    const isReady = stuckReason(nodes) === undefined && nodes.filter((each) => each.diskful).length > 1;
    if (!isReady || candidates.length === 0 || this.action === undefined) {
      agenda.after(RETRY_US, EVENT_CLASS.fault, () => this.tryBegin());
      return;
    }
    const node = candidates.find((each) => each.id === this.action?.node) ?? this.random.pick(candidates);
    this.node = node;
    this.phase = 'apart';
    this.left = this.action.operations;
    this.own = history.fork();
    this.forkedAt = history.tick;
    this.world.historyForked();
    fencing.setApart(node);
    for (const other of nodes) {
      if (other === node) continue;
      network.block(node.id, other.id);
      network.block(other.id, node.id);
    }
    node.note('is cut off, and will be promoted on its own');
    this.step(0);
    agenda.after(this.action.forMs * 1_000, EVENT_CLASS.fault, () => this.prepareMeeting());
  }

  // ---- the application on the node that was cut off

  private step(delay: number): void {
    const { session } = this;
    this.world.agenda.after(delay, EVENT_CLASS.client, () => {
      if (session !== this.session || this.node === undefined || this.phase === 'over') return;
      if (!this.node.alive || this.node.state !== 'up') return this.step(RETRY_US);
      if (this.open === 'no' && this.phase === 'apart' && this.left > 0) this.openAll(this.node);
      else if (this.open === 'yes' && this.left > 0) this.operate(this.node);
      else this.step(RETRY_US);
    });
  }

  private openAll(node: SimNode): void {
    this.open = 'opening';
    const { session } = this;
    let waiting = node.config.volumes.length;
    let refused = false;
    const granted: VolumeNumber[] = [];
    for (const { volume } of node.config.volumes) {
      node.request(
        (id) => ({ kind: 'open', id, volume, mode: 'read-write' }),
        (outcome) => {
          if (session !== this.session) return;
          if (outcome.ok) granted.push(volume);
          else refused = true;
          waiting -= 1;
          if (waiting > 0) return;
          this.open = refused ? 'no' : 'yes';
          if (refused) for (const each of granted) node.input({ kind: 'close', volume: each, mode: 'read-write' });
          this.step(RETRY_US);
        },
      );
    }
  }

  private operate(node: SimNode): void {
    const { plan } = this.world;
    const history = this.own;
    if (history === undefined) return;
    this.left -= 1;
    const volume = this.random.below(plan.volumes.length) as VolumeNumber;
    const sectors = ((plan.volumes[volume]?.blocks ?? 1) * 4_096) / plan.sectorBytes;
    const count = Math.min(this.random.between(1, plan.workload.maxSectors), sectors);
    const first = this.random.below(sectors - count + 1);
    const offset = (first * plan.sectorBytes) as Bytes;
    const length = (count * plan.sectorBytes) as Bytes;
    const { session } = this;
    if (this.random.permille(250)) {
      const invoked = history.invokeRead();
      node.request(
        (id) => ({ kind: 'client-read', id, volume, offset, length }),
        ({ ok, ...outcome }) => {
          if (session !== this.session) return;
          if (ok && 'payload' in outcome && outcome.payload !== undefined)
            history.completeRead(volume, first, simPayload(outcome.payload).versions, invoked);
          this.step(1_000);
        },
      );
      return;
    }
    const write = history.invokeWrite(volume, first, count, false);
    this.pending = write;
    const payload = new SimPayload(length, new Uint32Array(count).fill(write.id), write.id);
    node.request(
      (id) => ({ kind: 'client-write', id, volume, offset, payload, fua: false }),
      ({ ok }) => {
        if (session !== this.session) return;
        this.pending = undefined;
        if (ok) {
          history.completeWrite(write, true, false);
          this.acknowledged += 1;
        } else history.abandon(write);
        this.step(this.random.below(20_000) + 1);
      },
    );
  }

  private close(): void {
    const { node } = this;
    this.left = 0;
    if (node === undefined || !node.alive || this.open !== 'yes') return;
    this.open = 'closing';
    for (const { volume } of node.config.volumes) node.input({ kind: 'close', volume, mode: 'read-write' });
  }

  nodeDied(node: SimNode): void {
    if (node !== this.node || this.phase === 'over') return;
    if (this.pending !== undefined) this.own?.abandon(this.pending);
    this.pending = undefined;
    this.session += 1;
    this.open = 'no';
    this.left = 0;
  }

  // ---- they meet again

  private prepareMeeting(): void {
    const { client, agenda, nodes, network } = this.world;
    if (this.phase !== 'apart' || this.node === undefined || this.action === undefined) return;
    const { primaries } = this.action;
    if (primaries !== 'fork' && primaries !== 'both') this.close();
    if (primaries === 'fork' || primaries === 'none') client.holdOff(true);
    const isReady = (): boolean =>
      this.pending === undefined &&
      (this.open === 'yes' || this.node?.view.role !== 'Primary') &&
      (primaries === 'main' || primaries === 'both' || client.phase === 'idle');
    if (!isReady()) {
      agenda.after(RETRY_US, EVENT_CLASS.fault, () => this.prepareMeeting());
      return;
    }
    this.phase = 'meeting';
    for (const other of nodes) {
      if (other === this.node) continue;
      network.unblock(this.node.id, other.id);
      network.unblock(other.id, this.node.id);
    }
    this.node.note('meets the others again');
    agenda.after(OPERATOR_US, EVENT_CLASS.fault, () => this.operator());
  }

  /** Ends the chaos: whoever is still apart meets the others now. */
  heal(): void {
    if (this.phase === 'wanted') this.phase = 'over';
    if (this.phase === 'apart') this.prepareMeeting();
  }

  /** A person who sees that both sides stay apart names the one whose data go. */
  private operator(): void {
    const { client, agenda, nodes } = this.world;
    const { node, action } = this;
    if (this.phase !== 'meeting' || node === undefined || action === undefined) return;
    this.close();
    client.holdOff(true);
    const isIdle = nodes.every((each) => each.view.role !== 'Primary') && client.phase === 'idle';
    if (isIdle) {
      const winners = action.keep === 'fork' ? [node] : this.mainSide(node);
      for (const loser of nodes) {
        if (winners.includes(loser) || !loser.diskful || loser.state !== 'up') continue;
        for (const winner of winners) {
          if (loser.view.connection[winner.id] === 'Connected') continue;
          this.hasDecided = true;
          loser.request(
            (id) => ({ kind: 'connect', id, peer: winner.id, discardMyData: true }),
            () => {},
          );
        }
      }
      // Nothing has diverged: they are one again without anybody's word.
      if (stuckReason(nodes) === undefined) this.settle('main');
    }
    agenda.after(OPERATOR_US, EVENT_CLASS.fault, () => this.operator());
  }

  /** To be called with what every node tells. */
  notified(node: SimNode, event: ReplicationEvent): void {
    const other = 'peer' in event && event.peer !== undefined ? this.world.nodes[event.peer] : undefined;
    if (this.phase !== 'meeting' || other === undefined || this.node === undefined) return;
    if (this.isApart(node) === this.isApart(other)) return;
    if (event.kind === 'handshake') this.checkDetected(node, other, event.rule);
    // A policy has named the victim, and the source has written down where that one is: it need not be judged again.
    if (event.kind === 'replication' && event.to === 'WFBitMapS') this.hasDecided = true;
    const main = this.isApart(node) ? other : node;
    const decides =
      this.hasGoneOn(main) || !this.world.nodes.some((each) => each !== this.node && this.hasGoneOn(each));
    if (decides && event.kind === 'replication' && event.to === 'WFBitMapT')
      this.settle(node === this.node ? 'main' : 'fork');
  }

  /** Whose data count if those of `node` do not. A promotion without a write parts the sides as well: then any whole copy. */
  private mainSide(node: SimNode): SimNode[] {
    const others = this.world.nodes.filter((each) => each !== node && each.diskful);
    const goneOn = others.filter((each) => this.hasGoneOn(each));
    return goneOn.length > 0 ? goneOn : others.filter((each) => each.view.ownUpToDate());
  }

  /** It has writes that were acknowledged on its side since. A node that was away then is only old. */
  private hasGoneOn(node: SimNode): boolean {
    return this.world.history.writes.some(
      (write) => write.acknowledged && write.invoked > this.forkedAt && (write.accepted & (1 << node.id)) !== 0,
    );
  }

  private checkDetected(node: SimNode, other: SimNode, rule: number): void {
    if (rule === 0) return;
    // A resync that an operator or a policy has started speaks for every node with the same data.
    const isForked = !this.hasDecided && this.acknowledged > 0 && this.hasGoneOn(this.isApart(node) ? other : node);
    if (rule === 24) throw new Violation('O13', `n${node.id} takes n${other.id}, a relative, for a stranger`);
    if (isForked && rule !== 22 && rule !== 23)
      throw new Violation(
        'O12',
        `n${node.id} and n${other.id} have both gone on, and n${node.id} does not see it (rule ${rule})`,
      );
  }

  private settle(winner: 'main' | 'fork'): void {
    const { history, fencing, client, trace } = this.world;
    const { node, own } = this;
    if (node === undefined || own === undefined) return;
    trace.line(node.id, `split brain is over: ${winner === 'main' ? 'the others have' : 'this node has'} the data`);
    this.phase = 'over';
    if (this.pending !== undefined) own.abandon(this.pending);
    this.pending = undefined;
    this.session += 1;
    if (winner === 'fork') {
      // A session that stayed open reads and writes what has lost: it ends as if its machine did.
      if (client.openOn !== undefined && client.phase !== 'closing') this.closeSoon(client.openOn);
      client.abandonAll();
      history.takeOver(own);
    }
    fencing.setTogether(winner === 'fork' ? node : undefined);
    if (this.open === 'yes') this.closeSoon(node);
    this.open = 'no';
    client.holdOff(false);
  }

  /** Not within the core's own turn. */
  private closeSoon(node: SimNode): void {
    const { incarnation } = node;
    this.world.agenda.after(0, EVENT_CLASS.client, () => {
      if (!node.alive || node.incarnation !== incarnation) return;
      for (const { volume } of node.config.volumes) node.input({ kind: 'close', volume, mode: 'read-write' });
    });
  }
}
