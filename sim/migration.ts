/**
 * A live migration, as a hypervisor does it: the device is opened on the target while the application still runs on the
 * source. Then the application stops, everything is flushed, it goes on at the target, and the source closes. Without a link
 * between the two it is called off. Two nodes are Primary only in that window (O11).
 *
 * `rival`: on purpose the wrong way. A second application writes on the target, where the first one writes, too. What is
 * demanded then is that the two notice and part, and that one of them can give way.
 */
import type { VolumeNumber } from '../common/ids.ts';
import type { Bytes } from '../common/units.ts';
import type { ReplicationEvent } from '../satellite/replication/events.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Client } from './clients.ts';
import type { Fencing } from './fencing.ts';
import type { History, WriteRecord } from './oracles/history.ts';
import type { Plan, PlanAction } from './plan.ts';
import { RandomStream } from './prng.ts';
import { SimPayload } from './sim-payload.ts';
import type { SimNode } from './sim-node.ts';
import type { Watcher } from './watcher.ts';

const LOOK_US = 10_000;
const OPERATOR_US = 300_000;

export type MigrateAction = Extract<PlanAction, { do: 'migrate' }>;

export interface MigrationWorld {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly nodes: readonly SimNode[];
  readonly fencing: Fencing;
  readonly client: Client;
  readonly history: History;
  /** Prefix consistency is not claimed from here on. */
  readonly historyForked: () => void;
}

interface Window {
  readonly action: MigrateAction;
  readonly source: SimNode;
  readonly target: SimNode;
  readonly opened: VolumeNumber[];
  /** Volumes whose open is not answered yet; and then they are closed again. */
  waiting: number;
  isCancelled: boolean;
  phase: 'opening' | 'open' | 'moving' | 'closing';
  rivalWrites: number;
  closes: SimNode | undefined;
}

export class Migration implements Watcher {
  private readonly world: MigrationWorld;
  private readonly random: RandomStream;
  private window: Window | undefined;
  private pending: WriteRecord | undefined;
  /** The two have parted: what others have than this one goes. */
  private winner: SimNode | undefined;
  private loser: SimNode | undefined;
  /** See `expect` of a plan. */
  readonly counts = { migrations: 0, aborts: 0, setback: undefined as string | undefined };

  constructor(world: MigrationWorld) {
    this.world = world;
    this.random = new RandomStream(world.plan.seed, 'migration');
  }

  /** Two nodes are Primary, or one has yet to give way. */
  get isUnderWay(): boolean {
    return this.window !== undefined || this.winner !== undefined;
  }

  begin(action: MigrateAction, target: SimNode): void {
    const { client, fencing, agenda } = this.world;
    const source = client.openOn;
    const isUsable = target.state === 'up' && !target.paused && !target.stopping;
    if (this.isUnderWay || client.phase !== 'running' || source === undefined || source === target || !isUsable) return;
    if (!areLinked(source, target)) return;
    const window: Window = {
      action,
      source,
      target,
      opened: [],
      waiting: target.config.volumes.length,
      isCancelled: false,
      phase: 'opening',
      rivalWrites: action.rival ?? 0,
      closes: undefined,
    };
    this.window = window;
    fencing.setBeside(target);
    this.allow('yes');
    target.note(`is to take over from n${source.id}`);
    for (const { volume } of target.config.volumes) {
      target.request(
        (id) => ({ kind: 'open', id, volume, mode: 'read-write' }),
        ({ ok }) => {
          if (this.window !== window) return;
          if (ok) window.opened.push(volume);
          window.waiting -= 1;
          if (window.waiting > 0) return;
          if (window.isCancelled || window.opened.length < target.config.volumes.length)
            return this.close(window, target);
          // The link broke while the target was still asking: without quorum it could not know of the other one.
          if (!areLinked(source, target)) return this.part(window);
          window.phase = 'open';
          agenda.after(action.windowMs * 1_000, EVENT_CLASS.client, () => this.windowEnds(window));
          this.watchLink(window);
          this.writeAsRival(window);
        },
      );
    }
  }

  private windowEnds(window: Window): void {
    const { client, fencing } = this.world;
    const { source, target, action } = window;
    if (this.window !== window || window.phase !== 'open') return;
    const stays = action.abort === true || action.rival !== undefined || client.openOn !== source;
    if (stays || client.phase !== 'running') return this.close(window, target);
    window.phase = 'moving';
    client.moveTo(
      target,
      () => this.window === window && window.phase === 'moving' && areLinked(source, target),
      (moved) => {
        if (this.window !== window || window.phase !== 'moving') return;
        if (moved) fencing.handOver(source, target);
        if (moved) this.counts.migrations += 1;
        this.close(window, moved ? source : target);
      },
    );
  }

  /** Whoever moves a machine has to reach both ends: without a link nothing is moved. */
  private watchLink(window: Window): void {
    this.world.agenda.after(LOOK_US, EVENT_CLASS.client, () => {
      if (this.window !== window || window.phase !== 'open') return;
      if (areLinked(window.source, window.target)) this.watchLink(window);
      else this.close(window, window.target);
    });
  }

  /** Closes there, and the window with it once that node has stepped down. */
  private close(window: Window, node: SimNode): void {
    if (window.phase === 'closing') return;
    window.isCancelled = true;
    if (window.waiting > 0 && node.alive) return;
    window.phase = 'closing';
    window.closes = node;
    if (node === window.target) this.counts.aborts += 1;
    this.abandonRival();
    const volumes = node === window.target ? window.opened : node.config.volumes.map(({ volume }) => volume);
    for (const volume of volumes) node.input({ kind: 'close', volume, mode: 'read-write' });
    this.awaitSecondary(window, node, node.incarnation);
  }

  /**
   * Where the other end is not Primary any more and the application has opened this one meanwhile, it stays Primary for the
   * application: there is nothing left to wait for.
   */
  private awaitSecondary(window: Window, node: SimNode, incarnation: number): void {
    this.world.agenda.after(LOOK_US, EVENT_CLASS.client, () => {
      if (this.window !== window) return;
      const other = node === window.target ? window.source : window.target;
      const isKept = this.world.client.openOn === node && !(other.alive && other.view.role === 'Primary');
      if (node.alive && node.incarnation === incarnation && node.view.role === 'Primary' && !isKept)
        this.awaitSecondary(window, node, incarnation);
      else this.end();
    });
  }

  private end(): void {
    this.window = undefined;
    this.world.fencing.setBeside(undefined);
    this.world.agenda.after(0, EVENT_CLASS.client, () => {
      if (this.window === undefined) this.allow('no');
    });
  }

  /** Where the plan does not have it all the time, the option comes and goes with the window. */
  private allow(value: 'yes' | 'no'): void {
    if (this.world.plan.options?.['allowTwoPrimaries'] === true) return;
    for (const node of this.world.nodes) {
      if (node.state !== 'up' || node.paused) continue;
      node.request(
        (id) => ({
          kind: 'set-options',
          id,
          change: { scope: 'net', peer: undefined, volume: undefined, values: { 'allow-two-primaries': value } },
        }),
        () => {},
      );
    }
  }

  // ---- the application that asks nobody

  private writeAsRival(window: Window): void {
    const { plan, history, agenda } = this.world;
    if (this.window !== window || window.phase !== 'open' || window.rivalWrites === 0) return;
    window.rivalWrites -= 1;
    const volume = this.random.below(plan.volumes.length) as VolumeNumber;
    const sectors = ((plan.volumes[volume]?.blocks ?? 1) * 4_096) / plan.sectorBytes;
    const { maxSectors, hotSpots } = plan.workload;
    const count = Math.min(this.random.between(1, maxSectors), sectors);
    const span = Math.max(1, Math.floor(sectors / hotSpots));
    const isApart = window.action.apart === true;
    const half = sectors >> 1;
    const place = isApart
      ? half + this.random.below(half)
      : this.random.below(hotSpots) * span + this.random.below(span);
    const first = Math.min(place, sectors - count);
    const write = history.invokeWrite(volume, first, count, false);
    // What it is answered promises nothing: only that nobody stays apart, and all copies are the same.
    write.excused = !isApart;
    this.pending = write;
    const payload = new SimPayload(
      (count * plan.sectorBytes) as Bytes,
      new Uint32Array(count).fill(write.id),
      write.id,
    );
    window.target.request(
      (id) => ({
        kind: 'client-write',
        id,
        volume,
        offset: (first * plan.sectorBytes) as Bytes,
        payload,
        fua: isApart,
      }),
      ({ ok }) => {
        if (this.pending !== write) return;
        this.pending = undefined;
        if (ok) history.completeWrite(write, true, isApart);
        else history.abandon(write);
        agenda.after(isApart ? 200 : 1, EVENT_CLASS.client, () => this.writeAsRival(window));
      },
    );
  }

  private abandonRival(): void {
    if (this.pending !== undefined) this.world.history.abandon(this.pending);
    this.pending = undefined;
  }

  /** From the moment that one of the two knows: what the rival is answered now, it is answered by its own copy alone. */
  private part(window: Window): void {
    this.abandonRival();
    this.winner = window.source;
    this.loser = window.target;
    this.world.historyForked();
    // Not in the middle of what the node is telling.
    this.world.agenda.after(0, EVENT_CLASS.client, () => {
      if (this.window === window) this.close(window, window.target);
      this.operate();
    });
  }

  /** A person names the side whose data go, until all are one again. */
  private operate(): void {
    this.world.agenda.after(OPERATOR_US, EVENT_CLASS.fault, () => {
      const { winner } = this;
      const present = this.world.nodes.filter((each) => each.state !== 'lost');
      if (winner === undefined || present.every((a) => present.every((b) => a === b || areLinked(a, b)))) {
        this.winner = undefined;
        return;
      }
      const camp = this.campOf(winner, present);
      for (const node of present) {
        if (camp.includes(node) || node.state !== 'up' || node.view.role === 'Primary') continue;
        for (const other of camp) {
          if (other.state !== 'up') continue;
          if (node.view.connection[other.id] === 'StandAlone') connect(node, other, true);
          if (other.view.connection[node.id] === 'StandAlone') connect(other, node, false);
        }
      }
      this.operate();
    });
  }

  /**
   * Who keeps his data. A winner without a disk is linked to the loser again, too, while those who have its writes refuse
   * the loser: nobody is in the camp who is not linked to all of it, and the loser is asked last.
   */
  private campOf(winner: SimNode, present: readonly SimNode[]): readonly SimNode[] {
    const camp = [winner];
    const others = present.filter((each) => each !== winner);
    for (const node of others.sort((a, b) => Number(a === this.loser) - Number(b === this.loser)))
      if (camp.every((each) => areLinked(each, node))) camp.push(node);
    return camp;
  }

  // ---- Watcher

  notified(node: SimNode, event: ReplicationEvent): void {
    const { window } = this;
    this.noteSetback(node, event);
    if (event.kind === 'role' && event.role === 'Secondary' && window?.closes === node) return this.end();
    if (window?.action.rival === undefined || window.phase !== 'open' || !('peer' in event)) return;
    const isOurs = [window.source, window.target].every((each) => each === node || each.id === event.peer);
    if (isOurs && this.winner === undefined && event.kind === 'connection' && event.to !== 'Connected')
      this.part(window);
  }

  private noteSetback(node: SimNode, event: ReplicationEvent): void {
    const isStarting = this.counts.migrations === 0 && this.counts.aborts === 0 && this.window === undefined;
    if (isStarting || event.kind !== 'disk' || event.to === 'UpToDate') return;
    this.counts.setback ??= `n${node.id} became ${event.to}`;
  }

  died(node: SimNode): void {
    const { window } = this;
    if (window === undefined) return;
    if (node === window.target) {
      this.abandonRival();
      if (window.phase !== 'closing') this.end();
    } else if (node === window.source && window.phase !== 'closing') this.close(window, window.target);
  }
}

const areLinked = (a: SimNode, b: SimNode): boolean =>
  a.alive && b.alive && a.view.connection[b.id] === 'Connected' && b.view.connection[a.id] === 'Connected';

function connect(node: SimNode, { id: peer }: SimNode, discardMyData: boolean): void {
  node.request(
    (id) => ({ kind: 'connect', id, peer, discardMyData }),
    () => {},
  );
}
