/**
 * Two Primaries move on from the same generation at the same time, because both have lost the same third node, say. Neither has
 * missed a write of the other, so this is no split brain. Of two generations that crossed, everybody keeps the one
 * that the Primary with the lower node id made; the other becomes part of the past.
 */
import { EMPTY_MASK, maskHas, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { rememberGeneration } from '../disk/persistence.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { type Connection, defer, deviceOf, type Resource, type Volume } from '../state.ts';
import type { DataFrame } from '../wire/frames.ts';
import { allowsTwo } from './allowed.ts';

type Step = Extract<DataFrame, { type: 'CURRENT_UUID' }>;

/** Who has made the generation that a frame names: its sender, or the Primary for which a server passes it on. */
export function makerOf(r: Resource, { peer, peerRole, peerPrimaryNeighbours }: Connection): NodeId | undefined {
  if (peerRole === 'Primary') return peer;
  const behind = maskWithout(peerPrimaryNeighbours, r.node);
  return behind !== EMPTY_MASK && (behind & (behind - 1)) === 0 ? ((31 - Math.clz32(behind)) as NodeId) : undefined;
}

export function noteMaker(volume: Volume, node: NodeId, weak: PeerMask): void {
  volume.made = { current: volume.current, node, weak };
}

/**
 * A step from somewhere else than here. `past`: it was passed on before; `keep`: ours stays, the other one is remembered;
 * `take`: ours becomes part of the past; `none`: the two have parted.
 */
export function crossing(
  r: Resource,
  volume: Volume,
  from: Connection,
  frame: Step,
): 'past' | 'keep' | 'take' | 'none' {
  if (!allowsTwo(from)) return 'none';
  if (volume.history.some((old) => sameGeneration(old, frame.current))) return 'past';
  const maker = makerOf(r, from);
  const { made } = volume;
  if (maker === undefined || made === undefined || !sameGeneration(made.current, volume.current)) return 'none';
  if (made.node === maker || maskHas(frame.weak, made.node) || maskHas(made.weak, maker)) return 'none';
  if (!volume.history.some((old) => sameGeneration(old, frame.previous))) return 'none';
  return maker < made.node ? 'take' : 'keep';
}

/** A Primary without a disk goes on in the generation of the other one: its peers will, too. */
export function followStep(r: Resource, volume: Volume, from: Connection, frame: Step): void {
  if (sameGeneration(volume.current, frame.current)) return;
  const isNext = sameGeneration(volume.current, frame.previous) || volume.current === NO_GENERATION;
  const way = isNext ? 'take' : crossing(r, volume, from, frame);
  if (way === 'past' || way === 'none') return;
  if (way === 'keep') return rememberGeneration(volume, frame.current);
  rememberGeneration(volume, volume.current);
  volume.current = frame.current;
  volume.unusedPrevious = undefined;
  const current = frame.current.toString(16).toUpperCase().padStart(16, '0');
  r.ports.notify({ kind: 'generation', volume: volume.number, current });
  noteMaker(volume, makerOf(r, from) ?? from.peer, frame.weak);
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (connection.state === 'Connected' && sameGeneration(device.peerCurrent, frame.previous))
      device.unconfirmed ??= frame.previous;
    // Its copy is old from now on: no read may be answered from there.
    if (maskHas(frame.weak, connection.peer) && device.peerDisk === 'UpToDate')
      defer(r, {
        kind: 'drop-link',
        connection,
        state: 'NetworkFailure',
        reason: 'the other Primary has moved on without the peer',
      });
  }
}

/** A Primary without a disk, and without a link to the one that moves on, hears of it from the server that both write to. */
export function passOn(r: Resource, volume: Volume, from: Connection, frame: Step): void {
  for (const connection of r.connections.values()) {
    if (connection === from || connection.link === undefined || connection.state !== 'Connected') continue;
    if (connection.peerRole !== 'Primary' || connection.config.diskful || !allowsTwo(connection)) continue;
    const { current, previous, weak } = frame;
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'CURRENT_UUID',
      volume: volume.number,
      current,
      previous,
      weak,
    });
  }
}

/** Should a Primary be told of a step, which has no disk to keep it on? */
export const hearsOfSteps = ({ config, peerRole }: Connection): boolean => config.diskful || peerRole === 'Primary';
