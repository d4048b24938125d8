/**
 * A node that crashed, and those who may know better than its disk (DRBD 9: degr-wfc-timeout).
 *
 * Whatever the role was, the disk may have lost what was not flushed, and nothing on it says so. Nobody of the same generation is
 * brought to such a disk before all that were in sync with it have been met, or degr-wfc-timeout is over: the one that lives and
 * has everything may only be silent for a moment. Met first, it becomes the source of both.
 */
import { EMPTY_MASK, maskHas, maskOf } from '../../../common/ids.ts';
import type { ChangeOutcome } from '../cluster-change/progress.ts';
import { without } from '../cluster-change/tally.ts';
import { dirtyBits } from '../disk/marks.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { type Attached, type Connection, defer, type Resource, type Volume } from '../state.ts';
import { UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';

/**
 * Any mark may be of a crash: after another one nobody knows any more which are from the activity log. Not waited for: a peer whose
 * slot tracks a generation; it was away. But a disk that is Inconsistent has blocks of somebody newer, and does not know of whom:
 * it waits for everybody before it is brought to anybody.
 */
export function awaitsWitnesses(r: Resource, connection: Connection, volume: Volume): boolean {
  const { md } = volume;
  if (md === undefined || r.role === 'Primary') return false;
  if (r.ports.now() - r.startedAt >= r.options.degrWfcTimeoutMs) return false;
  const isHalfFinished = volume.disk === 'Inconsistent' && !isUntouched(volume, md);
  if (!isHalfFinished && !md.crashedPrimary && dirtyBits(volume, connection.peer) === 0) return false;
  return [...r.connections.values()].some(
    (other) =>
      other !== connection &&
      !other.met &&
      other.config.diskful &&
      (isHalfFinished || md.slots.get(other.peer)?.generation === NO_GENERATION),
  );
}

/** Just created, and no full sync has begun. */
const isUntouched = ({ current }: Volume, { slots }: Attached): boolean =>
  sameGeneration(current, JUST_CREATED) && [...slots.values()].every(({ generation }) => generation === NO_GENERATION);

/**
 * What a commit tells of who is left: a node that a Primary had lost by then has got nothing of that Primary since, and this one,
 * which the Primary writes to, has all that came before.
 */
export function noteOutlived(r: Resource, { reachable, primaries, weak }: ChangeOutcome): void {
  const isServed = without(primaries, maskOf(r.node)) !== EMPTY_MASK && !maskHas(weak, r.node);
  for (const connection of r.connections.values()) {
    if (maskHas(reachable, connection.peer)) connection.outlived = false;
    else if (isServed) connection.outlived = true;
  }
}

/**
 * A handshake with this node has come to an end: pairs that waited for it are judged anew. So is this very pair, if whoever it
 * waits for was met while it was being judged: two handshakes that begin together both say that the other one is still to come.
 */
export function noteMet(r: Resource, connection: Connection, told: readonly VolumeHandshake[]): void {
  connection.outlived = false;
  if (waitsForNobody(r, connection, told)) judgeAnew(r, connection);
  if (connection.met) return;
  connection.met = true;
  for (const other of r.connections.values()) {
    if (other === connection || other.state !== 'Connected') continue;
    if ([...other.devices.values()].some(({ waiting }) => waiting)) judgeAnew(r, other);
  }
}

const waitsForNobody = (r: Resource, connection: Connection, told: readonly VolumeHandshake[]): boolean =>
  told.some(({ volume: number, flags }) => {
    const device = connection.devices.get(number);
    if (device?.waiting !== true || (flags & UUID_FLAGS.AWAITS_WITNESSES) === 0) return false;
    return !awaitsWitnesses(r, connection, device.volume);
  });

function judgeAnew(r: Resource, connection: Connection): void {
  const reason = 'another node that may know better has been met';
  defer(r, { kind: 'drop-link', connection, state: 'NetworkFailure', reason });
}
