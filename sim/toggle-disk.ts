/**
 * A replica that becomes diskless while the cluster works, and diskful again with empty disks: on the node itself, and in what
 * the others are told of it. They hear it in any order, and those that still see its disk refuse and are told again.
 */
import type { VolumeNumber } from '../common/ids.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Plan } from './plan.ts';
import type { SimNode } from './sim-node.ts';
import { configOf } from './topology.ts';

const RETRY_US = 100_000;
const ROUNDS = 300;

export interface Toggling {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly nodes: readonly SimNode[];
  /** Gives a Diskless volume of this node an empty disk, if nothing is lost by that, and attaches it. */
  readonly replace: (node: SimNode, volume: number) => void;
}

/** What the others are told of it. */
export interface Retracking {
  /** They free its bitmap slot meanwhile. */
  readonly retrack?: boolean | undefined;
  /** They remove and add it anew instead of learning it on the link that is up, one after the other, this far apart, and so does it. */
  readonly relinkMs?: number | undefined;
}

export function toggleDisk(
  world: Toggling,
  node: SimNode,
  { forMs, retrack, relinkMs }: Retracking & { readonly forMs: number },
): void {
  if (node.state !== 'up' || node.paused || node.stopping || !node.diskful) return;
  const { agenda } = world;
  const { incarnation } = node;
  const volumes = node.disks.flatMap((disk, volume) => (disk === undefined ? [] : [volume as VolumeNumber]));
  const ask = (kind: 'retire-disk' | 'intend-disk', volume: VolumeNumber, then: (ok: boolean) => void): void => {
    if (!node.alive || node.incarnation !== incarnation) return;
    node.request(
      (id) => ({ kind, id, volume }),
      ({ ok }) => agenda.after(0, EVENT_CLASS.fault, () => then(ok)),
    );
  };
  const back = (): void => {
    if (retrack === true) tellAll(world, node, true, relinkMs);
    for (const volume of volumes) ask('intend-disk', volume, () => world.replace(node, volume));
  };
  const retire = (left: readonly VolumeNumber[]): void => {
    const [volume, ...others] = left;
    if (volume !== undefined) {
      ask('retire-disk', volume, (ok) => (ok ? retire(others) : back()));
      return;
    }
    if (retrack === true) tellAll(world, node, false, relinkMs);
    agenda.after(forMs * 1_000, EVENT_CLASS.fault, back);
  };
  retire(volumes);
}

function tellAll(world: Toggling, node: SimNode, diskful: boolean, relinkMs: number | undefined): void {
  const others = world.nodes.filter((other) => other !== node);
  for (const [index, other] of others.entries()) {
    if (relinkMs === undefined) tell(world, other, node, diskful, ROUNDS);
    else
      world.agenda.after(index * relinkMs * 1_000, EVENT_CLASS.fault, () => {
        relink(world, other, node, diskful);
        // Its own slots are new as well.
        if (diskful) relink(world, node, other, other.diskful);
      });
  }
}

/** As a satellite that takes another slot, or another kind of peer, for a removal and an addition. */
function relink(world: Toggling, other: SimNode, about: SimNode, diskful: boolean): void {
  const isKnown = other.config.peers.some((each) => each.node === about.id);
  if (!other.alive || !isKnown) return tell(world, other, about, diskful, ROUNDS);
  other.request(
    (id) => ({ kind: 'remove-peer', id, peer: about.id }),
    ({ ok }) => {
      const retell = (): void => tell(world, other, about, diskful, ROUNDS);
      if (!ok) return retell();
      other.request((id) => ({ kind: 'forget-peer', id, peer: about.id }), retell);
    },
  );
}

function tell(world: Toggling, other: SimNode, about: SimNode, diskful: boolean, rounds: number): void {
  const original = configOf(world.plan, other.id).peers.find((each) => each.node === about.id);
  const known = other.config.peers.find((each) => each.node === about.id);
  if (original === undefined || known === undefined) return;
  const peer = diskful ? original : { ...original, diskful, slot: undefined };
  other.config = { ...other.config, peers: other.config.peers.map((each) => (each === known ? peer : each)) };
  if (!other.alive) return;
  other.request(
    (id) => ({ kind: 'add-peer', id, peer }),
    ({ ok }) => {
      if (ok || rounds === 0) return;
      // Until it is told otherwise.
      world.agenda.after(RETRY_US, EVENT_CLASS.fault, () => {
        if (other.config.peers.includes(peer)) tell(world, other, about, diskful, rounds - 1);
      });
    },
  );
}
