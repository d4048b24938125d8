/**
 * What the decision table looks at: the two ends of a link, each reduced to the same questions. Nothing here depends on
 * which of them is "self".
 */
import type { Generation, NodeId } from '../../../common/ids.ts';
import { type DiskState, diskAtLeast, type Role } from '../../../common/states.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import {
  type HandshakePolicies,
  type PeerGeneration,
  type ReplicationProtocol,
  UUID_FLAGS,
  type VolumeHandshake,
} from '../wire/frames.ts';

/** One end of the link as both ends know it. `handshake.current` is the own generation, also while it is sync target. */
export interface HandshakeSide {
  readonly node: NodeId;
  readonly role: Role;
  /** Of this connection. */
  readonly protocol: ReplicationProtocol;
  readonly policies: HandshakePolicies;
  readonly handshake: VolumeHandshake;
  readonly lastPrimary: NodeId | undefined;
  readonly lastDagtag: number;
  /** Of all volumes that have parted (together.ts); undefined: this volume is judged by itself. */
  readonly whole?: WholeSide | undefined;
}

/** What the policies of a split brain look at. */
export interface WholeSide {
  /** In bytes: what is marked. */
  readonly changes: number;
  readonly wasPrimary: boolean;
  /** It is the source already of volumes on which the same split brain was decided before. */
  readonly leads: boolean;
}

/** A side reduced to what the table asks for. */
export interface View {
  readonly node: NodeId;
  readonly primary: boolean;
  readonly disk: DiskState;
  readonly flags: number;
  readonly current: Generation;
  /** What a Primary that is behind itself has moved its peers on to; NO_GENERATION otherwise. */
  readonly exposed: Generation;
  /** Bitmap generation of the slot for the other side; NO_GENERATION = tracks nothing. */
  readonly slot: Generation;
  /** Slots of third nodes, by node id. */
  readonly thirdSlots: readonly PeerGeneration[];
  readonly history: readonly Generation[];
  /** Since when the slots that belong to nobody track; NO_GENERATION = they do not, or there are none. */
  readonly spare: Generation;
  /** Marks that count. */
  readonly bits: number;
  readonly blockBytes: number;
  readonly whole: WholeSide | undefined;
  /** How many of them are only suspected after a crash. */
  readonly logBits: number;
  readonly weakProtocol: boolean;
  readonly policies: HandshakePolicies;
  readonly lastPrimary: NodeId | undefined;
  readonly lastDagtag: number;
}

export function viewOf(side: HandshakeSide, other: HandshakeSide): View {
  const { handshake: told } = side;
  const logBits = Math.min(told.logDerivedBits, told.dirtyBits);
  const keepsLog = side.role === 'Primary' || (told.flags & UUID_FLAGS.CRASHED_PRIMARY) !== 0;
  const redundant = !keepsLog && (other.handshake.flags & UUID_FLAGS.COVERS_LOSS) !== 0;
  return {
    node: side.node,
    primary: side.role === 'Primary',
    disk: effectiveDisk(told),
    flags: told.flags,
    current: told.current,
    exposed: told.exposed,
    slot: told.bitmap.find((entry) => entry.node === other.node)?.generation ?? NO_GENERATION,
    thirdSlots: told.bitmap
      .filter((entry) => entry.node !== other.node && entry.node !== side.node)
      .sort((a, b) => a.node - b.node),
    history: told.history,
    spare: told.spare,
    bits: redundant ? told.dirtyBits - logBits : told.dirtyBits,
    logBits: redundant ? 0 : logBits,
    blockBytes: told.blockBytes,
    whole: side.whole,
    weakProtocol: side.protocol !== 'C' || other.protocol !== 'C',
    policies: side.policies,
    lastPrimary: side.lastPrimary,
    lastDagtag: side.lastDagtag,
  };
}

/** What the disk is worth for a resync. Transient states without readable data count as Diskless. */
function effectiveDisk(told: VolumeHandshake): DiskState {
  if (told.sizeBytes === 0 || !diskAtLeast(told.diskState, 'Negotiating') || told.diskState === 'DUnknown')
    return 'Diskless';
  if ((told.flags & UUID_FLAGS.INCONSISTENT) !== 0) return 'Inconsistent';
  // A disk that has just been attached passes for UpToDate; one that has lived on is worth no less.
  if (told.diskState === 'Consistent' && (told.flags & UUID_FLAGS.HELD) !== 0) return 'UpToDate';
  return told.diskState === 'Negotiating' ? 'Consistent' : told.diskState;
}

export const changedBytes = ({ whole, bits, blockBytes }: View): number => whole?.changes ?? bits * blockBytes;
/** When the two lost each other: the low bit of what its slot began with says so. */
export const wasPrimaryWhenParted = ({ whole, slot }: View): boolean => whole?.wasPrimary ?? (slot & 1n) === 1n;

export const isFresh = (g: Generation): boolean => isNone(g) || sameGeneration(g, JUST_CREATED);
export const isNone = (g: Generation): boolean => sameGeneration(g, NO_GENERATION);
export const has = (side: View, flag: number): boolean => (side.flags & flag) !== 0;
export const contains = (list: readonly Generation[], g: Generation): boolean =>
  list.some((each) => sameGeneration(each, g));

/** The side for which `test` holds, if it holds for exactly one. */
export function onlyOne(a: View, b: View, test: (side: View, other: View) => boolean): View | undefined {
  const first = test(a, b);
  return first === test(b, a) ? undefined : first ? a : b;
}
